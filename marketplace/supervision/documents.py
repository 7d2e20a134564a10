"""What stands on the closing note of a voucher: everything copied, so that it stays true when records move on."""

from dataclasses import asdict, dataclass
from typing import Any

from marketplace.accounts.models import Organisation
from marketplace.core.korea import written_business_number
from marketplace.supervision.rules import Closing
from marketplace.vouchers.models import Voucher


@dataclass(frozen=True)
class ClosedOrder:
    """An order of the voucher: what was ordered, paid from support and own money, and why it ended short; won."""

    number: str
    title: str
    supplier: str
    state: str
    supply_minor: int
    spent_support_minor: int
    spent_own_minor: int
    cut_minor: int
    reason: str


@dataclass(frozen=True)
class ClosingNote:
    """The facts of the paper: amounts in won, days as ISO dates."""

    programme: str
    ruleset: str
    voucher: str
    firm: str
    business_number: str
    representative: str
    valid_from: str
    expires_on: str
    closed_on: str
    sums: dict[str, int]
    used_percent: int
    min_use_percent: int
    rule: str
    returns: list[dict[str, Any]]
    orders: list[dict[str, Any]]
    grade: str
    missing: str
    """What the project lacked that day, as a message id; empty where nothing."""
    unit: str


def note_of(
    voucher: Voucher, firm: Organisation, sums: Closing, orders: list[ClosedOrder], **facts: Any
) -> dict[str, Any]:
    """The facts as JSON values."""
    closed_on = voucher.closed_at.date().isoformat() if voucher.closed_at else ""
    return asdict(
        ClosingNote(
            voucher=voucher.number,
            firm=firm.name,
            business_number=written_business_number(firm.business_number) if firm.business_number else "",
            representative=firm.representative,
            valid_from=voucher.valid_from.isoformat(),
            expires_on=voucher.expires_on.isoformat(),
            closed_on=closed_on,
            sums=asdict(sums),
            used_percent=sums.support_spent * 100 // sums.support if sums.support else 0,
            orders=[asdict(each) for each in orders],
            unit=voucher.unit,
            **facts,
        )
    )
