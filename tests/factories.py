"""Makers of people and firms for tests, by the shortest way that leaves true rows. Everything after that is done by the
real operations. Passwords share one hash, computed once."""

import itertools
from datetime import date
from typing import Any

from marketplace.accounts import queries
from marketplace.accounts.models import (
    BusinessState,
    GrantState,
    MemberRole,
    Membership,
    Organisation,
    Person,
    SizeClass,
    StaffRole,
)
from marketplace.accounts.operations import start_session
from marketplace.core import clock
from marketplace.core.db import session, transaction
from marketplace.core.korea import business_number_check_digit
from marketplace.core.viewer import Role, Viewer
from marketplace.payments.models import BankAccount, BankAccountState

_count = itertools.count(1)
UNUSABLE = "!"


def business_number(serial: int | None = None) -> str:
    """A valid business number that belongs to nobody: office 999, with its check digit."""
    nine = f"999{(serial or next(_count)) % 1_000_000:06d}"
    return f"{nine}{business_number_check_digit(nine)}"


def make_organisation(**facts: Any) -> int:
    """A firm; returns its id."""
    number = next(_count)
    values: dict[str, Any] = {
        "name": f"한빛데이터{number}",
        "name_en": f"Hanbit Data {number}",
        "business_number": business_number(),
        "size_class": SizeClass.SMALL,
        "business_state": BusinessState.OPEN,
        "region": "26",
        "representative": "김한빛",
        "bank_code": "004",
        "bank_account": f"1234567{number:06d}",
        "bank_holder": f"한빛데이터{number}",
        **facts,
    }
    with transaction():
        organisation = Organisation(**values)
        session.add(organisation)
        session.flush()
        if values["bank_account"]:
            session.add(
                BankAccount(
                    organisation_id=organisation.id,
                    code=values["bank_code"],
                    account="".join(filter(str.isdigit, values["bank_account"])),
                    holder=values["bank_holder"],
                    state=BankAccountState.ACTIVE,
                    taken_over=True,
                    usable_on=clock.today(),
                )
            )
        return organisation.id


def make_person(
    name: str | None = None,
    *,
    organisation_id: int | None = None,
    role: MemberRole = MemberRole.SIGNATORY,
    staff: tuple[Role, ...] = (),
) -> Viewer:
    """A person with a confirmed address, member of a firm or holder of staff roles; returned as operations see them."""
    number = next(_count)
    with transaction():
        person = Person(
            email=f"person{number}@example.com",
            name=name or f"사람{number}",
            password_hash=UNUSABLE,
            email_confirmed_at=clock.now(),
            totp_secret="JBSWY3DPEHPK3PXP" if staff else None,
            totp_confirmed_at=clock.now() if staff else None,
        )
        session.add(person)
        session.flush()
        if organisation_id is not None:
            session.add(Membership(person_id=person.id, organisation_id=organisation_id, role=role))
        for granted in staff:
            session.add(StaffRole(person_id=person.id, role=granted.value, state=GrantState.ACTIVE))
        session.flush()
        return queries.viewer_of(person, organisation_id=organisation_id)


def make_sme(**facts: Any) -> Viewer:
    """A firm that buys, and its signatory."""
    return make_person(organisation_id=make_organisation(buys=True, **facts))


def make_supplier(**facts: Any) -> Viewer:
    """A firm that sells, and its signatory."""
    return make_person(organisation_id=make_organisation(sells=True, **facts))


def make_officer(name: str | None = None) -> Viewer:
    """A programme officer."""
    return make_person(name, staff=(Role.PROGRAMME_OFFICER,))


def make_settler(name: str | None = None) -> Viewer:
    """A settlement officer."""
    return make_person(name, staff=(Role.SETTLEMENT_OFFICER,))


def make_auditor() -> Viewer:
    """An auditor."""
    return make_person(staff=(Role.AUDITOR,))


def make_administrator(name: str | None = None) -> Viewer:
    """An administrator."""
    return make_person(name, staff=(Role.ADMINISTRATOR,))


def cookie_of(viewer: Viewer) -> str:
    """A session of that person, begun as sign-in begins it, acting for the viewer's firm. Returns the token."""
    with transaction():
        person = session.get_one(Person, viewer.person_id)
        token = start_session(person, second_factor=True)
        row = queries.find_viewer_of_session(token)
        assert row is not None
        if viewer.organisation_id != row.organisation_id:
            from marketplace.accounts.operations import switch_organisation

            switch_organisation(viewer.organisation_id or 0, by=row)
    return token


def day(text: str) -> date:
    """A date from '2020-08-01'."""
    return date.fromisoformat(text)
