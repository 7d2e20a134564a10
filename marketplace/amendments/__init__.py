"""Amendments: what the parties of a signed agreement want changed, who may allow it, and what it does to the money.

A room of its own above settlement: what may still change depends on what was ordered, delivered and invoiced.

Owns      nothing yet
Door      nothing yet
Holds     nothing yet
"""
