"""Assignments on their own: what always holds, against a checker and brute force that share no code with them."""

import itertools
import random

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from marketplace.matchday.rules import Impossible, Problem, placements, solve, solving, summary
from marketplace.matchday.rules.solving import MOST_RANKED

METHODS = ("optimal", "stable")


@st.composite
def problems(draw, most_needs=7, most_suppliers=5, ranked=False, held=False):
    """Small problems with gates, seats without slots, ties, and perhaps rankings and held pairs."""
    many, firms = draw(st.integers(0, most_needs)), draw(st.integers(0, most_suppliers))
    needs, suppliers = [100 + 7 * each for each in range(many)], [900 + 3 * each for each in range(firms)]
    cell = st.one_of(st.just(0), st.integers(1, 4), st.integers(1, 10_000))
    scores = [[draw(cell) for _supplier in suppliers] for _need in needs]
    slots = [draw(st.integers(0, 3)) for _supplier in suppliers]
    by_need = {each: draw(st.permutations(suppliers))[:2] for each in needs if ranked and draw(st.booleans())}
    by_supplier = {each: draw(st.permutations(needs))[:3] for each in suppliers if ranked and draw(st.booleans())}
    keep, free = set(), dict(zip(suppliers, slots, strict=True))
    for row, need in enumerate(needs if held else []):
        fits = [firm for column, firm in enumerate(suppliers) if scores[row][column] and free[firm]]
        if fits and draw(st.booleans()):
            keep.add((need, fits[0]))
            free[fits[0]] -= 1
    matrix = np.array(scores, dtype="int64").reshape(many, firms)
    seed = draw(st.sampled_from(["a", "b", "c"]))
    return Problem(needs, suppliers, matrix, slots, seed, frozenset(keep), by_need, by_supplier)


def score_of(problem, need, supplier):
    return int(problem.scores[problem.needs.index(need)][problem.suppliers.index(supplier)])


def total(problem, assigned):
    return sum(score_of(problem, need, supplier) for need, supplier in assigned.items())


def faults(problem, assigned):
    """What no assignment may do, in words; written from the rules of the day, not from the solver."""
    found = []
    for supplier, slots in zip(problem.suppliers, problem.slots, strict=True):
        if sum(each == supplier for each in assigned.values()) > slots:
            found.append(f"{supplier} has more than {slots}")
    found += [
        f"{need} at {supplier}: forbidden"
        for need, supplier in assigned.items()
        if not score_of(problem, need, supplier)
    ]
    found += [f"{pair} was not kept" for pair in problem.held if assigned.get(pair[0]) != pair[1]]
    return found


def best_by_hand(problem):
    """The largest sum of any assignment, by trying them all."""
    best = 0
    for choice in itertools.product([None, *problem.suppliers], repeat=len(problem.needs)):
        tried = {need: firm for need, firm in zip(problem.needs, choice, strict=True) if firm is not None}
        if not faults(problem, tried):
            best = max(best, total(problem, tried))
    return best


def rank_of(ranked, scores, me, tie):
    """Where `me` stands: smaller is better. Said ones first; then by score, then by the drawn lot."""
    said = list(ranked)[:MOST_RANKED]
    return (0, said.index(me), 0) if me in said else (1, -scores[me], -tie)


def blocking_pairs(problem, assigned):
    """Pairs that would both rather have each other: the definition, in plain loops."""
    held = {need for need, _supplier in problem.held}
    lots = solving.ties(problem.seed, problem.needs, problem.suppliers) >> np.uint64(16)
    lot = {
        (need, firm): int(lots[row][column])
        for row, need in enumerate(problem.needs)
        for column, firm in enumerate(problem.suppliers)
    }
    found = []
    for need, firm in itertools.product(problem.needs, problem.suppliers):
        if not score_of(problem, need, firm) or need in held or assigned.get(need) == firm:
            continue
        mine = {each: score_of(problem, need, each) for each in problem.suppliers}
        theirs = {each: score_of(problem, each, firm) for each in problem.needs}
        wants = problem.ranked_by_need.get(need, [])
        now = assigned.get(need)
        if now is not None and rank_of(wants, mine, now, lot[need, now]) < rank_of(wants, mine, firm, lot[need, firm]):
            continue
        there = [each for each, place in assigned.items() if place == firm and each not in held]
        kept = [each for each, place in problem.held if place == firm]
        if len(there) + len(kept) < problem.slots[problem.suppliers.index(firm)]:
            found.append((need, firm))
            continue
        likes = problem.ranked_by_supplier.get(firm, [])
        rank = rank_of(likes, theirs, need, lot[need, firm])
        found += [(need, firm) for each in there if rank < rank_of(likes, theirs, each, lot[each, firm])][:1]
    return found


@settings(max_examples=120, deadline=None)
@given(problems(ranked=True, held=True), st.sampled_from(METHODS))
def test_no_seat_is_overfull_no_gate_is_passed_and_held_pairs_stay(problem, method):
    assert faults(problem, solve(problem, method)) == []


@settings(max_examples=60, deadline=None)
@given(problems(most_needs=4, most_suppliers=3, held=True))
def test_the_optimal_sum_is_the_one_that_trying_everything_finds(problem):
    assert total(problem, solve(problem, "optimal")) == best_by_hand(problem)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_no_random_assignment_beats_the_optimal_one_where_all_want_the_same(seed):
    problem = crowded(seed, 60, 20)
    best, chance = total(problem, solve(problem, "optimal")), random.Random(seed)
    for _try in range(40):
        free, tried = dict(zip(problem.suppliers, problem.slots, strict=True)), {}
        for need in chance.sample(list(problem.needs), len(problem.needs)):
            fits = [firm for firm in problem.suppliers if free[firm] and score_of(problem, need, firm)]
            if fits:
                tried[need] = max(fits, key=lambda firm: score_of(problem, need, firm))
                free[tried[need]] -= 1
        assert total(problem, tried) <= best


def crowded(seed, many, firms, common=0.6):
    """All want the same few."""
    chance = np.random.default_rng(seed)
    scores = (chance.random((many, firms)) * (1 - common) + chance.random(firms) * common) * 9_999
    scores = np.where(chance.random((many, firms)) < 0.2, 0, np.maximum(scores.astype("int64"), 1))
    slots = chance.integers(0, 6, firms).tolist()
    return Problem(list(range(1, many + 1)), list(range(501, 501 + firms)), scores, slots, "seed")


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_the_auction_that_shows_the_way_changes_nothing(seed):
    problem = crowded(seed, 80, 12, common=0.9)
    with_prices = solve(problem, "optimal")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(solving, "_prices", lambda scores, slots: np.zeros(len(slots), dtype="int64"))
        assert solve(problem, "optimal") == with_prices
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(solving, "FEW_TURNS", 0)
        assert solve(problem, "optimal") == with_prices


@settings(max_examples=150, deadline=None)
@given(problems(ranked=True, held=True))
def test_a_stable_assignment_has_no_blocking_pair(problem):
    assert blocking_pairs(problem, solve(problem, "stable")) == []


@settings(max_examples=80, deadline=None)
@given(problems(ranked=True, held=True), st.randoms(use_true_random=False), st.sampled_from(METHODS))
def test_the_order_of_rows_decides_nothing(problem, chance, method):
    rows, columns = list(range(len(problem.needs))), list(range(len(problem.suppliers)))
    chance.shuffle(rows)
    chance.shuffle(columns)
    other = Problem(
        [problem.needs[row] for row in rows],
        [problem.suppliers[column] for column in columns],
        problem.scores[np.ix_(rows, columns)],
        [problem.slots[column] for column in columns],
        problem.seed,
        problem.held,
        problem.ranked_by_need,
        problem.ranked_by_supplier,
    )
    assert solve(problem, method) == solve(other, method)
    assert placements(problem, solve(problem, method), method) == placements(other, solve(other, method), method)


def test_another_seed_tells_equals_apart_in_another_way():
    def of(seed):
        return solve(Problem([1, 2, 3, 4], [7, 8], np.full((4, 2), 50), [1, 1], seed), "optimal")

    assert of("a") == of("a")
    assert len({tuple(of(str(number)).items()) for number in range(30)}) > 5


def test_held_pairs_that_contradict_each_other_are_not_solved():
    both = frozenset({(1, 7), (2, 7)})
    for method in METHODS:
        with pytest.raises(Impossible):
            solve(Problem([1, 2], [7], np.full((2, 1), 5), [1], "s", both), method)
        with pytest.raises(Impossible):
            solve(Problem([1], [7], np.zeros((1, 1)), [1], "s", frozenset({(1, 7)})), method)


LEFT_BEHIND = Problem(
    [100, 107, 114, 121], [900, 903], np.array([[1, 0], [1, 1], [0, 1], [1, 0]]), [2, 1], "b", frozenset({(121, 900)})
)
"""The slot that the second would leave is taken by the third, who had nothing."""


@settings(max_examples=60, deadline=None)
@given(problems(most_needs=5, most_suppliers=4, held=True))
@example(LEFT_BEHIND)
def test_the_price_of_a_first_wish_is_what_granting_it_really_costs(problem):
    assigned = solve(problem, "optimal")
    best = total(problem, assigned)
    for placed in placements(problem, assigned, "optimal"):
        if placed.price is None:
            continue
        wish = placed.ahead[0].supplier_id
        forced = Problem(
            problem.needs, problem.suppliers, problem.scores, problem.slots, problem.seed,
            problem.held | {(placed.need_id, wish)},
        )  # fmt: skip
        assert best - total(problem, solve(forced, "optimal")) == placed.price
        moved = dict(assigned) | {placed.need_id: wish}
        for need, _from, to in placed.moves:
            moved = {each: firm for each, firm in moved.items() if each != need} | ({need: to} if to else {})
        assert faults(problem, moved) == [] and best - total(problem, moved) == placed.price


def test_reasons_name_who_was_before():
    scores = np.array([[900, 500], [800, 700], [700, 0]])
    problem = Problem([1, 2, 3], [7, 8], scores, [1, 1], "s")
    first, second, third = placements(problem, solve(problem, "optimal"), "optimal")
    assert (first.supplier_id, first.wish, first.regard) == (7, 1, 1)
    assert (second.supplier_id, second.wish) == (8, 2)
    assert [(each.supplier_id, each.slots, each.filled, each.before) for each in second.ahead] == [(7, 1, 1, 1)]
    assert second.price == 900 + 700 - (800 + 500)
    assert (third.supplier_id, third.candidates, third.ahead[0].before) == (None, 1, 1)
    figures = summary([first, second, third], {7: 1, 8: 1})
    assert figures["wishes"] == [1, 1, 0, 0, 0, 0] and (figures["all_full"], figures["nobody_fits"]) == (1, 0)


# Twins: a solver that breaks a rule is caught by the checkers above.


def test_a_solver_that_forgets_slots_gates_or_holds_is_caught():
    problem = Problem([1, 2], [7, 8], np.array([[9, 1], [9, 0]]), [1, 1], "s", frozenset({(2, 7)}))
    greedy = {1: 7, 2: 8}
    assert len(faults(problem, greedy)) == 2
    assert faults(problem, {1: 7, 2: 7}) == ["7 has more than 1"]


def test_a_solver_that_takes_each_in_turn_is_caught():
    problem = Problem([1, 2], [7, 8], np.array([[900, 800], [890, 10]]), [1, 1], "s")
    first_come = {1: 7, 2: 8}
    assert total(problem, first_come) < total(problem, solve(problem, "optimal")) == best_by_hand(problem)


def test_a_stable_solver_that_turns_nobody_away_is_caught(monkeypatch):
    problem = Problem([1, 2], [7, 8], np.array([[500, 400], [900, 300]]), [1, 1], "s")
    assert blocking_pairs(problem, solve(problem, "stable")) == []
    assert blocking_pairs(problem, {1: 7, 2: 8}) == [(2, 7)]
    monkeypatch.setattr(solving.heapq, "heappop", lambda bench: bench.pop(bench.index(max(bench))))  # the dearest
    broken = solving._stable(problem.in_order(), [0, 1], [1, 1])
    assert blocking_pairs(problem, {problem.needs[row]: problem.suppliers[column] for row, column in broken.items()})
