"""Verbs of the accounts room."""

from marketplace.accounts.operations.sessions import end_session, start_session, switch_organisation

__all__ = ["end_session", "start_session", "switch_organisation"]
