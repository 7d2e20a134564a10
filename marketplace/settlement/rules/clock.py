"""The settlement clock: with whom a case was on which days, and how long it has been there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from marketplace.core.i18n import N_
from marketplace.core.korea import is_working_day

FIRST, SUPPLIER, OBJECTION, SECOND, PAYMENT = "first", "supplier", "objection", "second", "payment"
HOLDERS = {
    FIRST: N_("1차 승인 담당"),
    SUPPLIER: N_("공급기업 소명"),
    OBJECTION: N_("이의 결정 담당"),
    SECOND: N_("2차 승인 담당"),
    PAYMENT: N_("지급 담당"),
}
AGENCY = frozenset({FIRST, OBJECTION, SECOND, PAYMENT})
"""Holders whose days are the agency's own."""
BUCKETS = ((0, 3), (4, 5), (6, 10), (11, None))
"""Days of waiting, both ends counted; REVIEW_DAYS is the end of the second."""


@dataclass(frozen=True, slots=True)
class Cut:
    """The days of one cut: told, answered (or given up) and decided."""

    told_on: date
    answered_on: date | None
    objected: bool
    decided_on: date | None


@dataclass(frozen=True, slots=True)
class CaseDays:
    """The days of one case; None for what has not happened."""

    opened_on: date
    first_on: date | None
    second_on: date | None
    ended_on: date | None
    cuts: tuple[Cut, ...] = ()


@dataclass(frozen=True, slots=True)
class Span:
    """From one day to another with one holder; `days` are working days, the first not counted."""

    holder: str
    begins: date
    ends: date
    days: int


def working_days(begins: date, ends: date) -> int:
    """Working days after `begins`, up to and with `ends`."""
    return sum(is_working_day(date.fromordinal(day)) for day in range(begins.toordinal() + 1, ends.toordinal() + 1))


def _holder(case: CaseDays, day: date) -> str:
    """With whom the case is at the end of a day. An open objection before an open word of the supplier's."""
    if case.second_on is not None and case.second_on <= day:
        return PAYMENT
    if case.first_on is not None and case.first_on <= day:
        return SECOND
    told = [cut for cut in case.cuts if cut.told_on <= day]
    answered = [cut for cut in told if cut.answered_on is not None and cut.answered_on <= day]
    if any(cut.objected and (cut.decided_on is None or cut.decided_on > day) for cut in answered):
        return OBJECTION
    return SUPPLIER if len(answered) < len(told) else FIRST


def spans(case: CaseDays, today: date) -> list[Span]:
    """The way of a case from hand to hand: spans without gaps from its first day to its last, or to today."""
    last = case.ended_on or today
    days = {case.opened_on, case.first_on, case.second_on}
    days |= {day for cut in case.cuts for day in (cut.told_on, cut.answered_on, cut.decided_on)}
    marks = sorted(day for day in days if day is not None and case.opened_on <= day < last)
    if not marks:
        return [Span(_holder(case, last), case.opened_on, last, 0)]
    found: list[Span] = []
    for begins, ends in zip(marks, [*marks[1:], last], strict=True):
        holder = _holder(case, begins)
        start = found.pop().begins if found and found[-1].holder == holder else begins
        found.append(Span(holder, start, ends, working_days(start, ends)))
    return found


def totals(found: Sequence[Span]) -> dict[str, int]:
    """Holder -> working days."""
    sums: dict[str, int] = {}
    for span in found:
        sums[span.holder] = sums.get(span.holder, 0) + span.days
    return sums


def bucket_of(days: int) -> int:
    """The index of the bucket that so many days fall into."""
    return next(index for index, (_low, high) in enumerate(BUCKETS) if high is None or days <= high)
