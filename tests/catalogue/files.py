"""Files as people and others upload them: good, messy and bad. All made here, byte by byte."""

import csv
import io
import struct
import zipfile
from typing import Any

import duckdb
import openpyxl

MESSY = (
    "성명,휴대폰,주민번호,결제금액,방문일,메모,사업자번호,\r\n"
    '홍길동,010-1234-5678,900101-1234568,"1,200",2020-01-03,a.kim@example.co.kr로 연락,123-45-67891,\r\n'
    "\r\n"
    "김영희,01098765432,,3500,2020-02-01,카드 4111 1111 1111 1111\r\n"
    "이순신,,,800,2020-03-15,'=1+1',,\r\n"
)
"""Empty lines, a line that is too short, commas at the end, and everything that is personal."""


def csv_bytes(rows: list[list[Any]], codec: str = "utf-8") -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode(codec)


def clean_csv(rows: int = 100) -> bytes:
    """Numbers, days, texts and gaps; nothing personal."""
    lines = [["id", "금액", "날짜", "지역", "비고"]]
    for number in range(rows):
        day = f"2020-01-{number % 28 + 1:02d}"
        lines.append(
            [number + 1, number * 1.5, day, ("서울", "부산", "대구")[number % 3], "" if number % 4 else "있음"]
        )
    return csv_bytes(lines)


def workbook(rows: list[list[Any]], **sheets: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for name, more in sheets.items():
        sheet = book.create_sheet(name)
        for row in more:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def parquet(folder: Any, query: str) -> bytes:
    path = folder / "made.parquet"
    duckdb.connect().execute(f"copy ({query}) to '{path}'")
    return path.read_bytes()


def archive(files: dict[str, bytes], **settings: Any) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(zipfile.ZipInfo(name) if settings.get("plain") else name, content)
    return out.getvalue()


def changed(book: bytes, **parts: bytes) -> bytes:
    """A workbook with some of its parts replaced or added: `xl__workbook_xml=…` is xl/workbook.xml."""
    wanted = {
        name.replace("__", "/").replace("_xml", ".xml").replace("_bin", ".bin"): text for name, text in parts.items()
    }
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for member in old.infolist():
            if member.filename not in wanted:
                made.writestr(member.filename, old.read(member))
        for name, text in wanted.items():
            made.writestr(name, text)
    return out.getvalue()


def bomb(size: int = 40_000_000) -> bytes:
    """Zeros that pack a thousand times."""
    return archive({"a.csv": b"a\n" + b"0" * size})


def lying_bomb() -> bytes:
    """A directory that promises ten bytes for forty million."""
    data = bytearray(bomb(40_000_000))
    at = data.rfind(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", 10)
    data[22:26] = struct.pack("<I", 10)
    return bytes(data)


def overlapping() -> bytes:
    """Many names for one stretch of bytes."""
    data = archive({f"{number}.csv": b"a\n" + b"1\n" * 500_000 for number in range(5)})
    start = data.find(b"PK\x01\x02")
    found, directory = bytearray(data), start
    while (directory := found.find(b"PK\x01\x02", directory)) >= 0 and directory < len(found) - 46:
        found[directory + 42 : directory + 46] = struct.pack("<I", 0)
        directory += 4
    return bytes(found)


def symlink() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        link = zipfile.ZipInfo("a.csv")
        link.external_attr = 0o120777 << 16
        made.writestr(link, "/etc/passwd")
    return out.getvalue()


def encrypted() -> bytes:
    data = bytearray(archive({"a.csv": b"a\n1\n"}))
    at = data.find(b"PK\x01\x02")
    data[at + 8] |= 1
    data[6] |= 1
    return bytes(data)
