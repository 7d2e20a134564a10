"""What changed between two versions of a listing."""

from dataclasses import dataclass, field
from typing import Any

from flask import abort

from marketplace.catalogue import policies, queries
from marketplace.catalogue.models import CONTENT, ListingVersion
from marketplace.catalogue.rules.content import row_changes
from marketplace.catalogue.rules.words import Piece, word_changes
from marketplace.catalogue.views.reading import asked_number, bp, seen_listing
from marketplace.catalogue.views.saying import say
from marketplace.core.i18n import _
from marketplace.core.web import allow, render, viewer

LONG = 40
"""A text longer than this is shown once, with what was taken out and put in marked inside it."""


@dataclass(frozen=True)
class Change:
    """One part that differs: `old` and `new` as texts, or `pieces` of one long text, or `rows` of a list."""

    word: str
    old: str = ""
    new: str = ""
    pieces: list[Piece] = field(default_factory=list)
    rows: list[tuple[str, str, str]] = field(default_factory=list)


@bp.get("/<int:listing_id>/changes")
def changes(listing_id: int) -> str:
    seen = seen_listing(listing_id)
    allow(policies.may_see(viewer(), seen))
    versions = queries.versions_seen_by(viewer(), seen)
    by_number = {version.number: version for version in versions}
    new = by_number.get(asked_number("to")) or (versions[0] if versions else abort(404))
    before = max((number for number in by_number if number < new.number), default=0)
    old = by_number.get(asked_number("from")) or by_number.get(before)
    return render(
        "catalogue/changes.html",
        card=queries.card_of(seen, new),
        listing=seen,
        versions=versions,
        old=old,
        new=new,
        changes=[_change(each) for each in queries.differences(old, new)] if old else [],
        same=_same(old, new) if old else [],
    )


def _change(each: queries.Difference) -> Change:
    if each.name in ("dictionary", "plans", "terms", "labour", "attributes"):
        return Change(each.word, rows=row_changes(each.name, each.old, each.new, say))
    old, new = say(each.name, each.old), say(each.name, each.new)
    if min(len(old), len(new)) > LONG:
        return Change(each.word, pieces=word_changes(old, new))
    return Change(each.word, old, new)


def _same(old: ListingVersion, new: ListingVersion) -> list[str]:
    """The words of what did not change and is not empty."""
    kept: list[Any] = [name for name in CONTENT if getattr(old, name) == getattr(new, name) not in ("", None, [], {})]
    return [_(CONTENT[name]) for name in kept]
