"""Searches that people keep, and counting those that nothing answered."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import delete, func, insert, literal, select
from sqlalchemy.dialects.postgresql import insert as upsert

from marketplace.accounts.models import Person
from marketplace.catalogue.models import SavedSearch, SavedSearchHit, SavedState, SearchMiss
from marketplace.catalogue.policies import may_save
from marketplace.catalogue.queries import fresh_among, searches_of
from marketplace.catalogue.queries.wishes import EACH_DAY
from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _
from marketplace.core.viewer import Viewer
from marketplace.notices.operations import notify

KEPT = ("q", "kind", "theme", "price", "licence", "personal_data", "lead", "firm", "supplier", "designated", "sample")
"""What is kept of a search. A voucher is not: it belongs to the firm that somebody acts for, and ends."""
MOST_SEARCHES = 20
LONGEST_NAME, LONGEST_PART = 60, 200
MOST_TOLD = 10
MOST_MISSES = 100
"""So many different words are counted of one visitor in a month: no program that asks without end fills the table."""


def save_search(name: str, chosen: Mapping[str, Any], *, by: Viewer) -> SavedSearch:
    """Keep a search, and hear of what is new for it from now on."""
    if not may_save(by):
        raise NotYours(_("로그인해야 검색을 저장할 수 있습니다."))
    kept = {part: str(chosen[part])[:LONGEST_PART] for part in KEPT if chosen.get(part)}
    if not kept:
        raise Refused(_("찾을 말이나 조건이 있어야 저장할 수 있습니다. 먼저 찾아보세요."))
    locked(Person, by.person_id or 0)  # two at once would both find room
    if len(searches_of(by)) >= MOST_SEARCHES:
        raise Refused(_("검색은 %(limit)s개까지 저장할 수 있습니다. 쓰지 않는 것을 지우세요.", limit=MOST_SEARCHES))
    now = clock.now()
    saved = SavedSearch(
        person_id=by.person_id, name=_named(name or kept.get("q", "")), chosen=kept, since=now, looked_at=now
    )
    session.add(saved)
    session.flush()
    return saved


def rename_search(search_id: int, name: str, *, by: Viewer) -> SavedSearch:
    """Call a search otherwise."""
    saved = _own(search_id, by)
    saved.name = _named(name)
    return saved


def pause_search(search_id: int, *, by: Viewer) -> SavedSearch:
    """Hear nothing until it is resumed."""
    saved = _own(search_id, by)
    saved.advance(to=SavedState.PAUSED)
    return saved


def resume_search(search_id: int, *, by: Viewer) -> SavedSearch:
    """Hear again of what is new, from now on: what came meanwhile is there to be looked at, and no heap of letters."""
    saved, now = _own(search_id, by), clock.now()
    saved.advance(to=SavedState.ACTIVE)
    saved.since, saved.looked_at = now, now
    return saved


def delete_search(search_id: int, *, by: Viewer) -> None:
    """Forget a search and all that was told of it."""
    saved = _own(search_id, by)
    session.execute(delete(SavedSearch).where(SavedSearch.id == saved.id))


def stop_alerts(search_id: int) -> SavedSearch:
    """Pause by the link in a letter, whose key the view has compared; again is nothing."""
    saved = locked(SavedSearch, search_id)
    if saved.state == SavedState.ACTIVE:
        saved.advance(to=SavedState.PAUSED)
    return saved


def tell_fresh(search_id: int, listing_ids: Sequence[int], *, home: str) -> int:
    """Tell a person of those of these listings that they have not heard of and that are public now; one letter for all.

    At most once a day, whoever calls it and however often. Returns of how many the person is told.
    """
    saved = locked(SavedSearch, search_id)
    now = clock.now()
    if saved.state != SavedState.ACTIVE or saved.looked_at > now - EACH_DAY:
        return 0
    saved.looked_at = now
    fresh = fresh_among(saved, listing_ids)
    if not fresh:
        return 0
    saved.told_at = now
    told = [{"search_id": saved.id, "listing_id": each.listing_id, "number": each.number} for each in fresh]
    session.execute(insert(SavedSearchHit).values(told))
    notify(
        "saved_search_found",
        about=saved.subject,
        person_id=saved.person_id,
        search=saved.name,
        search_id=saved.id,
        count=len(fresh),
        home=home,
        found=[{"id": each.listing_id, "title": each.title} for each in fresh[:MOST_TOLD]],
    )
    return len(fresh)


def note_miss(words: str, visitor: str, month: date) -> None:
    """Count that a visitor found nothing good for words; again in the month is nothing."""
    own = select(func.count()).select_from(SearchMiss)
    own = own.where(SearchMiss.visitor == visitor, SearchMiss.month == month)
    row = select(literal(month), literal(words), literal(visitor)).where(own.scalar_subquery() < MOST_MISSES)
    session.execute(upsert(SearchMiss).from_select(["month", "words", "visitor"], row).on_conflict_do_nothing())


def _own(search_id: int, by: Viewer) -> SavedSearch:
    saved = locked(SavedSearch, search_id)
    if saved.person_id != by.person_id:
        raise NotYours(_("자기가 저장한 검색만 바꿀 수 있습니다."))
    return saved


def _named(name: str) -> str:
    return name.strip()[:LONGEST_NAME] or _("이름 없는 검색")
