"""The statement of what was owed to suppliers, from the ledger's postings. Pure; amounts in won.

What is owed stands in three places: payable (approved), in transit (with the bank) and retained. Sending, a bounce and
retaining move it between them and leave the sum; approvals raise it, payment and setting off lower it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

PLACES = ("payable", "in_transit", "retained")
EFFECTS: dict[str, tuple[int, int, int]] = {
    "approve_support": (1, 0, 0),
    "approve_own": (1, 0, 0),
    "grant": (1, 0, 0),
    "unapprove_support": (-1, 0, 0),
    "unapprove_own": (-1, 0, 0),
    "send": (-1, 1, 0),
    "bounce": (1, -1, 0),
    "settle": (0, -1, 0),
    "set_off": (-1, 0, 0),
    "reverse_set_off": (1, 0, 0),
    "retain": (-1, 0, 1),
    "unretain": (1, 0, -1),
    "release_retained": (1, 0, -1),
}
"""Reason -> what one won of it does to each of the places."""
COLUMN = {
    "approve_support": "approved",
    "approve_own": "approved",
    "grant": "approved",
    "unapprove_support": "approved",
    "unapprove_own": "approved",
    "set_off": "set_off",
    "reverse_set_off": "set_off",
    "settle": "paid",
}
"""Which sum of the statement a reason belongs to; the others move what is owed from place to place."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One posting: its day, its reason, the record it is about and its key."""

    on: date
    reason: str
    key: str
    amount: int

    @property
    def subject(self) -> str:
        """'payout:5' of 'payout:5:send:1'."""
        return ":".join(self.key.split(":")[:2])


@dataclass(frozen=True, slots=True)
class Movement:
    """One line: what was owed rose by `plus`, fell by `minus`, or `moved` between places; `balance` is owed after it."""

    on: date
    reason: str
    subject: str
    plus: int
    minus: int
    moved: int
    balance: int


@dataclass(frozen=True, slots=True)
class Account:
    """A period. opening + approved - set_off - paid = closing = payable + in_transit + retained."""

    opening: int
    approved: int
    set_off: int
    paid: int
    closing: int
    payable: int
    in_transit: int
    retained: int
    lines: tuple[Movement, ...]


def account_of(entries: Iterable[Entry], since: date, until: date) -> Account:
    """The account of a period, from all postings since the beginning in the order in which they were made."""
    stands = dict.fromkeys(PLACES, 0)
    sums = {"approved": 0, "set_off": 0, "paid": 0}
    opening = 0
    lines: list[Movement] = []
    for entry in _together(each for each in entries if each.on <= until):
        effect = EFFECTS[entry.reason]
        for place, sign in zip(PLACES, effect, strict=True):
            stands[place] += sign * entry.amount
        change, balance = sum(effect) * entry.amount, sum(stands.values())
        if entry.on < since:
            opening = balance
            continue
        if entry.reason in COLUMN:
            sums[COLUMN[entry.reason]] += change if COLUMN[entry.reason] == "approved" else -change
        moved = 0 if change else entry.amount
        lines.append(Movement(entry.on, entry.reason, entry.subject, max(change, 0), max(-change, 0), moved, balance))
    return Account(
        opening=opening,
        approved=sums["approved"],
        set_off=sums["set_off"],
        paid=sums["paid"],
        closing=sum(stands.values()),
        payable=stands["payable"],
        in_transit=stands["in_transit"],
        retained=stands["retained"],
        lines=tuple(lines),
    )


def _together(entries: Iterable[Entry]) -> list[Entry]:
    """The shares of one approval, support and own money, are one line; so are those of taking it back."""
    found: dict[str, Entry] = {}
    for entry in entries:
        before = found.get(entry.key)
        found[entry.key] = entry if before is None else replace(before, amount=before.amount + entry.amount)
    return list(found.values())
