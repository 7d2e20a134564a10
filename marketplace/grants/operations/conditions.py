"""The conditions of an agreement, looked at again whenever somebody is about to be bound."""

from collections.abc import Iterable

from marketplace.accounts import queries as accounts
from marketplace.core.errors import Refused
from marketplace.core.i18n import _, language
from marketplace.grants import queries
from marketplace.grants.models import Application, Call
from marketplace.programmes import queries as programmes
from marketplace.programmes import rules
from marketplace.programmes.rules import Phrase
from marketplace.suppliers import queries as suppliers


def check_parties(firm_id: int, supplier_id: int | None, programme_id: int, others: Iterable[int] = ()) -> None:
    """Nobody is barred or out of business, the supplier is designated, and no two of them are related. Of a grant, which has
    no supplier, only the first."""
    _refuse(
        firm_barred=accounts.is_barred(firm_id),
        designated=supplier_id is None or suppliers.is_designated(supplier_id, programme_id),
        related=supplier_id is not None and accounts.are_related(firm_id, supplier_id),
        supplier_id=supplier_id,
        others=sorted(others),
    )


def check_again(application: Application, call: Call, others: Iterable[int] = ()) -> None:
    """The same at the moment of signing, and every rule of the call's ruleset asked of the firm as it is now; the first
    that fails is named. What both need to know is read once: hundreds may sign in the same seconds."""
    facts, ruleset = queries.facts_of(application, call), programmes.get_ruleset(call.ruleset_id)
    _refuse(
        firm_barred=bool(facts.barred),
        designated=application.supplier_id is None or bool(facts.supplier_designated),
        related=bool(facts.supplier_related),
        supplier_id=application.supplier_id,
        others=sorted(others),
    )
    for finding in rules.judge(facts, ruleset):
        if finding.verdict.value == "fail":
            said = Phrase(finding.reason, dict(finding.params)).say(_, language())
            raise Refused(
                _("지금 다시 확인하니 지원 조건을 갖추지 못해 서명할 수 없습니다: %(reason)s", reason=said),
                rule=ruleset.rule(finding.path),
            )


def _refuse(*, firm_barred: bool, designated: bool, related: bool, supplier_id: int | None, others: list[int]) -> None:
    firms = others if supplier_id is None else [supplier_id, *others]
    if firm_barred or any(accounts.is_barred(each) for each in firms):
        raise Refused(_("참여가 제한된 기업이 있어 협약할 수 없습니다."), rule="eligibility.bar_blocks")
    if accounts.out_of_business_among(*firms):
        raise Refused(
            _("휴업하거나 폐업한 기업이 있어 협약할 수 없습니다. 상태가 바뀌었으면 국세청에 다시 조회하세요."),
            rule="eligibility.open_business",
        )
    if not designated:
        raise Refused(_("공급기업의 지정이 유효하지 않아 협약할 수 없습니다."), rule="supplier.designated_only")
    if related or (supplier_id is not None and any(accounts.are_related(each, supplier_id) for each in others)):
        raise Refused(_("두 기업이 특수관계에 있어 협약할 수 없습니다."), rule="relations.related_blocks")
