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


def check_parties(firm_id: int, supplier_id: int, programme_id: int, others: Iterable[int] = ()) -> None:
    """Nobody is barred, the supplier is designated, and no two of them are related."""
    members = sorted(others)
    if any(accounts.is_barred(each) for each in (firm_id, supplier_id, *members)):
        raise Refused(_("참여가 제한된 기업이 있어 협약할 수 없습니다."), rule="eligibility.bar_blocks")
    if not suppliers.is_designated(supplier_id, programme_id):
        raise Refused(_("공급기업의 지정이 유효하지 않아 협약할 수 없습니다."), rule="supplier.designated_only")
    if any(accounts.are_related(each, supplier_id) for each in (firm_id, *members)):
        raise Refused(_("두 기업이 특수관계에 있어 협약할 수 없습니다."), rule="relations.related_blocks")


def check_rules(application: Application, call: Call) -> None:
    """Ask every rule of the call's ruleset again of the firm as it is today; the first that fails is named."""
    ruleset = programmes.get_ruleset(call.ruleset_id)
    for finding in rules.judge(queries.facts_of(application, call), ruleset):
        if finding.verdict.value == "fail":
            said = Phrase(finding.reason, dict(finding.params)).say(_, language())
            raise Refused(
                _("지금 다시 확인하니 지원 조건을 갖추지 못해 서명할 수 없습니다: %(reason)s", reason=said),
                rule=ruleset.rule(finding.path),
            )
