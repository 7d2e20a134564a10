"""The rulesets that come with the program, for tests: as documents to spoil, and read."""

import copy
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from marketplace.programmes.rules import Ruleset, parse_ruleset

FOLDER = Path(__file__).resolve().parents[2] / "marketplace" / "programmes" / "rulesets"
YEARS = (2020, 2022, 2023, 2025)


@cache
def _read(year: int) -> Any:
    return yaml.safe_load((FOLDER / f"data_voucher_{year}.yaml").read_text(encoding="utf-8"))


def document(year: int) -> dict[str, Any]:
    """A copy of the year's document that a test may spoil."""
    return copy.deepcopy(_read(year))


@cache
def ruleset(year: int) -> Ruleset:
    """The year's ruleset."""
    return parse_ruleset(_read(year))
