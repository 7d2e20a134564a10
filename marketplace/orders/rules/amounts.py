"""Arithmetic of orders, pure: amounts of lines and parts, what fits a voucher, and how an order's support is cut."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from fractions import Fraction

from marketplace.core.i18n import N_
from marketplace.core.money import floor_to
from marketplace.programmes.rules import BUYS, Phrase, Ruleset, order_support, support_due

DIVISIBLE_UNITS = frozenset(
    {
        "시간", "일", "인일", "인월", "개월", "월", "GB", "TB", "MB", "GiB", "TiB", "km", "km²", "㎢", "ha", "kg", "톤",
        "M/D", "M/M", "MD", "MM", "TFLOPS·시간", "hour", "hours", "day", "days", "month", "months", "person-day",
        "person-month",
    }
)  # fmt: skip
"""What may be ordered in parts of one: time, bytes, lengths, weights. Everything else is counted."""

PROCESSING = frozenset({"general_processing", "ai_processing"})
PROCESSING_VOUCHERS = frozenset({"GENERAL_PROCESSING", "AI_PROCESSING"})
"""Work, which takes the supplier's people: data that lies ready does not."""

WORK_VOUCHERS = PROCESSING_VOUCHERS | {"CONVERGENCE"}
"""Whose orders are for work where they were quoted without a listing. A convergence project has no pool to book people of."""

MOST_MILESTONES = 5
QUANTITY_MAXIMUM = Decimal(10_000_000)


@dataclass(frozen=True, slots=True)
class Sums:
    """Who pays what of an order, in won: supply = support + own, and VAT beside it."""

    support: int
    own: int
    vat: int

    @property
    def supply(self) -> int:
        return self.support + self.own

    @property
    def total(self) -> int:
        return self.supply + self.vat

    @property
    def deposit(self) -> int:
        """What the firm itself pays: own share and VAT."""
        return self.own + self.vat


def is_divisible(unit_label: str) -> bool:
    """Whether the unit may be ordered with up to three decimals."""
    return unit_label.strip() in DIVISIBLE_UNITS


def fits(voucher_kind: str, listing_kind: str, ruleset: Ruleset | None = None) -> bool:
    """Whether a voucher of this kind buys listings of that kind by its ruleset (without one by the rules of the data
    voucher); a kind that no rule names buys nothing."""
    buys = ruleset.buys(voucher_kind) if ruleset is not None else BUYS.get(voucher_kind, frozenset())
    return listing_kind in buys


def takes_people(voucher_kind: str, listing_kind: str | None) -> bool:
    """Whether an order is for work: by what is bought, or by the voucher where it was asked for without a listing."""
    return listing_kind in PROCESSING if listing_kind is not None else voucher_kind in PROCESSING_VOUCHERS


def is_work(voucher_kind: str, listing_kind: str | None) -> bool:
    """Whether what is ordered is done step by step, so that it may be split into milestones."""
    return listing_kind in PROCESSING if listing_kind is not None else voucher_kind in WORK_VOUCHERS


def line_amount(quantity: Decimal, unit_price_minor: int) -> int:
    """floor(quantity x unit price), in won without VAT."""
    return int((quantity * unit_price_minor).to_integral_value(rounding=ROUND_FLOOR))


def shares_of(amount: int, percents: Sequence[int]) -> list[int]:
    """`amount` in parts of these percents: each rounded down, the last takes what remains, so that they add up."""
    parts = [amount * percent // 100 for percent in percents[:-1]]
    return [*parts, amount - sum(parts)]


def line_vat(amount_minor: int, mode: str, rate: Fraction, tax_kind: str = "taxable") -> int:
    """VAT on one line, fractions of a won dropped; nothing where it is inside the price, absent, zero-rated or exempt.

    Each line is rounded by itself (the custom of Korean tax invoices, which name the tax of every line), and the order's
    VAT is the sum of its lines', so that lines and total never differ.
    """
    return floor_to(amount_minor * rate) if mode == "EXCLUDED_BUYER_PAYS" and tax_kind == "taxable" else 0


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether the voucher may pay for a line, in a sentence, with the clause it rests on ('DV-2020 v1 kinds.PURCHASE')."""

    passed: bool
    phrase: Phrase
    clause: str


def judge_line(voucher_kind: str, kind: str | None, deliver_by: date, expires_on: date, ruleset: Ruleset) -> Judgement:
    """What the ruleset says to one line: is this bought with such a voucher, and does it come in time?"""
    if deliver_by > expires_on:
        late = Phrase(
            N_("바우처 사용 기한(%(day)s) 뒤에 납품되는 것은 인정되지 않습니다."), {"day": expires_on.isoformat()}
        )
        return Judgement(False, late, ruleset.rule("voucher.expiry"))
    clause = ruleset.rule(f"kinds.{voucher_kind}")
    if kind is not None and not fits(voucher_kind, kind, ruleset):
        names = {"kind": ruleset.kind(voucher_kind).name}
        return Judgement(False, Phrase(N_("이 바우처(%(kind)s)로 살 수 없는 유형의 상품입니다."), names), clause)
    return Judgement(True, Phrase(N_("이 바우처로 살 수 있습니다.")), clause)


def sums_of(
    *, supply: int, vat: int, committed_supply: int, committed_support: int, granted: int, purchase: int, unit: int
) -> Sums:
    """The three sums of a new order of `supply` won on a voucher that grants `granted` of `purchase` won.

    `committed_*` is what the other orders of the voucher hold: support is due on all of them together.
    """
    support = order_support(
        Fraction(granted, purchase), committed_supply + supply, committed_support, granted, unit, order_supply=supply
    )
    return Sums(support, supply - support, vat)


def support_of_part(support: int, supply: int, part: int, unit: int) -> int:
    """The support that belongs to the first `part` won of an order's supply value: floored to the unit, whole at the
    end, and never so little that the own share of the part would exceed that of the whole order."""
    return support_due(Fraction(support, supply), part, support, unit) if support else 0


def progress(lines: Iterable[tuple[int, int, int, int, int]]) -> dict[str, int]:
    """The five counters of all lines together."""
    names = ("ordered", "delivered", "accepted", "invoiced", "paid")
    totals = [sum(column) for column in zip(*lines, strict=True)] or [0] * 5
    return dict(zip(names, totals, strict=True))
