"""Planted proxies among innocent look-alikes: found, explained, and the innocent left in peace."""

import random

from marketplace.accounts.models import Relation
from marketplace.core import clock
from marketplace.core.db import session, transaction
from marketplace.evaluation import operations, queries, rules
from marketplace.evaluation.models import FlagState
from marketplace.evaluation.rules import Side
from tests.evaluation import makers

VOCABULARY = (
    "공정 자료 판독 모델 학습 영상 불량 검출 매장 수요 예측 고객 상담 음성 지도 위치 센서 온도 진동 배송 경로 재고 "
    "가격 의료 영상 농장 작물 생육 교통 신호 관광 리뷰 번역 문서 분류 검색 추천 보안 탐지 에너지 사용량 설비 고장"
)
WORDS = VOCABULARY.split()
BROCHURE = (
    "저희는 자료를 모으고 이름표를 붙이고 검수하여 납품합니다. 모든 공정은 자체 인력으로 수행하며 재하도급은 하지 않습니다. "
    * 4
)


def plan(chance, sentences=30):
    return ". ".join(" ".join(chance.choices(WORDS, k=9)) for _each in range(sentences))


def retouched(text, chance):
    """The same plan with a few words changed, as a broker changes them."""
    words = text.split()
    for _each in range(max(1, len(words) // 60)):
        words[chance.randrange(len(words))] = chance.choice(WORDS)
    return "  ".join(words)


def side(chance, number, **facts):
    """A firm that shares nothing but what it is told to."""
    values = {
        "account": f"004{number:010d}",
        "person": str(number),
        "phone": f"010-2{number:03d}-{number:04d}",
        "address": f"부산 해운대구 센텀로 {number} 3층 {number}호",
        "network": f"203.0.113.{number % 250}",
        "device": f"203.0.113.{number % 250} browser-{number}",
        "representative": f"대표{number}",
        "text": plan(chance),
        **facts,
    }
    return Side(number, number, **values)


def honest(chance, number):
    """What honest firms share: a large building, an incubator's network, a common name, a supplier's brochure, a desk."""
    facts = {}
    if number % 10 == 0:
        facts["address"] = "서울 금천구 가산디지털로 100"
    if number % 9 == 0:
        facts |= {"network": "198.51.100.7", "device": f"198.51.100.7 browser-{number % 40}"}
    if number % 14 == 0:
        facts["representative"] = "김지훈"
    if number % 12 == 0:
        facts |= {"text": BROCHURE + plan(chance), "excluded": BROCHURE}
    if number in (31, 32):
        facts["address"] = "대전 유성구 대학로 99 창업관 201호"
    if number in (51, 52):
        facts["phone"] = "02-555-0100"
    return side(chance, number, **facts)


def proxy(chance, kind, ring, number, story):
    """A member of a ring: what they share depends on how the ring works."""
    here = f"192.0.2.{ring}"
    phone, unit = f"010-9{ring:03d}-0000", f"서울 구로구 디지털로 {ring} 507호"
    facts = {
        "account": {"account": f"088{ring:010d}"},
        "person": {"person": f"9{ring:04d}"},
        "phone and unit": {"phone": phone, "address": unit},
        "phone and device": {"phone": phone, "device": f"{here} x", "network": here},
        "text and device": {"text": retouched(story, chance), "device": f"{here} x", "network": here},
        "text and network": {"text": retouched(story, chance), "device": f"{here} {number}", "network": here},
    }
    return side(chance, number, **facts[kind])


def market():
    """200 honest firms with what honest firms share, and twelve rings of proxies. Returns the sides and planted pairs."""
    chance, planted, number = random.Random(20200801), set(), 300
    sides = [honest(chance, each) for each in range(1, 201)]
    kinds = ("account", "person", "phone and unit", "text and network", "text and device", "phone and device")
    for ring in range(12):
        story, first = plan(chance), number
        for number in range(first, first + 3):
            sides.append(proxy(chance, kinds[ring % len(kinds)], ring, number, story))
        number += 1
        planted |= {(one, other) for one in range(first, number) for other in range(one + 1, number)}
    return sides, planted


def test_proxies_are_found_among_look_alikes():
    sides, planted = market()
    found = {(each.one, each.other) for each in rules.suspicions(sides)}
    recall, precision = len(found & planted) / len(planted), len(found & planted) / max(1, len(found))
    print(f"recall {recall:.3f} precision {precision:.3f} of {len(planted)} planted pairs, {len(found)} found")
    assert recall >= 0.95 and precision >= 0.80


def test_every_flag_says_what_is_shared_and_what_it_weighs():
    sides, _planted = market()
    for each in rules.suspicions(sides):
        assert each.weight == sum(hit.weight for hit in each.hits) >= 60
        assert all(hit.value and hit.sign in rules.proxies.WEIGHTS for hit in each.hits)


def test_without_the_weights_the_innocent_are_flagged_too():
    """The twin: were one shared thing enough, most of what is flagged would be innocent."""
    sides, planted = market()
    found = {(each.one, each.other) for each in rules.suspicions(sides, least=10)}
    assert len(found & planted) / len(found) < 0.5


def test_texts_are_alike_whatever_the_spaces_and_not_by_a_common_brochure():
    chance = random.Random(1)
    one, other = plan(chance), plan(chance)
    alike = rules.likenesses(
        [(1, rules.shingles(one)), (2, rules.shingles(one.replace(" ", "  ") + ".")), (3, rules.shingles(other))]
    )
    assert [(first, second) for first, second, _share in alike] == [(1, 2)]


def test_the_officer_screens_a_call_and_judges_what_was_found(app, as_):
    chance = random.Random(2)
    story = plan(chance)
    made = makers.make_round(
        4,
        firms=[
            {"bank_account": "111222333", "plan": plan(chance)},
            {"bank_account": "111-222-333", "plan": plan(chance)},
            {"plan": story},
            {"plan": plan(chance)},
        ],
    )
    makers.open_(made)
    with transaction():
        session.add(
            Relation(
                from_id=made.supplier.organisation_id,
                to_id=made.firms[3].organisation_id,
                kind="family",
                source="신고",
                from_on=clock.today(),
            )
        )
    browser, path = as_(made.officer), f"/evaluation/{made.evaluation_id}"
    assert browser.send(f"{path}/screen").status_code == 303
    flags = queries.flag_pairs(made.evaluation_id)
    assert set(flags) == {(made.applications[0], made.applications[1]), (made.applications[3], None)}
    page = browser.get(f"{path}/flags").get_data(as_text=True)
    assert "같은 은행 계좌" in page and "family (신고)" in page
    flag_id = flags[made.applications[0], made.applications[1]].id
    assert browser.send(f"/evaluation/flags/{flag_id}", {"verdict": "confirmed", "reason": ""}).status_code == 422
    said = {"verdict": "confirmed", "reason": "한 사람이 두 기업의 통장을 관리함"}
    assert browser.send(f"/evaluation/flags/{flag_id}", said).status_code == 303
    assert browser.send(f"{path}/screen").status_code == 303
    again = queries.flag_pairs(made.evaluation_id)
    assert again[made.applications[0], made.applications[1]].state == FlagState.CONFIRMED
    assert len(again) == 2
    with transaction():
        assert operations.screen(made.evaluation_id, by=made.officer) == 0
