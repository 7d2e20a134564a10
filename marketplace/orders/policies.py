"""Who may do what with an order. Rights only: whether an order's state allows it, `advance` says under the lock."""

from marketplace.core.viewer import Role, Viewer
from marketplace.orders.models import UNSENT, OrderChange, PurchaseOrder, VoucherReturn
from marketplace.vouchers.models import Voucher


def _buys(viewer: Viewer, order: PurchaseOrder) -> bool:
    return viewer.organisation_id is not None and viewer.organisation_id == order.organisation_id


def _sells(viewer: Viewer, order: PurchaseOrder) -> bool:
    return viewer.organisation_id is not None and viewer.organisation_id == order.supplier_id


def may_list(viewer: Viewer) -> bool:
    """Buyers, suppliers, and those who see everything."""
    return viewer.is_sme or viewer.is_supplier or viewer.sees_everything


def may_see(viewer: Viewer, order: PurchaseOrder) -> bool:
    """Both firms, and those who see everything. A supplier sees nothing of what was never sent."""
    if viewer.sees_everything or (viewer.is_sme and _buys(viewer, order)):
        return True
    return viewer.is_supplier and _sells(viewer, order) and order.number is not None


def may_draft(viewer: Viewer) -> bool:
    """Any member of a buying firm may prepare an order."""
    return viewer.has(Role.SME_MEMBER)


def may_change(viewer: Viewer, order: PurchaseOrder) -> bool:
    """Drafts are the work of any member of the buyer."""
    return viewer.has(Role.SME_MEMBER) and _buys(viewer, order)


def may_submit(viewer: Viewer, order: PurchaseOrder) -> bool:
    """Money is bound by somebody who signs for the buyer."""
    return viewer.has(Role.SME_SIGNATORY) and _buys(viewer, order)


def may_submit_within(viewer: Viewer, order: PurchaseOrder, member_limit: int | None) -> bool:
    """Somebody who signs for the buyer, or any member up to what the firm allows them (won with VAT; None: nothing)."""
    within = member_limit is not None and order.total_minor <= member_limit
    return may_submit(viewer, order) or (within and may_change(viewer, order))


def may_ask(viewer: Viewer, order: PurchaseOrder) -> bool:
    """Any member of the buyer asks for a draft to be approved."""
    return may_change(viewer, order)


def may_return(viewer: Viewer, order: PurchaseOrder) -> bool:
    """Whoever signs gives a draft back, and whoever asked takes it back."""
    asked = viewer.person_id is not None and viewer.person_id == order.asked_by
    return may_submit(viewer, order) or (asked and may_change(viewer, order))


def may_see_spending(viewer: Viewer) -> bool:
    """Any member of a buying firm knows what they may spend."""
    return viewer.is_sme and viewer.organisation_id is not None


def may_set_spending(viewer: Viewer) -> bool:
    """Who signs for a buying firm says what its members may spend."""
    return viewer.has(Role.SME_SIGNATORY) and viewer.organisation_id is not None


def may_answer(viewer: Viewer, order: PurchaseOrder) -> bool:
    """Any member of the supplier accepts or declines."""
    return viewer.has(Role.SUPPLIER_MEMBER) and _sells(viewer, order)


def may_cancel(viewer: Viewer, order: PurchaseOrder) -> bool:
    """What was never sent: any member of the buyer; what was sent: somebody who signs, or the program when time is over."""
    if viewer.system:
        return True
    return may_change(viewer, order) if order.state in UNSENT else may_submit(viewer, order)


def may_close(viewer: Viewer, order: PurchaseOrder) -> bool:
    """Somebody who signs for the buyer, or the program when everything is done."""
    return viewer.system or may_submit(viewer, order)


def may_propose(viewer: Viewer, order: PurchaseOrder) -> bool:
    """Any member of either firm proposes a change; only signatures make it true."""
    return may_change(viewer, order) or may_answer(viewer, order)


def may_sign_change(viewer: Viewer, order: PurchaseOrder) -> bool:
    """Who signs for the buyer or for the supplier."""
    return may_submit(viewer, order) or (viewer.has(Role.SUPPLIER_SIGNATORY) and _sells(viewer, order))


def may_refuse_change(viewer: Viewer, order: PurchaseOrder, change: OrderChange) -> bool:
    """Who signs for the firm that did not propose it."""
    return may_sign_change(viewer, order) and viewer.organisation_id != change.organisation_id


def may_withdraw_change(viewer: Viewer, order: PurchaseOrder, change: OrderChange) -> bool:
    """Any member of the firm that proposed it."""
    return may_propose(viewer, order) and viewer.organisation_id == change.organisation_id


def may_see_returns(viewer: Viewer, voucher: Voucher) -> bool:
    """The firm that holds the voucher, and those who see everything."""
    return viewer.sees_everything or (viewer.is_sme and viewer.organisation_id == voucher.organisation_id)


def may_ask_return(viewer: Viewer, voucher: Voucher) -> bool:
    """Who signs for the firm that holds the voucher."""
    mine = viewer.organisation_id is not None and viewer.organisation_id == voucher.organisation_id
    return viewer.has(Role.SME_SIGNATORY) and mine


def may_confirm_return(viewer: Viewer, row: VoucherReturn) -> bool:
    """An officer of the programme who did not ask for it."""
    return viewer.has(Role.PROGRAMME_OFFICER) and viewer.person_id != row.asked_by


def may_see_voucher(viewer: Viewer, order: PurchaseOrder) -> bool:
    """What is left on the voucher is no business of the supplier."""
    return viewer.sees_everything or (viewer.is_sme and _buys(viewer, order))
