"""Recovery: money that has to come back, with due process, and who is barred for it.

A room of its own above payments: only what was paid can be recovered.

Owns      nothing yet
Door      nothing yet
Holds     nothing yet
"""
