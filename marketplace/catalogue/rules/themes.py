"""The theme of a listing: the sixteen subjects by which Korea's public data portal sorts its data, and what other catalogues
call them. Pure.

Source: the classification of data.go.kr; the addresses are those of the EU's data themes, which DCAT-AP asks for
(http://publications.europa.eu/resource/authority/data-theme).
"""

import re
from collections.abc import Iterable

UNKNOWN = "unknown"
SPELLINGS: dict[str, tuple[str, str]] = {
    "administration": ("GOVE", "공공행정 일반공공행정 행정 정치 정부 공공 public administration government politics"),
    "agriculture": ("AGRI", "농축수산 농업 축산 수산 농림 농축산 농림축산 해양수산 agriculture fisheries forestry food"),
    "culture": ("EDUC", "문화관광 문화 관광 스포츠 문화체육관광 예술 여행 culture tourism sport leisure art"),
    "disaster": ("REGI", "재난안전 안전 재난 치안 소방 재난안전환경 disaster safety security"),
    "education": ("EDUC", "교육 학습 학교 education learning"),
    "environment": ("ENVI", "환경기상 환경 기상 기후 날씨 에너지 environment weather climate energy"),
    "finance": ("ECON", "재정금융 재정 금융 경제 보험 증권 finance economy banking insurance"),
    "food": ("HEAL", "식품건강 식품 건강 영양 nutrition"),
    "health": ("HEAL", "보건의료 의료 보건 헬스케어 바이오 의약 health medicine healthcare bio"),
    "industry": ("ECON", "산업고용 산업 고용 제조 유통 상권 소상공인 창업 일자리 industry employment manufacturing retail"),
    "land": ("REGI", "국토관리 국토 부동산 건설 공간정보 지리 지도 도시 land property construction geography map"),
    "language": ("TECH", "한국어 음성자연어 음성 자연어 언어 말뭉치 번역 language speech translation"),
    "law": ("JUST", "법률 법무 특허 지식재산 law justice patent"),
    "science": ("TECH", "과학기술 과학 기술 연구 통신 정보통신 science technology research"),
    "transport": ("TRAN", "교통물류 교통 물류 자율주행 운송 이동 transport transportation traffic logistics mobility"),
    "unification": ("INTR", "통일외교안보 통일 외교 안보 국방 군사 diplomacy defence defense"),
    "welfare": ("SOCI", "사회복지 복지 사회 인구 가족 아동 노인 welfare society population"),
}  # fmt: skip
"""Theme -> its EU data theme, and the words that a catalogue may use for it."""
EU = "http://publications.europa.eu/resource/authority/data-theme/"
_OF_WORD = {word: theme for theme, (_code, words) in SPELLINGS.items() for word in words.split()}
_OF_CODE = {
    "AGRI": "agriculture",
    "ECON": "finance",
    "EDUC": "education",
    "ENER": "environment",
    "ENVI": "environment",
    "GOVE": "administration",
    "HEAL": "health",
    "INTR": "unification",
    "JUST": "law",
    "REGI": "land",
    "SOCI": "welfare",
    "TECH": "science",
    "TRAN": "transport",
}


def theme_of(words: Iterable[str]) -> str:
    """The theme that another catalogue's own words name, the first that is one; UNKNOWN where none is. Nothing is guessed
    from titles: 'soil of the road' would be transport."""
    for text in words:
        code = text.removeprefix(EU)
        if code in _OF_CODE:
            return _OF_CODE[code]
        whole = re.sub(r"[\W_]+", "", text.casefold())
        for word in (whole, *re.split(r"[^\w]+|_", text.casefold())):
            if word in _OF_WORD:
                return _OF_WORD[word]
    return UNKNOWN


def eu_theme(theme: str) -> str:
    """The address of the EU data theme, '' where the theme is not known."""
    return f"{EU}{SPELLINGS[theme][0]}" if theme in SPELLINGS else ""
