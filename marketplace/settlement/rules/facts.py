"""What the three-way match is asked with, and what it answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from marketplace.programmes.rules import Phrase


@dataclass(frozen=True, slots=True)
class OrderedLine:
    """A position of the order: what was agreed. Amounts are won without VAT."""

    id: int
    position: int
    description: str
    quantity: Decimal
    unit_price_minor: int
    ordered_minor: int
    tax: str = "taxable"
    """'taxable', 'zero' (영세율) or 'exempt' (면세)."""

    @property
    def taxed(self) -> bool:
        """Whether VAT stands on it."""
        return self.tax == "taxable"


@dataclass(frozen=True, slots=True)
class AcceptedPart:
    """What the buyer accepted of a line on one day."""

    day: date
    quantity: Decimal
    supply_minor: int


@dataclass(frozen=True, slots=True)
class InvoicedPart:
    """So much of a line: what earlier invoices that still count have claimed, or what was accepted."""

    quantity: Decimal = Decimal(0)
    supply_minor: int = 0


@dataclass(frozen=True, slots=True)
class TypedLine:
    """One line as the supplier typed it."""

    order_line_id: int
    quantity: Decimal
    supply_minor: int
    vat_minor: int
    accepted: InvoicedPart | None = None
    """All that had been accepted of the order's line when this was taken; None while it is being typed."""
    reduced: int = 0
    """Won by which an amended invoice has lowered the supply value alone."""


@dataclass(frozen=True, slots=True)
class TypedInvoice:
    """An invoice as the supplier typed it; supply, VAT and total are three facts, none computed from another."""

    number: str
    approval_number: str
    written_on: date
    supply_minor: int
    vat_minor: int
    total_minor: int
    lines: tuple[TypedLine, ...]


@dataclass(frozen=True, slots=True)
class Tolerances:
    """How far tax may differ from the computed one, in won; `rule` names the ruleset ("DV-2020 v1")."""

    vat_rate: Fraction = Fraction(1, 10)
    line: int = 1
    invoice: int = 10
    edition: str = ""


@dataclass(frozen=True, slots=True)
class PartyNumbers:
    """The business numbers that stand on the invoice, copied from the firms' records; a pre-founder has none."""

    supplier: str | None
    recipient: str | None


@dataclass(frozen=True, slots=True)
class Bounds:
    """The days and the tax reserve that the invoice has to stay within."""

    starts_on: date
    ends_on: date
    today: date
    vat_left_minor: int


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was compared. `line` is a position of the order or None for the whole invoice; `field` names the
    form field it belongs to. A warning is no mismatch. `rule` names the check, `basis` the ruleset's rule, if any."""

    rule: str
    line: int | None
    ok: bool
    sentence: str
    params: Mapping[str, Any] = field(default_factory=dict)
    field: str | None = None
    warning: bool = False
    basis: str = ""

    @property
    def phrase(self) -> Phrase:
        return Phrase(self.sentence, self.params)


def mismatches(findings: Sequence[Finding]) -> list[Finding]:
    """What stands in the way of the invoice."""
    return [finding for finding in findings if not finding.ok]
