"""What waits for whom in matching."""

from datetime import date, datetime, timedelta

from sqlalchemy import and_, exists, func, or_, select

from marketplace.accounts.models import Organisation
from marketplace.core import clock
from marketplace.core.db import session
from marketplace.core.i18n import _
from marketplace.core.tasks import Task
from marketplace.core.viewer import Role, Viewer
from marketplace.matching.models import (
    Audience,
    Need,
    NeedInvitation,
    NeedQuestion,
    NeedState,
    PreAgreement,
    PreAgreementSignature,
    PreAgreementState,
    Quote,
    QuoteState,
    Side,
)
from marketplace.matching.queries.needs import STANDING
from marketplace.suppliers.queries import is_designated_anywhere


def waiting_for(viewer: Viewer) -> list[Task]:
    """Quotes to decide on, questions to answer and pre-agreements to sign; needs that a supplier has not answered."""
    tasks: list[Task] = []
    if viewer.organisation_id is None:
        return tasks
    if viewer.has(Role.SME_SIGNATORY, Role.SUPPLIER_SIGNATORY):
        tasks += _agreements_to_sign(viewer)
    if viewer.is_sme:
        tasks += _quotes_to_decide(viewer.organisation_id)
    if viewer.is_supplier and is_designated_anywhere(viewer.organisation_id):
        tasks += _needs_to_answer(viewer.organisation_id)
    return tasks[:50]


def _quotes_to_decide(organisation_id: int) -> list[Task]:
    """Needs of the firm that have quotes to choose among, or questions without an answer; one statement."""
    day, now = clock.today(), clock.now()
    opened = and_(Quote.need_id == Need.id, Quote.opened_at.is_not(None), Quote.state == QuoteState.SENT)
    quotes = select(func.count()).where(opened, Quote.valid_until >= day).correlate(Need).scalar_subquery()
    until = (
        select(func.min(Quote.valid_until)).where(opened, Quote.valid_until >= day).correlate(Need).scalar_subquery()
    )
    unanswered = and_(NeedQuestion.need_id == Need.id, NeedQuestion.answered_at.is_(None))
    questions = select(func.count()).where(unanswered).correlate(Need).scalar_subquery()
    rows = session.execute(
        select(Need.id, Need.title, Need.quotes_until, quotes, questions, until)
        .where(
            Need.organisation_id == organisation_id,
            Need.state.in_((NeedState.OPEN, NeedState.OPENED)),
            or_(quotes > 0, and_(questions > 0, or_(Need.quotes_until.is_(None), Need.quotes_until > now))),
        )
        .order_by(until.asc().nulls_last(), Need.id)
        .limit(50)
    )
    tasks = []
    for identity, title, deadline, count, asked, last in rows:
        place = {"need_id": identity}
        if count:
            words, detail = _("견적 비교하기: %(title)s", title=title), _("견적 %(count)s건", count=count)
            tasks.append(Task(words, "matching.need", place, detail=detail, due_on=last, kind="quote"))
        else:
            words, detail = _("질문에 답하기: %(title)s", title=title), _("질문 %(count)s개", count=asked)
            due_on = _last_day(deadline) if deadline else None
            tasks.append(Task(words, "matching.need", place, detail=detail, due_on=due_on, kind="need"))
    return tasks


def _needs_to_answer(organisation_id: int) -> list[Task]:
    answered = exists().where(Quote.need_id == Need.id, Quote.organisation_id == organisation_id)
    invited = exists().where(NeedInvitation.need_id == Need.id, NeedInvitation.supplier_id == organisation_id, STANDING)
    by_name = or_(Need.supplier_id == organisation_id, invited)
    rows = session.execute(
        select(Need.id, Need.title, Need.needed_by, Need.quotes_until, Organisation.name)
        .join(Organisation, Organisation.id == Need.organisation_id)
        .where(
            Need.state == NeedState.OPEN,
            Need.organisation_id != organisation_id,
            or_(Need.audience == Audience.ALL, by_name),
            or_(Need.quotes_until.is_(None), Need.quotes_until > clock.now()),
            ~answered,
        )
        .order_by(by_name.desc().nulls_last(), Need.quotes_until.asc().nulls_last(), Need.id)
        .limit(50)
    )
    made = []
    for identity, title, needed_by, deadline, buyer in rows:
        due_on = _last_day(deadline) if deadline else needed_by
        words = _("견적 내기: %(title)s", title=title)
        made.append(Task(words, "matching.need", {"need_id": identity}, buyer, due_on, "need"))
    return made


def _last_day(deadline: datetime) -> date:
    """The last day before a deadline: deadlines are the end of a day in Seoul."""
    return (deadline.astimezone(clock.SEOUL) - timedelta(microseconds=1)).date()


def _agreements_to_sign(viewer: Viewer) -> list[Task]:
    firm = viewer.organisation_id
    signed = exists().where(PreAgreementSignature.pre_agreement_id == PreAgreement.id)
    as_buyer = and_(PreAgreement.organisation_id == firm, ~signed.where(PreAgreementSignature.side == Side.BUYER))
    as_supplier = and_(PreAgreement.supplier_id == firm, ~signed.where(PreAgreementSignature.side == Side.SUPPLIER))
    mine = [as_buyer] if viewer.has(Role.SME_SIGNATORY) else []
    mine += [as_supplier] if viewer.has(Role.SUPPLIER_SIGNATORY) else []
    rows = session.execute(
        select(PreAgreement.id, PreAgreement.number, PreAgreement.valid_until, Need.title)
        .join(Need, Need.id == PreAgreement.need_id)
        .where(PreAgreement.state == PreAgreementState.SIGNING, or_(*mine))
        .order_by(PreAgreement.valid_until, PreAgreement.id)
        .limit(50)
    )
    return [
        Task(
            _("사전협의서 서명하기: %(title)s", title=title),
            "matching.pre_agreement",
            {"pre_agreement_id": identity},
            number,
            due_on,
            "pre_agreement",
        )
        for identity, number, due_on, title in rows
    ]
