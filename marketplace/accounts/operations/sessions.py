"""Sessions: begun at sign-in, ended at sign-out, revoked from a list."""

import secrets
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert

from marketplace.accounts.models import Person, SessionUse, SignInSession
from marketplace.accounts.queries import SESSION_HOURS, SLOT, organisations_of, token_hash
from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import Missing, NotYours
from marketplace.core.i18n import _
from marketplace.core.viewer import Viewer, origin
from marketplace.evidence.operations import record


def start_session(person: Person, *, second_factor: bool, user_agent: str = "") -> str:
    """Begin a session for a person who has proved who they are. Returns the cookie's token, which is kept nowhere."""
    token = secrets.token_urlsafe(32)
    firms = organisations_of(person.id)
    signed_in = SignInSession(
        person_id=person.id,
        token_hash=token_hash(token),
        organisation_id=firms[0][0].id if firms else None,
        second_factor_at=clock.now() if second_factor else None,
        address=origin.get().address,
        user_agent=user_agent[:300].replace("\0", ""),
        expires_at=datetime.now(UTC) + timedelta(hours=SESSION_HOURS),
    )
    session.add(signed_in)
    session.flush()
    record("session:started", signed_in, by=Viewer(person_id=person.id), second_factor=second_factor)
    return token


def renew_session(signed_in: SignInSession) -> str:
    """Mark that the second factor was shown, under a new token: whoever knew the old one stays out."""
    token = secrets.token_urlsafe(32)
    signed_in.token_hash = token_hash(token)
    signed_in.second_factor_at = clock.now()
    record("session:second_factor_shown", signed_in, by=Viewer(person_id=signed_in.person_id))
    return token


def note_use(session_id: int) -> None:
    """Remember that a session is in use, once in ten minutes; idle time is counted from here.

    A row is appended and none changed, since this also follows pages that were only read.
    """
    now = datetime.now(UTC)
    slot = now - timedelta(seconds=now.timestamp() % SLOT.total_seconds())
    row = {"session_id": session_id, "used_at": slot}
    session.execute(upsert(SessionUse).values([row]).on_conflict_do_nothing())


def end_session(session_id: int, *, by: Viewer) -> None:
    """Sign out, or revoke one of one's own sessions from the list."""
    signed_in = locked(SignInSession, session_id)
    if signed_in.person_id != by.person_id:
        raise Missing(_("그런 로그인 기록이 없습니다."))
    if signed_in.revoked_at is None:
        signed_in.revoked_at = clock.now()
        record("session:ended", signed_in, by=by)


def end_sessions_of(person_id: int, *, by: Viewer, keep: int | None = None) -> int:
    """End all sessions of a person but `keep`; returns how many. The caller has asked for the right."""
    statement = (
        select(SignInSession)
        .where(
            SignInSession.person_id == person_id,
            SignInSession.revoked_at.is_(None),
            SignInSession.expires_at > datetime.now(UTC),
            SignInSession.id != (keep or 0),
        )
        .order_by(SignInSession.id)
        .with_for_update()
    )
    ended = session.scalars(statement).all()
    for signed_in in ended:
        signed_in.revoked_at = clock.now()
    if ended:
        record("session:all_ended", f"person:{person_id}", by=by, sessions=len(ended))
    return len(ended)


def end_other_sessions(*, by: Viewer) -> int:
    """Sign out everywhere but here; returns how many sessions ended."""
    return end_sessions_of(by.person_id or 0, by=by, keep=by.session_id)


def switch_organisation(organisation_id: int, *, by: Viewer) -> None:
    """Act for another of one's own firms from now on."""
    if by.session_id is None or organisation_id not in {firm.id for firm, _role in organisations_of(by.person_id or 0)}:
        raise NotYours(_("이 기업의 구성원이 아닙니다."))
    signed_in = locked(SignInSession, by.session_id)
    signed_in.organisation_id = organisation_id
    record("session:switched", signed_in, by=by)
