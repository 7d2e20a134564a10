"""One page after the other of another catalogue, whatever it speaks."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from marketplace.catalogue.gateway.fetching import LARGEST, Fetched, fetch
from marketplace.catalogue.rules import OpenRow, Problem, decoded, table_rows
from marketplace.catalogue.rules.dcat_in import ckan_page, dcat_page
from marketplace.catalogue.rules.tables import N_

DCAT = "text/turtle, application/ld+json;q=0.9, application/json;q=0.5"
CKAN_ROWS = 200
CSV_ROWS = 1_000


@dataclass(frozen=True)
class Place:
    """Where to go on: a kind of source, its address, and the cursor that the page before gave ('' at the beginning)."""

    kind: str
    url: str
    cursor: str = ""


def page(place: Place, allowed: Collection[str]) -> tuple[list[OpenRow | Problem], str]:
    """(rows, cursor of the next page or ''). Raises Problem where nothing can be had."""
    if place.kind == "ckan":
        return _ckan(place, allowed)
    if place.kind == "csv":
        return _csv(place, allowed)
    found = _content(place.cursor or place.url, DCAT, allowed)
    harvest = dcat_page(found.content, found.content_type, found.url)
    if not harvest.rows and not place.cursor:
        raise Problem(N_("데이터셋이 하나도 없습니다: %(url)s"), {"url": place.url[:200]})
    return harvest.rows, "" if harvest.following in (place.cursor, place.url) else harvest.following


def _content(url: str, accept: str, allowed: Collection[str]) -> Fetched:
    """What stands at an address, or in a file that the command line named."""
    if url.startswith(("http://", "https://")):
        return fetch(url, accept, allowed=allowed)
    path = Path(url)
    if not path.is_absolute() or not path.is_file():
        raise Problem(N_("파일을 찾을 수 없습니다: %(name)s"), {"name": path.name[:100]})
    if path.stat().st_size > LARGEST:
        raise Problem(N_("%(host)s의 답이 %(limit)s MB를 넘습니다."), {"host": path.name, "limit": LARGEST // 1024**2})
    kind = "application/ld+json" if path.suffix in (".json", ".jsonld") else "text/turtle"
    return Fetched(path.read_bytes(), kind, path.as_uri())


def _ckan(place: Place, allowed: Collection[str]) -> tuple[list[OpenRow | Problem], str]:
    start = int(place.cursor) if place.cursor.isdigit() else 0
    base = place.url.rstrip("/").removesuffix("/api/3/action").removesuffix("/api/3")
    order = quote("metadata_created asc, id asc")
    found = fetch(
        f"{base}/api/3/action/package_search?rows={CKAN_ROWS}&start={start}&sort={order}",
        "application/json",
        allowed=allowed,
    )
    rows, count = ckan_page(found.content, base)
    if not rows and not start:
        raise Problem(N_("데이터셋이 하나도 없습니다: %(url)s"), {"url": place.url[:200]})
    reached = start + len(rows)
    return rows, str(reached) if rows and reached < count else ""


def _csv(place: Place, allowed: Collection[str]) -> tuple[list[OpenRow | Problem], str]:
    """A table is fetched whole and taken in by thousands; the cursor counts its rows."""
    found = _content(place.url, "text/csv", allowed)
    rows = list(table_rows(decoded(found.content), {}))
    start = int(place.cursor) if place.cursor.isdigit() else 0
    if not rows:
        raise Problem(N_("데이터셋이 하나도 없습니다: %(url)s"), {"url": place.url[:200]})
    reached = start + CSV_ROWS
    return rows[start:reached], str(reached) if reached < len(rows) else ""
