"""What a closed voucher comes to, in sums that add up: awarded = spent + given back + cut by changes + lapsed."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Given:
    """A transfer of a voucher as closing reads it: reason, what caused it ('purchase_order'), and won."""

    reason: str
    noun: str
    amount: int


@dataclass(frozen=True, slots=True)
class Closing:
    """Support and own money (VAT included) in won. `from_orders` of the lapsed came back from orders (short, cancelled or not
    recognised), the rest was never ordered."""

    support: int
    support_spent: int
    support_returned: int
    """Given back by the firm before the end."""
    support_changed: int
    """Taken off by a change of the agreement."""
    support_lapsed: int
    """What was left when it was closed."""
    from_orders: int
    never_ordered: int
    own: int
    own_spent: int
    own_refunded: int

    @property
    def balances(self) -> bool:
        """Whether every won that was put on the voucher is accounted for."""
        gone = self.support_spent + self.support_returned + self.support_changed + self.support_lapsed
        return self.support == gone and self.own == self.own_spent + self.own_refunded


def closing_of(transfers: Sequence[Given]) -> Closing:
    """The sums of a voucher's transfers from its activation to its closing."""

    def total(*reasons: str, noun: str | None = None, other_than: tuple[str, ...] = ()) -> int:
        return sum(
            each.amount
            for each in transfers
            if each.reason in reasons and (noun is None or each.noun == noun) and each.noun not in other_than
        )

    lapsed = total("lapse", noun="voucher")
    # What orders had set aside and did not spend; later orders may have used it again, so no more than what lapsed.
    from_orders = min(lapsed, total("release_support"))
    return Closing(
        support=total("activate_support"),
        support_spent=total("approve_support") - total("unapprove_support"),
        support_returned=total("lapse", noun="voucher_return"),
        support_changed=total("lapse", other_than=("voucher", "voucher_return")),
        support_lapsed=lapsed,
        from_orders=from_orders,
        never_ordered=lapsed - from_orders,
        own=total("activate_own") - total("reverse_own"),
        own_spent=total("approve_own") - total("unapprove_own"),
        own_refunded=total("refund"),
    )
