"""Makers for the accounts room: people with passwords and authenticators, what mails say, and how pages are sent."""

import re
from datetime import UTC, datetime
from typing import Any

import pyotp

from marketplace.accounts import queries
from marketplace.accounts.documents import letter_of
from marketplace.accounts.models import GrantState, MemberRole, Membership, Person, StaffRole
from marketplace.accounts.operations import passwords
from marketplace.core import clock
from marketplace.core.db import session, transaction
from marketplace.core.viewer import Role
from tests import factories

PASSWORD = "a river runs under the bridge"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
_hash: list[str] = []


def password_hash() -> str:
    """The hash of PASSWORD, counted once."""
    if not _hash:
        _hash.append(passwords.hashed(PASSWORD))
    return _hash[0]


def make_account(
    email: str = "kim@example.com",
    *,
    organisation_id: int | None = None,
    role: MemberRole = MemberRole.SIGNATORY,
    staff: tuple[Role, ...] = (),
    second_factor: bool = False,
) -> int:
    """A person who can sign in with PASSWORD; returns the id."""
    with transaction():
        person = Person(
            email=email,
            name="김하늘",
            password_hash=password_hash(),
            email_confirmed_at=clock.now(),
            totp_secret=SECRET if second_factor else None,
            totp_confirmed_at=clock.now() if second_factor else None,
        )
        session.add(person)
        session.flush()
        if organisation_id is not None:
            session.add(Membership(person_id=person.id, organisation_id=organisation_id, role=role))
        for granted in staff:
            session.add(StaffRole(person_id=person.id, role=granted.value, state=GrantState.ACTIVE))
        return person.id


def code(ahead: int = 0) -> str:
    """The code of SECRET now, or of a step `ahead`."""
    return pyotp.TOTP(SECRET).at(datetime.now(UTC), ahead)


def sign_in(client: Any, email: str = "kim@example.com", password: str = PASSWORD, **more: Any) -> Any:
    """Send the sign-in form."""
    return client.send("/sign-in", {"email": email, "password": password, **more.pop("data", {})}, **more)


def latest_letter(email: str) -> Any:
    """Subject and body of the newest mail to an address."""
    session.rollback()
    return letter_of(queries.latest_mails(1, email)[0])


def link_in(letter: Any) -> str:
    """The path of the link in a mail."""
    return re.search(r"http://127\.0\.0\.1:8000(\S*)", letter.body).group(1)


def sign_up_fields(**changes: Any) -> dict[str, Any]:
    """What a person types to sign up with a firm."""
    return {
        "email": "new@example.com",
        "name": "박새봄",
        "phone": "010-1234-5678",
        "password": PASSWORD,
        "consent": "y",
        "firm_name": "새봄데이터",
        "size_class": "small",
        "business_number": factories.business_number(),
        "representative": "박새봄",
        "region": "26",
        "buys": "y",
        **changes,
    }
