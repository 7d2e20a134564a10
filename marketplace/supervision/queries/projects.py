"""The list of projects: how far each is watched, reported and graded."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select, true

from marketplace.accounts.models import Grade, Organisation
from marketplace.core import clock
from marketplace.core.db import session
from marketplace.core.viewer import Viewer
from marketplace.core.web import Page
from marketplace.orders.models import PurchaseOrder
from marketplace.supervision import policies
from marketplace.supervision.models import (
    FinalEvaluation,
    FinalReport,
    GradingState,
    MidtermCheck,
    ReportState,
    SiteVisit,
)
from marketplace.supervision.queries.reporting import NO_SUPPLIER_YET
from marketplace.vouchers.models import Voucher, VoucherState

PAGE = 50
STEPS = ("due", "submitted", "fixing", "accepted", "scoring", "graded", "objected", "confirmed")
"""What the list may be narrowed to: the report's states, then the evaluation's."""


@dataclass(frozen=True)
class Project:
    """A voucher on the list."""

    id: int
    number: str
    firm: str
    voucher_state: VoucherState
    report_id: int | None
    report_state: ReportState | None
    due_on: date | None
    evaluation_id: int | None
    grading_state: GradingState | None
    grade: Grade | None
    checks: int
    visits: int

    @property
    def overdue(self) -> bool:
        """Whether the report should have been handed in by now."""
        open_ = self.report_state in (ReportState.DUE, ReportState.FIXING)
        return open_ and self.due_on is not None and self.due_on < clock.today()


def visible(viewer: Viewer) -> ColumnElement[bool]:
    """The projects a viewer may see: those of policies.may_see, and of a judge those that they were named for."""
    if viewer.sees_everything:
        return true()
    ways: list[ColumnElement[bool]] = [false()]
    if viewer.is_sme:
        ways.append(Voucher.organisation_id == viewer.organisation_id)
    if viewer.is_supplier:
        ways.append(
            exists().where(
                PurchaseOrder.voucher_id == Voucher.id,
                PurchaseOrder.supplier_id == viewer.organisation_id,
                PurchaseOrder.state.not_in(NO_SUPPLIER_YET),
            )
        )
    if viewer.person_id is not None:
        ways.append(or_(FinalEvaluation.first_id == viewer.person_id, FinalEvaluation.second_id == viewer.person_id))
    return or_(*ways)


def projects_page(viewer: Viewer, *, step: str = "", page: int = 1) -> Page:
    """Projects, the report that is due first on top, 50 a page. Two statements."""
    checks = select(func.count()).where(MidtermCheck.voucher_id == Voucher.id).correlate(Voucher).scalar_subquery()
    visits = select(func.count()).where(SiteVisit.voucher_id == Voucher.id).correlate(Voucher).scalar_subquery()
    started = Voucher.state.not_in([VoucherState.ISSUED, VoucherState.CANCELLED])
    statement = (
        select(Voucher, Organisation.name, FinalReport, FinalEvaluation, checks, visits)
        .join(Organisation, Organisation.id == Voucher.organisation_id)
        .outerjoin(FinalReport, FinalReport.voucher_id == Voucher.id)
        .outerjoin(FinalEvaluation, FinalEvaluation.voucher_id == Voucher.id)
        .where(and_(started, visible(viewer)))
    )
    if step in {each.value for each in ReportState}:
        ungraded = FinalEvaluation.id.is_(None) if step == ReportState.ACCEPTED else true()
        statement = statement.where(FinalReport.state == ReportState(step), ungraded)
    elif step in {each.value for each in GradingState}:
        statement = statement.where(FinalEvaluation.state == GradingState(step))
    total = session.scalar(select(func.count()).select_from(statement.with_only_columns(Voucher.id).subquery())) or 0
    order = (FinalReport.state.in_([ReportState.DUE, ReportState.FIXING]).desc().nulls_last(), FinalReport.due_on)
    rows = session.execute(statement.order_by(*order, Voucher.id.desc()).limit(PAGE).offset((page - 1) * PAGE)).all()
    return Page([_project(viewer, *row) for row in rows], page, PAGE, total)


def _project(
    viewer: Viewer,
    voucher: Voucher,
    firm: str,
    report: FinalReport | None,
    evaluation: FinalEvaluation | None,
    checks: int,
    visits: int,
) -> Project:
    told = evaluation is not None and (
        evaluation.state != GradingState.SCORING or viewer.sees_everything or policies.is_judge(viewer, evaluation)
    )
    shown = evaluation if told else None
    return Project(
        id=voucher.id,
        number=voucher.number,
        firm=firm,
        voucher_state=voucher.state,
        report_id=report.id if report else None,
        report_state=report.state if report else None,
        due_on=report.due_on if report else None,
        evaluation_id=shown.id if shown else None,
        grading_state=shown.state if shown else None,
        grade=shown.final_grade if shown else None,
        checks=checks,
        visits=visits,
    )
