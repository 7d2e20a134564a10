"""Evidence files in storage: kept under their hash before the transaction that names them."""

from collections.abc import Iterable
from pathlib import PurePosixPath

from werkzeug.datastructures import FileStorage

from marketplace.amendments.operations import KeptFile
from marketplace.core.errors import Refused
from marketplace.core.i18n import _
from marketplace.core.storage import storage

MOST = 10
LONGEST = 150


def keep(uploads: Iterable[FileStorage]) -> list[KeptFile]:
    """Put uploaded files into storage. Kept twice is kept once, so a refusal later costs nothing. Raises Refused."""
    named = [each for each in uploads if each.filename]
    if len(named) > MOST:
        raise Refused(_("증빙은 %(limit)s개까지 올릴 수 있습니다. 압축해서 올리세요.", limit=MOST), field="files")
    kept: dict[str, KeptFile] = {}
    for each in named:
        plain = PurePosixPath((each.filename or "").replace("\\", "/")).name
        name = "".join(letter for letter in plain if letter.isprintable())[-LONGEST:]
        if not name or name in kept:
            raise Refused(_("파일 이름이 비었거나 같은 이름이 두 번 있습니다."), field="files")
        sha256, size = storage().put(each.stream)
        if not size:
            raise Refused(_("빈 파일입니다: %(name)s", name=name), field="files")
        kept[name] = KeptFile(name, size, sha256)
    return list(kept.values())
