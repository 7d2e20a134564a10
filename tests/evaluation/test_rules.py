"""Points, ranks, quotas and reserve list, against an oracle that shares no code with them."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.evaluation import rules
from marketplace.evaluation.rules import Book, Case, Expert, Facts, Given, Impossible, Scored, Terms, TooFew, draw

QUOTAS = ("youth", "regional", "micro")


def test_a_trimmed_mean_leaves_out_the_highest_and_the_lowest_and_rounds_half_up():
    assert rules.trimmed_mean([9000, 8000, 7000, 6005, 1000], 1) == 7002  # 21005 / 3 = 7001.66…
    assert rules.trimmed_mean([100, 101], 0) == 101
    with pytest.raises(TooFew):
        rules.trimmed_mean([9000, 8000], 1)


@given(st.lists(st.integers(0, 10_000), min_size=3, max_size=9))
def test_the_trimmed_mean_is_that_of_a_pocket_calculator_with_decimals(values):
    left = [Decimal(each) / 100 for each in sorted(values)[1:-1]]
    mean = (sum(left) / len(left)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert rules.points(rules.trimmed_mean(values, 1)) == mean


def test_a_rank_lies_in_the_fifth_that_it_ends_in():
    assert [rules.band_of(rank, 10) for rank in (1, 2, 3, 10)] == [(0, 20), (0, 20), (20, 40), (80, 100)]
    assert rules.band_of(3, 3) == (80, 100) and rules.band_of(1, 1) == (80, 100)


def test_two_stages_are_weighed_by_their_share():
    assert rules.combined(8000, 9000, 40) == 8600
    assert rules.combined(8000, None, 40) == 8000


def test_bonus_points_end_at_the_cap():
    assert rules.bonus_of({"youth": 1, "crowdsourcing": 1}, {"youth": 3, "crowdsourcing": 4}, 5) == 500
    assert rules.bonus_of({"youth": 0, "regional": 1}, {"youth": 3}, 5) == 0


def one(number, score=8000, *, claims=(), support=10, kind="A", receipt=None, **facts):
    values = {
        "documents": score,
        "presentation": None,
        "base": score,
        "bonus": 0,
        "minus": 0,
        "by_criterion": (score,),
        **facts,
    }
    return Scored(number, receipt or f"200801-090000-{number:06d}", kind, support, frozenset(claims), **values)


def test_ties_are_broken_by_the_criteria_in_their_order_and_then_by_who_came_first():
    first = one(1, by_criterion=(3000, 2000))
    second = one(2, by_criterion=(3000, 2500))
    third = one(3, by_criterion=(2900, 3000), receipt="200801-080000-000003")
    fourth = one(4, by_criterion=(2900, 3000), receipt="200731-235959-000004")
    order = rules.ranked([first, third, fourth, second])
    assert [each.application_id for each in order] == [2, 1, 4, 3]


def test_a_quota_lets_its_best_in_before_the_better_ranked_and_says_so():
    order = [one(1, 9000), one(2, 8500), one(3, 8000, claims=["youth"]), one(4, 7500, claims=["youth"])]
    terms = Terms(7000, (("youth", Fraction(1, 2)),), 1000, places=2)
    lines = rules.choose(order, terms).lines
    assert [(line.application_id, line.outcome, line.rule) for line in lines] == [
        (1, "admitted", "rank"),
        (2, "reserve", "places"),
        (3, "admitted", "quota.youth"),
        (4, "reserve", "places"),
    ]


def test_nobody_slips_past_the_first_who_does_not_fit_the_budget():
    order = [one(1, 9000, support=60), one(2, 8500, support=60), one(3, 8000, support=10)]
    lines = rules.choose(order, Terms(7000, (), 100)).lines
    assert [line.outcome for line in lines] == ["admitted", "reserve", "reserve"]
    assert lines[1].rule == "budget"


def test_a_quota_without_enough_passers_is_named_and_its_places_go_by_rank():
    order = [one(1, 9000), one(2, 8500, claims=["youth"]), one(3, 6000, claims=["youth"])]
    outcome = rules.choose(order, Terms(7000, (("youth", Fraction(1)),), 1000, places=2))
    assert [(each.quota, each.wanted, each.reached, each.reason) for each in outcome.shortfalls] == [
        ("youth", 2, 1, "passers")
    ]
    assert [line.outcome for line in outcome.lines] == ["admitted", "admitted", "refused"]
    assert outcome.lines[2].rule == "pass_mark"


@st.composite
def situations(draw_):
    many = draw_(st.integers(1, 40))
    order = [
        one(
            number,
            draw_(st.integers(5000, 10_000)),
            claims=draw_(st.sets(st.sampled_from(QUOTAS))),
            support=draw_(st.sampled_from([10, 20, 35])),
            kind=draw_(st.sampled_from("AB")),
        )
        for number in range(1, many + 1)
    ]
    shares = st.sampled_from([Fraction(0), Fraction(1, 20), Fraction(2, 5), Fraction(1, 2)])
    terms = Terms(
        pass_mark=7000,
        quotas=tuple((name, draw_(shares)) for name in QUOTAS),
        budget_minor=draw_(st.integers(0, 600)),
        places=draw_(st.none() | st.integers(1, 30)),
        kind_places=draw_(st.sampled_from([{}, {"A": 3}])),
        reserve=draw_(st.none() | st.integers(0, 5)),
    )
    return rules.ranked(order), terms


@settings(max_examples=200, deadline=None)
@given(situations())
def test_whatever_comes_the_choice_keeps_every_bound_and_passes_nobody_over(situation):
    order, terms = situation
    outcome = rules.choose(order, terms)
    known = {each.application_id: each for each in order}
    chosen = [known[line.application_id] for line in outcome.lines if line.outcome == "admitted"]
    assert sum(each.support_minor for each in chosen) <= terms.budget_minor
    assert terms.places is None or len(chosen) <= terms.places
    assert all(sum(each.kind == kind for each in chosen) <= many for kind, many in terms.kind_places.items())
    assert all(each.base >= terms.pass_mark for each in chosen)
    inside = {each.application_id for each in chosen}
    for place, better in enumerate(order):
        if better.application_id in inside or better.base < terms.pass_mark:
            continue
        same = [each for each in order[place + 1 :] if (each.claims, each.kind) == (better.claims, better.kind)]
        assert not [each for each in same if each.application_id in inside]
    _quotas_are_met_or_named(order, terms, outcome, chosen)
    if terms.reserve is not None:
        assert sum(line.outcome == "reserve" for line in outcome.lines) <= terms.reserve


def _quotas_are_met_or_named(order, terms, outcome, chosen):
    named = {each.quota: each for each in outcome.shortfalls}
    inside = {each.application_id for each in chosen}
    passers = [each for each in order if each.base >= terms.pass_mark]
    for quota, share in terms.quotas:
        members = [each for each in chosen if quota in each.claims]
        reached = len(members) if terms.places is not None else sum(each.support_minor for each in members)
        wanted = share * (terms.places if terms.places is not None else terms.budget_minor)
        if reached >= wanted:
            assert quota not in named
            continue
        left = [each for each in passers if quota in each.claims and each.application_id not in inside]
        reason = named[quota].reason
        if reason == "passers":
            assert left == []
        elif reason == "places":
            assert len(chosen) == terms.places
        elif reason == "kind":
            assert left and all(
                sum(one_.kind == each.kind for one_ in chosen) >= terms.kind_places.get(each.kind, 99) for each in left
            )
        else:
            spent = sum(each.support_minor for each in chosen)
            assert left and (terms.budget_minor - spent) < max(each.support_minor for each in left)


@settings(max_examples=150, deadline=None)
@given(situations(), st.data())
def test_when_somebody_drops_out_the_next_by_the_same_rules_moves_up(situation, data):
    order, terms = situation
    lines = rules.choose(order, terms).lines
    inside = [line.application_id for line in lines if line.outcome == "admitted"]
    waiting = [line.application_id for line in lines if line.outcome == "reserve"]
    assert rules.next_up([each for each in order if each.application_id in {*inside, *waiting}], terms, inside) == []
    if not inside:
        return
    gone = data.draw(st.sampled_from(inside))
    kept = set(inside) - {gone}
    left = [each for each in order if each.application_id in kept | set(waiting)]
    up = rules.next_up(left, terms, kept)
    known = {each.application_id: each for each in order}
    after = kept | {case for case, _rule in up}
    assert sum(known[case].support_minor for case in after) <= terms.budget_minor
    assert terms.places is None or len(after) <= terms.places
    for case, rule in up:
        assert case in waiting
        better = [each for each in waiting if waiting.index(each) < waiting.index(case) and each not in after]
        if rule == "rank":  # by rank nobody better waits whose kind still has places
            assert all(known[each].kind in terms.kind_places for each in better)
        else:
            quota = rule.removeprefix("quota.")
            assert not [each for each in better if quota in known[each].claims and known[each].kind == known[case].kind]


def test_without_the_first_misfit_rule_somebody_is_passed_over(monkeypatch):
    """The twin: a filling that skips whoever does not fit lets a worse one of the same class in."""
    order = [one(1, 9000, support=60), one(2, 8500, support=60), one(3, 8000, support=10)]
    obstacle = rules.quotas._Filling.obstacle
    monkeypatch.setattr(rules.quotas._Filling, "obstacle", lambda self, each: "kind" if obstacle(self, each) else "")
    lines = rules.choose(order, Terms(7000, (), 100)).lines
    assert [line.outcome for line in lines] == ["admitted", "reserve", "admitted"]


def sheet(goals, plan):
    return {"GOALS": goals, "PLAN": plan}


def book(**facts):
    values = {
        "edition": "T v1",
        "ruleset_sha256": "0" * 64,
        "criteria": (("GOALS", 60), ("PLAN", 40)),
        "pass_mark": 70,
        "trim": 1,
        "panel_min": 3,
        "quotas": (),
        "bonus": {"youth": 1},
        "bonus_cap": 5,
        "documents_share": 100,
        "minus_points": 2,
        "budget_minor": 1000,
        "places": None,
        "shortlist": None,
        "reserve": None,
        **facts,
    }
    return Book(**values)


def facts_of(number, *sheets, **more):
    return Facts(
        number,
        f"200801-090000-{number:06d}",
        "A",
        40,
        30,
        frozenset(more.pop("claims", ())),
        "c",
        documents=sheets,
        **more,
    )


def test_a_book_is_read_as_it_was_written():
    whole = book(quotas=(("youth", Fraction(2, 5)),), kind_places={"A": 3})
    assert Book.read(whole.written()) == whole


def test_scores_bonus_minus_and_the_tie_key_come_out_of_the_sheets():
    sheets = (sheet(5000, 3000), sheet(5100, 3000), sheet(6000, 4000), sheet(1000, 1000))
    scored = rules.deciding.score(facts_of(1, *sheets, claims=["youth"], underused=True), book())
    assert (scored.base, scored.bonus, scored.minus, scored.score) == (8050, 100, 200, 7950)
    assert scored.by_criterion == (5050, 3000)


def test_the_final_grade_of_the_year_before_counts_only_where_the_book_asks():
    sheets = (sheet(5000, 3000), sheet(5100, 3000), sheet(6000, 4000))
    asks = book(grades=(3, 4), bonus_cap=2)
    found = {
        grade: rules.deciding.score(facts_of(1, *sheets, grade=grade), asks)
        for grade in (None, "normal", "excellent", "insufficient", "poor")
    }
    assert [(each.bonus, each.minus) for each in found.values()] == [(0, 0), (0, 0), (200, 0), (0, 400), (0, 400)]
    silent = rules.deciding.score(facts_of(1, *sheets, grade="poor"), book())
    assert (silent.bonus, silent.minus) == (0, 0)
    assert Book.read(asks.written()) == asks and "grades" not in book().written()
    assert rules.input_hash([facts_of(1)], book()) != rules.input_hash([facts_of(1, grade="poor")], book())


def test_too_few_sheets_are_named_with_their_application():
    with pytest.raises(rules.Unfinished) as unfinished:
        rules.decide([facts_of(7, sheet(1, 1))], book())
    assert unfinished.value.args[0] == [(7, "documents", 1, 3)]


def test_the_input_hash_does_not_depend_on_the_order_and_does_on_every_fact():
    one_, other = facts_of(1, sheet(1, 1)), facts_of(2, sheet(1, 1))
    assert rules.input_hash([one_, other], book()) == rules.input_hash([other, one_], book())
    assert rules.input_hash([one_, other], book()) != rules.input_hash([one_, other], book(places=3))
    assert rules.input_hash([one_], book()) != rules.input_hash([facts_of(1, claims=["youth"])], book())


def test_another_years_weights_keep_each_criterions_share():
    again = rules.under([facts_of(1, sheet(3000, 4000))], book(), book(criteria=(("GOALS", 30), ("PLAN", 70))))
    assert again[0].documents == ({"GOALS": 1500, "PLAN": 7000},)


def test_an_outlier_is_held_against_its_panel():
    calm = [Given(case * 10 + judge, case, judge, 8000 + judge * 10) for case in range(30) for judge in range(5)]
    loud = [Given(each.sheet_id, 3, 4, 2000) if each.sheet_id == 34 else each for each in calm]
    assert rules.outliers(calm) == []
    assert [(each.case_id, each.person_id) for each in rules.outliers(loud)] == [(3, 4)]


def test_a_panel_is_drawn_from_a_seed_and_no_case_meets_somebody_who_has_to_do_with_it():
    experts = [Expert(person, frozenset({"A"})) for person in range(1, 21)]
    cases = [Case(case, "A", frozenset({1000 + case, 5000})) for case in range(1, 41)]
    conflicts = {1: {1001}, 2: {1002, 1003}, 3: {1004}}
    how = {"size": 5, "least": 5, "cases_each": 10}
    drawn = draw(experts, cases, conflicts, seed="s", **how)
    assert drawn == draw(list(reversed(experts)), list(reversed(cases)), conflicts, seed="s", **how)
    assert drawn != draw(experts, cases, conflicts, seed="t", **how)
    assert len(drawn) == 4 and sorted(case for panel in drawn for case, _who in panel.cases) == list(range(1, 41))
    for panel in drawn:
        for case, judges in panel.cases:
            assert len(judges) >= 5
            assert not [each for each in judges if 1000 + case in conflicts.get(each, ())]


def test_a_field_with_too_few_experts_says_so():
    experts = [Expert(person, frozenset({"A"})) for person in range(4)]
    with pytest.raises(Impossible) as impossible:
        draw(experts, [Case(1, "A", frozenset())], {}, size=5, least=5, cases_each=10, seed="s")
    assert impossible.value.args == ("A", 4, 5)
