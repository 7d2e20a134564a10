"""Fetching a file from a supplier's own store, from where the last try ended, and never more than it was said to be."""

import http.client
import re
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass

from marketplace.core.errors import Problem
from marketplace.core.i18n import N_
from marketplace.core.outside import PRIVATE, UNREACHED, asked, host_of
from marketplace.core.storage import CHUNK
from marketplace.delivery.gateway.pieces import keep_piece

PIECE = 16 * 1024 * 1024
SECONDS = 60
"""For how long one run fetches; the next goes on from there."""
OTHER_SIZE = N_("%(host)s의 파일은 알려 준 크기(%(bytes)s바이트)가 아닙니다. 링크와 크기를 확인하고 다시 적으세요.")
FINAL = (PRIVATE, OTHER_SIZE)
"""What no second try mends."""


@dataclass(frozen=True)
class Wanted:
    """What to fetch: so many bytes of which `reached` are here."""

    upload_id: int
    url: str
    bytes: int
    reached: int


class Timed:
    """What an answer brings until a moment: a store that only drips must not hold the job."""

    def __init__(self, response: http.client.HTTPResponse, until: float) -> None:
        self.response, self.until = response, until

    @property
    def over(self) -> bool:
        return time.monotonic() > self.until

    def read(self, size: int) -> bytes:
        return b"" if self.over else self.response.read1(size)


def fetch_pieces(wanted: Wanted, take: Callable[[int, int, str], None], allowed: Collection[str]) -> int:
    """Fetch for a while; each piece that is in storage is told to `take(begins_at, bytes, sha256)`. Returns how many came.

    Raises Problem with a sentence, after which the next run goes on from where this one ended.
    """
    until, host = time.monotonic() + SECONDS, host_of(wanted.url)
    headers = {"Accept": "*/*", "Range": f"bytes={wanted.reached}-"}
    with asked(wanted.url, headers, allowed=allowed) as (response, _place):
        coming = Timed(response, until)
        _check(response, wanted, host)
        _skip(coming, wanted.reached if response.status == 200 else 0, host)
        reached, count = wanted.reached, 0
        while reached < wanted.bytes and not coming.over:
            digest, size = keep_piece(wanted.upload_id, coming, min(PIECE, wanted.bytes - reached))
            if size:
                take(reached, size, digest)
                reached, count = reached + size, count + 1
            elif not coming.over:
                raise Problem(UNREACHED, {"host": host, "why": "closed"})
        # Where a length was said it is the right one; where none was, there must be nothing more.
        if reached == wanted.bytes and response.length is None and coming.read(1):
            raise Problem(OTHER_SIZE, {"host": host, "bytes": f"{wanted.bytes:,}"})
    return count


def _check(response: http.client.HTTPResponse, wanted: Wanted, host: str) -> None:
    """The answer is this file, and begins where the last one ended. A store that knows no parts is read from its beginning."""
    if response.status == 206:
        found = re.fullmatch(r"bytes ([0-9]+)-[0-9]+/([0-9]+)", response.headers.get("Content-Range") or "")
        begins, whole = (int(found[1]), int(found[2])) if found else (-1, -1)
        if whole != wanted.bytes:
            raise Problem(OTHER_SIZE, {"host": host, "bytes": f"{wanted.bytes:,}"})
        if begins == wanted.reached:
            return
        raise Problem(UNREACHED, {"host": host, "why": "Content-Range"})
    if response.status != 200:
        raise Problem(UNREACHED, {"host": host, "why": f"HTTP {response.status}"})
    length = response.headers.get("Content-Length")
    if length is not None and length != str(wanted.bytes):
        raise Problem(OTHER_SIZE, {"host": host, "bytes": f"{wanted.bytes:,}"})


def _skip(coming: Timed, left: int, host: str) -> None:
    while left:
        skipped = coming.read(min(CHUNK, left))
        if not skipped:
            raise Problem(UNREACHED, {"host": host, "why": "timeout" if coming.over else "closed"})
        left -= len(skipped)
