"""Looking at listings: what is published is public, the rest is seen by its firm and by staff."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, true

from marketplace.accounts.models import Organisation
from marketplace.catalogue.models import CONTENT, Listing, ListingKind, ListingReport, ListingState, ListingVersion
from marketplace.catalogue.queries.uses import reports_waiting_for
from marketplace.core.db import get_row, session
from marketplace.core.i18n import _, in_language
from marketplace.core.tasks import Task
from marketplace.core.viewer import Role, Viewer
from marketplace.core.web import Page
from marketplace.programmes.rules import vat_on
from marketplace.search import queries as search
from marketplace.suppliers.queries import designated_among
from marketplace.vouchers.models import Voucher, VoucherState

VAT_RATE = Fraction(1, 10)
"""Value added tax law art. 30; a ruleset may settle it otherwise, which an order follows."""


@dataclass(frozen=True)
class Card:
    """A listing as lists show it: one of its versions with whose it is."""

    listing: Listing
    version: ListingVersion
    supplier_id: int | None
    supplier: str
    designated: bool = False

    @property
    def title(self) -> str:
        """The title in the reader's language."""
        return in_language(self.version.title, self.version.title_en)


def find_listing_seen_by(viewer: Viewer, listing_id: int) -> Listing | None:
    """A published listing for anybody; any other for its own firm and for those who see everything."""
    visible = or_(Listing.state == ListingState.PUBLISHED, _own(viewer))
    return session.scalars(select(Listing).where(Listing.id == listing_id, visible)).one_or_none()


def find_published_version(listing_id: int) -> ListingVersion | None:
    """What the public sees of a listing now; None where it is not published."""
    return session.scalars(
        select(ListingVersion)
        .join(
            Listing, and_(Listing.id == ListingVersion.listing_id, Listing.published_version == ListingVersion.number)
        )
        .where(Listing.id == listing_id, Listing.state == ListingState.PUBLISHED)
    ).one_or_none()


def get_listing(listing_id: int) -> Listing:
    """A listing by its id, for operations. Raises NoResultFound."""
    return get_row(Listing, listing_id)


def get_version(version_id: int) -> ListingVersion:
    """A version by its id: an order keeps the one it was made on. Raises NoResultFound."""
    return get_row(ListingVersion, version_id)


def version_of(listing_id: int, number: int) -> ListingVersion:
    """A version by its number. Raises NoResultFound."""
    return session.scalars(
        select(ListingVersion).where(ListingVersion.listing_id == listing_id, ListingVersion.number == number)
    ).one()


def latest_version(listing_id: int) -> ListingVersion:
    """The newest version, published or not. Raises NoResultFound."""
    newest = select(ListingVersion).where(ListingVersion.listing_id == listing_id)
    return session.scalars(newest.order_by(ListingVersion.number.desc()).limit(1)).one()


def versions_seen_by(viewer: Viewer, listing: Listing) -> Sequence[ListingVersion]:
    """The versions, newest first: to the public those that were published once, to the firm and to staff all."""
    statement = select(ListingVersion).where(ListingVersion.listing_id == listing.id)
    inside = viewer.sees_everything or viewer.organisation_id == (listing.organisation_id or -1)
    if not inside:
        was_public = or_(ListingVersion.reviewed_at.is_not(None), ListingVersion.kind == ListingKind.OPEN_DATA)
        statement = statement.where(was_public, ListingVersion.number <= (listing.published_version or 0))
    return session.scalars(statement.order_by(ListingVersion.number.desc()).limit(100)).all()


@dataclass(frozen=True)
class Difference:
    """One column in which two versions differ; `name` is a key of models.CONTENT."""

    name: str
    word: str
    old: Any
    new: Any


def differences(old: ListingVersion, new: ListingVersion) -> list[Difference]:
    """What changed from one version to another, in the order of reading."""
    pairs = ((name, getattr(old, name), getattr(new, name)) for name in CONTENT)
    return [Difference(name, _(CONTENT[name]), before, after) for name, before, after in pairs if before != after]


def card_of(listing: Listing, version: ListingVersion) -> Card:
    """One listing with its supplier's name and standing."""
    supplier = session.scalar(select(Organisation.name).where(Organisation.id == (listing.organisation_id or 0)))
    owner = listing.organisation_id
    designated = owner is not None and owner in designated_among({owner})
    return Card(listing, version, owner, supplier or listing.source or "", designated)


def cards(listing_ids: Sequence[int]) -> list[Card]:
    """Published listings in the order of the ids; what is no longer published is left out. Two statements."""
    rows = session.execute(_published().where(Listing.id.in_(listing_ids)))
    found = {listing.id: (listing, version, name) for listing, version, name in rows}
    owners = {listing.organisation_id for listing, _version, _name in found.values() if listing.organisation_id}
    standing = designated_among(owners) if owners else set()
    made = []
    for identity in listing_ids:
        if identity in found:
            listing, version, name = found[identity]
            owner = listing.organisation_id
            made.append(Card(listing, version, owner, name or listing.source or "", owner in standing))
    return made


def found_listings(
    words: str, filters: Mapping[str, Any], page: int = 1, *, sort: str = search.RELEVANCE, size: int = search.PAGE
) -> Page:
    """A page of cards for what a person looks for. `filters` are the facets of the search document."""
    hits = search.found(words, "listing", filters, page, sort=sort, size=size)
    return Page(cards([ref for ref, _score in hits.items]), hits.number, hits.size, hits.total)


def published_after(after: int, limit: int) -> tuple[list[Card], int]:
    """The published listings after this id, in the order of their ids, and how many there are in all."""
    rows = session.execute(_published().where(Listing.id > after).order_by(Listing.id).limit(limit))
    found = [
        Card(listing, version, listing.organisation_id, name or listing.source or "") for listing, version, name in rows
    ]
    published = select(func.count()).select_from(Listing).where(Listing.state == ListingState.PUBLISHED)
    return found, session.execute(published).scalar_one()


def published_listings_of(organisation_id: int, limit: int = 50) -> list[Card]:
    """What a supplier offers publicly, newest first."""
    statement = select(Listing.id).where(
        Listing.organisation_id == organisation_id, Listing.state == ListingState.PUBLISHED
    )
    return cards(session.scalars(statement.order_by(Listing.id.desc()).limit(limit)).all())


def free_equivalents(version: ListingVersion, limit: int = 3) -> tuple[list[Card], int]:
    """What is free and good for this title, the best first, and how many there are of it: a voucher is not spent on
    what is free elsewhere. Two statements, or none where there is nothing."""
    refs = [ref for ref in search.good_ones(version.title, "listing", {"free": True}) if ref != version.listing_id]
    return (cards(refs[:limit]), len(refs)) if refs else ([], 0)


def listings_of(organisation_id: int, state: ListingState | None = None, page: int = 1, size: int = 20) -> Page:
    """A firm's own listings in all states, each with its newest version; newest first."""
    conditions = [Listing.organisation_id == organisation_id]
    if state is not None:
        conditions.append(Listing.state == state)
    return _newest(conditions, Listing.id.desc(), page, size)


def state_counts(organisation_id: int) -> dict[ListingState, int]:
    """How many listings a firm has in each state."""
    counted = select(Listing.state, func.count()).where(Listing.organisation_id == organisation_id)
    return dict(session.execute(counted.group_by(Listing.state)).all())


def listings_to_review(page: int = 1, size: int = 20) -> Page:
    """What waits for an officer, the oldest first."""
    return _newest([Listing.submitted_version.is_not(None)], Listing.id.asc(), page, size)


def listing_names(listing_ids: set[int]) -> dict[int, str]:
    """Titles of listings by id, as published or as written last, for rooms above."""
    if not listing_ids:
        return {}
    titles = _with_newest().with_only_columns(Listing.id, ListingVersion.title).where(Listing.id.in_(listing_ids))
    return dict(session.execute(titles).all())


def suppliers_named(words: str, limit: int = 50) -> set[int]:
    """Ids of selling firms whose name has these words, whatever the spacing."""
    wanted = "".join(words.casefold().split())
    bare = func.replace(func.lower(Organisation.name), " ", "")
    english = func.replace(func.lower(Organisation.name_en), " ", "")
    named = or_(bare.contains(wanted, autoescape=True), english.contains(wanted, autoescape=True))
    found = select(Organisation.id).where(Organisation.sells, named).order_by(Organisation.id).limit(limit)
    return set(session.scalars(found).all())


def firm_names(organisation_ids: set[int]) -> dict[int, str]:
    """Names of firms by id, in the reader's language."""
    found = select(Organisation.id, Organisation.name, Organisation.name_en).where(
        Organisation.id.in_(organisation_ids)
    )
    return {row.id: in_language(row.name, row.name_en) for row in session.execute(found)}


def vat_of(supply_minor: int) -> int:
    """The VAT on a supply price as a buyer is told before any ruleset is known; fractions are dropped."""
    return vat_on(supply_minor, "EXCLUDED_BUYER_PAYS", VAT_RATE)


def has_active_voucher(organisation_id: int | None) -> bool:
    """Whether the firm has a voucher that it can order with."""
    if organisation_id is None:
        return False
    running = exists().where(Voucher.organisation_id == organisation_id, Voucher.state == VoucherState.ACTIVE)
    return bool(session.execute(select(running)).scalar_one())


def source_keys(source: str) -> set[str]:
    """The keys of all listings harvested from a source."""
    found = select(Listing.source_key).where(Listing.source == source).order_by(Listing.id)
    return {key for key in session.scalars(found) if key is not None}


def keys_of_source(source: str) -> dict[int, str]:
    """Listing id -> the source's own key, of all listings harvested from a source."""
    found = select(Listing.id, Listing.source_key).where(Listing.source == source).order_by(Listing.id)
    return {identity: key for identity, key in session.execute(found) if key is not None}


def waiting_for(viewer: Viewer) -> list[Task]:
    """Listings that wait for review; own ones that came back with a comment."""
    if viewer.has(Role.PROGRAMME_OFFICER):
        others = Listing.organisation_id != (viewer.organisation_id or 0)
        waiting = _newest([Listing.submitted_version.is_not(None), others], Listing.id.asc(), 1, 50).items
        return [_task(_("상품 검토: %(title)s", title=card.title), card) for card in waiting]
    if viewer.is_supplier and viewer.organisation_id is not None:
        returned = [
            Listing.organisation_id == viewer.organisation_id,
            Listing.review_comment.is_not(None),
            Listing.submitted_version.is_(None),
            Listing.state != ListingState.WITHDRAWN,
        ]
        back = _newest(returned, Listing.id.asc(), 1, 50).items
        mend = [_task(_("돌려받은 상품 고치기: %(title)s", title=card.title), card) for card in back]
        return [*mend, *(_report_task(*each) for each in reports_waiting_for(viewer.organisation_id))]
    return []


def _report_task(report: ListingReport, title: str) -> Task:
    words = _("오류 신고에 답하기: %(title)s", title=title)
    place = {"listing_id": report.listing_id}
    return Task(words, "catalogue.reports", place, detail=report.part, due_on=report.due_on, kind="listing")


def _task(title: str, card: Card) -> Task:
    return Task(title, "catalogue.listing", {"listing_id": card.listing.id}, detail=card.supplier, kind="listing")


def _own(viewer: Viewer) -> ColumnElement[bool]:
    return true() if viewer.sees_everything else Listing.organisation_id == (viewer.organisation_id or 0)


def _published() -> Select[Any, Any, Any]:
    current = and_(ListingVersion.listing_id == Listing.id, ListingVersion.number == Listing.published_version)
    return (
        select(Listing, ListingVersion, Organisation.name)
        .join(ListingVersion, current)
        .outerjoin(Organisation, Organisation.id == Listing.organisation_id)
        .where(Listing.state == ListingState.PUBLISHED)
    )


def _with_newest() -> Select[Any, Any, Any]:
    newest = (
        select(func.max(ListingVersion.number))
        .where(ListingVersion.listing_id == Listing.id)
        .correlate(Listing)
        .scalar_subquery()
    )
    return (
        select(Listing, ListingVersion, Organisation.name)
        .join(ListingVersion, and_(ListingVersion.listing_id == Listing.id, ListingVersion.number == newest))
        .outerjoin(Organisation, Organisation.id == Listing.organisation_id)
    )


def _newest(conditions: list[ColumnElement[bool]], order: Any, page: int, size: int) -> Page:
    total = session.execute(select(func.count()).select_from(Listing).where(*conditions)).scalar_one()
    rows = session.execute(_with_newest().where(*conditions).order_by(order).limit(size).offset((page - 1) * size))
    found = [
        Card(listing, version, listing.organisation_id, name or listing.source or "") for listing, version, name in rows
    ]
    return Page(found, page, size, total)
