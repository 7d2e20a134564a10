"""What lies outside of the catalogue's tables: files in storage, and other catalogues on the network."""

from marketplace.catalogue.gateway.pages import Place, page
from marketplace.catalogue.gateway.samples import (
    Shown,
    Upload,
    keep_upload,
    looked_at,
    opened_copy,
    quarantine,
    settle_upload,
)

__all__ = [
    "Place",
    "Shown",
    "Upload",
    "keep_upload",
    "looked_at",
    "opened_copy",
    "page",
    "quarantine",
    "settle_upload",
]
