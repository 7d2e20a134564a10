"""The blueprint of this room, the sign-in of every request, and what its pages share."""

from datetime import UTC, datetime
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Request, make_response, redirect, request, session, url_for
from flask_login import LoginManager
from flask_wtf import CSRFProtect
from werkzeug.wrappers import Response as BaseResponse

from marketplace.accounts import operations, queries
from marketplace.accounts.rules import safe_next
from marketplace.core.i18n import LANGUAGES, language
from marketplace.core.viewer import GUEST, Viewer
from marketplace.core.web import after_response

bp = Blueprint("accounts", __name__)
login_manager = LoginManager()
csrf = CSRFProtect()
LARGEST = 2**63 - 1


def _load(request: Request) -> Viewer | None:
    live = queries.find_live_session(session["sid"]) if session.get("sid") else None
    if live is None:
        return None
    session_id = live.row.id
    if datetime.now(UTC) - live.last_used_at > queries.SLOT:
        after_response(lambda: operations.note_use(session_id))
    return queries.viewer_of_live(live)


def init_app(app: Flask) -> None:
    """Every request knows who sends it; every POST carries a CSRF token."""
    login_manager.init_app(app)
    login_manager.session_protection = None
    login_manager.anonymous_user = lambda: GUEST
    login_manager.unauthorized_handler(_ask_to_sign_in)
    login_manager.request_loader(_load)
    csrf.init_app(app)
    app.jinja_env.globals.update(role_label=queries.role_label, bank_name=queries.bank_name)


def _ask_to_sign_in() -> BaseResponse:
    """To the sign-in page and afterwards back. What was sent by a form cannot be sent again: back to its page then."""
    wanted = request.full_path.rstrip("?")
    if request.method not in ("GET", "HEAD"):
        sent_from = urlsplit(request.referrer or "")
        wanted = sent_from.path if sent_from.netloc == request.host else ""
    return redirect(url_for("accounts.sign_in", next=safe_next(wanted)))


def keep_token(token: str) -> None:
    """Put a session's token into a fresh cookie: nothing of the visit before sign-in survives but the look of the
    pages; the CSRF token is a new one too."""
    kept = {name: session[name] for name in ("locale", "mode") if name in session}
    session.clear()
    session.update(kept)
    session["sid"] = token


def forget_token() -> None:
    """Empty the cookie, again but for the look of the pages."""
    kept = {name: session[name] for name in ("locale", "mode") if name in session}
    session.clear()
    session.update(kept)


def onward(target: str | None) -> BaseResponse:
    """To the page that was wanted, if it is one of this site, else home."""
    return redirect(safe_next(target) or url_for("front.home"), 303)


def device() -> str:
    """What the browser says it is."""
    return request.headers.get("User-Agent", "")


def reader_language() -> str:
    """The language of the page, which a new account starts with."""
    return language() if language() in LANGUAGES else "ko"


def answer(page: str, status: int = 422, *, refusal: Exception | None = None) -> BaseResponse:
    """A page that says no, with the moment of the next try where there is one."""
    if isinstance(refusal, operations.TooSoon):
        return make_response(page, 429, {"Retry-After": str(refusal.seconds)})
    return make_response(page, getattr(refusal, "status", status) if refusal else status)
