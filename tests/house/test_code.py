"""Rules of the house that can be read off the source."""

import ast
import importlib
import re

from marketplace.audit.queries import LISTS
from marketplace.audit.rules import NOT_LISTED
from marketplace.core.db import Base
from tests.house.source import PACKAGE, ROOT, calls, functions, modules, named, place

ROOMS = sorted(path.parent for path in PACKAGE.glob("*/__init__.py"))


def is_view(function):
    return any(
        isinstance(decorator, ast.Call)
        and isinstance(decorator.func, ast.Attribute)
        and getattr(decorator.func.value, "id", "") == "bp"
        and decorator.func.attr in {"get", "post", "route", "put", "delete", "patch"}
        for decorator in function.decorator_list
    )


def views():
    return [
        (path, function) for path, tree in named("views").items() for function in functions(tree) if is_view(function)
    ]


def test_only_the_hall_commits():
    found = [place(path, call) for path, tree in modules().items() for name, call in calls(tree) if name == "commit"]
    assert {each.split(":")[0] for each in found} == {"marketplace/core/db.py"}


def test_operations_open_no_transaction_and_know_no_flask():
    for path, tree in named("operations").items():
        assert not [place(path, call) for name, call in calls(tree) if name in {"transaction", "commit", "rollback"}]
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom | ast.Import):
                names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [each.name for each in node.names]
                assert not [name for name in names if name.split(".")[0] in {"flask", "flask_login", "wtforms"}], path


def test_a_state_moves_only_by_advance():
    found = [
        place(path, node)
        for path, tree in modules().items()
        if path != PACKAGE / "core" / "states.py"
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign | ast.AugAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Attribute) and target.attr == "state"
    ]
    assert found == []


def test_every_view_asks_for_a_right():
    asked = [(path, view) for path, view in views() if "allow" in {name for name, _call in calls(view)}]
    silent = [place(path, view) + " " + view.name for path, view in views() if (path, view) not in asked]
    through_a_helper = [each for each in silent if not _delegates(each)]
    assert through_a_helper == []
    assert len(asked) > 40


def _delegates(where: str) -> bool:
    """A view may hand everything to one function of its module, when that function asks."""
    file, line = where.split(" ", maxsplit=1)[0].split(":")
    tree = modules()[ROOT / file]
    asking = {each.name for each in functions(tree) if "allow" in {name for name, _call in calls(each)}}
    view = next(each for each in functions(tree) if each.lineno == int(line))
    return bool(asking & {name for name, _call in calls(view)})


def test_no_get_opens_a_transaction():
    for path, view in views():
        methods = {
            decorator.func.attr
            for decorator in view.decorator_list
            if isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Attribute)
        }
        if methods == {"get"}:
            assert not {"transaction", "attempt", "make"} & {name for name, _call in calls(view)}, place(path, view)


def test_views_are_short_and_functions_and_files_too():
    long_views = [place(path, view) for path, view in views() if view.end_lineno - view.body[0].lineno >= 26]
    long_functions = [
        place(path, function)
        for path, tree in modules().items()
        for function in functions(tree)
        if function.end_lineno - function.lineno >= 70
    ]
    long_files = [str(path.relative_to(ROOT)) for path in modules() if path.read_text().count("\n") > 300]
    assert (long_views, long_functions, long_files) == ([], [], [])


def test_nothing_is_imported_inside_a_function():
    found = [
        place(path, inner)
        for path, tree in modules().items()
        for function in functions(tree)
        for inner in ast.walk(function)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert found == []


def test_nobody_asserts_in_the_program():
    found = [
        place(path, node) for path, tree in modules().items() for node in ast.walk(tree) if isinstance(node, ast.Assert)
    ]
    assert found == []


def test_every_room_has_a_door_plate():
    for room in ROOMS:
        plate = ast.get_docstring(ast.parse((room / "__init__.py").read_text())) or ""
        assert (
            re.search(r"^Owns", plate, re.M) and re.search(r"^Door", plate, re.M) and re.search(r"^Holds", plate, re.M)
        ), room


def test_models_have_no_relationships_so_a_template_cannot_query():
    assert not [
        place(path, call)
        for path, tree in named("models").items()
        for name, call in calls(tree)
        if name == "relationship"
    ]


def test_nothing_is_left_to_do_later_and_no_forbidden_name():
    for path in [*PACKAGE.rglob("*.py"), *(ROOT / "templates").rglob("*.html"), *(ROOT / "migrations").rglob("*.py")]:
        assert not re.search(r"\b(TODO|FIXME)\b", path.read_text()), path
    stems = {path.stem for path in modules()}
    assert not stems & {"utils", "helpers", "manager", "handlers", "misc", "common"}


def test_the_auditors_have_a_list_of_every_table_or_a_reason_why_not():
    for path in named("models"):
        importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    tables = {mapper.local_table.name: mapper.local_table for mapper in Base.registry.mappers}
    assert set(tables) == set(LISTS) | set(NOT_LISTED)
    assert not set(LISTS) & set(NOT_LISTED)
    assert all(NOT_LISTED.values())
    assert [name for name in LISTS if "id" not in tables[name].columns] == []
