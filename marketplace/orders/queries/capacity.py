"""Capacity of shared computing: what a voucher in TFLOPS-hours orders, and what was used of it."""

from collections.abc import Collection

from sqlalchemy import func, select

from marketplace.accounts.queries import get_organisation
from marketplace.core.db import session
from marketplace.core.i18n import _, language
from marketplace.grants.queries import find_agreement_of_voucher
from marketplace.matching.models import TaxKind
from marketplace.orders.models import PurchaseOrder
from marketplace.orders.queries.offers import Offer
from marketplace.programmes.queries import get_ruleset
from marketplace.vouchers.models import Voucher

UNIT_LABEL = "TFLOPS·h"
"""Of lines in TFLOPS_HOUR: one costs one, counted whole."""


def find_offer_of_capacity(voucher: Voucher) -> Offer | None:
    """What a voucher of capacity orders, from the body that its agreement names; None for vouchers of money."""
    if voucher.unit == "KRW":
        return None
    agreement = find_agreement_of_voucher(voucher.id)
    if agreement is None:
        return None
    kind = get_ruleset(voucher.ruleset_id).kind(voucher.kind).name.say(_, language())
    return Offer(
        supplier_id=agreement.supplier_id,
        supplier=get_organisation(agreement.supplier_id).name,
        kind=None,
        title=kind,
        description=kind,
        unit_label=UNIT_LABEL,
        unit_price_minor=1,
        minimum=1,
        lead_days=0,
        buyer_id=voucher.organisation_id,
        tax_kind=TaxKind.EXEMPT,
        unit=voucher.unit,
    )


def used_of_vouchers(voucher_ids: Collection[int]) -> dict[int, int]:
    """What the orders of vouchers have used up or owe, own money included, by voucher; none is left out."""
    rows = session.execute(
        select(PurchaseOrder.voucher_id, func.sum(PurchaseOrder.spent_support_minor + PurchaseOrder.spent_own_minor))
        .where(PurchaseOrder.voucher_id.in_(voucher_ids))
        .group_by(PurchaseOrder.voucher_id)
    )
    return dict.fromkeys(voucher_ids, 0) | {voucher_id: int(used) for voucher_id, used in rows}


def used_of_programme(programme_id: int) -> int:
    """Support that a programme's orders have used up or owe."""
    spent = select(func.coalesce(func.sum(PurchaseOrder.spent_support_minor), 0))
    return int(session.execute(spent.where(PurchaseOrder.programme_id == programme_id)).scalar_one())
