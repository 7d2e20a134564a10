"""Calls: the public list, one call, its numbers, and what jobs look for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import exists, func, select, text

from marketplace.core.db import get_row, session
from marketplace.core.i18n import in_language, language
from marketplace.core.viewer import GUEST, Viewer
from marketplace.core.web import Page
from marketplace.grants.models import Application, ApplicationState, Award, Call, CallState
from marketplace.programmes import queries as programmes
from marketplace.programmes.models import Programme, Ruleset

PAGE = 20
OPEN_STATES = (ApplicationState.SUBMITTED, ApplicationState.REFERRED, ApplicationState.ELIGIBLE)
"""Submitted, and nobody has said the last word yet."""


@dataclass(frozen=True)
class CallRow:
    """A call in a list, with the programme it belongs to."""

    id: int
    title: str
    programme: str
    ruleset: str
    ruleset_id: int
    budget_minor: int
    unit: str
    opens_at: datetime
    closes_at: datetime
    performs_until: date
    state: CallState


@dataclass(frozen=True)
class KindTerms:
    """A kind of support as a call offers it; `cap_minor` in won."""

    code: str
    name: str
    cap_minor: int


@dataclass(frozen=True)
class CallNumbers:
    """What became of a call: how many applications stand where, what they ask for, what was awarded (won)."""

    by_state: dict[ApplicationState, int]
    asked_minor: int
    awarded_minor: int
    budget_minor: int

    @property
    def submitted(self) -> int:
        """Everything that was handed in and not withdrawn."""
        outside = (ApplicationState.DRAFT, ApplicationState.WITHDRAWN, ApplicationState.REPLACED)
        return sum(count for state, count in self.by_state.items() if state not in outside)

    @property
    def left_minor(self) -> int:
        return self.budget_minor - self.awarded_minor


def database_now() -> datetime:
    """Business time by the database's own clock, which decides deadlines."""
    moment: datetime = session.execute(text("select app_now()")).scalar_one()
    return moment


def window_rule(call: Call) -> str:
    """How a refusal names the rule of the window: the ruleset's edition and the call."""
    return f"{programmes.get_ruleset(call.ruleset_id).edition} {call.subject} closes_at"


def budget_rule(call: Call) -> str:
    """How a refusal names the rule of the budget."""
    return f"{programmes.get_ruleset(call.ruleset_id).edition} {call.subject} budget"


def calls_page(
    viewer: Viewer, *, state: str = "", programme_id: int | None = None, page: int = 1, size: int = PAGE
) -> Page:
    """Calls the viewer may see: those still open first, the nearest deadline on top; then the others, newest first."""
    statement = (
        select(Call, Programme.name, Programme.name_en, Programme.unit, Ruleset.code, Ruleset.version)
        .join(Programme, Programme.id == Call.programme_id)
        .join(Ruleset, Ruleset.id == Call.ruleset_id)
    )
    if not viewer.sees_everything:
        statement = statement.where(Call.state != CallState.DRAFT)
    if programme_id is not None:
        statement = statement.where(Call.programme_id == programme_id)
    if state in {each.value for each in CallState}:
        statement = statement.where(Call.state == CallState(state))
    total = session.execute(statement.with_only_columns(func.count())).scalar_one()
    is_open = (Call.state == CallState.PUBLISHED) & (Call.closes_at > func.app_now())
    deadline = func.extract("epoch", Call.closes_at - func.app_now())
    order = (is_open.desc(), func.abs(deadline), Call.id.desc())
    found = session.execute(statement.order_by(*order).limit(size).offset((page - 1) * size)).all()
    return Page([_row(*each) for each in found], page, size, total)


def _row(call: Call, programme: str, programme_en: str, unit: str, code: str, version: int) -> CallRow:
    return CallRow(
        id=call.id,
        title=in_language(call.title, call.title_en),
        programme=in_language(programme, programme_en),
        ruleset=f"{code} v{version}",
        ruleset_id=call.ruleset_id,
        budget_minor=call.budget_minor,
        unit=unit,
        opens_at=call.opens_at,
        closes_at=call.closes_at,
        performs_until=call.performs_until,
        state=call.state,
    )


def open_calls(limit: int = 50) -> Sequence[Call]:
    """Published calls that take applications now, the nearest deadline first."""
    statement = select(Call).where(
        Call.state == CallState.PUBLISHED, Call.opens_at <= func.app_now(), Call.closes_at > func.app_now()
    )
    return session.scalars(statement.order_by(Call.closes_at, Call.id).limit(limit)).all()


def calls_of_programme(programme_id: int) -> Sequence[Call]:
    """The public calls of a programme, the newest first."""
    statement = select(Call).where(Call.programme_id == programme_id, Call.state != CallState.DRAFT)
    return session.scalars(statement.order_by(Call.opens_at.desc(), Call.id.desc()).limit(100)).all()


def calls_to_choose() -> list[tuple[int, str]]:
    """Id and title of the latest public calls, for the choices of a filter."""
    statement = select(Call.id, Call.title, Call.title_en).where(Call.state != CallState.DRAFT)
    rows = session.execute(statement.order_by(Call.id.desc()).limit(100))
    return [(identity, in_language(korean, english)) for identity, korean, english in rows]


def find_call_seen_by(viewer: Viewer, call_id: int) -> Call | None:
    """A call: drafts for those who see everything, all others for everybody."""
    statement = select(Call).where(Call.id == call_id)
    if not viewer.sees_everything:
        statement = statement.where(Call.state != CallState.DRAFT)
    return session.scalars(statement).one_or_none()


def get_call(call_id: int) -> Call:
    """A call by its id, for operations. Raises NoResultFound."""
    return get_row(Call, call_id)


def kinds_of(call: Call) -> list[KindTerms]:
    """The kinds a call offers, in the ruleset's order, with their caps."""
    ruleset = programmes.get_ruleset(call.ruleset_id)
    offered = set(call.kinds)
    return [
        KindTerms(kind.code, kind.name.say(language=language()), kind.cap.value)
        for kind in ruleset.kinds
        if kind.code in offered
    ]


def kind_names() -> dict[str, str]:
    """What the kinds of support are called, over all published years; a later year's word wins."""
    rulesets = sorted((row for row in programmes.rulesets_seen_by(GUEST)), key=lambda row: (row.year, row.version))
    names = {}
    for row in rulesets:
        for kind in programmes.parsed(row).kinds:
            names[kind.code] = kind.name.say(language=language())
    return names


def numbers_of(call: Call) -> CallNumbers:
    """The numbers of a call, in two statements."""
    rows = session.execute(
        select(Application.state, func.count(), func.coalesce(func.sum(Application.support_minor), 0))
        .where(Application.call_id == call.id)
        .group_by(Application.state)
        .order_by(Application.state)
    ).all()
    outside = (ApplicationState.DRAFT, ApplicationState.WITHDRAWN, ApplicationState.REPLACED)
    return CallNumbers(
        by_state={state: count for state, count, _sum in rows},
        asked_minor=sum(int(asked) for state, _count, asked in rows if state not in outside),
        awarded_minor=awarded_minor(call.id),
        budget_minor=call.budget_minor,
    )


def awarded_minor(call_id: int) -> int:
    """The support of a call's standing awards, in won. Operations ask under the call's lock."""
    statement = select(func.coalesce(func.sum(Award.support_minor), 0)).where(
        Award.call_id == call_id, Award.cancelled_at.is_(None)
    )
    return int(session.execute(statement).scalar_one())


def budget_of_published_calls(programme_id: int) -> int:
    """What the published calls of a programme may spend together, in won."""
    statement = select(func.coalesce(func.sum(Call.budget_minor), 0)).where(
        Call.programme_id == programme_id, Call.state != CallState.DRAFT
    )
    return int(session.execute(statement).scalar_one())


def undecided_count(call_id: int) -> int:
    """How many applications of a call wait for a decision."""
    statement = select(func.count()).where(Application.call_id == call_id, Application.state.in_(OPEN_STATES))
    return session.execute(statement).scalar_one()


def calls_to_close(limit: int = 50) -> Sequence[int]:
    """Published calls whose deadline has come."""
    statement = select(Call.id).where(Call.state == CallState.PUBLISHED, Call.closes_at <= func.app_now())
    return session.scalars(statement.order_by(Call.closes_at, Call.id).limit(limit)).all()


def calls_to_decide(limit: int = 50) -> Sequence[int]:
    """Closed calls without an application that waits for a decision."""
    waits: Any = exists().where(Application.call_id == Call.id, Application.state.in_(OPEN_STATES))
    statement = select(Call.id).where(Call.state == CallState.CLOSED, ~waits)
    return session.scalars(statement.order_by(Call.id).limit(limit)).all()
