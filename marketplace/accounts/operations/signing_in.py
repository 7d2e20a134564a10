"""Signing in, and getting back in."""

from sqlalchemy import select

from marketplace.accounts.models import Person
from marketplace.accounts.operations import passwords
from marketplace.accounts.operations.attempts import note_success
from marketplace.accounts.operations.links import make_link, spend_link, take_link, tell, write_mail
from marketplace.accounts.operations.sessions import end_sessions_of, start_session
from marketplace.accounts.queries import find_persona
from marketplace.core import clock
from marketplace.core.db import is_demo, locked, session
from marketplace.core.errors import Missing, Refused
from marketplace.core.i18n import _
from marketplace.core.viewer import Viewer
from marketplace.evidence.operations import record


def _find_person(email: str) -> Person | None:
    return session.scalars(select(Person).where(Person.email == email)).one_or_none()


def sign_in(email: str, password: str, *, user_agent: str = "") -> str:
    """Begin a session for the right password. Returns its token; with a second factor the session awaits the code.

    `begin_attempt("password", email)` has been committed before. An unknown address, a wrong password and a disabled
    account are refused in the same words and the same time.
    """
    person = _find_person(email)
    right = passwords.matches(person.password_hash if person else None, password)
    if person is None or not right or person.disabled_at is not None or person.email_confirmed_at is None:
        raise Refused(_("이메일 주소나 비밀번호가 맞지 않습니다. 다시 확인하거나 비밀번호를 재설정하세요."))
    note_success("password", email)
    if passwords.is_outdated(person.password_hash):
        locked(Person, person.id).password_hash = passwords.hashed(password)
        record("person:password_rehashed", person, by=Viewer(person_id=person.id))
    return start_session(person, second_factor=False, user_agent=user_agent)


def enter_as(person_id: int, *, user_agent: str = "") -> str:
    """Sign in as one of the demo's invented people without a password. Raises Missing in every real database."""
    persona = find_persona(person_id) if is_demo() else None
    if persona is None:
        raise Missing(_("시연용 데이터베이스에서만 할 수 있습니다."))
    person = locked(Person, persona.person_id)
    return start_session(person, second_factor=True, user_agent=user_agent)


def ask_reset(email: str, locale: str) -> None:
    """Send a link that sets a new password; to an address without an account, a mail that says so. One page."""
    person = _find_person(email)
    # The same statements either way, so that the time tells nothing: the link of an unknown address leads nowhere.
    if person is None or person.disabled_at is not None:
        link = make_link("none")
        write_mail("account_unknown", email, name=email, locale=locale)
        record("mail_token:made_for_nobody", link, by=Viewer())
        return
    link = make_link("reset", person_id=person.id)
    tell("account_reset", person, purpose="reset", nonce=link.nonce)
    record("person:reset_asked", person, by=Viewer(person_id=person.id))


def set_password(token: str, password: str) -> Person:
    """Set a password by a link of the mail. The link proves the address, and every session of the person ends."""
    link = take_link(token, "reset", "welcome")
    person = locked(Person, link.person_id or 0)
    if person.disabled_at is not None:
        raise Refused(_("이 링크는 이미 쓰였거나 기한이 지났습니다. 처음부터 다시 요청하세요."))
    passwords.require_good(password, person.email)
    by = Viewer(person_id=person.id)
    person.password_hash = passwords.hashed(password)
    person.email_confirmed_at = person.email_confirmed_at or clock.now()
    spend_link(link)
    record("person:password_set", person, by=by)
    end_sessions_of(person.id, by=by)
    # Whoever reads the mail is the owner: what a stranger's guesses cost is forgiven.
    note_success("password", person.email)
    tell("account_password", person)
    return person


def change_password(old: str, new: str, *, by: Viewer) -> None:
    """Set another password; the old one is asked for, and all other sessions end."""
    person = locked(Person, by.person_id or 0)
    if not passwords.matches(person.password_hash, old):
        raise Refused(_("지금 비밀번호가 맞지 않습니다."), field="old")
    passwords.require_good(new, person.email)
    person.password_hash = passwords.hashed(new)
    record("person:password_changed", person, by=by)
    end_sessions_of(person.id, by=by, keep=by.session_id)
    tell("account_password", person)


def edit_person(name: str, phone: str, locale: str, *, by: Viewer) -> None:
    """Change one's own name, telephone number and language."""
    person = locked(Person, by.person_id or 0)
    person.name, person.phone, person.locale = name, phone or None, locale
    record("person:edited", person, by=by)
