"""Finding and reading listings."""

from typing import Any

from flask import Blueprint, abort, request, url_for
from flask_login import login_required
from werkzeug.routing import BuildError

from marketplace.catalogue import forms, policies, queries
from marketplace.catalogue.models import SELLABLE, Listing, ListingState, ListingVersion, UseKind
from marketplace.catalogue.views.counting import count_use
from marketplace.catalogue.views.pricing import worked_out
from marketplace.catalogue.views.saying import rights_of, say, score_of
from marketplace.catalogue.views.telling import forms_of, page_data
from marketplace.core.web import allow, page_number, render, viewer
from marketplace.suppliers.queries import designated_among

bp = Blueprint("catalogue", __name__, url_prefix="/catalogue")


@bp.get("/<int:listing_id>")
def listing(listing_id: int) -> str:
    seen = seen_listing(listing_id)
    count_use(seen, UseKind.VIEW)
    return listing_page(seen)


def seen_listing(listing_id: int) -> Listing:
    found = queries.find_listing_seen_by(viewer(), listing_id) or abort(404)
    allow(policies.may_see(viewer(), found))
    return found


def listing_page(
    seen: Listing,
    refused: Any = None,
    *,
    publishing: forms.ReviewForm | None = None,
    returning: forms.ReviewForm | None = None,
    withdrawing: forms.WithdrawForm | None = None,
) -> str:
    versions = queries.versions_seen_by(viewer(), seen)
    version = _shown(seen, versions)
    card, sample = queries.card_of(seen, version), queries.sample_of(version)
    public = seen.state == ListingState.PUBLISHED and seen.published_version == version.number
    price = version.unit_price_minor
    paid = price != 0 and version.kind in SELLABLE
    free, free_count = queries.free_equivalents(version) if paid else ([], 0)
    return render(
        "catalogue/listing.html",
        card=card,
        listing=seen,
        version=version,
        versions=versions,
        rights=rights_of(version),
        sample=sample,
        use=queries.use_by_month(seen.id),
        reports=queries.report_counts(seen.id),
        forms_of=forms_of(card, sample) if public else [],
        page_data=page_data(card, sample) if public else "",
        score=score_of(version) if version.kind in SELLABLE else None,
        say=say,
        vat=queries.vat_of(price) if price else None,
        free=free,
        free_count=free_count,
        offer=(offer := _offer(card)),
        worked=worked_out(version, offer["order_url"]) if version.kind in SELLABLE else None,
        may=_may(seen, version),
        refused=refused,
        publishing=publishing or forms.ReviewForm("publish", formdata=None),
        returning=returning or forms.ReviewForm("return", formdata=None),
        withdrawing=withdrawing or forms.WithdrawForm(formdata=None),
    )


def asked_number(name: str) -> int:
    """A whole number from the address; 0 for anything else."""
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _shown(seen: Listing, versions: Any) -> ListingVersion:
    """The version asked for; else what waits, for those who review it; else what is public; else the newest."""
    by_number = {version.number: version for version in versions}
    waiting = seen.submitted_version if policies.may_review(viewer(), seen) else None
    public = seen.published_version if seen.state == ListingState.PUBLISHED else None
    for number in (asked_number("version"), waiting, public):
        if number in by_number:
            return by_number[number]
    return versions[0] if versions else abort(404)


def _offer(card: queries.Card) -> dict[str, Any]:
    """What a buyer can do here, and the addresses of it where those rooms are open."""
    buys = policies.may_order(viewer(), card.listing, designated=card.designated)
    ready = buys and queries.has_active_voucher(viewer().organisation_id)
    priced = any(plan.is_priced for plan in queries.prices_of(card.version))
    order = url_if_open("orders.new", listing_id=card.listing.id) if ready and priced else None
    ask = url_if_open("matching.new", listing_id=card.listing.id) if buys else None
    return {"buys": buys, "ready": ready, "order_url": order, "ask_url": ask}


def url_if_open(endpoint: str, **values: Any) -> str | None:
    """The address of a page of another room, or None while that room is not open."""
    try:
        return url_for(endpoint, **values)
    except BuildError:
        return None


def _may(seen: Listing, version: ListingVersion) -> dict[str, bool]:
    """Which buttons the page shows; the operations decide."""
    who = viewer()
    newest = queries.latest_version(seen.id).number
    done = seen.state == ListingState.PUBLISHED and seen.published_version == newest
    return {
        "inside": who.sees_everything or policies.owns(who, seen),
        "revise": policies.may_revise(who, seen),
        "submit": policies.may_submit(who, seen) and seen.submitted_version is None and not done,
        "review": policies.may_review(who, seen) and seen.submitted_version == version.number,
        "withdraw": policies.may_withdraw(who, seen),
        "owns": policies.owns(who, seen),
        "report": policies.may_report(who, seen),
    }


@bp.get("/mine")
@login_required
def mine() -> str:
    allow(policies.may_see_own_listings(viewer()))
    wanted = request.args.get("state", "")
    state = ListingState(wanted) if wanted in list(ListingState) else None
    page = queries.listings_of(viewer().organisation_id, state, page_number())
    return render(
        "catalogue/mine.html",
        page=page,
        counts=queries.state_counts(viewer().organisation_id),
        states=list(ListingState),
        chosen=state,
        score_of=score_of,
        visitors=queries.views_of([card.listing.id for card in page.items]),
        designated=viewer().organisation_id in designated_among({viewer().organisation_id}),
    )


@bp.get("/reviews")
@login_required
def reviews() -> str:
    allow(policies.may_see_reviews(viewer()))
    return render("catalogue/reviews.html", page=queries.listings_to_review(page_number()))
