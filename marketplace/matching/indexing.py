"""Open needs as designated suppliers find them. A need that is asked of some firms only is in no index at all."""

from typing import Any

from sqlalchemy import ColumnElement, and_, func, select

from marketplace.catalogue.models import DESIGNATED
from marketplace.core.db import session, transaction
from marketplace.core.jobs import every
from marketplace.matching.models import Audience, Need, NeedState
from marketplace.search import operations as search
from marketplace.search.models import SearchDocument

KIND = "need"
BATCH = 100


@every("*/5 * * * * *", "matching.index_needs")
def index_needs() -> int:
    """Let needs be found that are open to all of the pool, and those no longer that are not. Returns how many."""
    with transaction():
        changed, gone = _changed(), _gone()
        search.put_all([_document(need, mark) for need, mark in changed])
        for ref in gone:
            search.withdraw(KIND, ref)
    return len(changed) + len(gone)


def _open() -> ColumnElement[bool]:
    """Whether every designated supplier may quote."""
    return and_(Need.state == NeedState.OPEN, Need.audience == Audience.ALL)


def _changed() -> list[tuple[Need, str]]:
    """Needs whose document is not there or not like the record, each with its mark."""
    mark = func.md5(
        func.concat_ws("|", Need.title, Need.body, Need.budget_minor, Need.needed_by, Need.kind, Need.topics)
    )
    here = and_(SearchDocument.kind == KIND, SearchDocument.ref == Need.id, SearchDocument.live)
    found = (
        select(Need, mark)
        .outerjoin(SearchDocument, here)
        .where(_open(), SearchDocument.mark.is_distinct_from(mark))
        .order_by(Need.id)
        .limit(BATCH)
    )
    return [(need, said) for need, said in session.execute(found)]


def _gone() -> list[int]:
    """Documents of needs that are closed, or no longer open to all."""
    found = (
        select(SearchDocument.ref)
        .outerjoin(Need, and_(Need.id == SearchDocument.ref, _open()))
        .where(SearchDocument.kind == KIND, SearchDocument.live, Need.id.is_(None))
        .order_by(SearchDocument.ref)
        .limit(BATCH)
    )
    return list(session.scalars(found))


def _document(need: Need, mark: str) -> search.Document:
    """What a need is found by. `firm` is for counting firms apart, never shown."""
    facets: dict[str, Any] = {
        "kind": need.kind.value if need.kind else None,
        "budget": need.budget_minor,
        "needed_by": need.needed_by.isoformat() if need.needed_by else None,
        "firm": need.organisation_id,
    }
    words = " ".join(need.topics)
    return search.Document(KIND, need.id, need.title, need.body, facets, keywords=words, audience=DESIGNATED, mark=mark)
