"""What stands on a settlement statement: everything copied, so that it stays true when records move on."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from marketplace.accounts.models import Organisation
from marketplace.core import clock
from marketplace.core.korea import written_business_number
from marketplace.settlement.models import STANDING
from marketplace.settlement.queries import CutRow, Sheet, net_of, ubl_facts
from marketplace.settlement.rules import plain
from marketplace.settlement.rules.ubl import problems, ubl_of


@dataclass(frozen=True)
class Firm:
    """A party as it was named when the statement was issued."""

    name: str
    business_number: str
    representative: str


@dataclass(frozen=True)
class StatementLine:
    """One invoiced position; quantities as text, amounts in won."""

    position: int
    description: str
    unit: str
    ordered_quantity: str
    accepted_quantity: str
    quantity: str
    supply_minor: int
    vat_minor: int


@dataclass(frozen=True)
class StatementCut:
    """One amount that is not recognised, by its code."""

    code: str
    line: str
    supply_minor: int
    reason: str


@dataclass(frozen=True)
class SettlementStatement:
    """The facts of one statement: amounts in won, days as ISO dates."""

    case: str
    programme: str
    voucher: str
    order: str
    order_title: str
    supplier: Firm
    buyer: Firm
    invoice: str
    approval_number: str
    written_on: str
    delivered_on: str
    accepted_on: str
    lines: tuple[StatementLine, ...]
    supply_minor: int
    support_minor: int
    own_minor: int
    vat_minor: int
    total_minor: int
    support_of_order_minor: int
    cuts: tuple[StatementCut, ...]
    """What is not recognised of the invoice; empty where all of it is."""
    cut_supply_minor: int
    cut_vat_minor: int
    invoiced_minor: int
    first_name: str
    first_on: str
    second_name: str
    second_on: str
    ruleset: str
    retained_minor: int = 0
    retained_days: int = 0
    """What of the total is paid later, and how many days after the last acceptance."""
    enclosed: tuple[dict[str, str], ...] = ()
    """The invoice as UBL, attached to the PDF; nothing where it has no form under EN 16931."""


def statement_of(sheet: Sheet, names: dict[int, str], cuts: Sequence[CutRow] = ()) -> dict[str, Any]:
    """The facts of an approved case as JSON values. `names` are those of the two who approved, by id."""
    case, invoice, facts, net = sheet.case, sheet.invoice, sheet.facts, net_of(sheet.invoice)
    days = dict(sheet.days)
    return asdict(
        SettlementStatement(
            case=case.number,
            programme=facts.programme.name,
            voucher=facts.voucher.number,
            order=facts.order.number or "",
            order_title=facts.order.title,
            supplier=_firm(facts.supplier),
            buyer=_firm(facts.buyer),
            invoice=invoice.number,
            approval_number=invoice.approval_number,
            written_on=invoice.written_on.isoformat(),
            delivered_on=_iso(days["delivery"]),
            accepted_on=_iso(days["acceptance"]),
            lines=tuple(_lines(sheet)),
            supply_minor=net.supply_minor,
            support_minor=case.support_minor,
            own_minor=case.own_minor,
            vat_minor=case.vat_minor,
            total_minor=case.total_minor,
            support_of_order_minor=facts.order.support_minor,
            cuts=tuple(
                StatementCut(row.item.code, row.line, row.item.supply_minor, row.item.reason)
                for row in cuts
                if row.item.state in STANDING
            ),
            cut_supply_minor=case.cut_supply_minor,
            cut_vat_minor=case.cut_vat_minor,
            invoiced_minor=net.total_minor,
            first_name=names.get(case.first_by or 0, ""),
            first_on=_day(case.first_at),
            second_name=names.get(case.second_by or 0, ""),
            second_on=_day(case.second_at),
            ruleset=facts.tolerances.edition,
            retained_minor=case.retained_minor,
            retained_days=case.retained_days or 0,
            enclosed=_enclosed(sheet),
        )
    )


def _enclosed(sheet: Sheet) -> tuple[dict[str, str], ...]:
    invoice = ubl_facts(sheet.invoice, sheet.facts, net=True)
    if problems(invoice):
        return ()
    words = f"세금계산서 {invoice.number} (UBL 2.1, EN 16931)"
    return ({"name": "invoice-ubl.xml", "text": ubl_of(invoice).decode(), "description": words},)


def _lines(sheet: Sheet) -> list[StatementLine]:
    return [
        StatementLine(
            position=position.line.position,
            description=position.line.description,
            unit=position.unit_label,
            ordered_quantity=plain(position.line.quantity),
            accepted_quantity=plain(position.accepted.quantity),
            quantity=plain(position.invoice.quantity),
            supply_minor=position.invoice.supply_minor,
            vat_minor=position.invoice.vat_minor,
        )
        for position in sheet.positions
        if position.invoice is not None
    ]


def _firm(firm: Organisation) -> Firm:
    return Firm(firm.name, written_business_number(firm.business_number), firm.representative)


def _iso(day: Any) -> str:
    return day.isoformat() if day else ""


def _day(moment: Any) -> str:
    return moment.astimezone(clock.SEOUL).date().isoformat() if moment else ""
