"""What a firm owes is set off against its next payout: the firm is told and the payout waits, another officer decides, and a
mistake is taken back by two. Each step of money is a posting of its own."""

from datetime import timedelta
from typing import Any

from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import N_, _, language
from marketplace.core.money import Money
from marketplace.core.viewer import Viewer
from marketplace.evidence.operations import record
from marketplace.notices.operations import notify
from marketplace.papers.operations import issue, next_number
from marketplace.payments import operations as payments
from marketplace.recovery import documents, policies, queries
from marketplace.recovery.models import RecoveryCase, RecoveryState, SetOff, SetOffState
from marketplace.recovery.operations.money import OWING

SAME_PERSON = N_("상계를 통지한 사람은 결정할 수 없습니다. 다른 담당자가 결정해야 합니다.")


def propose_set_off(case_id: int, payout_id: int, *, amount_minor: int, reason: str, by: Viewer) -> SetOff:
    """Tell the firm that so much of a payout to it will be set off, and keep the payout back meanwhile."""
    case = _case(case_id, by)
    if case.state != RecoveryState.DECIDED:
        raise Refused(
            _("환수가 결정되어 낼 돈이 있는 건만 상계할 수 있습니다(현재 %(state)s).", state=case.state.label)
        )
    if payout_id not in {each.id for each in queries.payouts_to_set_off(case)}:
        raise Refused(_("이 기업에 지급을 기다리는 건이 아닙니다. 목록에서 다시 고르세요."), field="payout")
    _refuse_beyond(case, amount_minor)
    days = queries.ruleset_of(case).settlement.objection_days.value
    year = clock.today().year
    number = f"SO-{year}-{next_number(f'SO-{year}'):05d}"
    payout = payments.hold_payout(payout_id, f"{case.number} {number}", by=by)
    if amount_minor > payout.amount_minor:
        raise Refused(
            _("지급할 금액 %(most)s보다 많이 상계할 수 없습니다.", most=Money(payout.amount_minor).text(language())),
            field="amount",
        )
    row = SetOff(
        number=number,
        case_id=case.id,
        payout_id=payout_id,
        amount_minor=amount_minor,
        reason=reason,
        heard_until_on=clock.today() + timedelta(days=days),
        proposed_by=by.person_id,
    )
    session.add(row)
    session.flush()
    record("set_off:proposed", row, by=by, case=case.number, payout_id=payout_id, amount_minor=amount_minor)
    _tell("set_off_proposed", case, row, heard_until_on=row.heard_until_on.isoformat())
    return row


def agree_set_off(set_off_id: int, *, by: Viewer) -> SetOff:
    """The firm agrees, and the decision need not wait."""
    case, row = _row(set_off_id)
    if not policies.may_object(by, case):
        raise NotYours(_("통지를 받은 기업의 서명권자만 상계에 동의할 수 있습니다."))
    if row.state != SetOffState.PROPOSED or row.agreed_by is not None:
        raise Refused(_("동의를 기다리는 상계가 아닙니다."))
    row.agreed_by, row.agreed_at = by.person_id, clock.now()
    record("set_off:agreed", row, by=by, case=case.number)
    notify("set_off_agreed", about=case.subject, person_id=row.proposed_by, number=row.number, case=case.number)
    return row


def decide_set_off(set_off_id: int, *, by: Viewer) -> SetOff:
    """Another officer decides, once the firm has agreed, or once its time to answer and its day to pay are over."""
    case, row = _row(set_off_id)
    if not policies.may_decide(by):
        raise NotYours(_("사업 담당자만 상계를 결정할 수 있습니다."))
    if row.state == SetOffState.PROPOSED and not policies.is_another(by, row.proposed_by):
        raise Refused(_(SAME_PERSON))
    if row.state == SetOffState.PROPOSED and not queries.is_ripe(case, row):
        raise Refused(
            _(
                "기업이 동의하거나, 의견 기한(%(heard)s)과 납부 기한(%(due)s)이 모두 지난 뒤에 상계할 수 있습니다.",
                heard=row.heard_until_on,
                due=case.due_on,
            ),
            rule=queries.ruleset_of(case).rule("settlement.objection_days"),
        )
    if row.state == SetOffState.PROPOSED:
        _refuse_beyond(case, row.amount_minor, without=row.amount_minor)
    row.place = payments.set_off_payout(row.payout_id, case.id, row.amount_minor, by=by)
    row.advance(to=SetOffState.DECIDED)
    row.decided_by, row.decided_at = by.person_id, clock.now()
    session.flush()
    left = queries.owed(case.id)
    record("set_off:decided", row, by=by, case=case.number, amount_minor=row.amount_minor, left_minor=left)
    facts = documents.set_off_of(case, row, queries.payout_lines([row])[row.payout_id], queries.firm_of(case), left)
    issue(
        "set_off_decision", row.subject, facts, title=f"상계 결정 통지서 {row.number}", prefix="SF",
        readers=[case.organisation_id], by=by,
    )  # fmt: skip
    _tell("set_off_decided", case, row, left_minor=left)
    return row


def drop_set_off(set_off_id: int, reason: str, *, by: Viewer) -> SetOff:
    """It is not set off after all; the payout goes out as it is."""
    case, row = _row(set_off_id)
    if not policies.may_work(by):
        raise NotYours(_("담당자만 상계를 그만둘 수 있습니다."))
    row.advance(to=SetOffState.DROPPED)
    payments.free_payout(row.payout_id, by=by)
    record("set_off:dropped", row, by=by, case=case.number, reason=reason)
    _tell("set_off_dropped", case, row, reason=reason)
    return row


def ask_undoing(set_off_id: int, reason: str, *, by: Viewer) -> SetOff:
    """Ask for a set-off to be taken back while the case is open."""
    case, row = _row(set_off_id)
    if not policies.may_work(by):
        raise NotYours(_("담당자만 상계 취소를 요청할 수 있습니다."))
    if row.state != SetOffState.DECIDED or case.state not in OWING:
        raise Refused(_("결정된 상계만, 환수가 종결되기 전에 취소할 수 있습니다."))
    row.reversal_asked_by, row.reversal_reason = by.person_id, reason
    record("set_off:reversal_asked", row, by=by, case=case.number, reason=reason)
    return row


def undo_set_off(set_off_id: int, *, by: Viewer) -> SetOff:
    """Another officer agrees: new postings, the firm owes it again and is due to be paid it."""
    case, row = _row(set_off_id)
    if not policies.may_decide(by):
        raise NotYours(_("사업 담당자만 상계 취소를 승인할 수 있습니다."))
    if row.reversal_asked_by is None or case.state not in OWING:
        raise Refused(_("취소를 요청한 상계만, 환수가 종결되기 전에 취소할 수 있습니다."))
    if not policies.is_another(by, row.reversal_asked_by):
        raise Refused(_("취소를 요청한 사람은 승인할 수 없습니다. 다른 담당자가 승인해야 합니다."))
    row.advance(to=SetOffState.REVERSED)
    row.reversed_by = by.person_id
    payments.undo_set_off(row.payout_id, case.id, row.place or 0, row.amount_minor, by=by)
    record("set_off:reversed", row, by=by, case=case.number, left_minor=queries.owed(case.id))
    _tell("set_off_reversed", case, row, reason=row.reversal_reason or "")
    return row


def _case(case_id: int, by: Viewer) -> RecoveryCase:
    if not policies.may_work(by):
        raise NotYours(_("담당자만 상계를 통지할 수 있습니다."))
    return locked(RecoveryCase, case_id)


def _row(set_off_id: int) -> tuple[RecoveryCase, SetOff]:
    """The case first, then the set-off: all money of a case moves under the case's lock."""
    case = locked(RecoveryCase, queries.case_of_set_off(set_off_id))
    return case, locked(SetOff, set_off_id)


def _refuse_beyond(case: RecoveryCase, amount: int, *, without: int = 0) -> None:
    left = queries.owed(case.id) - queries.unconfirmed_minor(case.id) + without
    if amount > left:
        raise Refused(
            _("남은 환수금 %(left)s보다 많이 상계할 수 없습니다.", left=Money(max(left, 0)).text(language())),
            field="amount",
        )


def _tell(kind: str, case: RecoveryCase, row: SetOff, **facts: Any) -> None:
    words: dict[str, Any] = {"number": row.number, "case": case.number, "amount_minor": row.amount_minor, **facts}
    notify(kind, about=case.subject, organisation_id=case.organisation_id, **words)
