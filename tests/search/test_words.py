"""Words of a query against the vocabulary: endings, things of several words, and what is told beside a title. Pure."""

from collections.abc import Sequence

import pytest

from marketplace.search.operations.meaning import with_other_words
from marketplace.search.rules import asking, ranking
from marketplace.search.rules.asking import Concept, Morpheme, Synonyms, other_words, understood
from marketplace.search.rules.letters import begins_with

GROUPS = [
    ("병원, 의료, hospital", ""),
    ("용접, weld", "금속"),
    ("아동, 소아, child, children", ""),
    ("음성, 발화, speech", ""),
    ("아동 음성, child speech", ""),
]


def spaced(text: str) -> Sequence[Morpheme]:
    """As if every word were one morpheme."""
    return [Morpheme(word, "SL" if word.isascii() else "NNG", 0, 0) for word in text.split()]


@pytest.fixture(scope="module")
def synonyms():
    return Synonyms(GROUPS, lambda word: tuple(word.split()))


def concepts(text, synonyms):
    return understood(text, spaced, synonyms).concepts


def test_an_english_ending_does_not_hide_a_word(synonyms):
    hospitals, welding = concepts("hospitals welding", synonyms)
    assert (hospitals.words, welding.words) == (("hospital",), ("weld",))
    assert ranking.met_by(hospitals, frozenset({"병원"}), "") == asking.SAME
    assert ranking.met_by(hospitals, frozenset({"hospitals"}), "") == 1.0  # as it was typed
    assert concepts("bus", synonyms)[0].words == ("bus",)  # too short to take anything off


def test_a_thing_of_two_words_is_also_met_by_each_of_them(synonyms):
    (both,) = concepts("child speech", synonyms)
    assert ranking.met_by(both, frozenset({"아동", "음성"}), "아동음성") == asking.SAME
    apart = ranking.met_by(both, frozenset({"명령어", "발화", "소아"}), "명령어발화(소아)")
    assert 0.7 < apart < ranking.APART
    assert ranking.met_by(both, frozenset({"소아"}), "소아") == 0.0
    assert ranking.met_by(Concept(both.words, 1.0, both.others), frozenset({"발화", "소아"}), "") == 0.0  # the twin


def test_a_title_is_told_with_what_else_it_is_called(synonyms):
    assert other_words(concepts("소아 음성", synonyms)) == "아동, child, children, 발화, speech"
    assert other_words(concepts("소아 음성", synonyms), each=1, longest=8) == "아동, 발화"
    assert other_words(concepts("용접", synonyms)) == "weld"  # and not what it belongs under
    told = with_other_words("날씨. 기온", "날씨", synonyms)
    assert told == "날씨. 기온"


@pytest.mark.parametrize(("spelt", "title", "begins"), [
    ("ㅌㅎ", "산업정보 연계 특허 데이터", True), ("ㅌㅎ", "데이터 활용을 위한 번역", False),
    ("ㅌㅎㄷ", "특허 데이터", True), ("ㄷㅇㅌ", "특허데이터", False)])  # fmt: skip
def test_initials_that_begin_a_word_are_told_from_those_within(spelt, title, begins):
    assert begins_with(spelt, title) is begins


def test_a_word_with_a_space_after_every_syllable_is_one(synonyms):
    assert understood("아 동 음 성 자료", spaced, synonyms).text == "아동음성 자료"
    assert understood("소 말 사료", spaced, synonyms).text == "소 말 사료"


def parted(text: str) -> Sequence[Morpheme]:
    """As Kiwi takes them apart."""
    parts = {
        "손님": [("손", "NNG", 0, 1), ("님", "XSN", 1, 2)],
        "손": [("손", "NNG", 0, 1)],
        "노래하는": [("노래", "NNG", 0, 2), ("하", "XSV", 2, 3), ("는", "ETM", 3, 4)],
        "아이": [("아이", "IC", 0, 2)],
    }
    found, at = [], 0
    for word in text.split():
        found += [Morpheme(form, tag, at + start, at + end) for form, tag, start, end in parts.get(word, [])]
        at += len(word) + 1
    return found


def test_a_word_of_the_vocabulary_is_no_less_than_it_says():
    known = Synonyms([("고객, 손님", ""), ("손, hand", ""), ("노래, song", ""), ("아동, 아이", "")], lambda word: tuple(
        () if asking.is_less(parted(word) or [Morpheme(word, "NNG", 0, 9)], word) else [each.form for each in parted(word)]
    ))  # fmt: skip
    found = {each.words: set(each.others) for each in understood("손님 손 노래하는 아이", parted, known).concepts}
    assert found == {("손님",): {("고객",)}, ("손",): {("hand",)}, ("노래",): {("song",)}, ("아이",): {("아동",)}}
    assert asking.is_less(parted("손님"), "손님") and asking.is_less(parted("아이"), "아이")
    assert not asking.is_less(parted("노래하는"), "노래하는") and not asking.is_less(parted("손"), "손")
