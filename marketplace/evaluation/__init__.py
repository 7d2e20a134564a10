"""Evaluation: who judges which application, what they say of it, and the ranked decision that follows.

A room of its own above grants: it looks down at applications, and awards or refuses them by their own operations.

Owns      nothing yet
Door      nothing yet
Holds     nothing yet
"""
