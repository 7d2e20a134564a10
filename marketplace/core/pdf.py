"""PDF from our own templates, by WeasyPrint: PDF/A-3a declared, the same bytes for the same facts."""

import gc
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from marketplace.core import lazy

weasyprint: Any = lazy("weasyprint")
weasyprint_urls: Any = lazy("weasyprint.urls")
pikepdf: Any = lazy("pikepdf")
ROOT = Path(__file__).resolve().parents[2] / "static"


@dataclass(frozen=True)
class Enclosed:
    """A file inside a document: its text, its name, and what it is."""

    name: str
    text: str
    description: str


KINDS = {".css": "text/css", ".svg": "image/svg+xml", ".ttf": "font/ttf", ".png": "image/png"}
PREFIX = "paper:///"


@cache
def _fetcher() -> Any:
    """Only our own fonts, styles and images are ever read; any other address stops the paper."""
    gc.freeze()  # the libraries are in and stay: no collection below looks through them again

    class OurFiles(weasyprint_urls.URLFetcher):
        def fetch(self, url: str, headers: object = None) -> Any:
            path = (ROOT / url.removeprefix(PREFIX)).resolve()
            if not url.startswith(PREFIX) or not path.is_relative_to(ROOT) or path.suffix not in KINDS:
                raise ValueError(f"a paper may not fetch {url!r}")
            return weasyprint_urls.URLFetcherResponse(url, path.read_bytes(), {"Content-Type": KINDS[path.suffix]})

    return OurFiles(fail_on_errors=True)


def render_pdf(html: str, *, identifier: str, created: datetime, enclosed: Sequence[Enclosed] = ()) -> bytes:
    """The PDF of one document. `html` names files as paper:///css/paper.css ; `identifier` and `created` fix the bytes.
    What is enclosed is attached as data (AFRelationship), as PDF/A-3 has it."""
    document = weasyprint.HTML(string=html, base_url="paper:///", url_fetcher=_fetcher()).render()
    stamp = created.strftime("%Y-%m-%dT%H:%M:%SZ")
    document.metadata.created = stamp
    document.metadata.modified = stamp
    out = io.BytesIO()
    files = [
        weasyprint.Attachment(
            string=each.text,
            name=each.name,
            description=each.description,
            relationship="Data",
            created=created,
            modified=created,
        )
        for each in enclosed
    ]
    document.write_pdf(out, pdf_variant="pdf/a-3a", pdf_identifier=identifier.encode(), attachments=files)
    del document
    gc.collect()  # a drawn page is full of cycles: ten milliseconds here keep a worker that draws thousands small
    return out.getvalue()
