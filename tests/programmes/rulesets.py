"""The rulesets that come with the program, for tests: as documents to spoil, and read."""

import copy
from functools import cache
from pathlib import Path
from typing import Any

from marketplace.programmes.commands import read_ruleset
from marketplace.programmes.rules import Ruleset, parse_ruleset

FOLDER = Path(__file__).resolve().parents[2] / "marketplace" / "programmes" / "rulesets"
YEARS = (2020, 2022, 2023, 2025)


OTHERS = (
    "ai_challenge_2020",
    "ai_convergence_2020",
    "ai_training_data_2021",
    "ai_voucher_2025",
    "shared_computing_2020",
)
"""The programmes besides the data voucher, by their files."""
LATER = (
    "ai_convergence_2020_v2",
    "ai_voucher_2025_v2",
    "ai_voucher_2025_v3",
    "ai_voucher_2025_v4",
    "ai_voucher_2025_v5",
    "data_voucher_2025_v2",
    "data_voucher_2025_v3",
)
"""Later versions, written as what differs from the one before."""


@cache
def _read(year: int | str) -> Any:
    name = f"data_voucher_{year}" if isinstance(year, int) else year
    return read_ruleset(FOLDER / f"{name}.yaml")


def document(year: int | str) -> dict[str, Any]:
    """A copy of a document that a test may spoil: the data voucher's of a year, or another programme's by its file."""
    return copy.deepcopy(_read(year))


@cache
def ruleset(year: int | str) -> Ruleset:
    """The ruleset of a year of the data voucher, or of another programme's file."""
    return parse_ruleset(_read(year))
