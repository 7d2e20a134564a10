"""Pages that look into many rooms, and the shell around all pages."""

from flask import Blueprint, Flask, redirect, request, session, url_for
from werkzeug.wrappers import Response as BaseResponse

from marketplace.core.i18n import LANGUAGES
from marketplace.core.web import render
from marketplace.front.shell import shell_of_request

bp = Blueprint("front", __name__)


def init_app(app: Flask) -> None:
    """Templates of all rooms know the shell."""
    app.context_processor(lambda: {"shell": shell_of_request()})


def _back() -> str:
    """The page to return to: an address on this very site, else home."""
    target = request.values.get("next", "")
    return target if target.startswith("/") and not target.startswith(("//", "/\\")) else url_for("front.home")


@bp.get("/")
def home() -> str:
    return render("front/home.html")


@bp.get("/style")
def style() -> str:
    return render("style/index.html")


@bp.get("/language/<code>")
def choose_language(code: str) -> BaseResponse:
    if code in LANGUAGES:
        session["locale"] = code
    return redirect(_back(), 303)


@bp.post("/mode")
def choose_mode() -> BaseResponse:
    session["mode"] = "high-contrast" if request.form.get("mode") == "high-contrast" else "normal"
    return redirect(_back(), 303)
