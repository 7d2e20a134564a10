"""Locking everything that was seen at one moment, so that it can be computed again from that alone."""

from typing import Any

from marketplace.core import clock
from marketplace.core.db import session
from marketplace.core.viewer import Viewer
from marketplace.evidence.operations import record
from marketplace.matching import queries
from marketplace.matching.models import Audience, Need, Occasion, QuoteState, Shortlist
from marketplace.matching.queries import Candidate, Match, QuoteRow
from marketplace.matching.rules import scoring
from marketplace.matching.rules.evidence import FORM, judged
from marketplace.matching.rules.quotes import sha256_of


def keep_shortlist(need: Need, occasion: Occasion, *, chosen: int | None = None, by: Viewer) -> Shortlist:
    """Lock the ranking of this moment with its figures, the firms that were asked, questions and opened quotes."""
    match = queries.match_of(by, need) if need.audience != Audience.ONE else None
    content = _content(need, match, chosen, by)
    weights = scoring.load_weights()
    kept = Shortlist(
        need_id=need.id,
        occasion=occasion,
        content=content,
        content_sha256=sha256_of(content),
        weights_version=weights.version,
        locked_by=by.person_id,
    )
    session.add(kept)
    record("shortlist:locked", kept, by=by, need_id=need.id, content_sha256=kept.content_sha256)
    return kept


def _content(need: Need, match: Match | None, chosen: int | None, by: Viewer) -> dict[str, Any]:
    weights = match.weights if match else scoring.load_weights()
    document = (scoring.FOLDER / f"{weights.version}.yml").read_text(encoding="utf-8")
    fitting, excluded = (match.fitting, match.excluded) if match else ((), ())
    return {
        "form": FORM,
        "need": _need(need),
        "moment": clock.now().isoformat(timespec="seconds"),
        "round": match.round_key if match else f"need:{need.id}",
        "words": queries.words_of(need),
        "weights": {"version": weights.version, "sha256": weights.sha256, "document": document},
        "candidates": [_candidate(each, rank, weights) for rank, each in enumerate(fitting, 1)]
        + [_candidate(each, None, weights) for each in excluded],
        "invited": [each.supplier_id for each in queries.invitations_of(need.id)],
        "questions": [[each.question.body, each.question.answer] for each in queries.questions_of(by, need)],
        "quotes": [_quote(row) for row in queries.quotes_seen_by(by, need) if row.quote.state != QuoteState.WITHDRAWN],
        "choice": {"quote": chosen, "reason": need.reason, "single_source": need.single_source},
    }


def _need(need: Need) -> dict[str, Any]:
    names = ("id", "title", "body", "topics", "purposes", "formats", "region", "volume", "budget_minor")
    days = {name: _day(getattr(need, name)) for name in ("period_from", "period_to", "needed_by")}
    kind = need.kind.value if need.kind else None
    return {**{name: getattr(need, name) for name in names}, **days, "kind": kind, "personal": need.personal_data.value}


def _day(value: Any) -> str | None:
    return value.isoformat() if value else None


def _candidate(candidate: Candidate, rank: int | None, weights: scoring.Weights) -> dict[str, Any]:
    return {
        "listing": candidate.listing_id,
        "version": candidate.version.id,
        "number": candidate.version.number,
        "title": candidate.version.title,
        "supplier": candidate.supplier_id,
        "supplier_name": candidate.supplier,
        "facts": dict(candidate.facts),
        "rank": rank,
        **judged(candidate.features, candidate.facts, weights),
    }


def _quote(row: QuoteRow) -> dict[str, Any]:
    quote = row.quote
    return {
        "quote": quote.id,
        "supplier": quote.organisation_id,
        "supplier_name": row.supplier,
        "vat_rate": quote.vat_rate,
        "lines": [
            {
                "description": line.description,
                "unit_label": line.unit_label,
                "quantity": line.quantity,
                "unit_price_minor": line.unit_price_minor,
                "supply_minor": line.supply_minor,
                "tax_kind": line.tax_kind.value,
                "vat_minor": line.vat_minor,
            }
            for line in row.lines
        ],
        "supply_minor": quote.supply_minor,
        "vat_minor": quote.vat_minor,
        "lead_days": quote.lead_days,
        "valid_until": quote.valid_until.isoformat(),
        "content_sha256": quote.content_sha256,
    }
