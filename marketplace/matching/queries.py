"""Looking at needs and quotes. A supplier sees what it is asked and its own quotes, never another supplier's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select, true
from sqlalchemy.orm import aliased

from marketplace.accounts.models import Organisation
from marketplace.catalogue.queries import listing_names
from marketplace.core import clock
from marketplace.core.db import session
from marketplace.core.i18n import _
from marketplace.core.tasks import Task
from marketplace.core.viewer import Viewer
from marketplace.core.web import Page
from marketplace.matching.models import Need, NeedState, Quote, QuoteState
from marketplace.suppliers.queries import is_designated_anywhere

MOST_QUOTES = 100


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
class QuoteRow:
    """A quote with the supplier's name."""

    quote: Quote
    supplier: str

    @property
    def supply_minor(self) -> int:
        """Quantity x unit price, without VAT."""
        return self.quote.quantity * self.quote.unit_price_minor

    @property
    def expired(self) -> bool:
        """Whether its last day is over; nobody may accept it then."""
        return self.quote.state == QuoteState.SENT and self.quote.valid_until < clock.today()


@dataclass(frozen=True)
class AcceptedQuote:
    """What an order is drafted from. Amounts are in won without VAT; it never changes."""

    id: int
    need_id: int
    buyer_id: int
    supplier_id: int
    listing_id: int | None
    title: str
    description: str
    unit_label: str
    quantity: int
    unit_price_minor: int
    lead_days: int
    no_subcontract: bool
    decided_at: datetime | None

    @property
    def supply_minor(self) -> int:
        """Quantity x unit price."""
        return self.quantity * self.unit_price_minor


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


def find_quote_seen_by(viewer: Viewer, quote_id: int) -> tuple[Quote, Need] | None:
    """A quote with its need: to the two firms, and to those who see everything."""
    own = or_(
        Quote.organisation_id == (viewer.organisation_id or 0), Need.organisation_id == (viewer.organisation_id or 0)
    )
    statement = select(Quote, Need).join(Need, Need.id == Quote.need_id).where(Quote.id == quote_id)
    row = session.execute(statement.where(true() if viewer.sees_everything else own)).one_or_none()
    return (row[0], row[1]) if row else None


def quotes_seen_by(viewer: Viewer, need: Need) -> list[QuoteRow]:
    """The quotes for a need, side by side: all of them for its owner and for staff, a supplier's own for itself.

    Open ones first, the lowest sum first; what was withdrawn comes last.
    """
    statement = (
        select(Quote, Organisation.name)
        .join(Organisation, Organisation.id == Quote.organisation_id)
        .where(Quote.need_id == need.id)
    )
    if not (viewer.sees_everything or viewer.organisation_id == need.organisation_id):
        statement = statement.where(Quote.organisation_id == (viewer.organisation_id or 0))
    order = (
        (Quote.state == QuoteState.ACCEPTED).desc(),
        (Quote.state == QuoteState.SENT).desc(),
        Quote.quantity * Quote.unit_price_minor,
        Quote.id,
    )
    return [QuoteRow(quote, name) for quote, name in session.execute(statement.order_by(*order).limit(MOST_QUOTES))]


def quote_row(quote: Quote) -> QuoteRow:
    """A quote with its supplier's name."""
    return QuoteRow(
        quote, session.scalars(select(Organisation.name).where(Organisation.id == quote.organisation_id)).one()
    )


def sent_quotes(need_id: int) -> Sequence[int]:
    """Ids of the quotes that wait for the buyer, in the order in which they are locked."""
    waiting = select(Quote.id).where(Quote.need_id == need_id, Quote.state == QuoteState.SENT)
    return session.scalars(waiting.order_by(Quote.id)).all()


def get_accepted_quote(quote_id: int) -> AcceptedQuote:
    """The accepted quote an order is made from. Raises NoResultFound where it was not accepted."""
    quote, need = session.execute(
        select(Quote, Need)
        .join(Need, Need.id == Quote.need_id)
        .where(Quote.id == quote_id, Quote.state == QuoteState.ACCEPTED)
    ).one()
    return AcceptedQuote(
        id=quote.id,
        need_id=need.id,
        buyer_id=need.organisation_id,
        supplier_id=quote.organisation_id,
        listing_id=need.listing_id,
        title=need.title,
        description=quote.description,
        unit_label=quote.unit_label,
        quantity=quote.quantity,
        unit_price_minor=quote.unit_price_minor,
        lead_days=quote.lead_days,
        no_subcontract=quote.no_subcontract,
        decided_at=quote.decided_at,
    )


def waiting_for(viewer: Viewer) -> list[Task]:
    """Quotes that a buyer has to decide on; open needs that a designated supplier has not answered."""
    tasks: list[Task] = []
    if viewer.organisation_id is None:
        return tasks
    if viewer.is_sme:
        tasks += _quotes_to_decide(viewer.organisation_id)
    if viewer.is_supplier and is_designated_anywhere(viewer.organisation_id):
        tasks += _needs_to_answer(viewer.organisation_id)
    return tasks[:50]


def _quotes_to_decide(organisation_id: int) -> list[Task]:
    day = clock.today()
    rows = session.execute(
        select(Need.id, Need.title, func.count(), func.min(Quote.valid_until))
        .join(Quote, and_(Quote.need_id == Need.id, Quote.state == QuoteState.SENT, Quote.valid_until >= day))
        .where(Need.organisation_id == organisation_id, Need.state == NeedState.OPEN)
        .group_by(Need.id)
        .order_by(func.min(Quote.valid_until), Need.id)
        .limit(50)
    )
    return [
        Task(
            _("견적 비교하기: %(title)s", title=title),
            "matching.need",
            {"need_id": identity},
            detail=_("견적 %(count)s건", count=count),
            due_on=until,
            kind="quote",
        )
        for identity, title, count, until in rows
    ]


def _needs_to_answer(organisation_id: int) -> list[Task]:
    answered = exists().where(Quote.need_id == Need.id, Quote.organisation_id == organisation_id)
    rows = session.execute(
        select(Need.id, Need.title, Need.needed_by, Organisation.name)
        .join(Organisation, Organisation.id == Need.organisation_id)
        .where(
            Need.state == NeedState.OPEN,
            Need.organisation_id != organisation_id,
            or_(Need.supplier_id.is_(None), Need.supplier_id == organisation_id),
            ~answered,
        )
        .order_by((Need.supplier_id == organisation_id).desc().nulls_last(), Need.needed_by.asc().nulls_last(), Need.id)
        .limit(50)
    )
    return [
        Task(_("견적 내기: %(title)s", title=title), "matching.need", {"need_id": identity}, buyer, due_on, "need")
        for identity, title, due_on, buyer in rows
    ]


def _visible(viewer: Viewer) -> ColumnElement[bool]:
    if viewer.sees_everything:
        return true()
    firm = viewer.organisation_id
    if firm is None:
        return false()
    seen = [Need.organisation_id == firm] if viewer.is_sme else []
    if viewer.is_supplier:
        seen.append(Need.supplier_id == firm)
        seen.append(exists().where(Quote.need_id == Need.id, Quote.organisation_id == firm))
        if is_designated_anywhere(firm):
            seen.append(and_(Need.supplier_id.is_(None), Need.state == NeedState.OPEN))
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
