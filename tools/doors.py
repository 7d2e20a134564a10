"""The contract "a room is entered by its doors", for import-linter (see pyproject.toml)."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class DoorsContract(Contract):
    """Other rooms import only a room's doors; its forms, views, policies and the rest are its own affair.

    Options: `root` (the package the rooms stand in), `doors` (names of modules anybody may import), `open_rooms`
    (rooms all of whose modules are doors), `also` (single modules that are doors besides) and `may_enter` (modules
    that may import everything, as patterns).
    """

    type_name = "doors"

    root = fields.StringField()
    doors = fields.ListField(subfield=fields.StringField())
    open_rooms = fields.ListField(subfield=fields.StringField(), required=False)
    also = fields.ListField(subfield=fields.StringField(), required=False)
    may_enter = fields.ListField(subfield=fields.StringField(), required=False)

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Look at every direct import between two rooms."""
        names = ("root", "doors", "open_rooms", "also", "may_enter")
        options: dict[str, Any] = {name: getattr(self, name) for name in names}
        broken = []
        for importer in sorted(graph.modules):
            for imported in sorted(graph.find_modules_directly_imported_by(importer)):
                if not _allowed(importer, imported, options):
                    details = graph.get_import_details(importer=importer, imported=imported)
                    broken.append((importer, imported, details[0]["line_number"] if details else 0))
        return ContractCheck(kept=not broken, metadata={"broken": broken})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Say which import climbs through which window."""
        for importer, imported, line in check.metadata["broken"]:
            output.print_error(f"{importer}:{line} imports {imported}, which is no door of its room", bold=False)


def _allowed(importer: str, imported: str, options: dict[str, Any]) -> bool:
    """Whether one import stays in its room or goes through a door."""
    own, other = importer.split("."), imported.split(".")
    entering = any(fnmatchcase(importer, pattern) for pattern in options["may_enter"] or [])
    if entering or other[0] != options["root"] or len(other) < 3:
        return True
    same_room = len(own) > 1 and own[1] == other[1]
    if same_room or other[1] in (options["open_rooms"] or []) or other[2] in options["doors"]:
        return True
    return ".".join(other[:3]) in (options["also"] or [])
