"""What is owed of a case and what came back, and what its firm said."""

from collections.abc import Sequence

from sqlalchemy import func, select

from marketplace.core import clock
from marketplace.core.db import session
from marketplace.core.viewer import Viewer
from marketplace.ledger import queries as ledger
from marketplace.recovery.models import (
    RecoveryCase,
    RecoveryInstalment,
    RecoveryReceipt,
    RecoveryReceiptState,
    RecoveryStatement,
    StatementKind,
)
from marketplace.recovery.queries.set_off import proposed_minor
from marketplace.recovery.rules import overdue_of


def owed(case_id: int) -> int:
    """What a firm still owes of a case, by the ledger."""
    return -ledger.balances(("recovery_due", case_id))[("recovery_due", case_id)]


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
    """What was entered or is to be set off and waits for the second officer, in won."""
    statement = select(func.coalesce(func.sum(RecoveryReceipt.amount_minor), 0)).where(
        RecoveryReceipt.case_id == case_id, RecoveryReceipt.state == RecoveryReceiptState.ENTERED
    )
    return int(session.scalar(statement) or 0) + proposed_minor(case_id)


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
