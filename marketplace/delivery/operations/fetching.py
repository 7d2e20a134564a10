"""Files that the program fetches from a supplier's own store: named by address, size and hash, taken for nothing else."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import Refused
from marketplace.core.i18n import N_, _
from marketplace.core.viewer import SYSTEM, Viewer
from marketplace.delivery.models import Upload, UploadState
from marketplace.delivery.operations.uploading import begin_upload, note_part
from marketplace.evidence.operations import record

MOST_TRIES = 8
PAUSE = timedelta(seconds=15)
LONGEST = timedelta(days=30)
"""An address that holds longer is no address for one delivery."""
OVER = N_("링크의 기한이 지나 가져오지 못했습니다. 새 링크를 적으세요.")


def link_upload(
    order_id: int,
    *,
    path: str,
    size: int,
    sha256: str,
    source: str,
    until: datetime,
    free: int | None = None,
    by: Viewer,
) -> Upload:
    """Name a file in the supplier's own store; a job fetches it while the address holds. Limits are those of any upload."""
    parts = urlsplit(source)
    if parts.scheme != "https" or not parts.hostname or parts.username or parts.password:
        raise Refused(_("https://로 시작하고 암호가 들어 있지 않은 주소여야 합니다."), field="source")
    now = clock.now()
    if not now < until <= now + LONGEST:
        raise Refused(_("링크의 기한은 지금부터 %(days)s일 안이어야 합니다.", days=LONGEST.days), field="until")
    upload = begin_upload(order_id, path=path, size=size, sha256=sha256, free=free, by=by)
    upload.source, upload.source_until = source, until
    session.flush()
    # The address opens the store to whoever knows it: evidence names the machine only.
    record("upload:linked", upload, by=by, host=parts.hostname, sha256=sha256, until=until.isoformat())
    return upload


def take_fetched(upload_id: int, *, begins_at: int, size: int, sha256: str) -> Upload:
    """Note a piece that the job fetched and storage holds."""
    upload = locked(Upload, upload_id)
    upload.tries, upload.not_before, upload.problem, upload.problem_values = 0, None, "", {}
    return note_part(upload, begins_at=begins_at, size=size, sha256=sha256, by=SYSTEM)


def miss_fetch(upload_id: int, words: str, values: Mapping[str, Any], *, final: bool) -> Upload:
    """Nothing came: try again later, each time after twice the pause, and give up in the end or at once (`final`)."""
    upload = locked(Upload, upload_id)
    if upload.state != UploadState.OPEN:
        return upload
    upload.tries += 1
    upload.problem, upload.problem_values = words, dict(values)
    upload.not_before = clock.now() + PAUSE * 2**upload.tries
    if final or upload.tries >= MOST_TRIES:
        upload.advance(to=UploadState.FAILED)
        record("upload:not_fetched", upload, by=SYSTEM)
    session.flush()
    return upload
