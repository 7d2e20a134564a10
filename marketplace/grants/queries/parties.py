"""Parties and particulars of applications, topics of calls with their competition, and what a supplier already has."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select

from marketplace.accounts.models import Organisation
from marketplace.core.db import session
from marketplace.core.i18n import _, in_language
from marketplace.core.tasks import Task
from marketplace.core.viewer import Role, Viewer
from marketplace.grants.models import (
    Application,
    ApplicationMilestone,
    ApplicationParticulars,
    ApplicationParty,
    ApplicationState,
    Award,
    Call,
    CallTopic,
    PartyState,
)
from marketplace.programmes import queries as programmes
from marketplace.programmes.rules import Ruleset, SupplierLoad

PRESENT = (PartyState.INVITED, PartyState.CONFIRMED)
LIVE = (
    ApplicationState.SUBMITTED,
    ApplicationState.REFERRED,
    ApplicationState.ELIGIBLE,
    ApplicationState.AWARDED,
)
OUTSIDE = (ApplicationState.DRAFT, ApplicationState.WITHDRAWN)


@dataclass(frozen=True)
class PartyRow:
    """A body of an application with its name; `share_minor` in the ruleset's unit."""

    id: int
    organisation_id: int
    name: str
    role: str
    share_minor: int
    work: str
    state: PartyState
    decline_reason: str


@dataclass(frozen=True)
class TopicRow:
    """A topic of a call: how many submitted applications compete for it, and how many were awarded."""

    id: int
    title: str
    designated: bool
    applications: int
    awarded: int


@dataclass(frozen=True)
class MilestoneRow:
    """A milestone as planned; `amount_minor` once the award has been made."""

    code: str
    deliverable: str
    due_on: date
    amount_minor: int | None


def parties_of(application_id: int) -> list[PartyRow]:
    """Everybody who was invited and not taken out again, in order of invitation."""
    rows = session.execute(
        select(ApplicationParty, Organisation.name, Organisation.name_en)
        .join(Organisation, Organisation.id == ApplicationParty.organisation_id)
        .where(ApplicationParty.application_id == application_id, ApplicationParty.state != PartyState.REMOVED)
        .order_by(ApplicationParty.id)
    )
    return [
        PartyRow(
            row.id,
            row.organisation_id,
            in_language(name, name_en),
            row.role,
            row.share_minor,
            row.work,
            row.state,
            row.decline_reason or "",
        )
        for row, name, name_en in rows
    ]


def bodies_of(application_ids: Collection[int]) -> dict[int, set[int]]:
    """Application -> the firms that have said that they take part; applications of one firm are missing."""
    rows = session.execute(
        select(ApplicationParty.application_id, ApplicationParty.organisation_id).where(
            ApplicationParty.application_id.in_(list(application_ids)), ApplicationParty.state == PartyState.CONFIRMED
        )
    )
    found: dict[int, set[int]] = {}
    for application_id, organisation_id in rows:
        found.setdefault(application_id, set()).add(organisation_id)
    return found


def present_parties(application_id: int) -> list[PartyRow]:
    """Those who take part or may still say so."""
    return [each for each in parties_of(application_id) if each.state in PRESENT]


def find_party_seen_by(viewer: Viewer, party_id: int) -> ApplicationParty | None:
    """A party's own people, those of the firm that files, and whoever sees everything; not once it was taken out."""
    row = session.get(ApplicationParty, party_id)
    if row is None or row.state == PartyState.REMOVED:
        return None
    leader = select(Application.organisation_id).where(Application.id == row.application_id)
    firms = {row.organisation_id, session.scalars(leader).one()}
    return row if viewer.sees_everything or viewer.organisation_id in firms else None


def find_particulars(application_id: int) -> ApplicationParticulars | None:
    """What an application says beyond project and money."""
    statement = select(ApplicationParticulars).where(ApplicationParticulars.application_id == application_id)
    return session.scalars(statement).one_or_none()


def milestones_of(application_id: int) -> list[MilestoneRow]:
    """The planned milestones in their order."""
    rows = session.scalars(
        select(ApplicationMilestone)
        .where(ApplicationMilestone.application_id == application_id)
        .order_by(ApplicationMilestone.position)
    )
    return [MilestoneRow(row.code, row.deliverable, row.due_on, row.amount_minor) for row in rows]


def topics_of(call_id: int) -> list[TopicRow]:
    """The topics of a call in their order, with the competition for each, in one statement."""
    submitted = func.count(Application.id).filter(Application.state.not_in(OUTSIDE))
    awarded = func.count(Award.id).filter(Award.cancelled_at.is_(None))
    rows = session.execute(
        select(CallTopic.id, CallTopic.title, CallTopic.designated, submitted, awarded)
        .outerjoin(ApplicationParticulars, ApplicationParticulars.topic_id == CallTopic.id)
        .outerjoin(Application, Application.id == ApplicationParticulars.application_id)
        .outerjoin(Award, Award.application_id == Application.id)
        .where(CallTopic.call_id == call_id)
        .group_by(CallTopic.id)
        .order_by(CallTopic.position)
    )
    return [TopicRow(*row) for row in rows]


def find_topic(call_id: int, topic_id: int | None) -> CallTopic | None:
    """A topic of this call."""
    return session.scalars(
        select(CallTopic).where(CallTopic.call_id == call_id, CallTopic.id == (topic_id or 0))
    ).one_or_none()


def others_on_topic(application: Application, topic_id: int) -> int:
    """How many other live applications to this topic the firm has."""
    statement = (
        select(func.count())
        .select_from(Application)
        .join(ApplicationParticulars, ApplicationParticulars.application_id == Application.id)
        .where(
            ApplicationParticulars.topic_id == topic_id,
            Application.organisation_id == application.organisation_id,
            Application.id != application.id,
            Application.state.in_(LIVE),
        )
    )
    return session.execute(statement).scalar_one()


def projects_in_role(application: Application, programme_id: int, organisation_id: int, role: str) -> int:
    """How many other live applications of the programme name this body in this role."""
    statement = (
        select(func.count(func.distinct(ApplicationParty.application_id)))
        .join(Application, Application.id == ApplicationParty.application_id)
        .join(Call, Call.id == Application.call_id)
        .where(
            Call.programme_id == programme_id,
            ApplicationParty.organisation_id == organisation_id,
            ApplicationParty.role == role,
            ApplicationParty.state.in_(PRESENT),
            Application.id != application.id,
            Application.state.in_(LIVE),
        )
    )
    return session.execute(statement).scalar_one()


def load_of_supplier(supplier_id: int, programme_id: int, kind: str) -> SupplierLoad:
    """What stands of a supplier in a programme: awards that were not cancelled, and what is bought with them."""
    bought = Award.support_minor + Award.own_cash_minor
    row = session.execute(
        select(
            func.count(),
            func.count().filter(Application.kind == kind),
            func.coalesce(func.sum(bought), 0),
        )
        .select_from(Award)
        .join(Application, Application.id == Award.application_id)
        .join(Call, Call.id == Award.call_id)
        .where(Application.supplier_id == supplier_id, Call.programme_id == programme_id, Award.cancelled_at.is_(None))
    ).one()
    return SupplierLoad(row[0], row[1], int(row[2]))


def loads_of_suppliers(programme_id: int) -> list[tuple[int, str, int, int]]:
    """The same of every supplier at once: (supplier, kind, projects, amount), by supplier and kind."""
    rows = session.execute(
        select(
            Application.supplier_id,
            Application.kind,
            func.count(),
            func.coalesce(func.sum(Award.support_minor + Award.own_cash_minor), 0),
        )
        .select_from(Award)
        .join(Application, Application.id == Award.application_id)
        .join(Call, Call.id == Award.call_id)
        .where(Call.programme_id == programme_id, Award.cancelled_at.is_(None), Application.supplier_id.is_not(None))
        .group_by(Application.supplier_id, Application.kind)
        .order_by(Application.supplier_id, Application.kind)
    )
    return [(supplier or 0, kind, many, int(amount)) for supplier, kind, many, amount in rows]


def said_of(application: Application) -> dict[str, Any]:
    """What the firm signs besides project and money, where its programme knows such things; else nothing."""
    ruleset = ruleset_of(application)
    said: dict[str, Any] = {}
    if ruleset.roles:
        said["parties"] = [
            {"organisation_id": row.organisation_id, "role": row.role, "share_minor": row.share_minor, "work": row.work}
            for row in present_parties(application.id)
        ]
    if asks_particulars(ruleset):
        row = find_particulars(application.id)
        names = (
            *("topic_id", "free_topic", "need_power", "tier", "team_name", "team_members", "workers"),
            *("hourly_minor", "training_hours", "crowd_note", "quality"),
        )
        said["particulars"] = {name: getattr(row, name) for name in names} if row else None
    if ruleset.milestones:
        planned = milestones_of(application.id)
        said["milestones"] = [[row.code, row.deliverable, row.due_on.isoformat()] for row in planned]
    return said


def ruleset_of(application: Application) -> Ruleset:
    """The rules of an application's call."""
    return programmes.get_ruleset(session.get_one(Call, application.call_id).ruleset_id)


def asks_particulars(ruleset: Ruleset) -> bool:
    """Whether applications say more than project and money."""
    return bool(ruleset.topics or ruleset.tiers or ruleset.team or ruleset.crowdwork or ruleset.quality)


def asks_more(ruleset: Ruleset) -> bool:
    """Whether an application's page has anything of these programmes to show."""
    return bool(ruleset.roles or ruleset.milestones or ruleset.stages) or asks_particulars(ruleset)


def invitations_of(viewer: Viewer, limit: int = 50) -> list[Task]:
    """Applications that wait for the viewer's firm to say whether it takes part."""
    if not viewer.has(Role.SME_SIGNATORY, Role.SUPPLIER_SIGNATORY):
        return []
    rows: Sequence[Any] = session.execute(
        select(ApplicationParty.id, Application.title, Call.closes_at)
        .join(Application, Application.id == ApplicationParty.application_id)
        .join(Call, Call.id == Application.call_id)
        .where(
            ApplicationParty.organisation_id == (viewer.organisation_id or 0),
            ApplicationParty.state == PartyState.INVITED,
            Application.state == ApplicationState.DRAFT,
            Call.closes_at > func.app_now(),
        )
        .order_by(Call.closes_at, ApplicationParty.id)
        .limit(limit)
    ).all()
    return [
        Task(
            _("과제 참여를 확인하세요: %(title)s", title=title),
            "grants.party",
            {"party_id": identity},
            due_on=closes_at.date(),
            kind="application",
        )
        for identity, title, closes_at in rows
    ]
