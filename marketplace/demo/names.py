"""Invented names. Business numbers are valid by their check digit and belong to a tax office that does not exist."""

from random import Random

from marketplace.core.korea import business_number_check_digit

FAMILY = (
    "김",
    "이",
    "박",
    "최",
    "정",
    "강",
    "조",
    "윤",
    "장",
    "임",
    "한",
    "오",
    "서",
    "신",
    "권",
    "황",
    "안",
    "송",
    "류",
    "홍",
)
GIVEN = (
    "서연", "민준", "지우", "하윤", "도윤", "서준", "예린", "지호", "수아", "현우", "유진", "태윤", "나은", "준서", "다인",
    "시우", "채원", "건우", "소율", "은호", "가람", "보경", "성민", "해솔", "이안", "로운", "미르", "한결", "슬기", "누리",
)  # fmt: skip
FIRST = (
    "가온", "나래", "다솜", "라온", "마루", "바름", "새벽", "아람", "자람", "차오름", "큰솔", "토담", "푸른", "하늬", "한울",
    "늘봄", "단비", "도담", "미리내", "별하", "샛별", "솔빛", "여울", "윤슬", "이음", "온새", "초롱", "해든", "햇살", "그린내",
)  # fmt: skip
TRADE = (
    ("농장", "Farm"), ("식품", "Foods"), ("물류", "Logistics"), ("제조", "Works"), ("패션", "Apparel"), ("교육", "Learning"),
    ("헬스케어", "Health"), ("관광", "Travel"), ("건설", "Build"), ("환경", "Eco"), ("모빌리티", "Mobility"), ("공방", "Studio"),
)  # fmt: skip
SELLER = (
    ("데이터", "Data"),
    ("애널리틱스", "Analytics"),
    ("랩", "Lab"),
    ("라벨", "Label"),
    ("인사이트", "Insight"),
    ("소프트", "Soft"),
)
LATIN = {
    "가온": "Gaon", "나래": "Narae", "다솜": "Dasom", "라온": "Raon", "마루": "Maru", "바름": "Bareum", "새벽": "Saebyeok",
    "아람": "Aram", "자람": "Jaram", "차오름": "Chaoreum", "큰솔": "Keunsol", "토담": "Todam", "푸른": "Pureun", "하늬": "Hanui",
    "한울": "Hanul", "늘봄": "Neulbom", "단비": "Danbi", "도담": "Dodam", "미리내": "Mirinae", "별하": "Byeolha",
    "샛별": "Saetbyeol", "솔빛": "Solbit", "여울": "Yeoul", "윤슬": "Yunseul", "이음": "Ieum", "온새": "Onsae",
    "초롱": "Chorong", "해든": "Haedeun", "햇살": "Haetsal", "그린내": "Geurinnae",
}  # fmt: skip
SUBJECT = (
    "유동인구", "카드 매출", "상권", "기상", "작물 생육", "교통량", "물류 이동", "부동산 실거래", "온라인 구매 후기",
    "의류 이미지",
    "제조 설비 진동", "폐기물 이미지", "도로 영상", "고객 상담 음성", "외국어 말뭉치", "의약품 정보", "에너지 사용량",
    "관광객 이동",
    "농산물 가격", "해양 관측",
)  # fmt: skip
_THEMES = (
    "industry industry industry environment agriculture transport transport land industry culture industry environment "
    "transport language language health environment culture agriculture environment"
)
THEMES = dict(zip(SUBJECT, _THEMES.split(), strict=True))
"""What each is about."""
DATASET = ("월별 집계 데이터", "시간대별 데이터", "행정동 단위 데이터", "원천 데이터", "정제 데이터")
PROCESSING = ("분류와 정제", "비식별 처리", "표준화와 결합", "수집과 정리")
LABELLING = ("경계 상자 라벨링", "영역 분할 라벨링", "문장 태깅", "음성 전사", "품질 검수 포함 라벨링")
AIM = ("수요 예측", "불량 판별", "추천 서비스", "위험 예측", "가격 책정", "고객 분석", "경로 최적화", "품질 개선")


class Names:
    """Draws names; each firm's name and number is given once."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.taken: set[str] = set()
        self.serial = 0

    def person(self) -> str:
        """A family name and a given name."""
        return self.chance.choice(FAMILY) + self.chance.choice(GIVEN)

    def firm(self, *, sells: bool) -> tuple[str, str]:
        """A firm's name in Korean and English."""
        while True:
            first, (trade, english) = self.chance.choice(FIRST), self.chance.choice(SELLER if sells else TRADE)
            second = self.chance.choice(("", self.chance.choice(FIRST)))
            name = f"{first}{second if second != first else ''}{trade}"
            if name not in self.taken:
                self.taken.add(name)
                return name, f"{LATIN[first]}{LATIN[second].lower() if second and second != first else ''} {english}"

    def business_number(self) -> str:
        """A number that passes the check and belongs to nobody: there is no tax office 999."""
        self.serial += 1
        nine = f"999{self.serial:06d}"
        return f"{nine}{business_number_check_digit(nine)}"
