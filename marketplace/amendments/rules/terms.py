"""The file of terms, read once: who may ask, how many allow, whose signature it takes, and which reasons there are."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

FILE = Path(__file__).parent.parent / "terms.yml"


@dataclass(frozen=True)
class KindTerms:
    """Of one kind of change. Roles are those of parties: 'sme', 'supplier', 'member', 'agency'."""

    asks: tuple[str, ...]
    approvals: int
    signs: tuple[str, ...]


@dataclass(frozen=True)
class Reason:
    """Why a change is asked for. `good` spares a firm that gives up the bar."""

    ko: str
    en: str
    good: bool


@dataclass(frozen=True)
class Terms:
    """One version of the file."""

    version: int
    report_days: int
    kinds: dict[str, KindTerms]
    reasons: dict[str, Reason]


@cache
def terms() -> Terms:
    """What holds now. A value that does not say that it is assumed or where it was found stops the program."""
    said = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    kinds = {}
    for name, each in said["kinds"].items():
        count, _source = each["approvals"]
        kinds[name] = KindTerms(tuple(each["asks"]), count, tuple(each["signs"]))
    reasons = {code: Reason(ko, en, good) for code, (ko, en, good, _source) in said["reasons"].items()}
    days, _source = said["report_days"]
    return Terms(said["version"], days, kinds, reasons)
