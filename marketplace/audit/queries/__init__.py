from marketplace.audit.queries.lists import GROUPS, LISTS, columns_of
from marketplace.audit.queries.rows import CHUNK, EXPORT, PAGE, Rows, all_rows_of, counts, rows_of

__all__ = ["CHUNK", "EXPORT", "GROUPS", "LISTS", "PAGE", "Rows", "all_rows_of", "columns_of", "counts", "rows_of"]
