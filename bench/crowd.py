"""Listings and queries that nobody wrote: seeded, of Korean compounds and English words with the frequencies of language."""

import random
from collections.abc import Iterator
from itertools import accumulate
from typing import Any

from marketplace.catalogue.rules.bands import band_of

SUBJECTS = """
교통 물류 농축산 수산물 영상 음성 금융 부동산 유통 관광 환경 기상 에너지 제조 통신 교육 문화 의료 보험 법률
특허 해양 항공 철도 도로 주차 택배 창고
"""
THINGS = """
이동량 통행량 진료 처방 가격 거래 이미지 대화 상담 승객 화물 차량 속도 사고 신호 수요 공급 재고 배송 경로
노선 요금 고객 후기 평점 센서 측정 관측 예보 품질
"""
MORE = """
실시간 월별 일별 전국 수도권 고품질 익명화 정제 표준화 통합 맞춤형 대용량 최신 누적 시군구별 격자 학습용
검증용 인공지능 빅데이터 통계 현황 분석 예측 지표 목록 이력
"""
ENGLISH = """
csv json parquet api gps iot lidar ocr nlp stt dataset traffic logistics health retail weather finance
satellite image video audio sensor monthly seoul korea sample
"""
PLACES = """
서울 부산 대구 인천 광주 대전 울산 세종 경기 강원 충북 충남 전북 전남 경북 경남 제주
"""
KINDS = ("dataset", "general_processing", "ai_processing", "open_data")
THEMES = ("health", "agriculture", "finance", "environment", "land", "culture", "food", "language", "unknown")
NEEDS = (
    "{a} {b} 자료로 {c} 문제를 미리 알아내는 서비스를 만들고 싶습니다",
    "우리 가게에 오는 손님의 {b} 흐름을 보고 {c} 계획을 세우려고 해요",
    "{a}에서 {b} 이상을 찾아내는 인공지능을 학습시킬 데이터가 필요합니다",
)


def _words() -> tuple[list[str], list[float]]:
    subjects, things = SUBJECTS.split(), THINGS.split()
    plain = [*MORE.split(), *subjects, *ENGLISH.split(), *things, *PLACES.split()]
    compounds = [subject + thing for subject in subjects for thing in things]
    weights = [1 / (place + 1) ** 0.9 for place in range(len(plain))]
    weights += [0.35 / (place + 50) ** 0.7 for place in range(len(compounds))]
    return plain + compounds, list(accumulate(weights))


def listings(number: int, seed: int = 7) -> Iterator[dict[str, Any]]:
    """Rows with title, body and facets, all that a listing has."""
    chance, more, (words, weights) = random.Random(seed), random.Random(seed + 1), _words()
    for ref in range(1, number + 1):
        said = chance.choices(words, cum_weights=weights, k=chance.randint(10, 40))
        kind = chance.choice(KINDS)
        price = 0 if kind == "open_data" else int(chance.lognormvariate(13, 1.3)) // 1000 * 1000
        yield {
            "ref": ref,
            "title": " ".join(dict.fromkeys(said[:6])),
            "body": " ".join(said[6:]),
            "facets": {
                "kind": kind,
                "free": kind == "open_data",
                "price": price,
                "band": band_of(price),
                "supplier": chance.randint(1, 765),
                "licence": chance.choice(("internal", "commercial", "redistribution", "open")),
                "theme": more.choice(THEMES),
                "personal_data": more.choice(("none", "pseudonymised", "consented", "unknown")),
                "lead_days": more.choice((0, 3, 7, 14, 30)),
                "sample": more.random() < 0.4,
            },
        }


def queries(number: int, seed: int = 11) -> list[str]:
    """One to three words: heads, compounds and English."""
    chance = random.Random(seed)
    subjects, things, english, more = SUBJECTS.split(), THINGS.split(), ENGLISH.split(), MORE.split()
    made = []
    for _each in range(number):
        picks = [
            chance.choice(chance.choices((subjects, things, english, more, [chance.choice(subjects) + chance.choice(things)]),
                                         weights=(35, 20, 12, 8, 25))[0])
            for _word in range(chance.choices((1, 2, 3), weights=(35, 45, 20))[0])
        ]  # fmt: skip
        made.append(" ".join(dict.fromkeys(picks)))
    return made


def needs(number: int, seed: int = 13) -> list[str]:
    """Sentences."""
    chance = random.Random(seed)
    subjects, things = SUBJECTS.split(), THINGS.split()
    return [
        chance.choice(NEEDS).format(a=chance.choice(subjects), b=chance.choice(things), c=chance.choice(things))
        for _each in range(number)
    ]
