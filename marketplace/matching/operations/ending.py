"""How quotes end, and how their suppliers are told."""

from typing import Any

from marketplace.core import clock
from marketplace.core.db import locked
from marketplace.core.viewer import Viewer
from marketplace.evidence.operations import record
from marketplace.matching import queries
from marketplace.matching.models import Need, Quote, QuoteState
from marketplace.notices.operations import notify


def decline_all(need: Need, reason: str, *, by: Viewer) -> None:
    """Decline every quote that waits; all are told the same."""
    for quote_id in queries.sent_quotes(need.id):
        decline(locked(Quote, quote_id), need, reason, by=by)


def decline(quote: Quote, need: Need, reason: str, *, by: Viewer) -> None:
    """Decline one quote, and tell its supplier why."""
    quote.advance(to=QuoteState.DECLINED)
    quote.decided_at, quote.reason = clock.now(), reason
    record("quote:declined", quote, by=by)
    tell("quote_declined", quote, need, quote.organisation_id, buyer=by.organisation_name, reason=reason)


def tell(kind: str, quote: Quote, need: Need, organisation_id: int, **facts: Any) -> None:
    """A notice about a quote."""
    notify(kind, about=quote.subject, organisation_id=organisation_id, title=need.title, **facts)
