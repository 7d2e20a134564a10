"""What waits for whom in this room. At most three statements and fifty rows each."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    Date,
    DateTime,
    Integer,
    Text,
    and_,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    text,
    union_all,
)
from sqlalchemy.orm import aliased

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
    CallInquiry,
    CallState,
    CertificateKind,
    CertificateState,
    Declaration,
    FirmCertificate,
    FixRequest,
    FixState,
    GrantPayment,
    GrantPaymentState,
    Party,
    StageResult,
)
from marketplace.grants.policies import SIGNS_FOR
from marketplace.grants.queries.parties import invitations_of
from marketplace.grants.queries.payments import grants_to_approve
from marketplace.programmes.models import Ruleset

LIMIT = 50
SOON = timedelta(days=30)
"""How long before its last day a certificate is asked for anew."""
BEFORE = timedelta(days=14)
"""And a declaration."""


def waiting_for(viewer: Viewer) -> list[Task]:
    """Drafts, referred cases, fixes, certificates that run out and signatures of a firm; calls, questions, certificates,
    decisions and signatures of an officer."""
    tasks: list[Task] = []
    if viewer.has(Role.SME_MEMBER):
        tasks += _of_firm(viewer)
    if viewer.has(Role.SME_SIGNATORY, Role.SUPPLIER_SIGNATORY, Role.PROGRAMME_OFFICER):
        tasks += _agreements_to_sign(viewer)
    if viewer.has(Role.PROGRAMME_OFFICER):
        tasks += _calls_of_officer() + _decisions_of_officer()
    return tasks + grants_to_approve(viewer) + invitations_of(viewer)


def _of_firm(viewer: Viewer) -> list[Task]:
    """Drafts and referred cases, sections and reports of a grant to mend, and certificates that run out within a month and
    have no successor. One statement."""
    own, today = viewer.organisation_id or 0, clock.today()
    draft = and_(
        Application.state == ApplicationState.DRAFT,
        Call.state == CallState.PUBLISHED,
        Call.closes_at > func.app_now(),
    )
    cases = (
        select(
            cast(Application.state, Text).label("what"),
            Application.id.label("identity"),
            Application.title.label("words"),
            Call.closes_at.label("moment"),
            cast(null(), Date).label("day"),
        )
        .join(Call, Call.id == Application.call_id)
        .where(Application.organisation_id == own, or_(draft, Application.state == ApplicationState.REFERRED))
    )
    no_moment = cast(null(), DateTime(timezone=True))
    fixes = (
        select(literal("fix"), Application.id, Application.title, no_moment, FixRequest.due_on)
        .join(Application, Application.id == FixRequest.application_id)
        .where(FixRequest.state == FixState.ASKED, Application.organisation_id == own)
    )
    newer = aliased(FirmCertificate)
    followed = exists().where(
        newer.organisation_id == FirmCertificate.organisation_id,
        newer.kind == FirmCertificate.kind,
        newer.state != CertificateState.REFUSED,
        newer.valid_until > FirmCertificate.valid_until,
    )
    kind = cast(FirmCertificate.kind, Text)
    ending = select(literal("certificate"), FirmCertificate.id, kind, no_moment, FirmCertificate.valid_until).where(
        FirmCertificate.organisation_id == own,
        FirmCertificate.state == CertificateState.VERIFIED,
        FirmCertificate.valid_until.between(today, today + SOON),
        ~followed,
    )
    returned = (
        select(literal("grant"), Award.application_id, GrantPayment.number, no_moment, cast(null(), Date))
        .join(Award, Award.id == GrantPayment.award_id)
        .where(GrantPayment.organisation_id == own, GrantPayment.state == GrantPaymentState.RETURNED)
    )
    every: Any = (
        union_all(cases, fixes, ending, returned, _words_that_age(own, today))
        .order_by(text("moment, day, identity"))
        .limit(LIMIT)
    )
    return [_task_of_firm(*row) for row in session.execute(every)]


def _words_that_age(own: int, today: date) -> Any:
    """Declarations that no longer hold, or not for long, while their agreement runs."""
    days = cast(Ruleset.content["eligibility"]["declared_days"][0].astext, Integer)
    again = select(func.max(Declaration.declared_at)).where(Declaration.application_id == Application.id)
    until = func.coalesce(again.scalar_subquery(), Application.submitted_at) + func.make_interval(0, 0, 0, days)
    return (
        select(literal("declare"), Application.id, Application.title, until, cast(null(), Date))
        .join(Award, Award.application_id == Application.id)
        .join(Agreement, Agreement.award_id == Award.id)
        .join(Ruleset, Ruleset.id == Agreement.ruleset_id)
        .where(Agreement.organisation_id == own, Agreement.state == AgreementState.SIGNED, Agreement.ends_on >= today)
        .where(days.is_not(None), until < func.app_now() + BEFORE)
    )


def _task_of_firm(what: str, identity: int, words: str, moment: datetime | None, day: date | None) -> Task:
    values = {"application_id": identity}
    if what == "fix":
        title = _("요청받은 곳을 보완해 제출하세요: %(title)s", title=words)
        return Task(title, "grants.application", values, "", day, "fix")
    if what == "grant":
        return Task(
            _("단계 결과를 보완해 다시 보고하세요: %(number)s", number=words), "grants.payments", values, kind="grant"
        )
    if what == "certificate":
        title = _("곧 끝나는 증명서를 새로 내세요: %(kind)s", kind=CertificateKind(words).label)
        return Task(title, "grants.certificates", {}, "", day, "certificate")
    if what == "declare" and moment is not None:
        title = _("자격을 다시 신고하세요: %(title)s", title=words)
        return Task(title, "grants.standing", values, "", moment.astimezone(clock.SEOUL).date(), "application")
    if what == ApplicationState.DRAFT and moment is not None:
        due = moment.astimezone(clock.SEOUL)
        detail = _("마감 %(moment)s", moment=f"{due:%Y-%m-%d %H:%M}")
        title = _("신청서를 마무리해 제출하세요: %(title)s", title=words)
        return Task(title, "grants.application", values, detail, due.date(), "application")
    title = _("전담기관이 자격을 확인하고 있습니다: %(title)s", title=words)
    return Task(title, "grants.application", values, kind="application")


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
    """Calls to publish or to close, questions about calls that nobody has answered, certificates and reports of grants to
    look at. One statement."""
    over = and_(Call.state == CallState.PUBLISHED, Call.closes_at <= func.app_now())
    calls = select(
        cast(Call.state, Text).label("what"),
        Call.id.label("identity"),
        Call.title,
        Call.title_en,
        Call.opens_at.label("opens_at"),
        literal(1),
    ).where(or_(Call.state == CallState.DRAFT, over))
    questions = (
        select(literal("question"), Call.id, Call.title, Call.title_en, Call.opens_at, func.count())
        .join(CallInquiry, CallInquiry.call_id == Call.id)
        .where(CallInquiry.answered_at.is_(None))
        .group_by(Call.id)
    )
    no_moment = cast(null(), DateTime(timezone=True))
    looks = (
        select(literal("certificate"), literal(0), literal(""), literal(""), no_moment, func.count())
        .select_from(FirmCertificate)
        .where(FirmCertificate.state == CertificateState.HANDED_IN)
        .having(func.count() > 0)
    )
    reports = (
        select(literal("grant"), Award.application_id, GrantPayment.number, literal(""), no_moment, literal(1))
        .join(Award, Award.id == GrantPayment.award_id)
        .where(GrantPayment.state == GrantPaymentState.REPORTED)
    )
    every: Any = union_all(calls, questions, looks, reports).order_by(text("opens_at, identity, what")).limit(LIMIT)
    return [_task_of_officer(*row) for row in session.execute(every)]


def _task_of_officer(
    what: str, identity: int, korean: str, english: str | None, opens_at: datetime | None, many: int
) -> Task:
    if what == "grant":
        words = _("단계 결과를 확인하세요: %(number)s", number=korean)
        return Task(words, "grants.payments", {"application_id": identity}, kind="grant")
    title, values = in_language(korean, english), {"call_id": identity}
    if what == "question":
        words = _("공고 질문에 답하세요: %(count)s건", count=many)
        return Task(words, "grants.call_questions", values, title, kind="call")
    if what == "certificate":
        words, waits = _("기업 증명서를 확인하세요: %(count)s건", count=many), CertificateState.HANDED_IN.value
        return Task(words, "grants.certificates", {"state": waits}, kind="certificate")
    if what == CallState.DRAFT and opens_at is not None:
        due = opens_at.astimezone(clock.SEOUL).date()
        return Task(_("공고를 게시하세요: %(title)s", title=title), "grants.call", values, "", due, "call")
    return Task(_("접수를 마감하세요: %(title)s", title=title), "grants.call", values, kind="call")


def _decisions_of_officer() -> list[Task]:
    """Grouped by call: ten thousand applications are one line with their number."""
    to_decide = Application.state.in_((ApplicationState.REFERRED, ApplicationState.ELIGIBLE))
    # A prize is not agreed on.
    to_agree = and_(
        ~exists().where(StageResult.application_id == Application.id),
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
