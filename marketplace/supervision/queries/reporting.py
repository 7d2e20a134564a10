"""Reports and the vouchers they are about."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, not_, select

from marketplace.core.db import session
from marketplace.core.viewer import Viewer
from marketplace.orders.models import OrderState, PurchaseOrder
from marketplace.supervision import policies
from marketplace.supervision.models import FinalEvaluation, FinalReport, FinalReportFile, FinalReportVersion
from marketplace.vouchers.models import Voucher, VoucherState
from marketplace.vouchers.queries import get_voucher

RUNNING = (OrderState.SUBMITTED, OrderState.ACCEPTED)
NO_SUPPLIER_YET = (OrderState.DRAFT, OrderState.ASKED, OrderState.DECLINED, OrderState.CANCELLED)


def _order(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(PurchaseOrder.voucher_id == Voucher.id, *conditions)


def _over() -> ColumnElement[bool]:
    """At least one order was completed, and none is under way."""
    return and_(_order(PurchaseOrder.state == OrderState.CLOSED), not_(_order(PurchaseOrder.state.in_(RUNNING))))


def orders_are_over(voucher_id: int) -> bool:
    """Whether a voucher has completed orders and none under way."""
    return session.scalar(select(Voucher.id).where(Voucher.id == voucher_id, _over())) is not None


def vouchers_to_ask(limit: int = 50) -> Sequence[int]:
    """Vouchers whose time is over, whose orders are, and whose firm was not asked for its report."""
    ended = Voucher.state.in_([VoucherState.EXPIRED, VoucherState.CLOSED])
    unasked = not_(exists().where(FinalReport.voucher_id == Voucher.id))
    return session.scalars(select(Voucher.id).where(ended, unasked, _over()).order_by(Voucher.id).limit(limit)).all()


def suppliers_of(voucher_id: int) -> Sequence[int]:
    """The suppliers whom a voucher's orders reached and that did not decline, by id."""
    statement = select(PurchaseOrder.supplier_id).where(
        PurchaseOrder.voucher_id == voucher_id, PurchaseOrder.state.not_in(NO_SUPPLIER_YET)
    )
    return session.scalars(statement.distinct().order_by(PurchaseOrder.supplier_id)).all()


def find_voucher_seen_by(viewer: Viewer, voucher_id: int) -> Voucher | None:
    """A project: of the firm, of a supplier with an order in it, or any for those who see everything."""
    voucher = session.scalars(select(Voucher).where(Voucher.id == voucher_id)).one_or_none()
    if voucher is None or not policies.may_see(viewer, voucher, suppliers_of(voucher_id)):
        return None
    return voucher


def voucher_of(row: FinalReport | FinalEvaluation) -> Voucher:
    """The voucher that it is about."""
    return get_voucher(row.voucher_id)


def find_report_of_voucher(voucher_id: int) -> FinalReport | None:
    """The report of a voucher, if it was asked for."""
    return session.scalars(select(FinalReport).where(FinalReport.voucher_id == voucher_id)).one_or_none()


def find_report_seen_by(viewer: Viewer, report_id: int) -> FinalReport | None:
    """A report of the viewer's firm, or any for those who see everything and for those who grade it."""
    row = session.scalars(select(FinalReport).where(FinalReport.id == report_id)).one_or_none()
    if row is None or policies.may_read_report(viewer, row):
        return row
    named: Any = select(FinalEvaluation).where(FinalEvaluation.report_id == report_id)
    evaluation = session.scalars(named).one_or_none()
    return row if evaluation is not None and policies.is_judge(viewer, evaluation) else None


def versions_of(report_id: int) -> Sequence[FinalReportVersion]:
    """What was handed in, the newest first."""
    statement = select(FinalReportVersion).where(FinalReportVersion.report_id == report_id)
    return session.scalars(statement.order_by(FinalReportVersion.number.desc()).limit(100)).all()


def files_of(version_ids: Sequence[int]) -> dict[int, list[FinalReportFile]]:
    """Version -> its files, by name."""
    found: dict[int, list[FinalReportFile]] = {each: [] for each in version_ids}
    statement = select(FinalReportFile).where(FinalReportFile.version_id.in_(version_ids))
    for file in session.scalars(statement.order_by(FinalReportFile.name)):
        found[file.version_id].append(file)
    return found


def find_report_file(report_id: int, file_id: int) -> FinalReportFile | None:
    """A file of one of the report's versions."""
    statement = select(FinalReportFile).join(FinalReportVersion, FinalReportVersion.id == FinalReportFile.version_id)
    wanted = FinalReportFile.id == file_id, FinalReportVersion.report_id == report_id
    return session.scalars(statement.where(*wanted)).one_or_none()
