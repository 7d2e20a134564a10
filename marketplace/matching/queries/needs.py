"""Looking at needs. A supplier sees what it is asked and what it has quoted for; drafts are seen by their firm and staff."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select, true
from sqlalchemy.orm import aliased

from marketplace.accounts.models import Organisation
from marketplace.catalogue.queries import listing_names
from marketplace.core import clock
from marketplace.core.db import session
from marketplace.core.viewer import Viewer
from marketplace.core.web import Page
from marketplace.matching.models import (
    Audience,
    Need,
    NeedInvitation,
    NeedQuestion,
    NeedState,
    Quote,
    QuoteState,
    Shortlist,
)
from marketplace.suppliers.queries import is_designated_anywhere

MOST_QUESTIONS = 200

STANDING = NeedInvitation.taken_back_at.is_(None)
"""Of an invitation that was not taken back."""


@dataclass(frozen=True)
class NeedRow:
    """A need as lists and pages show it: with whose it is, and how many quotes wait or were sent."""

    need: Need
    buyer: str
    supplier: str | None
    listing: str | None
    quotes: int
    mine: QuoteState | None
    """The state of the viewer's own newest quote, for suppliers."""


@dataclass(frozen=True)
class Invited:
    """A firm that was asked by name, and whether it has answered: that is all that is known before the opening."""

    supplier_id: int
    supplier: str
    listing_id: int | None
    listing: str | None


@dataclass(frozen=True)
class Asked:
    """A question with its answer; `mine`: the viewer's firm has asked it."""

    question: NeedQuestion
    mine: bool


def find_need_seen_by(viewer: Viewer, need_id: int) -> Need | None:
    """A need of the viewer's own firm, one it is asked or has quoted for, or any for those who see everything."""
    return session.scalars(select(Need).where(Need.id == need_id, _visible(viewer))).one_or_none()


def need_row(viewer: Viewer, need: Need) -> NeedRow:
    """The names around a need."""
    return _rows(viewer, _with_names(viewer).where(Need.id == need.id))[0]


def needs_seen_by(viewer: Viewer, *, state: NeedState | None = None, page: int = 1, size: int = 20) -> Page:
    """Needs the viewer may see, open ones first, the newest first."""
    conditions = [_visible(viewer)]
    if state is not None:
        conditions.append(Need.state == state)
    total = session.execute(select(func.count()).select_from(Need).where(*conditions)).scalar_one()
    order = ((Need.state == NeedState.OPEN).desc(), Need.id.desc())
    statement = _with_names(viewer).where(*conditions).order_by(*order).limit(size).offset((page - 1) * size)
    return Page(_rows(viewer, statement), page, size, total)


def is_invited(need_id: int, organisation_id: int | None) -> bool:
    """Whether the firm was asked by name."""
    asked = exists().where(
        NeedInvitation.need_id == need_id, NeedInvitation.supplier_id == (organisation_id or 0), STANDING
    )
    return bool(session.execute(select(asked)).scalar_one())


def find_invitation(need_id: int, supplier_id: int) -> NeedInvitation | None:
    """The standing invitation of a firm."""
    asked = (NeedInvitation.need_id == need_id, NeedInvitation.supplier_id == supplier_id, STANDING)
    return session.scalars(select(NeedInvitation).where(*asked)).one_or_none()


def invitations_of(need_id: int) -> list[Invited]:
    """The firms that were asked by name, in the order of asking."""
    rows = session.execute(
        select(NeedInvitation.supplier_id, Organisation.name, NeedInvitation.listing_id)
        .join(Organisation, Organisation.id == NeedInvitation.supplier_id)
        .where(NeedInvitation.need_id == need_id, STANDING)
        .order_by(NeedInvitation.id)
    ).all()
    names = listing_names({listing for _firm, _name, listing in rows if listing})
    return [Invited(firm, name, listing, names.get(listing or 0)) for firm, name, listing in rows]


def questions_of(viewer: Viewer, need: Need) -> list[Asked]:
    """Questions and answers, the oldest first. Those without an answer: for the firm, its asker and staff only."""
    statement = select(NeedQuestion).where(NeedQuestion.need_id == need.id)
    mine = NeedQuestion.organisation_id == (viewer.organisation_id or 0)
    if not (viewer.sees_everything or viewer.organisation_id == need.organisation_id):
        statement = statement.where(or_(NeedQuestion.answered_at.is_not(None), mine))
    rows = session.scalars(statement.order_by(NeedQuestion.id).limit(MOST_QUESTIONS))
    return [Asked(row, row.organisation_id == viewer.organisation_id) for row in rows]


def find_question_seen_by(viewer: Viewer, question_id: int) -> tuple[NeedQuestion, Need] | None:
    """A question with its need, for those who may see the need and the question."""
    row = session.execute(
        select(NeedQuestion, Need)
        .join(Need, Need.id == NeedQuestion.need_id)
        .where(NeedQuestion.id == question_id, _visible(viewer))
    ).one_or_none()
    if row is None:
        return None
    question, need = row
    seen = viewer.sees_everything or viewer.organisation_id in (need.organisation_id, question.organisation_id)
    return (question, need) if seen or question.answered_at else None


def question_count(need_id: int, organisation_id: int) -> int:
    """How many questions a firm has asked about a need."""
    asked = select(func.count()).where(NeedQuestion.need_id == need_id, NeedQuestion.organisation_id == organisation_id)
    return session.execute(asked).scalar_one()


def firms_to_tell(need_id: int) -> Sequence[int]:
    """The firms that take part in a need: invited, asking or quoting; in a fixed order."""
    invited = select(NeedInvitation.supplier_id).where(NeedInvitation.need_id == need_id, STANDING)
    asking = select(NeedQuestion.organisation_id).where(NeedQuestion.need_id == need_id)
    quoting = select(Quote.organisation_id).where(Quote.need_id == need_id, Quote.state == QuoteState.SENT)
    return sorted(set(session.scalars(invited.union(asking, quoting))))


def needs_to_open(limit: int = 100) -> Sequence[int]:
    """Needs whose quotes are to be opened, the earliest deadline first."""
    due = select(Need.id).where(Need.state == NeedState.OPEN, Need.quotes_until <= clock.now())
    return session.scalars(due.order_by(Need.quotes_until, Need.id).limit(limit)).all()


def shortlists_of(need_id: int) -> Sequence[Shortlist]:
    """What was locked about a need, the newest first."""
    return session.scalars(select(Shortlist).where(Shortlist.need_id == need_id).order_by(Shortlist.id.desc())).all()


def find_shortlist_seen_by(viewer: Viewer, shortlist_id: int) -> tuple[Shortlist, Need] | None:
    """A locked shortlist with its need: for the firm that needs, and for those who see everything."""
    statement = select(Shortlist, Need).join(Need, Need.id == Shortlist.need_id).where(Shortlist.id == shortlist_id)
    if not viewer.sees_everything:
        statement = statement.where(Need.organisation_id == (viewer.organisation_id or 0))
    row = session.execute(statement).one_or_none()
    return (row[0], row[1]) if row and (viewer.sees_everything or viewer.is_sme) else None


def _visible(viewer: Viewer) -> ColumnElement[bool]:
    if viewer.sees_everything:
        return true()
    firm = viewer.organisation_id
    if firm is None:
        return false()
    seen: list[ColumnElement[bool]] = []
    if viewer.is_sme:
        seen.append(Need.organisation_id == firm)
    if viewer.is_supplier:
        asked = [
            Need.supplier_id == firm,
            exists().where(Quote.need_id == Need.id, Quote.organisation_id == firm),
            exists().where(NeedInvitation.need_id == Need.id, NeedInvitation.supplier_id == firm, STANDING),
        ]
        if is_designated_anywhere(firm):
            asked.append(and_(Need.audience == Audience.ALL, Need.state == NeedState.OPEN))
        seen.append(and_(Need.posted_at.is_not(None), or_(*asked)))
    return or_(*seen) if seen else false()


def _with_names(viewer: Viewer) -> Select[Any]:
    asked = aliased(Organisation)
    counted = (
        select(func.count())
        .where(Quote.need_id == Need.id, Quote.state.in_((QuoteState.SENT, QuoteState.ACCEPTED)))
        .correlate(Need)
        .scalar_subquery()
    )
    own = (
        select(Quote.state)
        .where(Quote.need_id == Need.id, Quote.organisation_id == (viewer.organisation_id or 0))
        .order_by(Quote.id.desc())
        .limit(1)
        .correlate(Need)
        .scalar_subquery()
    )
    return (
        select(Need, Organisation.name, asked.name, counted, own)
        .join(Organisation, Organisation.id == Need.organisation_id)
        .outerjoin(asked, asked.id == Need.supplier_id)
    )


def _rows(viewer: Viewer, statement: Select[Any]) -> list[NeedRow]:
    found = session.execute(statement).all()
    names = listing_names({need.listing_id for need, *_rest in found if need.listing_id})
    rows = []
    for need, buyer, supplier, quotes, mine in found:
        sees_count = viewer.sees_everything or viewer.organisation_id == need.organisation_id
        rows.append(NeedRow(need, buyer, supplier, names.get(need.listing_id), quotes if sees_count else 0, mine))
    return rows
