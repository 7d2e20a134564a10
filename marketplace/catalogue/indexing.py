"""Suppliers as people find them: their register entry, and the names of what they offer.

Put in here, one floor above the pool, because only here both are known; and by looking for what has changed, because a
firm's standing, its name and its listings change in three rooms that know nothing of one another.
"""

from collections.abc import Sequence

from sqlalchemy import Select, String, and_, cast, func, literal, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from marketplace.accounts.models import Organisation
from marketplace.catalogue.models import Listing, ListingState, ListingVersion
from marketplace.core.db import session, transaction
from marketplace.core.jobs import every
from marketplace.core.korea import REGIONS
from marketplace.programmes.models import Programme, ProgrammeState
from marketplace.search import operations as search
from marketplace.search.models import SearchDocument
from marketplace.suppliers.models import OFFERS, Designation, DesignationState
from marketplace.suppliers.queries import PUBLIC_STATES

KIND = "supplier"
BATCH, BATCHES = 100, 20
MOST_TITLES = 40
"""So many of a firm's listings stand for what it offers, the newest first."""
FORMER = "former"


@every("*/10 * * * * *", "catalogue.index_suppliers")
def index_suppliers() -> int:
    """Say anew what is found of the firms whose standing, name or offers have changed. Returns how many."""
    done = 0
    for _batch in range(BATCHES):
        some = _index_some()
        done += some
        if some < BATCH:
            break
    return done


def _index_some() -> int:
    with transaction():
        changed: dict[int, str] = dict(session.execute(_changed().limit(BATCH)).all())  # type: ignore[arg-type]
        search.put_all(_documents(changed))
    return len(changed)


def _changed() -> Select[tuple[int, str]]:
    """Firms of the public register whose document is not there or not like the record, each with its mark."""
    parts = (Designation.id, Designation.state, cast(Designation.kinds, String), Designation.profile, Programme.state)
    standing = (
        select(
            Designation.organisation_id.label("firm"),
            func.string_agg(func.concat_ws("/", *parts), aggregate_order_by(literal("|"), Designation.id)).label(
                "said"
            ),
        )
        .join(Programme, Programme.id == Designation.programme_id)
        .where(Designation.state.in_(PUBLIC_STATES))
        .group_by(Designation.organisation_id)
        .subquery()
    )
    shown = func.concat(Listing.id, ":", Listing.published_version)
    offered = (
        select(
            Listing.organisation_id.label("firm"),
            func.string_agg(shown, aggregate_order_by(literal(","), Listing.id)).label("said"),
        )
        .where(Listing.state == ListingState.PUBLISHED, Listing.organisation_id.is_not(None))
        .group_by(Listing.organisation_id)
        .subquery()
    )
    words = (Organisation.name, Organisation.name_en, Organisation.region, standing.c.said, offered.c.said)
    mark = func.md5(func.concat_ws("|", *words))
    here = and_(SearchDocument.kind == KIND, SearchDocument.ref == Organisation.id, SearchDocument.live)
    return (
        select(Organisation.id, mark)
        .join(standing, standing.c.firm == Organisation.id)
        .outerjoin(offered, offered.c.firm == Organisation.id)
        .outerjoin(SearchDocument, here)
        .where(SearchDocument.mark.is_distinct_from(mark))
        .order_by(Organisation.id)
    )


def _documents(marks: dict[int, str]) -> list[search.Document]:
    firms = session.scalars(select(Organisation).where(Organisation.id.in_(marks)).order_by(Organisation.id)).all()
    rows = session.execute(
        select(Designation, Programme.state)
        .join(Programme, Programme.id == Designation.programme_id)
        .where(Designation.organisation_id.in_(marks), Designation.state.in_(PUBLIC_STATES))
        .order_by(Programme.year.desc(), Designation.id.desc())
    ).all()
    titles = _titles(list(marks))
    made = []
    for firm in firms:
        own = [(designation, state) for designation, state in rows if designation.organisation_id == firm.id]
        made.append(_document(firm, own, titles.get(firm.id, []), marks[firm.id]))
    return made


def _document(
    firm: Organisation, own: Sequence[tuple[Designation, ProgrammeState]], titles: Sequence[str], mark: str
) -> search.Document:
    """What a firm is found by."""
    running = [designation for designation, state in own if state != ProgrammeState.CLOSED]
    states = {designation.state for designation in running}
    standing = next(
        (each for each in (DesignationState.DESIGNATED, DesignationState.SUSPENDED) if each in states), None
    )
    offers = [kind for kind in OFFERS if any(kind in designation.kinds for designation in running or [own[0][0]])]
    profile = own[0][0].profile
    place = REGIONS.get(firm.region, ("", ""))
    return search.Document(
        KIND,
        firm.id,
        firm.name,
        " ".join(word for word in (profile, *place, *titles) if word),
        {"standing": standing.value if standing else FORMER, "offers": offers, "profile": profile[:300]},
        other_title=firm.name_en or "",
        keywords=" ".join(OFFERS[kind] for kind in offers),
        mark=mark,
    )


def _titles(firms: Sequence[int]) -> dict[int, list[str]]:
    """The titles of what firms offer, the newest first."""
    public = and_(Listing.id == ListingVersion.listing_id, Listing.published_version == ListingVersion.number)
    place = func.row_number().over(partition_by=Listing.organisation_id, order_by=Listing.id.desc()).label("place")
    found = (
        select(Listing.organisation_id, ListingVersion.title, place)
        .join(ListingVersion, public)
        .where(Listing.organisation_id.in_(firms), Listing.state == ListingState.PUBLISHED)
        .subquery()
    )
    made: dict[int, list[str]] = {}
    rows = session.execute(select(found).where(found.c.place <= MOST_TITLES).order_by(found.c.place))
    for firm, title, _place in rows:
        made.setdefault(firm, []).append(title)
    return made
