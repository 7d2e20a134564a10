"""Looking at vouchers and what stands on them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from marketplace.core import clock
from marketplace.core.db import get_row, session
from marketplace.core.i18n import _
from marketplace.core.tasks import Task
from marketplace.core.viewer import Viewer
from marketplace.core.web import Page
from marketplace.ledger import queries as ledger
from marketplace.vouchers.models import Voucher, VoucherState

KINDS = ("support_available", "support_reserved", "own_available", "own_reserved", "refund_due")


@dataclass(frozen=True)
class Pots:
    """What stands on a voucher now, in the smallest step; own amounts include VAT."""

    support_available: int = 0
    support_reserved: int = 0
    own_available: int = 0
    own_reserved: int = 0
    refund_due: int = 0

    @property
    def available(self) -> int:
        return self.support_available + self.own_available

    @property
    def reserved(self) -> int:
        return self.support_reserved + self.own_reserved


def find_voucher_seen_by(viewer: Viewer, voucher_id: int) -> Voucher | None:
    """A voucher of the viewer's own firm, or any for those who see everything."""
    statement = select(Voucher).where(Voucher.id == voucher_id)
    if not viewer.sees_everything:
        if not viewer.is_sme:
            return None
        statement = statement.where(Voucher.organisation_id == viewer.organisation_id)
    return session.scalars(statement).one_or_none()


def get_voucher(voucher_id: int) -> Voucher:
    """A voucher by its id, for operations. Raises NoResultFound."""
    return get_row(Voucher, voucher_id)


def vouchers_of(organisation_id: int) -> Sequence[Voucher]:
    """All vouchers of a firm over the years, the newest first."""
    statement = select(Voucher).where(Voucher.organisation_id == organisation_id).order_by(Voucher.id.desc())
    return session.scalars(statement).all()


def vouchers_page(viewer: Viewer, *, programme_id: int | None = None, state: str = "", page: int = 1) -> Page:
    """Vouchers the viewer may see, 50 a page, the newest first."""
    statement = select(Voucher)
    if not viewer.sees_everything:
        statement = statement.where(Voucher.organisation_id == (viewer.organisation_id or 0))
    if programme_id is not None:
        statement = statement.where(Voucher.programme_id == programme_id)
    if state in {each.value for each in VoucherState}:
        statement = statement.where(Voucher.state == VoucherState(state))
    total = session.scalar(select(func.count()).select_from(statement.subquery())) or 0
    rows = session.scalars(statement.order_by(Voucher.id.desc()).limit(50).offset((page - 1) * 50)).all()
    return Page(rows, page, 50, total)


def pots_of_all(voucher_ids: Iterable[int]) -> dict[int, Pots]:
    """The pots of several vouchers by id, each in its own unit; one statement for each unit that occurs."""
    ids = list(voucher_ids)
    if not ids:
        return {}
    units = session.execute(select(Voucher.id, Voucher.unit).where(Voucher.id.in_(ids)).order_by(Voucher.unit)).all()
    held = _held({row.id: row.unit for row in units})
    return {identity: held.get(identity, Pots(**dict.fromkeys(KINDS, 0))) for identity in ids}


def pots_of_rows(rows: Iterable[Voucher]) -> dict[int, Pots]:
    """The same of vouchers that were read already, whose units are known."""
    return _held({row.id: row.unit for row in rows})


def _held(units: dict[int, str]) -> dict[int, Pots]:
    held: dict[tuple[str, int], int] = {}
    for unit in sorted(set(units.values())):
        of_unit = [identity for identity, each in units.items() if each == unit]
        held |= ledger.balances(*((kind, identity) for identity in of_unit for kind in KINDS), unit=unit)
    return {identity: Pots(**{kind: held[kind, identity] for kind in KINDS}) for identity in units}


def pots_of(voucher_id: int) -> Pots:
    """The pots of one voucher."""
    return pots_of_all([voucher_id])[voucher_id]


def accounts_of(voucher_id: int) -> list[tuple[str, int]]:
    """The ledger accounts of a voucher, for its statement."""
    return [(kind, voucher_id) for kind in KINDS]


def vouchers_to_expire(limit: int = 200) -> Sequence[int]:
    """Running vouchers whose last day is over."""
    statement = (
        select(Voucher.id)
        .where(Voucher.state.in_([VoucherState.ACTIVE, VoucherState.FROZEN]), Voucher.expires_on < clock.today())
        .order_by(Voucher.id)
        .limit(limit)
    )
    return session.scalars(statement).all()


def waiting_for(viewer: Viewer) -> list[Task]:
    """A firm is told of own shares to pay in and of money that will lapse."""
    if not viewer.is_sme or viewer.organisation_id is None:
        return []
    statement = (
        select(Voucher)
        .where(
            Voucher.organisation_id == viewer.organisation_id,
            Voucher.state.in_([VoucherState.ISSUED, VoucherState.ACTIVE]),
        )
        .order_by(Voucher.expires_on)
        .limit(50)
    )
    tasks = []
    for voucher in session.scalars(statement).all():
        if voucher.state == VoucherState.ISSUED:
            title = _("자부담금을 입금하세요: %(number)s", number=voucher.number)
        else:
            title = _("바우처를 기한 안에 사용하세요: %(number)s", number=voucher.number)
        tasks.append(
            Task(title, "front.voucher", {"voucher_id": voucher.id}, due_on=voucher.expires_on, kind="voucher")
        )
    return tasks
