"""What a firm's vouchers could pay for."""

from dataclasses import dataclass

from marketplace.catalogue.models import ListingKind
from marketplace.core.viewer import Viewer
from marketplace.vouchers import queries as vouchers
from marketplace.vouchers.models import VoucherState

KIND_OF_VOUCHER = {
    "PURCHASE": ListingKind.DATASET,
    "GENERAL_PROCESSING": ListingKind.GENERAL_PROCESSING,
    "AI_PROCESSING": ListingKind.AI_PROCESSING,
}


@dataclass(frozen=True)
class Spendable:
    """A voucher with money left: what kind of listing it buys, and for how much at most, in won without VAT."""

    voucher_id: int
    number: str
    kind: ListingKind
    left_minor: int


def spendable_vouchers(viewer: Viewer) -> list[Spendable]:
    """The active vouchers of the viewer's firm; what is left of the support stands for what is left to buy."""
    if not viewer.is_sme or viewer.organisation_id is None:
        return []
    active = [each for each in vouchers.vouchers_of(viewer.organisation_id) if each.state == VoucherState.ACTIVE]
    pots = vouchers.pots_of_all(each.id for each in active)
    return [
        Spendable(each.id, each.number, KIND_OF_VOUCHER[each.kind], left)
        for each in active
        if each.kind in KIND_OF_VOUCHER
        and (left := each.purchase_minor * pots[each.id].support_available // (each.support_minor or 1)) > 0
    ]
