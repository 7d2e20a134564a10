"""Who may do what with money that comes in and goes out."""

from marketplace.core.viewer import Role, Viewer
from marketplace.payments.models import CardRefund, OwnShareReceipt, Payout, PayoutBatch


def may_see_receipts(viewer: Viewer) -> bool:
    """Officers, auditors and administrators; a firm sees its own receipts on its voucher's page."""
    return viewer.sees_everything


def may_enter_receipt(viewer: Viewer) -> bool:
    """Enter, confirm or reject a receipt: officers of either kind."""
    return viewer.has(Role.PROGRAMME_OFFICER, Role.SETTLEMENT_OFFICER)


def is_another_person(viewer: Viewer, receipt: OwnShareReceipt) -> bool:
    """Whether the viewer is not the one who entered it. The database asks the same by a constraint."""
    return viewer.person_id is not None and viewer.person_id != receipt.entered_by


def may_see_batches(viewer: Viewer) -> bool:
    """Those who see everything."""
    return viewer.sees_everything


def may_pay(viewer: Viewer) -> bool:
    """Make, send, answer and cancel batches: settlement officers only."""
    return viewer.has(Role.SETTLEMENT_OFFICER)


def may_ask_account(viewer: Viewer, organisation_id: int) -> bool:
    """Ask for another account, agree to a colleague's wish, stop one: who may bind this firm."""
    return viewer.organisation_id == organisation_id and viewer.has(Role.SME_SIGNATORY, Role.SUPPLIER_SIGNATORY)


def may_see_accounts(viewer: Viewer, organisation_id: int) -> bool:
    """Any member of the firm, and those who see everything."""
    return viewer.sees_everything or viewer.organisation_id == organisation_id


def may_verify_account(viewer: Viewer) -> bool:
    """Compare an account with its document and agree or refuse: settlement officers."""
    return viewer.has(Role.SETTLEMENT_OFFICER)


def is_another_person_than(viewer: Viewer, person_id: int | None) -> bool:
    """Whether the viewer is somebody else. The database asks the same by a constraint."""
    return viewer.person_id is not None and viewer.person_id != person_id


def may_read_file(viewer: Viewer) -> bool:
    """The bank file holds account numbers: settlement officers and auditors."""
    return viewer.has(Role.SETTLEMENT_OFFICER, Role.AUDITOR)


def is_another_sender(viewer: Viewer, batch: PayoutBatch) -> bool:
    """Whether the viewer is not the one who made the batch. The database asks the same by a constraint."""
    return viewer.person_id is not None and viewer.person_id != batch.made_by


def may_see_own(viewer: Viewer) -> bool:
    """Any member of a firm sees what its firm is paid."""
    return viewer.organisation_id is not None and (viewer.is_supplier or viewer.is_sme)


def may_say_received(viewer: Viewer, payout: Payout) -> bool:
    """Any member of the firm that is paid."""
    return may_see_own(viewer) and viewer.organisation_id == payout.payee_id


def may_pay_by_card(viewer: Viewer, organisation_id: int) -> bool:
    """Any member of the firm that holds the voucher."""
    return viewer.is_sme and viewer.organisation_id == organisation_id


def may_see_statement(viewer: Viewer, organisation_id: int) -> bool:
    """The statement of a supplier: its own members, and those who see everything."""
    return viewer.sees_everything or (viewer.is_supplier and viewer.organisation_id == organisation_id)


def may_print(viewer: Viewer) -> bool:
    """Have a statement issued as a paper: whose it is, and officers. Auditors read it and change nothing."""
    return viewer.is_officer or viewer.organisation_id is not None


def may_see_cards(viewer: Viewer) -> bool:
    """The desk of card payments: those who see everything."""
    return viewer.sees_everything


def may_see_card(viewer: Viewer, organisation_id: int) -> bool:
    """One card payment: the firm it belongs to, and those who see everything."""
    return viewer.sees_everything or (viewer.is_sme and viewer.organisation_id == organisation_id)


def may_refund(viewer: Viewer) -> bool:
    """Ask for a card refund, approve or refuse it: settlement officers."""
    return viewer.has(Role.SETTLEMENT_OFFICER)


def is_another_asker(viewer: Viewer, refund: CardRefund) -> bool:
    """Whether the viewer is not the one who asked for the refund. The database asks the same by a constraint."""
    return viewer.person_id is not None and viewer.person_id != refund.asked_by
