"""Listings for other catalogues and search engines. What is public is public here too, and nothing else is."""

import json
from typing import Any

from flask import Response, abort, url_for

from marketplace.catalogue import queries
from marketplace.catalogue.rules import feeds
from marketplace.catalogue.views.reading import asked_number, bp
from marketplace.catalogue.views.telling import facts_of, site
from marketplace.core.web import allow

PER_PAGE = 100
JSON_LD, TURTLE = "application/ld+json", "text/turtle; charset=utf-8"
TITLE = "데이터바우처 마켓"
ABOUT = "데이터 상품과 가공 서비스, 다른 곳에서 공개한 무료 데이터의 목록"


@bp.get("/<int:listing_id>/feed/<form>")
def feed(listing_id: int, form: str) -> Response:
    allow(True)  # Only what is published is found here.
    version = queries.find_published_version(listing_id) or abort(404)
    card = queries.card_of(queries.get_listing(listing_id), version)
    facts = facts_of(card, queries.sample_of(version))
    if form == "dcat.ttl":
        return Response(feeds.turtle(feeds.dcat_listing(facts)), content_type=TURTLE)
    documents: dict[str, Any] = {
        "dcat.jsonld": lambda: feeds.dcat_listing(facts),
        "schema.jsonld": lambda: feeds.schema_org(facts),
        "croissant.json": lambda: feeds.croissant(facts) if facts.parts else abort(404),
        "licence.jsonld": lambda: dict(facts.odrl) if facts.odrl else abort(404),
    }
    return _json(documents[form]() if form in documents else abort(404))


@bp.get("/feed/<form>")
def feed_of_all(form: str) -> Response:
    allow(True)  # Only what is published is found here.
    if form not in ("dcat.ttl", "dcat.jsonld"):
        abort(404)
    after = asked_number("after")
    cards, total = queries.published_after(after, PER_PAGE)
    samples = queries.samples_of([card.version for card in cards])
    here = f"{site()}{url_for('.feed_of_all', form=form)}"
    document = feeds.dcat_catalogue(
        [facts_of(card, samples.get(card.version.sample_id or 0)) for card in cards],
        site=site(),
        page_url=f"{here}?after={after}",
        next_url=f"{here}?after={cards[-1].listing.id}" if len(cards) == PER_PAGE else None,
        total=total,
        title=TITLE,
        about=ABOUT,
    )
    return Response(feeds.turtle(document), content_type=TURTLE) if form == "dcat.ttl" else _json(document)


def _json(document: Any) -> Response:
    return Response(json.dumps(document, ensure_ascii=False, indent=1), content_type=JSON_LD)
