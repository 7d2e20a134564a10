"""The page of a ruleset, in both languages, for every programme that is shipped."""

import pytest

from marketplace.core.db import transaction
from marketplace.programmes import operations
from tests import factories
from tests.programmes.rulesets import OTHERS, document

SAID = {
    "ai_voucher_2025": (
        ("소상공인 분과", "면제", "의료기관", "데이터 구입비"),
        ("Small merchants", "Hospital", "Cost of data"),
    ),
    "ai_training_data_2021": (("의미 정확성", "8,720원"), ("Semantic accuracy", "₩8,720")),
    "shared_computing_2020": (
        ("40 TFLOPS 구간", "172,800 TFLOPS·시간"),
        ("172,800 TFLOPS-hours", "until the budget is used"),
    ),
    "ai_challenge_2020": (("본선", "300,000,000원"), ("Preliminary", "₩140,000,000")),
    "ai_convergence_2020": (("현장 실증", "12개월"), ("Trial in the field", "30%")),
}


@pytest.mark.parametrize("name", OTHERS)
def test_the_page_says_the_rules_in_both_languages(app, as_, name):
    officer = factories.make_officer()
    with transaction():
        row = operations.load_ruleset(document(name), by=officer)
        operations.publish_ruleset(row.id, by=officer)
        path = f"/programmes/rulesets/{row.id}"
    browser = as_(factories.make_sme())
    korean = browser.get(path)
    assert korean.status_code == 200
    browser.get("/language/en")
    english = browser.get(path)
    for said, page in ((SAID[name][0], korean), (SAID[name][1], english)):
        for words in said:
            assert words in page.text.replace("&#39;", "'"), words
    assert "가정하여 정한 값" in korean.text


def test_a_year_is_compared_with_its_own_programme_only(app, as_):
    officer = factories.make_officer()
    with transaction():
        for name in (2020, 2022, "ai_challenge_2020", "ai_voucher_2025"):
            row = operations.load_ruleset(document(name), by=officer)
            operations.publish_ruleset(row.id, by=officer)
        later = document("ai_voucher_2025")
        later["version"], later["supplier"]["max_matches"] = 2, [3, "assumed", "default"]
        again = operations.load_ruleset(later, by=officer)
        paths = [f"/programmes/rulesets/{identity}" for identity in (row.id, again.id)]
    browser = as_(officer)
    assert "에서 바뀐 점" not in browser.get(paths[0]).text
    assert "AIV-2025 v1에서 바뀐 점" in browser.get(paths[1]).text
