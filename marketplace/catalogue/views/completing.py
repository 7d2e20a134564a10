"""Titles and firms while a person types. Nothing of it is stored, here or in the browser."""

import threading
import time
from typing import Any

from flask import jsonify, request, url_for

from marketplace.catalogue.views.reading import bp
from marketplace.core.web import allow
from marketplace.search import queries as search

LONGEST = 50
LISTINGS, SUPPLIERS = 6, 2
A_SECOND, AT_ONCE = 20.0, 60.0
"""So many answers an address gets: ten people typing as fast as they can behind one address."""
MOST_ADDRESSES = 10_000


class Purses:
    """What each address may still ask for in this process; filled up again with time."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[float, float]] = {}
        self._lock = threading.Lock()

    def spend(self, address: str, now: float) -> bool:
        """Whether there is something left, and one less of it."""
        with self._lock:
            left, since = self._kept.get(address, (AT_ONCE, now))
            left = min(AT_ONCE, left + (now - since) * A_SECOND)
            if len(self._kept) > MOST_ADDRESSES:
                self._kept.clear()
            self._kept[address] = (max(0.0, left - 1), now)
            return left >= 1


purses = Purses()


@bp.get("/complete")
def complete() -> Any:
    allow(True)  # Titles of what is published, and names of the public register.
    if not purses.spend(request.remote_addr or "", time.monotonic()):
        return jsonify(items=[], meant=""), 429, {"Retry-After": "1"}
    typed = request.args.get("q", "")[:LONGEST]
    items, meant = _items(typed), ""
    # The last letters of a word that is still being typed on the wrong keyboard may be no Hangul yet.
    for cut in range(min(3, len(typed)) if not items else 0):
        meant = search.typed_in_korean(typed[: len(typed) - cut]) or ""
        if items := _items(meant):
            break
    answer = jsonify(items=items, meant=meant if items else "")
    answer.headers["Cache-Control"] = "private, max-age=60"
    return answer


def _items(typed: str) -> list[dict[str, str]]:
    found = [("listing", title) for title in search.complete(typed, "listing", LISTINGS)]
    found += [("supplier", name) for name in search.complete(typed, "supplier", SUPPLIERS)]
    # An address leaves out what is None: listings are looked for where nothing is said.
    what = {"supplier": "supplier"}
    return [
        {"text": text, "kind": kind, "url": url_for("catalogue.index", q=text, what=what.get(kind))}
        for kind, text in found
    ]
