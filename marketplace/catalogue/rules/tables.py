"""Reading a table of open data that was made by somebody else: its letters, its columns, its rows. Pure."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from marketplace.core.errors import Problem

LONGEST_TITLE = 200
LONGEST_KEY = 200
LONGEST_SUMMARY = 300
LONGEST_TEXT = 7500
LONGEST_EXTRA = 300
MOST_EXTRAS = 20
CELL_LIMIT = 1_000_000

COLUMNS: dict[str, str] = {
    "key": "key id datasetkey datasetid dataid uid 번호 데이터번호 일련번호 목록키 데이터id 데이터셋id 식별자",
    "title": "title name datasetname datasettitle 제목 데이터명 데이터셋명 목록명 상품명 데이터이름 이름 명칭",
    "url": "url link landingpage homepage 주소 링크 목록url 상세url 바로가기",
    "summary": "summary abstract 요약 개요 한줄소개 소개",
    "description": "description desc 설명 데이터설명 상세설명 내용",
    "format": "format fileformat extension 형식 포맷 파일형식 확장자",
    "theme": "theme category subject 분야 주제 분류 분류체계 카테고리 대분류",
    "modality": "modality type 형태 데이터유형 데이터형태",
}
"""Field -> how its column may be called: lower case, no spaces, no punctuation. The first that fits is taken."""
REQUIRED = ("key", "title")


def N_(message: str) -> str:  # noqa: N802 - gettext's own name
    """Mark a message for translation."""
    return message


@dataclass(frozen=True)
class OpenRow:
    """One row as it is taken in. `attributes` hold the other columns under their own names."""

    key: str
    title: str
    url: str = ""
    summary: str = ""
    description: str = ""
    format: str = ""
    attributes: Mapping[str, Any] = field(default_factory=dict)
    title_en: str = ""
    theme: str = ""
    """As its source calls it."""


def decoded(content: bytes) -> str:
    """The text of a file: UTF-8 (with or without its mark), else CP949, each strictly and over the whole file.

    A guess would turn Hangul that begins late in the file into nonsense without a word. Raises Problem with the line.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Problem(N_("UTF-16 파일은 읽지 않습니다. UTF-8 CSV로 저장해 다시 시도하세요."))
    reached = 0
    for codec in ("utf-8-sig", "cp949"):
        try:
            return content.decode(codec)
        except UnicodeDecodeError as error:
            reached = max(reached, error.start)  # whichever came further is what the file was meant to be
    line = content.count(b"\n", 0, reached) + 1
    raise Problem(
        N_("%(row)s행에 UTF-8로도 CP949로도 읽을 수 없는 글자가 있습니다. UTF-8로 저장해 다시 시도하세요."),
        {"row": line},
        line,
    )


def heading_name(name: str) -> str:
    """A column's name as it is compared."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", name).casefold())


def recognised(heading: list[str], given: Mapping[str, str]) -> dict[str, str]:
    """Field -> column of this table. `given` ({"title": "자료명"}) goes before what is known by name.

    Raises Problem where a given column is not there, or where title or key cannot be told.
    """
    columns: dict[str, str] = {}
    for name, column in given.items():
        if name not in COLUMNS:
            raise Problem(N_("‘%(name)s’은(는) 지정할 수 있는 항목이 아닙니다."), {"name": name})
        if column not in heading:
            raise Problem(N_("머리글에 ‘%(column)s’ 열이 없습니다."), {"column": column})
        columns[name] = column
    by_name = {heading_name(column): column for column in reversed(heading)}
    for name, spellings in COLUMNS.items():
        free = [
            by_name[word] for word in spellings.split() if word in by_name and by_name[word] not in columns.values()
        ]
        if name not in columns and free:
            columns[name] = free[0]
    if "key" not in columns and "url" in columns:
        columns["key"] = columns["url"]
    for name in REQUIRED:
        if name not in columns:
            raise Problem(
                N_("‘%(name)s’ 열을 찾을 수 없습니다. --map %(name)s=열이름으로 알려 주세요. 머리글: %(heading)s"),
                {"name": name, "heading": ", ".join(heading[:30])},
            )
    return columns


def table_rows(text: str, given: Mapping[str, str]) -> Iterator[OpenRow | Problem]:
    """The rows of a table with a heading, in order; one that cannot be taken in is a Problem with line and reason.

    Raises Problem for a table that cannot be read at all. Commas, tabs, semicolons or bars part the columns.
    """
    csv.field_size_limit(CELL_LIMIT)
    first = text.partition("\n")[0]
    delimiter = max(",\t;|", key=first.count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    heading = [name.strip() for name in next(lines, [])]
    if not any(heading):
        raise Problem(N_("빈 파일입니다. 첫 줄에 머리글이 있는 표가 필요합니다."))
    columns = recognised(heading, given)
    seen: set[str] = set()
    while True:
        try:
            cells = next(lines, None)
        except csv.Error:
            yield Problem(N_("칸이 너무 길거나 따옴표가 맞지 않아 읽을 수 없습니다."), row=lines.line_num)
            continue
        if cells is None:
            return
        if not any(cell.strip() for cell in cells):
            continue
        try:
            row = _row(heading, cells, columns)
            if row.key in seen:
                raise Problem(N_("같은 번호(%(key)s)가 앞에 이미 있습니다."), {"key": row.key})
            seen.add(row.key)
            yield row
        except Problem as problem:
            yield Problem(problem.words, problem.values, lines.line_num)


def _row(heading: list[str], cells: list[str], columns: Mapping[str, str]) -> OpenRow:
    if len(cells) != len(heading):
        raise Problem(
            N_("칸이 %(cells)s개인데 머리글은 %(columns)s개입니다."), {"cells": len(cells), "columns": len(heading)}
        )
    if any("\0" in cell for cell in cells):
        raise Problem(N_("보이지 않는 제어 문자가 들어 있습니다."))
    values = {name: re.sub(r"[ \t\r\f\v]+", " ", cell).strip() for name, cell in zip(heading, cells, strict=True)}
    told = {name: values[column] for name, column in columns.items()}
    return _checked(told, _extras(values, columns, told), columns)


def checked_row(told: Mapping[str, str], extras: Mapping[str, Any]) -> OpenRow:
    """A row out of what another catalogue told by the names of COLUMNS; long texts of strangers are cut, a title or a
    key is not. Raises Problem."""
    texts = {name: re.sub(r"[ \t\r\f\v]+", " ", text.replace("\0", "")).strip() for name, text in told.items()}
    texts["description"] = texts.get("description", "")[:LONGEST_TEXT]
    kept = {
        name: value[:LONGEST_EXTRA] if isinstance(value, str) else [each[:50] for each in value if each][:15]
        for name, value in extras.items()
        if value
    }
    return _checked(texts, kept, {name: name for name in COLUMNS})


def _checked(told: Mapping[str, str], extras: Mapping[str, Any], columns: Mapping[str, str]) -> OpenRow:
    for name in REQUIRED:
        if not told[name]:
            raise Problem(N_("‘%(column)s’ 칸이 비어 있습니다."), {"column": columns[name]})
    limits = {"key": LONGEST_KEY, "title": LONGEST_TITLE, "description": LONGEST_TEXT, "url": 2000}
    for name, limit in limits.items():
        if len(told.get(name, "")) > limit:
            raise Problem(N_("‘%(column)s’ 칸이 %(limit)s자를 넘습니다."), {"column": columns[name], "limit": limit})
    if told.get("url") and not _is_web(told["url"]):
        raise Problem(N_("주소는 http:// 또는 https://로 시작해야 합니다."))
    return OpenRow(
        key=told["key"],
        title=" ".join(told["title"].split()),
        url=told.get("url", ""),
        summary=_summary(told),
        description=told.get("description", ""),
        format=told.get("format", "")[:LONGEST_EXTRA],
        attributes=extras,
        title_en=" ".join(told.get("title_en", "").split())[:LONGEST_TITLE],
        theme=told.get("theme", "")[:LONGEST_EXTRA],
    )


def _summary(told: Mapping[str, str]) -> str:
    """The summary, or how the description begins."""
    text = " ".join((told.get("summary") or told.get("description", "")).split())
    return text if len(text) <= LONGEST_SUMMARY else text[: LONGEST_SUMMARY - 1].rstrip() + "…"


def _extras(values: Mapping[str, str], columns: Mapping[str, str], told: Mapping[str, str]) -> dict[str, str]:
    """The other columns as they stand; long ones are left out, since half a value would be a wrong one."""
    taken = set(columns.values())
    extras = {
        name: text for name, text in values.items() if name and name not in taken and 0 < len(text) <= LONGEST_EXTRA
    }
    kept = dict(list(extras.items())[:MOST_EXTRAS])
    return {**{name: told[name] for name in ("theme", "modality") if told.get(name)}, **kept}


def _is_web(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)
