"""Giving back a part of a voucher early, pure: what each of the three parts is afterwards."""

from dataclasses import dataclass
from fractions import Fraction

from marketplace.core.i18n import N_
from marketplace.core.money import Money, floor_to
from marketplace.orders.rules.change import ChangeForbidden
from marketplace.programmes.rules import Phrase


@dataclass(frozen=True, slots=True)
class Whole:
    """A voucher as it stands: agreed, held by orders, and left; own money with VAT where it says `own_available`."""

    support: int
    own_cash: int
    vat: int
    committed_supply: int
    committed_support: int
    support_available: int
    own_available: int
    vat_mode: str
    vat_rate: Fraction
    posted: bool
    """Whether own money stands in the ledger."""

    @property
    def purchase(self) -> int:
        return self.support + self.own_cash


@dataclass(frozen=True, slots=True)
class ReturnPlan:
    """What is agreed afterwards, and what leaves the voucher: support lapses, own share and VAT are refunded."""

    support: int
    own_cash: int
    vat: int
    lapses: int
    refunded: int

    @property
    def purchase(self) -> int:
        return self.support + self.own_cash


def most_to_give(whole: Whole) -> int:
    """The supply value that no order holds; one won of purchase stays, so that the voucher goes on existing."""
    return max(0, min(whole.purchase - whole.committed_supply, whole.purchase - 1))


def plan_return(whole: Whole, supply: int) -> ReturnPlan:
    """The voucher after `supply` won of what it can buy were given back, in the agreed ratio; the firm's own share takes
    the remainder, as at the beginning. Raises ChangeForbidden."""
    most = most_to_give(whole)
    if supply > most:
        words = {"most": Money(most)}
        raise ChangeForbidden(
            Phrase(N_("반납할 수 있는 금액은 발주에 묶이지 않은 %(most)s까지입니다."), words), "supply"
        )
    after = whole.purchase - supply
    support = max(floor_to(Fraction(whole.support, whole.purchase) * after), whole.committed_support, 1)
    own_cash = after - support
    vat = whole.vat
    if whole.vat_mode == "EXCLUDED_BUYER_PAYS":
        vat = min(whole.vat, floor_to(after * whole.vat_rate))
    lapses, refunded = whole.support - support, whole.own_cash + whole.vat - own_cash - vat
    if lapses < 0 or lapses > whole.support_available or (whole.posted and not 0 <= refunded <= whole.own_available):
        raise ChangeForbidden(
            Phrase(N_("이만큼 반납하면 발주에 묶인 금액이 모자랍니다. 더 적게 반납하세요.")), "supply"
        )
    return ReturnPlan(support, own_cash, vat, lapses, refunded if whole.posted else 0)
