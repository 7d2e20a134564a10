"""What a closed voucher came to, read from the ledger and its orders."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, false, func, literal, not_, null, or_, select

from marketplace.accounts import queries as accounts
from marketplace.core.db import session
from marketplace.core.i18n import N_
from marketplace.core.states import State
from marketplace.ledger import queries as ledger
from marketplace.orders.models import UNSENT, OrderState, PurchaseOrder, ReturnState
from marketplace.orders.queries import orders_of_voucher, returns_of
from marketplace.programmes.queries import get_ruleset
from marketplace.programmes.rules.ruleset import Ruleset
from marketplace.supervision.documents import ClosedOrder
from marketplace.supervision.models import FinalEvaluation, FinalReport, ReportState, VoucherClosing
from marketplace.supervision.rules import Closing, Given, closing_of
from marketplace.vouchers.models import Voucher, VoucherState

POTS = ("support_available", "support_reserved", "own_available", "own_reserved")
MOST = 100_000


class Missing(State):
    """What a project that bought something still lacks at its end."""

    REPORT = "report", N_("결과보고가 아직 접수되지 않았습니다"), "warning"
    GRADE = "grade", N_("최종평가 등급이 아직 확정되지 않았습니다"), "warning"


ENOUGH = {"REPORT": {Missing.REPORT}, "GRADE": {Missing.REPORT, Missing.GRADE}}
"""settlement.closing_after of a ruleset -> what must not be missing before the closing note."""


def _missing() -> ColumnElement[str | None]:
    """Of a voucher: report, grade, or nothing. What bought nothing has nothing to report."""
    bought = exists().where(PurchaseOrder.voucher_id == Voucher.id, PurchaseOrder.state == OrderState.CLOSED)
    reported = exists().where(FinalReport.voucher_id == Voucher.id, FinalReport.state == ReportState.ACCEPTED)
    graded = exists().where(FinalEvaluation.voucher_id == Voucher.id, FinalEvaluation.confirmed_at.is_not(None))
    return case(
        (not_(bought), null()), (not_(reported), literal("report")), (not_(graded), literal("grade")), else_=null()
    )


def missing_of(voucher_id: int) -> Missing | None:
    """What a voucher's project lacks now."""
    found = session.scalar(select(_missing()).select_from(Voucher).where(Voucher.id == voucher_id))
    return Missing(found) if found else None


def vouchers_to_note(limit: int = 50) -> Sequence[int]:
    """Closed vouchers without a closing note that need not wait for anything."""
    unnoted = not_(exists().where(VoucherClosing.voucher_id == Voucher.id))
    closed = select(Voucher.id).where(Voucher.state == VoucherState.CLOSED, unnoted)
    rulesets = session.scalars(closed.with_only_columns(Voucher.ruleset_id).distinct()).all()
    waits = [and_(Voucher.ruleset_id == each, _missing().in_(awaited_by(get_ruleset(each)))) for each in rulesets]
    ready = not_(func.coalesce(or_(false(), *waits), false()))
    return session.scalars(closed.where(ready).order_by(Voucher.id).limit(limit)).all()


def awaited_by(rules: Ruleset) -> set[Missing]:
    """What must not be missing when a voucher under these rules is declared over."""
    after = rules.settlement.closing_after
    return ENOUGH.get(after.value, set()) if after is not None else set()


def closing_of_voucher(voucher_id: int) -> VoucherClosing | None:
    """The closing note of a voucher."""
    return session.scalars(select(VoucherClosing).where(VoucherClosing.voucher_id == voucher_id)).one_or_none()


def closing_sums(voucher: Voucher) -> Closing:
    """The sums of a voucher's transfers as they are now; they balance once it is closed."""
    moves = ledger.transfers_of(*((pot, voucher.id) for pot in POTS), limit=MOST, unit=voucher.unit)
    return closing_of([Given(move.reason, move.key.partition(":")[0], move.amount) for move in moves])


def closed_orders(voucher_id: int) -> list[ClosedOrder]:
    """The orders of a voucher that were sent, in their order."""
    rows = [each for each in reversed(orders_of_voucher(voucher_id)) if each.state not in UNSENT and each.number]
    names = accounts.names_of({each.supplier_id for each in rows})
    return [
        ClosedOrder(
            number=each.number or "",
            title=each.title,
            supplier=names.get(each.supplier_id, ""),
            state=each.state.word,
            supply_minor=each.supply_minor,
            spent_support_minor=each.spent_support_minor,
            spent_own_minor=each.spent_own_minor,
            cut_minor=each.cut_supply_minor,
            reason=each.reason or "",
        )
        for each in rows
    ]


def returns_given(voucher_id: int) -> list[dict[str, Any]]:
    """What the firm gave back before the end, with its reasons, the oldest first."""
    return [
        {"reason": each.reason, "support_minor": each.support_minor, "deposit_minor": each.deposit_minor}
        for each in reversed(returns_of(voucher_id))
        if each.state == ReturnState.CONFIRMED
    ]
