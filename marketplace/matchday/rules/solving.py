"""Who goes where: two ways of giving each need a place. Whole numbers only, so that every machine finds the same.

Optimal takes the scores alone and makes their sum as large as it can be. Stable lets both sides rank and leaves no two
who would both rather have each other. Equal ones are told apart by a hash of seed, need and supplier.
"""

import hashlib
import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from marketplace.core import lazy

numpy: Any = lazy("numpy")
optimize: Any = lazy("scipy.optimize")

HIGHEST = 10_000
"""A score is 0 where the pair is not allowed, else 1 to this: hundredths of a point."""
MOST_RANKED = 30
STEP, FEW_TURNS, MOST_TURNS = 6, 120, 5_000
"""Of the auction: by how much a bid beats the next best, and how many turns show that hardly anybody is outbid."""
Method = str
"""'optimal' or 'stable'."""


class Impossible(ValueError):
    """Held pairs that no assignment could keep: the inputs contradict each other."""


@dataclass(frozen=True)
class Problem:
    """What an assignment is made from. Rows are needs, columns are suppliers, both by id, in any order.

    `scores[i, j]` of whole numbers as in HIGHEST. `held`: (need id, supplier id) that are kept whatever else happens.
    Rankings name ids, the most wanted first, at most MOST_RANKED; who is not named follows by score.
    """

    needs: Sequence[int]
    suppliers: Sequence[int]
    scores: Any
    slots: Sequence[int]
    seed: str
    held: frozenset[tuple[int, int]] = frozenset()
    ranked_by_need: Mapping[int, Sequence[int]] = field(default_factory=dict)
    ranked_by_supplier: Mapping[int, Sequence[int]] = field(default_factory=dict)

    def in_order(self) -> "Problem":
        """The same with rows and columns by id: the order in which rows were read decides nothing."""
        rows, columns = numpy.argsort(self.needs), numpy.argsort(self.suppliers)
        return Problem(
            [self.needs[row] for row in rows],
            [self.suppliers[column] for column in columns],
            numpy.asarray(self.scores)[numpy.ix_(rows, columns)],
            [self.slots[column] for column in columns],
            self.seed,
            self.held,
            self.ranked_by_need,
            self.ranked_by_supplier,
        )


def solve(problem: Problem, method: Method) -> dict[int, int]:
    """Supplier id by need id, without those that go empty-handed. Raises Impossible."""
    if not len(problem.needs) or not len(problem.suppliers):
        return {}
    ordered = problem.in_order()
    taken, free = _kept(ordered)
    left = [row for row in range(len(ordered.needs)) if row not in taken]
    found = _optimal(ordered, left, free) if method == "optimal" else _stable(ordered, left, free)
    return {ordered.needs[row]: ordered.suppliers[column] for row, column in sorted((taken | found).items())}


def _kept(problem: Problem) -> tuple[dict[int, int], list[int]]:
    """Column by row of the held pairs, and the slots that they leave."""
    rows = {identity: row for row, identity in enumerate(problem.needs)}
    columns = {identity: column for column, identity in enumerate(problem.suppliers)}
    taken, free = {}, list(problem.slots)
    for need, supplier in sorted(problem.held):
        row, column = rows[need], columns[supplier]
        if row in taken or free[column] == 0 or not problem.scores[row][column]:
            raise Impossible(f"need {need} cannot be held at supplier {supplier}")
        taken[row] = column
        free[column] -= 1
    return taken, free


def ties(seed: str, needs: Sequence[int], suppliers: Sequence[int]) -> Any:
    """64 bits for each pair, told by seed, need and supplier alone: who stands beside them changes nothing."""
    rows = numpy.array([_half(seed, "need", each) for each in needs], dtype="uint64")
    columns = numpy.array([_half(seed, "supplier", each) for each in suppliers], dtype="uint64")
    mixed = rows[:, None] + columns[None, :]
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):  # splitmix64's finish
        mixed = (mixed ^ (mixed >> numpy.uint64(shift))) * numpy.uint64(factor)
    return mixed ^ (mixed >> numpy.uint64(31))


def _half(seed: str, side: str, identity: int) -> int:
    return int.from_bytes(hashlib.sha256(f"{seed}\0{side}\0{identity}".encode()).digest()[:8], "big")


def _optimal(problem: Problem, left: Sequence[int], free: Sequence[int]) -> dict[int, int]:
    """The assignment with the largest sum of scores, and among these the one with the largest sum of ties.

    A column stands once for each free slot. Not allowed counts 0, as going empty-handed does: a full assignment with
    zeros in it and the one without them are worth the same, so no empty chairs have to be added. The tie is folded in
    below the score and everything stays below 2**53, where doubles are whole numbers.
    """
    columns = numpy.repeat(numpy.arange(len(free)), free)
    if not len(left) or not len(columns):
        return {}
    many = len(left)
    steps = max(2, min(65_536, 2**52 // ((HIGHEST + 1) * many * many)))
    scores = numpy.asarray(problem.scores)[left].astype("int64")
    drawn = ties(problem.seed, [problem.needs[row] for row in left], problem.suppliers)
    # The drawn order is kept when it is cut to what there is room for: who is first among equals here is first in wishes.
    tie = (((drawn >> numpy.uint64(32)) * numpy.uint64(steps)) >> numpy.uint64(32)).astype("int64")
    worth = numpy.where(scores > 0, scores * (many * steps) + tie, 0)
    extra, prices = max(0, len(columns) - many), _prices(scores, numpy.asarray(free)) * (many * steps)
    if prices.any():
        # Prices are taken off whole columns. With rows that stand for slots left empty every column is in every full
        # assignment, so that the best one stays the best: it is only found sooner.
        worth = numpy.concatenate([worth, numpy.zeros((extra, len(free)), dtype="int64")]) - prices
    rows, places = optimize.linear_sum_assignment(worth[:, columns].astype("float64"), maximize=True)
    pairs = zip(rows.tolist(), columns[places].tolist(), strict=True)
    return {left[row]: column for row, column in pairs if row < many and scores[row, column]}


def _prices(scores: Any, slots: Any) -> Any:
    """What the slots of each supplier are about worth, by an auction in which all who stand outside bid at once.

    It only shows the exact solver the way, who needs a second instead of half a minute where all want the same few;
    where few do, it would be in the way, and is left out.
    """
    prices = numpy.zeros(len(slots), dtype="int64")
    seat, bids = numpy.full(len(scores), -1), numpy.zeros(len(scores), dtype="int64")
    home = numpy.zeros(len(scores), dtype=bool)
    open_to = numpy.where(slots > 0, scores, 0)
    for turn in range(MOST_TURNS):
        outside = numpy.flatnonzero((seat < 0) & ~home)
        if not len(outside):
            return prices if turn > FEW_TURNS else numpy.zeros(len(slots), dtype="int64")
        gain, lines = open_to[outside] - prices, numpy.arange(len(outside))
        best = gain.argmax(axis=1)
        most = gain[lines, best]
        gain[lines, best] = 0
        home[outside[most <= 0]] = True
        bid = outside[most > 0]
        seat[bid] = best[most > 0]
        bids[bid] = prices[seat[bid]] + (most - numpy.maximum(gain.max(axis=1), 0))[most > 0] + STEP
        asked = numpy.isin(seat, seat[bid]) & (seat >= 0)
        order = numpy.flatnonzero(asked)[numpy.lexsort((-bids[asked], seat[asked]))]
        there = seat[order]
        place = numpy.arange(len(order)) - numpy.searchsorted(there, there)
        last = place == slots[there] - 1
        prices[there[last]] = bids[order[last]]
        seat[order[place >= slots[there]]] = -1
    return prices


def wishes(problem: Problem) -> tuple[Any, Any]:
    """How much each need wants each supplier, and each supplier each need: larger is dearer, 0 is not allowed.

    What a side has ranked comes first and in that order; the rest follows by score, ties by the hash.
    """
    scores = numpy.asarray(problem.scores).astype("int64")
    tie = (ties(problem.seed, problem.needs, problem.suppliers) >> numpy.uint64(16)).astype("int64")
    plain = numpy.where(scores > 0, (scores << 48) + tie, 0)
    rows = {identity: row for row, identity in enumerate(problem.needs)}
    columns = {identity: column for column, identity in enumerate(problem.suppliers)}
    by_need, by_supplier = plain.copy(), plain.copy()
    for need, ranked in problem.ranked_by_need.items():
        _put_first(by_need[rows[need]], [columns[each] for each in ranked if each in columns])
    for supplier, ranked in problem.ranked_by_supplier.items():
        _put_first(by_supplier[:, columns[supplier]], [rows[each] for each in ranked if each in rows])
    return by_need, by_supplier


def _put_first(line: Any, ranked: Sequence[int]) -> None:
    for place, index in enumerate(ranked[:MOST_RANKED]):
        if line[index]:
            line[index] = (2 * HIGHEST + MOST_RANKED - place) << 48


def _stable(problem: Problem, left: Sequence[int], free: Sequence[int]) -> dict[int, int]:
    """Deferred acceptance, needs proposing: nobody gains by ranking otherwise than they wish, on that side."""
    by_need, by_supplier = wishes(problem)
    order = numpy.argsort(-by_need[left], axis=1, kind="stable")
    position = {row: number for number, row in enumerate(left)}
    asked = dict.fromkeys(left, 0)
    accepted: list[list[tuple[int, int]]] = [[] for _each in free]
    waiting = list(reversed(left))
    while waiting:
        row = waiting.pop()
        while asked[row] < len(free):
            column = int(order[position[row], asked[row]])
            asked[row] += 1
            if not by_need[row, column]:
                break  # what is left is not allowed
            if not free[column]:
                continue
            bench = accepted[column]
            heapq.heappush(bench, (int(by_supplier[row, column]), -row))
            if len(bench) <= free[column]:
                break
            turned_away = -heapq.heappop(bench)[1]
            if turned_away != row:
                waiting.append(turned_away)
                break
    return {-row: column for column, bench in enumerate(accepted) for _wish, row in bench}
