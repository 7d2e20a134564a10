"""Scores of a whole day against matching's own features and gates, pair by pair."""

import json
from datetime import date
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.catalogue.rules import prices
from marketplace.matchday import rules
from marketplace.matchday.queries.board import COMPARING
from marketplace.matching.rules import features as fit
from marketplace.matching.rules import gates
from marketplace.matching.rules.scoring import load_weights

WEIGHTS = rules.weights_in_thousandths(load_weights("2026-1").of)
KINDS = ("dataset", "general_processing", "ai_processing")
RIGHTS = ("commercial", "derivatives", "ai_training", "redistribution")
days = st.dates(date(2020, 1, 1), date(2021, 12, 31))
spans = st.none() | st.tuples(days, days).map(sorted)
amounts = st.none() | st.integers(1, 200) | st.integers(1, 10**12)

asked = st.builds(
    lambda span, **facts: fit.Asked(period_from=span and span[0], period_to=span and span[1], **facts),
    span=spans,
    kind=st.none() | st.sampled_from(KINDS),
    topics=st.lists(st.sampled_from(["상권", "유동 인구", "지도"]), max_size=3, unique=True).map(tuple),
    purposes=st.lists(st.sampled_from(list(fit.RIGHT_OF_PURPOSE)), max_size=3, unique=True).map(tuple),
    formats=st.lists(st.sampled_from(["CSV", "SHP", "PNG"]), max_size=2, unique=True).map(tuple),
    region=st.sampled_from(["", "서울", "부산, 대구"]),
    volume=st.none() | st.integers(1, 10**6),
    budget_minor=amounts,
    days_left=st.none() | st.integers(-3, 60),
    personal=st.sampled_from([("none",), ("none", "pseudonymised")]),
)
offered = st.builds(
    lambda span, **facts: fit.Offered(period_from=span and span[0], period_to=span and span[1], **facts),
    span=spans,
    kind=st.sampled_from(KINDS),
    title=st.sampled_from(["상권 분석", "전국 유동인구", "그림"]),
    keywords=st.lists(st.sampled_from(["지도", "상권"]), max_size=2, unique=True).map(tuple),
    price_minor=amounts,
    lead_days=st.integers(0, 60),
    rights=st.none() | st.sets(st.sampled_from(RIGHTS)),
    personal=st.sampled_from(["none", "pseudonymised", "unknown"]),
    format=st.sampled_from(["", "CSV, xlsx", "GeoJSON", "PNG", "종이"]),
    region=st.sampled_from(["", "서울 강남구", "전국"]),
    record_count=st.none() | st.integers(0, 10**6),
    quality=st.integers(0, 100),
)


def span_of(thing):
    return (thing.period_from.toordinal(), thing.period_to.toordinal()) if thing.period_from else None


def as_line(each):
    return rules.Line(
        listing_id=1,
        rights=None if each.rights is None else tuple(sorted(each.rights)),
        period=span_of(each),
        quality=min(each.quality, 80) * 10_000 // 80,
        **{name: getattr(each, name) for name in SAME},
    )


SAME = ("kind", "title", "keywords", "price_minor", "lead_days", "personal", "format", "region", "record_count")


def as_need(each):
    names = ("kind", "topics", "formats", "region", "volume", "budget_minor", "days_left", "personal")
    return rules.Asked(
        1, 50, rights=tuple(fit.rights_needed(each.purposes)), period=span_of(each),
        **{name: getattr(each, name) for name in names},
    )  # fmt: skip


def pool_of(lines, firm=900):
    each = rules.Offered(firm, tuple(lines), 9_000)
    return rules.Pool([each], [rules.pack_vectors([None] * len(lines))], COMPARING)


@settings(max_examples=400, deadline=None)
@given(asked, offered)
def test_every_feature_means_what_it_means_in_matching(need, offer):
    found = rules.scored(as_need(need), b"", pool_of([as_line(offer)]), WEIGHTS)
    theirs = fit.features(need, offer, text=Decimal("0.5"), reliability=Decimal("0.9"))
    ours = dict(zip(rules.FEATURES, found.features[:, 0].tolist(), strict=True))
    # Quality is cut to whole ten-thousandths when it is frozen; all others are the same to the last digit.
    assert {name: int(theirs[name] * 10_000) for name in theirs if name != "quality"} == {
        name: ours[name] for name in ours if name != "quality"
    }
    assert abs(ours["quality"] - theirs["quality"] * 10_000) < 1
    assert tuple(theirs) == rules.FEATURES


@settings(max_examples=400, deadline=None)
@given(asked, offered)
def test_every_gate_is_shut_where_matching_shuts_it(need, offer):
    names = {"kind": 1, "lead_time": 2, "licence": 4, "personal_data": 8, "format": 16, "relation": 32}
    found = rules.scored(as_need(need), b"", pool_of([as_line(offer)]), WEIGHTS)
    shut = gates.shut_gates(gates.facts_of(need, offer, gates.Circumstances()))
    assert int(found.gates[0]) == sum(names[each.gate.name] for each in shut)
    assert bool(found.scores[0]) == (not shut)


def test_the_firm_itself_and_its_relatives_are_gated():
    line = as_line(fit.Offered("dataset"))
    for firm in (50, 51):
        need = rules.Asked(1, 50, related=(51,))
        assert rules.scored(need, b"", pool_of([line], firm), WEIGHTS).gates.tolist() == [32]


def test_the_best_line_that_may_be_taken_speaks_for_its_supplier():
    dear = rules.Line(1, "ai_processing", quality=10_000)
    fits = rules.Line(2, "dataset", quality=0)
    found = rules.scored(rules.Asked(1, 50, kind="dataset"), b"", pool_of([dear, fits, dear]), WEIGHTS)
    assert found.lines.tolist() == [1] and found.scores[0] > 0


def test_meaning_is_measured_from_the_average_to_the_nearest_and_one_pair_alone_measures_the_same():
    vectors = np.zeros((3, 384))
    vectors[0, 0], vectors[1, :2], vectors[2, 1] = 1, 0.7, 1
    offers = [rules.Offered(firm, (rules.Line(firm, "dataset"),)) for firm in (1, 2, 3)]
    packed = [rules.pack_vectors([each]) for each in vectors]
    need, told = rules.Asked(1, 50), rules.pack_vectors([vectors[0]])
    found = rules.scored(need, told, rules.Pool(offers, packed, COMPARING), WEIGHTS)
    assert found.features[0].tolist() == [10_000, 3_080, 0]
    alone = rules.scored(need, told, rules.Pool(offers[1:2], packed[1:2], COMPARING), WEIGHTS, found.scale)
    assert (alone.features[:, 0] == found.features[:, 1]).all() and alone.scores[0] == found.scores[1]


@given(st.lists(st.floats(-1, 1, width=32), min_size=384, max_size=384))
def test_facts_and_vectors_come_back_as_they_were_kept(numbers):
    assert len(rules.pack_vectors([numbers, None])) == 2 * 2 * 384
    need = rules.Asked(1, 2, topics=("상권",), period=(7, 9))
    offer = rules.Offered(3, (rules.Line(4, "dataset", rights=("commercial",)), rules.Line(None, "ai_processing")), 1)
    assert rules.asked_from(rules.plain(need)) == need and rules.offered_from(rules.plain(offer)) == offer


def test_weights_that_are_no_shares_are_refused():
    table = dict(load_weights("2026-1").of)
    for wrong in ({"text": Decimal(1)}, table | {"text": Decimal("0.36")}, table | {"text": Decimal("0.3505")}):
        with pytest.raises(ValueError, match="thousandths"):
            rules.weights_in_thousandths(wrong)


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.integers(1, 10**5), st.integers(1, 500)), min_size=1, max_size=5),
    st.integers(1, 5_000),
    st.none() | st.integers(1, 10**7),
    st.sampled_from(["건", "세트"]),
    st.none() | st.integers(0, 2 * 10**5),
)
def test_a_day_prices_so_many_records_as_a_need_does(steps, minimum, whole, unit, volume):
    cheaper = zip(
        sorted({of for of, _price in steps}), sorted((price for _of, price in steps), reverse=True), strict=False
    )
    lines = [{"unit": "record", "from_quantity": of, "price_minor": price, "note": ""} for of, price in cheaper]
    lines += [{"unit": "one_off", "from_quantity": 1, "price_minor": whole, "note": ""}] if whole else []
    plans = prices.plans_of(unit, None if unit == "건" else 7_000, minimum, lines)
    least = prices.order_of(plans, None)
    line = rules.Line(1, "dataset", price_minor=least and least.amount_minor, rungs=prices.counted_rungs(plans))
    again = rules.offered_from(json.loads(json.dumps(rules.plain(rules.Offered(5, (line,))))))
    pool = rules.Pool([again], [rules.pack_vectors([None])], COMPARING)
    order = prices.order_of(plans, volume)
    assert again.lines == (line,)
    assert pool.prices(volume)[0] == (order.amount_minor if order else -1)
