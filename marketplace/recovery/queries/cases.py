"""Cases as seen by a viewer, and what is known around one."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import exists, func, or_, select

from marketplace.accounts import queries as accounts
from marketplace.accounts.models import Bar, Organisation
from marketplace.core import clock
from marketplace.core.db import session
from marketplace.core.viewer import Viewer
from marketplace.core.web import Page
from marketplace.ledger import queries as ledger
from marketplace.programmes import queries as programmes
from marketplace.programmes.rules.ruleset import Ruleset
from marketplace.recovery.models import RecoveryCase, RecoveryState
from marketplace.recovery.rules import Amounts, amounts_of
from marketplace.settlement.models import SettlementCase
from marketplace.vouchers.models import Voucher

SIZE = 50
TOLD = (
    *(RecoveryState.NOTICED, RecoveryState.PROPOSED, RecoveryState.DECIDED, RecoveryState.OBJECTED),
    RecoveryState.CLOSED,
)


def _seen_by(viewer: Viewer) -> list[object]:
    """A firm knows of its case from the prior notice on, or at once where it reported itself."""
    if viewer.sees_everything:
        return []
    told = or_(RecoveryCase.state.in_(TOLD), RecoveryCase.noticed_at.is_not(None), RecoveryCase.self_reported)
    return [RecoveryCase.organisation_id == (viewer.organisation_id or 0), told]


def find_case_seen_by(viewer: Viewer, case_id: int) -> RecoveryCase | None:
    """A case: to its firm once that was told, and to those who see everything."""
    statement = select(RecoveryCase).where(RecoveryCase.id == case_id, *_seen_by(viewer))  # type: ignore[arg-type]
    return session.scalars(statement).one_or_none()


@dataclass(frozen=True)
class CaseRow:
    """One line of the list."""

    id: int
    number: str
    firm: str
    voucher: str
    state: RecoveryState
    total_minor: int
    owed_minor: int
    due_on: date | None
    overdue: bool


def cases_page(viewer: Viewer, page: int, *, state: str = "") -> Page:
    """Cases, newest first, with what is owed by the ledger."""
    where = _seen_by(viewer)
    if state in {each.value for each in RecoveryState}:
        where.append(RecoveryCase.state == RecoveryState(state))
    total = session.scalar(select(func.count()).select_from(RecoveryCase).where(*where)) or 0  # type: ignore[arg-type]
    rows = session.execute(
        select(RecoveryCase, Organisation.name, Voucher.number)
        .join(Organisation, Organisation.id == RecoveryCase.organisation_id)
        .join(Voucher, Voucher.id == RecoveryCase.voucher_id)
        .where(*where)  # type: ignore[arg-type]
        .order_by(RecoveryCase.id.desc())
        .limit(SIZE)
        .offset((page - 1) * SIZE)
    ).all()
    books = ledger.balances(*(("recovery_due", case.id) for case, _firm, _voucher in rows))
    items = []
    for case, firm, voucher in rows:
        due = -books[("recovery_due", case.id)]
        late = bool(due and case.due_on and case.due_on < clock.today())
        items.append(CaseRow(case.id, case.number, firm, voucher, case.state, case.total_minor, due, case.due_on, late))
    return Page(items, page, SIZE, total)


def firm_of(case: RecoveryCase) -> Organisation:
    """The firm of a case."""
    return accounts.get_organisation(case.organisation_id)


def voucher_of(case: RecoveryCase) -> Voucher:
    """The voucher of a case."""
    return session.scalars(select(Voucher).where(Voucher.id == case.voucher_id)).one()


def programme_of(voucher_id: int) -> int:
    """The programme of a voucher. Raises NoResultFound."""
    return session.scalars(select(Voucher.programme_id).where(Voucher.id == voucher_id)).one()


def ruleset_of(case: RecoveryCase) -> Ruleset:
    """The rules that the voucher was agreed under."""
    return programmes.get_ruleset(voucher_of(case).ruleset_id)


def amounts_now(case: RecoveryCase) -> Amounts:
    """What the firm would have to give back if it were decided today. The case has had its notice.

    Surcharge and interest are of public money: the own share in the principal is the buyer's and goes back to it.
    """
    rules = ruleset_of(case)
    table = rules.sanctions
    return amounts_of(
        case.principal_minor - case.own_minor,
        case.ground.value if case.ground else "requirement",
        basis=rules.programme.legal_basis.value,
        sanctions={
            "false_claim": table.false_claim.value,
            "other_use": table.other_use.value,
            "breach": table.breach.value,
            "requirement": table.requirement.value,
        },
        since=case.since_on or clock.today(),
        until=clock.today(),
        self_reported=case.self_reported,
        slight=case.slight,
    )


def voucher_touched_by(voucher_id: int, organisation_id: int) -> Voucher | None:
    """The voucher, if the firm holds it or was paid from it."""
    paid = exists().where(SettlementCase.voucher_id == Voucher.id, SettlementCase.supplier_id == organisation_id)
    statement = select(Voucher).where(Voucher.id == voucher_id, or_(Voucher.organisation_id == organisation_id, paid))
    return session.scalars(statement).one_or_none()


def firms_of_voucher(voucher_id: int) -> list[tuple[int, str]]:
    """Who could have to give something back of a voucher: its firm, and who was paid from it."""
    suppliers = select(SettlementCase.supplier_id).where(SettlementCase.voucher_id == voucher_id)
    own = select(Voucher.organisation_id).where(Voucher.id == voucher_id)
    statement = select(Organisation.id, Organisation.name).where(
        or_(Organisation.id.in_(own), Organisation.id.in_(suppliers))
    )
    return [(identity, name) for identity, name in session.execute(statement.order_by(Organisation.id).limit(100))]


def is_number(organisation_id: int, number: str | None) -> bool:
    """Whether the firm has this business number."""
    return bool(number) and accounts.get_organisation(organisation_id).business_number == number


@dataclass(frozen=True)
class Related:
    """A firm that is related to one in a case, to be looked at: it is flagged, not barred."""

    id: int
    name: str
    barred: bool


def related_firms(case: RecoveryCase) -> list[Related]:
    """The firms known to be related to the case's firm. One statement more than the relations."""
    ids = accounts.related_to(case.organisation_id) - {case.organisation_id}
    day = clock.today()
    barred = exists().where(
        Bar.organisation_id == Organisation.id,
        Bar.lifted_at.is_(None),
        Bar.from_on <= day,
        or_(Bar.until_on.is_(None), Bar.until_on >= day),
    )
    rows = session.execute(
        select(Organisation.id, Organisation.name, barred).where(Organisation.id.in_(ids)).order_by(Organisation.id)
    )
    return [Related(*row) for row in rows]
