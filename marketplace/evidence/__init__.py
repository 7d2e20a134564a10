"""Evidence: who did what to which record, when, from where, with old and new values.

Owns      event
Door      operations.record to write down, queries.events_about to look
Holds     written in the same transaction as what it tells; never changed or removed, which the database itself refuses
"""
