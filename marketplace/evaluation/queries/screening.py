"""What is known of each application, gathered for the search for proxies; and the flags that it left."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import String, and_, cast, func, literal, or_, select
from sqlalchemy.orm import aliased

from marketplace.accounts.models import Organisation, Person, Relation, SignInSession
from marketplace.core import clock
from marketplace.core.db import session
from marketplace.core.viewer import Viewer
from marketplace.core.web import Page
from marketplace.evaluation.models import Evaluation, FlagState, ScreeningFlag
from marketplace.evaluation.queries.plans import SIZE
from marketplace.evaluation.rules import Side
from marketplace.evidence.models import Event
from marketplace.grants import queries as grants
from marketplace.grants.models import Application, Call
from marketplace.suppliers.models import Designation

Other, Firm, OtherFirm = aliased(Application), aliased(Organisation), aliased(Organisation)


@dataclass(frozen=True)
class FlagRow:
    """A flag with the two applications it is about."""

    flag: ScreeningFlag
    title: str
    firm: str
    other_title: str | None
    other_firm: str | None


def sides_of(evaluation: Evaluation) -> list[Side]:
    """Every submitted application of the call with what its firm, its submitter and their browser are known by."""
    since = func.coalesce(Application.submitted_at, Application.created_at)
    browser = (
        select(SignInSession.user_agent)
        .where(SignInSession.person_id == Application.submitted_by, SignInSession.created_at <= since)
        .order_by(SignInSession.id.desc())
        .limit(1)
        .correlate(Application)
        .scalar_subquery()
    )
    submitted = and_(
        Event.subject == literal("application:") + cast(Application.id, String), Event.action == "application:submitted"
    )
    call = session.get_one(Call, evaluation.call_id)
    brochure = and_(
        Designation.organisation_id == Application.supplier_id, Designation.programme_id == call.programme_id
    )
    statement = (
        select(Application, Organisation, Person.phone, Event.address, browser, Designation.profile)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .outerjoin(Person, Person.id == Application.submitted_by)
        .outerjoin(Event, submitted)
        .outerjoin(Designation, brochure)
        .where(Application.call_id == evaluation.call_id, Application.receipt_number.is_not(None))
        .order_by(Application.id)
    )
    found = {}
    rows = session.execute(statement).all()
    words = grants.words_of_all({case.id for case, *_rest in rows})
    for case, firm, phone, address, agent, profile in rows:
        network = str(address or "")
        found[case.id] = Side(
            application_id=case.id,
            organisation_id=firm.id,
            account=f"{firm.bank_code or ''}{firm.bank_account}" if firm.bank_account else "",
            person=str(case.submitted_by or ""),
            phone=phone or "",
            address=firm.address or "",
            device=f"{network} {agent}" if network and agent else "",
            network=network,
            representative=firm.representative,
            text=f"{case.plan}\n{words.get(case.id, '')}",
            excluded=profile or "",
        )
    return list(found.values())


def related_parties(call_id: int) -> list[tuple[int, str]]:
    """Applications whose firm and supplier are known to be related today: (application, what kind and from where)."""
    day = clock.today()
    both = or_(
        and_(Relation.from_id == Application.organisation_id, Relation.to_id == Application.supplier_id),
        and_(Relation.to_id == Application.organisation_id, Relation.from_id == Application.supplier_id),
    )
    statement = (
        select(Application.id, Relation.kind, Relation.source)
        .join(Relation, both)
        .where(
            Application.call_id == call_id,
            Application.receipt_number.is_not(None),
            Relation.from_on <= day,
            or_(Relation.until_on.is_(None), Relation.until_on >= day),
        )
        .order_by(Application.id, Relation.id)
    )
    found: dict[int, str] = {}
    for case, kind, source in session.execute(statement):
        found[case] = f"{found[case]}; {kind} ({source})" if case in found else f"{kind} ({source})"
    return sorted(found.items())


def flag_pairs(evaluation_id: int) -> dict[tuple[int, int | None], ScreeningFlag]:
    """The flags there are, by the applications they are about."""
    rows = session.scalars(
        select(ScreeningFlag).where(ScreeningFlag.evaluation_id == evaluation_id).order_by(ScreeningFlag.id)
    )
    return {(row.application_id, row.other_id): row for row in rows}


def flags_page(evaluation_id: int, *, state: str = "", page: int = 1, size: int = SIZE) -> Page:
    """Flags, open and heavy ones first."""
    wanted = [ScreeningFlag.evaluation_id == evaluation_id]
    if state in {each.value for each in FlagState}:
        wanted.append(ScreeningFlag.state == FlagState(state))
    total = session.execute(select(func.count()).select_from(ScreeningFlag).where(*wanted)).scalar_one()
    statement = (
        select(ScreeningFlag, Application.title, Firm.name, Other.title, OtherFirm.name)
        .join(Application, Application.id == ScreeningFlag.application_id)
        .join(Firm, Firm.id == Application.organisation_id)
        .outerjoin(Other, Other.id == ScreeningFlag.other_id)
        .outerjoin(OtherFirm, OtherFirm.id == Other.organisation_id)
        .where(*wanted)
        .order_by(ScreeningFlag.state != FlagState.OPEN, ScreeningFlag.weight.desc(), ScreeningFlag.id)
        .limit(size)
        .offset((page - 1) * size)
    )
    return Page([FlagRow(*row) for row in session.execute(statement)], page, size, total)


def open_flags(evaluation_id: int) -> int:
    """How many wait for an officer."""
    statement = select(func.count()).where(
        ScreeningFlag.evaluation_id == evaluation_id, ScreeningFlag.state == FlagState.OPEN
    )
    return session.execute(statement).scalar_one()


def find_flag_seen_by(viewer: Viewer, flag_id: int) -> ScreeningFlag | None:
    """A flag, for those who see everything."""
    if not viewer.sees_everything:
        return None
    return session.scalars(select(ScreeningFlag).where(ScreeningFlag.id == flag_id)).one_or_none()


def flags_on(application_id: int) -> Sequence[ScreeningFlag]:
    """What was noticed about one application."""
    about = or_(ScreeningFlag.application_id == application_id, ScreeningFlag.other_id == application_id)
    return session.scalars(select(ScreeningFlag).where(about).order_by(ScreeningFlag.id).limit(50)).all()
