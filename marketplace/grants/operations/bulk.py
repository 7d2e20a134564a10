"""Many applications of one call at once, after a decision of two officers: awarded, refused, given up, opened again.

The same facts and events as for a single one; the call is locked once and its budget asked once for all of them.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from marketplace.accounts.models import Organisation
from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _
from marketplace.core.viewer import Viewer
from marketplace.evidence.operations import record
from marketplace.grants import policies, queries
from marketplace.grants.models import Application, ApplicationState, Award, Call, CallState
from marketplace.grants.operations.awards import give_award, split_of_award
from marketplace.grants.operations.parties import refuse_own_case
from marketplace.grants.operations.readiness import check_load
from marketplace.notices.operations import notify
from marketplace.programmes import queries as programmes
from marketplace.programmes.rules import Ruleset


def award_applications(
    call_id: int, wanted: Sequence[tuple[int, int | None]], *, decided_by: int, by: Viewer
) -> set[int]:
    """Award each (application, total in won or None for what was asked). Returns who was awarded: whoever is no longer
    eligible is left out, and whoever would break a limit of its supplier that was reached since is refused with that
    reason. Raises Refused where the budget does not suffice; then nothing is awarded."""
    call, rows = _held(call_id, [identity for identity, _total in wanted], by)
    totals, left = dict(wanted), call.budget_minor - queries.awarded_minor(call_id)
    ruleset, awarded = programmes.get_ruleset(call.ruleset_id), set()
    _hold_suppliers(rows)
    for application in rows:
        wish = totals[application.id]
        total = application.total_minor if wish is None else wish
        split = split_of_award(application, call, ruleset, total, min(application.in_kind_minor, total))
        if not _fits_supplier(application, call, ruleset, split.support + split.own_cash, by):
            continue
        left -= split.support
        if left < 0:
            raise Refused(_("선정 금액의 합이 공고 예산을 넘습니다."), rule=queries.budget_rule(call))
        give_award(application, ruleset, split, awarded_by=decided_by, by=by)
        awarded.add(application.id)
    return awarded


def _hold_suppliers(rows: Sequence[Application]) -> None:
    """The rows of all suppliers, by id, so that awards of different calls to one supplier see each other."""
    for supplier_id in sorted({each.supplier_id for each in rows if each.supplier_id is not None}):
        locked(Organisation, supplier_id)


def _fits_supplier(application: Application, call: Call, ruleset: Ruleset, amount: int, by: Viewer) -> bool:
    """Whether its supplier may have one project more. If not, the application is refused and the firm told which limit it
    is: a decision was made, and others on it are not held up by one supplier."""
    try:
        check_load(application, call, ruleset, amount)
    except Refused as refusal:
        application.advance(to=ApplicationState.REJECTED)
        application.decision_reason = str(refusal)
        record("application:rejected", application, by=by, reason=str(refusal), rule=refusal.rule)
        facts: dict[str, Any] = {"title": application.title, "receipt_number": application.receipt_number}
        firm = application.organisation_id
        notify("application_rejected", about=application.subject, organisation_id=firm, reason=str(refusal), **facts)
        return False
    return True


def reject_applications(call_id: int, reasons: Mapping[int, str], *, by: Viewer) -> set[int]:
    """Refuse each application with its reason. Returns who was refused; telling the firm is the caller's affair."""
    _call, rows = _held(call_id, list(reasons), by)
    for application in rows:
        application.advance(to=ApplicationState.REJECTED)
        application.decision_reason = reasons[application.id]
        record("application:rejected", application, by=by, reason=reasons[application.id])
    return {application.id for application in rows}


def reopen_application(application_id: int, *, reason: str, by: Viewer) -> Application:
    """A refused application is eligible again: an objection was upheld."""
    application = locked(Application, application_id)
    if not policies.may_judge_application(by, application):
        raise NotYours(_("이 신청을 심사할 권한이 없습니다."))
    refuse_own_case(by, application.organisation_id, application.supplier_id)
    application.advance(to=ApplicationState.ELIGIBLE)
    application.decision_reason = None
    record("application:reopened", application, by=by, reason=reason)
    return application


def give_up_award(application_id: int, *, reason: str, by: Viewer) -> Award:
    """The firm does not take up its award, before there is an agreement: the money is free for the next. The application
    stays awarded with a cancelled award, as after an agreement that was terminated."""
    application = locked(Application, application_id)
    if not policies.may_submit_application(by, application):
        raise NotYours(_("선정을 포기하는 것은 기업의 서명권자만 할 수 있습니다."))
    award = queries.find_award_of(application_id)
    if award is None or award.cancelled_at is not None:
        raise Refused(_("포기할 선정이 없습니다."))
    if queries.find_agreement_of_award(award.id) is not None:
        raise Refused(_("협약을 시작한 뒤에는 협약 해약으로 진행합니다. 사업 담당자에게 알리세요."))
    held = locked(Award, award.id)
    held.cancelled_at = clock.now()
    record("application:given_up", application, by=by, award_id=award.id, reason=reason)
    return held


def _held(call_id: int, identities: Sequence[int], by: Viewer) -> tuple[Call, Sequence[Application]]:
    """The call under its lock, then those of its applications that are still eligible, in the order asked for."""
    if not (by.system or policies.may_manage_calls(by)):
        raise NotYours(_("이 신청을 심사할 권한이 없습니다."))
    call = locked(Call, call_id)
    # A decided call too: an objection that was upheld, or the reserve list, may come after the last open application.
    if call.state not in (CallState.CLOSED, CallState.DECIDED):
        raise Refused(_("접수를 마감한 뒤에 선정할 수 있습니다."), rule=queries.window_rule(call))
    statement = (
        select(Application)
        .where(Application.call_id == call_id, Application.id.in_(identities))
        .order_by(Application.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    found = {each.id: each for each in session.scalars(statement) if each.state == ApplicationState.ELIGIBLE}
    return call, [found[identity] for identity in identities if identity in found]
