"""Large files that come in pieces (tus 1.0: an offset, and every piece begins where the last one ended)."""

from datetime import timedelta

from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import N_, _
from marketplace.core.viewer import SYSTEM, Viewer
from marketplace.delivery import policies, queries
from marketplace.delivery.models import Upload, UploadPart, UploadState
from marketplace.delivery.rules import KeptFile
from marketplace.evidence.operations import record
from marketplace.orders.models import OrderState, PurchaseOrder
from marketplace.orders.queries import get_order

GIGABYTE = 1024**3
LARGEST = 50 * GIGABYTE
MOST_OPEN = 50
MOST_OF_ORDER = 100 * GIGABYTE
MOST_OF_FIRM = 300 * GIGABYTE
"""What may wait to be delivered at one time, promised or here: the disk belongs to everybody."""
SPARE = 5 * GIGABYTE
"""What no upload may take: the database and what is issued need room too."""
PATIENCE = timedelta(days=7)
"""After which a file that nobody goes on with, or uses, is thrown away."""
LATE = N_("7일 동안 이어 올리지 않거나 납품하지 않아 지웠습니다.")
BROKEN = N_("다 올린 파일의 SHA-256이 알려 준 값과 다릅니다. 다시 올리세요.")


class OutOfStep(Refused):
    """A piece does not begin where the last one ended; the sender asks for the offset and goes on from there."""

    status = 409


def begin_upload(
    order_id: int, *, path: str, size: int, sha256: str | None, free: int | None = None, by: Viewer
) -> Upload:
    """Make room for a file of `size` bytes that comes in pieces. `free` is what storage has left, None where it cannot be
    filled. Refused before the first byte where an order, a firm or all together would be promised too much."""
    order = locked(PurchaseOrder, order_id)
    if not policies.may_hand_over(by, order):
        raise NotYours(_("이 발주를 받은 공급기업의 구성원만 납품할 수 있습니다."))
    if order.state != OrderState.ACCEPTED:
        raise Refused(_("수락한 발주에만 납품할 수 있습니다. 지금 상태는 ‘%(state)s’입니다.", state=order.state.label))
    if not 0 < size <= LARGEST:
        raise Refused(_("파일은 1바이트에서 %(limit)s GB까지 올릴 수 있습니다.", limit=LARGEST // GIGABYTE))
    _check_room(order, size, free)
    upload = Upload(order_id=order.id, path=path, bytes=size, promised_sha256=sha256, made_by=by.person_id)
    session.add(upload)
    session.flush()
    record("upload:begun", upload, by=by, order=order.number, path=path, bytes=size)
    return upload


def _check_room(order: PurchaseOrder, size: int, free: int | None) -> None:
    waits = queries.uploads_waiting(order.id, order.supplier_id)
    if waits.count >= MOST_OPEN:
        raise Refused(
            _("납품하지 않은 파일이 %(limit)s개 있습니다. 납품하거나 지워질 때까지 기다리세요.", limit=MOST_OPEN)
        )
    for held, most, words in (
        (waits.of_order, MOST_OF_ORDER, _("이 발주에 올려 두고 납품하지 않은 파일")),
        (waits.of_firm, MOST_OF_FIRM, _("회사가 올려 두고 납품하지 않은 파일")),
    ):
        if held + size > most:
            raise Refused(
                _(
                    "%(what)s은 모두 %(most)s GB까지입니다. 지금 %(held)s GB가 있습니다. 먼저 납품하거나 목록에서 지우세요.",
                    what=words,
                    most=most // GIGABYTE,
                    held=f"{held / GIGABYTE:.1f}",
                )
            )
    # Until its pieces are put together a file stands twice.
    if free is not None and waits.to_come + 2 * size > free - SPARE:
        raise Refused(_("지금은 이만한 파일을 둘 자리가 없습니다. 운영기관에 알리거나, 파일을 나누어 먼저 납품하세요."))


def take_part(upload_id: int, *, begins_at: int, size: int, sha256: str, by: Viewer) -> Upload:
    """Note a piece that storage holds. Refused (409) where it does not begin where the last one ended."""
    upload = locked(Upload, upload_id)
    if not policies.may_hand_over(by, get_order(upload.order_id)):
        raise NotYours(_("이 발주를 받은 공급기업의 구성원만 납품할 수 있습니다."))
    if upload.source is not None:
        raise OutOfStep(_("링크에서 가져오는 파일에는 올릴 수 없습니다."))
    return note_part(upload, begins_at=begins_at, size=size, sha256=sha256, by=by)


def note_part(upload: Upload, *, begins_at: int, size: int, sha256: str, by: Viewer) -> Upload:
    """The same for an upload that is locked, whoever brought the piece."""
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
    upload.advance(to=UploadState.READY)  # only what is whole
    if not good:
        upload.advance(to=UploadState.FAILED)
        upload.problem = BROKEN
    record("upload:checked", upload, by=SYSTEM, sha256=sha256, good=good)
    return upload


def throw_away(upload_id: int) -> bool:
    """Give up a file that nobody went on with or used."""
    upload = locked(Upload, upload_id)
    if upload.state not in (UploadState.OPEN, UploadState.READY) or upload.touched_at + PATIENCE > clock.now():
        return False
    upload.advance(to=UploadState.FAILED)
    upload.problem, upload.problem_values, upload.touched_at = LATE, {}, clock.now()
    record("upload:thrown_away", upload, by=SYSTEM)
    return True


def give_up_upload(upload_id: int, *, by: Viewer) -> Upload:
    """The supplier does not want a file any more that is in no delivery yet; its room is free again."""
    upload = locked(Upload, upload_id)
    if not policies.may_hand_over(by, get_order(upload.order_id)):
        raise NotYours(_("이 발주를 받은 공급기업의 구성원만 납품할 수 있습니다."))
    if upload.state not in (UploadState.OPEN, UploadState.READY):
        raise Refused(_("확인하는 중이거나 이미 납품한 파일은 지울 수 없습니다. 화면을 새로 고치세요."))
    upload.advance(to=UploadState.FAILED)
    upload.problem, upload.problem_values = "", {}  # nobody needs to be told
    record("upload:given_up", upload, by=by)
    return upload


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
