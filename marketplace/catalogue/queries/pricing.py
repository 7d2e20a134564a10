"""What a version costs, as orders and matching read it."""

from marketplace.catalogue.models import ListingVersion
from marketplace.catalogue.rules.prices import Plan, Step, plans_of
from marketplace.core.i18n import _, language
from marketplace.core.money import Money


def prices_of(version: ListingVersion) -> tuple[Plan, ...]:
    """The plans that a version may be ordered by, its own unit first; rules.prices says how they are read."""
    return plans_of(version.unit_label, version.unit_price_minor, version.minimum_quantity, version.plans)


def plan_words(plan: Plan) -> str:
    """A plan as a person chooses it: '건 – 120원, 10,000건부터 90원'."""
    return f"{plan.unit} – {', '.join(_step_words(plan, step) for step in plan.steps)}"


def _step_words(plan: Plan, step: Step) -> str:
    price = _("견적으로 정함") if step.price_minor is None else Money(step.price_minor).text(language())
    if step.from_quantity <= 1:
        return price
    return _("%(quantity)s %(unit)s부터 %(price)s", quantity=f"{step.from_quantity:,}", unit=plan.unit, price=price)
