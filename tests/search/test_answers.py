"""What a page is told besides the hits: why, how many of each, what else was meant, what to drop."""

from dataclasses import replace

import pytest

from marketplace.core.db import request_cache, transaction
from marketplace.search import operations, queries
from marketplace.search.gateway import meaning
from marketplace.search.operations import Document
from marketplace.search.queries import Between, Relaxation, answers, ranked

SHOP = [
    ("반려견 피부병 사진", "개 피부 질환", "dataset", 3_000, 7),
    ("반려동물 진료 기록", "동물병원 카드", "dataset", 5_000, 7),
    ("졸음운전 감지 영상", "운전자 하품", "dataset", None, 8),
    ("한국어 사투리 음성", "경상도 방언 녹음", "open_data", 0, None),
    ("도로 균열 라벨링", "포트홀 표시", "ai_processing", 90_000, 8),
    ("유동 인구 월간 집계", "상권 통행", "dataset", 20_000, 9),
]


@pytest.fixture
def shop(app):
    with transaction():
        operations.put_all(
            [
                Document(
                    "listing", ref, title, "", {"kind": kind, "price": price, "supplier": supplier}, keywords=words
                )
                for ref, (title, words, kind, price, supplier) in enumerate(SHOP, 1)
            ]
        )


def search(words, filters=None, **more):
    request_cache().clear()
    return queries.search(words, "listing", filters, **more)


def refs(answer):
    return [hit.ref for hit in answer.page.items]


def test_a_hit_says_by_which_words_it_was_found(shop):
    hit = search("강아지 피부병").page.items[0]
    assert (hit.ref, hit.exact) == (1, False)
    said = {matched.asked: (matched.by, matched.in_title) for matched in hit.matched}
    assert said["피부병"] == ("피부병", True)
    assert said["강아지"][0] == "반려견"
    assert search("졸음 운전 감지 영상").page.items[0].exact


def test_counts_leave_out_what_is_chosen_for_the_facet_itself(shop):
    answer = search("", {"kind": "dataset"}, facets=("kind", "supplier"))
    assert answer.page.total == 4
    assert answer.counts["kind"] == {"dataset": 4, "open_data": 1, "ai_processing": 1}
    assert answer.counts["supplier"] == {"7": 2, "8": 1, "9": 1}


def test_counts_are_of_what_is_found_and_no_more(shop):
    answer = search("반려동물", facets=("kind",))
    assert sum(answer.counts["kind"].values()) == answer.page.total == len(refs(answer))


def test_one_wrong_letter_is_mended_and_named(shop):
    answer = search("졸음 운젼 영상")
    assert refs(answer)[0] == 3
    assert answer.did_you_mean == "졸음 운전 영상"
    assert search("졸음 운전 영상").did_you_mean is None


def test_the_wrong_keyboard_is_noticed(shop):
    assert search("dbehddlsrn").did_you_mean == "유동인구"
    assert search("road").did_you_mean is None


def test_initial_consonants_find_and_complete(shop):
    assert refs(search("ㅅㅌㄹ"))[0] == 4
    assert refs(search("ㅂㄹㄷㅁ 진료"))[0] == 2
    assert refs(search("ㅋㅋㅋ")) == []
    assert queries.complete("ㅂㄹ", "listing")[:2] == ["반려견 피부병 사진", "반려동물 진료 기록"]
    assert queries.complete("반려", "listing") == ["반려견 피부병 사진", "반려동물 진료 기록"]
    assert queries.complete("월간", "listing") == ["유동 인구 월간 집계"]
    assert queries.complete("유", "listing") == ["유동 인구 월간 집계"]
    assert queries.complete("", "listing") == []


def test_where_little_is_found_it_says_which_filter_to_drop(shop):
    answer = search("반려견 피부병", {"kind": "open_data", "supplier": 7})
    assert answer.page.total == 0
    assert answer.relaxations[0] == Relaxation("kind", 1)
    assert search("사투리").relaxations == ()


def test_synonyms_are_kept_by_operators_and_count_at_once(shop):
    assert refs(search("왕발이")) == []
    with transaction():
        operations.keep_synonyms("왕발이, 포트홀")
    assert refs(search("왕발이")) == [5]
    with transaction():
        operations.drop_synonyms("왕발이, 포트홀")
    assert refs(search("왕발이")) == []


def test_a_word_finds_what_belongs_under_it_after_the_word_itself(shop):
    with transaction():
        operations.put("listing", 20, "방언 전사 자료")
    assert refs(search("방언"))[0] == 20
    assert set(refs(search("방언"))) >= {20, 4}


@pytest.mark.parametrize(
    "words",
    [
        "가" * 10_000, "\0", "🙂🙂", '"', "'", "title:x AND (", "a OR", "[1 TO 2]", "-", "!!!", "~", "*", "\\",
        "+-&&||!(){}[]^\"~*?:\\/", "ㅏㅏㅏ", "ㄱ", "한" * 30 + " " * 500, "\u1100\u1161", "１２３", "a " * 3000,
        "데이터", "데이터가 필요합니다", "select * from x; --", "<script>", "%s %d {0}",
    ],
)  # fmt: skip
def test_nothing_that_is_typed_is_an_error(shop, words):
    answer = search(words, {"kind": "dataset"}, facets=("kind", "supplier", "price"))
    assert answer.page.total >= len(answer.page.items)
    queries.complete(words, "listing")
    queries.found(words, "listing", {"price": Between(-(2**70), 2**70), "none such": "x"})


def test_pages_beyond_the_last_are_empty_and_cost_nothing(shop):
    for number in (2, 600, 10**6):
        assert search("", page=number).page.items == []
        assert search("반려", page=number).page.items == []


def test_pages_of_words_do_not_overlap_and_end_where_the_total_says(app):
    with transaction():
        operations.put_all([Document("listing", ref, f"강수량 관측 {ref}호") for ref in range(1, 231)])
    pages = [search("강수량 관측", page=number, size=50) for number in range(1, 7)]
    found = [hit.ref for answer in pages for hit in answer.page.items]
    assert (len(found), len(set(found)), pages[0].page.total) == (230, 230, 230)


def test_what_is_asked_again_is_answered_from_what_was_found_until_something_changes(shop, monkeypatch):
    made = []
    rank = answers.ranked
    monkeypatch.setattr(answers, "ranked", lambda *given: made.append(1) or rank(*given))
    first = search("반려 동물", facets=("kind",))
    assert search(" 반려  동물 ", facets=("kind",)) is first and len(made) == 1
    others = (
        search("반려 동물", {"kind": {"dataset"}}),
        search("반려 동물", page=2),
        search("반려 동물", audience=("a",)),
    )
    assert first not in others and len(made) == 4
    with transaction():
        operations.put("listing", 1, "반려동물 사료")
    assert 1 in refs(search("반려 동물", facets=("kind",))) and len(made) == 5


def test_a_sentence_is_answered_by_words_where_others_wait_and_that_answer_is_not_kept(shop, monkeypatch):
    words = "졸음운전을 감지하는 영상이 필요합니다 꼭"
    with transaction():
        operations.tell(operations.to_tell())
    patient = queries.shelves.shelf()
    monkeypatch.setattr(answers, "shelf", lambda: replace(patient, patient=False))
    monkeypatch.setattr(meaning, "PATIENCE", 0.01)
    with meaning._lock:
        hurried = search(words)
    assert refs(hurried)[0] == 3
    told = search(words)
    assert told is not hurried and search(words) is told
    with meaning._lock:  # what was told once waits for nobody
        assert meaning.of_queries([words], patient=False) is not None
        assert ranked.ranked(replace(patient, patient=False), words, []).hurried is False
