"""Reading samples that strangers upload: what they are, whether they are safe, what stands in them. Pure: bytes in,
tables out; nothing is ever written to a path that a file names, and no formula is ever reckoned."""

from marketplace.catalogue.rules.samples.limits import LARGEST, MOST_COLUMNS, MOST_ROWS
from marketplace.catalogue.rules.samples.profile import TableProfile, profiled
from marketplace.catalogue.rules.samples.reading import Table, tables_of

__all__ = ["LARGEST", "MOST_COLUMNS", "MOST_ROWS", "Table", "TableProfile", "profiled", "tables_of"]
