"""The demo year: a year of the programme, lived through by the real operations with a moved clock.

Owns      nothing
Door      commands (`flask demo year`, `flask demo code`)
Holds     no row is inserted here: everything is done by operations, as invented people, in a database made as a demo;
          the same seed gives the same year; the totals it counts itself agree with the ledger
"""
