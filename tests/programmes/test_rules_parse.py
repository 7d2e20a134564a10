"""Reading a ruleset: the files of the program are right, and a wrong one is told all that is wrong with it."""

import hashlib
import json
from fractions import Fraction

import pytest

from marketplace.programmes.rules import BASES, ChangeKind, RulesetInvalid, difference, parse_ruleset, ruleset_rows
from tests.programmes.rulesets import FOLDER, LATER, OTHERS, YEARS, document, ruleset


def mistakes(broken):
    with pytest.raises(RulesetInvalid) as invalid:
        parse_ruleset(broken)
    return {path: str(sentence) for path, sentence in invalid.value.mistakes}


@pytest.mark.parametrize(
    ("year", "caps", "places", "budget"),
    [
        (2020, (18_000_000, 45_000_000, 70_000_000), 2_040, 57_500_000_000),
        (2022, (16_000_000, 45_000_000, 70_000_000), 2_680, 124_100_000_000),
        (2023, (10_000_000, 40_000_000, 60_000_000), 2_010, 89_400_000_000),
        (2025, (45_000_000,), 460, None),
    ],
)
def test_the_published_figures_of_each_year(year, caps, places, budget):
    rules = ruleset(year)
    assert tuple(kind.cap.value for kind in rules.kinds) == caps
    assert (rules.programme.places_total.value, rules.programme.budget.value) == (places, budget)
    assert rules.edition == f"DV-{year} v1"


def test_the_quotas_of_2025_and_who_says_so():
    quotas = ruleset(2025).quotas
    assert (quotas.youth.value, quotas.regional.value, quotas.micro.value) == (
        Fraction(2, 5),
        Fraction(2, 5),
        Fraction(1, 20),
    )
    assert quotas.youth.basis == "found"
    assert "플래텀" in quotas.youth.source.ko


def test_the_conflict_about_the_cap_of_2022_is_kept_visible():
    cap = ruleset(2022).kind("AI_PROCESSING").cap
    assert cap.value == 70_000_000
    assert "7,500만" in cap.conflict.ko


def test_every_file_is_read_and_named_after_its_year():
    names = [*(f"data_voucher_{year}" for year in YEARS), *OTHERS, *LATER]
    assert sorted(path.stem for path in FOLDER.glob("*.yaml")) == sorted(names)
    assert {ruleset(year).year for year in YEARS} == set(YEARS)


SHIPPED = {
    2020: "6405a52e511fbb2d",
    2022: "113018fe34f99fbc",
    2023: "3e60537dea30da25",
    2025: "de4e8d1421cce4d5",
    "ai_challenge_2020": "c6dffae611c36683",
    "ai_convergence_2020": "526226ee480ab44e",
    "ai_training_data_2021": "b46ba2ff4d8fa66b",
    "ai_voucher_2025": "b8a40c81e6d3617c",
    "shared_computing_2020": "a92e1928a08a5bbb",
    "ai_convergence_2020_v2": "a65a6f266749aa3c",
    "ai_voucher_2025_v2": "bcff6809bcfff99b",
    "ai_voucher_2025_v4": "684a7e0c997b43cc",
    "ai_voucher_2025_v5": "9e7acaa6ba8172f3",
    "data_voucher_2025_v2": "d17041064d9aee2a",
    "ai_voucher_2025_v3": "ad07f0374465b98a",
    "data_voucher_2025_v3": "5b70415caf5438b5",
}
"""What each version said when it was given out, by its hash: a new rule is a new version that `extends` it."""


def test_a_version_that_was_given_out_never_says_something_else():
    for name in (*YEARS, *OTHERS, *LATER):
        said = json.dumps(document(name), sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
        assert hashlib.sha256(said.encode()).hexdigest()[:16] == SHIPPED[name], name


def test_a_ruleset_survives_storage_that_forgets_the_order_of_keys():
    stored = json.loads(json.dumps(document(2023), sort_keys=True))
    assert parse_ruleset(stored) == ruleset(2023)


def test_all_mistakes_are_told_at_once():
    broken = document(2023)
    broken["kinds"][0]["cap"][0] = -1
    broken["kinds"][1]["cap"][0] = 40_000_000.0
    broken["kinds"][2]["colour"] = "red"
    broken["quotas"]["youth"][0] = "6/5"
    broken["quotas"]["regional"][0] = 0.4
    broken["order"]["advance_max"] = "0"
    broken["vat"]["mode"][0] = "SOMETIMES"
    broken["vat"]["rate"][1] = "guessed"
    broken["vat"]["rate"][2] = "my_uncle"
    del broken["voucher"]["months"]
    del broken["sanctions"]
    broken["extra"] = {}
    broken["title"] = "데이터바우처"
    found = mistakes(broken)
    assert "1 이상" in found["kinds.PURCHASE.cap"]
    assert "소수" in found["kinds.GENERAL_PROCESSING.cap"]
    assert "100%" in found["quotas.youth"]
    assert "분수" in found["quotas.regional"]
    assert set(found) >= {
        "kinds.AI_PROCESSING.colour",
        "order.advance_max",
        "vat.mode",
        "vat.rate.basis",
        "vat.rate.source",
        "voucher.months",
        "sanctions",
        "extra",
        "title",
        "sources.vat_law",
    }


@pytest.mark.parametrize("nonsense", [None, [], "DV-2023", 7])
def test_what_is_no_document_is_told_so(nonsense):
    assert "" in mistakes(nonsense)


def test_an_empty_document_misses_everything():
    assert {"format", "code", "version", "title", "year", "unit", "sources", "kinds", "sanctions"} <= set(mistakes({}))


@pytest.mark.parametrize(
    ("path", "spoil"),
    [
        ("kinds", lambda d: d["kinds"][0]["places"].__setitem__(0, 761)),
        ("ratio.micro", lambda d: d["ratio"][0]["gov_rate"].__setitem__(0, "19/20")),
        ("ratio.mid_size", lambda d: d["eligibility"]["allowed_classes"][0].append("mid_size")),
        ("criteria", lambda d: d["criteria"][0]["weight"].__setitem__(0, 31)),
        ("evaluation.panel_max", lambda d: d["evaluation"]["panel_max"].__setitem__(0, 4)),
        ("evaluation.trim", lambda d: d["evaluation"]["trim"].__setitem__(0, 3)),
        ("eligibility.youth_age_to", lambda d: d["eligibility"]["youth_age_to"].__setitem__(0, 18)),
        ("eligibility.total_max", lambda d: d["eligibility"]["total_max"].__setitem__(0, 1)),
        ("bonus.max_total", lambda d: d["bonus"]["max_total"].__setitem__(0, 0)),
        ("kinds.PURCHASE", lambda d: d["kinds"].append(d["kinds"][0])),
        ("kinds[0]", lambda d: d["kinds"][0].pop("code")),
        ("ratio.giant", lambda d: d["ratio"][0].__setitem__("code", "giant")),
        ("ratio", lambda d: d.__setitem__("ratio", [])),
        ("voucher.reminder_days", lambda d: d["voucher"]["reminder_days"].__setitem__(0, [1, 7])),
        ("programme.legal_basis", lambda d: d["programme"]["legal_basis"].__setitem__(0, "SUBSIDY")),
        ("order.no_subcontract", lambda d: d["order"]["no_subcontract"].__setitem__(0, "yes")),
        ("order.quote_valid_days", lambda d: d["order"]["quote_valid_days"].__setitem__(0, True)),
        ("vat.mode", lambda d: d["vat"]["mode"].__setitem__(0, None)),
        ("unit", lambda d: d.__setitem__("unit", "BTC")),
        ("version", lambda d: d.__setitem__("version", 0)),
        ("year", lambda d: d.__setitem__("year", "2023")),
    ],
)
def test_a_mistake_is_told_at_its_place(path, spoil):
    broken = document(2023)
    spoil(broken)
    assert path in mistakes(broken)


def test_the_rows_say_everything_in_the_order_of_the_file():
    rows = ruleset_rows(ruleset(2023))
    by_path = {row.path: row for row in rows}
    assert len(by_path) == len(rows)
    cap = by_path["kinds.PURCHASE.cap"]
    assert (cap.section, cap.item.say(), cap.label) == ("지원 유형", "데이터 구매", "과제당 지원 한도")
    assert (cap.value_text(), cap.value_text(language="en")) == ("10,000,000원", "₩10,000,000")
    assert cap.basis_label == BASES["found"]
    assert by_path["ratio.micro.gov_rate"].value_text() == "75%"
    assert by_path["quotas.micro"].value_text() == "정하지 않음"
    assert by_path["voucher.reminder_days"].value_text() == "30일 전, 14일 전, 7일 전, 1일 전"
    assert [row.path for row in rows if row.path.startswith("criteria") and row.path.endswith("weight")] == [
        "criteria.GOALS.weight",
        "criteria.PLAN.weight",
        "criteria.USE.weight",
        "criteria.GROWTH.weight",
    ]


def test_the_difference_of_two_years_shows_both_values():
    changes = {change.row.path: change for change in difference(ruleset(2022), ruleset(2023))}
    cap = changes["kinds.PURCHASE.cap"]
    assert cap.kind is ChangeKind.CHANGED
    assert (cap.old.value_text(), cap.new.value_text()) == ("16,000,000원", "10,000,000원")
    assert changes["ratio.micro.youth_cash_waived"].kind is ChangeKind.SOURCE
    assert "settlement.floor_unit" not in changes


def test_the_difference_shows_kinds_that_came_and_went():
    changes = {change.row.path: change for change in difference(ruleset(2023), ruleset(2025))}
    assert changes["kinds.INTEGRATED.cap"].kind is ChangeKind.ADDED
    assert changes["kinds.PURCHASE.cap"].kind is ChangeKind.REMOVED
    assert changes["kinds.PURCHASE.cap"].new is None


def test_nothing_differs_from_itself():
    assert difference(ruleset(2025), ruleset(2025)) == []
