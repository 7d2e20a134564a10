"""Card payments: of a voucher, on the officers' desk, and what a job has to do about them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select

from marketplace.accounts.models import Organisation
from marketplace.core import clock
from marketplace.core.db import session
from marketplace.core.viewer import Viewer
from marketplace.core.web import Page
from marketplace.ledger import queries as ledger
from marketplace.payments.models import (
    CardBalanceLine,
    CardPayment,
    CardPaymentState,
    CardRefund,
    CardRefundState,
    EventState,
    GatewayEvent,
    OwnShareReceipt,
    ReceiptState,
)
from marketplace.programmes.models import Programme
from marketplace.vouchers.models import Voucher

SIZE = 50
LIVE = (CardPaymentState.STARTED, CardPaymentState.OPEN)
UNSETTLED = (CardPaymentState.OPEN, CardPaymentState.REFUNDING, CardPaymentState.DISPUTED)


def find_card_payment_seen_by(viewer: Viewer, payment_id: int) -> tuple[CardPayment, Voucher] | None:
    """A card payment with its voucher: to the voucher's firm, and to those who see everything."""
    statement = select(CardPayment, Voucher).join(Voucher, Voucher.id == CardPayment.voucher_id)
    statement = statement.where(CardPayment.id == payment_id)
    if not viewer.sees_everything:
        statement = statement.where(Voucher.organisation_id == (viewer.organisation_id or 0))
    row = session.execute(statement).one_or_none()
    return (row[0], row[1]) if row else None


def live_card_payment(voucher_id: int) -> CardPayment | None:
    """The card payment of a voucher that is not finished yet."""
    statement = select(CardPayment).where(CardPayment.voucher_id == voucher_id, CardPayment.state.in_(LIVE))
    return session.scalars(statement.order_by(CardPayment.id.desc()).limit(1)).first()


def card_payments_of_voucher(voucher_id: int) -> Sequence[CardPayment]:
    """The card payments of a voucher, newest first. The caller has asked whether the reader may see the voucher."""
    statement = select(CardPayment).where(CardPayment.voucher_id == voucher_id)
    return session.scalars(statement.order_by(CardPayment.id.desc()).limit(100)).all()


def get_card_payment(payment_id: int) -> CardPayment:
    """A card payment by its id. Raises NoResultFound."""
    return session.scalars(select(CardPayment).where(CardPayment.id == payment_id)).one()


def receipt_of_card(payment_id: int) -> OwnShareReceipt | None:
    """The receipt that a card payment counts as now; None where it counts no more."""
    statement = select(OwnShareReceipt).where(
        OwnShareReceipt.card_payment_id == payment_id, OwnShareReceipt.state == ReceiptState.CONFIRMED
    )
    return session.scalars(statement.with_for_update().execution_options(populate_existing=True)).one_or_none()


def payment_of_refund(refund_id: int) -> int:
    """Whose refund it is. Raises NoResultFound."""
    return session.scalars(select(CardRefund.card_payment_id).where(CardRefund.id == refund_id)).one()


def refund_of(payment_id: int, refund_id: int | None) -> int | None:
    """The refund of this payment that a picture names."""
    statement = select(CardRefund.id).where(CardRefund.id == (refund_id or 0), CardRefund.card_payment_id == payment_id)
    return session.scalars(statement).one_or_none()


def refunds_of(payment_id: int) -> Sequence[CardRefund]:
    """The refunds of a payment, newest first."""
    statement = select(CardRefund).where(CardRefund.card_payment_id == payment_id)
    return session.scalars(statement.order_by(CardRefund.id.desc()).limit(50)).all()


def find_refund_seen_by(viewer: Viewer, refund_id: int) -> CardRefund | None:
    """A refund, for those who see everything."""
    if not viewer.sees_everything:
        return None
    return session.scalars(select(CardRefund).where(CardRefund.id == refund_id)).one_or_none()


def payments_to_open(older_than: timedelta, limit: int = 100) -> list[int]:
    """Payments that nobody got an answer for, oldest first."""
    statement = select(CardPayment.id).where(
        CardPayment.state == CardPaymentState.STARTED, CardPayment.created_at < clock.now() - older_than
    )
    return list(session.scalars(statement.order_by(CardPayment.id).limit(limit)))


def payments_to_look_at(older_than: timedelta, limit: int = 100) -> list[tuple[int, str]]:
    """Payments whose end we may have missed, with the names of their pages, oldest first."""
    rows = session.execute(
        select(CardPayment.id, CardPayment.session_id)
        .where(CardPayment.state.in_(UNSETTLED), CardPayment.created_at < clock.now() - older_than)
        .order_by(CardPayment.id)
        .limit(limit)
    )
    return [(identity, name or "") for identity, name in rows]


def refunds_to_send(limit: int = 100) -> list[int]:
    """Refunds that are approved and not at the card company yet, oldest first."""
    statement = select(CardRefund.id).where(CardRefund.state == CardRefundState.APPROVED)
    return list(session.scalars(statement.order_by(CardRefund.id).limit(limit)))


def refund_and_payment(refund_id: int) -> tuple[CardRefund, CardPayment]:
    """A refund with its payment. Raises NoResultFound."""
    statement = select(CardRefund, CardPayment).join(CardPayment, CardPayment.id == CardRefund.card_payment_id)
    row = session.execute(statement.where(CardRefund.id == refund_id)).one()
    return row[0], row[1]


@dataclass(frozen=True)
class ToActOn:
    """Events that wait, of one payment (None: of none that we know), and the page to ask about."""

    payment_id: int | None
    session_id: str | None
    event_ids: tuple[int, ...]


def events_to_act_on(limit: int = 500) -> list[ToActOn]:
    """Events that wait, gathered by payment: one picture answers all of them."""
    rows = session.execute(
        select(GatewayEvent.id, CardPayment.id, func.coalesce(CardPayment.session_id, GatewayEvent.session_id))
        .outerjoin(
            CardPayment,
            or_(
                CardPayment.session_id == GatewayEvent.session_id,
                CardPayment.payment_intent == GatewayEvent.payment_intent,
                CardPayment.id == GatewayEvent.hint,
            ),
        )
        .where(GatewayEvent.state == EventState.RECEIVED, GatewayEvent.not_before <= clock.now())
        .order_by(GatewayEvent.not_before, GatewayEvent.id)
        .limit(limit)
    )
    found: dict[int | None, tuple[str | None, list[int]]] = {}
    for event_id, payment_id, name in rows:
        key = payment_id if name is not None else None
        known = found.setdefault(key, (name, []))
        known[1].append(event_id)
    return [ToActOn(payment, name, tuple(ids)) for payment, (name, ids) in found.items()]


def payment_of_source(source: str | None) -> CardPayment | None:
    """The payment that a line of the card company's account is about: its charge, its refund or its dispute."""
    if source is None:
        return None
    refunded = select(CardRefund.card_payment_id).where(CardRefund.refund_id == source)
    statement = select(CardPayment).where(
        or_(CardPayment.charge_id == source, CardPayment.dispute_id == source, CardPayment.id.in_(refunded))
    )
    return session.scalars(statement.limit(1)).first()


def last_balance_at() -> datetime | None:
    """When the newest line happened that we have kept."""
    return session.scalar(select(func.max(CardBalanceLine.happened_at)))


@dataclass(frozen=True)
class CardRow:
    """One line of the officers' list."""

    id: int
    voucher_id: int
    voucher: str
    firm: str
    amount_minor: int
    fee_minor: int
    method: str | None
    state: CardPaymentState
    created_at: datetime
    paid_at: datetime | None


def cards_page(page: int, *, state: str = "") -> Page:
    """Card payments, newest first, each with the fee that the card company kept."""
    fee = select(func.coalesce(func.sum(CardBalanceLine.fee_minor), 0))
    fee_of = fee.where(CardBalanceLine.card_payment_id == CardPayment.id).scalar_subquery()
    statement = (
        select(CardPayment, Voucher.number, Organisation.name, fee_of)
        .join(Voucher, Voucher.id == CardPayment.voucher_id)
        .join(Organisation, Organisation.id == Voucher.organisation_id)
    )
    counted = select(func.count()).select_from(CardPayment)
    if state in {each.value for each in CardPaymentState}:
        statement = statement.where(CardPayment.state == CardPaymentState(state))
        counted = counted.where(CardPayment.state == CardPaymentState(state))
    total = session.scalar(counted) or 0
    rows = session.execute(statement.order_by(CardPayment.id.desc()).limit(SIZE).offset((page - 1) * SIZE)).all()
    items = [
        CardRow(
            *(row.id, row.voucher_id, number, firm, row.amount_minor, int(fees)),
            *(row.method, row.state, row.created_at, row.paid_at),
        )
        for row, number, firm, fees in rows
    ]
    return Page(items, page, SIZE, total)


@dataclass(frozen=True)
class Held:
    """What the card company holds for a programme: by our books, and by its own account."""

    programme: str
    programme_en: str
    ours_minor: int
    theirs_minor: int
    fee_minor: int

    @property
    def difference_minor(self) -> int:
        return self.ours_minor - self.theirs_minor


def held_by_programme() -> list[Held]:
    """Our books beside the card company's account, by programme. Equal once its latest lines are in."""
    rows = session.execute(
        select(Programme, func.sum(CardBalanceLine.net_minor), func.sum(CardBalanceLine.fee_minor))
        .join(CardPayment, CardPayment.programme_id == Programme.id)
        .outerjoin(CardBalanceLine, CardBalanceLine.card_payment_id == CardPayment.id)
        .group_by(Programme.id)
        .order_by(Programme.year.desc(), Programme.id)
    ).all()
    books = ledger.balances(*(("card_in", row.id) for row, _net, _fee in rows))
    return [
        Held(row.name, row.name_en, -books[("card_in", row.id)], int(net or 0), int(fee or 0)) for row, net, fee in rows
    ]


def unexplained_lines(limit: int = 100) -> Sequence[CardBalanceLine]:
    """Lines of the card company's account that nothing of ours explains, newest first."""
    statement = select(CardBalanceLine).where(CardBalanceLine.card_payment_id.is_(None))
    return session.scalars(statement.order_by(CardBalanceLine.id.desc()).limit(limit)).all()


def late_events(limit: int = 50) -> Sequence[GatewayEvent]:
    """Events that were put off more than once, oldest first."""
    statement = select(GatewayEvent).where(GatewayEvent.state == EventState.RECEIVED, GatewayEvent.tries > 1)
    return session.scalars(statement.order_by(GatewayEvent.id).limit(limit)).all()
