"""Why a need is where it is: its place in its own list, who was before it, and what its first wish would have cost."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from marketplace.core import lazy
from marketplace.matchday.rules.solving import Method, Problem, wishes

numpy: Any = lazy("numpy")
sparse: Any = lazy("scipy.sparse.csgraph")

MOST_AHEAD = 3
MOST_MOVES = 6


Move = tuple[int, int | None, int | None]
"""A need, the supplier that it leaves and the one it goes to; None: it has nothing before, or nothing afterwards."""


@dataclass(frozen=True)
class Ahead:
    """A supplier that the need would rather have: how many slots, how many are filled, and by how many who stand
    before this need there."""

    supplier_id: int
    slots: int
    filled: int
    before: int


@dataclass(frozen=True)
class Placement:
    """Where a need is, and why. Ranks count from 1 among the allowed; `price`: what the sum of all scores would lose if
    the first wish were granted after all, and `moves`: who would have to move then, as (need, from, to or None)."""

    need_id: int
    supplier_id: int | None
    score: int
    wish: int | None
    """Which wish of the need it is."""
    regard: int | None
    """How many needs the supplier would rather have, plus one."""
    candidates: int
    """How many suppliers were allowed at all."""
    held: bool
    ahead: tuple[Ahead, ...] = ()
    price: int | None = None
    moves: tuple[Move, ...] = ()

    def why(self) -> dict[str, Any]:
        """As plain values, to be kept."""
        kept = asdict(self)
        return {name: kept[name] for name in ("candidates", "ahead", "price", "moves")}


@dataclass
class _Board:
    """A solved problem in positions."""

    problem: Problem
    scores: Any
    by_need: Any
    by_supplier: Any
    column_of: dict[int, int]
    rows_at: dict[int, list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for row, column in sorted(self.column_of.items()):
            self.rows_at.setdefault(column, []).append(row)


def placements(problem: Problem, assigned: Mapping[int, int], method: Method) -> list[Placement]:
    """Every need of the problem by id, with its reasons; prices only where scores alone decided."""
    if not len(problem.needs) or not len(problem.suppliers):
        return [Placement(need, None, 0, None, None, 0, False) for need in sorted(problem.needs)]
    ordered = problem.in_order()
    columns = {identity: column for column, identity in enumerate(ordered.suppliers)}
    taken = {row: columns[assigned[need]] for row, need in enumerate(ordered.needs) if need in assigned}
    board = _Board(ordered, numpy.asarray(ordered.scores).astype("int64"), *wishes(ordered), taken)
    prices = _Prices(board) if method == "optimal" else None
    best = board.by_need.argmax(axis=1)
    return [_placed(board, row, int(best[row]), prices) for row in range(len(ordered.needs))]


def _placed(board: _Board, row: int, first: int, prices: "_Prices | None") -> Placement:
    problem, column, wanted = board.problem, board.column_of.get(row), board.by_need[row]
    here = int(wanted[column]) if column is not None else 0
    need = problem.needs[row]
    held = column is not None and (need, problem.suppliers[column]) in problem.held
    price: int | None = None
    moves: tuple[Move, ...] = ()
    if prices is not None and wanted[first] and column != first and not held:
        price, moves = prices.of(row, first)
    regard = None if column is None else 1 + int((board.by_supplier[:, column] > board.by_supplier[row, column]).sum())
    return Placement(
        need,
        None if column is None else problem.suppliers[column],
        0 if column is None else int(board.scores[row, column]),
        None if column is None else 1 + int((wanted > here).sum()),
        regard,
        int((wanted > 0).sum()),
        held,
        tuple(_ahead(board, row, each) for each in _dearer(wanted, here)),
        price,
        moves,
    )


def _dearer(wanted: Any, here: int) -> list[int]:
    """The first suppliers that the need wants more than where it is."""
    many = min(MOST_AHEAD, len(wanted))
    top = numpy.argpartition(-wanted, many - 1)[:many]
    return [int(each) for each in top[numpy.argsort(-wanted[top])] if wanted[each] > here]


def _ahead(board: _Board, row: int, column: int) -> Ahead:
    there = board.rows_at.get(column, [])
    before = sum(1 for other in there if board.by_supplier[other, column] > board.by_supplier[row, column])
    return Ahead(board.problem.suppliers[column], board.problem.slots[column], len(there), before)


class _Prices:
    """What granting a wish would cost all together, exactly: a shortest path.

    Who comes to a full supplier moves somebody on, who moves somebody on, until a slot is free, the one left behind is
    reached, or somebody goes empty-handed. A step from s to t costs what the cheapest of those at s loses by going to t.
    The slot left behind may also be taken by somebody who was empty-handed, or who leaves a slot empty elsewhere: a step
    from outside gains or costs nothing.
    """

    def __init__(self, board: _Board) -> None:
        self.board = board
        self.outside = len(board.problem.suppliers)
        self.cost = numpy.full((self.outside + 1, self.outside + 1), numpy.inf)
        self.mover = numpy.full((self.outside + 1, self.outside + 1), -1, dtype="int64")
        held = {need for need, _supplier in board.problem.held}
        for column, slots in enumerate(board.problem.slots):
            there = board.rows_at.get(column, [])
            free = [row for row in there if board.problem.needs[row] not in held]
            if free:
                self._steps(column, numpy.array(free))
            if len(there) < slots:
                self.cost[column, self.outside], self.mover[column, self.outside] = 0, -1
        for column in board.rows_at:
            self.cost[self.outside, column] = 0  # a slot of it may stay empty when somebody has moved on
        without = [row for row in range(len(board.problem.needs)) if row not in board.column_of]
        if without:
            gains = board.scores[without].max(axis=0)
            comes = numpy.flatnonzero(gains > 0)
            self.cost[self.outside, comes] = -gains[comes]
            self.mover[self.outside, comes] = numpy.array(without)[board.scores[without].argmax(axis=0)][comes]
        numpy.fill_diagonal(self.cost, numpy.inf)
        graph = sparse.csgraph_from_dense(self.cost, null_value=numpy.inf)  # a step may cost nothing
        self.least, self.before = sparse.floyd_warshall(graph, return_predecessors=True)

    def _steps(self, column: int, rows: Any) -> None:
        scores = self.board.scores[rows]
        stays = scores[:, column][:, None]
        loses = numpy.where(scores > 0, stays - scores, numpy.inf)
        loses = numpy.concatenate([loses, stays], axis=1)
        cheapest = loses.argmin(axis=0)
        self.cost[column] = loses[cheapest, numpy.arange(self.outside + 1)]
        self.mover[column] = rows[cheapest]

    def of(self, row: int, wish: int) -> tuple[int | None, tuple[Move, ...]]:
        """(what is lost, who moves) if `row` went to `wish`; (None, ()) where nobody there may be moved."""
        now, scores = self.board.column_of.get(row), self.board.scores
        ends = [end for end in (now, self.outside) if end is not None]
        end = min(ends, key=lambda each: self.least[wish, each])
        if numpy.isinf(self.least[wish, end]):
            return None, ()
        left = int(scores[row, now]) if now is not None else 0
        return left - int(scores[row, wish]) + int(self.least[wish, end]), self._moves(wish, end)

    def _moves(self, start: int, end: int) -> tuple[Move, ...]:
        path = [end]
        while path[-1] != start and len(path) <= self.outside:
            path.append(int(self.before[start, path[-1]]))
        needs, suppliers = self.board.problem.needs, self.board.problem.suppliers
        moves = []
        for here, there in zip(reversed(path[1:]), list(reversed(path))[1:], strict=True):
            mover = int(self.mover[here, there])
            if mover >= 0:
                left, came = (None if each == self.outside else suppliers[each] for each in (here, there))
                moves.append((needs[mover], left, came))
        return tuple(moves[:MOST_MOVES])


def summary(placed: Sequence[Placement], slots: Mapping[int, int]) -> dict[str, Any]:
    """The figures of a round: how many got their first wish, their second, …; who goes empty-handed; slots used."""
    wishes_got = Counter(min(each.wish, 6) for each in placed if each.wish is not None)
    without = [each for each in placed if each.supplier_id is None]
    used = Counter(each.supplier_id for each in placed if each.supplier_id is not None)
    ranks = sorted(each.wish for each in placed if each.wish is not None)
    return {
        "needs": len(placed),
        "placed": len(placed) - len(without),
        "wishes": [wishes_got.get(number, 0) for number in range(1, 7)],
        "nobody_fits": sum(1 for each in without if not each.candidates),
        "all_full": sum(1 for each in without if each.candidates),
        "slots": sum(slots.values()),
        "full": sum(1 for supplier, many in slots.items() if many and used[supplier] == many),
        "partly": sum(1 for supplier, many in slots.items() if 0 < used[supplier] < many),
        "idle": sum(1 for supplier, many in slots.items() if many and not used[supplier]),
        "points": sum(each.score for each in placed),
        "p95": ranks[min(len(ranks) - 1, len(ranks) * 95 // 100)] if ranks else 0,
    }
