"""Sessions: begun at sign-in, ended at sign-out, revoked from a list."""

import secrets
from datetime import timedelta

from marketplace.accounts.models import Person, SignInSession
from marketplace.accounts.queries import organisations_of, token_hash
from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import Missing, NotYours
from marketplace.core.i18n import _
from marketplace.core.viewer import Viewer, origin
from marketplace.evidence.operations import record

SESSION_HOURS = 12


def start_session(person: Person, *, second_factor: bool, user_agent: str = "") -> str:
    """Begin a session for a person who has proved who they are. Returns the token for the cookie, which is kept nowhere."""
    token = secrets.token_urlsafe(32)
    firms = organisations_of(person.id)
    now = clock.now()
    signed_in = SignInSession(
        person_id=person.id,
        token_hash=token_hash(token),
        organisation_id=firms[0][0].id if firms else None,
        second_factor_at=now if second_factor else None,
        address=origin.get().address,
        user_agent=user_agent[:300],
        expires_at=now + timedelta(hours=SESSION_HOURS),
    )
    session.add(signed_in)
    session.flush()
    record("session:started", signed_in, by=Viewer(person_id=person.id), second_factor=second_factor)
    return token


def end_session(session_id: int, *, by: Viewer) -> None:
    """Sign out, or revoke one of one's own sessions from the list."""
    signed_in = locked(SignInSession, session_id)
    if signed_in.person_id != by.person_id:
        raise Missing(_("그런 로그인 기록이 없습니다."))
    if signed_in.revoked_at is None:
        signed_in.revoked_at = clock.now()
        record("session:ended", signed_in, by=by)


def switch_organisation(organisation_id: int, *, by: Viewer) -> None:
    """Act for another of one's own firms from now on."""
    if by.session_id is None or organisation_id not in {firm.id for firm, _role in organisations_of(by.person_id or 0)}:
        raise NotYours(_("이 기업의 구성원이 아닙니다."))
    signed_in = locked(SignInSession, by.session_id)
    signed_in.organisation_id = organisation_id
    record("session:switched", signed_in, by=by)
