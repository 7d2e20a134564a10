"""The program's own source, read once, for the tests that hold the rules of the house up."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "marketplace"
TEMPLATES = ROOT / "templates"


@cache
def modules() -> dict[Path, ast.Module]:
    """Every module of the program, parsed."""
    return {path: ast.parse(path.read_text()) for path in sorted(PACKAGE.rglob("*.py"))}


def named(*names: str) -> dict[Path, ast.Module]:
    """The modules of one of the eleven file names, or inside a folder of that name."""
    return {
        path: tree for path, tree in modules().items() if path.stem in names or set(names) & set(path.parent.parts[-2:])
    }


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """All functions and methods of a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Every call with the last part of its name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            yield name, node


def place(path: Path, node: ast.AST) -> str:
    """Where something stands, for a failing test."""
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"
