"""Who may do what with invoices and settlement cases. Rights only: states are judged by `advance`, under the lock."""

from marketplace.core.viewer import Role, Viewer
from marketplace.orders.models import PurchaseOrder
from marketplace.settlement.models import ApprovalReversal, Disallowance, SettlementCase, TaxInvoice


def may_list_invoices(viewer: Viewer) -> bool:
    """Suppliers their own, buyers those of their orders, and those who see everything."""
    return viewer.is_supplier or viewer.is_sme or viewer.sees_everything


def may_enter(viewer: Viewer, order: PurchaseOrder) -> bool:
    """Any member of the order's supplier."""
    return viewer.has(Role.SUPPLIER_MEMBER) and viewer.organisation_id == order.supplier_id


def may_withdraw(viewer: Viewer, invoice: TaxInvoice) -> bool:
    """Any member of the supplier that entered it."""
    return viewer.has(Role.SUPPLIER_MEMBER) and viewer.organisation_id == invoice.supplier_id


def may_list_cases(viewer: Viewer) -> bool:
    """Officers, auditors and administrators; firms find their cases through invoices and orders."""
    return viewer.sees_everything


def may_decide(viewer: Viewer) -> bool:
    """Approve or return a case: settlement officers only."""
    return viewer.has(Role.SETTLEMENT_OFFICER)


def may_reply(viewer: Viewer, case: SettlementCase) -> bool:
    """Answer what is not recognised: any member of the case's supplier."""
    return viewer.has(Role.SUPPLIER_MEMBER) and viewer.organisation_id == case.supplier_id


def is_another_than_decided(viewer: Viewer, item: Disallowance) -> bool:
    """Whether the viewer is not the person who set the cut. The database asks the same by a constraint."""
    return viewer.person_id is not None and viewer.person_id != item.decided_by


def is_another_than_asked(viewer: Viewer, asked: ApprovalReversal) -> bool:
    """Whether the viewer is not the person who asked to take an approval back. The database asks the same."""
    return viewer.person_id is not None and viewer.person_id != asked.asked_by


def is_another_person(viewer: Viewer, case: SettlementCase) -> bool:
    """Whether the viewer is not the person of the first approval. The database asks the same by a constraint."""
    return viewer.person_id is not None and viewer.person_id != case.first_by


def may_recover(viewer: Viewer) -> bool:
    """Say under which number money that has to come back was taken up: programme officers, who recover."""
    return viewer.has(Role.PROGRAMME_OFFICER)


def may_see_clock(viewer: Viewer) -> bool:
    """How long cases have been with whom, by name: officers, auditors, administrators."""
    return viewer.sees_everything


def may_set_limits(viewer: Viewer) -> bool:
    """Administrators say what an officer may approve; nobody sets his own, which the database asks, too."""
    return viewer.has(Role.ADMINISTRATOR)


def may_see_evidence(viewer: Viewer) -> bool:
    """Who did what when, with names: not for the firms."""
    return viewer.sees_everything
