"""Pages of the accounts room, and the sign-in of every request."""

from marketplace.accounts.views import firm, joining, me, signing, signing_up, staff, step_up
from marketplace.accounts.views.blueprint import bp, csrf, init_app, login_manager

__all__ = [
    "bp",
    "csrf",
    "firm",
    "init_app",
    "joining",
    "login_manager",
    "me",
    "signing",
    "signing_up",
    "staff",
    "step_up",
]
