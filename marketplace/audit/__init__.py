"""The auditors' desk: reads everything, changes nothing.

Owns      nothing yet
Door      queries.* (lists of every room as rows for a page or a CSV)
Holds     no route of this room writes
"""
