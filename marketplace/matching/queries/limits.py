"""What the rules of programmes say about quotes: a need has none of its own, so the firm's vouchers say by which."""

from typing import NamedTuple

from marketplace.programmes import queries as programmes
from marketplace.vouchers import queries as vouchers
from marketplace.vouchers.models import VoucherState


class QuoteLimit(NamedTuple):
    """Up to which amount, in won without VAT, one quote is enough, and the rule that says so."""

    above_minor: int
    rule: str


def two_quotes_above(organisation_id: int) -> QuoteLimit | None:
    """The strictest limit among the rules of the firm's active vouchers; without one, among those of the programmes
    that run now. None where no rule asks for a second quote."""
    held = vouchers.vouchers_of(organisation_id)
    ids = {each.ruleset_id for each in held if each.state == VoucherState.ACTIVE and each.unit == "KRW"}
    ids = ids or {each.ruleset_id for each in programmes.open_programmes() if each.unit == "KRW"}
    rulesets = [programmes.get_ruleset(identity) for identity in sorted(ids)]
    limits = [
        QuoteLimit(each.order.second_quote_over.value, each.rule("order.second_quote_over"))
        for each in rulesets
        if each.order.second_quote_over.value is not None
    ]
    return min(limits, default=None)
