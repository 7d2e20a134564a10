"""Listings as other catalogues and search engines read them: DCAT-AP 3, schema.org, Croissant 1.1, ODRL. Pure."""

from marketplace.catalogue.rules.feeds.croissant import croissant
from marketplace.catalogue.rules.feeds.dcat import dcat_catalogue, dcat_listing, turtle
from marketplace.catalogue.rules.feeds.facts import Facts, Part, address
from marketplace.catalogue.rules.feeds.schema_org import schema_org

__all__ = ["Facts", "Part", "address", "croissant", "dcat_catalogue", "dcat_listing", "schema_org", "turtle"]
