"""What a listing costs: its price and its further plans as one list, and the amount of so many units. Pure.

There is one way to say a unit: the label that stands on an order line ('건', '시간', '세트'). A plan of a known unit goes
by that unit's label; where the listing's own label means the same ('hour' and '시간'), the two are one scale under the
listing's label, of which the listing's price is the step at its minimum quantity.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from marketplace.core.money import floor_to

ONE_OFF = "one_off"
LABELS = {ONE_OFF: "식", "record": "건", "piece": "장", "hour": "시간", "call": "회", "month": "개월"}
"""What an order line says for a unit of models.PriceUnit."""
ALIKE = {
    **{label: unit for unit, label in LABELS.items()},
    **dict.fromkeys(("전체", "일식"), ONE_OFF),
    **dict.fromkeys(("record", "records", "레코드"), "record"),
    **dict.fromkeys(("매", "piece", "pieces"), "piece"),
    **dict.fromkeys(("hour", "hours"), "hour"),
    **dict.fromkeys(("호출", "콜", "call", "calls"), "call"),
    **dict.fromkeys(("월", "month", "months"), "month"),
}
"""What people write into the free label, and the unit that they mean."""


COUNTED = frozenset({"record", "piece"})
"""Units in which a need says how many it wants."""


@dataclass(frozen=True)
class Step:
    """From this quantity on every unit, and not only those above it, costs so many won without VAT; None: on request."""

    from_quantity: int
    price_minor: int | None
    note: str = ""


@dataclass(frozen=True)
class Plan:
    """One unit to buy by, with its steps from the smallest quantity up; at least one."""

    unit: str
    """As it stands on an order line; no two plans of a listing have the same."""
    minimum: int
    steps: tuple[Step, ...]
    whole: bool = False
    """All of it, once: the quantity is 1."""

    def price_at(self, quantity: Decimal | int) -> int | None:
        """The price of one unit when so many are bought; None where a quote settles it, as below the first step."""
        reached = [step for step in self.steps if step.from_quantity <= quantity]
        return reached[-1].price_minor if reached else None

    def amount_at(self, quantity: Decimal | int) -> int | None:
        """floor(quantity x price of one unit) in whole won without VAT: a fraction of a won is never asked for."""
        price = self.price_at(quantity)
        return None if price is None else floor_to(Fraction(quantity) * price)

    def cheaper_above(self, quantity: Decimal | int) -> Step | None:
        """The next step whose smallest quantity costs less in all than this smaller one."""
        amount = self.amount_at(quantity)
        above = (step for step in self.steps if step.from_quantity > quantity and step.price_minor is not None)
        return next((s for s in above if amount and (self.amount_at(s.from_quantity) or 0) < amount), None)

    @property
    def is_priced(self) -> bool:
        """Whether some quantity of it can be ordered without a quote; what is free is not ordered."""
        return any(step.price_minor for step in self.steps)

    @property
    def least(self) -> "Least | None":
        """The smallest order that it allows without a quote."""
        starts = (max(step.from_quantity, self.minimum) for step in self.steps)
        orders = [Least(amount, start, self.unit) for start in starts if (amount := self.amount_at(start)) is not None]
        return min(orders, key=_amount, default=None)


@dataclass(frozen=True)
class Least:
    """The smallest order: what a firm needs at least, in won without VAT, and how many of which unit that is."""

    amount_minor: int
    quantity: int
    unit: str


def _amount(order: Least) -> int:
    return order.amount_minor


def plans_of(
    unit_label: str, unit_price_minor: int | None, minimum_quantity: int, plans: Sequence[Mapping[str, Any]]
) -> tuple[Plan, ...]:
    """The plans of a version, the listing's own unit first, from its four columns.

    At the same quantity the listing's own price goes before a line of its list, unless it is on request.
    """
    own = unit_label.strip()
    own_unit = ALIKE.get(own.casefold(), "")
    steps: dict[str, dict[int, Step]] = {own: {}}
    for line in plans:
        label = own if line["unit"] and line["unit"] == own_unit else LABELS.get(line["unit"], own)
        quantity = 1 if line["unit"] == ONE_OFF else line["from_quantity"]
        steps.setdefault(label, {}).setdefault(quantity, Step(quantity, line["price_minor"], line["note"]))
    if unit_price_minor is not None or not steps[own]:
        steps[own][minimum_quantity] = Step(minimum_quantity, unit_price_minor)
    return tuple(
        Plan(
            label,
            max(min(found), minimum_quantity if label == own else 1),
            tuple(found[quantity] for quantity in sorted(found)),
            whole=label != own and label == LABELS[ONE_OFF],
        )
        for label, found in steps.items()
    )


def least_of(plans: Sequence[Plan]) -> Least | None:
    """The smallest order of a listing: by its own unit, by the cheapest other one where a quote settles that."""
    if plans and (own := plans[0].least) is not None:
        return own
    return min((least for plan in plans if (least := plan.least) is not None), key=_amount, default=None)


def counted_rungs(plans: Sequence[Plan]) -> tuple[tuple[int, int, int, int], ...]:
    """What `order_of` asks of, as numbers to be frozen: (from how many, below how many or 0, price of one, 1 for the whole),
    nothing where no plan counts records or pieces. What a quote settles has no rung."""
    fitting = [plan for plan in plans if plan.whole or ALIKE.get(plan.unit.casefold()) in COUNTED]
    if all(plan.whole for plan in fitting):
        return ()
    rungs = []
    for plan in fitting:
        ends = [step.from_quantity for step in plan.steps[1:]] + [0]
        for step, end in zip(plan.steps, ends, strict=True):
            if step.price_minor is not None and (plan.whole or not end or end > plan.minimum):
                begins = max(step.from_quantity, plan.minimum)
                rungs.append((begins, 0 if plan.whole else end, step.price_minor, int(plan.whole)))
    return tuple(rungs)


def order_of(plans: Sequence[Plan], wanted: int | None) -> Least | None:
    """What so many records or pieces are bought as: the step that the number reaches, or a higher one that costs less in
    all, or the whole for one price, whichever is the cheapest. The smallest order where no number was named or no plan
    counts so; None where a quote settles it."""
    fitting = [plan for plan in plans if plan.whole or ALIKE.get(plan.unit.casefold()) in COUNTED]
    if not wanted or all(plan.whole for plan in fitting):
        return least_of(plans)
    orders = []
    for plan in fitting:
        quantity = 1 if plan.whole else max(wanted, plan.minimum)
        if plan.amount_at(quantity) is not None:
            above = [step.from_quantity for step in plan.steps if step.from_quantity > quantity]
            ways = ((plan.amount_at(each), each) for each in (quantity, *above))
            orders += [Least(amount, each, plan.unit) for amount, each in ways if amount is not None]
    return min(orders, key=_amount, default=None)
