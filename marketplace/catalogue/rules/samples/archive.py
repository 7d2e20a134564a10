"""Archives of strangers: judged before anything in them is read, and counted while it is. Pure."""

import stat
import struct
import zipfile
from collections.abc import Iterator
from typing import IO

from marketplace.catalogue.rules.samples.limits import (
    HIGHEST_RATIO,
    LARGEST_UNPACKED,
    LARGEST_WORDS,
    MOST_MEMBERS,
)
from marketplace.catalogue.rules.tables import N_, Problem

END = b"PK\x05\x06"
UTF8_NAME, ENCRYPTED = 0x800, 0x1
CHUNK = 256 * 1024
BOMB = N_("압축을 풀면 지나치게 커지는 파일입니다. 표본만 골라 다시 압축해 올리세요.")
TRICK = N_("압축 파일 안에 쓸 수 없는 이름이 있습니다: %(name)s. 폴더 밖을 가리키지 않는 이름으로 다시 압축하세요.")
BROKEN = N_("압축 파일이 깨졌거나 다른 것이 덧붙어 있습니다. 다시 만들어 올리세요.")


class Counted:
    """A stream that may give so many bytes and no more, whatever the archive's directory promised."""

    def __init__(self, stream: IO[bytes], most: int = LARGEST_UNPACKED) -> None:
        self.stream, self.left = stream, most

    def read(self, size: int = -1) -> bytes:
        data = self.stream.read(min(CHUNK, size) if size and size > 0 else CHUNK)
        self.left -= len(data)
        if self.left < 0:
            raise Problem(BOMB)
        return data


def opened(file: IO[bytes]) -> tuple[zipfile.ZipFile, list[zipfile.ZipInfo]]:
    """The archive and its files, after every check that needs no unpacking. Raises Problem."""
    _whole(file)
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, struct.error) as error:
        raise Problem(BROKEN) from error
    members = archive.infolist()
    if len(members) > MOST_MEMBERS:
        raise Problem(
            N_("압축 파일 안에 파일이 %(count)s개나 있습니다. %(limit)s개까지 됩니다."),
            {"count": len(members), "limit": MOST_MEMBERS},
        )
    _fit(members)
    seen: set[str] = set()
    for member in members:
        name = name_of(member)
        _judge(member, name)
        if name in seen:
            raise Problem(N_("압축 파일 안에 이름이 같은 파일이 두 개 있습니다: %(name)s"), {"name": name[:60]})
        seen.add(name)
    return archive, [member for member in members if not member.is_dir()]


def _whole(file: IO[bytes]) -> None:
    """An archive begins with its first file and ends with its directory: what else there is, another program reads."""
    file.seek(0)
    begins = file.read(4)
    size = file.seek(0, 2)
    file.seek(max(0, size - 22))
    tail = file.read(22)
    file.seek(0)
    if begins != b"PK\x03\x04" or len(tail) < 22 or not tail.startswith(END) or tail[20:22] != b"\0\0":
        raise Problem(BROKEN)
    length, offset = struct.unpack("<II", tail[12:20])
    if offset + length != size - 22:
        raise Problem(BROKEN)


def _fit(members: list[zipfile.ZipInfo]) -> None:
    """Files that lie over each other in the archive are how one kilobyte is counted a thousand times."""
    end = 0
    for member in sorted(members, key=lambda each: each.header_offset):
        if member.header_offset < end:
            raise Problem(BOMB)
        end = member.header_offset + member.compress_size
    unpacked = sum(member.file_size for member in members)
    if unpacked > LARGEST_UNPACKED:
        raise Problem(BOMB)
    for member in members:
        if member.file_size > 1_000_000 and member.file_size > HIGHEST_RATIO * max(1, member.compress_size):
            raise Problem(BOMB)


def name_of(member: zipfile.ZipInfo) -> str:
    """The name as it was meant: archives made on Korean Windows write CP949 without saying so."""
    if member.flag_bits & UTF8_NAME:
        return member.filename
    try:
        return member.orig_filename.encode("cp437").decode("cp949")
    except UnicodeError:
        return member.filename


def _judge(member: zipfile.ZipInfo, name: str) -> None:
    parts = name.replace("\\", "/").rstrip("/").split("/")
    raw = member.orig_filename
    odd = "\0" in raw or "\\" in raw or ":" in name or name.startswith("/") or len(name) > 200
    if odd or not name.isprintable() or any(part in ("", ".", "..") for part in parts):
        raise Problem(TRICK, {"name": ascii(name[:60])})
    if stat.S_ISLNK(member.external_attr >> 16):
        raise Problem(TRICK, {"name": name[:60]})
    if member.flag_bits & ENCRYPTED:
        raise Problem(N_("암호가 걸린 압축 파일은 읽을 수 없습니다. 암호 없이 다시 압축하세요."))
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Problem(N_("흔한 방식(ZIP 표준)으로 압축한 파일만 읽습니다."))


def chunks(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """The bytes of one file, counted. Raises Problem."""
    try:
        with archive.open(member) as stream:
            counted = Counted(stream)
            while chunk := counted.read():
                yield chunk
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as error:
        raise Problem(BROKEN) from error
    except Exception as error:
        if type(error).__module__ == "zlib":
            raise Problem(BROKEN) from error
        raise


def judge_workbook(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> None:
    """A workbook is texts in XML that declare nothing: no document type, no entity, no program. Raises Problem."""
    names = {member.filename.casefold() for member in members}
    if "[content_types].xml" not in names or "xl/workbook.xml" not in names:
        raise Problem(N_("엑셀 통합 문서가 아닙니다. .xlsx로 저장해 다시 올리세요."))
    if any(name.endswith(("vbaproject.bin", ".exe", ".dll", ".js", ".vbs")) for name in names):
        raise Problem(N_("매크로나 프로그램이 든 통합 문서는 받지 않습니다. .xlsx로 저장해 다시 올리세요."))
    for member in members:
        if member.filename.casefold().endswith("sharedstrings.xml") and member.file_size > LARGEST_WORDS:
            raise Problem(BOMB)
        if not member.filename.casefold().endswith((".xml", ".rels", ".vml")):
            continue
        tail = b""
        for chunk in chunks(archive, member):
            # Without its zero bytes, a text in UTF-16 reads like one in UTF-8.
            text = (tail + chunk).replace(b"\0", b"").upper()
            if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
                raise Problem(N_("통합 문서의 XML에 외부를 가리킬 수 있는 선언(DOCTYPE)이 있어 읽지 않습니다."))
            tail = chunk[-32:]
