"""What is not recognised: the codes, what is left of an invoice, and what goes back to the voucher for it."""

from dataclasses import dataclass
from fractions import Fraction

from marketplace.core.i18n import N_
from marketplace.core.money import floor_to
from marketplace.programmes.rules import support_due
from marketplace.settlement.rules.split import Parts, parts_of_invoice

CODES = {
    "D01": N_("협약 기간 밖의 비용"),
    "D02": N_("증빙이 없거나 금액·당사자·품목이 다름"),
    "D03": N_("환급받는 부가가치세, 관세"),
    "D04": N_("지정되지 않은 공급기업 또는 재하도급"),
    "D05": N_("특수관계인과의 거래"),
    "D06": N_("다른 사업에서 이미 지급된 비용"),
    "D07": N_("정산할 때 결과물이 작동하지 않음"),
    "D08": N_("위약금, 손해배상금, 연체료"),
    "D09": N_("하드웨어, 사무용 집기, 범용 사무 소프트웨어"),
    "D10": N_("교육, 자문, 관련 없는 웹 개발"),
    "D11": N_("AI 바우처 안의 데이터 비용"),
    "D12": N_("대표자·가족 인건비, 4대 보험이 없거나 다른 사업에 참여 중인 인력"),
    "D13": N_("현금으로 낸 돈"),
    "D14": N_("협약 기간 뒤에 쓸 수 있는 선불 이용권"),
    "D15": N_("업종이 과업과 무관하거나 등록하지 않은 사업자, 중개 플랫폼"),
    "D16": N_("품질 목표 미달"),
    "D17": N_("검토한 가격보다 비쌈"),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """An order as far as settlement has come with it, in won; `own` without VAT. `claimed` counts all live cases."""

    supply: int
    support: int
    claimed_supply: int
    claimed_support: int
    cut_supply: int = 0
    cut_support: int = 0
    cut_own: int = 0

    @property
    def own(self) -> int:
        return self.supply - self.support

    @property
    def claimed_own(self) -> int:
        return self.claimed_supply - self.claimed_support


def recognised(order: Standing, *, supply: int, vat: int, disallowed: int, unit: int = 10) -> Parts:
    """Who pays what is left of an invoice: its recognised supply value by the order's ratio, support floored to `unit`;
    VAT in proportion, floored to a won. `order` counts the other invoices. Parts and what is cut add up to the invoice.
    """
    if not 0 <= disallowed < supply:
        raise ValueError("something of an invoice stays recognised")
    left = supply - disallowed
    return parts_of_invoice(
        order_supply=order.supply,
        order_support=order.support,
        invoiced_supply=order.claimed_supply,
        taken_support=order.claimed_support,
        supply=left,
        vat=floor_to(Fraction(vat * left, supply)),
        unit=unit,
    )


def given_back(order: Standing, *, cut: int, unit: int = 10) -> tuple[int, int]:
    """Support and own money (without VAT) that nobody can claim any more once `cut` more of the supply is not recognised.

    `order` counts every live invoice, the one at hand with what is recognised of it. While more may be invoiced, up to
    `unit` - 1 won of own money stay set aside: support of a part is floored, so the own share of a part may be so much
    more than of the whole. They go back with the order's end. Nothing that is claimed is ever given back.
    """
    possible = order.supply - order.cut_supply - cut
    support = support_due(Fraction(order.support, order.supply), possible, order.support, unit)
    spare = 0 if possible <= order.claimed_supply else unit - 1
    own = min(order.own, possible - support + spare)
    return (
        max(0, order.support - order.cut_support - max(support, order.claimed_support)),
        max(0, order.own - order.cut_own - max(own, order.claimed_own)),
    )
