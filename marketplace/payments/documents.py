"""What stands on statements and on the advice of a payout: everything copied, so that it stays true when records move on."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from marketplace.accounts.models import Organisation
from marketplace.core.korea import written_business_number
from marketplace.payments.models import Payout, PayoutBatch
from marketplace.payments.queries import Statement
from marketplace.payments.rules import payout_number


def statement_facts(statement: Statement, firm: Organisation, about: str) -> dict[str, Any]:
    """The facts of a printed statement as JSON values: amounts in won, days as ISO dates. `about` is the voucher's number,
    '' for all that was owed to the firm."""
    account = statement.account
    return {
        "firm": _firm(firm),
        "about": about,
        "since": statement.since.isoformat(),
        "until": statement.until.isoformat(),
        **{f"{name}_minor": getattr(account, name) for name in ("opening", "approved", "set_off", "paid", "closing")},
        **{f"{name}_minor": getattr(account, name) for name in ("payable", "in_transit", "retained")},
        "invoiced_minor": statement.invoiced,
        "cut_minor": statement.cut,
        "lines": [
            {
                "on": line.movement.on.isoformat(),
                "what": line.label,
                "number": line.number,
                "paper": line.paper.number if line.paper else "",
                "plus_minor": line.movement.plus,
                "minus_minor": line.movement.minus,
                "moved_minor": line.movement.moved,
                "balance_minor": line.movement.balance,
            }
            for line in statement.lines
        ],
        "claims": [
            {
                "number": each.number,
                "on": each.on.isoformat(),
                "invoiced_minor": each.invoiced_minor,
                "cut_minor": each.cut_minor,
            }
            for each in statement.claims
        ],
    }


@dataclass(frozen=True)
class AdviceLine:
    """One payout of an advice. `number` is what the bank was told, `case` the settlement's or the voucher's number."""

    number: str
    case: str
    invoice: str
    part: str
    settled_minor: int
    set_off_minor: int
    amount_minor: int
    paid_on: str
    bank_reference: str
    account: str


def advice_facts(
    batch: PayoutBatch, firm: Organisation, programme: str, rows: Sequence[tuple[Payout, str, str]]
) -> dict[str, Any]:
    """The facts of an advice as JSON values. `rows` are payouts with the number of their case, or voucher, and invoice."""
    lines = [
        AdviceLine(
            number=payout_number(payout.id, payout.attempt),
            case=case,
            invoice=invoice,
            part="자부담 환급" if payout.is_refund else "출연금·상금" if payout.grant_payment_id else payout.part.word,
            settled_minor=payout.amount_minor + payout.set_off_minor,
            set_off_minor=payout.set_off_minor,
            amount_minor=payout.amount_minor,
            paid_on=payout.paid_on.isoformat() if payout.paid_on else "",
            bank_reference=payout.bank_reference or "",
            account=f"{payout.bank_code} ····{(payout.bank_account or '')[-4:]}",
        )
        for payout, case, invoice in rows
    ]
    return {
        "batch": batch.number,
        "programme": programme,
        "firm": _firm(firm),
        "lines": [asdict(line) for line in lines],
        "settled_minor": sum(line.settled_minor for line in lines),
        "set_off_minor": sum(line.set_off_minor for line in lines),
        "amount_minor": sum(line.amount_minor for line in lines),
    }


def _firm(firm: Organisation) -> dict[str, str]:
    number = written_business_number(firm.business_number) if firm.business_number else ""
    return {"name": firm.name, "business_number": number, "representative": firm.representative}
