"""Closing a month of a programme: what was approved in it is added up, hashed, and stays."""

from datetime import date

from sqlalchemy import text

from marketplace.core import clock
from marketplace.core.db import session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _
from marketplace.core.viewer import Viewer
from marketplace.evidence.operations import record
from marketplace.programmes import queries as programmes
from marketplace.settlement import policies, queries
from marketplace.settlement.models import SettlementMonth


def close_month(programme_id: int, month: date, *, by: Viewer) -> SettlementMonth:
    """Close a month that is over. `month` is its first day. The unique constraint refuses a second time."""
    if not policies.may_decide(by):
        raise NotYours(_("정산 담당자만 달을 마감할 수 있습니다."))
    if month.day != 1 or month >= clock.today().replace(day=1):
        raise Refused(_("지난 달까지만 마감할 수 있습니다."), field="month")
    programme = programmes.get_programme(programme_id)
    # Approvals of this programme wait until this is over, and then see it (migration 0124).
    session.execute(text("select pg_advisory_xact_lock(7124, :programme)"), {"programme": programme.id})
    rows = queries.month_rows(programme.id, month)
    sums = queries.month_sums(rows)
    closed = SettlementMonth(
        programme_id=programme.id,
        month=month,
        cases=sums.cases,
        support_minor=sums.support,
        own_minor=sums.own,
        vat_minor=sums.vat,
        total_minor=sums.total,
        content_sha256=queries.month_hash(rows),
        closed_by=by.person_id,
    )
    session.add(closed)
    session.flush()
    record(
        "settlement_month:closed", closed, by=by, month=month.isoformat(), programme=programme.code,
        cases=sums.cases, total_minor=sums.total, content_sha256=closed.content_sha256,
    )  # fmt: skip
    return closed
