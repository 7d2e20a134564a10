"""Who may do what with calls, applications and agreements. Whether the state allows it is `advance`'s affair."""

from marketplace.core.viewer import Role, Viewer
from marketplace.grants.models import (
    Agreement,
    Application,
    ApplicationParty,
    ApplicationState,
    Call,
    CallState,
    Party,
)


def may_manage_calls(viewer: Viewer) -> bool:
    """Draft, publish and close calls."""
    return viewer.has(Role.PROGRAMME_OFFICER)


def may_see_call(viewer: Viewer, call: Call) -> bool:
    """A published call is public; a draft is the agency's own."""
    return call.state != CallState.DRAFT or viewer.sees_everything


def may_see_numbers(viewer: Viewer) -> bool:
    """How many applied, for how much, and what was awarded."""
    return viewer.sees_everything


def may_apply(viewer: Viewer) -> bool:
    """Any member of a buying firm may write its application."""
    return viewer.has(Role.SME_MEMBER) and viewer.organisation_id is not None


def may_list_applications(viewer: Viewer) -> bool:
    """A firm sees its own, the agency all."""
    return viewer.sees_everything or may_apply(viewer)


def may_see_application(viewer: Viewer, application: Application) -> bool:
    """The firm's own people and those who see everything."""
    return viewer.sees_everything or (may_apply(viewer) and viewer.organisation_id == application.organisation_id)


def may_edit_application(viewer: Viewer, application: Application) -> bool:
    """The firm's own people write."""
    return may_apply(viewer) and viewer.organisation_id == application.organisation_id


def may_submit_application(viewer: Viewer, application: Application) -> bool:
    """Submitting binds the firm, so a signatory does it."""
    return may_edit_application(viewer, application) and viewer.has(Role.SME_SIGNATORY)


def may_withdraw_application(viewer: Viewer, application: Application) -> bool:
    """Any member throws a draft away; what was submitted is withdrawn by a signatory."""
    if application.state == ApplicationState.DRAFT:
        return may_edit_application(viewer, application)
    return may_submit_application(viewer, application)


def may_judge_application(viewer: Viewer, application: Application) -> bool:
    """Decide what was referred, award, reject: an officer who acts for neither of the two firms."""
    parties = {application.organisation_id, application.supplier_id} - {None}  # there may be no supplier
    return viewer.has(Role.PROGRAMME_OFFICER) and viewer.organisation_id not in parties


def may_draft_agreement(viewer: Viewer, application: Application) -> bool:
    """The same people who award."""
    return may_judge_application(viewer, application)


def may_list_agreements(viewer: Viewer) -> bool:
    """Firms and suppliers see their own, the agency all."""
    return viewer.sees_everything or ((viewer.is_sme or viewer.is_supplier) and viewer.organisation_id is not None)


def may_see_agreement(viewer: Viewer, agreement: Agreement) -> bool:
    """Its two firms, and those who see everything."""
    return viewer.sees_everything or (
        may_list_agreements(viewer) and viewer.organisation_id in (agreement.organisation_id, agreement.supplier_id)
    )


def party_of(viewer: Viewer, agreement: Agreement) -> Party | None:
    """For whom the viewer may sign, or None. An officer who acts for one of the firms does not sign for the agency."""
    if viewer.organisation_id == agreement.organisation_id and viewer.has(Role.SME_SIGNATORY):
        return Party.SME
    if viewer.organisation_id == agreement.supplier_id and viewer.has(Role.SUPPLIER_SIGNATORY):
        return Party.SUPPLIER
    firms = (agreement.organisation_id, agreement.supplier_id)
    if viewer.has(Role.PROGRAMME_OFFICER) and viewer.organisation_id not in firms:
        return Party.AGENCY
    return None


def may_sign_agreement(viewer: Viewer, agreement: Agreement) -> bool:
    """A signatory of either firm, or a programme officer for the agency."""
    return party_of(viewer, agreement) is not None


def may_terminate_agreement(viewer: Viewer, agreement: Agreement) -> bool:
    """The agency ends an agreement."""
    return party_of(viewer, agreement) == Party.AGENCY


def may_see_party(viewer: Viewer, party: ApplicationParty, leader_id: int) -> bool:
    """The body itself, the firm that files, and those who see everything."""
    return viewer.sees_everything or viewer.organisation_id in (party.organisation_id, leader_id)


def may_answer_party(viewer: Viewer, party: ApplicationParty) -> bool:
    """A signatory of the body that was invited."""
    return viewer.organisation_id == party.organisation_id and viewer.has(Role.SME_SIGNATORY, Role.SUPPLIER_SIGNATORY)
