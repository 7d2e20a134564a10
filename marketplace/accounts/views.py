"""Pages of the accounts room, and the sign-in of every request."""

from flask import Blueprint, Flask, Request, session
from flask_login import LoginManager
from flask_wtf import CSRFProtect

from marketplace.accounts import queries
from marketplace.core.viewer import GUEST, Viewer

bp = Blueprint("accounts", __name__)
login_manager = LoginManager()
csrf = CSRFProtect()


def _load(request: Request) -> Viewer | None:
    token = session.get("sid")
    return queries.find_viewer_of_session(token) if token else None


def init_app(app: Flask) -> None:
    """Every request knows who sends it; every POST carries a CSRF token."""
    login_manager.init_app(app)
    login_manager.session_protection = None
    login_manager.anonymous_user = lambda: GUEST
    login_manager.login_view = "accounts.sign_in"
    login_manager.request_loader(_load)
    csrf.init_app(app)
