"""How large a sample may be. It shows what the data is like; it is not the data."""

LARGEST = 32 * 1024 * 1024
"""Bytes of an upload."""
LARGEST_UNPACKED = 64 * 1024 * 1024
"""Bytes of all that is packed inside an upload, counted while it is unpacked and not believed from its directory."""
LARGEST_WORDS = 24 * 1024 * 1024
"""Bytes of the shared texts of a workbook, the one part of it that has to be held in memory."""
HIGHEST_RATIO = 200
"""Unpacked to packed. Tables pack 5 to 30 times; a bomb a thousand."""
MOST_MEMBERS = 200
MOST_TABLES = 20
MOST_ROWS = 200_000
MOST_COLUMNS = 200
MOST_CELLS = 2_000_000
"""Cells of all tables together: some twenty seconds of reading."""
LONGEST_LINE = 1024 * 1024
LONGEST_CELL = 32_000
MOST_BLANK_ROWS = 10_000
"""A workbook may claim that its next row is the ten billionth."""
