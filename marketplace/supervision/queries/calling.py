"""Users called back. Only those who may see calls get anything from here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, not_, select

from marketplace.accounts.models import MemberRole, Membership, Organisation, Person
from marketplace.core.db import session
from marketplace.core.viewer import Viewer
from marketplace.core.web import Page
from marketplace.orders.models import OrderLine, PurchaseOrder
from marketplace.programmes.models import Programme
from marketplace.supervision import policies
from marketplace.supervision.models import Callback, CallbackDraw, CallbackState, CallbackTry
from marketplace.supervision.rules import draw
from marketplace.vouchers.models import Voucher

PAGE = 50


@dataclass(frozen=True)
class CallRow:
    """A call as it stands on a list."""

    id: int
    draw_id: int
    position: int
    firm: str
    voucher: str
    state: CallbackState
    alarming: bool
    called_at: datetime | None


@dataclass(frozen=True)
class DrawRow:
    """A drawing, and whether drawing again with its seed finds the same."""

    id: int
    programme: str
    seed: str
    many: int
    size: int
    drawn_at: datetime
    waiting: int
    same_again: bool


@dataclass(frozen=True)
class User:
    """Somebody of the firm who can be called. Addresses are for the officer who calls."""

    name: str
    email: str
    signs: bool


def users_to_draw(programme_id: int) -> list[int]:
    """Vouchers of a programme with accepted work whose users were never drawn, by id."""
    accepted = (
        exists()
        .where(PurchaseOrder.voucher_id == Voucher.id)
        .where(OrderLine.order_id == PurchaseOrder.id, OrderLine.accepted_minor > 0)
    )
    drawn = exists().where(Callback.voucher_id == Voucher.id)
    statement = select(Voucher.id).where(Voucher.programme_id == programme_id, accepted, not_(drawn))
    return list(session.scalars(statement.order_by(Voucher.id).limit(20_000)))


def draws(limit: int = 50) -> list[DrawRow]:
    """The drawings, the newest first, each drawn again."""
    waiting = func.count().filter(Callback.state == CallbackState.WAITING)
    places = func.array_agg(Callback.voucher_id).label("drawn")
    statement = (
        select(CallbackDraw, Programme.name, waiting, places)
        .join(Programme, Programme.id == CallbackDraw.programme_id)
        .join(Callback, Callback.draw_id == CallbackDraw.id)
        .group_by(CallbackDraw.id, Programme.name)
        .order_by(CallbackDraw.id.desc())
        .limit(limit)
    )
    return [
        DrawRow(
            row.id,
            programme,
            row.seed,
            len(row.population),
            row.size,
            row.drawn_at,
            left,
            set(draw(row.population, row.size, row.seed)) == set(drawn),
        )
        for row, programme, left, drawn in session.execute(statement)
    ]


def find_draw(draw_id: int) -> CallbackDraw | None:
    """A drawing by its id."""
    return session.scalars(select(CallbackDraw).where(CallbackDraw.id == draw_id)).one_or_none()


def calls_page(*, state: str = "", page: int = 1) -> Page:
    """All calls, the waiting first, 50 a page."""
    statement = (
        select(Callback, Organisation.name, Voucher.number)
        .join(Voucher, Voucher.id == Callback.voucher_id)
        .join(Organisation, Organisation.id == Voucher.organisation_id)
    )
    if state in {each.value for each in CallbackState}:
        statement = statement.where(Callback.state == CallbackState(state))
    total = session.scalar(select(func.count()).select_from(statement.subquery())) or 0
    statement = statement.order_by(Callback.state != CallbackState.WAITING, Callback.draw_id.desc(), Callback.position)
    rows = [
        CallRow(row.id, row.draw_id, row.position, firm, number, row.state, row.alarming, row.called_at)
        for row, firm, number in session.execute(statement.limit(PAGE).offset((page - 1) * PAGE))
    ]
    return Page(rows, page, PAGE, total)


def find_call_seen_by(viewer: Viewer, callback_id: int) -> Callback | None:
    """A call, for officers and auditors; for everybody else there is none."""
    if not policies.may_see_calls(viewer):
        return None
    return session.scalars(select(Callback).where(Callback.id == callback_id)).one_or_none()


def users_of_voucher(voucher_id: int) -> list[User]:
    """The present members of the firm that holds a voucher: those who do not sign first, for they do the work."""
    statement = (
        select(Person.name, Person.email, Membership.role)
        .join(Membership, Membership.person_id == Person.id)
        .join(Voucher, Voucher.organisation_id == Membership.organisation_id)
        .where(Voucher.id == voucher_id, Membership.ended_at.is_(None))
        .order_by(Membership.role == MemberRole.SIGNATORY, Person.id)
        .limit(50)
    )
    return [User(name, email, role == MemberRole.SIGNATORY) for name, email, role in session.execute(statement)]


def tries_of(callback_id: int) -> Sequence[CallbackTry]:
    """The calls that nobody took, in their order."""
    statement = select(CallbackTry).where(CallbackTry.callback_id == callback_id).order_by(CallbackTry.id)
    return session.scalars(statement.limit(100)).all()


def answered_sums() -> tuple[int, int, int]:
    """(drawn, answered, alarming) of all calls."""
    row = session.execute(
        select(
            func.count(),
            func.count().filter(Callback.state == CallbackState.ANSWERED),
            func.count().filter(Callback.alarming),
        ).select_from(Callback)
    ).one()
    return row[0], row[1], row[2]
