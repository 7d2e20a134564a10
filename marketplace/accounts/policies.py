"""Who may do what with accounts, firms and roles; docs/roles.md says the same in a table."""

from marketplace.accounts.models import GrantState, Organisation, Person, StaffRole
from marketplace.core.viewer import Role, Viewer

SIGNATORIES = (Role.SME_SIGNATORY, Role.SUPPLIER_SIGNATORY)


def may_manage_own_account(viewer: Viewer) -> bool:
    """Everybody who is signed in looks after their own account."""
    return viewer.is_authenticated


def may_see_organisation(viewer: Viewer, organisation: Organisation) -> bool:
    """Members of the firm, and those who see everything."""
    return viewer.sees_everything or viewer.organisation_id == organisation.id


def may_see_all_organisations(viewer: Viewer) -> bool:
    """The list of all firms is for those who see everything."""
    return viewer.sees_everything


def may_edit_organisation(viewer: Viewer, organisation: Organisation) -> bool:
    """Any member keeps address and spelling up to date."""
    return viewer.organisation_id == organisation.id


def may_bind_organisation(viewer: Viewer, organisation: Organisation) -> bool:
    """Bank account, invitations, members and their roles: a signatory of this firm."""
    return viewer.organisation_id == organisation.id and viewer.has(*SIGNATORIES)


def may_note_standing(viewer: Viewer, organisation: Organisation) -> bool:
    """Officers write down what the tax authority says."""
    return viewer.is_officer


def may_ask_registry(viewer: Viewer, organisation: Organisation) -> bool:
    """Members have their own firm looked up again, officers any firm."""
    return viewer.is_officer or viewer.organisation_id == organisation.id


def may_bar(viewer: Viewer, organisation: Organisation) -> bool:
    """Programme officers bar a firm and lift the bar."""
    return viewer.has(Role.PROGRAMME_OFFICER)


def may_see_staff(viewer: Viewer) -> bool:
    """Administrators manage people; auditors look at who holds which role."""
    return viewer.has(Role.ADMINISTRATOR, Role.AUDITOR)


def may_request_role(viewer: Viewer) -> bool:
    """An administrator asks for a role for somebody, the administrator included: another one must confirm."""
    return viewer.has(Role.ADMINISTRATOR)


def may_confirm_role(viewer: Viewer, role: StaffRole) -> bool:
    """A second administrator: neither who asked nor who receives."""
    return (
        viewer.has(Role.ADMINISTRATOR)
        and role.state == GrantState.REQUESTED
        and viewer.person_id not in (role.requested_by, role.person_id)
    )


def may_refuse_role(viewer: Viewer, role: StaffRole) -> bool:
    """Any administrator but the receiver; who asked may take the request back."""
    return viewer.has(Role.ADMINISTRATOR) and role.state == GrantState.REQUESTED and viewer.person_id != role.person_id


def may_revoke_role(viewer: Viewer, role: StaffRole) -> bool:
    """Any administrator, at once and alone, but not one's own role: taking away is urgent, giving is not."""
    return viewer.has(Role.ADMINISTRATOR) and role.state == GrantState.ACTIVE and viewer.person_id != role.person_id


def may_disable(viewer: Viewer, person: Person) -> bool:
    """An administrator closes or reopens somebody else's account."""
    return viewer.has(Role.ADMINISTRATOR) and viewer.person_id != person.id


def may_reset_second_factor(viewer: Viewer, person: Person) -> bool:
    """An administrator helps somebody who lost phone and recovery codes."""
    return may_disable(viewer, person) and person.totp_confirmed_at is not None
