"""Scores are exact, explained, and the same for whoever computes them again."""

from datetime import date
from decimal import Decimal

import pytest

from marketplace.matching.rules import features, scoring
from marketplace.matching.rules.features import Asked, Offered
from marketplace.matching.rules.scoring import Weights, contributions, fixed, load_weights, ordered, parse_weights

FULL = {name: Decimal(1) for name in scoring.FEATURES}


def test_the_weights_of_the_design_sum_to_one_and_are_named_by_their_bytes():
    weights = load_weights("2026-1")
    assert sum(weights.of.values()) == 1
    assert weights.of["text"] == Decimal("0.35")
    assert parse_weights((scoring.FOLDER / "2026-1.yml").read_bytes()) == weights
    assert len(weights.sha256) == 64


@pytest.mark.parametrize("document", [b"version: x\nweights: {text: 1}", b"version: x\nweights: {text: 1, luck: 0}"])
def test_weights_that_leave_something_out_are_no_weights(document):
    with pytest.raises(ValueError, match="one for each feature"):
        parse_weights(document)


def test_a_score_is_exactly_the_sum_of_its_contributions():
    weights = load_weights()
    odd = {name: fixed(Decimal(number) / 7) for number, name in enumerate(scoring.FEATURES)}
    parts = contributions(odd, weights)
    assert scoring.score(odd, weights) == sum(parts.values())
    assert parts["category"] == Decimal("0.1429") * Decimal("0.12")
    assert scoring.score(FULL, weights) == 1
    assert scoring.score({}, weights) == 0


def test_equals_are_ordered_by_a_hash_of_round_need_and_listing():
    rows = [(Decimal("0.5"), listing, listing) for listing in range(1, 40)]
    first = ordered(rows, round_key="need:7", need=7)
    assert first == ordered(reversed(rows), round_key="need:7", need=7)
    assert first != ordered(rows, round_key="need:8", need=8)
    assert first != sorted(first)
    assert ordered([*rows, (Decimal("0.6"), 99, 99)], round_key="need:7", need=7)[0] == 99


def test_without_the_hash_whoever_came_first_would_stay_first(monkeypatch):
    monkeypatch.setattr(scoring, "tie_key", lambda round_key, need, listing: f"{listing:05d}")
    rows = [(Decimal("0.5"), listing, listing) for listing in range(1, 40)]
    assert ordered(rows, round_key="need:7", need=7) == list(range(1, 40))


@pytest.mark.parametrize(
    ("price", "fit"),
    [(0, "0.5"), (30, "0.75"), (60, "1"), (100, "1"), (110, "0.8"), (150, "0"), (900, "0"), (None, "0.5")],
)
def test_cheaper_is_not_better_and_dearer_falls_off(price, fit):
    assert features.budget_fit(100, price) == Decimal(fit)


@pytest.mark.parametrize(
    ("asked", "offered", "fit"),
    [
        ((), "CSV", "1"),
        (("XLSX",), "CSV, xlsx", "1"),
        (("XLSX",), "CSV", "0.6"),
        (("SHP",), "CSV", "0"),
        (("CSV",), "", "0.5"),
    ],
)
def test_a_format_fits_is_converted_or_does_not(asked, offered, fit):
    assert features.format_fit(asked, features.formats_in(offered)) == Decimal(fit)


def test_time_is_best_when_half_is_left():
    assert [features.time_fit(days, 10) for days in (None, 40, 20, 15, 10, 5, 0)] == [
        fixed(1), fixed(1), fixed(1), fixed(0.6667), fixed(0), fixed(0), fixed(0)
    ]  # fmt: skip


def test_coverage_is_the_mean_of_what_was_asked():
    asked = Asked(region="서울, 부산", period_from=date(2020, 1, 1), period_to=date(2020, 1, 10), volume=100)
    whole = Offered(
        "dataset", region="전국", period_from=date(2019, 1, 1), period_to=date(2021, 1, 1), record_count=200
    )
    half = Offered("dataset", region="서울", period_from=date(2020, 1, 6), period_to=date(2021, 1, 1), record_count=50)
    words = {"text": Decimal(1), "reliability": None}
    assert features.features(asked, whole, **words)["coverage"] == 1
    assert features.features(asked, half, **words)["coverage"] == fixed(Decimal(2) / 3)
    assert features.features(asked, Offered("dataset"), **words)["coverage"] == Decimal("0.5")
    assert features.features(Asked(), Offered("dataset"), **words)["coverage"] == 1


def test_what_would_raise_a_score_is_what_loses_most():
    weights = Weights("x", "", load_weights().of)
    assert scoring.weakest({**FULL, "text": Decimal("0.5"), "time": Decimal(0)}, weights) == ["text", "time"]
    assert scoring.weakest(FULL, weights) == []
