"""Receipt numbers, the bytes that are hashed and signed, how long is left, and findings as JSON."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from marketplace.core.money import Money
from marketplace.programmes.rules import Phrase, Text

SEOUL = ZoneInfo("Asia/Seoul")


ROOM = 10**12
"""How many applications there may be: the part of a receipt, as a number, that is the application's id."""


class Receipt(int):
    """A receipt as the rules compare it: the earlier is the less. Read, it is the number that the firm was given."""

    def __str__(self) -> str:
        moment, application_id = divmod(int(self), ROOM)
        digits = f"{moment:012d}"
        return f"{digits[:6]}-{digits[6:]}-{application_id:06d}"


def receipt_of(application_id: int, submitted_at: datetime) -> Receipt:
    """The receipt YYMMDD-HHMMSS-<application>: when it came (Korean time) and which one it is.

    Unique because the application's id is, and made without a counter: a counter would be one row on which the ten
    thousand firms of a deadline's last hours wait for each other.
    """
    return Receipt(int(submitted_at.astimezone(SEOUL).strftime("%y%m%d%H%M%S")) * ROOM + application_id)


def read_receipt(number: str) -> Receipt:
    """A receipt number as the rules compare it."""
    day, time, application_id = number.split("-")
    return Receipt(int(day + time) * ROOM + int(application_id))


def canonical(content: Mapping[str, Any]) -> bytes:
    """The bytes that are hashed and signed: JSON with sorted keys, no spaces, UTF-8."""
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def sha256_of(content: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical bytes, in hexadecimal."""
    return hashlib.sha256(canonical(content)).hexdigest()


@dataclass(frozen=True)
class TimeLeft:
    """How long until a deadline, in whole minutes; `over` when it has come."""

    days: int
    hours: int
    minutes: int
    over: bool = False


def time_left(now: datetime, closes_at: datetime) -> TimeLeft:
    """From `now` to the first moment that is too late."""
    seconds = int((closes_at - now).total_seconds())
    if seconds <= 0 and closes_at <= now:
        return TimeLeft(0, 0, 0, over=True)
    return TimeLeft(seconds // 86_400, seconds % 86_400 // 3_600, seconds % 3_600 // 60)


def add_months(day: date, months: int) -> date:
    """The same day `months` later, or the last day of that month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = (date(year + month // 11, (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month + 1, min(day.day, last))


def packed(value: Any) -> Any:
    """A parameter of a finding as JSON, so that it can still be said in either language when somebody reads it."""
    if isinstance(value, Money):
        return {"minor": value.minor, "unit": value.unit}
    if isinstance(value, Phrase):
        return {"phrase": value.msgid, "params": {name: packed(each) for name, each in value.params.items()}}
    if isinstance(value, Text):
        return {"ko": value.ko, "en": value.en}
    if isinstance(value, tuple | list | frozenset):
        return [packed(each) for each in value]
    return value if type(value) in (int, bool, str) or value is None else str(value)


def unpacked(value: Any) -> Any:
    """What `packed` had been given; a receipt comes back as its number."""
    if isinstance(value, list):
        return tuple(unpacked(each) for each in value)
    if not isinstance(value, dict):
        return value
    if "minor" in value:
        return Money(value["minor"], value["unit"])
    if "phrase" in value:
        return Phrase(value["phrase"], {name: unpacked(each) for name, each in value["params"].items()})
    return Text(value["ko"], value["en"])
