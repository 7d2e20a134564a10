"""Writing down a visit, once and for ever."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from marketplace.core import clock
from marketplace.core.db import session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _
from marketplace.core.viewer import Viewer
from marketplace.evidence.operations import record
from marketplace.notices.operations import notify
from marketplace.orders.models import UNSENT
from marketplace.orders.queries import get_order
from marketplace.supervision import policies, queries
from marketplace.supervision.models import SitePhoto, SiteVisit, VisitVerdict
from marketplace.supervision.rules import KeptPhoto


def record_visit(
    order_id: int,
    *,
    supplier: bool,
    visited_on: date,
    place: str,
    met: str,
    workers_seen: int,
    seen: str,
    verdict: VisitVerdict,
    photos: Sequence[KeptPhoto] = (),
    corrects_id: int | None = None,
    by: Viewer,
) -> SiteVisit:
    """Keep what an officer saw at the supplier's (or the buyer's) of an order. A mistake is put right by another record."""
    if not policies.may_work(by):
        raise NotYours(_("사업 담당자만 현장점검을 기록할 수 있습니다."))
    order = get_order(order_id)
    if order.state in UNSENT:
        raise Refused(_("아직 보내지 않은 발주입니다."))
    if visited_on > clock.today():
        raise Refused(_("점검한 날이 오늘보다 뒤입니다."), field="visited_on")
    if corrects_id is not None and corrects_id not in {each.id for each in queries.visits_of(order.voucher_id)}:
        raise Refused(_("바로잡을 현장점검 기록이 이 바우처에 없습니다."), field="corrects")
    visit = SiteVisit(
        order_id=order.id,
        voucher_id=order.voucher_id,
        organisation_id=order.supplier_id if supplier else order.organisation_id,
        visited_on=visited_on,
        place=place,
        met=met,
        workers_seen=workers_seen,
        seen=seen,
        verdict=verdict,
        corrects_id=corrects_id,
        visited_by=by.person_id,
    )
    session.add(visit)
    session.flush()
    session.add_all(
        SitePhoto(
            visit_id=visit.id,
            name=each.name,
            kind=each.kind,
            width=each.width,
            height=each.height,
            bytes=each.bytes,
            sha256=each.sha256,
            original_sha256=each.original_sha256,
        )
        for each in photos
    )
    hashes = [each.sha256 for each in photos]
    record("site_visit:recorded", visit, by=by, order=order.number, verdict=str(verdict), photos=hashes)
    facts: dict[str, Any] = {"order": order.number or "", "title": order.title, "visited_on": visited_on.isoformat()}
    notify("site_visited", about=visit.subject, organisation_id=visit.organisation_id, **facts)
    return visit
