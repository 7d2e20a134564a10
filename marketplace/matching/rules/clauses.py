"""What a pre-agreement says, in both languages. Pure: the words are part of what is signed."""

from typing import Any

CLAUSES: tuple[dict[str, str], ...] = (
    {
        "title_ko": "목적",
        "title_en": "Purpose",
        "ko": "두 기업은 데이터바우처 지원사업에 신청하기에 앞서, 무엇을 얼마에 언제까지 제공할지 미리 협의하고 그 내용을 이 "
        "사전협의서에 적는다.",
        "en": "Before applying for data voucher support the two firms settle what is provided, for how much and by when, "
        "and write it down here.",
    },
    {
        "title_ko": "효력",
        "title_en": "Effect",
        "ko": "이 사전협의서는 발주가 아니며, 선정과 협약, 발주를 거쳐야 대금이 지급된다. 선정되지 않으면 어느 쪽도 책임을 "
        "지지 않는다.",
        "en": "This is no order: money is paid only after award, agreement and order. Without an award neither firm is bound.",
    },
    {
        "title_ko": "금액",
        "title_en": "Amounts",
        "ko": "공급기업은 유효기간 안에는 견적의 단가와 금액을 올리지 않으며, 사업 밖의 거래보다 높은 값을 매기지 않는다.",
        "en": "The supplier does not raise the quoted prices while this is valid, and charges no more than outside the "
        "programme.",
    },
    {
        "title_ko": "직접 수행",
        "title_en": "Own work",
        "ko": "공급기업은 맡은 일을 다른 기업에 다시 맡기지 않고, 보유한 인력의 범위 안에서 직접 수행한다.",
        "en": "The supplier does the work itself within its own staff and passes none of it on to another firm.",
    },
    {
        "title_ko": "대가 금지",
        "title_en": "No favours",
        "ko": "두 기업은 돌려주기(페이백), 대리 신청, 그 밖의 대가를 주고받지 않으며, 특수관계가 아님을 확인한다.",
        "en": "The firms exchange no paybacks, proxy applications or other favours, and confirm that they are not related.",
    },
)


def clauses() -> list[dict[str, Any]]:
    """The clauses, numbered from 1."""
    return [{"number": number, **clause} for number, clause in enumerate(CLAUSES, 1)]
