"""Roles of the agency's own people: asked for by one administrator, confirmed by another, revoked by any."""

from sqlalchemy import select

from marketplace.accounts import policies
from marketplace.accounts.models import GrantState, Person, StaffRole
from marketplace.accounts.operations import passwords
from marketplace.accounts.operations.firms import require
from marketplace.accounts.operations.links import make_link, tell
from marketplace.accounts.operations.second_factor import forget_second_factor
from marketplace.accounts.operations.sessions import end_sessions_of
from marketplace.accounts.queries import administrator_count, is_member_somewhere, role_label
from marketplace.accounts.rules import conflicting_role
from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import Refused
from marketplace.core.i18n import _
from marketplace.core.viewer import STAFF_ROLES, Role, Viewer
from marketplace.evidence.operations import record

FIRST_ADMINISTRATORS = 2


def _locked_person(email: str, name: str | None) -> Person:
    """The person with an address, under the lock; made, without a password, where there is none."""
    found = session.execute(
        select(Person).where(Person.email == email).with_for_update().execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if found is not None:
        return found
    if not name:
        raise Refused(_("이 주소의 계정이 없습니다. 새 동료라면 이름도 입력하세요."), field="name")
    person = Person(email=email, name=name, password_hash=passwords.UNUSABLE)
    session.add(person)
    session.flush()
    return person


def _require_fitting(person: Person, role: Role, *, but: int | None = None) -> None:
    """Refuse a role that does not go with what the person is: a member of a firm holds no staff role, an auditor no
    other role, an evaluator does not settle, a programme officer does not settle."""
    if person.disabled_at is not None:
        raise Refused(_("닫힌 계정입니다. 먼저 계정을 다시 여세요."), field="email")
    if is_member_somewhere(person.id):
        raise Refused(_("기업의 구성원은 기관의 역할을 맡을 수 없습니다. 먼저 기업에서 나와야 합니다."), field="email")
    statement = select(StaffRole.role).where(
        StaffRole.person_id == person.id,
        StaffRole.state.in_([GrantState.REQUESTED, GrantState.ACTIVE]),
        StaffRole.id != (but or 0),
    )
    other = conflicting_role(role, [Role(held) for held in session.scalars(statement)])
    if other is not None:
        raise Refused(
            _(
                "%(held)s와(과) %(wanted)s 역할은 한 사람이 함께 맡을 수 없습니다.",
                held=role_label(other),
                wanted=role_label(role),
            ),
            field="role",
        )


def request_role(email: str, role: Role, *, by: Viewer, name: str | None = None) -> StaffRole:
    """Ask for a staff role for a person, or for a new colleague of that name. Another administrator has to confirm."""
    require(policies.may_request_role(by))
    if role not in STAFF_ROLES:
        raise Refused(_("기관의 역할을 고르세요."), field="role")
    person = _locked_person(email, name)
    _require_fitting(person, role)
    granted = StaffRole(person_id=person.id, role=role.value, requested_by=by.person_id)
    session.add(granted)
    session.flush()
    record("staff_role:requested", granted, by=by, person=person.email, role=role.value)
    for administrator in _other_administrators(by, person):
        tell("account_role_requested", administrator, actor=by.name, receiver=person.name, role=role.value)
    return granted


def _other_administrators(by: Viewer, person: Person) -> list[Person]:
    statement = (
        select(Person)
        .join(StaffRole, StaffRole.person_id == Person.id)
        .where(
            StaffRole.role == Role.ADMINISTRATOR.value,
            StaffRole.state == GrantState.ACTIVE,
            Person.disabled_at.is_(None),
            Person.id.not_in([by.person_id, person.id]),
        )
        .order_by(Person.id)
    )
    return list(session.scalars(statement))


def _locked_role(role_id: int) -> tuple[StaffRole, Person]:
    # The person first, as in every operation on roles: so two confirmations cannot make a forbidden pair.
    person = locked(Person, session.scalar(select(StaffRole.person_id).where(StaffRole.id == role_id)) or 0)
    return locked(StaffRole, role_id), person


def confirm_role(role_id: int, *, by: Viewer) -> StaffRole:
    """Put a requested role into force; only by an administrator who neither asked for it nor receives it. A colleague
    without a password gets a link to set one."""
    granted, person = _locked_role(role_id)
    if granted.state == GrantState.REQUESTED:
        _require_second_person(granted, by)
    _require_fitting(person, Role(granted.role), but=granted.id)
    granted.confirmed_by = by.person_id
    granted.advance(to=GrantState.ACTIVE)
    record("staff_role:confirmed", granted, by=by, person=person.email, role=granted.role)
    _welcome(person, granted)
    return granted


def _require_second_person(granted: StaffRole, by: Viewer) -> None:
    require(by.has(Role.ADMINISTRATOR))
    if not policies.may_confirm_role(by, granted):
        raise Refused(_("요청한 사람과 받는 사람은 승인할 수 없습니다. 다른 사람이 승인해야 합니다."))


def _welcome(person: Person, granted: StaffRole) -> None:
    if person.password_hash != passwords.UNUSABLE:
        tell("account_role", person, role=granted.role, granted=True)
        return
    link = make_link("welcome", person_id=person.id)
    tell("account_welcome", person, role=granted.role, purpose="welcome", nonce=link.nonce)


def refuse_role(role_id: int, *, by: Viewer) -> StaffRole:
    """Refuse a requested role; who asked for it may take it back this way."""
    granted, person = _locked_role(role_id)
    require(by.has(Role.ADMINISTRATOR) and by.person_id != granted.person_id)
    granted.advance(to=GrantState.REFUSED)
    granted.ended_at = clock.now()
    record("staff_role:refused", granted, by=by, person=person.email, role=granted.role)
    return granted


def revoke_role(role_id: int, *, by: Viewer) -> StaffRole:
    """Take a role away, at once: the person's next request is answered without it. Nobody takes away their own, so an
    administrator always remains; where one remains, the command line of the machine invites the second."""
    granted, person = _locked_role(role_id)
    require(by.has(Role.ADMINISTRATOR) and by.person_id != granted.person_id)
    granted.advance(to=GrantState.REVOKED)
    granted.ended_at = clock.now()
    record("staff_role:revoked", granted, by=by, person=person.email, role=granted.role)
    tell("account_role", person, role=granted.role, granted=False)
    return granted


def disable_person(person_id: int, *, reason: str, by: Viewer) -> Person:
    """Close somebody's account: all sessions end and nobody signs in with it."""
    person = locked(Person, person_id)
    require(policies.may_disable(by, person))
    if person.disabled_at is not None:
        raise Refused(_("이미 닫힌 계정입니다."))
    person.disabled_at = clock.now()
    record("person:disabled", person, by=by, reason=reason)
    end_sessions_of(person.id, by=by)
    return person


def enable_person(person_id: int, *, reason: str, by: Viewer) -> Person:
    """Open a closed account again."""
    person = locked(Person, person_id)
    require(policies.may_disable(by, person))
    if person.disabled_at is None:
        raise Refused(_("닫히지 않은 계정입니다."))
    person.disabled_at = None
    record("person:enabled", person, by=by, reason=reason)
    return person


def reset_second_factor(person_id: int, *, reason: str, by: Viewer) -> Person:
    """Help somebody who lost telephone and recovery codes: they enrol anew with their password. A mail tells them."""
    person = locked(Person, person_id)
    require(policies.may_disable(by, person))
    if person.totp_confirmed_at is None:
        raise Refused(_("2단계 인증을 등록하지 않은 사람입니다."))
    forget_second_factor(person)
    record("person:second_factor_reset", person, by=by, reason=reason)
    end_sessions_of(person.id, by=by)
    tell("account_second_factor", person, enrolled=False)
    return person


def invite_administrator(email: str, name: str) -> str:
    """From the machine's command line only: one of the first two administrators, who have nobody to confirm them.
    Returns the nonce of the link that sets the password."""
    if administrator_count() >= FIRST_ADMINISTRATORS:
        raise Refused(_("관리자가 이미 두 명 있습니다. 더 필요하면 관리자가 화면에서 요청하고 승인하세요."))
    person = _locked_person(email, name)
    _require_fitting(person, Role.ADMINISTRATOR)
    granted = StaffRole(person_id=person.id, role=Role.ADMINISTRATOR.value, state=GrantState.ACTIVE)
    session.add(granted)
    session.flush()
    by = Viewer(name="command line", system=True)
    record("staff_role:invited", granted, by=by, person=person.email, role=granted.role)
    return make_link("welcome", person_id=person.id).nonce
