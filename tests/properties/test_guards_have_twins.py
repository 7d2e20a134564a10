"""Every guard that docs/reliability.md lists names a twin, and pytest collects that twin (goal R3)."""

import re
import subprocess
import sys
from pathlib import Path

from tests.properties.test_twins_constraints import BREAKS
from tests.properties.test_twins_rules import CASES

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "reliability.md"


def rows() -> list[list[str]]:
    """(guard, where, twin) of the last table of the page."""
    table = PAGE.read_text().split("## Guards and their twins")[1]
    lines = [line for line in table.splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_every_guard_names_a_twin():
    assert [row[0] for row in rows() if len(row) != 3 or not re.fullmatch(r"`tests/\S+\.py::.+`", row[2])] == []


def test_every_constraint_and_every_case_stands_in_the_table():
    twins = " ".join(row[2] for row in rows())
    assert [name for name in (*BREAKS, *(case.__name__ for case in CASES)) if f"[{name}]" not in twins] == []


def test_every_twin_is_collected():
    files = sorted({row[2].strip("`").split("::")[0] for row in rows()})
    words = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", *files]
    said = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300).stdout
    known = {line.strip() for line in said.splitlines()}
    known |= {line.split("[")[0] for line in known}
    assert [row[2].strip("`") for row in rows() if row[2].strip("`") not in known] == []
