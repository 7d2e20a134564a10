"""What the rules of programmes say about quotes: a need has none of its own, so the firm's vouchers say by which."""

from fractions import Fraction
from typing import NamedTuple

from marketplace.catalogue.queries import VAT_RATE
from marketplace.programmes import queries as programmes
from marketplace.programmes.rules import Ruleset
from marketplace.vouchers import queries as vouchers
from marketplace.vouchers.models import VoucherState


class QuoteLimit(NamedTuple):
    """Up to which amount, in won without VAT, one quote is enough, and the rule that says so."""

    above_minor: int
    rule: str


def two_quotes_above(organisation_id: int) -> QuoteLimit | None:
    """The strictest limit among the rules of the firm's active vouchers; without one, among those of the programmes
    that run now. None where no rule asks for a second quote."""
    limits = [
        QuoteLimit(each.order.second_quote_over.value, each.rule("order.second_quote_over"))
        for each in _rulesets_of(organisation_id)
        if each.order.second_quote_over.value is not None
    ]
    return min(limits, default=None)


def vat_rate_of(organisation_id: int) -> Fraction:
    """The rate of VAT on top of what a firm buys, by the rules of its active vouchers; without one, by those of the
    programmes that run now; without any, by the law. 0 where the rules have no VAT on top of a price."""
    rates = [
        each.vat.rate.value if each.vat.mode.value == "EXCLUDED_BUYER_PAYS" else Fraction(0)
        for each in _rulesets_of(organisation_id)
    ]
    return max(rates, default=VAT_RATE)


def _rulesets_of(organisation_id: int) -> list[Ruleset]:
    held = vouchers.vouchers_of(organisation_id)
    ids = {each.ruleset_id for each in held if each.state == VoucherState.ACTIVE and each.unit == "KRW"}
    ids = ids or {each.ruleset_id for each in programmes.open_programmes() if each.unit == "KRW"}
    return [programmes.get_ruleset(identity) for identity in sorted(ids)]
