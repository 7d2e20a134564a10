"""Looking at files on their way, links and receipts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest

from sqlalchemy import and_, case, func, or_, select

from marketplace.accounts.models import Person
from marketplace.core import clock
from marketplace.core.db import session
from marketplace.core.keys import derived
from marketplace.core.viewer import Viewer
from marketplace.delivery.models import DeliveryFile, DownloadLink, DownloadReceipt, Upload, UploadPart, UploadState
from marketplace.orders import queries as orders
from marketplace.orders.models import PurchaseOrder

WAITING = (UploadState.OPEN, UploadState.WHOLE, UploadState.READY)


def find_upload_seen_by(viewer: Viewer, upload_id: int) -> tuple[Upload, PurchaseOrder] | None:
    """An upload and its order, where the viewer may see the order."""
    row = session.execute(
        select(Upload, PurchaseOrder)
        .join(PurchaseOrder, PurchaseOrder.id == Upload.order_id)
        .where(Upload.id == upload_id, orders.visible(viewer))
    ).one_or_none()
    return (row[0], row[1]) if row else None


def uploads_of(order_id: int) -> Sequence[Upload]:
    """What came in pieces for an order and is in no delivery yet, the newest first; what failed is shown for a week."""
    news = and_(Upload.problem != "", Upload.touched_at > clock.now() - timedelta(days=7))
    shown = or_(Upload.state.in_(WAITING), and_(Upload.state == UploadState.FAILED, news))
    statement = select(Upload).where(Upload.order_id == order_id, shown)
    return session.scalars(statement.order_by(Upload.id.desc()).limit(100)).all()


@dataclass(frozen=True)
class Waiting:
    """What was promised and is in no delivery yet: how many of the order, and bytes of the order, of the firm; and how many
    bytes are still to be written for everybody."""

    count: int
    of_order: int
    of_firm: int
    to_come: int


def uploads_waiting(order_id: int, supplier_id: int) -> Waiting:
    """One statement."""
    here, mine = Upload.order_id == order_id, PurchaseOrder.supplier_id == supplier_id
    # A piece is written when it comes and once more when the whole is put together.
    to_come = case((Upload.state == UploadState.READY, 0), else_=2 * Upload.bytes - Upload.reached)
    row = session.execute(
        select(
            func.count().filter(here),
            func.coalesce(func.sum(Upload.bytes).filter(here), 0),
            func.coalesce(func.sum(Upload.bytes).filter(mine), 0),
            func.coalesce(func.sum(to_come), 0),
        )
        .join(PurchaseOrder, PurchaseOrder.id == Upload.order_id)
        .where(Upload.state.in_(WAITING))
    ).one()
    return Waiting(*map(int, row))


def uploads_to_fetch(limit: int) -> Sequence[int]:
    """Uploads that the program fetches itself, and whose next try is due."""
    due = or_(Upload.not_before.is_(None), Upload.not_before <= clock.now())
    statement = select(Upload.id).where(Upload.state == UploadState.OPEN, Upload.source.is_not(None), due)
    return session.scalars(statement.order_by(Upload.touched_at, Upload.id).limit(limit)).all()


def find_upload(upload_id: int) -> Upload | None:
    """An upload, for jobs."""
    return session.get(Upload, upload_id, populate_existing=True)


def last_part(upload_id: int) -> UploadPart | None:
    """The newest piece: a sender who goes on compares it with its own file first."""
    statement = select(UploadPart).where(UploadPart.upload_id == upload_id).order_by(UploadPart.begins_at.desc())
    return session.scalars(statement.limit(1)).first()


def uploads_to_join(limit: int) -> Sequence[int]:
    """Uploads whose pieces are all there."""
    statement = select(Upload.id).where(Upload.state == UploadState.WHOLE).order_by(Upload.id).limit(limit)
    return session.scalars(statement).all()


def uploads_left(before: datetime, limit: int) -> Sequence[int]:
    """Uploads that nobody has touched since `before`."""
    left = Upload.state.in_((UploadState.OPEN, UploadState.READY)), Upload.touched_at < before
    return session.scalars(select(Upload.id).where(*left).order_by(Upload.id).limit(limit)).all()


def parts_of(upload_id: int) -> list[str]:
    """The hashes of the pieces of an upload, in their order."""
    statement = select(UploadPart.sha256).where(UploadPart.upload_id == upload_id).order_by(UploadPart.begins_at)
    return list(session.scalars(statement))


@dataclass(frozen=True)
class Link:
    """A link as its firm sees it."""

    id: int
    path: str
    note: str
    token: str
    expires_at: datetime
    over: bool


def token_of(nonce: str) -> str:
    """The secret part of a link's address: the row's nonce and its signature, which no reader of the database can make."""
    return f"{nonce}{derived('download link', nonce)[:32]}"


def links_of(delivery_id: int) -> list[Link]:
    """The links to the files of a delivery, the newest first."""
    statement = (
        select(DownloadLink, DeliveryFile.path)
        .join(DeliveryFile, DeliveryFile.id == DownloadLink.file_id)
        .where(DeliveryFile.delivery_id == delivery_id)
        .order_by(DownloadLink.id.desc())
        .limit(200)
    )
    return [
        Link(link.id, path, link.note, token_of(link.nonce), link.expires_at, not _stands(link))
        for link, path in session.execute(statement)
    ]


def _stands(link: DownloadLink) -> bool:
    return link.ended_at is None and link.expires_at > clock.now()


def find_file_by_token(token: str) -> tuple[DownloadLink, DeliveryFile] | None:
    """The file behind a link that still stands; None for every other."""
    nonce = token[:32]
    if not compare_digest(token.encode(), token_of(nonce).encode()):
        return None
    row = session.execute(
        select(DownloadLink, DeliveryFile)
        .join(DeliveryFile, DeliveryFile.id == DownloadLink.file_id)
        .where(DownloadLink.nonce == nonce)
    ).one_or_none()
    return (row[0], row[1]) if row and _stands(row[0]) else None


@dataclass(frozen=True)
class Receipt:
    """Who took which file when; `person` is None for a link."""

    taken_at: datetime
    path: str
    person: str | None
    link_id: int | None
    link_note: str | None
    address: str | None


def receipts_of(delivery_id: int) -> list[Receipt]:
    """The last hundred receipts of a delivery, the newest first."""
    statement = (
        select(
            DownloadReceipt.taken_at,
            DeliveryFile.path,
            Person.name,
            DownloadReceipt.link_id,
            DownloadLink.note,
            DownloadReceipt.address,
        )
        .join(DeliveryFile, DeliveryFile.id == DownloadReceipt.file_id)
        .outerjoin(Person, Person.id == DownloadReceipt.person_id)
        .outerjoin(DownloadLink, DownloadLink.id == DownloadReceipt.link_id)
        .where(DeliveryFile.delivery_id == delivery_id)
        .order_by(DownloadReceipt.id.desc())
        .limit(100)
    )
    return [Receipt(*row[:5], str(row[5]) if row[5] else None) for row in session.execute(statement)]
