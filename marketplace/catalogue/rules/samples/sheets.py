"""Workbooks, row by row. A formula stays the text it is: nothing is reckoned, and no link is followed. Pure.

openpyxl in its read-only mode hands out one row at a time. A faster reader was not taken: it builds the whole grid, and a
workbook of two cells, A1 and XFD1048576, makes a grid of seventeen thousand million.
"""

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import IO, Any

from marketplace.catalogue.rules.samples.limits import MOST_BLANK_ROWS, MOST_COLUMNS, MOST_TABLES
from marketplace.catalogue.rules.tables import N_, Problem
from marketplace.core import lazy

openpyxl: Any = lazy("openpyxl")
UNREADABLE = N_("통합 문서를 읽을 수 없습니다. 엑셀에서 다시 저장해 올리세요.")


def sheets_of(file: IO[bytes]) -> Iterator[tuple[str, list[str], Iterator[list[str]]]]:
    """(name, heading, rows) of each sheet in which something stands; '' for the name of an only sheet. Raises Problem."""
    try:
        book = openpyxl.load_workbook(file, read_only=True, data_only=False, keep_links=False)
    except Exception as error:
        raise Problem(UNREADABLE) from error
    sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    if len(sheets) > MOST_TABLES:
        raise Problem(N_("표는 %(limit)s개까지 올릴 수 있습니다."), {"limit": MOST_TABLES})
    found = 0
    for sheet in sheets:
        sheet.reset_dimensions()
        rows = _rows(sheet)
        heading = next(rows, None)
        if heading is not None:
            found += 1
            yield ("" if len(sheets) == 1 else sheet.title[:60]), heading, _squared(rows, len(heading))
    if not found:
        raise Problem(N_("통합 문서에 내용이 없습니다."))


def _rows(sheet: Any) -> Iterator[list[str]]:
    """Rows in which something stands; the first is the heading."""
    blank = 0
    rows = sheet.iter_rows(values_only=True)
    while True:
        try:
            cells = next(rows, None)
        except Exception as error:
            raise Problem(UNREADABLE) from error
        if cells is None:
            return
        texts = [said(cell) for cell in cells]
        while texts and not texts[-1].strip():
            texts.pop()
        if len(texts) > MOST_COLUMNS:
            raise Problem(
                N_("열이 %(count)s개입니다. %(limit)s개까지 올릴 수 있습니다."),
                {"count": len(texts), "limit": MOST_COLUMNS},
            )
        blank = 0 if texts else blank + 1
        if blank > MOST_BLANK_ROWS:
            return
        if texts:
            yield texts


def _squared(rows: Iterator[list[str]], width: int) -> Iterator[list[str]]:
    for number, cells in enumerate(rows, 2):
        if len(cells) > width:
            raise Problem(
                N_("%(row)s행의 칸이 %(cells)s개인데 열 이름은 %(columns)s개입니다. 쉼표가 든 칸은 따옴표로 묶으세요."),
                {"row": number, "cells": len(cells), "columns": width},
                number,
            )
        yield [*cells, *[""] * (width - len(cells))]


def said(cell: Any) -> str:
    """A cell as text: a formula as it was typed, a date as ISO writes it, a whole number without its point."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "seconds")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell)
