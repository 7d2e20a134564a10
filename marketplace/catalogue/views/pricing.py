"""What so many units of a listing would cost, worked out on its page."""

from dataclasses import dataclass
from typing import Any

from flask import request, url_for

from marketplace.catalogue import forms, queries
from marketplace.catalogue.models import ListingVersion
from marketplace.catalogue.queries import Plan, Step

MOST = 10**9


@dataclass(frozen=True)
class Worked:
    """The price table of a version with the quantity asked about; amounts in won, None where a quote settles them."""

    form: forms.QuantityForm
    plans: tuple[Plan, ...]
    plan: Plan
    quantity: int
    price_minor: int | None
    amount_minor: int | None
    vat_minor: int | None
    cheaper: Step | None
    order_url: str | None

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The table, a line for each step."""
        return [
            {
                "unit": plan.unit,
                "from_quantity": max(step.from_quantity, plan.minimum),
                "price_minor": step.price_minor,
                "note": step.note,
            }
            for plan in self.plans
            for step in plan.steps
        ]

    @property
    def is_priced(self) -> bool:
        return any(plan.is_priced for plan in self.plans)


def worked_out(version: ListingVersion, order_url: str | None) -> Worked:
    """The quantity in the address under the plan there; the smallest order where nothing sensible was typed."""
    plans = queries.prices_of(version)
    priced = [plan for plan in plans if plan.is_priced] or list(plans)
    plan = next((each for each in priced if each.unit == request.args.get("unit")), priced[0])
    typed = request.args.get("quantity", 0, int)
    quantity = 1 if plan.whole else min(max(typed, plan.minimum), MOST)
    form = forms.QuantityForm(None, data={"quantity": quantity, "unit": plan.unit, "version": version.number})
    form.unit.choices = [(each.unit, each.unit) for each in priced]
    amount = plan.amount_at(quantity)
    chosen: dict[str, Any] = {"unit": plan.unit, "quantity": quantity}
    return Worked(
        form,
        plans,
        plan,
        quantity,
        plan.price_at(quantity),
        amount,
        None if amount is None else queries.vat_of(amount),
        plan.cheaper_above(quantity),
        url_for("orders.new", listing_id=version.listing_id, **chosen) if order_url and amount else None,
    )
