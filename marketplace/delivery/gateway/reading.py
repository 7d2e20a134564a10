"""The tables in delivered files, read by the same strict readers as samples, one row at a time."""

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from marketplace.catalogue.rules.persons import Hider
from marketplace.catalogue.rules.samples import Table, profiled, tables_of
from marketplace.catalogue.rules.samples.profile import CUT
from marketplace.catalogue.rules.samples.reading import KINDS
from marketplace.core.errors import Problem
from marketplace.core.i18n import N_
from marketplace.core.storage import CHUNK
from marketplace.delivery.gateway.keeping import Damaged, opened
from marketplace.delivery.rules.criteria import Criteria
from marketplace.delivery.rules.labels import DrawnRow, drawn
from marketplace.delivery.rules.measuring import MOST_CELLS, MOST_ROWS, Finding, Meter, findings
from marketplace.delivery.rules.parts import KeptFile

STEP = 5_000
"""Rows between two words about how far it is."""
NO_TABLE = N_("표로 읽을 수 있는 파일(CSV, XLSX, JSON Lines, Parquet, ZIP)이 없습니다. 직접 확인하고 검수하세요.")

Tick = Callable[[int], None]


@dataclass(frozen=True)
class Part:
    """One table of one file."""

    file: KeptFile
    name: str
    heading: tuple[str, ...]


@dataclass(frozen=True)
class Measured:
    """What a test found: its findings, and the table as anybody of the two firms may see it."""

    findings: list[Finding]
    tables: list[dict[str, Any]]


def _local(file: KeptFile) -> IO[bytes]:
    """A copy on this machine, since the readers go back and forth; checked against its hash while it is opened."""
    copy = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
    with opened(file.sha256) as kept:
        while chunk := kept.read(CHUNK):
            copy.write(chunk)
    copy.seek(0)
    return copy


def _parts(files: Sequence[KeptFile]) -> tuple[list[Part], list[Finding]]:
    """Every table with its columns, and what could not be read. Files that are no tables are passed over."""
    parts, unread = list[Part](), list[Finding]()
    for file in files:
        if Path(file.path.casefold()).suffix not in KINDS:
            continue
        try:
            with _local(file) as copy:
                parts += [Part(file, table.name, tuple(table.heading)) for table in tables_of(copy, file.path)]
        except Problem as problem:
            unread.append(_unread(file, problem.words, problem.values))
        except Damaged:
            unread.append(_unread(file, N_("보관된 파일이 납품 당시와 다릅니다."), {}))
    return parts, unread


def _unread(file: KeptFile, words: str, values: Mapping[str, Any]) -> Finding:
    return Finding("readable", file.path, passed=False, words=words, values=dict(values))


def _chosen(parts: Sequence[Part], criteria: Criteria) -> list[Part]:
    """The tables that are one: those with the heading that has most of the promised columns, else most files."""
    groups: dict[tuple[str, ...], list[Part]] = {}
    for part in parts:
        groups.setdefault(part.heading, []).append(part)
    wanted = {*criteria.columns, criteria.label, *(each.column for each in criteria.ranges)}
    return max(groups.values(), key=lambda group: (len(wanted & set(group[0].heading)), len(group)), default=[])


def _rows(parts: Sequence[Part], tick: Tick) -> Iterator[list[str]]:
    """The rows of all tables of one heading, one after the other; `tick` hears how many percent of the files are read."""
    heading = parts[0].heading
    files = list(dict.fromkeys(part.file for part in parts))
    whole = sum(file.bytes for file in files) or 1
    done = count = 0
    for file in files:
        with _local(file) as copy:
            for table in tables_of(copy, file.path):
                if tuple(table.heading) != heading:
                    continue
                for row in table.rows:
                    count += 1
                    if count % STEP == 0:
                        tick(min(99, (done + copy.tell()) * 100 // whole))
                    yield row
        done += file.bytes


def measured(files: Sequence[KeptFile], criteria: Criteria, shown: Sequence[Mapping[str, Any]], tick: Tick) -> Measured:
    """Read the files against the criteria; `shown` is the profile of the sample that was shown before, or empty."""
    parts, found = _parts(files)
    group = _chosen(parts, criteria)
    if not group:
        return Measured(found or [Finding("readable", passed=None, words=NO_TABLE)], [])
    heading = list(group[0].heading)
    meter = Meter(heading, criteria, shown)
    table = Table(group[0].name, heading, meter.watch(_rows(group, tick)))
    try:
        profile = profiled(table, lambda _row: None, MOST_CELLS, MOST_ROWS)
    except Problem as problem:
        return Measured([*found, _unread(group[0].file, problem.words, problem.values)], [])
    read = Finding("readable", "", f"{len(files):,}", f"{len({part.file for part in parts}):,}", True)
    others = sorted({part.name for part in parts if part not in group})
    seen = {
        "name": profile.name,
        "files": len({part.file for part in group}),
        "rows": profile.rows,
        "columns": profile.columns,
        "preview": profile.preview[:5],
        "others": others[:50],
    }
    return Measured([*(found or [read]), *findings(criteria, meter, profile.columns)], [seen])


def draw(
    files: Sequence[KeptFile], criteria: Criteria, strata: str, seed: str
) -> tuple[list[str], list[DrawnRow], dict[str, int]]:
    """(heading, sample, rows of each layer) for a seed. What is personal is hidden. Raises Problem."""
    parts, found = _parts(files)
    group = _chosen(parts, criteria)
    if not group:
        raise Problem(found[0].words if found else NO_TABLE, found[0].values if found else {})
    heading = list(group[0].heading)
    if strata not in heading:
        raise Problem(N_("납품한 표에 ‘%(name)s’ 열이 없습니다."), {"name": strata})
    rows, population = drawn(_rows(group, lambda _percent: None), heading.index(strata), seed)
    if not rows:
        raise Problem(N_("열 이름만 있고 행이 없습니다: %(name)s"), {"name": group[0].name[:60]})
    hiders = [Hider(name) for name in heading]
    shown = [
        DrawnRow(
            row.number,
            row.stratum,
            [
                hider.hide(cell[:500].replace("\0", ""))[: CUT * 4]
                for hider, cell in zip(hiders, row.cells, strict=True)
            ],
        )
        for row in rows
    ]
    return heading, shown, population
