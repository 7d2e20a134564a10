"""What a file that proves a price is, by its bytes: a name proves nothing. Pure."""

import io
import zipfile
import zlib
from pathlib import PurePath
from typing import IO

from marketplace.core.i18n import N_

LARGEST_PROOF = 10 * 1024 * 1024
LONGEST_NAME = 150
MOST_MEMBERS, MOST_INSIDE = 2_000, 200 * 1024 * 1024
ENDINGS = {"pdf": "pdf", "png": "png", "jpg": "jpg", "jpeg": "jpg", "xlsx": "xlsx"}
"""The ending of a name, and what the bytes must then be."""


class BadProof(ValueError):
    """A file that cannot be taken: `words` is a message id for `values`."""

    def __init__(self, words: str, **values: object) -> None:
        super().__init__(words)
        self.words, self.values = words, values


def proof_of(file: IO[bytes], name: str | None) -> tuple[str, str]:
    """(plain name without folders, kind) of a file that may prove a price. Raises BadProof with what to do instead."""
    plain = PurePath(name or "").name.rsplit("\\", 1)[-1].strip()
    if not plain or len(plain) > LONGEST_NAME or not plain.isprintable():
        raise BadProof(N_("파일 이름이 너무 길거나 쓸 수 없는 글자가 있습니다. 이름을 바꾸세요."))
    size = file.seek(0, io.SEEK_END)
    if not size:
        raise BadProof(N_("빈 파일입니다: %(name)s"), name=plain)
    if size > LARGEST_PROOF:
        raise BadProof(
            N_("%(name)s: 파일 하나는 %(limit)sMB까지 올릴 수 있습니다."), name=plain, limit=LARGEST_PROOF // 1024**2
        )
    kind = ENDINGS.get(PurePath(plain).suffix.lower().lstrip("."))
    if kind is None or _kind_by_bytes(file, size) != kind:
        raise BadProof(
            N_("%(name)s: PDF, PNG, JPG, XLSX 파일만 올릴 수 있고, 이름과 내용이 같은 형식이어야 합니다."), name=plain
        )
    return plain, kind


def _kind_by_bytes(file: IO[bytes], size: int) -> str:
    file.seek(0)
    head = file.read(1024)
    file.seek(max(0, size - 2048))
    tail = file.read()
    file.seek(0)
    if head.startswith(b"%PDF-"):
        return "pdf" if b"%%EOF" in tail else ""
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png" if b"IEND" in tail else ""
    if head.startswith(b"\xff\xd8\xff"):
        return "jpg" if b"\xff\xd9" in tail else ""
    return "xlsx" if head.startswith(b"PK\x03\x04") and _is_workbook(file) else ""


def _is_workbook(file: IO[bytes]) -> bool:
    """Whether an archive is a workbook without macros, and none that swells up when it is opened."""
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            names = {member.filename for member in members}
            swells = len(members) > MOST_MEMBERS or sum(member.file_size for member in members) > MOST_INSIDE
            hidden = any(member.flag_bits & 1 for member in members)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, EOFError, zlib.error):
        return False
    finally:
        file.seek(0)
    whole = {"[Content_Types].xml", "xl/workbook.xml"} <= names and "xl/vbaProject.bin" not in names
    return whole and not swells and not hidden
