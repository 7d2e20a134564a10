"""schema.org for search engines: a Dataset, or a Service for work on data, with its offers. Pure."""

from typing import Any

from marketplace.catalogue.rules.feeds.facts import Facts, present

LEAST, MOST = 50, 5_000
"""Letters of a description that search engines take."""


def schema_org(facts: Facts) -> dict[str, Any]:
    """One listing as schema.org says it."""
    told = facts.told if len(facts.told) >= LEAST else f"{facts.title}. {facts.summary} {facts.description}".strip()
    publisher = {"@type": "Organization", "name": facts.publisher, "url": facts.publisher_url}
    common = {
        "@context": "https://schema.org/",
        "@type": "Dataset" if facts.is_data else "Service",
        "@id": facts.url,
        "url": facts.url,
        "name": facts.title,
        "alternateName": facts.title_en,
        "description": told[:MOST],
        "offers": _offers(facts),
    }
    if not facts.is_data:
        return present({**common, "provider": publisher, "serviceType": facts.kind})
    return present({**common, **_dataset(facts, publisher)})


def _dataset(facts: Facts, publisher: dict[str, str]) -> dict[str, Any]:
    first, last = facts.period_from, facts.period_to
    return {
        "identifier": facts.url,
        "creator": publisher,
        "publisher": publisher,
        "license": facts.feed("licence.jsonld") if facts.odrl else facts.landing_page or facts.url,
        "keywords": list(facts.keywords),
        "isAccessibleForFree": facts.price_minor == 0,
        "version": str(facts.number),
        "datePublished": facts.issued.date().isoformat(),
        "dateModified": facts.modified.date().isoformat(),
        "sameAs": facts.landing_page,
        "temporalCoverage": f"{first or '..'}/{last or '..'}" if first or last else None,
        "spatialCoverage": facts.region,
        "variableMeasured": [
            present(
                {
                    "@type": "PropertyValue",
                    "name": row.get("name_ko") or row.get("name_en"),
                    "alternateName": row.get("name_en") if row.get("name_ko") else None,
                    "description": row.get("description"),
                    "unitText": row.get("unit"),
                }
            )
            for row in facts.dictionary
        ],
        "distribution": [
            {
                "@type": "DataDownload",
                "name": part.name,
                "contentUrl": part.url,
                "encodingFormat": "text/csv",
                "contentSize": f"{part.size} B",
                "sha256": part.sha256,
            }
            for part in facts.parts
        ],
    }


def _offers(facts: Facts) -> list[dict[str, Any]]:
    """Prices as they are; a price on request is no offer with a price."""
    priced = [
        (step.price_minor, plan.unit, step.from_quantity)
        for plan in facts.prices
        for step in plan.steps
        if step.price_minor is not None
    ]
    return [
        {
            "@type": "Offer",
            "price": price,
            "priceCurrency": "KRW",
            "url": facts.url,
            "priceSpecification": {
                "@type": "UnitPriceSpecification",
                "price": price,
                "priceCurrency": "KRW",
                "unitText": unit,
                "valueAddedTaxIncluded": False,
                "eligibleQuantity": {"@type": "QuantitativeValue", "minValue": quantity},
            },
        }
        for price, unit, quantity in priced
    ]
