"""Q4: needs as people write them, over the titles of a public catalogue that is not ours to hand out.

The first argument, or BENCH_CATALOGUE, is a CSV with the columns dataset_key and title, whose keys q4_needs.jsonl names:
221 queries of our own with the keys that answer them. Half (the odd numbers) was held out while search was changed.
Without that file nothing is measured.
"""

import csv
import json
import os
import statistics
import sys
from collections.abc import Mapping, Sequence
from math import log2
from pathlib import Path

from bench import common
from marketplace.search.gateway import meaning
from marketplace.search.gateway.index import Index, Source, document
from marketplace.search.gateway.meanings import Meanings
from marketplace.search.gateway.morphemes import key_of
from marketplace.search.operations.meaning import told_by, with_other_words
from marketplace.search.queries.ranked import Shelf, ranked
from marketplace.search.rules.asking import Synonyms

GIVEN = sys.argv[1] if len(sys.argv) > 1 and sys.argv[0].endswith("q4_needs.py") else ""
CATALOGUE = GIVEN or os.environ.get("BENCH_CATALOGUE", "")
FIRST = 10


def shelf_of(titles: Mapping[str, str]) -> Shelf:
    """An index in memory with the meaning of every title."""
    index, synonyms = Index(None), Synonyms(common.vocabulary(), key_of)
    writer, vectors = index.writer(), {}
    for number, (key, title) in enumerate(titles.items(), 1):
        writer.add_document(document(Source(number, "listing", number, number, title, key=key)))
        told = with_other_words(told_by(title, "", "", ""), title, synonyms)
        vectors[number] = meaning.of_passages([told])[0]
    writer.commit()
    index.reload()
    return Shelf(index, synonyms, Meanings(vectors), patient=True)


def gain(found: Sequence[str], right: set[str]) -> float:
    """nDCG of the first ten."""
    gained = sum(1 / log2(place + 2) for place, key in enumerate(found) if key in right)
    return gained / sum(1 / log2(place + 2) for place in range(min(FIRST, len(right))))


def main() -> bool:
    """Both halves; the goal is asked of the one that was held out."""
    if not CATALOGUE:
        print("Q4    BENCH_CATALOGUE names no catalogue; nothing is measured", flush=True)
        return True
    with Path(CATALOGUE).open(encoding="utf-8", newline="") as file:
        titles = {row["dataset_key"]: row["title"] for row in csv.DictReader(file)}
    shelf = shelf_of(titles)
    lines = Path(__file__).with_suffix(".jsonl").read_text(encoding="utf-8").splitlines()
    halves: dict[bool, list[tuple[float, bool]]] = {False: [], True: []}
    for asked in map(json.loads, lines):
        hits = ranked(shelf, asked["query"], shelf.index.filters("listing", {})).hits[:FIRST]
        found, right = [hit.card.key for hit in hits], set(asked["keys"])
        halves[asked["id"] % 2 == 1].append((gain(found, right), bool(right & set(found))))
    ok = True
    for held, rows in halves.items():
        name = f"needs, {'held out' if held else 'seen'} ({len(rows)})"
        for what, values, goal in (
            ("nDCG@10", [row[0] for row in rows], 0.65),
            ("success@10", [float(row[1]) for row in rows], 0.9),
        ):
            value = statistics.fmean(values)
            ok &= common.figure("Q4", f"{name}, {what}", value, f">= {goal}", value >= goal)
    return ok


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
