"""Links to delivered files that end by themselves, and receipts of who took what."""

import secrets
from datetime import timedelta

from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _
from marketplace.core.viewer import Viewer, origin
from marketplace.delivery import policies, queries
from marketplace.delivery.models import DeliveryFile, DownloadLink, DownloadReceipt
from marketplace.evidence.operations import record
from marketplace.orders.queries import get_order

HOURS = (24, 72, 168)
MOST_LINKS = 200


def make_link(file_id: int, *, hours: int, note: str = "", by: Viewer) -> DownloadLink:
    """A link to one file for `hours`, for those in the buyer's firm who have no account. Everything taken by it is noted."""
    file = locked(DeliveryFile, file_id)
    order = get_order(queries.get_delivery(file.delivery_id).order_id)
    if not policies.may_link(by, order):
        raise NotYours(_("내려받기 링크는 수요기업의 구성원만 만듭니다."))
    if hours not in HOURS:
        raise Refused(_("링크를 쓸 수 있는 시간을 고르세요."), field="hours")
    if len(queries.links_of(file.delivery_id)) >= MOST_LINKS:
        raise Refused(_("한 납품에 링크는 %(limit)s개까지 만들 수 있습니다.", limit=MOST_LINKS))
    link = DownloadLink(
        file_id=file.id,
        nonce=secrets.token_hex(16),
        note=note,
        made_at=clock.now(),
        expires_at=clock.now() + timedelta(hours=hours),
        made_by=by.person_id,
    )
    session.add(link)
    session.flush()
    record("download_link:made", link, by=by, delivery=file.delivery_id, path=file.path, until=link.expires_at)
    return link


def end_link(link_id: int, *, by: Viewer) -> DownloadLink:
    """Let a link end now."""
    link = locked(DownloadLink, link_id)
    file = locked(DeliveryFile, link.file_id)
    if not policies.may_link(by, get_order(queries.get_delivery(file.delivery_id).order_id)):
        raise NotYours(_("내려받기 링크는 수요기업의 구성원만 만듭니다."))
    if link.ended_at is None:
        link.ended_at = clock.now()
        record("download_link:ended", link, by=by)
    return link


def note_taken(file: DeliveryFile, *, link_id: int | None, by: Viewer) -> None:
    """The receipt: which file, by whom or by which link, from where."""
    session.add(
        DownloadReceipt(
            file_id=file.id, link_id=link_id, person_id=by.person_id, address=origin.get().address, bytes=file.bytes
        )
    )
    record(
        *("delivery:downloaded", f"delivery:{file.delivery_id}"),
        by=by,
        path=file.path,
        sha256=file.sha256,
        bytes=file.bytes,
        link=link_id,
    )
