"""Croissant 1.1 of a dataset with a sample: its files by hash, its columns by name, its terms as ODRL, and what is known
of the people who made it (Croissant RAI). Pure."""

from typing import Any

from marketplace.catalogue.rules.feeds.facts import Facts, present

CONTEXT: dict[str, Any] = {
    "@language": "ko",
    "@vocab": "https://schema.org/",
    "arrayShape": "cr:arrayShape",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "containedIn": "cr:containedIn",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "description": {"@container": "@language"},
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isArray": "cr:isArray",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "name": {"@container": "@language"},
    "odrl": "http://www.w3.org/ns/odrl/2/",
    "cc": "http://creativecommons.org/ns#",
    "terms": "urn:data-voucher:terms:",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
"""Croissant's own context, with ODRL beside it; there is no address to fetch it from when no network is to be needed."""
TYPES = {
    "integer": "sc:Integer",
    "decimal": "sc:Float",
    "boolean": "sc:Boolean",
    "date": "sc:Date",
    "datetime": "sc:DateTime",
}


def croissant(facts: Facts) -> dict[str, Any]:
    """A dataset as machine learning reads it. Only what can be had is described as a file: the sample."""
    publisher = {"@type": "Organization", "name": facts.publisher, "url": facts.publisher_url}
    described = {name: row for row in facts.dictionary for name in (row.get("name_ko"), row.get("name_en")) if name}
    return present(
        {
            "@context": CONTEXT,
            "@type": "sc:Dataset",
            "@id": facts.url,
            "conformsTo": "http://mlcommons.org/croissant/1.1",
            "name": facts.title,
            "alternateName": facts.title_en,
            "description": facts.told,
            "url": facts.url,
            "license": facts.feed("licence.jsonld") if facts.odrl else facts.url,
            "usageInfo": _usage(facts),
            "creator": publisher,
            "publisher": publisher,
            "keywords": list(facts.keywords),
            "version": f"{facts.number}.0.0",
            "datePublished": facts.issued.date().isoformat(),
            "citeAs": f"{facts.publisher} ({facts.issued.year}). {facts.title}. {facts.url}",
            "isLiveDataset": facts.frequency not in ("never", "unknown"),
            **_responsible(facts),
            "distribution": [
                {
                    "@type": "cr:FileObject",
                    "@id": f"sample-{number}.csv",
                    "name": f"sample-{number}.csv",
                    "description": part.name,
                    "contentUrl": part.url,
                    "contentSize": f"{part.size} B",
                    "encodingFormat": "text/csv",
                    "sha256": part.sha256,
                }
                for number, part in enumerate(facts.parts, 1)
            ],
            "recordSet": [
                {
                    "@type": "cr:RecordSet",
                    "@id": f"table-{number}",
                    "name": f"table-{number}",
                    "description": part.name,
                    "field": [
                        _field(number, place, column, described.get(column["name"], {}))
                        for place, column in enumerate(part.columns, 1)
                    ],
                }
                for number, part in enumerate(facts.parts, 1)
            ],
        }
    )


def _usage(facts: Facts) -> dict[str, Any] | None:
    """The terms without what points back at the dataset or at themselves: readers go in circles on it."""
    if not facts.odrl:
        return None
    return {key: value for key, value in facts.odrl.items() if key not in ("@context", "odrl:target", "odrl:uid")}


def _field(table: int, place: int, column: Any, row: Any) -> dict[str, Any]:
    """A column. Its sentence is the dictionary's; the unit stands in it, since Croissant has no word for one."""
    told = " · ".join(text for text in (row.get("description"), row.get("unit")) if text)
    return present(
        {
            "@type": "cr:Field",
            "@id": f"table-{table}/{place}",
            "name": column["name"],
            "description": told or column["name"],
            "dataType": TYPES.get(column["type"], "sc:Text"),
            "source": {"fileObject": {"@id": f"sample-{table}.csv"}, "extract": {"column": column["name"]}},
        }
    )


def _responsible(facts: Facts) -> dict[str, Any]:
    labour = facts.labour
    return {
        "rai:dataCollection": facts.provenance,
        "rai:personalSensitiveInformation": facts.personal_data,
        "rai:annotationsPerItem": str(labour["annotators"]) if labour.get("annotators") else None,
        "rai:dataAnnotationProtocol": f"inspected {labour['inspection_percent']} %"
        if labour.get("inspection_percent") is not None
        else None,
    }
