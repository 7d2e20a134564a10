"""Looking into many rooms at once: tasks of a person, the money of a voucher, the figures of a programme."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from marketplace.accounts import queries as accounts
from marketplace.amendments import queries as amendments
from marketplace.catalogue import queries as catalogue
from marketplace.core import clock
from marketplace.core.db import session
from marketplace.core.i18n import N_, _
from marketplace.core.tasks import Task
from marketplace.core.viewer import Viewer
from marketplace.delivery import queries as delivery
from marketplace.evaluation import queries as evaluation
from marketplace.grants import queries as grants
from marketplace.grants.models import Award, Call
from marketplace.ledger import queries as ledger
from marketplace.ledger.queries import Transfer
from marketplace.matchday import queries as matchday
from marketplace.matching import queries as matching
from marketplace.orders import queries as orders
from marketplace.orders.models import PurchaseOrder
from marketplace.papers import queries as papers
from marketplace.papers.models import Paper
from marketplace.payments import queries as payments
from marketplace.programmes.models import Programme
from marketplace.recovery import queries as recovery
from marketplace.settlement import queries as settlement
from marketplace.supervision import queries as supervision
from marketplace.suppliers import queries as suppliers
from marketplace.vouchers import queries as vouchers
from marketplace.vouchers.models import Voucher, VoucherState

ROOMS = (
    accounts,
    vouchers,
    suppliers,
    catalogue,
    matching,
    matchday,
    grants,
    evaluation,
    orders,
    delivery,
    settlement,
    supervision,
    amendments,
    payments,
    recovery,
)
"""The rooms where something may wait for a person."""


def tasks_of(viewer: Viewer) -> list[Task]:
    """What waits for the viewer in all rooms, what is due first on top, what has no day last."""
    if not viewer.is_authenticated:
        return []
    tasks = [task for room in ROOMS for task in room.waiting_for(viewer)]
    return sorted(tasks, key=lambda task: (task.due_on is None, task.due_on or date.max))


@dataclass(frozen=True)
class VoucherMoney:
    """Where the money of a voucher is, own share and VAT included; the five parts add up to what was put on it."""

    available: int
    reserved: int
    payable: int
    paid: int
    lapsed: int
    capacity: bool = False
    """Not money: what is used is used, and nobody is paid for it."""

    @property
    def total(self) -> int:
        return self.available + self.reserved + self.payable + self.paid + self.lapsed

    def parts(self) -> list[dict[str, object]]:
        """As the bar wants them."""
        if self.capacity:
            words = {"available": N_("사용 가능"), "reserved": N_("신청함"), "paid": N_("사용함"), "lapsed": N_("소멸")}
            return [{"kind": kind, "value": getattr(self, kind), "label": _(word)} for kind, word in words.items()]
        return [
            {"kind": kind, "value": getattr(self, kind)}
            for kind in ("available", "reserved", "payable", "paid", "lapsed")
        ]


def money_of_vouchers(
    voucher_rows: Sequence[Voucher], pots: dict[int, vouchers.Pots] | None = None
) -> dict[int, VoucherMoney]:
    """The money of several vouchers by id, in two statements; one where their `pots` are known, one more for capacity."""
    ids = [voucher.id for voucher in voucher_rows]
    if not ids:
        return {}
    pots = pots or vouchers.pots_of_rows(voucher_rows)
    sums = settlement.sums_of_vouchers(ids)
    capacity = [voucher.id for voucher in voucher_rows if voucher.unit != "KRW"]
    used = orders.used_of_vouchers(capacity) if capacity else {}
    money = {}
    for voucher in voucher_rows:
        pot, spent = pots[voucher.id], sums[voucher.id]
        payable, paid = spent.approved_minor, spent.paid_minor + used.get(voucher.id, 0)
        on_it = 0 if voucher.state in (VoucherState.ISSUED, VoucherState.CANCELLED) else 1
        total = on_it * (voucher.support_minor + voucher.deposit_minor)
        money[voucher.id] = VoucherMoney(
            available=pot.available,
            reserved=pot.reserved,
            payable=payable,
            paid=paid,
            lapsed=total - pot.available - pot.reserved - payable - paid,
            capacity=voucher.unit != "KRW",
        )
    return money


@dataclass(frozen=True)
class Posting:
    """One transfer of a voucher with the papers about what caused it."""

    transfer: Transfer
    subject: str
    incoming: bool
    papers: list[Paper]


def postings_of_voucher(viewer: Viewer, voucher: Voucher) -> list[Posting]:
    """Every transfer on a voucher's accounts, the newest first, each with its documents."""
    accounts_here = vouchers.accounts_of(voucher.id)
    transfers = ledger.transfers_of(*accounts_here, limit=500, unit=voucher.unit)
    subjects = {transfer.key.rpartition(":")[0] for transfer in transfers}
    found = papers.papers_about(viewer, *subjects) if subjects else []
    about: dict[str, list[Paper]] = {}
    for paper in found:
        about.setdefault(paper.about, []).append(paper)
    kinds = {kind for kind, _owner in accounts_here}
    return [
        Posting(
            transfer,
            transfer.key.rpartition(":")[0],
            transfer.credit_kind in kinds and transfer.credit_owner == voucher.id,
            about.get(transfer.key.rpartition(":")[0], []),
        )
        for transfer in transfers
    ]


@dataclass(frozen=True)
class ProgrammeFigures:
    """The money of a programme year: each amount is public support unless it says otherwise."""

    budget: int
    awarded: int
    vouchered: int
    ordered: int
    approved: int
    paid: int
    returned: int
    pool: int
    vouchers: int
    firms: int

    def rows(self) -> list[tuple[str, int]]:
        """Label (a message id) and amount, in the order money takes."""
        return [
            (N_("예산"), self.budget),
            (N_("선정"), self.awarded),
            (N_("바우처 발급"), self.vouchered),
            (N_("발주"), self.ordered),
            (N_("정산 승인"), self.approved),
            (N_("지급"), self.paid),
            (N_("반납"), self.returned),
        ]


def figures_of_programme(programme: Programme) -> ProgrammeFigures:
    """The figures of a programme, in six statements."""
    awarded = session.execute(
        select(func.coalesce(func.sum(Award.support_minor), 0))
        .join(Call, Call.id == Award.call_id)
        .where(Call.programme_id == programme.id, Award.cancelled_at.is_(None))
    ).scalar_one()
    issued = session.execute(
        select(
            func.coalesce(func.sum(Voucher.support_minor), 0),
            func.count(),
            func.count(Voucher.organisation_id.distinct()),
        ).where(Voucher.programme_id == programme.id, Voucher.state != VoucherState.CANCELLED)
    ).one()
    ordered = session.execute(
        select(func.coalesce(func.sum(PurchaseOrder.committed_support_minor), 0)).where(
            PurchaseOrder.programme_id == programme.id
        )
    ).scalar_one()
    spent = settlement.programme_sums(programme.id)
    granted, granted_paid = grants.grants_of_programme(programme.id)
    used = orders.used_of_programme(programme.id) if programme.unit != "KRW" else 0
    held = ledger.balances(("pool", programme.id), ("lapsed", programme.id), unit=programme.unit)
    return ProgrammeFigures(
        budget=programme.budget_minor,
        awarded=int(awarded),
        vouchered=int(issued[0]),
        ordered=int(ordered),
        approved=spent.approved_support_minor + spent.paid_support_minor + used + granted,
        paid=spent.paid_support_minor + used + granted_paid,
        returned=held[("lapsed", programme.id)],
        pool=held[("pool", programme.id)],
        vouchers=int(issued[1]),
        firms=int(issued[2]),
    )


def days_left(voucher: Voucher) -> int:
    """Whole days on which the voucher can still be used, today included; negative when its time is over."""
    return (voucher.expires_on - clock.today()).days + 1
