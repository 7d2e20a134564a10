"""Large files that come in pieces (tus 1.0: an offset, and every piece begins where the last one ended)."""

from datetime import timedelta

from sqlalchemy import func, select

from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import N_, _
from marketplace.core.viewer import SYSTEM, Viewer
from marketplace.delivery import policies
from marketplace.delivery.models import Upload, UploadPart, UploadState
from marketplace.delivery.rules import KeptFile
from marketplace.evidence.operations import record
from marketplace.orders.models import OrderState, PurchaseOrder
from marketplace.orders.queries import get_order

LARGEST = 50 * 1024**3
MOST_OPEN = 50
PATIENCE = timedelta(days=7)
"""After which a file that nobody goes on with, or uses, is thrown away."""
LATE = N_("7일 동안 이어 올리지 않거나 납품하지 않아 지웠습니다.")
BROKEN = N_("다 올린 파일의 SHA-256이 알려 준 값과 다릅니다. 다시 올리세요.")


class OutOfStep(Refused):
    """A piece does not begin where the last one ended; the sender asks for the offset and goes on from there."""

    status = 409


def begin_upload(order_id: int, *, path: str, size: int, sha256: str | None, by: Viewer) -> Upload:
    """Make room for a file of `size` bytes that comes in pieces."""
    order = locked(PurchaseOrder, order_id)
    if not policies.may_hand_over(by, order):
        raise NotYours(_("이 발주를 받은 공급기업의 구성원만 납품할 수 있습니다."))
    if order.state != OrderState.ACCEPTED:
        raise Refused(_("수락한 발주에만 납품할 수 있습니다. 지금 상태는 ‘%(state)s’입니다.", state=order.state.label))
    if not 0 < size <= LARGEST:
        raise Refused(_("파일은 1바이트에서 %(limit)s GB까지 올릴 수 있습니다.", limit=LARGEST // 1024**3))
    waiting = (UploadState.OPEN, UploadState.WHOLE, UploadState.READY)
    many = session.scalar(select(func.count()).where(Upload.order_id == order.id, Upload.state.in_(waiting)))
    if (many or 0) >= MOST_OPEN:
        raise Refused(
            _("납품하지 않은 파일이 %(limit)s개 있습니다. 납품하거나 지워질 때까지 기다리세요.", limit=MOST_OPEN)
        )
    upload = Upload(order_id=order.id, path=path, bytes=size, promised_sha256=sha256, made_by=by.person_id)
    session.add(upload)
    session.flush()
    record("upload:begun", upload, by=by, order=order.number, path=path, bytes=size)
    return upload


def take_part(upload_id: int, *, begins_at: int, size: int, sha256: str, by: Viewer) -> Upload:
    """Note a piece that storage holds. Refused (409) where it does not begin where the last one ended."""
    upload = locked(Upload, upload_id)
    if not policies.may_hand_over(by, get_order(upload.order_id)):
        raise NotYours(_("이 발주를 받은 공급기업의 구성원만 납품할 수 있습니다."))
    if upload.state != UploadState.OPEN or begins_at != upload.reached:
        raise OutOfStep(_("이어 올릴 자리가 다릅니다. 지금 자리를 다시 물어보세요."))
    if begins_at + size > upload.bytes:
        raise Refused(_("알려 준 크기보다 많이 보냈습니다."))
    if size:
        session.add(UploadPart(upload_id=upload.id, begins_at=begins_at, bytes=size, sha256=sha256))
        upload.reached, upload.touched_at = begins_at + size, clock.now()
    if upload.reached == upload.bytes:
        upload.advance(to=UploadState.WHOLE)
        record("upload:whole", upload, by=by)
    session.flush()
    return upload


def finish_upload(upload_id: int, *, sha256: str) -> Upload:
    """The pieces are put together: ready if the whole hashes to what was promised."""
    upload = locked(Upload, upload_id)
    upload.sha256 = sha256
    good = upload.promised_sha256 in (None, sha256)
    upload.advance(to=UploadState.READY if good else UploadState.FAILED)
    if not good:
        upload.problem = BROKEN
    record("upload:checked", upload, by=SYSTEM, sha256=sha256, good=good)
    return upload


def throw_away(upload_id: int) -> bool:
    """Give up a file that nobody went on with or used."""
    upload = locked(Upload, upload_id)
    if upload.state not in (UploadState.OPEN, UploadState.READY) or upload.touched_at + PATIENCE > clock.now():
        return False
    upload.advance(to=UploadState.FAILED)
    upload.problem = LATE
    record("upload:thrown_away", upload, by=SYSTEM)
    return True


def use_uploads(order: PurchaseOrder, uploads: tuple[int, ...]) -> list[KeptFile]:
    """The files that came in pieces, for a delivery that is being made. The order is locked."""
    files = []
    for upload_id in sorted(uploads):
        upload = locked(Upload, upload_id)
        if upload.order_id != order.id or upload.state != UploadState.READY:
            raise Refused(_("아직 쓸 수 없거나 이미 납품한 파일입니다. 화면을 새로 고치세요."), field="uploaded")
        upload.advance(to=UploadState.USED)
        files.append(KeptFile(upload.path, upload.bytes, upload.sha256 or ""))
    return files
