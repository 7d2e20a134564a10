"""Reading programmes and rulesets. A published ruleset never changes, so its parsed form is kept for the process's life."""

from collections.abc import Collection, Sequence

from flask import current_app
from sqlalchemy import select

from marketplace.core.db import find_row, get_row, session
from marketplace.core.viewer import Viewer
from marketplace.programmes import rules
from marketplace.programmes.models import Programme, ProgrammeState, Ruleset, RulesetState

_PARSED: dict[str, rules.Ruleset] = {}
"""Typed rules by the hash of what the file said."""


def parsed(row: Ruleset) -> rules.Ruleset:
    """The typed rules of a row."""
    if row.sha256 not in _PARSED:
        _PARSED[row.sha256] = rules.parse_ruleset(row.content)
    return _PARSED[row.sha256]


def get_ruleset_row(ruleset_id: int) -> Ruleset:
    """The row of a ruleset. Raises NoResultFound."""
    return get_row(Ruleset, ruleset_id)


def get_ruleset(ruleset_id: int) -> rules.Ruleset:
    """The typed rules of a case. Raises NoResultFound. A row's content never changes, so it is read once per program."""
    kept: dict[int, rules.Ruleset] = current_app.extensions.setdefault("rulesets", {})
    if ruleset_id not in kept:
        kept[ruleset_id] = parsed(get_ruleset_row(ruleset_id))
    return kept[ruleset_id]


def find_ruleset_seen_by(viewer: Viewer, ruleset_id: int) -> Ruleset | None:
    """Published and retired rulesets are public; drafts are for the agency's people."""
    statement = select(Ruleset).where(Ruleset.id == ruleset_id)
    if not viewer.sees_everything:
        statement = statement.where(Ruleset.state != RulesetState.DRAFT)
    return session.scalars(statement).one_or_none()


def rulesets_seen_by(viewer: Viewer) -> Sequence[Ruleset]:
    """All rulesets the viewer may read, the newest year first."""
    statement = select(Ruleset).order_by(Ruleset.year.desc(), Ruleset.code, Ruleset.version.desc())
    if not viewer.sees_everything:
        statement = statement.where(Ruleset.state != RulesetState.DRAFT)
    return session.scalars(statement).all()


def find_ruleset_before(row: Ruleset) -> Ruleset | None:
    """The ruleset to compare with: the version before, else the newest of the same programme's latest earlier year."""
    earlier_version = session.scalars(
        select(Ruleset)
        .where(Ruleset.code == row.code, Ruleset.version < row.version)
        .order_by(Ruleset.version.desc())
        .limit(1)
    ).one_or_none()
    if earlier_version is not None:
        return earlier_version
    return session.scalars(
        select(Ruleset)
        .where(
            Ruleset.code.startswith(_family(row), autoescape=True),
            Ruleset.year < row.year,
            Ruleset.state != RulesetState.DRAFT,
        )
        .order_by(Ruleset.year.desc(), Ruleset.version.desc())
        .limit(1)
    ).one_or_none()


def _family(row: Ruleset) -> str:
    """What the codes of one programme's years have in common: "DV-" of "DV-2025"."""
    return row.code.removesuffix(str(row.year))


def get_programme(programme_id: int) -> Programme:
    """A programme by its id. Raises NoResultFound."""
    return get_row(Programme, programme_id)


def find_programme(programme_id: int) -> Programme | None:
    """A programme; programmes are public once they are open."""
    return find_row(Programme, programme_id)


def programmes(*, only_open: bool = False) -> Sequence[Programme]:
    """Programmes, the newest year first."""
    statement = select(Programme).order_by(Programme.year.desc(), Programme.code)
    if only_open:
        statement = statement.where(Programme.state == ProgrammeState.OPEN)
    return session.scalars(statement).all()


def programmes_of_year(year: int) -> Sequence[int]:
    """The programmes of one year, by id."""
    return session.scalars(select(Programme.id).where(Programme.year == year).order_by(Programme.id)).all()


def years_of(programme_ids: Collection[int]) -> dict[int, int]:
    """The year of each programme."""
    rows = session.execute(select(Programme.id, Programme.year).where(Programme.id.in_(list(programme_ids))))
    return {row[0]: row[1] for row in rows}


def open_programmes() -> Sequence[Programme]:
    """The programmes that run now."""
    return programmes(only_open=True)
