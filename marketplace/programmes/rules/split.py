"""Who pays what: a total cut into support, own cash and own work, and that cut carried through orders and settlement.

Everything is whole smallest steps or exact fractions. The own share absorbs every remainder: the parts always add up.
"""

from dataclasses import dataclass
from fractions import Fraction

from marketplace.core.money import Money, floor_to
from marketplace.programmes.rules.words import N_, Phrase

REFUSALS = {
    "total_not_positive": N_("과제 총액은 0보다 커야 합니다."),
    "support_not_positive": N_("과제 총액 %(total)s으로는 지원금이 없습니다. 총액을 늘리세요."),
    "own_cash_below_minimum": N_("기업 부담 현금 %(cash)s은 최소 %(minimum)s보다 적습니다. 현금 부담을 늘리세요."),
    "in_kind_not_allowed": N_("이 기업 규모에는 현물 부담이 인정되지 않습니다. 기업 부담금을 모두 현금으로 적으세요."),
    "in_kind_negative": N_("현물 부담은 0 이상이어야 합니다."),
    "in_kind_above_ceiling": N_(
        "현물 부담 %(asked)s은 상한 %(ceiling)s을 넘습니다. 현물을 줄이고 현금 부담을 늘리세요."
    ),
}


class SplitRefused(Exception):
    """The money cannot be cut this way. `rule` is one of REFUSALS, `phrase` the sentence for the reader."""

    def __init__(self, rule: str, **params: object) -> None:
        self.rule = rule
        self.phrase = Phrase(REFUSALS[rule], params)
        super().__init__(f"{rule}: {self.phrase}")


@dataclass(frozen=True, slots=True)
class SplitTerms:
    """What a size class is granted: the highest share of support, the least own cash, and how VAT is treated."""

    gov_rate: Fraction
    cash_min_rate: Fraction
    in_kind_allowed: bool = True
    vat_mode: str = "EXCLUDED_BUYER_PAYS"
    vat_rate: Fraction = Fraction(1, 10)


@dataclass(frozen=True, slots=True)
class Split:
    """A total and its three parts, in smallest steps: support + own_cash + own_in_kind == total."""

    total: int
    support: int
    own_cash: int
    own_in_kind: int
    vat_deposit: int
    own_cash_minimum: int
    in_kind_ceiling: int

    def __post_init__(self) -> None:
        parts = (self.support, self.own_cash, self.own_in_kind)
        if sum(parts) != self.total or min(parts) < 0:
            raise ValueError(f"{parts} are not the parts of {self.total}")

    @property
    def money_total(self) -> int:
        """What is bought with money: the supply value that orders may reach."""
        return self.support + self.own_cash

    @property
    def own_total(self) -> int:
        return self.own_cash + self.own_in_kind

    @property
    def deposit(self) -> int:
        """What the firm pays in before the voucher is active."""
        return self.own_cash + self.vat_deposit


def support_of(total_minor: int, cap_minor: int, gov_rate: Fraction, unit_minor: int = 1) -> int:
    """The support of a total: its share, floored to the unit, but never above the cap."""
    return min(cap_minor, floor_to(total_minor * gov_rate, unit_minor))


def own_cash_minimum(total_minor: int, cash_min_rate: Fraction) -> int:
    """The least cash of the firm: its share of the total, rounded up, because a minimum is not met by less."""
    return -floor_to(-total_minor * cash_min_rate)


def vat_on(supply_minor: int, mode: str, rate: Fraction) -> int:
    """The VAT that the firm pays in with its own cash, fractions dropped. Nothing where VAT is inside or absent."""
    return floor_to(supply_minor * rate) if mode == "EXCLUDED_BUYER_PAYS" else 0


def split(
    total_minor: int, cap_minor: int, terms: SplitTerms, in_kind_minor: int = 0, unit_minor: int = 1, unit: str = "KRW"
) -> Split:
    """Cut a project's total into support, own cash and own work (`in_kind_minor`, as far as it can be shown).

    Raises SplitRefused with the rule that does not hold. `unit_minor` is the step to which the support is floored.
    """
    _whole(total_minor, cap_minor, in_kind_minor, unit_minor)
    if total_minor <= 0:
        raise SplitRefused("total_not_positive")
    support = support_of(total_minor, cap_minor, terms.gov_rate, unit_minor)
    if support <= 0:
        raise SplitRefused("support_not_positive", total=Money(total_minor, unit))
    own = total_minor - support
    minimum = own_cash_minimum(total_minor, terms.cash_min_rate)
    if own < minimum:
        raise SplitRefused("own_cash_below_minimum", cash=Money(own, unit), minimum=Money(minimum, unit))
    ceiling = own - minimum if terms.in_kind_allowed else 0
    if in_kind_minor < 0:
        raise SplitRefused("in_kind_negative")
    if in_kind_minor and not terms.in_kind_allowed:
        raise SplitRefused("in_kind_not_allowed")
    if in_kind_minor > ceiling:
        raise SplitRefused("in_kind_above_ceiling", asked=Money(in_kind_minor, unit), ceiling=Money(ceiling, unit))
    cash = own - in_kind_minor
    return Split(
        total=total_minor,
        support=support,
        own_cash=cash,
        own_in_kind=in_kind_minor,
        vat_deposit=vat_on(support + cash, terms.vat_mode, terms.vat_rate),
        own_cash_minimum=minimum,
        in_kind_ceiling=ceiling,
    )


def order_ratio(agreed: Split) -> Fraction:
    """The share of support in every order: own work is not bought, so it stands outside."""
    return Fraction(agreed.support, agreed.money_total)


def support_due(ratio: Fraction, cumulative: int, granted: int, unit_minor: int = 10) -> int:
    """The support that belongs to what has been bought so far, over all of it.

    The proportional share is floored to the unit, but never so far that the firm would have to pay more than its own
    share: flooring alone would ask for up to 9 won that nobody paid in, and strand as much of the grant at the end.
    So the last order brings the support to exactly what was granted, and it is never above the proportional share.
    """
    _whole(cumulative, granted, unit_minor)
    if ratio <= 0 or cumulative <= 0:
        return 0
    whole = granted / ratio
    if cumulative >= whole:
        return granted
    own_share = floor_to(whole - granted)
    return max(floor_to(ratio * cumulative, unit_minor), cumulative - own_share)


def order_support(
    ratio: Fraction,
    cumulative_supply: int,
    already_support: int,
    support_granted: int,
    unit_minor: int = 10,
    order_supply: int | None = None,
) -> int:
    """The support of one order: what is due on all orders together with it, less what the others already hold.

    `cumulative_supply` counts this order; `already_support` is reserved, payable or paid for the others. With
    `order_supply` the support is not above the order itself, which matters for orders of a few won only. Cancelled
    orders may have left the others with more than is now due; then this order gets nothing, never less than nothing.
    """
    due = max(0, support_due(ratio, cumulative_supply, support_granted, unit_minor) - already_support)
    return due if order_supply is None else min(due, order_supply)


def settlement_support(granted: int, agreed_total: int, recognised: int, unit_minor: int = 10) -> int:
    """The support that a project keeps at settlement: a shortfall is shared by the agreed ratio, an exact fraction."""
    return support_due(Fraction(granted, agreed_total), recognised, granted, unit_minor)


def _whole(*amounts: int) -> None:
    """Refuse floats and truth values loudly: they would pass through the arithmetic unseen."""
    for amount in amounts:
        if isinstance(amount, bool) or not isinstance(amount, int):
            raise TypeError(f"{amount!r} is not a whole number of smallest steps")
