"""Accounts of firms: which one is paid to, which ones wait, and who has to know when one changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, or_, select

from marketplace.accounts.models import MemberRole, Membership, Organisation, Person
from marketplace.core import clock
from marketplace.core.db import session
from marketplace.core.viewer import Viewer
from marketplace.core.web import Page
from marketplace.evidence.models import Event
from marketplace.payments.models import BankAccount, BankAccountState

SIZE = 50
LIVE = (BankAccountState.ASKED, BankAccountState.WAITING)
LEFT_LATELY = timedelta(days=30)
"""A signatory who left so lately is told too: whoever steals a session may end the others' memberships first."""


def accounts_of(organisation_id: int) -> Sequence[BankAccount]:
    """All accounts of a firm, newest first. The caller has asked whether the reader may see the firm."""
    statement = select(BankAccount).where(BankAccount.organisation_id == organisation_id)
    return session.scalars(statement.order_by(BankAccount.id.desc()).limit(100)).all()


def active_account(organisation_id: int) -> BankAccount | None:
    """Where a firm is paid now."""
    statement = select(BankAccount).where(
        BankAccount.organisation_id == organisation_id, BankAccount.state == BankAccountState.ACTIVE
    )
    return session.scalars(statement.execution_options(populate_existing=True)).one_or_none()


def live_account(organisation_id: int) -> BankAccount | None:
    """The account that was asked for, or that waits for its day."""
    statement = select(BankAccount).where(BankAccount.organisation_id == organisation_id, BankAccount.state.in_(LIVE))
    return session.scalars(statement.execution_options(populate_existing=True)).one_or_none()


def find_account_seen_by(viewer: Viewer, account_id: int) -> BankAccount | None:
    """An account: to its firm, and to those who see everything."""
    statement = select(BankAccount).where(BankAccount.id == account_id)
    if not viewer.sees_everything:
        statement = statement.where(BankAccount.organisation_id == (viewer.organisation_id or 0))
    return session.scalars(statement).one_or_none()


def accounts_to_check(limit: int = 50) -> list[tuple[int, str, str]]:
    """Accounts that the bank was not asked about yet: id, bank, number; oldest first."""
    rows = session.execute(
        select(BankAccount.id, BankAccount.code, BankAccount.account)
        .where(BankAccount.state == BankAccountState.ASKED, BankAccount.checked_at.is_(None))
        .order_by(BankAccount.id)
        .limit(limit)
    )
    return [(identity, code, account) for identity, code, account in rows]


def accounts_to_activate(limit: int = 200) -> list[int]:
    """Accounts whose day has come."""
    statement = select(BankAccount.id).where(
        BankAccount.state == BankAccountState.WAITING, BankAccount.usable_on <= clock.today()
    )
    return list(session.scalars(statement.order_by(BankAccount.id).limit(limit)))


def signatories_to_tell(organisation_id: int) -> list[int]:
    """Who may bind the firm, and who could until lately."""
    gone = clock.now() - LEFT_LATELY
    statement = (
        select(Person.id)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Membership.organisation_id == organisation_id,
            Membership.role == MemberRole.SIGNATORY,
            or_(Membership.ended_at.is_(None), Membership.ended_at > gone),
            Person.disabled_at.is_(None),
        )
        .distinct()
        .order_by(Person.id)
    )
    return list(session.scalars(statement))


def was_signatory_before(organisation_id: int, person_id: int | None, moment: datetime) -> bool:
    """Whether somebody acted for the firm in their present role before `moment`: who was let in or promoted for the purpose
    is no second person."""
    changed = select(Event.id).where(
        Event.subject == func.concat("membership:", Membership.id),
        Event.action == "membership:role_changed",
        Event.happened_at >= moment,
    )
    statement = select(Membership.id).where(
        Membership.organisation_id == organisation_id,
        Membership.person_id == (person_id or 0),
        Membership.ended_at.is_(None),
        Membership.created_at < moment,
        ~changed.exists(),
    )
    return session.scalars(statement.limit(1)).first() is not None


@dataclass(frozen=True)
class AccountRow:
    """One line of the officers' list."""

    id: int
    organisation_id: int
    firm: str
    code: str
    account: str
    holder: str
    found_holder: str | None
    agreed: bool
    checked: bool
    has_document: bool
    state: BankAccountState
    usable_on: date | None
    created_at: datetime


def accounts_page(page: int, *, state: str = "") -> Page:
    """Accounts of all firms, those that wait for somebody first, then the newest."""
    statement = select(BankAccount, Organisation.name).join(
        Organisation, Organisation.id == BankAccount.organisation_id
    )
    counted = select(func.count()).select_from(BankAccount)
    if state in {each.value for each in BankAccountState}:
        statement = statement.where(BankAccount.state == BankAccountState(state))
        counted = counted.where(BankAccount.state == BankAccountState(state))
    order = (BankAccount.state != BankAccountState.ASKED, BankAccount.id.desc())
    rows = session.execute(statement.order_by(*order).limit(SIZE).offset((page - 1) * SIZE)).all()
    items = [
        AccountRow(
            *(row.id, row.organisation_id, firm, row.code, row.account, row.holder, row.found_holder, row.agreed),
            *(row.checked_at is not None, row.document_sha256 is not None, row.state, row.usable_on, row.created_at),
        )
        for row, firm in rows
    ]
    return Page(items, page, SIZE, session.scalar(counted) or 0)
