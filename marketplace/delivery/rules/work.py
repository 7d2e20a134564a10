"""Work statements: reading the table a supplier hands in, and what in it does not look like people at work. Pure.

A flag is a question, not a verdict: it says the figure and what it was compared with, and decides nothing.
"""

import csv
import io
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

import yaml

from marketplace.core.clock import SEOUL
from marketplace.core.i18n import N_

COLUMNS = ("worker", "date", "from", "to", "pieces", "inspected", "unit_pay", "training_minutes", "person", "account")
MOST_SHIFTS = 5_000
WAGES = Path(__file__).parent.parent / "minimum_wage.yml"
TOO_FAST, FEW_TO_COMPARE = 4, 5
"""Pieces an hour against the median of the statement, and how many shifts it takes to compare."""
LONGEST_DAY = 12
FLAGS = {
    "throughput": N_("%(worker)s: 시간당 %(found)s개로 가운뎃값 %(usual)s개의 %(times)s배입니다."),
    "long_day": N_("%(worker)s: %(day)s 하루에 %(found)s시간 일한 것으로 적혀 있습니다."),
    "overlap": N_("%(worker)s: %(day)s에 같은 사람이 같은 시각에 두 번 적혀 있습니다."),
    "elsewhere": N_("%(worker)s: %(day)s 같은 시각에 다른 공급기업의 명세에도 같은 사람이 있습니다."),
    "account": N_("%(worker)s: 이름이 다른 작업자 %(found)s명이 같은 계좌로 받습니다."),
    "floor": N_("%(worker)s: 시간당 보수 %(found)s원이 최저 보수 %(usual)s원보다 적습니다."),
    "inspection": N_("검수한 개수가 %(found)s%%로 상품에서 약속한 %(usual)s%%보다 적습니다."),
    "training": N_("%(worker)s: 교육 시간이 %(found)s분으로 기준 %(usual)s분보다 짧습니다."),
}


@dataclass(eq=False)
class BadTable(ValueError):
    """What is wrong with a table of work: a message id and its values."""

    words: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shift:
    """One line of a statement. `person` and `account` are as typed while it is read, and keyed hashes afterwards."""

    worker: str
    begins_at: datetime
    ends_at: datetime
    pieces: int
    inspected: int
    unit_pay_minor: int
    training_minutes: int
    person: str
    account: str

    @property
    def hours(self) -> float:
        return (self.ends_at - self.begins_at) / timedelta(hours=1)

    @property
    def pay_minor(self) -> int:
        return self.pieces * self.unit_pay_minor

    @property
    def day(self) -> date:
        return self.begins_at.astimezone(SEOUL).date()


@dataclass(frozen=True, slots=True)
class Flag:
    """A question about a statement; `values` fill the words of FLAGS."""

    kind: str
    values: Mapping[str, Any]


def typed_shifts(text: str) -> list[Shift]:
    """The lines of a CSV with the heading COLUMNS, or tabs between its cells. Raises BadTable with the line."""
    first = text.lstrip("\ufeff").partition("\n")[0]
    rows = csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""), delimiter="\t" if "\t" in first else ",")
    heading = [cell.strip().casefold() for cell in next(rows, [])]
    if absent := [name for name in COLUMNS if name not in heading]:
        raise BadTable(N_("첫 줄에 다음 열이 없습니다: %(names)s"), {"names": ", ".join(absent)})
    shifts = []
    try:
        for number, cells in enumerate(rows, 2):
            if any(cell.strip() for cell in cells):
                shifts.append(_shift(dict(zip(heading, map(str.strip, cells), strict=False)), number))
    except csv.Error as error:
        raise BadTable(N_("%(row)s행을 읽을 수 없습니다."), {"row": rows.line_num}) from error
    if not 0 < len(shifts) <= MOST_SHIFTS:
        raise BadTable(N_("작업은 1줄에서 %(limit)s줄까지 적을 수 있습니다."), {"limit": f"{MOST_SHIFTS:,}"})
    return shifts


def _shift(cells: Mapping[str, str], number: int) -> Shift:
    try:
        day = date.fromisoformat(cells["date"])
        begins, ends = (datetime.combine(day, time.fromisoformat(cells[name]), SEOUL) for name in ("from", "to"))
        pieces, inspected, unit_pay, training = (
            _count(cells[name]) for name in ("pieces", "inspected", "unit_pay", "training_minutes")
        )
        worker, person, account = cells["worker"], _plain(cells["person"]), _plain(cells["account"])
    except (KeyError, ValueError) as error:
        raise BadTable(N_("%(row)s행의 날짜, 시각이나 숫자를 읽을 수 없습니다."), {"row": number}) from error
    if not 0 < len(worker) <= 40 or not worker.isprintable() or not person or not account:
        raise BadTable(N_("%(row)s행의 작업자, 사람, 계좌 칸을 채우세요."), {"row": number})
    ends += timedelta(days=1) if ends <= begins else timedelta()  # past midnight
    if inspected > pieces:
        raise BadTable(N_("%(row)s행의 검수한 개수가 작업한 개수보다 많습니다."), {"row": number})
    if re.fullmatch(r"[0-9]{6}-?[1-8][0-9]{6}", cells["worker"]):
        raise BadTable(N_("%(row)s행의 작업자에 주민등록번호를 적지 마세요. 가명을 적으세요."), {"row": number})
    return Shift(worker, begins, ends, pieces, inspected, unit_pay, training, person, account)


def _count(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text.replace(",", "")):
        raise ValueError(text)
    return int(text.replace(",", ""))


def _plain(text: str) -> str:
    """A telephone number or account as it is compared: without what people put between the digits."""
    return re.sub(r"[\s.-]", "", text).casefold()[:80]


@cache
def minimum_wages() -> dict[int, int]:
    """{year: won an hour}."""
    return dict(yaml.safe_load(WAGES.read_text(encoding="utf-8")))


def floor_on(day: date, ruled: int | None) -> int:
    """The least pay for an hour on a day: the minimum wage of its year, or what the ruleset asks for if that is more."""
    wages = minimum_wages()
    year = min(max(day.year, min(wages)), max(wages))
    return max(wages[year], ruled or 0)


def flags_of(
    shifts: Sequence[Shift],
    *,
    elsewhere: Sequence[tuple[str, date]] = (),
    floor: int | None = None,
    inspection_percent: int | None = None,
    training_minutes: int = 0,
) -> list[Flag]:
    """Every question a statement raises. `elsewhere`: (worker, day) of those who stand in another supplier's statement at the
    same hour."""
    flags = [*_speed(shifts), *_days(shifts), *_accounts(shifts), *_pay(shifts, floor)]
    flags += [Flag("elsewhere", {"worker": worker, "day": day.isoformat()}) for worker, day in elsewhere]
    pieces, inspected = sum(each.pieces for each in shifts), sum(each.inspected for each in shifts)
    if inspection_percent and pieces and inspected * 100 < inspection_percent * pieces:
        flags.append(Flag("inspection", {"found": f"{inspected * 100 / pieces:.1f}", "usual": inspection_percent}))
    trained: dict[str, int] = defaultdict(int)
    for each in shifts:
        trained[each.worker] += each.training_minutes
    for worker, minutes in sorted(trained.items()):
        if minutes < training_minutes:
            flags.append(Flag("training", {"worker": worker, "found": minutes, "usual": training_minutes}))
    return flags


def _speed(shifts: Sequence[Shift]) -> list[Flag]:
    speeds = [each.pieces / each.hours for each in shifts if each.pieces]
    usual = median(speeds) if len(speeds) >= FEW_TO_COMPARE else 0
    fast: dict[str, float] = {}
    for each in shifts:
        speed = each.pieces / each.hours
        if usual and speed > TOO_FAST * usual:
            fast[each.worker] = max(speed, fast.get(each.worker, 0))
    return [
        Flag(
            "throughput",
            {"worker": name, "found": f"{speed:.0f}", "usual": f"{usual:.0f}", "times": f"{speed / usual:.1f}"},
        )
        for name, speed in sorted(fast.items())
    ]


def _days(shifts: Sequence[Shift]) -> list[Flag]:
    flags, hours, by_person = (
        list[Flag](),
        defaultdict[tuple[str, date], float](float),
        defaultdict[str, list[Shift]](list),
    )
    for each in shifts:
        hours[each.worker, each.day] += each.hours
        by_person[each.person].append(each)
    for (worker, day), total in sorted(hours.items()):
        if total > LONGEST_DAY:
            flags.append(Flag("long_day", {"worker": worker, "day": day.isoformat(), "found": f"{total:.1f}"}))
    for own in by_person.values():
        ordered = sorted(own, key=lambda each: each.begins_at)
        for before, after in pairwise(ordered):
            if after.begins_at < before.ends_at:
                flags.append(Flag("overlap", {"worker": after.worker, "day": after.day.isoformat()}))
    return flags


def _accounts(shifts: Sequence[Shift]) -> list[Flag]:
    owners: dict[str, set[str]] = defaultdict(set)
    for each in shifts:
        owners[each.account].add(each.worker)
    return [
        Flag("account", {"worker": ", ".join(sorted(names)[:5]), "found": len(names)})
        for _account, names in sorted(owners.items())
        if len(names) > 1
    ]


def _pay(shifts: Sequence[Shift], ruled: int | None) -> list[Flag]:
    hours, pay, last = defaultdict[str, float](float), defaultdict[str, int](int), dict[str, date]()
    for each in shifts:
        hours[each.worker] += each.hours
        pay[each.worker] += each.pay_minor
        last[each.worker] = max(each.day, last.get(each.worker, each.day))
    flags = []
    for worker in sorted(hours):
        least, found = floor_on(last[worker], ruled), int(pay[worker] / hours[worker])
        if found < least:
            flags.append(Flag("floor", {"worker": worker, "found": f"{found:,}", "usual": f"{least:,}"}))
    return flags
