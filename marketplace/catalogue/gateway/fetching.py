"""Fetching what other catalogues publish, one bounded answer at a time."""

import http.client
import time
from collections.abc import Collection
from dataclasses import dataclass

from marketplace.catalogue.rules.tables import N_, Problem
from marketplace.core.outside import UNREACHED, asked, host_of

LARGEST = 32 * 1024 * 1024
DEADLINE = 120
CHUNK = 64 * 1024


@dataclass(frozen=True)
class Fetched:
    """What came, and from where in the end."""

    content: bytes
    content_type: str
    url: str


def fetch(url: str, accept: str, *, allowed: Collection[str] = ()) -> Fetched:
    """GET an address, following redirects, each judged anew. Raises Problem with a sentence."""
    until = time.monotonic() + DEADLINE
    with asked(url, {"Accept": accept}, allowed=allowed) as (response, place):
        if response.status != 200:
            raise Problem(UNREACHED, {"host": host_of(place), "why": f"HTTP {response.status}"})
        return Fetched(_read(response, until, host_of(place)), response.headers.get_content_type(), place)


def _read(response: http.client.HTTPResponse, until: float, host: str) -> bytes:
    pieces, size = [], 0
    while piece := response.read(CHUNK):
        size += len(piece)
        if size > LARGEST:
            raise Problem(N_("%(host)s의 답이 %(limit)s MB를 넘습니다."), {"host": host, "limit": LARGEST // 1024**2})
        if time.monotonic() > until:
            raise Problem(UNREACHED, {"host": host, "why": "timeout"})
        pieces.append(piece)
    return b"".join(pieces)
