"""Who may do what about money that has to come back."""

from marketplace.core.viewer import Role, Viewer
from marketplace.recovery.models import RecoveryCase, RecoveryReceipt


def may_list(viewer: Viewer) -> bool:
    """Those who see everything see every case; a firm sees its own."""
    return viewer.sees_everything or viewer.is_sme or viewer.is_supplier


def may_see(viewer: Viewer, case: RecoveryCase) -> bool:
    """The firm from its prior notice on, or at once where it reported itself; those who see everything."""
    return viewer.sees_everything or viewer.organisation_id == case.organisation_id


def may_work(viewer: Viewer) -> bool:
    """Open a case, give notice, propose, enter money: officers of either kind."""
    return viewer.has(Role.PROGRAMME_OFFICER, Role.SETTLEMENT_OFFICER)


def may_take_up(viewer: Viewer) -> bool:
    """Turn what an amended invoice made too much into a case: programme officers, who answer for the amendment."""
    return viewer.has(Role.PROGRAMME_OFFICER)


def may_decide(viewer: Viewer) -> bool:
    """Decide, answer an objection, allow instalments, close: programme officers, since a decision bars the firm."""
    return viewer.has(Role.PROGRAMME_OFFICER)


def is_another(viewer: Viewer, person_id: int | None) -> bool:
    """Whether the viewer is somebody else than the one before. The database asks the same by a constraint."""
    return viewer.person_id is not None and viewer.person_id != person_id


def may_speak(viewer: Viewer, case: RecoveryCase) -> bool:
    """Give an opinion: any member of the firm."""
    return viewer.organisation_id == case.organisation_id and (viewer.is_sme or viewer.is_supplier)


def may_object(viewer: Viewer, case: RecoveryCase) -> bool:
    """Object to a decision: who may bind the firm."""
    signs = viewer.has(Role.SME_SIGNATORY, Role.SUPPLIER_SIGNATORY)
    return viewer.organisation_id == case.organisation_id and signs


def may_report(viewer: Viewer) -> bool:
    """Report that one's own firm got what it should not have: who may bind it."""
    return viewer.organisation_id is not None and viewer.has(Role.SME_SIGNATORY, Role.SUPPLIER_SIGNATORY)


def is_second(viewer: Viewer, receipt: RecoveryReceipt) -> bool:
    """Whether the viewer did not enter it."""
    return is_another(viewer, receipt.entered_by)
