"""Verbs of vouchers. Only this room knows that a voucher has ledger accounts."""

from marketplace.vouchers.operations.amending import (
    change_terms,
    end_early,
    extend,
    hand_over,
)
from marketplace.vouchers.operations.living import (
    activate,
    cancel_issued,
    close,
    expire,
    freeze,
    issue_voucher,
    unfreeze,
)
from marketplace.vouchers.operations.spending import (
    approve_spending,
    lock_for_order,
    release,
    reserve,
    unapprove_spending,
    use,
)

__all__ = [
    "activate",
    "approve_spending",
    "cancel_issued",
    "change_terms",
    "close",
    "end_early",
    "expire",
    "extend",
    "freeze",
    "hand_over",
    "issue_voucher",
    "lock_for_order",
    "release",
    "reserve",
    "unapprove_spending",
    "unfreeze",
    "use",
]
