"""Which expected own share a deposit is, pure: its payer's verified account and the very amount that is missing."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Expected:
    """A voucher that waits for its own share: from which account that may come, and how much is missing, in won."""

    voucher_id: int
    code: str
    account: str
    left_minor: int


def match(code: str, account: str, amount: int, expected: Sequence[Expected]) -> int | str:
    """The voucher, or why none is: 'unknown_payer', 'nothing_due', 'other_amount', 'ambiguous'.

    `expected` holds all firms with a verified account, those that owe nothing with `left_minor` 0. A bank that does not name
    the payer's bank is asked for the number alone; a deposit without a number is nobody's.
    """
    payer = [each for each in expected if account and each.account == account and code in ("", each.code)]
    if not payer:
        return "unknown_payer"
    due = [each for each in payer if each.left_minor > 0]
    if not due:
        return "nothing_due"
    found = {each.voucher_id for each in due if each.left_minor == amount}
    if not found:
        return "other_amount"
    return found.pop() if len(found) == 1 else "ambiguous"
