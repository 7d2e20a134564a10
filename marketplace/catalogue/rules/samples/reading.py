"""The tables in an upload: CSV, XLSX, JSON Lines, Parquet, or a ZIP of such files. Each is read once, row by row. Pure."""

import csv
import io
import json
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from marketplace.catalogue.rules.samples import archive as packed
from marketplace.catalogue.rules.samples import sheets
from marketplace.catalogue.rules.samples.letters import codec_of
from marketplace.catalogue.rules.samples.limits import (
    LONGEST_LINE,
    MOST_COLUMNS,
    MOST_TABLES,
)
from marketplace.catalogue.rules.samples.parquet import parquet_table
from marketplace.catalogue.rules.tables import N_, Problem

KINDS = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".xlsx": "xlsx",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
    ".zip": "zip",
}
PROGRAMS = (
    b"MZ",
    b"\x7fELF",
    b"#!",
    b"%PDF",
    b"GIF8",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"\xd0\xcf\x11\xe0",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
    b"PK",
    b"PAR1",
    b"BM",
    b"\xca\xfe\xba\xbe",
    b"OggS",
    b"ID3",
)
"""How files begin that are not text."""
UNKNOWN = N_("CSV, XLSX, JSON Lines, Parquet 파일이나 이들을 묶은 ZIP만 올릴 수 있습니다.")
DISGUISED = N_("파일 내용이 이름(%(name)s)과 다릅니다. 알맞은 확장자로 저장해 다시 올리세요.")


@dataclass
class Table:
    """One table: its name, its columns, and its rows as texts, '' where nothing stands; rows can be read once."""

    name: str
    heading: list[str]
    rows: Iterator[list[str]]


def kind_of(name: str) -> str:
    """What a file says it is, by its ending. Raises Problem."""
    kind = KINDS.get(Path(name.casefold()).suffix)
    if kind is None:
        raise Problem(UNKNOWN)
    return kind


def tables_of(file: IO[bytes], name: str) -> Iterator[Table]:
    """The tables of an upload, one after the other; each is read before the next is asked for. Raises Problem."""
    kind = kind_of(name)
    if kind == "zip":
        yield from _packed(file)
    else:
        yield from _single(file, name, kind)


def _packed(file: IO[bytes]) -> Iterator[Table]:
    """The files of an archive. What spreadsheets and systems leave behind beside them is passed over."""
    archive, members = packed.opened(file)
    members = [each for each in members if not _left_behind(packed.name_of(each))]
    if not members:
        raise Problem(N_("압축 파일 안에 읽을 파일이 없습니다."))
    if len(members) > MOST_TABLES:
        raise Problem(N_("표는 %(limit)s개까지 올릴 수 있습니다."), {"limit": MOST_TABLES})
    kinds = {each.filename: kind_of(packed.name_of(each)) for each in members}
    if "zip" in kinds.values():
        raise Problem(N_("압축 파일 안에 또 압축 파일이 있습니다. 풀어서 한 번만 압축하세요."))
    for member in members:
        with tempfile.TemporaryFile() as unpacked:
            for chunk in packed.chunks(archive, member):
                unpacked.write(chunk)
            unpacked.seek(0)
            yield from _single(unpacked, packed.name_of(member), kinds[member.filename])


def _left_behind(name: str) -> bool:
    return name.startswith("__MACOSX/") or name.rsplit("/", 1)[-1] in (".DS_Store", "Thumbs.db", "desktop.ini")


def _single(file: IO[bytes], name: str, kind: str) -> Iterator[Table]:
    if not file.read(1):
        raise Problem(N_("빈 파일입니다: %(name)s"), {"name": name[:60]})
    file.seek(0)
    if kind == "xlsx":
        archive, members = packed.opened(file)
        packed.judge_workbook(archive, members)
        file.seek(0)
        for sheet, heading, rows in sheets.sheets_of(file):
            yield Table(f"{name} – {sheet}" if sheet else name, named(heading), rows)
    elif kind == "parquet":
        with closing(parquet_table(file, name)) as found:
            heading, rows = next(found)
            yield Table(name, named(heading), rows)
    else:
        _is_text(file, name)
        with io.TextIOWrapper(io.BufferedReader(_Open(file)), codec_of(file), "strict", newline="") as text:
            yield (_csv if kind == "csv" else _json_lines)(text, name)


class _Open(io.RawIOBase):
    """The file under a text reader that does not close it."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        return self.file.seek(offset, whence)

    def tell(self) -> int:
        return self.file.tell()

    def readinto(self, buffer: Any) -> int:
        data = self.file.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def _is_text(file: IO[bytes], name: str) -> None:
    """A text holds no zero byte (but in UTF-16) and begins like no other kind of file."""
    head = file.read(4096)
    file.seek(0)
    marked = head[:2] in (b"\xff\xfe", b"\xfe\xff")
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if (
        head.startswith(PROGRAMS)
        or b"%PDF-" in head[:1024]
        or start.startswith((b"<!doctype", b"<html", b"<?xml", b"<svg", b"<script"))
    ):
        raise Problem(DISGUISED, {"name": name[:60]})
    if not marked and b"\0" in head:
        raise Problem(DISGUISED, {"name": name[:60]})


def named(heading: list[str]) -> list[str]:
    """Every column with a name of its own. Raises Problem for too many or none."""
    while heading and not heading[-1].strip():
        heading = heading[:-1]
    if not heading:
        raise Problem(N_("첫 줄에 열 이름이 없습니다. 열 이름을 첫 줄에 적어 다시 올리세요."))
    if len(heading) > MOST_COLUMNS:
        raise Problem(
            N_("열이 %(count)s개입니다. %(limit)s개까지 올릴 수 있습니다."),
            {"count": len(heading), "limit": MOST_COLUMNS},
        )
    names: list[str] = []
    for number, cell in enumerate(heading, 1):
        name = " ".join(cell.split())[:100] or f"#{number}"
        names.append(name if name not in names else f"{name} #{number}")
    return names


def _csv(text: IO[str], name: str) -> Table:
    csv.field_size_limit(LONGEST_LINE)
    first = text.readline(LONGEST_LINE)
    if len(first) >= LONGEST_LINE:
        raise Problem(N_("첫 줄이 지나치게 깁니다. 줄마다 한 행인 표를 올리세요."))
    delimiter = max(",\t;|", key=first.count)
    text.seek(0)
    lines = csv.reader(text, delimiter=delimiter)
    try:
        heading = next(lines, [])
    except csv.Error as error:
        raise Problem(N_("첫 줄의 따옴표가 맞지 않습니다.")) from error
    return Table(name, named(heading), _csv_rows(lines, len(named(heading))))


def _csv_rows(lines: Any, width: int) -> Iterator[list[str]]:
    while True:
        try:
            cells = next(lines, None)
        except csv.Error as error:
            raise Problem(
                N_("%(row)s행부터 따옴표가 닫히지 않았거나 칸이 지나치게 깁니다."), {"row": lines.line_num}
            ) from error
        if cells is None:
            return
        if any(cell.strip() for cell in cells[width:]):
            raise Problem(
                N_("%(row)s행의 칸이 %(cells)s개인데 열 이름은 %(columns)s개입니다. 쉼표가 든 칸은 따옴표로 묶으세요."),
                {"row": lines.line_num, "cells": len(cells), "columns": width},
                lines.line_num,
            )
        if any(cell.strip() for cell in cells):
            yield [*cells[:width], *[""] * (width - len(cells))]


def _json_lines(text: IO[str], name: str) -> Table:
    keys: dict[str, None] = {}
    for _number, row in _objects(text):
        keys.update(dict.fromkeys(row))
        if len(keys) > MOST_COLUMNS:
            break
    heading = list(keys)
    text.seek(0)
    return Table(name, named(heading), ([_said(row.get(key)) for key in heading] for _number, row in _objects(text)))


def _objects(text: IO[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    number = 0
    while line := text.readline(LONGEST_LINE + 1):
        number += 1
        if not line.strip():
            continue
        try:
            row = json.loads(line) if len(line) <= LONGEST_LINE else None
        except (ValueError, RecursionError):
            row = None
        if not isinstance(row, dict):
            raise Problem(
                N_("%(row)s행이 JSON 객체 한 개가 아닙니다. 줄마다 {…} 하나씩 적으세요."), {"row": number}, number
            )
        yield number, row


def _said(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)
