"""Pages of payments."""

from flask import Flask

from marketplace.payments.views import accounts, batches, cards, deposits, hook, mine, receipts, statements
from marketplace.payments.views.blueprint import bp


def init_app(app: Flask) -> None:
    """The card company has no session, so no token of one: its signature is asked instead."""
    app.extensions["csrf"].exempt(hook.webhook)


__all__ = ["accounts", "batches", "bp", "cards", "deposits", "hook", "init_app", "mine", "receipts", "statements"]
