"""What every page needs: rights, locale, security headers, pages of a list, CSV, and the words for amounts and dates."""

import csv
import io
import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode

from flask import (
    Flask,
    Response,
    abort,
    current_app,
    g,
    has_request_context,
    render_template,
    request,
    session,
    url_for,
)
from flask_babel import format_date, format_datetime
from flask_compress import Compress
from flask_login import current_user
from jinja2 import StrictUndefined
from markupsafe import Markup
from werkzeug.routing import IntegerConverter, ValidationError

from marketplace.core import clock, error_pages
from marketplace.core.db import is_demo, spend_once, transaction
from marketplace.core.errors import Refused
from marketplace.core.i18n import LANGUAGES, _, babel, in_language, language
from marketplace.core.korea import josa
from marketplace.core.money import Money
from marketplace.core.viewer import Origin, origin

LARGEST_ID = 2**63 - 1
YEAR, HOUR = 365 * 86_400, 3_600
Made = TypeVar("Made")
POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
)


class RowIdConverter(IntegerConverter):
    """`<int:…>` in an address: what no row's id can be is 404 there, before a query is asked with it and fails."""

    regex = r"\d{1,19}"

    def to_python(self, value: str) -> int:
        number = int(value)
        if number > LARGEST_ID:
            raise ValidationError
        return number


def allow(may: bool) -> None:
    """The right of a view: 403 where the policy says no. Every view calls it or stands on the public list."""
    if not may:
        abort(403)


def viewer() -> Any:
    """The signed-in person as a frozen Viewer, or the guest: `current_user` without its proxy."""
    return current_user._get_current_object()


@dataclass(frozen=True)
class Page:
    """One page of a list: `items`, and where it stands among `total` rows."""

    items: Sequence[Any]
    number: int
    size: int
    total: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))

    def url(self, number: int) -> str:
        """The address of page `number` with the same filters."""
        return same_page(page=number)


def same_page(**changes: object) -> str:
    """The address asked for, changed. What was asked never reaches `url_for`, which has words of its own (`endpoint`)."""
    kept = [(name, value) for name, value in request.args.items(multi=True) if name not in changes]
    return f"{url_for(request.endpoint or '', **(request.view_args or {}))}?{urlencode([*kept, *changes.items()])}"


def page_number() -> int:
    """The page asked for, from 1; nonsense is page 1."""
    text = request.args.get("page", "1")
    return max(1, min(int(text), 1_000_000)) if text.isascii() and text.isdigit() and len(text) < 9 else 1


def after_response(work: Callable[[], None]) -> None:
    """Have `work` write its append-only rows in one short transaction after the answer has been made."""
    g.setdefault("after_response", []).append(work)


def csv_response(name: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """A list as CSV for spreadsheets: UTF-8 with a mark, and no cell that a spreadsheet would run as a formula."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([harmless(cell) for cell in row])
    return Response(
        "\ufeff" + out.getvalue(),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )


def harmless(cell: object) -> object:
    """A spreadsheet cell that cannot be a formula: numbers as they are, texts that begin like one get an apostrophe."""
    if cell is None:
        return ""
    if isinstance(cell, int | float):
        return cell
    text = str(cell)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r", "\0")) else text


def wants_csv() -> bool:
    """Whether the list was asked for as a file: `?format=csv`."""
    return request.args.get("format") == "csv"


def refuse_on(form: Any, refusal: Refused) -> None:
    """Append a refusal to a form, at its field where it names one that is no list of rows, so that what was typed stays."""
    field = form._fields.get(refusal.field) if refusal.field else None
    if field is not None and not hasattr(field, "entries"):
        field.errors = [*field.errors, str(refusal)]
    else:
        form.form_errors.append(str(refusal))


def attempt(form: Any, work: Callable[[], object]) -> int:
    """Do `work` in a transaction if the form holds; 0, or the status with which the same page answers, the reason on the form.

    The one way in which a sent form becomes a deed: what happens afterwards, a word and where to go, is the view's.
    """
    return _done(form, work)[0]


def make(form: Any, work: Callable[..., Made], *, first: Callable[[], object] | None = None) -> tuple[int, Made | None]:
    """Like `attempt`, for a form that creates something: spends its once-token with the deed, and returns what `work` made.

    What `first` returns is handed to `work`. It is done before, with no transaction open: files are kept so.
    """

    def spend_and_work(*kept: object) -> Made:
        spend_once(form.once.data or "")
        return work(*kept)

    return _done(form, spend_and_work, first)


def _done(form: Any, work: Callable[..., Made], first: Callable[[], object] | None = None) -> tuple[int, Made | None]:
    if not form.validate():
        return 422, None
    try:
        kept = (first(),) if first is not None else ()
        with transaction():
            return 0, work(*kept)
    except Refused as refusal:
        refuse_on(form, refusal)
        return refusal.status, None


def once_token() -> str:
    """A fresh value for the hidden `once` field of a form that creates something."""
    return secrets.token_urlsafe(16)


def _nonce() -> str:
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    nonce: str = g.nonce
    return nonce


def _locale() -> str:
    if not has_request_context():
        return "ko"
    chosen = session.get("locale") or (current_user.locale if current_user and current_user.is_authenticated else None)
    if chosen in LANGUAGES:
        return str(chosen)
    return request.accept_languages.best_match(list(LANGUAGES), default="ko") or "ko"


def _money(amount: Money | int | None, unit: str | None = None) -> str:
    if amount is None:
        return "–"
    money = amount if isinstance(amount, Money) else Money(int(amount), unit or g.get("amount_unit", "KRW"))
    return money.text(language())


def _day(value: date | datetime | None) -> str:
    if value is None:
        return "–"
    if isinstance(value, datetime):
        value = value.astimezone(clock.SEOUL).date()
    return str(format_date(value, "yyyy. M. d." if language() == "ko" else "d MMM yyyy"))


def _moment(value: datetime | None) -> str:
    if value is None:
        return "–"
    return str(format_datetime(value, "yyyy. M. d. HH:mm" if language() == "ko" else "d MMM yyyy, HH:mm"))


def render(template: str, **values: object) -> str:
    """A page in the shell."""
    return render_template(template, **values)


def _headers(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", POLICY.format(nonce=_nonce()))
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
    if not request.path.startswith("/static/"):
        response.headers.setdefault("Cache-Control", "no-store")
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
    return response


def _write_after_response(response: Response) -> Response:
    for work in g.pop("after_response", []):
        try:
            with transaction(after_response=True):
                work()
        except Exception:
            current_app.logger.exception("what follows the answer could not be written")
    return response


def _begin() -> None:
    origin.set(Origin(request_id=secrets.token_hex(8), address=request.remote_addr))


def _version_of_static(folder: str, endpoint: str, values: dict[str, Any]) -> None:
    """A static file's address carries its age, so that browsers may keep it for a year."""
    if endpoint == "static" and "filename" in values:
        values["v"] = _age(folder, values["filename"])


@cache
def _age(folder: str, filename: str) -> int:
    path = Path(folder, filename)
    return int(path.stat().st_mtime) if path.is_file() else 0


def init_app(app: Flask) -> None:
    """Headers, errors, filters and the words that templates use."""
    app.url_map.converters["int"] = RowIdConverter
    Compress(app)
    app.url_defaults(partial(_version_of_static, app.static_folder or ""))
    app.get_send_file_max_age = lambda filename: YEAR if request.args.get("v") else HOUR  # type: ignore[method-assign]
    babel.init_app(app, locale_selector=_locale, timezone_selector=lambda: "Asia/Seoul")
    app.before_request(_begin)
    app.after_request(_headers)
    app.after_request(_write_after_response)
    error_pages.init_app(app)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.filters.update(money=_money, day=_day, moment=_moment, josa=josa)
    app.jinja_env.globals.update(
        _=_,
        csp_nonce=_nonce,
        in_language=in_language,
        language=language,
        is_demo=is_demo,
        today=clock.today,
        now=clock.now,
        Markup=Markup,
        once_token=once_token,
    )
