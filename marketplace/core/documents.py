"""What an uploaded document is by its bytes. A name proves nothing: what calls itself plan.pdf and is a program is no PDF."""

import io
import zipfile
import zlib
from pathlib import PurePath
from typing import IO

from marketplace.core.errors import Problem
from marketplace.core.i18n import N_

LARGEST_FILE = 20 * 1024 * 1024
LONGEST_NAME = 150
MOST_MEMBERS, LARGEST_INSIDE = 5_000, 400 * 1024 * 1024
NOT_ONE_OF_OURS = N_("PDF, HWPX, XLSX 파일만 붙일 수 있습니다. 한글(HWP) 문서는 HWPX나 PDF로 저장해 올리세요.")
WORDS = {"pdf": "PDF", "hwpx": "HWPX", "xlsx": "XLSX"}


def plain_name(name: str | None) -> str:
    """A file's own name without folders. Raises Problem where nobody could read it."""
    plain = PurePath(name or "").name.rsplit("\\", 1)[-1].strip()
    if not plain or len(plain) > LONGEST_NAME or not plain.isprintable():
        raise Problem(N_("파일 이름이 없거나 너무 길거나 쓸 수 없는 글자가 있습니다. 이름을 바꾸세요."))
    return plain


def kind_of(file: IO[bytes], name: str) -> str:
    """'pdf', 'hwpx' or 'xlsx'. Raises Problem for everything else, for what is empty, too large, encrypted or damaged,
    and where the name says another kind than the bytes."""
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    if not size:
        raise Problem(N_("빈 파일입니다. 내용이 있는 파일을 고르세요."))
    if size > LARGEST_FILE:
        raise Problem(N_("파일 하나는 %(limit)sMB까지 올릴 수 있습니다."), {"limit": LARGEST_FILE // 1024**2})
    head = file.read(1024)
    kind = "pdf" if b"%PDF-" in head else _packed(file) if head.startswith(b"PK\x03\x04") else ""
    if kind == "pdf":
        file.seek(max(0, size - 2048))
        kind = "pdf" if b"%%EOF" in file.read() else ""
    file.seek(0)
    if not kind or PurePath(name).suffix.lower().lstrip(".") != kind:
        raise Problem(NOT_ONE_OF_OURS)
    return kind


def _packed(file: IO[bytes]) -> str:
    """What a ZIP archive is: the two kinds of document that we read are archives with a mark inside."""
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            names = {member.filename for member in members}
            inside = sum(member.file_size for member in members)
            if len(members) > MOST_MEMBERS or inside > LARGEST_INSIDE or any(each.flag_bits & 1 for each in members):
                return ""
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 100:
                return "hwpx" if archive.read("mimetype").strip() == b"application/hwp+zip" else ""
            # A workbook with macros has the same parts and one more.
            if {"[Content_Types].xml", "xl/workbook.xml"} <= names and "xl/vbaProject.bin" not in names:
                return "xlsx"
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, EOFError, zlib.error):
        return ""
    return ""
