"""The page on which data, services, suppliers and open needs are looked for, all in one box."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from flask import request, url_for

from marketplace.catalogue import forms, policies, queries
from marketplace.catalogue.models import ListingKind
from marketplace.catalogue.views.missing import count_miss
from marketplace.catalogue.views.reading import bp, url_if_open
from marketplace.core.i18n import N_, _
from marketplace.core.web import allow, page_number, render, viewer
from marketplace.search import queries as search
from marketplace.suppliers.models import OFFERS
from marketplace.suppliers.queries import designated_among

PER_PAGE = 24
"""Fills rows of three and of two cards."""
LONGEST = 200
FACETS = ("kind", "theme", "licence", "personal_data", "sample", "band", "lead_days", "supplier")
MOST_SUPPLIERS = 12
"""So many firms can be chosen from, those with most of what is found."""
SUPPLIER, NEED = "supplier", "need"
DROPS = {
    "kind": (N_("유형"), ("kind", "voucher")),
    "price": (N_("가격"), ("price", "voucher")),
    "band": (N_("가격"), ("price",)),
    "supplier": (N_("공급기업"), ("supplier", "firm", "designated")),
    "theme": (N_("분야"), ("theme",)),
    "licence": (N_("이용 조건"), ("licence",)),
    "personal_data": (N_("개인정보"), ("personal_data",)),
    "lead_days": (N_("납기"), ("lead",)),
    "sample": (N_("표본"), ("sample",)),
}
"""What a filter is called, and which fields of the form it comes from."""


@bp.get("")
def index() -> str:
    allow(True)  # What is published is public; anything else is found by those whom it is for, and by nobody besides.
    audience = queries.audience_of(viewer())
    what = request.args.get("what", "")
    words = (request.args.get("q") or "")[:LONGEST]
    if what == SUPPLIER or (what == NEED and policies.may_find_needs(audience)):
        return _others(what, words, audience)
    return _listings(words, audience)


def _listings(words: str, audience: Collection[str]) -> str:
    vouchers = queries.spendable_vouchers(viewer())
    form = forms.SearchForm(formdata=request.args)
    form.offer(vouchers)
    form.validate()
    filters = queries.filters_of(form.chosen(), vouchers)
    answer = search.search(
        words, "listing", filters, page_number(), sort=_sort(form.sort.data), size=PER_PAGE, facets=FACETS,
        audience=audience, elsewhere=_kinds(audience),
    )  # fmt: skip
    asked = {name: value for name, value in request.args.items() if name in form}
    form.count(answer.counts, _firms(answer.counts["supplier"], form.supplier.data))
    count_miss(words, answer, filters)
    page = replace(answer.page, items=queries.cards([hit.ref for hit in answer.page.items]))
    return render(
        "catalogue/index.html",
        form=form,
        words=words,
        page=page,
        answer=answer,
        asked=asked,
        tabs_of_kinds=_tabs(form.kind.data or "", asked, answer.counts["kind"], answer.elsewhere),
        why={hit.ref: hit for hit in answer.page.items},
        free=answer.counts["band"].get("free", 0) if any(card.version.unit_price_minor for card in page.items) else 0,
        relaxations=[(_(DROPS[each.facet][0]), DROPS[each.facet][1], each.total) for each in answer.relaxations],
        supplier=page.items[0].supplier if request.args.get("supplier") and page.items else "",
        may_review=policies.may_see_reviews(viewer()),
        may_see_demand=policies.may_see_demand(viewer()),
        may_save=policies.may_save(viewer()),
        need_url=url_if_open("matching.new", title=words[:100]) if viewer().is_sme else None,
    )


def _others(what: str, words: str, audience: Collection[str]) -> str:
    """Suppliers, or open needs: told from their documents, since the needs' own room stands above this one."""
    form = forms.SupplierSearchForm(formdata=request.args) if what == SUPPLIER else None
    filters = form.filters() if form and form.validate() else {}
    elsewhere = [kind for kind in _kinds(audience) if kind != what]
    answer = search.search(
        words, what, filters, page_number(), sort=_sort(request.args.get("sort")), size=PER_PAGE,
        facets=("offers",) if form else (), audience=audience, elsewhere=elsewhere,
    )  # fmt: skip
    if form:
        form.count(answer.counts)
    refs = [hit.ref for hit in answer.page.items]
    rows = search.told(what, refs, audience)
    days = {row.facets["needed_by"] for row in rows if row.facets.get("needed_by")}
    kinds = search.search(words, "listing", size=1, facets=("kind",)).counts["kind"]
    return render(
        "catalogue/others.html",
        what=what,
        form=form,
        words=words,
        page=replace(answer.page, items=rows),
        answer=answer,
        tabs_of_kinds=_tabs(what, {"q": words}, kinds, {**answer.elsewhere, what: answer.page.total}),
        why={hit.ref: hit for hit in answer.page.items},
        offers={each: _(word) for each, word in OFFERS.items()},
        needed={each: date.fromisoformat(each) for each in days},
        designated=designated_among(set(refs)) if what == SUPPLIER and refs else set(),
    )


def _firms(counts: Mapping[str, int], chosen: Any) -> list[tuple[int, str]]:
    """The firms to choose from with their names, and the one that is chosen."""
    most = sorted(counts, key=lambda each: (-counts[each], int(each)))[:MOST_SUPPLIERS]
    asked = queries.filters_of({"supplier": chosen}).get("supplier", set())
    numbers = list(dict.fromkeys([*map(int, most), *asked]))
    names = queries.firm_names(set(numbers)) if numbers else {}
    return [(number, names[number]) for number in numbers if number in names]


def _kinds(audience: Collection[str]) -> list[str]:
    return [SUPPLIER, NEED] if policies.may_find_needs(audience) else [SUPPLIER]


def _sort(wanted: str | None) -> str:
    return wanted if wanted in search.SORTS else search.RELEVANCE


def _tabs(
    chosen: str, asked: Mapping[str, str], kinds: Mapping[str, int], others: Mapping[str, int]
) -> list[dict[str, Any]]:
    """One row for all that can be found; the kinds of listings keep the other filters, which only they have."""

    def tab(label: str, value: str, count: int, kept: Mapping[str, Any]) -> dict[str, Any]:
        address = url_for("catalogue.index", **kept)
        return {"label": label, "url": address, "current": chosen == value, "count": f"{count:,}"}

    rows = [(_("모든 상품"), "", sum(kinds.values()), {**asked, "kind": None})]
    rows += [(each.label, each.value, kinds.get(each.value, 0), {**asked, "kind": each.value}) for each in ListingKind]
    names = {SUPPLIER: _("공급기업"), NEED: _("견적 요청")}
    beside = [each for each in names if each in others]
    rows += [(names[each], each, others[each], {"q": asked.get("q"), "what": each}) for each in beside]
    return [tab(*row) for row in rows]
