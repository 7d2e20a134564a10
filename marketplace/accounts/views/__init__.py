"""Pages of the accounts room, and the sign-in of every request."""

from marketplace.accounts.views import me, signing, signing_up
from marketplace.accounts.views.blueprint import bp, csrf, init_app, login_manager

__all__ = ["bp", "csrf", "init_app", "login_manager", "me", "signing", "signing_up"]
