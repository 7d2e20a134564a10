"""A web worker that says "later" at once instead of letting people wait for long.

gunicorn takes connections in and queues them for its threads. At a deadline more come than can be answered, the queue
grows, and in the end everybody waits longer than their browser does. Here each request knows how long it has queued: what
only reads is turned away after a second, what saves or submits after two and a half, since somebody's work is in it. The
answer is a small page that costs nothing, with a Retry-After that spreads those who come again.
"""

import secrets
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

PAGE = (Path(__file__).resolve().parents[2] / "static" / "busy.html").read_bytes()
READ_WAITS, WRITE_WAITS = 1.0, 2.5
EARLIEST, SPREAD = 3, 8
"""Seconds after which to come again: from the first on, spread over the second."""
LARGEST_BODY = 64 * 1024 * 1024
_turn = threading.local()

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def polite(application: Application) -> Application:
    """The application, with those turned away who have queued for too long."""

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        reads = environ["REQUEST_METHOD"] in ("GET", "HEAD", "OPTIONS")
        if getattr(_turn, "waited", 0.0) <= (READ_WAITS if reads else WRITE_WAITS):
            return application(environ, start_response)
        _drain(environ)
        headers = [
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Length", str(len(PAGE))),
            ("Retry-After", str(EARLIEST + secrets.randbelow(SPREAD))),
            ("Cache-Control", "no-store"),
            ("Content-Security-Policy", "default-src 'none'"),
        ]
        start_response("503 Service Unavailable", headers)
        return [PAGE]

    return answer


def _drain(environ: dict[str, Any]) -> None:
    """Read what the visitor is still sending: hung up on in the middle, a browser shows an error instead of the page."""
    left = LARGEST_BODY
    while left > 0 and (chunk := environ["wsgi.input"].read(min(left, 65_536))):
        left -= len(chunk)


class PoliteWorker(ThreadWorker):
    """gunicorn's threaded worker, which tells the application how long a request has queued."""

    wsgi: Any

    def load_wsgi(self) -> None:
        super().load_wsgi()
        application: Any = self.wsgi
        self.wsgi = polite(application)

    def enqueue_req(self, conn: Any) -> None:
        conn.queued_at = time.monotonic()
        super().enqueue_req(conn)

    def handle(self, conn: Any) -> Any:
        # Here, not where the request is read: a browser opens connections ahead and speaks on them seconds later.
        _turn.waited = time.monotonic() - conn.queued_at
        return super().handle(conn)
