"""What a change order does, pure: the same function makes the preview and the deed.

The supply value of an order never falls below what has been delivered, nor its support and own share below what
invoices have spent; support is what is due on all the voucher's orders together, as when the order was placed.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from marketplace.core.i18n import N_
from marketplace.core.money import Money
from marketplace.orders.rules.amounts import line_amount, line_vat
from marketplace.programmes.rules import Phrase, order_support

THOUSANDTH = Decimal("0.001")
MOST_PRICE = 10**12


class ChangeForbidden(Exception):
    """A change that no signature makes possible; `phrase` says why, `field` where."""

    def __init__(self, phrase: Phrase, field: str | None = None) -> None:
        super().__init__(str(phrase))
        self.phrase, self.field = phrase, field


@dataclass(frozen=True, slots=True)
class Position:
    """A line as it stands; amounts in won without VAT, `vat` beside it."""

    id: int
    description: str
    unit_label: str
    unit_price: int
    quantity: Decimal
    ordered: int
    vat: int
    tax_kind: str
    delivered: int
    divisible: bool


@dataclass(frozen=True, slots=True)
class Held:
    """What the order holds of the voucher; own amounts without VAT unless they say `own_spent` (with VAT)."""

    supply: int
    vat: int
    support: int
    own: int
    invoiced: int
    spent_supply: int
    spent_support: int
    spent_own: int
    cut_supply: int
    cut_support: int
    cut_own: int
    """Own share and VAT together."""


@dataclass(frozen=True, slots=True)
class Around:
    """The voucher without this order, and the rules of tax and rounding."""

    others_supply: int
    others_support: int
    granted: int
    purchase: int
    support_available: int
    own_available: int
    unit: int
    vat_mode: str
    vat_rate: Fraction
    expires_on: date
    posted: bool
    """Whether own money stands in the ledger."""


@dataclass(frozen=True, slots=True)
class ChangePlan:
    """Lines and sums before and after, and what moves: above 0 is set aside, below goes back (own with VAT)."""

    lines: tuple[tuple[int, str, str, str, int, int, int, int], ...]
    """(line, description, quantity before and after, ordered before and after, VAT before and after)."""
    before: dict[str, int]
    after: dict[str, int]
    deliver_by: tuple[str, str]
    support_move: int
    own_move: int
    prices: tuple[tuple[int, int, int], ...] = ()
    """(line, unit price before and after) of lines that get another price."""

    def facts(self) -> dict[str, Any]:
        """As JSON values. What has no other price is what it was before prices could change: its hash stands."""
        facts: dict[str, Any] = json.loads(json.dumps(asdict(self)))
        if not self.prices:
            del facts["prices"]
        return facts

    def sha256(self) -> str:
        """Names the plan: what was signed is what is done."""
        text = json.dumps(self.facts(), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def delivered_quantity(position: Position) -> Decimal:
    """The largest quantity whose amount is what was delivered: all of it that can have come."""
    if not position.delivered:
        return Decimal(0)
    step = THOUSANDTH if position.divisible else Decimal(1)
    steps = (Decimal(position.delivered + 1) / position.unit_price / step).to_integral_value(rounding=ROUND_CEILING)
    return min((steps - 1) * step, position.quantity)


def plan_change(
    kind: str,
    positions: Sequence[Position],
    wanted: Mapping[int, Decimal],
    days: tuple[date, date],
    held: Held,
    around: Around,
    prices: Mapping[int, int] = MappingProxyType({}),
) -> ChangePlan:
    """What the change does. Raises ChangeForbidden with the reason; `wanted` are quantities, `prices` unit prices by line,
    `days` is the delivery day before and after."""
    if held.invoiced > held.spent_supply + held.cut_supply:
        raise ChangeForbidden(Phrase(N_("정산 중인 세금계산서가 있습니다. 정산이 끝난 뒤 변경을 제안하세요.")))
    _check_kind(kind, positions)
    lines, repriced = [], []
    for each in positions:
        price = prices.get(each.id, each.unit_price) if kind == "terms" else each.unit_price
        if price != each.unit_price:
            _check_price(each, price)
            repriced.append((each.id, each.unit_price, price))
        quantity = wanted.get(each.id, each.quantity) if kind == "terms" else delivered_quantity(each)
        _check_quantity(each, quantity)
        amount = line_amount(quantity, price)
        amount = each.delivered if kind != "terms" else amount
        vat = line_vat(amount, around.vat_mode, around.vat_rate, each.tax_kind)
        if amount < each.delivered:
            words = {"line": each.description, "amount": Money(each.delivered)}
            raise ChangeForbidden(
                Phrase(N_("%(line)s: 이미 납품된 %(amount)s보다 줄일 수 없습니다."), words), f"quantity_{each.id}"
            )
        lines.append(
            (each.id, each.description, _text(each.quantity), _text(quantity), each.ordered, amount, each.vat, vat)
        )
    if kind == "terms":
        _check_terms([(line[2], line[3]) for line in lines], bool(repriced), days, around)
    supply, vat = sum(line[5] for line in lines), sum(line[7] for line in lines)
    after = {"supply": 0, "vat": 0, "support": 0, "own": 0}
    if kind != "cancel":
        after = _sums(supply, vat, held, around)
    before = {"supply": held.supply, "vat": held.vat, "support": held.support, "own": held.own}
    moves = after["support"] - before["support"], after["own"] + after["vat"] - before["own"] - before["vat"]
    plan = ChangePlan(
        tuple(lines),
        before,
        after,
        (days[0].isoformat(), days[1].isoformat()),
        moves[0],
        moves[1] if around.posted else 0,
        tuple(repriced),
    )
    _check_room(plan, around)
    return plan


def _check_kind(kind: str, positions: Sequence[Position]) -> None:
    delivered = sum(each.delivered for each in positions)
    if kind == "cancel" and delivered:
        raise ChangeForbidden(Phrase(N_("이미 납품된 것이 있어 취소할 수 없습니다. 미납분 종결을 제안하세요.")))
    if kind == "short" and not delivered:
        raise ChangeForbidden(Phrase(N_("납품된 것이 없습니다. 미납분 종결 대신 취소를 제안하세요.")))
    if kind == "short" and delivered == sum(each.ordered for each in positions):
        raise ChangeForbidden(Phrase(N_("발주한 것이 모두 납품되어 종결할 미납분이 없습니다.")))


def _check_quantity(position: Position, quantity: Decimal) -> None:
    field = f"quantity_{position.id}"
    if quantity < 0 or quantity > 10_000_000:
        raise ChangeForbidden(Phrase(N_("수량을 다시 확인하세요. 금액을 계산할 수 없는 수량입니다.")), field)
    if not position.divisible and quantity != quantity.to_integral_value():
        words = {"unit": position.unit_label}
        raise ChangeForbidden(Phrase(N_("단위가 ‘%(unit)s’인 상품의 수량은 정수로 입력하세요."), words), field)


def _check_price(position: Position, price: int) -> None:
    """What has come has come at its price; a line has one price, so it changes before the first delivery or not at all."""
    field = f"price_{position.id}"
    if not 1 <= price <= MOST_PRICE:
        raise ChangeForbidden(Phrase(N_("단가를 다시 확인하세요. 1원 이상이어야 합니다.")), field)
    if position.delivered:
        words = {"line": position.description}
        raise ChangeForbidden(
            Phrase(
                N_(
                    "%(line)s: 이미 납품된 품목의 단가는 바꿀 수 없습니다. 납품된 만큼으로 줄이고 나머지는 새로 발주하세요."
                ),
                words,
            ),
            field,
        )


def _check_terms(
    quantities: Sequence[tuple[str, str]], repriced: bool, days: tuple[date, date], around: Around
) -> None:
    if all(before == after for before, after in quantities) and not repriced and days[0] == days[1]:
        raise ChangeForbidden(Phrase(N_("바뀐 것이 없습니다. 수량, 단가나 납기일을 고치세요.")))
    if all(after == "0" for _before, after in quantities):
        raise ChangeForbidden(Phrase(N_("모든 품목을 0으로 줄일 수 없습니다. 취소를 제안하세요.")))
    if days[1] > around.expires_on:
        words = {"day": around.expires_on.isoformat()}
        raise ChangeForbidden(
            Phrase(
                N_("납기일은 바우처 사용 기한(%(day)s)을 넘을 수 없습니다. 기한 뒤에 납품한 것은 인정되지 않습니다."),
                words,
            ),
            "deliver_by",
        )


def _sums(supply: int, vat: int, held: Held, around: Around) -> dict[str, int]:
    """Support due on all orders with this one as it will be, within what was spent of it and what is left of it."""
    counted = supply - held.cut_supply
    due = order_support(
        Fraction(around.granted, around.purchase),
        around.others_supply + counted,
        around.others_support,
        around.granted,
        around.unit,
        order_supply=counted,
    )
    least = held.spent_support + held.cut_support
    most = supply + vat - held.spent_own - held.cut_own
    support = min(max(due + held.cut_support, least), most, supply)
    if support < least:
        raise ChangeForbidden(Phrase(N_("이미 승인된 청구보다 적게 줄일 수 없습니다.")))
    return {"supply": supply, "vat": vat, "support": support, "own": supply - support}


def _check_room(plan: ChangePlan, around: Around) -> None:
    more = plan.after["supply"] - plan.before["supply"]
    left = around.purchase - around.others_supply - plan.before["supply"]
    if more > 0 and more > left:
        words = {"more": Money(more), "left": Money(max(left, 0))}
        raise ChangeForbidden(
            Phrase(
                N_("늘어나는 금액 %(more)s이 바우처로 더 살 수 있는 금액 %(left)s보다 많습니다. 수량을 줄이세요."),
                words,
            )
        )
    if plan.support_move > around.support_available or plan.own_move > around.own_available:
        words = {"support": Money(around.support_available), "own": Money(around.own_available)}
        raise ChangeForbidden(
            Phrase(
                N_("바우처에 남은 지원금 %(support)s이나 자부담 %(own)s으로는 늘어나는 금액을 예약할 수 없습니다."),
                words,
            )
        )


def _text(quantity: Decimal) -> str:
    return f"{quantity.normalize():f}"
