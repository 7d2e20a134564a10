"""What a day freezes: open needs and the pool of suppliers as matching sees them, with their meanings."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, exists, func, or_, select

from marketplace.accounts.models import Relation
from marketplace.catalogue.models import Listing, ListingKind, ListingState, ListingVersion
from marketplace.catalogue.queries import counted_rungs, prices_of
from marketplace.core import clock
from marketplace.core.db import session
from marketplace.matchday import rules
from marketplace.matchday.models import MatchingDay, MatchingDayEntry, MatchingDaySeat, SlotsRule
from marketplace.matching.models import Audience, Need, NeedState
from marketplace.matching.queries import asked_of, offered_by
from marketplace.matching.rules.features import PRIOR, rights_needed
from marketplace.search.queries.meanings import meanings_of, meanings_of_texts
from marketplace.suppliers.models import Designation, DesignationState
from marketplace.suppliers.queries import capacity_of, figures_of

SERVICES = {"general_processing": ListingKind.GENERAL_PROCESSING, "ai_processing": ListingKind.AI_PROCESSING}
"""What a designation offers without any listing; data that is not listed cannot be bought."""
MOST_LINES = 12
LONGEST_TOLD = 300


def taking_part(programme_id: int) -> tuple[int, int]:
    """How many needs and suppliers a day of the programme would have now; one statement each."""
    needs = session.execute(select(func.count()).select_from(Need).where(*_open())).scalar_one()
    pool = select(func.count()).select_from(Designation).where(*_designated(programme_id))
    return needs, session.execute(pool).scalar_one()


def needs_to_gather(day: MatchingDay, limit: int) -> Sequence[Need]:
    """Open needs that the day does not have yet."""
    there = exists().where(MatchingDayEntry.day_id == day.id, MatchingDayEntry.need_id == Need.id)
    return session.scalars(select(Need).where(*_open(), ~there).order_by(Need.id).limit(limit)).all()


def suppliers_to_gather(day: MatchingDay, limit: int) -> Sequence[Designation]:
    """Designated firms that the day does not have yet."""
    there = exists().where(
        MatchingDaySeat.day_id == day.id, MatchingDaySeat.organisation_id == Designation.organisation_id
    )
    statement = select(Designation).where(*_designated(day.programme_id), ~there)
    return session.scalars(statement.order_by(Designation.organisation_id).limit(limit)).all()


def entries_of(day: MatchingDay, needs: Sequence[Need]) -> list[dict[str, Any]]:
    """Rows of entries for some needs."""
    related = _related({need.organisation_id for need in needs})
    vectors = _vectors("need", {need.id: f"{need.title}. {need.body}" for need in needs})
    return [
        {
            "day_id": day.id,
            "need_id": need.id,
            "organisation_id": need.organisation_id,
            "title": need.title,
            "facts": rules.plain(_asked(need, related[need.organisation_id])),
            "vector": rules.pack_vectors([vectors[need.id]]),
        }
        for need in needs
    ]


def seats_of(day: MatchingDay, pool: Sequence[Designation]) -> list[dict[str, Any]]:
    """Rows of seats for some suppliers; five statements for any number of them."""
    firms = {each.organisation_id for each in pool}
    listed, figures = _versions(firms), figures_of(day.programme_id, firms)
    told = _vectors("listing", {each.listing_id: _words(each) for versions in listed.values() for each in versions})
    profiles = _vectors("supplier", {each.organisation_id: each.profile for each in pool})
    slots = _slots(day, firms)
    made = []
    for each in pool:
        firm = each.organisation_id
        lines = [_line(version) for version in listed[firm]]
        offered = {line.kind for line in lines}
        plain = [_service(kind) for name, kind in SERVICES.items() if name in each.kinds and kind.value not in offered]
        lines = [*lines, *plain] or [_service(ListingKind.DATASET)]
        figure = figures[firm]
        known = figure.deliveries > 0
        reliability = (figure.on_time_rate + figure.accepted_rate) / 2 if known else float(PRIOR)
        facts = rules.Offered(firm, tuple(lines), round(reliability * 10_000))
        vectors = [told[line.listing_id] if line.listing_id else profiles[firm] for line in lines]
        made.append(
            {
                "day_id": day.id,
                "organisation_id": firm,
                "slots": slots[firm],
                "facts": rules.plain(facts),
                "vectors": rules.pack_vectors(vectors),
            }
        )
    return made


def _open() -> tuple[ColumnElement[bool], ...]:
    """Needs that ask every supplier; who asked some by name has chosen already."""
    return Need.state == NeedState.OPEN, Need.audience == Audience.ALL


def _designated(programme_id: int) -> tuple[ColumnElement[bool], ...]:
    return Designation.programme_id == programme_id, Designation.state == DesignationState.DESIGNATED


def _asked(need: Need, related: Collection[int]) -> rules.Asked:
    seen = asked_of(need)
    period = (seen.period_from.toordinal(), seen.period_to.toordinal()) if seen.period_from and seen.period_to else None
    return rules.Asked(
        need_id=need.id,
        organisation_id=need.organisation_id,
        kind=seen.kind,
        topics=seen.topics,
        rights=tuple(rights_needed(seen.purposes)),
        formats=seen.formats,
        region=seen.region,
        period=period,
        volume=seen.volume,
        budget_minor=seen.budget_minor,
        days_left=seen.days_left,
        personal=seen.personal,
        related=tuple(sorted(related)),
    )


def _line(version: ListingVersion) -> rules.Line:
    seen = offered_by(version)
    return rules.Line(
        listing_id=version.listing_id,
        kind=seen.kind,
        title=seen.title,
        keywords=seen.keywords,
        price_minor=seen.price_minor,
        lead_days=seen.lead_days,
        rights=None if seen.rights is None else tuple(sorted(seen.rights)),
        personal=seen.personal,
        format=seen.format,
        region=seen.region,
        period=_period(seen.period_from, seen.period_to),
        record_count=seen.record_count,
        quality=min(seen.quality, 80) * 10_000 // 80,
        rungs=counted_rungs(prices_of(version)),
    )


def _period(first: date | None, last: date | None) -> tuple[int, int] | None:
    return (first.toordinal(), last.toordinal()) if first and last else None


def _service(kind: ListingKind) -> rules.Line:
    """A service of the designation that no listing describes: nothing but its kind is known."""
    return rules.Line(listing_id=None, kind=kind.value)


def _versions(firms: Collection[int]) -> dict[int, list[ListingVersion]]:
    """The published listings of each firm, the newest MOST_LINES of them."""
    statement: Any = (
        select(Listing.organisation_id, ListingVersion)
        .join(ListingVersion, (ListingVersion.listing_id == Listing.id))
        .where(
            Listing.organisation_id.in_(firms),
            Listing.state == ListingState.PUBLISHED,
            ListingVersion.number == Listing.published_version,
        )
        .order_by(Listing.id.desc())
    )
    found: dict[int, list[ListingVersion]] = defaultdict(list)
    for firm, version in session.execute(statement):
        if len(found[firm]) < MOST_LINES:
            found[firm].append(version)
    return found


def _words(version: ListingVersion) -> str:
    return f"{version.title}. {version.summary}"


def _vectors(kind: str, texts: dict[int, str]) -> dict[int, Any]:
    """The meanings of things by id: as the index has them, and told now where it has not."""
    known = meanings_of(kind, texts.keys()) if texts else {}
    missing = [each for each in sorted(texts) if each not in known and texts[each].strip()]
    fresh = meanings_of_texts([texts[each][:LONGEST_TOLD] for each in missing])
    return {**dict.fromkeys(texts), **known, **dict(zip(missing, fresh, strict=True))}


def _related(firms: Collection[int]) -> dict[int, set[int]]:
    """For each of some firms those it is known to be related to today; one statement."""
    day = clock.today()
    active = (Relation.from_on <= day, or_(Relation.until_on.is_(None), Relation.until_on >= day))
    ours = or_(Relation.from_id.in_(firms), Relation.to_id.in_(firms))
    found: dict[int, set[int]] = defaultdict(set)
    for one, other in session.execute(select(Relation.from_id, Relation.to_id).where(ours, *active)):
        found[one].add(other)
        found[other].add(one)
    return found


def _slots(day: MatchingDay, firms: Collection[int]) -> dict[int, int]:
    """How many needs each can take: what is left of its people, or as many as the officer typed."""
    if day.slots_rule == SlotsRule.TYPED:
        return dict.fromkeys(firms, day.slots_each)
    free = capacity_of(day.programme_id, firms)
    return {firm: min(day.slots_each, free[firm].free_hundredths // day.slot_hundredths) for firm in firms}
