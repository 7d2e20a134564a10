"""What rules an offer out, told in a sentence with what would lift it."""

from dataclasses import replace
from fractions import Fraction

import pytest

from marketplace.matching.rules import gates
from marketplace.matching.rules.features import Asked, Offered
from marketplace.matching.rules.gates import Circumstances, facts_of, is_askable, shut_gates

ASKED = Asked(kind="dataset", purposes=("product",), formats=("CSV",), days_left=30)
GOOD = Offered("dataset", price_minor=1_000_000, lead_days=7, rights=("commercial",), format="CSV")
AROUND = Circumstances(limit_minor=1_100_000, voucher_kinds=("dataset",), free_hundredths=100, vat_rate=Fraction(1, 10))


def names(asked=ASKED, offered=GOOD, around=AROUND):
    return [each.gate.name for each in shut_gates(facts_of(asked, offered, around))]


def test_what_fits_passes_every_gate():
    assert names() == []
    assert names(around=Circumstances()) == []


@pytest.mark.parametrize(
    ("gate", "asked", "offered", "around"),
    [
        ("kind", {"kind": "ai_processing"}, {}, {}),
        ("kind", {"kind": None}, {}, {"voucher_kinds": ("ai_processing",)}),
        ("price", {}, {"price_minor": 1_000_001}, {"limit_minor": 1_100_000}),
        ("designation", {}, {}, {"designated": False}),
        ("capacity", {}, {}, {"free_hundredths": 0}),
        ("lead_time", {"days_left": 6}, {}, {}),
        ("licence", {"purposes": ("share",)}, {}, {}),
        ("personal_data", {}, {"personal": "pseudonymised"}, {}),
        ("personal_data", {}, {"personal": "unknown"}, {}),
        ("format", {"formats": ("SHP",)}, {}, {}),
        ("relation", {}, {}, {"related": True}),
    ],
)
def test_each_gate_shuts_for_its_own_reason(gate, asked, offered, around):
    assert names(replace(ASKED, **asked), replace(GOOD, **offered), replace(AROUND, **around)) == [gate]


def test_every_gate_is_one_of_those(monkeypatch):
    assert len(gates.GATES) == 9
    monkeypatch.setattr(gates, "GATES", [gate for gate in gates.GATES if gate.name != "relation"])
    assert names(around=replace(AROUND, related=True)) == []


def test_a_price_on_request_and_an_unknown_licence_are_asked_about_not_ruled_out():
    assert names(offered=replace(GOOD, price_minor=None, rights=None)) == []


def test_a_near_miss_says_by_how_much_and_may_be_asked_for_a_quote():
    dear = shut_gates(facts_of(ASKED, replace(GOOD, price_minor=1_080_000), AROUND))
    assert dear[0].values == {"over": 88_000, "percent": 8}
    assert is_askable(dear)
    assert not is_askable(shut_gates(facts_of(ASKED, GOOD, replace(AROUND, related=True))))
