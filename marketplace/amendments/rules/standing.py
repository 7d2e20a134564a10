"""What a change is weighed on, and what it would do: values only, so that preview and deed are one computation."""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from marketplace.programmes.rules import Phrase


class Forbidden(Exception):
    """The rules do not allow this change. `rule` is a path in the ruleset or a word of this room; `field` of the form."""

    def __init__(self, rule: str, sentence: str, field: str | None = None, **params: object) -> None:
        self.rule, self.field = rule, field
        self.phrase = Phrase(sentence, params)
        super().__init__(rule)


@dataclass(frozen=True)
class Line:
    """A line of an order that has not ended. `quantity` in thousandths of its unit, amounts in won without VAT."""

    id: int
    order_id: int
    description: str
    thousandths: int
    unit_price: int
    ordered: int
    vat: int
    delivered: int
    divisible: bool


@dataclass(frozen=True)
class Order:
    """An order that has not ended, and what its end would give back to the voucher."""

    id: int
    number: str
    supplier_id: int
    state: str
    delivered: int
    support_held: int
    own_held: int


@dataclass(frozen=True)
class Limits:
    """What the ruleset and the calendar say."""

    today: date
    programme_ends_on: date
    line_rate: Fraction
    notice_days: int
    supplier_changes: int
    vat_mode: str
    vat_rate: Fraction
    posted: bool
    """Whether own money is paid to the programme's account and so stands in the ledger."""


@dataclass(frozen=True)
class Pots:
    """What stands on the voucher, in won; own amounts with VAT. `lapsed` and `refunded` count what this change moves."""

    support_available: int = 0
    support_reserved: int = 0
    own_available: int = 0
    own_reserved: int = 0
    lapsed: int = 0
    refunded: int = 0


@dataclass(frozen=True)
class Standing:
    """Everything about an agreement that a change may depend on, read under its locks."""

    limits: Limits
    voucher_state: str
    starts_on: date
    ends_on: date
    organisation_id: int
    supplier_id: int
    support: int
    own_cash: int
    in_kind: int
    vat: int
    pots: Pots
    orders: tuple[Order, ...]
    lines: tuple[Line, ...]
    ever_delivered: bool
    supplier_changes: int
    title: str
    names: dict[int, str] = field(default_factory=dict)
    objections: dict[str, str] = field(default_factory=dict)
    """What stands against a firm that would come in: rule -> sentence; empty where nothing does."""

    @property
    def total(self) -> int:
        return self.support + self.own_cash + self.in_kind


@dataclass(frozen=True)
class Plan:
    """What a change does. `rows` are shown: (what, kind of value, before, after), the words as message ids."""

    rows: tuple[tuple[str, str, Any, Any], ...]
    before: Pots
    after: Pots
    cancels: tuple[int, ...] = ()
    """Orders that end."""
    end: str = ""
    """What becomes of the voucher: 'cancelled', 'closed', 'ended', 'frozen', or '' where it goes on."""
    terms: dict[str, int] = field(default_factory=dict)
    """New support, own_cash, in_kind and vat, where they change."""
    ends_on: str = ""
    supplier_id: int = 0
    organisation_id: int = 0
    quantities: dict[str, int] = field(default_factory=dict)
    """Order line id -> thousandths."""
    bar_years: int = 0

    def facts(self) -> dict[str, Any]:
        """As JSON values."""
        plain: dict[str, Any] = json.loads(json.dumps(asdict(self), sort_keys=True))
        return plain

    def sha256(self) -> str:
        """Names the plan: whoever allows or signs it names the one they saw."""
        words = json.dumps(self.facts(), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(words.encode()).hexdigest()


def thousandths(quantity: Decimal) -> int:
    """A quantity as a whole number of its thousandths."""
    return int(quantity * 1000)
