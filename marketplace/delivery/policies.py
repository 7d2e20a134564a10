"""Who may do what with a delivery; who may see one is asked of the order it belongs to."""

from marketplace.core.viewer import Role, Viewer
from marketplace.delivery.models import Side
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


def may_write_criteria(viewer: Viewer, order: PurchaseOrder) -> bool:
    """Both firms: what is tested is agreed between them."""
    return may_inspect(viewer, order) or may_hand_over(viewer, order)


def may_judge_labels(viewer: Viewer, order: PurchaseOrder) -> bool:
    """The buyer, and programme officers for the agency's own check; never the supplier."""
    return may_inspect(viewer, order) or viewer.has(Role.PROGRAMME_OFFICER)


def may_mark(viewer: Viewer, order: PurchaseOrder, *, by_agency: bool) -> bool:
    """A sample is marked by the side that drew it."""
    return viewer.has(Role.PROGRAMME_OFFICER) if by_agency else may_inspect(viewer, order)


def side_of(viewer: Viewer, order: PurchaseOrder) -> Side | None:
    """For whom the viewer speaks in a dispute about an order; None: for nobody."""
    if may_inspect(viewer, order):
        return Side.BUYER
    if may_hand_over(viewer, order):
        return Side.SUPPLIER
    return Side.AGENCY if viewer.has(Role.PROGRAMME_OFFICER) else None


def may_dispute(viewer: Viewer, order: PurchaseOrder) -> bool:
    """Both firms; a programme officer where one of them keeps silent."""
    return side_of(viewer, order) is not None


def may_speak(viewer: Viewer, order: PurchaseOrder) -> bool:
    """Only the two firms are heard."""
    return side_of(viewer, order) in (Side.BUYER, Side.SUPPLIER)


def may_decide(viewer: Viewer) -> bool:
    """Programme officers; who raised a dispute does not decide it."""
    return viewer.has(Role.PROGRAMME_OFFICER)


def may_extend(viewer: Viewer, order: PurchaseOrder) -> bool:
    """The buyer gives the supplier longer, or an officer does."""
    return may_inspect(viewer, order) or viewer.has(Role.PROGRAMME_OFFICER)
