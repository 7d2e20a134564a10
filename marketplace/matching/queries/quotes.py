"""Looking at quotes: their supplier always, nobody else before the need is opened."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select, true
from sqlalchemy.exc import NoResultFound

from marketplace.accounts.models import Organisation
from marketplace.catalogue.models import ListingKind
from marketplace.core import clock
from marketplace.core.db import session
from marketplace.core.viewer import Viewer
from marketplace.matching.models import Need, PriceFact, Quote, QuoteLine, QuoteState, TaxKind
from marketplace.matching.rules.quotes import Band, band_of

MOST_QUOTES = 100
PRICES_OF = timedelta(days=3 * 365)
"""Prices that were paid longer ago say little."""
MOST_PRICES = 5_000


@dataclass(frozen=True)
class QuoteRow:
    """A quote with the supplier's name and its lines. Sums are in won without VAT, computed from the lines."""

    quote: Quote
    supplier: str
    lines: Sequence[QuoteLine]

    @property
    def supply_minor(self) -> int:
        return sum(line.supply_minor for line in self.lines)

    @property
    def vat_minor(self) -> int:
        return sum(line.vat_minor for line in self.lines)

    @property
    def by_tax(self) -> dict[str, int]:
        """Tax kind -> the supply value that is taxed so, of the kinds that are there."""
        kinds = [kind for kind in TaxKind if any(line.tax_kind == kind for line in self.lines)]
        return {kind.value: sum(line.supply_minor for line in self.lines if line.tax_kind == kind) for kind in kinds}

    @property
    def total_minor(self) -> int:
        return self.supply_minor + self.vat_minor

    @property
    def expired(self) -> bool:
        """Whether its last day is over; nobody may accept it then."""
        return self.quote.state == QuoteState.SENT and self.quote.valid_until < clock.today()


@dataclass(frozen=True)
class Sealed:
    """All that is known of a quote before the opening: when it came, and the hash that binds it."""

    sent_at: datetime
    content_sha256: str


@dataclass(frozen=True)
class AcceptedLine:
    """A position of an accepted quote; won without VAT."""

    description: str
    unit_label: str
    quantity: int
    unit_price_minor: int
    tax_kind: TaxKind = TaxKind.TAXABLE


@dataclass(frozen=True)
class AcceptedQuote:
    """What an order is drafted from. Amounts are in won without VAT; it never changes."""

    id: int
    need_id: int
    buyer_id: int
    supplier_id: int
    listing_id: int | None
    kind: str | None
    title: str
    description: str
    lines: Sequence[AcceptedLine]
    lead_days: int
    no_subcontract: bool
    decided_at: datetime | None

    @property
    def supply_minor(self) -> int:
        """The sum of all lines."""
        return sum(line.quantity * line.unit_price_minor for line in self.lines)


def quotes_seen_by(viewer: Viewer, need: Need) -> list[QuoteRow]:
    """The quotes for a need, side by side: for its firm and staff once they are opened, a supplier's own for itself.

    The accepted first, then those that wait, the lowest sum first; what was withdrawn comes last.
    """
    statement = select(Quote, Organisation.name).join(Organisation, Organisation.id == Quote.organisation_id)
    statement = statement.where(Quote.need_id == need.id)
    own = Quote.organisation_id == (viewer.organisation_id or 0)
    if viewer.sees_everything or viewer.organisation_id == need.organisation_id:
        statement = statement.where(or_(own, Quote.opened_at.is_not(None)))
    else:
        statement = statement.where(own)
    found = session.execute(statement.order_by(Quote.id).limit(MOST_QUOTES)).all()
    lines = lines_of([quote.id for quote, _name in found])
    rows = [QuoteRow(quote, name, lines[quote.id]) for quote, name in found]
    states = (QuoteState.ACCEPTED, QuoteState.SENT, QuoteState.DECLINED, QuoteState.WITHDRAWN)
    return sorted(rows, key=lambda row: (states.index(row.quote.state), row.supply_minor, row.quote.id))


def sealed_quotes(need: Need) -> list[Sealed]:
    """What lies under seal, the earliest first: neither by whom nor for how much."""
    waiting = select(Quote.created_at, Quote.content_sha256).where(
        Quote.need_id == need.id, Quote.state == QuoteState.SENT, Quote.opened_at.is_(None)
    )
    return [Sealed(sent_at, digest) for sent_at, digest in session.execute(waiting.order_by(Quote.id))]


def lines_of(quote_ids: Collection[int]) -> dict[int, list[QuoteLine]]:
    """The lines of quotes by quote, in order. For operations and for pages that have asked who may see them."""
    made: dict[int, list[QuoteLine]] = defaultdict(list)
    found = select(QuoteLine).where(QuoteLine.quote_id.in_(quote_ids)).order_by(QuoteLine.quote_id, QuoteLine.position)
    for line in session.scalars(found) if quote_ids else ():
        made[line.quote_id].append(line)
    return made


def find_quote_seen_by(viewer: Viewer, quote_id: int) -> tuple[Quote, Need] | None:
    """A quote with its need: to its supplier, and once it is opened to the firm that asked and to those who see all."""
    firm = viewer.organisation_id or 0
    readers = true() if viewer.sees_everything else Need.organisation_id == firm
    seen = or_(Quote.organisation_id == firm, readers & Quote.opened_at.is_not(None))
    statement = select(Quote, Need).join(Need, Need.id == Quote.need_id).where(Quote.id == quote_id, seen)
    row = session.execute(statement).one_or_none()
    return (row[0], row[1]) if row else None


def quote_row(quote: Quote) -> QuoteRow:
    """A quote with its supplier's name and lines."""
    name = session.scalars(select(Organisation.name).where(Organisation.id == quote.organisation_id)).one()
    return QuoteRow(quote, name, lines_of([quote.id])[quote.id])


def find_own_quote(viewer: Viewer, need_id: int) -> Quote | None:
    """The viewer's own quote that stands."""
    own = Quote.organisation_id == (viewer.organisation_id or 0)
    statement = select(Quote).where(Quote.need_id == need_id, own, Quote.state == QuoteState.SENT)
    return session.scalars(statement).one_or_none()


def sent_quotes(need_id: int) -> Sequence[int]:
    """Ids of the quotes that wait for the buyer, in the order in which they are locked."""
    waiting = select(Quote.id).where(Quote.need_id == need_id, Quote.state == QuoteState.SENT)
    return session.scalars(waiting.order_by(Quote.id)).all()


def opened_count(need_id: int) -> int:
    """How many quotes for a need were there to be compared: opened, and not taken back."""
    there = [Quote.need_id == need_id, Quote.opened_at.is_not(None), Quote.state != QuoteState.WITHDRAWN]
    return session.execute(select(func.count()).where(*there)).scalar_one()


def find_accepted_quote(quote_id: int) -> AcceptedQuote | None:
    """What an order is made from, if the quote was accepted."""
    row = session.execute(
        select(Quote, Need)
        .join(Need, Need.id == Quote.need_id)
        .where(Quote.id == quote_id, Quote.state == QuoteState.ACCEPTED)
    ).one_or_none()
    if row is None:
        return None
    quote, need = row
    return AcceptedQuote(
        id=quote.id,
        need_id=need.id,
        buyer_id=need.organisation_id,
        supplier_id=quote.organisation_id,
        listing_id=need.listing_id,
        kind=need.kind.value if need.kind else None,
        title=need.title,
        description=quote.description,
        lines=[
            AcceptedLine(line.description, line.unit_label, line.quantity, line.unit_price_minor, line.tax_kind)
            for line in lines_of([quote.id])[quote.id]
        ],
        lead_days=quote.lead_days,
        no_subcontract=quote.no_subcontract,
        decided_at=quote.decided_at,
    )


def get_accepted_quote(quote_id: int) -> AcceptedQuote:
    """The accepted quote an order is made from. Raises NoResultFound where it was not accepted."""
    accepted = find_accepted_quote(quote_id)
    if accepted is None:
        raise NoResultFound
    return accepted


def price_bands(kind: ListingKind | None, unit_labels: Collection[str]) -> dict[str, Band]:
    """Unit -> the band of prices paid for it in settled orders of a kind; only where enough firms stand behind it."""
    since = clock.today() - PRICES_OF
    wanted = [PriceFact.unit_label.in_(set(unit_labels)), PriceFact.settled_on >= since]
    if kind is not None:
        wanted.append(PriceFact.kind == kind)
    columns = (PriceFact.unit_label, PriceFact.unit_price_minor, PriceFact.buyer_id, PriceFact.supplier_id)
    found = select(*columns).where(*wanted).order_by(PriceFact.id.desc()).limit(MOST_PRICES)
    prices: dict[str, list[int]] = defaultdict(list)
    pairs: dict[str, set[tuple[int, int]]] = defaultdict(set)
    for unit, price, buyer, supplier in session.execute(found) if unit_labels else ():
        prices[unit].append(price)
        pairs[unit].add((buyer, supplier))
    bands = {unit: band_of(prices[unit], pairs[unit]) for unit in prices}
    return {unit: band for unit, band in bands.items() if band is not None}
