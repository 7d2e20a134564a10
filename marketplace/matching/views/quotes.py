"""Pages of quotes: sending one, comparing them, and the choice."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask_login import login_required

from marketplace.catalogue.queries import right_words
from marketplace.core import clock
from marketplace.core.db import spend_once
from marketplace.core.forms import Form
from marketplace.core.i18n import _
from marketplace.core.web import allow, attempt, render, viewer
from marketplace.matching import forms, operations, policies, queries
from marketplace.matching.models import Need, Quote, TaxKind
from marketplace.matching.rules.quotes import needs_two
from marketplace.matching.views.blueprint import bp, order_url, seen_need, seen_quote
from marketplace.suppliers.queries import is_designated_anywhere

VALID_FOR = timedelta(days=30)
"""What the form of a quote proposes."""
TERMS = ("description", "lead_days", "valid_until", "rights", "acceptance_criteria", "sample_url", "person_months")


def _quote_form(**values: Any) -> forms.QuoteForm:
    form = forms.QuoteForm(**values)
    form.rights.choices = [(name, _(words)) for name, words in right_words().items()]
    return form


def _quote_page(form: forms.QuoteForm, seen: Need) -> str:
    rate = queries.vat_rate_of(seen.organisation_id)
    return render("matching/quote_form.html", form=form, row=queries.need_row(viewer(), seen), need=seen, rate=rate)


@bp.get("/needs/<int:need_id>/quote")
@login_required
def answer(need_id: int) -> str:
    seen = seen_need(need_id)
    invited, designated = (
        queries.is_invited(seen.id, viewer().organisation_id),
        is_designated_anywhere(viewer().organisation_id),
    )
    allow(policies.may_quote(viewer(), seen, designated=designated, invited=invited))
    earlier = queries.find_own_quote(viewer(), seen.id)
    data: dict[str, Any] = {"valid_until": clock.today() + VALID_FOR}
    if earlier is not None:
        names = ("description", "quantity", "unit_label", "unit_price_minor")
        rows = queries.lines_of([earlier.id])[earlier.id]
        data = {name: getattr(earlier, name) for name in TERMS} | {"replaces": str(earlier.id)}
        data["lines"] = [{name: getattr(line, name) for name in names} | {"tax_kind": line.tax_kind} for line in rows]
    return _quote_page(_quote_form(formdata=None, data=data), seen)


@bp.post("/needs/<int:need_id>/quote")
@login_required
def send(need_id: int) -> Any:
    seen = seen_need(need_id)
    allow(viewer().is_supplier and viewer().organisation_id != seen.organisation_id)
    form = _quote_form()
    if request.form.get("rows") == "add":
        form.add_line()
        return _quote_page(form, seen)

    def work() -> None:
        spend_once(form.once.data)
        lines = tuple(operations.OfferLine(**line) for line in form.filled())
        offer = operations.Offer(lines=lines, **form.offer())
        operations.send_quote(need_id, offer, replacing=bool(form.replaces.data), by=viewer())

    if status := attempt(form, work):
        return _quote_page(form, seen_need(need_id)), status
    flash(_("견적을 보냈습니다. 결과를 알려 드립니다."), "success")
    return redirect(url_for(".need", need_id=need_id), 303)


@bp.get("/needs/<int:need_id>/compare")
@login_required
def compare(need_id: int) -> str:
    seen = seen_need(need_id)
    allow(policies.owns_need(viewer(), seen) or viewer().sees_everything)
    if seen.is_sealed:
        abort(404)
    quotes = [row for row in queries.quotes_seen_by(viewer(), seen) if row.quote.state.value != "withdrawn"]
    return render(
        "matching/compare.html",
        need=seen,
        row=queries.need_row(viewer(), seen),
        quotes=quotes,
        bands=queries.price_bands(seen.kind, {line.unit_label for each in quotes for line in each.lines}),
        rights=right_words(),
        taxes=[kind for kind in TaxKind if any(kind.value in each.by_tax for each in quotes)],
        may_choose=lambda quote: policies.may_choose(viewer(), quote, seen),
        intact={each.quote.id: operations.is_intact(each.quote, list(each.lines)) for each in quotes},
    )


@bp.get("/quotes/<int:quote_id>")
@login_required
def quote(quote_id: int) -> str:
    found, asked = seen_quote(quote_id)
    allow(policies.may_see_quote(viewer(), found, asked))
    return show_quote(found, asked)


def show_quote(found: Quote, asked: Need, refused: Form | None = None, form: Form | None = None) -> str:
    """A quote with what its reader may do; `form` is the one that was sent and refused."""
    row, me = queries.quote_row(found), viewer()
    owns = policies.owns_need(me, asked)
    opened, limit = queries.opened_count(asked.id), queries.two_quotes_above(asked.organisation_id)
    return render(
        "matching/quote.html",
        row=row,
        quote=found,
        need=asked,
        need_row=queries.need_row(me, asked),
        rights=right_words(),
        bands=queries.price_bands(asked.kind, {line.unit_label for line in row.lines}) if not asked.is_sealed else {},
        may_choose=policies.may_choose(me, found, asked),
        needs_reason=limit is not None and needs_two(row.supply_minor, opened, limit.above_minor),
        two_above=limit.above_minor if limit else 0,
        may_withdraw=policies.may_withdraw_quote(me, found, asked, clock.now()),
        order_url=order_url(found) if owns else None,
        agreement=queries.find_pre_agreement_of_quote(found.id),
        may_agree=owns and found.state.value == "accepted",
        form=form or forms.ChooseForm(formdata=None),
        refused=refused,
    )


def _decide(quote_id: int, form: Form, work: Callable[[], Any], words: str) -> Any:
    if status := attempt(form, work):
        return show_quote(*seen_quote(quote_id), form, form if isinstance(form, forms.ChooseForm) else None), status
    flash(words, "success")
    return redirect(url_for(".quote", quote_id=quote_id), 303)


@bp.post("/quotes/<int:quote_id>/accept")
@login_required
def accept(quote_id: int) -> Any:
    allow(policies.owns_need(viewer(), seen_quote(quote_id)[1]))
    form = forms.ChooseForm()
    why = {"reason": form.reason.data or "", "single_source": form.single_source.data or ""}
    words = _("견적을 채택했습니다. 이 내용으로 발주할 수 있습니다.")
    return _decide(quote_id, form, lambda: operations.accept_quote(quote_id, **why, by=viewer()), words)


@bp.post("/quotes/<int:quote_id>/decline")
@login_required
def decline(quote_id: int) -> Any:
    allow(policies.owns_need(viewer(), seen_quote(quote_id)[1]))
    form = forms.ReasonForm()
    reason, words = form.reason.data or "", _("견적을 채택하지 않았습니다.")
    return _decide(quote_id, form, lambda: operations.decline_quote(quote_id, reason=reason, by=viewer()), words)


@bp.post("/quotes/<int:quote_id>/withdraw")
@login_required
def withdraw(quote_id: int) -> Any:
    found, _need = seen_quote(quote_id)
    allow(viewer().is_supplier and viewer().organisation_id == found.organisation_id)
    words = _("견적을 철회했습니다. 접수 중이면 새 견적을 낼 수 있습니다.")
    return _decide(quote_id, forms.ClickForm(), lambda: operations.withdraw_quote(quote_id, by=viewer()), words)
