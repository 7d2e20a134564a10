"""Setting off: what may be, what was, and whether it is time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, select

from marketplace.core import clock
from marketplace.core.db import session
from marketplace.core.viewer import Viewer
from marketplace.grants.models import GrantPayment
from marketplace.payments.models import Payout, PayoutState
from marketplace.recovery.models import RecoveryCase, RecoveryState, SetOff, SetOffState
from marketplace.recovery.queries.cases import find_case_seen_by
from marketplace.settlement.models import SettlementCase
from marketplace.vouchers.models import Voucher


@dataclass(frozen=True)
class PayoutLine:
    """A payout as one who sets off sees it: its number of a case, or of a voucher for a refund; amounts in won."""

    id: int
    number: str
    amount_minor: int
    set_off_minor: int
    state: PayoutState


def _payouts(*where: ColumnElement[bool]) -> list[PayoutLine]:
    number = func.coalesce(SettlementCase.number, GrantPayment.number, Voucher.number)
    rows = session.execute(
        select(Payout.id, number, Payout.amount_minor, Payout.set_off_minor, Payout.state)
        .outerjoin(Voucher, Voucher.id == Payout.voucher_id)
        .outerjoin(GrantPayment, GrantPayment.id == Payout.grant_payment_id)
        .outerjoin(SettlementCase, SettlementCase.id == Payout.settlement_case_id)
        .where(*where)
        .order_by(Payout.id)
        .limit(200)
    )
    return [PayoutLine(*row) for row in rows]


def payouts_to_set_off(case: RecoveryCase) -> list[PayoutLine]:
    """What waits to be paid to the firm of a case in the same programme and nothing else holds, the oldest first."""
    return _payouts(
        Payout.payee_id == case.organisation_id,
        Payout.programme_id == case.programme_id,
        Payout.state == PayoutState.WAITING,
        Payout.held_for.is_(None),
    )


def payout_lines(rows: Sequence[SetOff]) -> dict[int, PayoutLine]:
    """The payouts of set-offs as they are now, by the payout's id."""
    return {line.id: line for line in _payouts(Payout.id.in_([row.payout_id for row in rows]))} if rows else {}


def set_offs_of_case(case_id: int) -> Sequence[SetOff]:
    """All set-offs of a case, newest first."""
    statement = select(SetOff).where(SetOff.case_id == case_id).order_by(SetOff.id.desc()).limit(200)
    return session.scalars(statement).all()


def case_of_set_off(set_off_id: int) -> int:
    """Whose debt it is. Raises NoResultFound."""
    return session.scalars(select(SetOff.case_id).where(SetOff.id == set_off_id)).one()


def find_set_off_seen_by(viewer: Viewer, set_off_id: int) -> tuple[SetOff, RecoveryCase] | None:
    """A set-off and its case: to whoever may see the case."""
    row = session.scalars(select(SetOff).where(SetOff.id == set_off_id)).one_or_none()
    case = find_case_seen_by(viewer, row.case_id) if row is not None else None
    return (row, case) if row is not None and case is not None else None


def is_ripe(case: RecoveryCase, row: SetOff) -> bool:
    """Whether it may be decided: the firm agreed, or its time to answer and its day to pay are over. Not while an objection
    is looked at."""
    over: list[date] = [row.heard_until_on, case.due_on or date.max]
    return case.state == RecoveryState.DECIDED and (row.agreed_by is not None or max(over) < clock.today())


def proposed_minor(case_id: int) -> int:
    """What is to be set off and not decided yet, in won."""
    statement = select(func.coalesce(func.sum(SetOff.amount_minor), 0)).where(
        SetOff.case_id == case_id, SetOff.state == SetOffState.PROPOSED
    )
    return int(session.scalar(statement) or 0)
