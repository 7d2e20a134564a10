"""Who may do what in the supplier pool."""

from marketplace.core.viewer import Role, Viewer
from marketplace.suppliers.models import Designation


def may_apply(viewer: Viewer) -> bool:
    """A signatory of a selling firm binds it to the declarations of the application."""
    return viewer.organisation_id is not None and viewer.has(Role.SUPPLIER_SIGNATORY)


def may_list_designations(viewer: Viewer) -> bool:
    """Officers and auditors see all of them, a selling firm its own."""
    return viewer.sees_everything or viewer.is_supplier


def may_see(viewer: Viewer, designation: Designation) -> bool:
    """The firm itself, and those who see everything."""
    return viewer.sees_everything or viewer.organisation_id == designation.organisation_id


def may_decide(viewer: Viewer, designation: Designation) -> bool:
    """A programme officer, never for the firm they act for."""
    return viewer.has(Role.PROGRAMME_OFFICER) and viewer.organisation_id != designation.organisation_id


def may_book(viewer: Viewer, organisation_id: int) -> bool:
    """Any member of the firm whose people do the work, or the program by itself."""
    return viewer.system or (viewer.is_supplier and viewer.organisation_id == organisation_id)


def may_mend(viewer: Viewer, designation: Designation) -> bool:
    """Whoever may apply for that firm."""
    return may_apply(viewer) and viewer.organisation_id == designation.organisation_id


def may_judge_prices(viewer: Viewer, designation: Designation) -> bool:
    """Another officer than the one who passed the documents: nobody takes a firm in alone."""
    return may_decide(viewer, designation) and viewer.person_id != designation.document_reviewed_by


def may_wake(viewer: Viewer, designation: Designation) -> bool:
    """Any member of the firm."""
    return viewer.is_supplier and viewer.organisation_id == designation.organisation_id


def may_reply(viewer: Viewer, designation: Designation) -> bool:
    """What stands in public under the firm's name, somebody signs for."""
    return may_apply(viewer) and viewer.organisation_id == designation.organisation_id


def may_see_reports(viewer: Viewer) -> bool:
    """What the public tells of impostors is for those who look into it, the auditors among them."""
    return viewer.sees_everything


def may_report(viewer: Viewer) -> bool:
    """Anybody, with an account or without; an auditor writes findings and sends nothing."""
    return not viewer.has(Role.AUDITOR)
