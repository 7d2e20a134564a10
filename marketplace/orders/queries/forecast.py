"""The use-it forecast of a voucher."""

from datetime import date, datetime, timedelta

from sqlalchemy import String, cast, func, select

from marketplace.accounts.queries import names_of
from marketplace.catalogue.models import Listing, ListingState, ListingVersion
from marketplace.core import clock
from marketplace.core.db import session
from marketplace.core.money import floor_to
from marketplace.evidence.models import Event
from marketplace.grants.models import Agreement
from marketplace.orders import rules
from marketplace.orders.models import OrderState, PurchaseOrder
from marketplace.orders.queries.find import orders_of_voucher
from marketplace.programmes import queries as programmes
from marketplace.vouchers.models import Voucher, VoucherState

RECENT = timedelta(days=730)
MOST_ORDERS = 200


def forecast_of(voucher: Voucher) -> rules.Forecast | None:
    """Whether a running voucher will be used in time; None for one that is not usable. Five statements."""
    if voucher.state not in (VoucherState.ACTIVE, VoucherState.FROZEN):
        return None
    ruleset, today = programmes.get_ruleset(voucher.ruleset_id), clock.today()
    orders = orders_of_voucher(voucher.id)
    agreed = session.scalars(select(Agreement.supplier_id).where(Agreement.voucher_id == voucher.id)).first()
    placed = [order for order in orders if order.committed_support_minor]
    suppliers = sorted({agreed} if agreed else {order.supplier_id for order in placed})[:3]
    real, listed = _real_days(suppliers), _listed_days(suppliers, sorted(ruleset.buys(voucher.kind)))
    names = names_of(set(suppliers)) if suppliers else {}
    days = [(_day(order.submitted_at), order.committed_support_minor) for order in placed if order.submitted_at]
    return rules.Forecast(
        granted=voucher.support_minor,
        ordered=sum(order.committed_support_minor for order in placed),
        settled=sum(order.spent_support_minor for order in orders),
        line=floor_to(voucher.support_minor * ruleset.voucher.min_use.value),
        clause=ruleset.rule("voucher.min_use"),
        expires_on=voucher.expires_on,
        days_left=max(0, (voucher.expires_on - today).days),
        leads=tuple(
            rules.lead_of(names[firm], real.get(firm, []), listed.get(firm, 0), voucher.expires_on, today)
            for firm in suppliers
        ),
        steps=rules.steps_of(voucher.valid_from, min(today, voucher.expires_on), days),
    )


def _real_days(suppliers: list[int]) -> dict[int, list[int]]:
    """Supplier -> days from placing to the last inspection, of its orders that ended settled in the last two years."""
    if not suppliers:
        return {}
    inspected = func.max(Event.happened_at)
    statement = (
        select(PurchaseOrder.supplier_id, PurchaseOrder.submitted_at, inspected)
        .join(Event, Event.subject == func.concat("purchase_order:", cast(PurchaseOrder.id, String)))
        .where(
            PurchaseOrder.supplier_id.in_(suppliers),
            PurchaseOrder.state == OrderState.CLOSED,
            PurchaseOrder.closed_at >= clock.now() - RECENT,
            Event.action == "purchase_order:inspected",
        )
        .group_by(PurchaseOrder.id)
        .order_by(PurchaseOrder.id.desc())
        .limit(MOST_ORDERS)
    )
    found: dict[int, list[int]] = {}
    for firm, begun, done in session.execute(statement):
        if begun is not None:
            found.setdefault(firm, []).append(max(0, (_day(done) - _day(begun)).days))
    return found


def _day(moment: datetime) -> date:
    return moment.astimezone(clock.SEOUL).date()


def _listed_days(suppliers: list[int], kinds: list[str]) -> dict[int, int]:
    """Supplier -> the longest lead time of what it sells of these kinds."""
    if not suppliers:
        return {}
    rows = session.execute(
        select(Listing.organisation_id, func.max(ListingVersion.lead_days))
        .join(ListingVersion, ListingVersion.listing_id == Listing.id)
        .where(
            Listing.organisation_id.in_(suppliers),
            Listing.state == ListingState.PUBLISHED,
            ListingVersion.number == Listing.published_version,
            ListingVersion.kind.in_(kinds),
        )
        .group_by(Listing.organisation_id)
    )
    return {firm: days for firm, days in rows if firm is not None}
