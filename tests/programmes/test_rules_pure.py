"""The rules are pure: they know money and nothing else of the program, and nobody's input or output."""

import ast
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "marketplace" / "programmes" / "rules"


def imported(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def test_the_rules_import_money_the_standard_library_and_each_other():
    for path in FOLDER.glob("*.py"):
        for name in imported(path):
            own = name.startswith("marketplace.programmes.rules") or name == "marketplace.core.money"
            assert own or name.split(".")[0] in sys.stdlib_module_names, f"{path.name} imports {name}"
