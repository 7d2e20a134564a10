"""DCAT-AP 3 in JSON-LD, and the same graph in Turtle. Work on data is no dataset: it is a catalogued resource that is a
service to people. Pure."""

import json
from collections.abc import Sequence
from typing import Any

from marketplace.catalogue.rules.feeds.facts import Facts, Part, present, texts
from marketplace.core import lazy

rdflib: Any = lazy("rdflib")
EU = "http://publications.europa.eu/resource/authority"
CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "adms": "http://www.w3.org/ns/adms#",
    "odrl": "http://www.w3.org/ns/odrl/2/",
    "cc": "http://creativecommons.org/ns#",
    "terms": "urn:data-voucher:terms:",
    "spdx": "http://spdx.org/rdf/terms#",
    "schema": "https://schema.org/",
    "hydra": "http://www.w3.org/ns/hydra/core#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
FREQUENCIES = {
    "real_time": "UPDATE_CONT",
    "daily": "DAILY",
    "weekly": "WEEKLY",
    "monthly": "MONTHLY",
    "quarterly": "QUARTERLY",
    "yearly": "ANNUAL",
    "irregular": "IRREG",
    "never": "NEVER",
    "unknown": "UNKNOWN",
}
FILE_TYPES = frozenset({"CSV", "JSON", "XLSX", "XML", "PARQUET", "GEOJSON", "ZIP", "TXT", "PDF", "JPEG", "PNG", "TIFF"})


def _ref(address: str) -> dict[str, str]:
    return {"@id": address}


def _typed(value: Any, kind: str) -> dict[str, str]:
    return {"@type": f"xsd:{kind}", "@value": str(value)}


def _agent(facts: Facts) -> dict[str, Any]:
    return present(
        {"@id": facts.publisher_url, "@type": "foaf:Agent", "foaf:name": texts(facts.publisher, facts.publisher_en)}
    )


def node(facts: Facts) -> dict[str, Any]:
    """One listing as a node without a context."""
    period = present(
        {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": facts.period_from and _typed(facts.period_from, "date"),
            "dcat:endDate": facts.period_to and _typed(facts.period_to, "date"),
        }
    )
    return present(
        {
            "@id": facts.url,
            "@type": "dcat:Dataset" if facts.is_data else ["dcat:Resource", "schema:Service"],
            "dct:identifier": facts.url,
            "dct:title": texts(facts.title, facts.title_en),
            "dct:description": texts(facts.told),
            "dcat:theme": _ref(facts.theme) if facts.theme else None,
            "dcat:keyword": [{"@language": "ko", "@value": word} for word in facts.keywords],
            "dct:publisher": _agent(facts),
            "dcat:contactPoint": {
                "@type": "vcard:Organization",
                "vcard:fn": facts.publisher,
                "vcard:hasURL": _ref(facts.publisher_url),
            },
            "dct:issued": _typed(facts.issued.isoformat(), "dateTime"),
            "dct:modified": _typed(facts.modified.isoformat(), "dateTime"),
            "dcat:landingPage": _ref(facts.landing_page or facts.url),
            "dcat:version": str(facts.number),
            "dcat:previousVersion": _ref(f"{facts.url}?version={facts.number - 1}") if facts.number > 1 else None,
            "adms:status": _ref(f"{EU}/dataset-status/COMPLETED") if facts.is_data else None,
            "dct:accessRights": _ref(f"{EU}/access-right/{'PUBLIC' if facts.kind == 'open_data' else 'RESTRICTED'}"),
            "dct:accrualPeriodicity": _ref(f"{EU}/frequency/{FREQUENCIES[facts.frequency]}") if facts.is_data else None,
            "dct:spatial": {"@type": "dct:Location", "rdfs:label": texts(facts.region)} if facts.region else None,
            "dct:temporal": period if len(period) > 1 else None,
            "dct:provenance": {"@type": "dct:ProvenanceStatement", "rdfs:label": texts(facts.provenance)}
            if facts.provenance
            else None,
            "odrl:hasPolicy": {key: value for key, value in facts.odrl.items() if key != "@context"}
            if facts.odrl
            else None,
            "dcat:distribution": _distributions(facts) if facts.is_data else None,
        }
    )


def _licence(facts: Facts) -> dict[str, Any]:
    """A document with an address of its own: under the listing's it would be the listing."""
    return present(
        {
            "@id": facts.feed("licence.jsonld") if facts.odrl else f"{facts.url}#licence",
            "@type": "dct:LicenseDocument",
            "dct:title": texts(facts.licence_word),
            "rdfs:seeAlso": _ref(facts.landing_page) if facts.landing_page else None,
        }
    )


def _distributions(facts: Facts) -> list[dict[str, Any]]:
    known = [each for each in facts.formats if each.upper() in FILE_TYPES]
    whole = present(
        {
            "@id": f"{facts.url}#whole",
            "@type": "dcat:Distribution",
            "dct:title": texts(facts.title),
            "dcat:accessURL": _ref(facts.landing_page or facts.url),
            "dct:license": _licence(facts),
            "dct:format": _ref(f"{EU}/file-type/{known[0].upper()}") if known else None,
            "dcat:byteSize": _typed(facts.byte_size, "nonNegativeInteger") if facts.byte_size is not None else None,
        }
    )
    return [whole, *(_sample(facts, part) for part in facts.parts)]


def _sample(facts: Facts, part: Part) -> dict[str, Any]:
    return {
        "@id": part.url,
        "@type": "dcat:Distribution",
        "dct:title": texts(f"{part.name} (표본)", f"{part.name} (sample)"),
        "dcat:accessURL": _ref(facts.url),
        "dcat:downloadURL": _ref(part.url),
        "dct:license": _licence(facts),
        "dct:format": _ref(f"{EU}/file-type/CSV"),
        "dcat:mediaType": _ref("https://www.iana.org/assignments/media-types/text/csv"),
        "dcat:byteSize": _typed(part.size, "nonNegativeInteger"),
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": _ref("http://spdx.org/rdf/terms#checksumAlgorithm_sha256"),
            "spdx:checksumValue": _typed(part.sha256, "hexBinary"),
        },
    }


def dcat_listing(facts: Facts) -> dict[str, Any]:
    """One listing as a document."""
    return {"@context": CONTEXT, **node(facts)}


def dcat_catalogue(
    listings: Sequence[Facts], *, site: str, page_url: str, next_url: str | None, total: int, title: str, about: str
) -> dict[str, Any]:
    """A page of the whole catalogue: the same catalogue each time, with this page's listings and the way to the next."""
    data = [node(each) for each in listings if each.is_data]
    work = [node(each) for each in listings if not each.is_data]
    catalogue = {
        "@id": f"{site}/catalogue",
        "@type": "dcat:Catalog",
        "dct:title": texts(title),
        "dct:description": texts(about),
        "dct:publisher": {"@id": f"{site}/", "@type": "foaf:Agent", "foaf:name": texts(title)},
        "foaf:homepage": _ref(f"{site}/"),
        "dct:language": [_ref(f"{EU}/language/KOR"), _ref(f"{EU}/language/ENG")],
        "dcat:dataset": data,
        "dcat:resource": work,
    }
    page = {
        "@id": page_url,
        "@type": "hydra:PartialCollectionView",
        "hydra:next": _ref(next_url) if next_url else None,
        "hydra:totalItems": total,
    }
    return {"@context": CONTEXT, "@graph": [present(catalogue), present(page)]}


def turtle(document: dict[str, Any]) -> str:
    """The graph of a document in Turtle."""
    graph = rdflib.Graph()
    graph.parse(data=json.dumps(document), format="json-ld")
    text: str = graph.serialize(format="turtle")
    return text
