"""The clauses of a three-party agreement, as its ruleset makes them.

Both languages are part of what is signed; the Korean text is the one that counts, and says so.
"""

from datetime import date

from marketplace.core.money import Money
from marketplace.programmes.rules import Ruleset, Split

Clause = dict[str, str]


def clauses_of(ruleset: Ruleset, split: Split, starts_on: date, ends_on: date) -> list[Clause]:
    """The numbered clauses with their amounts and days filled in."""
    parts = [
        _purpose(ruleset),
        _money(ruleset, split),
        _own_share(ruleset, split),
        _voucher(starts_on, ends_on),
        *_subcontract(ruleset),
        _inspection(ruleset),
        _settlement(ruleset),
        _integrity(),
        _ending(ruleset),
        _text(),
    ]
    return [{"number": str(number), **clause} for number, clause in enumerate(parts, 1)]


def clause(title_ko: str, title_en: str, ko: str, en: str) -> Clause:
    return {"title_ko": title_ko, "title_en": title_en, "ko": ko, "en": en}


def _purpose(ruleset: Ruleset) -> Clause:
    return clause(
        "목적",
        "Purpose",
        f"이 협약은 {ruleset.title.ko}에 따라 수요기업이 공급기업의 데이터 또는 데이터 서비스를 이용하는 데 필요한 "
        f"사항을 정한다. 규정 {ruleset.edition}이 적용된다.",
        f"This agreement governs how the buyer uses data or data services of the supplier under the "
        f"{ruleset.title.en}. Ruleset {ruleset.edition} applies.",
    )


def _money(ruleset: Ruleset, split: Split) -> Clause:
    amounts = [Money(part, ruleset.unit) for part in (split.total, split.support, split.own_cash, split.own_in_kind)]
    ko, en = [each.text("ko") for each in amounts], [each.text("en") for each in amounts]
    return clause(
        "지원금과 부담금",
        "Support and own share",
        f"과제 총액은 {ko[0]}(부가가치세 별도)이며 지원금 {ko[1]}, 수요기업 현금 부담금 {ko[2]}, 현물 부담금 "
        f"{ko[3]}으로 "
        "이루어진다. 지원금은 수요기업에 현금으로 지급하지 않으며, 검수와 정산을 거쳐 전담기관이 공급기업에 지급한다.",
        f"The project total is {en[0]} without VAT: support {en[1]}, the buyer's cash share {en[2]} and its "
        "in-kind share "
        f"{en[3]}. Support is not paid to the buyer; after inspection and settlement the agency pays it to the "
        "supplier.",
    )


def _own_share(ruleset: Ruleset, split: Split) -> Clause:
    deposit = Money(split.deposit, ruleset.unit)
    if ruleset.own_money.route.value == "DIRECT":
        return clause(
            "자부담",
            "Own share",
            f"수요기업은 현금 부담금과 부가가치세 {deposit.text('ko')}을 공급기업에 직접 지급하고 증빙을 제출한다.",
            f"The buyer pays its cash share and the VAT, {deposit.text('en')}, to the supplier itself and hands in "
            "proof.",
        )
    return clause(
        "자부담",
        "Own share",
        f"수요기업은 현금 부담금과 부가가치세 {deposit.text('ko')}을 사업 계좌에 입금한다. 입금이 확인되면 바우처를 "
        "사용할 수 있다. 공급기업이 이를 대신 내거나 돌려주어서는 안 된다.",
        f"The buyer pays its cash share and the VAT, {deposit.text('en')}, into the programme's account; then the "
        "voucher "
        "can be used. The supplier must neither pay it on the buyer's behalf nor give it back.",
    )


def _voucher(starts_on: date, ends_on: date) -> Clause:
    return clause(
        "바우처",
        "Voucher",
        f"협약 기간은 {starts_on.isoformat()}부터 {ends_on.isoformat()}까지이다. 바우처는 이 기간에 이 협약의 "
        "공급기업에만 "
        "쓸 수 있고, 남에게 넘기거나 현금으로 바꿀 수 없다. 쓰지 않은 지원금은 소멸하고, 남은 현금 부담금은 "
        "수요기업에 "
        "돌려준다.",
        f"The agreement runs from {starts_on.isoformat()} to {ends_on.isoformat()}. Within this time the voucher "
        "is spent "
        "with the supplier of this agreement only; it is neither handed on nor turned into cash. Support that is "
        "not used "
        "lapses; cash that is left goes back to the buyer.",
    )


def _subcontract(ruleset: Ruleset) -> list[Clause]:
    if not ruleset.order.no_subcontract.value:
        return []
    return [
        clause(
            "재하도급 금지",
            "No subcontracting",
            "공급기업은 이 협약의 일을 다른 기업에 다시 맡기지 않는다.",
            "The supplier does not pass the work of this agreement on to another firm.",
        )
    ]


def _inspection(ruleset: Ruleset) -> Clause:
    days, rounds = ruleset.delivery.inspection_days.value, ruleset.delivery.rework_rounds.value
    silence = (
        ("기한이 지나면 승인한 것으로 본다.", "After that time silence counts as acceptance.")
        if ruleset.delivery.deemed_acceptance.value
        else ("기한이 지나도 승인한 것으로 보지 않는다.", "Silence is not acceptance.")
    )
    return clause(
        "납품과 검수",
        "Delivery and inspection",
        f"공급기업은 협약 기간 안에 납품하고, 수요기업은 납품받은 날부터 {days}영업일 안에 검수한다. 재작업은 "
        f"{rounds}회까지 "
        f"요청할 수 있다. {silence[0]}",
        f"The supplier delivers within the time of the agreement; the buyer inspects within {days} working days of "
        "delivery "
        f"and may ask for rework up to {rounds} times. {silence[1]}",
    )


def _settlement(ruleset: Ruleset) -> Clause:
    shortfall = (
        (
            "인정 금액이 모자라면 지원금과 부담금을 협약 비율대로 줄인다.",
            "A shortfall reduces support and own share by the agreed ratio.",
        )
        if ruleset.settlement.shortfall.value == "PRO_RATA"
        else ("인정 금액이 모자라면 지원금부터 줄인다.", "A shortfall reduces the support first.")
    )
    return clause(
        "정산",
        "Settlement",
        f"협약 기간 안에 납품되고 단가, 수량, 산출물로 확인되는 금액만 인정한다. {shortfall[0]} 수요기업은 종료일부터 "
        f"{ruleset.settlement.report_days.value}일 안에 결과를 보고한다.",
        "Only what was delivered within the time of the agreement and can be shown by unit price, quantity and "
        "output is "
        f"recognised. {shortfall[1]} The buyer reports within {ruleset.settlement.report_days.value} days of the end.",
    )


def common_ending(ruleset: Ruleset) -> list[Clause]:
    """How every agreement on a grant ends."""
    parties = clause(
        "청렴",
        "Integrity",
        "부담금을 대신 내거나 돌려주는 일, 대가를 주고 신청을 대행하는 일은 금지된다.",
        "Paying or returning the own share, and arranging applications for a fee, are forbidden.",
    )
    text = clause(
        "정본",
        "Authentic text",
        "이 협약은 모든 당사자가 같은 내용(SHA-256 해시)에 전자서명한 때 성립한다. 영문은 참고용이며 국문이 우선한다.",
        "The agreement is made when all parties have signed the same content, named by its SHA-256. The English text is a "
        "courtesy; the Korean text prevails.",
    )
    return [parties, _ending(ruleset), text]


def _integrity() -> Clause:
    return clause(
        "특수관계와 청렴",
        "Relations and integrity",
        "수요기업과 공급기업은 서로 특수관계에 있지 않음을 확인한다. 자부담금을 대신 내거나 돌려주는 일, 대가를 "
        "주고 신청을 "
        "대행하는 일은 금지된다.",
        "Buyer and supplier confirm that they are not related. Paying or returning the own share, and arranging "
        "applications for a fee, are forbidden.",
    )


def _ending(ruleset: Ruleset) -> Clause:
    years = ruleset.changes.withdrawal_bar_years.value
    return clause(
        "해약과 제재",
        "Termination and sanctions",
        "거짓이나 부정한 방법이 밝혀지면 전담기관은 협약을 해약하고 지원금을 환수하며 제재할 수 있다. 협약 뒤 "
        "정당한 사유 없이 "
        f"포기한 기업은 {years}년 동안 참여를 제한할 수 있다.",
        "Where deceit is found the agency may terminate, recover the support and impose sanctions. A firm that "
        "gives up "
        f"without good cause after agreement may be barred for {years} years.",
    )


def _text() -> Clause:
    return clause(
        "정본",
        "Authentic text",
        "이 협약은 세 당사자가 같은 내용(SHA-256 해시)에 전자서명한 때 성립한다. 영문은 참고용이며 국문이 우선한다.",
        "The agreement is made when the three parties have signed the same content, named by its SHA-256. The "
        "English text "
        "is a courtesy; the Korean text prevails.",
    )
