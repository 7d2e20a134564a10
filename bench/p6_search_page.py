"""P6: the search page over 100,000 listings, open loop, a hundred pages a second, one in twenty a sentence.

The web server as `flask serve` starts it, with an index whose 10,000 first documents have meanings. These are drawn
and not told: what a look costs depends on how many there are, and telling ten thousand takes a quarter of an hour. The
meanings of queries are told, as they are on the page. Requests leave at
their time whether or not earlier ones have come back, and each is counted from when it should have left. Arguments:
listings, pages a second, seconds; BENCH_LISTINGS, BENCH_PAGES and BENCH_SECONDS do the same.
"""

import http.client
import os
import queue
import random
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

import numpy as np
from flask import Flask
from sqlalchemy import insert, text

from bench import common, crowd
from bench.p5_search_words import percentile
from bench.p8_findable import fill
from config import Config
from marketplace import create_app
from marketplace.core.db import session, transaction
from marketplace.core.serve import web_command
from marketplace.search import operations, queries
from marketplace.search.gateway import meaning
from marketplace.search.models import SearchVector

GIVEN = [int(word) for word in sys.argv[1:4]]
LISTINGS, RATE, SECONDS = (
    GIVEN[place] if place < len(GIVEN) else int(os.environ.get(name, default))
    for place, (name, default) in enumerate(
        (("BENCH_LISTINGS", "100000"), ("BENCH_PAGES", "100"), ("BENCH_SECONDS", "30"))
    )
)
MEANINGS = int(os.environ.get("BENCH_MEANINGS", "10000"))
SENTENCES, SENDERS = 0.05, 64
LISTED = (
    """insert into listing (id, source, source_key, state, published_version) overriding system value
    select ref, 'crowd', ref::text, 'published', 1 from search_document where kind = 'listing'""",
    """insert into listing_version (listing_id, number, kind, theme, title, summary, unit_label, unit_price_minor, licence,
    personal_data, lead_days, format) select ref, 1, facets->>'kind', facets->>'theme', title, left(body, 100), '세트',
    (facets->>'price')::bigint, facets->>'licence', facets->>'personal_data', (facets->>'lead_days')::int, 'CSV'
    from search_document where kind = 'listing'""",
)
"""The rows behind the documents."""


def prepare(url: str, folder: Path) -> None:
    """Documents, the index and the meanings of some."""
    app = create_app(Config(var=folder, database_url=url, secret_key="k" * 40, search_follow="process"))
    fill_all(app, MEANINGS)
    app.extensions["engine"].dispose()


def fill_all(app: Flask, meanings: int) -> None:
    """Documents with the listings that they tell of, so that a page has its cards; meanings; the index."""
    with app.app_context():
        fill(LISTINGS)
        with transaction():
            for statement in LISTED:
                session.execute(text(statement))
        draw(operations.to_tell(meanings))
        operations.rebuild(queries.home())
        session.remove()


def draw(identities: Sequence[int]) -> None:
    """A direction of its own for each document."""
    chance = np.random.default_rng(common.SEED)
    for start in range(0, len(identities), 500):
        some = identities[start : start + 500]
        drawn = chance.normal(size=(len(some), meaning.SIZE))
        drawn /= np.linalg.norm(drawn, axis=1, keepdims=True)
        with transaction():
            session.execute(
                insert(SearchVector),
                [
                    {"document_id": each, "told": "drawn", "vector": vector}
                    for each, vector in zip(some, drawn, strict=True)
                ],
            )


def page(port: int, path: str) -> int:
    """The status of a page, read whole."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


def spent(parent: int) -> float:
    """Seconds of CPU that the web server and its workers have used."""
    pids = [parent, *map(int, Path(f"/proc/{parent}/task/{parent}/children").read_text().split())]
    ticks = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def load(port: int, rate: int, seconds: int) -> tuple[list[float], list[float], int]:
    """Seconds of word pages, of sentence pages, and how many failed."""
    chance = random.Random(common.SEED)
    words, sentences = crowd.queries(400), crowd.needs(200)
    jobs: queue.SimpleQueue[tuple[float, str, bool] | None] = queue.SimpleQueue()
    took: dict[bool, list[float]] = {False: [], True: []}
    failed: list[str] = []

    def send() -> None:
        while (job := jobs.get()) is not None:
            due, path, sentence = job
            time.sleep(max(0.0, due - time.perf_counter()))
            try:
                status = page(port, path)
            except OSError as error:
                failed.append(str(error))
                continue
            took[sentence].append(time.perf_counter() - due)
            if status != 200:
                failed.append(str(status))

    begin = time.perf_counter() + 0.5
    for number in range(rate * seconds):
        sentence = chance.random() < SENTENCES
        text = chance.choice(sentences if sentence else words)
        jobs.put((begin + number / rate, f"/catalogue?q={quote(text)}", sentence))
    senders = [threading.Thread(target=send) for _each in range(SENDERS)]
    for each in senders:
        jobs.put(None)
        each.start()
    for each in senders:
        each.join()
    return took[False], took[True], len(failed)


def main() -> bool:
    """One run after a short one that warms."""
    with common.server() as cluster:
        url, folder = common.application_url(cluster), common.folder()
        prepare(url, folder)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        settings = {"DATABASE_URL": url, "VAR_FOLDER": str(folder), "SECRET_KEY": "k" * 40, "OMP_NUM_THREADS": "1"}
        web = subprocess.Popen(web_command(port), cwd=common.ROOT, env={**os.environ, **settings})
        try:
            while True:
                try:
                    page(port, "/catalogue?q=" + quote("교통"))
                    break
                except OSError:
                    time.sleep(0.3)
            load(port, max(1, RATE // 4), 4)
            before = spent(web.pid)
            words, sentences, failed = load(port, RATE, SECONDS)
            used = spent(web.pid) - before
        finally:
            web.terminate()
            web.wait()
        every = [*words, *sentences]
        tail, slow = percentile(every, 0.99) * 1000, percentile(sentences or [0.0], 0.95) * 1000
        details = {
            "failed": failed,
            "pages": len(every),
            "median": round(percentile(every, 0.5) * 1000, 1),
            "cpu_ms_a_page": round(used * 1000 / max(1, len(every)), 1),
        }
        print(f"      {details}", flush=True)
        name = f"{LISTINGS:,} listings, {RATE} pages/s"
        one = common.figure(
            "P6", f"search page p99, {name} (ms)", tail, "<= 150", tail <= 150 and not failed, **details
        )
        two = common.figure("P6", f"sentence p95, {name} (ms)", slow, "<= 400", slow <= 400 and not failed, **details)
        return one and two


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
