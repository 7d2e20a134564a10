"""Files of deliveries in storage: kept before the transaction that names them, checked before anybody gets them."""

from collections.abc import Iterable
from typing import IO

from werkzeug.datastructures import FileStorage

from marketplace.core.errors import Refused
from marketplace.core.i18n import _
from marketplace.core.storage import storage
from marketplace.delivery.rules import FILES_LIMIT, PATH_LIMIT, BadPath, KeptFile, safe_path


class Damaged(Refused):
    """What storage holds is not what was handed over."""

    status = 409


def keep(uploads: Iterable[FileStorage]) -> list[KeptFile]:
    """Put uploaded files into storage under their SHA-256. Kept twice is kept once, so a refusal later costs nothing.

    Refused for a name that is no plain relative path, for two files of one name, and for empty files.
    """
    named = [(checked_path(upload.filename or ""), upload) for upload in uploads if upload.filename]
    if len(named) > FILES_LIMIT:
        raise Refused(
            _("한 번에 %(limit)s개까지 올릴 수 있습니다. 압축해서 올리세요.", limit=FILES_LIMIT), field="files"
        )
    twice = {path for path, _upload in named if sum(path == other for other, _file in named) > 1}
    if twice:
        raise Refused(_("이름이 같은 파일이 있습니다: %(names)s", names=", ".join(sorted(twice))), field="files")
    kept = []
    for path, upload in named:
        digest, size = storage().put(upload.stream)
        if not size:
            raise Refused(_("빈 파일입니다: %(name)s", name=path), field="files")
        kept.append(KeptFile(path, size, digest))
    return sorted(kept, key=lambda each: each.path)


def checked_path(name: str, field: str = "files") -> str:
    """The path of a file inside a delivery. Raises Refused with what is wrong about the name."""
    try:
        return safe_path(name)
    except BadPath as bad:
        raise Refused(
            _(
                "쓸 수 없는 파일 이름입니다: %(name)s. %(limit)s자 이하로, ‘..’이나 드라이브 문자 없이 지으세요.",
                name=ascii(name[:60]) if not name.isprintable() else name[:60],
                limit=PATH_LIMIT,
            ),
            field=field,
        ) from bad


def opened(sha256: str) -> IO[bytes]:
    """The bytes kept under a hash, read through once and found unharmed, ready to be sent. Raises Damaged."""
    try:
        return storage().whole(sha256)
    except (OSError, ValueError) as error:
        raise Damaged(_damaged()) from error


def _damaged() -> str:
    return _(
        "보관된 파일이 납품 당시와 다르거나 없어 내려받을 수 없습니다. 담당자에게 알렸습니다. 다시 납품을 요청하세요."
    )
