"""What waits for whom in this room. At most three statements and fifty rows each."""

from typing import Any

from sqlalchemy import and_, func, or_, select

from marketplace.core import clock
from marketplace.core.db import session
from marketplace.core.i18n import _, in_language
from marketplace.core.tasks import Task
from marketplace.core.viewer import Role, Viewer
from marketplace.grants.models import (
    Agreement,
    AgreementParty,
    AgreementSignature,
    AgreementState,
    Application,
    ApplicationState,
    Award,
    Call,
    CallState,
    Party,
)
from marketplace.grants.policies import SIGNS_FOR
from marketplace.grants.queries.parties import invitations_of

LIMIT = 50


def waiting_for(viewer: Viewer) -> list[Task]:
    """Drafts, referred cases and signatures of a firm; calls, decisions and signatures of an officer."""
    tasks: list[Task] = []
    if viewer.has(Role.SME_MEMBER):
        tasks += _applications_of_firm(viewer)
    if viewer.has(Role.SME_SIGNATORY, Role.SUPPLIER_SIGNATORY, Role.PROGRAMME_OFFICER):
        tasks += _agreements_to_sign(viewer)
    if viewer.has(Role.PROGRAMME_OFFICER):
        tasks += _calls_of_officer() + _decisions_of_officer()
    return tasks + invitations_of(viewer)


def _applications_of_firm(viewer: Viewer) -> list[Task]:
    draft = and_(
        Application.state == ApplicationState.DRAFT,
        Call.state == CallState.PUBLISHED,
        Call.closes_at > func.app_now(),
    )
    rows = session.execute(
        select(Application.id, Application.title, Application.state, Call.closes_at)
        .join(Call, Call.id == Application.call_id)
        .where(
            Application.organisation_id == (viewer.organisation_id or 0),
            or_(draft, Application.state == ApplicationState.REFERRED),
        )
        .order_by(Call.closes_at, Application.id)
        .limit(LIMIT)
    )
    tasks = []
    for identity, title, state, closes_at in rows:
        values = {"application_id": identity}
        if state == ApplicationState.DRAFT:
            due = closes_at.astimezone(clock.SEOUL)
            detail = _("마감 %(moment)s", moment=f"{due:%Y-%m-%d %H:%M}")
            words = _("신청서를 마무리해 제출하세요: %(title)s", title=title)
            tasks.append(Task(words, "grants.application", values, detail, due.date(), "application"))
        else:
            words = _("전담기관이 자격을 확인하고 있습니다: %(title)s", title=title)
            tasks.append(Task(words, "grants.application", values, kind="application"))
    return tasks


def _agreements_to_sign(viewer: Viewer) -> list[Task]:
    """Agreements at whose table the viewer may sign for a place that has not signed yet."""
    own = viewer.organisation_id or 0
    places: list[Any] = [
        and_(AgreementParty.organisation_id == own, AgreementParty.role == role)
        for role, roles in SIGNS_FOR.items()
        if viewer.has(*roles)
    ]
    if viewer.has(Role.PROGRAMME_OFFICER):
        others = and_(Agreement.organisation_id != own, Agreement.supplier_id != own)
        places.append(and_(AgreementParty.role == Party.AGENCY, others))
    signed = (
        select(AgreementSignature.id)
        .where(AgreementSignature.party_id == AgreementParty.id, AgreementSignature.version == Agreement.version)
        .exists()
    )
    rows = session.execute(
        select(Agreement.id, Agreement.number, Agreement.content["project"]["title"].astext, Agreement.starts_on)
        .join(AgreementParty, AgreementParty.agreement_id == Agreement.id)
        .where(Agreement.state == AgreementState.SIGNING, AgreementParty.left_at.is_(None), or_(*places), ~signed)
        .order_by(Agreement.starts_on, Agreement.id)
        .limit(LIMIT)
    )
    return [
        Task(
            _("협약서에 서명하세요: %(number)s", number=number),
            "grants.agreement",
            {"agreement_id": identity},
            title,
            starts_on,
            "agreement",
        )
        for identity, number, title, starts_on in rows
    ]


def _calls_of_officer() -> list[Task]:
    over = and_(Call.state == CallState.PUBLISHED, Call.closes_at <= func.app_now())
    rows = session.scalars(
        select(Call).where(or_(Call.state == CallState.DRAFT, over)).order_by(Call.opens_at, Call.id).limit(LIMIT)
    )
    tasks = []
    for call in rows:
        title, values = in_language(call.title, call.title_en), {"call_id": call.id}
        if call.state == CallState.DRAFT:
            due = call.opens_at.astimezone(clock.SEOUL).date()
            tasks.append(Task(_("공고를 게시하세요: %(title)s", title=title), "grants.call", values, "", due, "call"))
        else:
            tasks.append(Task(_("접수를 마감하세요: %(title)s", title=title), "grants.call", values, kind="call"))
    return tasks


def _decisions_of_officer() -> list[Task]:
    """Grouped by call: ten thousand applications are one line with their number."""
    to_decide = Application.state.in_((ApplicationState.REFERRED, ApplicationState.ELIGIBLE))
    # Whoever has no supplier gets a grant or a prize, and no three-party agreement.
    to_agree = and_(
        Application.supplier_id.is_not(None),
        Application.state == ApplicationState.AWARDED,
        Award.cancelled_at.is_(None),
        Agreement.id.is_(None),
    )
    rows = session.execute(
        select(Call.id, Call.title, Call.title_en, Call.state, Call.rolling, Application.state, func.count())
        .join(Call, Call.id == Application.call_id)
        .outerjoin(Award, Award.application_id == Application.id)
        .outerjoin(Agreement, Agreement.award_id == Award.id)
        .where(or_(to_decide, to_agree))
        .group_by(Call.id, Call.title, Call.title_en, Call.state, Call.rolling, Application.state)
        .order_by(Call.id, Application.state)
        .limit(LIMIT)
    )
    tasks = []
    for identity, korean, english, call_state, rolling, state, count in rows:
        if state == ApplicationState.ELIGIBLE and call_state == CallState.PUBLISHED and not rolling:
            continue
        words = {
            ApplicationState.REFERRED: _("자격을 판단하세요: %(count)s건", count=count),
            ApplicationState.ELIGIBLE: _("선정 여부를 결정하세요: %(count)s건", count=count),
            ApplicationState.AWARDED: _("협약서를 만드세요: %(count)s건", count=count),
        }[state]
        values = {"call": identity, "state": state.value}
        tasks.append(Task(words, "grants.applications", values, in_language(korean, english), kind="application"))
    return tasks
