"""Who may do what with a delivery; who may see one is asked of the order it belongs to."""

from marketplace.core.viewer import Role, Viewer
from marketplace.orders.models import PurchaseOrder


def may_see(viewer: Viewer, order: PurchaseOrder) -> bool:
    """Both firms of the order, and those who see everything."""
    if viewer.sees_everything:
        return True
    mine = viewer.organisation_id
    return mine is not None and (
        (viewer.is_sme and mine == order.organisation_id) or (viewer.is_supplier and mine == order.supplier_id)
    )


def may_download(viewer: Viewer, order: PurchaseOrder) -> bool:
    """Whoever may see a delivery may look at what was delivered; every download leaves evidence."""
    return may_see(viewer, order)


def may_hand_over(viewer: Viewer, order: PurchaseOrder) -> bool:
    """Any member of the supplier."""
    return viewer.has(Role.SUPPLIER_MEMBER) and viewer.organisation_id == order.supplier_id


def may_inspect(viewer: Viewer, order: PurchaseOrder) -> bool:
    """Any member of the buyer: those who work with the data can judge it."""
    return viewer.has(Role.SME_MEMBER) and viewer.organisation_id == order.organisation_id
