"""Pages of matching: needs, quotes side by side, and the choice."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask_login import login_required
from werkzeug.routing import BuildError

from marketplace.catalogue.queries import find_listing_seen_by, find_published_version, vat_of
from marketplace.core import clock
from marketplace.core.db import spend_once, transaction
from marketplace.core.errors import Refused
from marketplace.core.forms import Form
from marketplace.core.i18n import _
from marketplace.core.web import LARGEST_ID, allow, page_number, refuse_on, render, viewer
from marketplace.matching import forms, operations, policies, queries
from marketplace.matching.models import Need, NeedState, Quote
from marketplace.suppliers.queries import is_designated_anywhere

bp = Blueprint("matching", __name__, url_prefix="/matching")
VALID_FOR = timedelta(days=30)
"""What the form of a quote proposes."""


def _attempt(form: Form, work: Callable[[], Any]) -> int:
    """Do `work` in a transaction if the form holds; 0, or the status with which the same page answers."""
    if not form.validate():
        return 422
    try:
        with transaction():
            work()
    except Refused as refusal:
        refuse_on(form, refusal)
        return refusal.status
    return 0


@bp.get("")
@login_required
def index() -> str:
    allow(policies.may_list(viewer()))
    wanted = request.args.get("state", "")
    state = NeedState(wanted) if wanted in list(NeedState) else None
    return render(
        "matching/index.html",
        page=queries.needs_seen_by(viewer(), state=state, page=page_number()),
        states=list(NeedState),
        chosen=state,
        may_post=policies.may_post(viewer()),
        outside=viewer().is_supplier and not is_designated_anywhere(viewer().organisation_id),
    )


def _listing_asked() -> int | None:
    text = request.args.get("listing_id", "")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 20 else 0
    return number if 0 < number <= LARGEST_ID else None


def _need_page(form: forms.NeedForm, listing_id: int | None) -> str:
    """The form of a need; with a listing it says which supplier is asked. A listing nobody offers now is left out."""
    listing = find_listing_seen_by(viewer(), listing_id) if listing_id else None
    version = find_published_version(listing.id) if listing else None
    return render("matching/new.html", form=form, listing=listing, version=version)


@bp.get("/needs/new")
@login_required
def new() -> str:
    allow(policies.may_post(viewer()))
    form = forms.NeedForm(formdata=None, data={"title": request.args.get("title", "")[:100]})
    return _need_page(form, _listing_asked())


@bp.post("/needs/new")
@login_required
def post() -> Any:
    allow(policies.may_post(viewer()))
    form, listing_id, made = forms.NeedForm(), _listing_asked(), []

    def work() -> None:
        spend_once(form.once.data)
        told = {name: form.data[name] for name in ("title", "body", "budget_minor", "needed_by")}
        need = operations.post_need(**told, listing_id=listing_id, by=viewer())
        made.append(need.id)

    if status := _attempt(form, work):
        return _need_page(form, listing_id), status
    flash(_("요청을 올렸습니다. 견적이 오면 알려 드립니다."), "success")
    return redirect(url_for(".need", need_id=made[0]), 303)


def _seen_need(need_id: int) -> Need:
    return queries.find_need_seen_by(viewer(), need_id) or abort(404)


@bp.get("/needs/<int:need_id>")
@login_required
def need(need_id: int) -> str:
    allow(policies.may_list(viewer()))
    return _show_need(_seen_need(need_id))


def _show_need(seen: Need, refused: Form | None = None) -> str:
    quotes = queries.quotes_seen_by(viewer(), seen)
    mine = any(
        row.quote.organisation_id == viewer().organisation_id and row.quote.state.value == "sent" for row in quotes
    )
    designated = is_designated_anywhere(viewer().organisation_id)
    return render(
        "matching/need.html",
        row=queries.need_row(viewer(), seen),
        need=seen,
        quotes=quotes,
        vat_of=vat_of,
        owns=policies.owns_need(viewer(), seen),
        may_close=policies.may_close(viewer(), seen),
        may_quote=policies.may_quote(viewer(), seen, designated=designated) and not mine,
        may_choose=lambda quote: policies.may_choose(viewer(), quote, seen),
        order_url=_order_url,
        refused=refused,
    )


def _order_url(quote: Quote) -> str | None:
    """Where an order is drafted from an accepted quote, once that room is open."""
    if not viewer().is_sme:
        return None
    try:
        return url_for("orders.from_quote", quote_id=quote.id)
    except BuildError:
        return None


@bp.post("/needs/<int:need_id>/close")
@login_required
def close(need_id: int) -> Any:
    allow(policies.owns_need(viewer(), _seen_need(need_id)))
    form = forms.ClickForm()
    if status := _attempt(form, lambda: operations.close_need(need_id, by=viewer())):
        return _show_need(_seen_need(need_id), form), status
    flash(_("요청을 마감했습니다."), "success")
    return redirect(url_for(".need", need_id=need_id), 303)


def _quote_page(form: forms.QuoteForm, seen: Need) -> str:
    return render("matching/quote_form.html", form=form, row=queries.need_row(viewer(), seen), need=seen)


@bp.get("/needs/<int:need_id>/quote")
@login_required
def answer(need_id: int) -> str:
    seen = _seen_need(need_id)
    designated = is_designated_anywhere(viewer().organisation_id)
    allow(policies.may_quote(viewer(), seen, designated=designated))
    return _quote_page(forms.QuoteForm(formdata=None, data={"valid_until": clock.today() + VALID_FOR}), seen)


@bp.post("/needs/<int:need_id>/quote")
@login_required
def send(need_id: int) -> Any:
    seen = _seen_need(need_id)
    allow(viewer().is_supplier and viewer().organisation_id != seen.organisation_id)
    form, made = forms.QuoteForm(), []

    def work() -> None:
        spend_once(form.once.data)
        made.append(operations.send_quote(need_id, operations.Offer(**form.offer()), by=viewer()))

    if status := _attempt(form, work):
        return _quote_page(form, _seen_need(need_id)), status
    flash(_("견적을 보냈습니다. 결과를 알려 드립니다."), "success")
    return redirect(url_for(".need", need_id=need_id), 303)


def _seen_quote(quote_id: int) -> tuple[Quote, Need]:
    return queries.find_quote_seen_by(viewer(), quote_id) or abort(404)


@bp.get("/quotes/<int:quote_id>")
@login_required
def quote(quote_id: int) -> str:
    found, asked = _seen_quote(quote_id)
    allow(policies.may_see_quote(viewer(), found, asked))
    return _show_quote(found, asked)


def _show_quote(found: Quote, asked: Need, refused: Form | None = None) -> str:
    return render(
        "matching/quote.html",
        row=queries.quote_row(found),
        quote=found,
        need=asked,
        need_row=queries.need_row(viewer(), asked),
        vat=vat_of(found.quantity * found.unit_price_minor),
        may_choose=policies.may_choose(viewer(), found, asked),
        may_withdraw=policies.may_withdraw_quote(viewer(), found),
        order_url=_order_url(found) if policies.owns_need(viewer(), asked) else None,
        refused=refused,
    )


def _decide(quote_id: int, work: Callable[[], Any], words: str) -> Any:
    form = forms.ClickForm()
    if status := _attempt(form, work):
        return _show_quote(*_seen_quote(quote_id), form), status
    flash(words, "success")
    return redirect(url_for(".quote", quote_id=quote_id), 303)


@bp.post("/quotes/<int:quote_id>/accept")
@login_required
def accept(quote_id: int) -> Any:
    allow(policies.owns_need(viewer(), _seen_quote(quote_id)[1]))
    words = _("견적을 채택했습니다. 이 내용으로 발주할 수 있습니다.")
    return _decide(quote_id, lambda: operations.accept_quote(quote_id, by=viewer()), words)


@bp.post("/quotes/<int:quote_id>/decline")
@login_required
def decline(quote_id: int) -> Any:
    allow(policies.owns_need(viewer(), _seen_quote(quote_id)[1]))
    words = _("견적을 채택하지 않았습니다.")
    return _decide(quote_id, lambda: operations.decline_quote(quote_id, by=viewer()), words)


@bp.post("/quotes/<int:quote_id>/withdraw")
@login_required
def withdraw(quote_id: int) -> Any:
    found, _need = _seen_quote(quote_id)
    allow(viewer().is_supplier and viewer().organisation_id == found.organisation_id)
    words = _("견적을 철회했습니다. 접수 중이면 새 견적을 낼 수 있습니다.")
    return _decide(quote_id, lambda: operations.withdraw_quote(quote_id, by=viewer()), words)
