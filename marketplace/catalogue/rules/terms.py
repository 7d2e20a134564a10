"""What a buyer may do with the data: choices that a person reads and that yield ODRL. Pure."""

from collections.abc import Mapping
from typing import Any

from marketplace.catalogue.rules.tables import N_

RIGHTS = {
    "commercial": N_("상업적 이용"),
    "redistribution": N_("제3자에게 재배포"),
    "derivatives": N_("가공·변형해 새로 만들기"),
    "ai_training": N_("AI 학습에 사용"),
}
"""What is allowed or not, with its words, in the order in which a person reads them."""
ACTIONS = {
    "commercial": "cc:CommericalUse",
    "redistribution": "odrl:distribute",
    "derivatives": "odrl:derive",
    "ai_training": "terms:train",
}
"""The ODRL action of each right; the vocabulary itself spells the first one so. ODRL has no word for the training of
models, so that one stands in a profile of our own."""
CONTEXT = {
    "odrl": "http://www.w3.org/ns/odrl/2/",
    "cc": "http://creativecommons.org/ns#",
    "terms": "urn:data-voucher:terms:",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
LONGEST_TERM = 600
"""Months: fifty years."""
IMPLIED = {
    "internal": (),
    "commercial": ("commercial", "derivatives"),
    "redistribution": ("commercial", "redistribution", "derivatives"),
    "open": tuple(RIGHTS),
}
"""Which rights a class of licence stands for where a version was written before the choices were asked one by one."""


def terms_of(licence: str, stored: Mapping[str, Any]) -> dict[str, Any] | None:
    """The choices of a version, {"commercial": True, …, "attribution": False, "term_months": None}; None where only
    the source knows them."""
    if stored:
        flags = {name: bool(stored.get(name)) for name in (*RIGHTS, "attribution")}
        return {**flags, "term_months": stored.get("term_months")}
    if licence not in IMPLIED:
        return None
    allowed = IMPLIED[licence]
    return {**{name: name in allowed for name in RIGHTS}, "attribution": False, "term_months": None}


def class_of(terms: Mapping[str, Any]) -> str:
    """The one word for a set of choices, by which lists are narrowed."""
    if all(terms.get(name) for name in RIGHTS) and not terms.get("term_months"):
        return "open"
    if terms.get("redistribution") and terms.get("commercial"):
        return "redistribution"
    return "commercial" if terms.get("commercial") else "internal"


def odrl(terms: Mapping[str, Any], *, policy: str, target: str, assigner: str) -> dict[str, Any]:
    """The choices as an ODRL 2.2 offer in JSON-LD. `policy`, `target` are addresses, `assigner` the supplier's name."""
    use: dict[str, Any] = {"odrl:action": {"@id": "odrl:use"}}
    if terms.get("term_months"):
        use["odrl:constraint"] = {
            "odrl:leftOperand": {"@id": "odrl:elapsedTime"},
            "odrl:operator": {"@id": "odrl:lteq"},
            "odrl:rightOperand": {"@type": "xsd:duration", "@value": f"P{terms['term_months']}M"},
        }
    if terms.get("attribution"):
        use["odrl:duty"] = {"odrl:action": {"@id": "odrl:attribute"}}
    allowed = [{"odrl:action": {"@id": ACTIONS[name]}} for name in RIGHTS if terms.get(name)]
    denied = [{"odrl:action": {"@id": ACTIONS[name]}} for name in RIGHTS if not terms.get(name)]
    offer: dict[str, Any] = {
        "@context": CONTEXT,
        "@id": policy,
        "@type": "odrl:Offer",
        "odrl:uid": {"@id": policy},
        "odrl:profile": {"@id": "urn:data-voucher:terms"},
        "odrl:target": {"@id": target},
        "odrl:assigner": {"@type": "odrl:Party", "odrl:uid": assigner},
        "odrl:permission": [use, *allowed],
    }
    if denied:
        offer["odrl:prohibition"] = denied
    return offer
