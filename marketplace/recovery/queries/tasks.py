"""What waits for whom."""

from sqlalchemy import or_, select

from marketplace.core import clock
from marketplace.core.db import session
from marketplace.core.i18n import _, language
from marketplace.core.money import Money
from marketplace.core.tasks import Task
from marketplace.core.viewer import Role, Viewer
from marketplace.ledger import queries as ledger
from marketplace.recovery.models import (
    RecoveryCase,
    RecoveryReceipt,
    RecoveryReceiptState,
    RecoveryState,
    SetOff,
    SetOffState,
)


def waiting_for(viewer: Viewer) -> list[Task]:
    """Officers: self-reports, periods that are over, proposals, objections, money to confirm, cases to close. Firms: a
    notice to answer, a sum to pay."""
    if viewer.has(Role.PROGRAMME_OFFICER, Role.SETTLEMENT_OFFICER):
        return _officers_tasks(viewer)
    return _firms_tasks(viewer) if viewer.organisation_id is not None else []


def _officers_tasks(viewer: Viewer) -> list[Task]:
    decides = viewer.has(Role.PROGRAMME_OFFICER)
    wanted = [
        (RecoveryCase.state == RecoveryState.OPENED) & RecoveryCase.self_reported,
        (RecoveryCase.state == RecoveryState.NOTICED) & (RecoveryCase.opinion_due_on < clock.today()),
    ]
    if decides:
        wanted.append((RecoveryCase.state == RecoveryState.PROPOSED) & (RecoveryCase.proposed_by != viewer.person_id))
        wanted.append((RecoveryCase.state == RecoveryState.OBJECTED) & (RecoveryCase.decided_by != viewer.person_id))
    rows = session.scalars(select(RecoveryCase).where(or_(*wanted)).order_by(RecoveryCase.id).limit(50)).all()
    words = {
        RecoveryState.OPENED: _("자진 신고를 살펴보세요: %(number)s"),
        RecoveryState.NOTICED: _("환수 결정을 올리세요: %(number)s"),
        RecoveryState.PROPOSED: _("환수를 결정하세요: %(number)s"),
        RecoveryState.OBJECTED: _("이의신청을 심사하세요: %(number)s"),
    }
    tasks = [
        Task(words[case.state] % {"number": case.number}, "recovery.case", {"case_id": case.id}, kind="recovery")
        for case in rows
    ]
    entered = session.execute(
        select(RecoveryReceipt.case_id, RecoveryReceipt.amount_minor)
        .where(RecoveryReceipt.state == RecoveryReceiptState.ENTERED, RecoveryReceipt.entered_by != viewer.person_id)
        .order_by(RecoveryReceipt.id)
        .limit(50)
    )
    tasks += [
        Task(_("환수금 입금을 확인하세요"), "recovery.case", {"case_id": case_id}, Money(amount).text(language()))
        for case_id, amount in entered
    ]
    return (tasks + _set_off_tasks(viewer))[:50]


def _set_off_tasks(viewer: Viewer) -> list[Task]:
    """Set-offs that are ripe to be decided, and those that somebody else asked to take back."""
    if not viewer.has(Role.PROGRAMME_OFFICER):
        return []
    over = (SetOff.heard_until_on < clock.today()) & (RecoveryCase.due_on < clock.today())
    ripe = (SetOff.state == SetOffState.PROPOSED) & (SetOff.proposed_by != viewer.person_id)
    undo = (SetOff.state == SetOffState.DECIDED) & (SetOff.reversal_asked_by != viewer.person_id)
    rows = session.execute(
        select(SetOff.number, SetOff.case_id, SetOff.amount_minor, SetOff.state)
        .join(RecoveryCase, RecoveryCase.id == SetOff.case_id)
        .where(
            or_(
                ripe & (RecoveryCase.state == RecoveryState.DECIDED) & or_(SetOff.agreed_by.is_not(None), over),
                undo & RecoveryCase.state.in_([RecoveryState.DECIDED, RecoveryState.OBJECTED]),
            )
        )
        .order_by(SetOff.id)
        .limit(50)
    )
    words = {
        SetOffState.PROPOSED: _("상계를 결정하세요: %(number)s"),
        SetOffState.DECIDED: _("상계 취소를 승인하세요: %(number)s"),
    }
    return [
        Task(
            words[state] % {"number": number}, "recovery.case", {"case_id": case_id}, Money(amount).text(language()),
            kind="recovery",
        )
        for number, case_id, amount, state in rows
    ]  # fmt: skip


def _firms_tasks(viewer: Viewer) -> list[Task]:
    owing = (RecoveryState.NOTICED, RecoveryState.DECIDED)
    statement = select(RecoveryCase).where(
        RecoveryCase.organisation_id == viewer.organisation_id, RecoveryCase.state.in_(owing)
    )
    cases = session.scalars(statement.order_by(RecoveryCase.id).limit(50)).all()
    books = ledger.balances(*(("recovery_due", case.id) for case in cases))
    tasks = []
    for case in cases:
        left = -books[("recovery_due", case.id)]
        if case.state == RecoveryState.NOTICED:
            title, due = _("환수 사전통지에 의견을 내세요: %(number)s", number=case.number), case.opinion_due_on
        elif left:
            title, due = _("환수금을 내세요: %(number)s", number=case.number), case.due_on
        else:
            continue
        amount = Money(left or case.total_minor).text(language())
        tasks.append(Task(title, "recovery.case", {"case_id": case.id}, amount, due, "recovery"))
    told = session.scalars(
        select(SetOff)
        .where(SetOff.case_id.in_([case.id for case in cases]), SetOff.state == SetOffState.PROPOSED)
        .where(SetOff.agreed_by.is_(None), SetOff.heard_until_on >= clock.today())
        .order_by(SetOff.id)
    )
    return tasks + [
        Task(
            _("환수금을 받을 돈과 상계한다는 통지입니다: %(number)s", number=row.number), "recovery.case",
            {"case_id": row.case_id}, Money(row.amount_minor).text(language()), row.heard_until_on, "recovery",
        )
        for row in told
    ]  # fmt: skip
