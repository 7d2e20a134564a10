"""Finding documents."""

import pytest

from marketplace.core.db import transaction
from marketplace.search import operations, queries
from marketplace.search.operations import Document
from marketplace.search.queries import Between
from tests.search.counting import statements

TITLES = {
    1: "상권별 유동 인구 월간 집계",
    2: "의료영상 병변 라벨링",
    3: "한국어 사투리 음성",
    4: "K-Fashion 이미지",
    5: "유동 인구",
    6: "농산물 도매 가격",
}


@pytest.fixture
def documents(app):
    with transaction():
        operations.put_all(
            [
                Document("listing", ref, title, facets={"kind": "odd" if ref % 2 else "even", "price": ref * 1000})
                for ref, title in TITLES.items()
            ]
        )


def refs(words, **more):
    return [ref for ref, _score in queries.found(words, "listing", **more).items]


def test_what_is_exact_comes_first_then_what_contains_it(documents):
    assert refs("유동 인구") == [5, 1]
    assert refs("유동인구") == [5, 1]


@pytest.mark.parametrize(
    ("words", "ref"),
    [
        ("의료 영상", 2),
        ("의료영상병변", 2),
        ("사투리음성", 3),
        ("k fashion", 4),
        ("K-FASHION", 4),
        ("ｋ－ｆａｓｈｉｏｎ", 4),
        ("농산물도매가격", 6),
        ("라벨링", 2),
        ("음성", 3),
        ("도매", 6),
        ("농산물 도메 가격", 6),
    ],
)
def test_spacing_width_case_and_a_slip_do_not_matter(documents, words, ref):
    assert refs(words)[0] == ref


def test_no_words_list_everything_newest_first(documents):
    assert refs("") == [6, 5, 4, 3, 2, 1]
    for nothing in (" \t\n", "\0"):
        assert refs(nothing) == [6, 5, 4, 3, 2, 1]


def test_what_is_not_there_is_not_found(documents):
    for words in ("우주정거장", "%", "_", "\\", "!!!", "🙂"):
        assert refs(words) == [], words


def test_filters_and_sorts(documents):
    assert refs("", filters={"kind": "odd"}) == [5, 3, 1]
    assert refs("", filters={"price": Between(2000, 4000)}) == [4, 3, 2]
    assert refs("", filters={"price": Between(None, 1000)}) == [1]
    assert refs("", filters={"price": {1000, 6000}}) == [6, 1]
    assert refs("", filters={"price": set()}) == []
    assert refs("", sort="cheapest") == [1, 2, 3, 4, 5, 6]
    assert refs("유동인구", sort="dearest") == [5, 1]
    assert queries.counts("", "listing", {"kind": "odd"}, "kind") == {"odd": 3, "even": 3}
    assert queries.count("listing", {"kind": "even"}) == 3


def test_pages_do_not_overlap(documents):
    first, second = (queries.found("", "listing", page=number, size=4) for number in (1, 2))
    assert (first.total, first.pages) == (6, 2)
    assert [ref for ref, _score in (*first.items, *second.items)] == [6, 5, 4, 3, 2, 1]


def test_putting_again_changes_and_withdrawing_removes(documents):
    with transaction():
        operations.put("listing", 1, "지하철 승하차 통계")
        operations.withdraw("listing", 2)
        operations.withdraw("listing", 99)
    assert refs("유동인구") == [5]
    assert refs("승하차") == [1]
    assert refs("의료영상") == []
    assert refs("")[0] == 1


def test_what_is_put_again_unchanged_keeps_its_place(documents):
    with transaction():
        operations.put("listing", 1, TITLES[1], facets={"kind": "odd", "price": 1000})
    assert refs("")[-1] == 1


def test_a_document_is_findable_only_with_its_transaction(app):
    with pytest.raises(ZeroDivisionError), transaction():
        operations.put("listing", 1, "사라질 문서")
        raise ZeroDivisionError
    assert refs("사라질") == []


def test_kinds_do_not_mix(documents):
    with transaction():
        operations.put("supplier", 1, "유동 인구 연구소")
    assert 1 in refs("유동인구")
    assert [ref for ref, _score in queries.found("연구소", "supplier").items] == [1]
    assert refs("연구소") == []


def test_finding_costs_the_same_whatever_is_found(app, documents):
    queries.found("", "listing")
    assert statements(app, lambda: queries.found("", "listing")) == 1
    assert statements(app, lambda: queries.search("유동", "listing", {"kind": "odd"}, facets=("kind", "price"))) == 1
