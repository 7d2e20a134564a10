"""The page on which data and services are looked for."""

from dataclasses import replace
from typing import Any

from flask import request

from marketplace.catalogue import forms, policies, queries
from marketplace.catalogue.models import Licence, ListingKind, PersonalData
from marketplace.catalogue.queries import Spendable
from marketplace.catalogue.views.reading import bp, url_if_open
from marketplace.core.i18n import N_, _
from marketplace.core.web import allow, page_number, render, viewer
from marketplace.search import queries as search
from marketplace.suppliers.queries import designated_among

PER_PAGE = 24
"""Fills rows of three and of two cards."""
FACETS = ("kind", "licence", "personal_data")
DROPS = {
    "kind": (N_("유형"), ("kind", "voucher")),
    "price": (N_("가격"), ("price", "voucher")),
    "free": (N_("가격"), ("price",)),
    "supplier": (N_("공급기업"), ("supplier", "firm", "designated")),
    "licence": (N_("이용 조건"), ("licence",)),
    "personal_data": (N_("개인정보"), ("personal_data",)),
}
"""What a filter is called, and which fields of the form it comes from."""


@bp.get("")
def index() -> str:
    allow(True)  # What is published is public.
    vouchers = queries.spendable_vouchers(viewer())
    form = forms.SearchForm(formdata=request.args)
    form.offer(vouchers)
    form.validate()
    words = (form.q.data or "")[:200]
    sort = form.sort.data if form.sort.data in search.SORTS else search.RELEVANCE
    filters = _filters(form, vouchers)
    answer = search.search(words, "listing", filters, page_number(), sort=sort, size=PER_PAGE, facets=FACETS)
    form.count(answer.counts)
    page = replace(answer.page, items=queries.cards([hit.ref for hit in answer.page.items]))
    return render(
        "catalogue/index.html",
        form=form,
        words=words,
        page=page,
        answer=answer,
        why={hit.ref: hit for hit in answer.page.items},
        kinds=list(ListingKind),
        relaxations=[(_(DROPS[each.facet][0]), DROPS[each.facet][1], each.total) for each in answer.relaxations],
        supplier=page.items[0].supplier if "supplier" in request.args and page.items else "",
        may_review=policies.may_see_reviews(viewer()),
        need_url=url_if_open("matching.new", title=words[:100]) if viewer().is_sme else None,
    )


def _filters(form: forms.SearchForm, vouchers: list[Spendable]) -> dict[str, Any]:
    """The facets that a person chose; what makes no sense narrows nothing."""
    filters: dict[str, Any] = {}
    for name, values in (("kind", ListingKind), ("licence", Licence), ("personal_data", PersonalData)):
        if form[name].data in list(values):
            filters[name] = form[name].data
    price = form.price.data
    if price in ("free", "paid"):
        filters["free"] = price == "free"
    elif price == "request":
        filters["price"] = None
    elif price in forms.BANDS:
        filters["price"] = search.Between(*forms.BANDS[price])
    for voucher in vouchers:
        if form.voucher.data == str(voucher.voucher_id):
            filters["kind"], filters["price"] = voucher.kind.value, search.Between(0, voucher.left_minor)
    wanted = _suppliers(form)
    if wanted is not None:
        filters["supplier"] = wanted
    return filters


def _suppliers(form: forms.SearchForm) -> set[int] | None:
    """The firms that may be shown; None: all."""
    wanted: set[int] | None = None
    number = form.supplier.data or ""
    if number.isascii() and number.isdigit() and len(number) < 19:
        wanted = {int(number)}
    if form.firm.data and not form.firm.errors:
        named = queries.suppliers_named(form.firm.data)
        wanted = named if wanted is None else wanted & named
    if form.designated.data:
        wanted = designated_among(wanted)
    return wanted
