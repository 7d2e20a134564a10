"""Who may do what with calls, applications and agreements. Whether the state allows it is `advance`'s affair."""

from collections.abc import Sequence

from marketplace.core.viewer import Role, Viewer
from marketplace.grants.models import (
    Agreement,
    AgreementParty,
    Application,
    ApplicationParty,
    ApplicationState,
    Call,
    CallState,
    Party,
)

SIGNS_FOR = {
    Party.SME: (Role.SME_SIGNATORY,),
    Party.SUPPLIER: (Role.SUPPLIER_SIGNATORY,),
    Party.MEMBER: (Role.SME_SIGNATORY, Role.SUPPLIER_SIGNATORY),
    Party.AGENCY: (),
}


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


def may_write_section(viewer: Viewer, application: Application, writers: frozenset[int] | None) -> bool:
    """Members write every section, unless `writers` names those who alone may; a signatory always may."""
    if not may_edit_application(viewer, application):
        return False
    return not writers or viewer.person_id in writers or viewer.has(Role.SME_SIGNATORY)


def may_ask_about_call(viewer: Viewer) -> bool:
    """Members of firms ask; the agency answers."""
    return (viewer.is_sme or viewer.is_supplier) and viewer.organisation_id is not None


def may_bring_certificate(viewer: Viewer) -> bool:
    """Any member of a firm."""
    return may_apply(viewer)


def may_look_at_certificate(viewer: Viewer, organisation_id: int) -> bool:
    """A programme officer who does not act for this firm."""
    return viewer.has(Role.PROGRAMME_OFFICER) and viewer.organisation_id != organisation_id


def may_list_certificates(viewer: Viewer) -> bool:
    """A firm its own, the agency all."""
    return viewer.sees_everything or may_apply(viewer)


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


def may_see_agreement(viewer: Viewer, agreement: Agreement, parties: Sequence[AgreementParty] = ()) -> bool:
    """The firms that are party to it, and those who see everything."""
    firms = {agreement.organisation_id, agreement.supplier_id, *(each.organisation_id for each in parties)}
    return viewer.sees_everything or (may_list_agreements(viewer) and viewer.organisation_id in firms)


def place_of(viewer: Viewer, parties: Sequence[AgreementParty]) -> AgreementParty | None:
    """The place for which the viewer may sign, or None: a signatory of the firm that sits there, in the part it plays.

    An officer who acts for one of the firms does not sign for the agency.
    """
    mine = viewer.organisation_id
    for place in parties:
        if mine is not None and place.organisation_id == mine and viewer.has(*SIGNS_FOR[place.role]):
            return place
    if viewer.has(Role.PROGRAMME_OFFICER) and mine not in {each.organisation_id for each in parties if mine}:
        return next((each for each in parties if each.role == Party.AGENCY), None)
    return None


def may_sign_agreement(viewer: Viewer, parties: Sequence[AgreementParty]) -> bool:
    """A signatory of one of the firms, or a programme officer for the agency."""
    return place_of(viewer, parties) is not None


def may_terminate_agreement(viewer: Viewer, agreement: Agreement) -> bool:
    """The agency draws an agreement up anew or ends it: an officer who acts for neither of its firms."""
    firms = (agreement.organisation_id, agreement.supplier_id)
    return viewer.has(Role.PROGRAMME_OFFICER) and viewer.organisation_id not in firms


def may_see_party(viewer: Viewer, party: ApplicationParty, leader_id: int) -> bool:
    """The body itself, the firm that files, and those who see everything."""
    return viewer.sees_everything or viewer.organisation_id in (party.organisation_id, leader_id)


def may_answer_party(viewer: Viewer, party: ApplicationParty) -> bool:
    """A signatory of the body that was invited."""
    return viewer.organisation_id == party.organisation_id and viewer.has(Role.SME_SIGNATORY, Role.SUPPLIER_SIGNATORY)


def may_report_step(viewer: Viewer, application: Application) -> bool:
    """Say what came of a step: a signatory of the firm that leads."""
    return viewer.has(Role.SME_SIGNATORY) and viewer.organisation_id == application.organisation_id


def may_confirm_grant(viewer: Viewer) -> bool:
    """Look at a step's result: programme officers."""
    return viewer.has(Role.PROGRAMME_OFFICER)


def may_approve_grant(viewer: Viewer) -> bool:
    """Approve its payment, after another one has confirmed the result: settlement officers."""
    return viewer.has(Role.SETTLEMENT_OFFICER)
