"""Writing an application: project, supplier and money, cut by the ruleset each time."""

from dataclasses import asdict, dataclass, replace
from typing import Any

from marketplace.accounts import queries as accounts
from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import N_, _
from marketplace.core.viewer import Viewer
from marketplace.evidence.operations import record
from marketplace.grants import policies, queries
from marketplace.grants.models import Application, ApplicationState, Call
from marketplace.grants.operations.answers import note_revision
from marketplace.grants.operations.particulars import fixed_total
from marketplace.grants.operations.window import refuse_outside_window, refuse_unless_open
from marketplace.grants.rules import PROJECT
from marketplace.matching.queries import signed_pre_agreements
from marketplace.programmes import queries as programmes
from marketplace.suppliers import queries as suppliers

NOT_YOURS = N_("이 신청서를 쓰거나 낼 권한이 없습니다. 제출과 철회는 서명권자가 합니다.")


class Conflict(Refused):
    """Somebody else wrote first; what they wrote stands."""

    status = 409


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What a firm writes. The shares are not asked for: the ruleset makes them of the total."""

    title: str
    plan: str
    kind: str
    supplier_id: int | None
    total_minor: int
    in_kind_minor: int
    pre_agreement_id: int | None = None
    """Of the firm and this supplier, signed by both and still valid."""

    def words(self) -> dict[str, Any]:
        """As the history keeps it."""
        return asdict(self)


def save_application(call_id: int, draft: Draft, *, by: Viewer) -> Application:
    """Begin the firm's application to a call, as a draft."""
    require_right(policies.may_apply(by))
    call = queries.get_call(call_id)
    refuse_outside_window(call)
    application = Application(call_id=call.id, organisation_id=by.organisation_id, state=ApplicationState.DRAFT)
    write(application, call, draft)
    session.add(application)
    session.flush()
    record("application:drafted", application, by=by, call_id=call.id)
    return application


def change_application(
    application_id: int, draft: Draft, *, by: Viewer, seen_version: int | None = None
) -> Application:
    """Write project, supplier and money anew: of a draft, or the words alone where the agency asked for a fix of them.

    `seen_version` is the version that the writer had before them; where somebody saved since, nothing is overwritten.
    """
    application = locked(Application, application_id)
    require_right(policies.may_write_section(by, application, queries.writers_of(application.id).get(PROJECT)))
    call = queries.get_call(application.call_id)
    refuse_unless_open(application, call, PROJECT)
    if seen_version is not None and seen_version != application.version:
        raise Conflict(
            _(
                "다른 사람이나 다른 창에서 이 신청서를 먼저 고쳤습니다. 덮어쓰지 않았습니다. 화면을 새로 고쳐 확인하세요."
            )
        )
    old = draft_of(application)
    if application.state == ApplicationState.DRAFT:
        write(application, call, draft)  # also where no word changed: the firm's class and with it the shares may have
    elif replace(draft, title=old.title, plan=old.plan) != old:
        raise Refused(_("보완에서는 과제 이름과 내용만 고칠 수 있습니다. 금액과 공급기업은 낸 그대로 둡니다."))
    else:
        application.title, application.plan = draft.title, draft.plan
    if old == draft:
        return application
    application.version += 1
    before, after = old.words(), draft.words()
    changed = [name for name in after if after[name] != before[name]]
    old_words, new_words = {name: before[name] for name in changed}, {name: after[name] for name in changed}
    note_revision(application, PROJECT, application.version, old_words, new_words, by)
    record("application:changed", application, by=by)
    return application


def draft_of(application: Application) -> Draft:
    return Draft(
        title=application.title,
        plan=application.plan,
        kind=application.kind,
        supplier_id=application.supplier_id,
        total_minor=application.total_minor,
        in_kind_minor=application.in_kind_minor,
        pre_agreement_id=application.pre_agreement_id,
    )


def write(application: Application, call: Call, draft: Draft) -> None:
    """Put what was written into the row. A draft whose money cannot be cut yet keeps it all as own cash, no support."""
    ruleset = programmes.get_ruleset(call.ruleset_id)
    if draft.kind not in call.kinds:
        raise Refused(_("이 공고에 있는 지원 유형을 고르세요."), field="kind", rule=ruleset.rule("kinds"))
    if draft.in_kind_minor > draft.total_minor:
        raise Refused(_("현물 부담은 과제 총액을 넘을 수 없습니다."), field="in_kind")
    if not ruleset.names_supplier:
        draft = replace(draft, supplier_id=None, pre_agreement_id=None)
    if draft.supplier_id is not None and not suppliers.is_designated(draft.supplier_id, call.programme_id):
        raise Refused(
            _("지정된 공급기업이 아닙니다. 목록에서 다른 공급기업을 고르세요."),
            field="supplier_id",
            rule=ruleset.rule("supplier.designated_only"),
        )
    _check_pre_agreement(application, draft)
    total = fixed_total(application, ruleset)
    if total is not None:
        draft = replace(draft, total_minor=total, in_kind_minor=0)
    firm = accounts.get_organisation(application.organisation_id)
    youth = firm.is_youth(clock.today())
    cut = queries.split_or_reason(
        call,
        kind=draft.kind,
        total_minor=draft.total_minor,
        in_kind_minor=draft.in_kind_minor,
        size_class=firm.size_class,
        youth=youth,
    )
    # Everything is known before anything is written: a query in between would flush a sum that does not add up yet.
    application.kind, application.title, application.plan = draft.kind, draft.title, draft.plan
    application.supplier_id, application.pre_agreement_id = draft.supplier_id, draft.pre_agreement_id
    application.total_minor, application.in_kind_minor = draft.total_minor, draft.in_kind_minor
    application.size_class, application.youth, application.regional = firm.size_class, youth, queries.is_regional(firm)
    application.support_minor = cut.split.support if cut.split else 0
    application.own_cash_minor = cut.split.own_cash if cut.split else draft.total_minor - draft.in_kind_minor
    application.vat_minor = cut.split.vat_deposit if cut.split else 0


def _check_pre_agreement(application: Application, draft: Draft) -> None:
    """A pre-agreement is the firm's own, in force, and with the supplier that was chosen."""
    if draft.pre_agreement_id is None:
        return
    signed = {row.id: row for row, _title, _name in signed_pre_agreements(application.organisation_id)}
    if draft.pre_agreement_id not in signed:
        raise Refused(_("두 기업이 서명했고 유효기간이 남은 사전협의서만 붙일 수 있습니다."), field="pre_agreement_id")
    if signed[draft.pre_agreement_id].supplier_id != draft.supplier_id:
        raise Refused(_("사전협의서를 맺은 공급기업과 고른 공급기업이 다릅니다."), field="supplier_id")


def require_right(may: bool) -> None:
    """NotYours where the viewer may not."""
    if not may:
        raise NotYours(_(NOT_YOURS))
