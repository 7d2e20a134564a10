"""Pure decisions of the catalogue."""

from marketplace.catalogue.rules.tables import OpenRow, Problem, decoded, recognised, table_rows

__all__ = ["OpenRow", "Problem", "decoded", "recognised", "table_rows"]
