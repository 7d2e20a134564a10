"""P5: search by words in process, top 20 with counts of two facets, against tantivy bare.

The peer is tantivy's own BM25 over the same prepared fields of the same index (title and text by morphemes, syllables
of the title), the same top 20, the same two facet passes, and nothing else: no analyser, no vocabulary, no ranking.
The first argument, or BENCH_LISTINGS, is the number of listings; meaning is left out, as words alone are asked for.
BENCH_KEEP names a folder in which the index is kept for the next run: making one of a million takes half an hour.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench import common, crowd
from marketplace.search.gateway.index import Index, Source, document, either, within
from marketplace.search.gateway.meanings import Meanings
from marketplace.search.gateway.morphemes import analyse, key_of
from marketplace.search.queries.ranked import Shelf, ranked
from marketplace.search.rules import ANALYSER
from marketplace.search.rules.asking import KEPT, Synonyms
from marketplace.search.rules.letters import bigrams

LISTINGS = int(
    sys.argv[1]
    if len(sys.argv) > 1 and sys.argv[0].endswith("p5_search_words.py")
    else os.environ.get("BENCH_LISTINGS", "1000000")
)
FACETS = ("kind", "licence")
QUERIES, ROUNDS = 200, 5


def build(folder: Path) -> Index:
    """The index, written once."""
    index = Index(folder)
    if int(index.searcher.num_docs) == LISTINGS:
        return index
    writer = index.writer()
    writer.delete_all_documents()
    for row in crowd.listings(LISTINGS):
        ref = row["ref"]
        writer.add_document(
            document(Source(ref, "listing", ref, ref, row["title"], body=row["body"], facets=row["facets"]))
        )
    writer.commit()
    index.reload()
    return index


def ours(shelf: Shelf, words: str) -> None:
    """What `queries.search` does, without the database that it does not ask."""
    index, conditions = shelf.index, shelf.index.filters("listing", {})
    ranking = ranked(shelf, words, conditions)
    hits = index.among("id", [hit.card.id for hit in ranking.hits])
    index.counts(within(either([ranking.matching, hits]), conditions), FACETS)


def bare(index: Index, terms: tuple[list[str], list[str]]) -> None:
    """tantivy alone: the words were taken apart before the clock runs."""
    words, pairs = terms
    query = either(
        [
            *(index.term(name, word) for word in words for name in ("title", "text")),
            *(index.term("syllables", pair) for pair in pairs),
        ]
    )
    query = within(query, index.filters("listing", {}))
    for _score, address in index.top(query, 20):
        index.searcher.doc(address)
    index.counts(query, FACETS)


def seconds(work: Callable[[Any], None], asked: list[Any]) -> list[float]:
    """How long each took."""
    took = []
    for each in asked:
        start = time.perf_counter()
        work(each)
        took.append(time.perf_counter() - start)
    return took


def percentile(values: list[float], share: float) -> float:
    """The value below which that share lies."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def main() -> bool:
    """Pairs of rounds in one process; the median of the rounds' ratios."""
    with tempfile.TemporaryDirectory(prefix="marketplace-bench-") as folder:
        kept = os.environ.get("BENCH_KEEP")
        index = build(Path(kept) / f"{ANALYSER}-{LISTINGS}" if kept else Path(folder) / "index")
        shelf = Shelf(index, Synonyms(common.vocabulary(), key_of), Meanings())
        asked = crowd.queries(QUERIES)
        terms = [
            (
                list(dict.fromkeys(each.form for each in analyse(words) if each.tag in KEPT)),
                list(dict.fromkeys(bigrams(words))),
            )
            for words in asked
        ]
        found: dict[str, list[float]] = {"p50": [], "p99": []}
        took: dict[str, list[float]] = {"ours": [], "bare": []}
        for round_number in range(ROUNDS + 1):
            mine = seconds(lambda words: ours(shelf, words), asked)
            theirs = seconds(lambda pair: bare(index, pair), terms)
            if round_number:
                found["p50"].append(statistics.median(mine) / statistics.median(theirs))
                found["p99"].append(percentile(mine, 0.99) / percentile(theirs, 0.99))
                took["ours"] += [statistics.median(mine) * 1000, percentile(mine, 0.99) * 1000]
                took["bare"] += [statistics.median(theirs) * 1000, percentile(theirs, 0.99) * 1000]
        ok = True
        for name, values in found.items():
            value = statistics.median(values)
            ok &= common.figure(
                "P5", f"search by words / tantivy bare, {LISTINGS:,} listings, {name}", value, "<= 2", value <= 2,
                milliseconds=common.rounded(took),
            )  # fmt: skip
        return ok


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
