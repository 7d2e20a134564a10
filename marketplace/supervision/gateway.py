"""Files of supervision in storage: looked at by their bytes and kept before the transaction that names them."""

import hashlib
import io
from collections.abc import Iterable

from werkzeug.datastructures import FileStorage

from marketplace.core.documents import LARGEST_FILE, kind_of, plain_name
from marketplace.core.errors import Problem, Refused
from marketplace.core.i18n import _
from marketplace.core.storage import opened, storage
from marketplace.supervision.rules import BadPicture, KeptFile, KeptPhoto, Picture, picture_of

__all__ = ["keep_files", "keep_photos", "keep_samples", "opened"]
MOST = 10


def keep_files(uploads: Iterable[FileStorage]) -> list[KeptFile]:
    """Documents: PDF, HWPX, XLSX, or a picture. Kept twice is kept once, so a refusal later costs nothing but room."""
    kept = []
    for name, upload in _named(uploads):
        data = upload.stream.read(LARGEST_FILE + 1)
        try:
            if name.lower().endswith((".png", ".jpg", ".jpeg")):
                picture = picture_of(data)
                kept.append(_kept(name, picture.kind, picture.data))
            else:
                kept.append(_kept(name, kind_of(io.BytesIO(data), name), data))
        except (Problem, BadPicture) as bad:
            raise _refused(name, bad) from bad
    return kept


def keep_samples(uploads: Iterable[FileStorage]) -> list[KeptFile]:
    """Sample data: any text in UTF-8 (CSV, JSON), and what `keep_files` keeps."""
    kept = []
    for name, upload in _named(uploads):
        data = upload.stream.read(LARGEST_FILE + 1)
        if data and len(data) <= LARGEST_FILE and _is_text(data):
            kept.append(_kept(name, "text", data))
        else:
            kept += keep_files([FileStorage(io.BytesIO(data), name)])
    return kept


def keep_photos(uploads: Iterable[FileStorage]) -> list[KeptPhoto]:
    """Photos without what the camera wrote into them."""
    kept = []
    for name, upload in _named(uploads):
        data = upload.stream.read(LARGEST_FILE + 1)
        try:
            picture: Picture = picture_of(data)
        except BadPicture as bad:
            raise _refused(name, bad) from bad
        file = _kept(name, picture.kind, picture.data)
        size = (picture.width, picture.height)
        kept.append(KeptPhoto(name, picture.kind, *size, file.bytes, file.sha256, hashlib.sha256(data).hexdigest()))
    return kept


def _named(uploads: Iterable[FileStorage]) -> list[tuple[str, FileStorage]]:
    chosen = [each for each in uploads if each.filename]
    if len(chosen) > MOST:
        raise Refused(_("한 번에 %(limit)s개까지 붙일 수 있습니다.", limit=MOST), field="files")
    named: dict[str, FileStorage] = {}
    for each in chosen:
        try:
            name = plain_name(each.filename)
        except Problem as problem:
            raise Refused(_(problem.words), field="files") from problem
        if name in named:
            raise Refused(_("이름이 같은 파일이 있습니다: %(names)s", names=name), field="files")
        named[name] = each
    return list(named.items())


def _is_text(data: bytes) -> bool:
    try:
        return "\0" not in data.decode("utf-8")
    except UnicodeDecodeError:
        return False


def _kept(name: str, kind: str, data: bytes) -> KeptFile:
    sha256, size = storage().put(io.BytesIO(data))
    return KeptFile(name, kind, size, sha256)


def _refused(name: str, bad: Problem | BadPicture) -> Refused:
    words = _(bad.words, **(bad.values if isinstance(bad, Problem) else {}))
    return Refused(f"{name}: {words}", field="files")
