"""The decision by a second person, what the firm says against it, and the end. What is owed stands in the ledger only."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete

from marketplace.accounts import operations as accounts
from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _, language
from marketplace.core.money import Money
from marketplace.core.viewer import Viewer
from marketplace.evidence.operations import record
from marketplace.ledger.operations import Move, post
from marketplace.notices.operations import notify
from marketplace.papers.operations import issue
from marketplace.recovery import documents, policies, queries
from marketplace.recovery.models import (
    RecoveryCase,
    RecoveryInstalment,
    RecoveryState,
    RecoveryStatement,
    StatementKind,
)
from marketplace.recovery.rules import LONGEST_MONTHS, MOST_INSTALMENTS, instalments_of

PARTS = ("principal", "surcharge", "interest")


def decide(case_id: int, *, by: Viewer) -> RecoveryCase:
    """Another officer decides: the firm owes from now on, has a day to pay by, and is barred where the case says so.

    A second bar begins by itself on the day after the last day to pay, and ends when nothing is owed any more.
    """
    if not policies.may_decide(by):
        raise NotYours(_("사업 담당자만 환수를 결정할 수 있습니다."))
    case = locked(RecoveryCase, case_id)
    if case.state == RecoveryState.PROPOSED and not policies.is_another(by, case.proposed_by):
        raise Refused(_("결정을 올린 사람은 승인할 수 없습니다. 다른 담당자가 결정해야 합니다."))
    if case.state != RecoveryState.PROPOSED:
        raise Refused(_("결정을 기다리는 환수 건이 아닙니다(현재 %(state)s).", state=case.state.label))
    rules = queries.ruleset_of(case)  # before anything is half said
    case.advance(to=RecoveryState.DECIDED)
    case.decided_by, case.decided_at = by.person_id, clock.now()
    case.due_on = clock.today() + timedelta(days=rules.settlement.repay_days.value)
    case.objection_due_on = clock.today() + timedelta(days=rules.settlement.objection_days.value)
    moves = [
        Move(f"claim_{part}", case.id, case.programme_id, amount) for part, amount in _parts(case).items() if amount
    ]
    post(*moves, key=f"{case.subject}:claim")
    if case.bar_until_on is not None:
        reason = f"환수 결정 {case.number}: {case.clause}"
        today = clock.today()
        accounts.bar(case.organisation_id, reason=reason, from_on=today, until_on=case.bar_until_on, by=by)
    _bar_when_unpaid(case, by)
    session.flush()
    record("recovery_case:decided", case, by=by, total_minor=case.total_minor, due_on=case.due_on)
    firm = queries.firm_of(case)
    facts = documents.sheet_of(case, firm, queries.voucher_of(case), rules, decided=True)
    title = f"환수 결정 통지서 {case.number}"
    issue("recovery_decision", case.subject, facts, title=title, prefix="RD", readers=[firm.id], by=by)
    notify(
        "recovery_decided",
        about=case.subject,
        organisation_id=case.organisation_id,
        number=case.number,
        total_minor=case.total_minor,
        due_on=case.due_on.isoformat(),
        objection_due_on=case.objection_due_on.isoformat(),
    )
    return case


def _parts(case: RecoveryCase) -> dict[str, int]:
    return {part: getattr(case, f"{part}_minor") for part in PARTS}


def _bar_when_unpaid(case: RecoveryCase, by: Viewer) -> None:
    """The bar for what is not paid in time, from the day after the last day to pay."""
    if case.unpaid_bar_id is not None:
        accounts.lift_bar(case.unpaid_bar_id, reason=f"납부 기한 변경 {case.number}", by=by)
    if case.due_on is not None:
        after = case.due_on + timedelta(days=1)
        unpaid = accounts.bar(
            case.organisation_id, reason=f"환수금 미납 {case.number}", from_on=after, until_on=None, by=by
        )
        case.unpaid_bar_id = unpaid.id


def object_to(case_id: int, body: str, *, by: Viewer) -> RecoveryCase:
    """The firm objects within its time. What it owes stays as it is until somebody else has looked."""
    case = locked(RecoveryCase, case_id)
    if not policies.may_object(by, case):
        raise NotYours(_("통지를 받은 기업의 서명권자만 이의신청할 수 있습니다."))
    if case.answer is not None:
        raise Refused(_("이의신청은 한 번만 할 수 있습니다. 이미 결과를 통지했습니다."), field="body")
    if case.objection_due_on is None or clock.today() > case.objection_due_on:
        raise Refused(_("이의신청 기간이 아닙니다."), field="body")
    case.advance(to=RecoveryState.OBJECTED)
    session.add(RecoveryStatement(case_id=case.id, kind=StatementKind.OBJECTION, body=body, made_by=by.person_id))
    record("recovery_case:objected", case, by=by)
    if case.decided_by is not None:
        notify("recovery_objected", about=case.subject, person_id=case.decided_by, number=case.number)
    return case


def answer_objection(
    case_id: int, answer: str, *, principal_minor: int, surcharge_minor: int, interest_minor: int, by: Viewer
) -> RecoveryCase:
    """Somebody who did not decide before answers: the amounts stay or become less, each by a posting of its own."""
    if not policies.may_decide(by):
        raise NotYours(_("사업 담당자만 이의신청을 결정할 수 있습니다."))
    case = locked(RecoveryCase, case_id)
    if case.state == RecoveryState.OBJECTED and not policies.is_another(by, case.decided_by):
        raise Refused(_("환수를 결정한 사람은 이의신청을 심사할 수 없습니다. 다른 담당자가 심사해야 합니다."))
    if case.state != RecoveryState.OBJECTED:
        raise Refused(_("이의신청을 심사하는 환수 건이 아닙니다(현재 %(state)s).", state=case.state.label))
    wanted = {"principal": principal_minor, "surcharge": surcharge_minor, "interest": interest_minor}
    for part, amount in wanted.items():
        if not 0 <= amount <= _parts(case)[part]:
            raise Refused(_("이의신청으로 금액을 늘릴 수 없습니다. 처음 결정한 금액 이하로 입력하세요."), field=part)
    less = {part: before - wanted[part] for part, before in _parts(case).items() if before > wanted[part]}
    if sum(less.values()) > queries.owed(case.id):
        raise Refused(
            _(
                "이미 낸 돈보다 적게 줄일 수 없습니다. 남은 환수금은 %(left)s입니다. 이미 낸 돈은 입금을 취소해 돌려주세요.",
                left=Money(queries.owed(case.id)).text(language()),
            ),
            field="principal",
        )
    case.advance(to=RecoveryState.DECIDED)
    case.answer, case.answered_by = answer, by.person_id
    if case.principal_minor:  # what stays of the principal keeps its part of own money
        case.own_minor = case.own_minor * principal_minor // case.principal_minor
    case.principal_minor, case.surcharge_minor, case.interest_minor = wanted.values()
    moves = [Move(f"reduce_{part}", case.programme_id, case.id, amount) for part, amount in less.items()]
    if moves:
        post(*moves, key=f"{case.subject}:reduce")
        session.execute(delete(RecoveryInstalment).where(RecoveryInstalment.case_id == case.id))
    record("recovery_case:answered", case, by=by, less_minor=sum(less.values()), total_minor=case.total_minor)
    notify(
        "recovery_answered",
        about=case.subject,
        organisation_id=case.organisation_id,
        number=case.number,
        total_minor=case.total_minor,
        answer=answer,
    )
    return case


def grant_instalments(case_id: int, *, count: int, first_on: date, by: Viewer) -> RecoveryCase:
    """Let the firm pay what it still owes in parts; its last day to pay, and the bar that follows, move to the last one."""
    if not policies.may_decide(by):
        raise NotYours(_("사업 담당자만 분할 납부를 허락할 수 있습니다."))
    case = locked(RecoveryCase, case_id)
    if case.state != RecoveryState.DECIDED:
        raise Refused(_("환수가 결정된 건만 나누어 낼 수 있습니다(현재 %(state)s).", state=case.state.label))
    owed = queries.owed(case.id)
    if not 2 <= count <= MOST_INSTALMENTS or owed < count * 10:
        raise Refused(_("2회부터 %(most)s회까지 나누어 낼 수 있습니다.", most=MOST_INSTALMENTS), field="count")
    if not clock.today() <= first_on <= clock.today() + timedelta(days=60):
        raise Refused(_("첫 납부일은 오늘부터 60일 안이어야 합니다."), field="first_on")
    plan = instalments_of(owed, count, first_on)
    if plan[-1][0] > clock.today() + timedelta(days=31 * LONGEST_MONTHS):
        raise Refused(_("분할 납부는 24개월 안에 끝나야 합니다."), field="count")
    session.execute(delete(RecoveryInstalment).where(RecoveryInstalment.case_id == case.id))
    for place, (due, amount) in enumerate(plan, 1):
        session.add(RecoveryInstalment(case_id=case.id, position=place, due_on=due, amount_minor=amount))
    case.due_on = plan[-1][0]
    _bar_when_unpaid(case, by)
    record("recovery_case:instalments_granted", case, by=by, count=count, owed_minor=owed, due_on=case.due_on)
    facts: dict[str, Any] = {
        "number": case.number,
        "count": count,
        "owed_minor": owed,
        "first_on": first_on.isoformat(),
    }
    notify("recovery_instalments", about=case.subject, organisation_id=case.organisation_id, **facts)
    return case


def close_case(case_id: int, *, by: Viewer) -> RecoveryCase:
    """Nothing is owed any more: the bar for what was not paid ends. A bar that the decision gave stays until its day."""
    if not policies.may_decide(by):
        raise NotYours(_("사업 담당자만 환수를 종결할 수 있습니다."))
    case = locked(RecoveryCase, case_id)
    left = queries.owed(case.id)
    if case.state == RecoveryState.DECIDED and (left or queries.has_unconfirmed(case.id)):
        raise Refused(
            _(
                "아직 %(left)s이 남았거나 확인을 기다리는 입금이나 상계가 있어 종결할 수 없습니다. 끝낸 뒤 다시 시도하세요.",
                left=Money(left).text(language()),
            )
        )
    case.advance(to=RecoveryState.CLOSED)
    case.closed_by, case.closed_at = by.person_id, clock.now()
    if case.unpaid_bar_id is not None:
        accounts.lift_bar(case.unpaid_bar_id, reason=f"환수 종결 {case.number}", by=by)
        case.unpaid_bar_id = None
    _give_back_own(case)
    record("recovery_case:closed", case, by=by)
    notify("recovery_closed", about=case.subject, organisation_id=case.organisation_id, number=case.number)
    return case


def _give_back_own(case: RecoveryCase) -> None:
    """The buyer's own share in what came back is due to the buyer; it is paid with what is left over of its voucher."""
    if case.own_minor:
        post(Move("give_back_own", case.programme_id, case.voucher_id, case.own_minor), key=f"{case.subject}:give_back")
        voucher = queries.voucher_of(case)
        notify(
            "recovery_own_back",
            about=voucher.subject,
            organisation_id=voucher.organisation_id,
            number=case.number,
            voucher=voucher.number,
            amount_minor=case.own_minor,
        )
