"""A published version as the feeds tell of it."""

import json
from collections.abc import Sequence

from flask import current_app, url_for
from markupsafe import Markup

from marketplace.catalogue import queries
from marketplace.catalogue.models import ListingSample
from marketplace.catalogue.rules import feeds
from marketplace.catalogue.rules.terms import odrl, terms_of
from marketplace.catalogue.rules.themes import eu_theme

FORMS = {
    "dcat.ttl": "DCAT-AP 3 Turtle",
    "dcat.jsonld": "DCAT-AP 3 JSON-LD",
    "schema.jsonld": "schema.org",
    "croissant.json": "Croissant 1.1",
    "licence.jsonld": "ODRL 2.2",
}
"""The feeds of a listing with the names of their standards, which are the same in every language."""


def facts_of(card: queries.Card, sample: ListingSample | None) -> feeds.Facts:
    """What the feeds tell of a published version."""
    listing, version, home = card.listing, card.version, site()
    url = f"{home}{url_for('catalogue.listing', listing_id=listing.id)}"
    terms = terms_of(version.licence.value, version.terms)
    policy = f"{url}/feed/licence.jsonld"
    supplied = url_for("suppliers.show", organisation_id=card.supplier_id) if card.supplier_id else ""
    return feeds.Facts(
        id=listing.id,
        site=home,
        url=url,
        kind=version.kind.value,
        title=version.title,
        title_en=version.title_en or "",
        summary=version.summary,
        description=version.description,
        publisher=card.supplier,
        publisher_en="",
        publisher_url=f"{home}{supplied}" if supplied else f"{home}{url_for('catalogue.index')}#{listing.id}",
        number=version.number,
        issued=listing.created_at,
        modified=version.reviewed_at or version.created_at,
        price_minor=version.unit_price_minor,
        unit=version.unit_label,
        licence_word=version.licence.word,
        terms=terms,
        odrl=odrl(terms, policy=policy, target=url, assigner=card.supplier) if terms else None,
        personal_data=version.personal_data.word,
        theme=eu_theme(version.theme.value),
        formats=[each.strip() for each in version.format.split(",") if each.strip()],
        keywords=version.attributes.get("keywords", []),
        region=version.region,
        period_from=version.period_from,
        period_to=version.period_to,
        frequency=version.frequency.value,
        record_count=version.record_count,
        byte_size=version.byte_size,
        provenance=version.provenance,
        dictionary=version.dictionary,
        prices=queries.prices_of(version),
        labour=version.labour,
        landing_page=feeds.address(listing.source_url or ""),
        parts=_parts(listing.id, sample, home),
    )


def _parts(listing_id: int, sample: ListingSample | None, home: str) -> Sequence[feeds.Part]:
    if sample is None:
        return ()
    return [
        feeds.Part(
            table["name"],
            f"{home}{url_for('catalogue.sample_file', listing_id=listing_id, sample_id=sample.id, number=number)}",
            table["sha256"],
            table["byte_size"],
            table["columns"],
        )
        for number, table in enumerate(sample.tables, 1)
    ]


def page_data(card: queries.Card, sample: ListingSample | None) -> Markup:
    """schema.org inside the page: a block of data, which no browser runs and which a policy on scripts does not concern.
    Nothing in it can end the element, since no '<' stands in it."""
    text = json.dumps(feeds.schema_org(facts_of(card, sample)), ensure_ascii=False)
    harmless = text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return Markup('<script type="application/ld+json">{}</script>').format(Markup(harmless))  # noqa: S704


def forms_of(card: queries.Card, sample: ListingSample | None) -> list[tuple[str, str]]:
    """(name, address) of the feeds that this listing has."""
    without = set() if sample else {"croissant.json"}
    if terms_of(card.version.licence.value, card.version.terms) is None:
        without.add("licence.jsonld")
    return [
        (name, url_for("catalogue.feed", listing_id=card.listing.id, form=form))
        for form, name in FORMS.items()
        if form not in without
    ]


def site() -> str:
    """The address of the whole."""
    address: str = current_app.config["MARKETPLACE"].public_url
    return address
