"""What is due and what was missed: the firm is told before its day, and with the agency after it, once for each day."""

from typing import Any

from sqlalchemy.dialects.postgresql import insert

from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.viewer import SYSTEM, Role, Viewer
from marketplace.evidence.operations import record
from marketplace.notices.operations import notify
from marketplace.orders.queries import get_order
from marketplace.supervision import queries
from marketplace.supervision.models import FinalReport, MidtermCheck, SupervisionReminder


def remind_report(report_id: int, *, by: Viewer = SYSTEM) -> bool:
    """Remind a firm of its final report. False: it was told of this day."""
    report = locked(FinalReport, report_id)
    facts: dict[str, Any] = {"voucher": queries.voucher_of(report).number}
    return _told(report, "final_report", report.organisation_id, facts, by)


def remind_check(check_id: int, *, by: Viewer = SYSTEM) -> bool:
    """Remind a supplier of the answer to a mid-term check. False: it was told of this day."""
    check = locked(MidtermCheck, check_id)
    order = get_order(check.order_id)
    facts: dict[str, Any] = {"order": order.number or "", "title": order.title}
    return _told(check, "midterm", check.supplier_id, facts, by)


def _told(row: FinalReport | MidtermCheck, kind: str, firm: int, facts: dict[str, Any], by: Viewer) -> bool:
    missed = row.due_on < clock.today()
    told = insert(SupervisionReminder).values(subject=row.subject, due_on=row.due_on, missed=missed)
    told = told.on_conflict_do_nothing()
    if session.execute(told.returning(SupervisionReminder.id)).scalar_one_or_none() is None:
        return False
    word = "missed" if missed else "due"
    facts["due_on"] = row.due_on.isoformat()
    record(f"{row.__tablename__}:{word}", row, by=by, due_on=row.due_on)
    notify(f"{kind}_{word}", about=row.subject, organisation_id=firm, **facts)
    if missed:
        notify(f"{kind}_{word}", about=row.subject, role=Role.PROGRAMME_OFFICER, **facts)
    return True
