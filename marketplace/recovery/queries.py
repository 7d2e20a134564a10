"""Cases as seen by a viewer, what is owed, and what waits for whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import exists, func, or_, select

from marketplace.accounts import queries as accounts
from marketplace.accounts.models import Bar, Organisation
from marketplace.core import clock
from marketplace.core.db import session
from marketplace.core.i18n import _, language
from marketplace.core.money import Money
from marketplace.core.tasks import Task
from marketplace.core.viewer import Role, Viewer
from marketplace.core.web import Page
from marketplace.ledger import queries as ledger
from marketplace.programmes import queries as programmes
from marketplace.programmes.rules.ruleset import Ruleset
from marketplace.recovery.models import (
    RecoveryCase,
    RecoveryInstalment,
    RecoveryReceipt,
    RecoveryReceiptState,
    RecoveryState,
    RecoveryStatement,
    StatementKind,
)
from marketplace.recovery.rules import Amounts, amounts_of, overdue_of
from marketplace.settlement.models import SettlementCase
from marketplace.vouchers.models import Voucher

SIZE = 50
TOLD = (
    *(RecoveryState.NOTICED, RecoveryState.PROPOSED, RecoveryState.DECIDED, RecoveryState.OBJECTED),
    RecoveryState.CLOSED,
)


def _seen_by(viewer: Viewer) -> list[object]:
    """A firm knows of its case from the prior notice on, or at once where it reported itself."""
    if viewer.sees_everything:
        return []
    told = or_(RecoveryCase.state.in_(TOLD), RecoveryCase.noticed_at.is_not(None), RecoveryCase.self_reported)
    return [RecoveryCase.organisation_id == (viewer.organisation_id or 0), told]


def find_case_seen_by(viewer: Viewer, case_id: int) -> RecoveryCase | None:
    """A case: to its firm once that was told, and to those who see everything."""
    statement = select(RecoveryCase).where(RecoveryCase.id == case_id, *_seen_by(viewer))  # type: ignore[arg-type]
    return session.scalars(statement).one_or_none()


@dataclass(frozen=True)
class CaseRow:
    """One line of the list."""

    id: int
    number: str
    firm: str
    voucher: str
    state: RecoveryState
    total_minor: int
    owed_minor: int
    due_on: date | None
    overdue: bool


def cases_page(viewer: Viewer, page: int, *, state: str = "") -> Page:
    """Cases, newest first, with what is owed by the ledger."""
    where = _seen_by(viewer)
    if state in {each.value for each in RecoveryState}:
        where.append(RecoveryCase.state == RecoveryState(state))
    total = session.scalar(select(func.count()).select_from(RecoveryCase).where(*where)) or 0  # type: ignore[arg-type]
    rows = session.execute(
        select(RecoveryCase, Organisation.name, Voucher.number)
        .join(Organisation, Organisation.id == RecoveryCase.organisation_id)
        .join(Voucher, Voucher.id == RecoveryCase.voucher_id)
        .where(*where)  # type: ignore[arg-type]
        .order_by(RecoveryCase.id.desc())
        .limit(SIZE)
        .offset((page - 1) * SIZE)
    ).all()
    books = ledger.balances(*(("recovery_due", case.id) for case, _firm, _voucher in rows))
    items = []
    for case, firm, voucher in rows:
        due = -books[("recovery_due", case.id)]
        late = bool(due and case.due_on and case.due_on < clock.today())
        items.append(CaseRow(case.id, case.number, firm, voucher, case.state, case.total_minor, due, case.due_on, late))
    return Page(items, page, SIZE, total)


def owed(case_id: int) -> int:
    """What a firm still owes of a case, by the ledger."""
    return -ledger.balances(("recovery_due", case_id))[("recovery_due", case_id)]


def firm_of(case: RecoveryCase) -> Organisation:
    """The firm of a case."""
    return accounts.get_organisation(case.organisation_id)


def voucher_of(case: RecoveryCase) -> Voucher:
    """The voucher of a case."""
    return session.scalars(select(Voucher).where(Voucher.id == case.voucher_id)).one()


def ruleset_of(case: RecoveryCase) -> Ruleset:
    """The rules that the voucher was agreed under."""
    return programmes.get_ruleset(voucher_of(case).ruleset_id)


def amounts_now(case: RecoveryCase) -> Amounts:
    """What the firm would have to give back if it were decided today. The case has had its notice."""
    rules = ruleset_of(case)
    table = rules.sanctions
    return amounts_of(
        case.principal_minor,
        case.ground.value if case.ground else "requirement",
        basis=rules.programme.legal_basis.value,
        sanctions={
            "false_claim": table.false_claim.value,
            "other_use": table.other_use.value,
            "breach": table.breach.value,
            "requirement": table.requirement.value,
        },
        since=case.since_on or clock.today(),
        until=clock.today(),
        self_reported=case.self_reported,
        slight=case.slight,
    )


def voucher_touched_by(voucher_id: int, organisation_id: int) -> Voucher | None:
    """The voucher, if the firm holds it or was paid from it."""
    paid = exists().where(SettlementCase.voucher_id == Voucher.id, SettlementCase.supplier_id == organisation_id)
    statement = select(Voucher).where(Voucher.id == voucher_id, or_(Voucher.organisation_id == organisation_id, paid))
    return session.scalars(statement).one_or_none()


def firms_of_voucher(voucher_id: int) -> list[tuple[int, str]]:
    """Who could have to give something back of a voucher: its firm, and who was paid from it."""
    suppliers = select(SettlementCase.supplier_id).where(SettlementCase.voucher_id == voucher_id)
    own = select(Voucher.organisation_id).where(Voucher.id == voucher_id)
    statement = select(Organisation.id, Organisation.name).where(
        or_(Organisation.id.in_(own), Organisation.id.in_(suppliers))
    )
    return [(identity, name) for identity, name in session.execute(statement.order_by(Organisation.id).limit(100))]


def has_said(case_id: int, kind: StatementKind) -> bool:
    """Whether the firm has said something of this kind."""
    statement = select(RecoveryStatement.id).where(RecoveryStatement.case_id == case_id, RecoveryStatement.kind == kind)
    return session.scalars(statement.limit(1)).first() is not None


def statements_of(case_id: int) -> Sequence[RecoveryStatement]:
    """What the firm said, in order."""
    statement = select(RecoveryStatement).where(RecoveryStatement.case_id == case_id)
    return session.scalars(statement.order_by(RecoveryStatement.id).limit(100)).all()


def instalments_of_case(case_id: int) -> Sequence[RecoveryInstalment]:
    """The plan, in order."""
    statement = select(RecoveryInstalment).where(RecoveryInstalment.case_id == case_id)
    return session.scalars(statement.order_by(RecoveryInstalment.position).limit(100)).all()


def receipts_of_case(case_id: int) -> Sequence[RecoveryReceipt]:
    """What came back, newest first."""
    statement = select(RecoveryReceipt).where(RecoveryReceipt.case_id == case_id)
    return session.scalars(statement.order_by(RecoveryReceipt.id.desc()).limit(200)).all()


def case_of_receipt(receipt_id: int) -> int:
    """Whose money it is. Raises NoResultFound."""
    return session.scalars(select(RecoveryReceipt.case_id).where(RecoveryReceipt.id == receipt_id)).one()


def find_receipt_seen_by(viewer: Viewer, receipt_id: int) -> RecoveryReceipt | None:
    """A receipt, for those who see everything."""
    if not viewer.sees_everything:
        return None
    return session.scalars(select(RecoveryReceipt).where(RecoveryReceipt.id == receipt_id)).one_or_none()


def unconfirmed_minor(case_id: int) -> int:
    """What was entered and waits for the second officer, in won."""
    statement = select(func.coalesce(func.sum(RecoveryReceipt.amount_minor), 0)).where(
        RecoveryReceipt.case_id == case_id, RecoveryReceipt.state == RecoveryReceiptState.ENTERED
    )
    return int(session.scalar(statement) or 0)


def has_unconfirmed(case_id: int) -> bool:
    """Whether money waits for the second officer."""
    return unconfirmed_minor(case_id) > 0


def overdue_minor(case: RecoveryCase) -> int:
    """What should have been paid by now: of the plan where there is one, else all of it after the last day."""
    left = owed(case.id)
    plan = [(each.due_on, each.amount_minor) for each in instalments_of_case(case.id)]
    if plan:
        return min(overdue_of(plan, sum(amount for _due, amount in plan) - left, clock.today()), left)
    return left if case.due_on and case.due_on < clock.today() else 0


@dataclass(frozen=True)
class Related:
    """A firm that is related to one in a case, to be looked at: it is flagged, not barred."""

    id: int
    name: str
    barred: bool


def related_firms(case: RecoveryCase) -> list[Related]:
    """The firms known to be related to the case's firm. One statement more than the relations."""
    ids = accounts.related_to(case.organisation_id) - {case.organisation_id}
    day = clock.today()
    barred = exists().where(
        Bar.organisation_id == Organisation.id,
        Bar.lifted_at.is_(None),
        Bar.from_on <= day,
        or_(Bar.until_on.is_(None), Bar.until_on >= day),
    )
    rows = session.execute(
        select(Organisation.id, Organisation.name, barred).where(Organisation.id.in_(ids)).order_by(Organisation.id)
    )
    return [Related(*row) for row in rows]


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
    return tasks[:50]


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
    return tasks


def is_number(organisation_id: int, number: str | None) -> bool:
    """Whether the firm has this business number."""
    return bool(number) and accounts.get_organisation(organisation_id).business_number == number
