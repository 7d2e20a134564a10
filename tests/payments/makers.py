"""Makers for payments: vouchers that wait for their own share, batches on their way to the bank."""

import itertools
from typing import Any

from marketplace.core import clock
from marketplace.core.db import session, transaction
from marketplace.core.viewer import Viewer
from marketplace.payments import operations, queries
from marketplace.payments.models import OwnShareReceipt, Payout, PayoutBatch
from marketplace.vouchers.models import Voucher
from tests import factories
from tests.orders.makers import Market, make_market
from tests.settlement import makers as settlement
from twins import bank

_count = itertools.count(1)


def make_waiting_voucher(market: Market | None = None, **facts: Any) -> Voucher:
    """A voucher that waits for its own share: 4,500,000 own and 1,800,000 VAT as the default."""
    market = market or make_market()
    voucher_id = market.add_voucher(**{"active": False, **facts})
    return voucher_now(voucher_id)


def voucher_now(voucher_id: int) -> Voucher:
    """A voucher as the database has it now."""
    session.rollback()
    return session.get_one(Voucher, voucher_id, populate_existing=True)


def enter(voucher_id: int, amount: int, by: Viewer, **facts: Any) -> int:
    """A receipt of `amount` won from today; returns its id."""
    values = {
        "depositor": "한빛데이터",
        "bank_reference": f"T{next(_count):08d}",
        "received_on": clock.today(),
        **facts,
    }
    with transaction():
        return operations.enter_receipt(voucher_id, amount_minor=amount, by=by, **values).id


def confirm(receipt_id: int, by: Viewer | None = None) -> None:
    """The second look, by a fresh officer unless told otherwise."""
    by = by or factories.make_settler()
    with transaction():
        operations.confirm_receipt(receipt_id, by=by)


def receipt_now(receipt_id: int) -> OwnShareReceipt:
    """A receipt as the database has it now."""
    session.rollback()
    return session.get_one(OwnShareReceipt, receipt_id, populate_existing=True)


def queue() -> int:
    """Queue what is approved; returns how many."""
    session.rollback()
    with transaction():
        return operations.queue_payouts()


def make_batch(programme_id: int, by: Viewer | None = None) -> int:
    """A batch of what waits; returns its id."""
    by = by or factories.make_settler()
    with transaction():
        return operations.make_batch(programme_id, by=by).id


def send(batch_id: int, by: Viewer | None = None) -> None:
    """Send it, by a fresh officer unless told otherwise."""
    by = by or factories.make_settler()
    with transaction():
        operations.send_batch(batch_id, by=by)


def make_sent(ready: settlement.Ready | None = None, parts: int = 1) -> tuple[settlement.Ready, int]:
    """An order whose invoices (`parts` of one unit each) are approved and under way; returns it and the batch's id."""
    ready = ready or settlement.make_ready(4)
    for _part in range(parts):
        settlement.make_approved(ready, 1)
    queue()
    batch_id = make_batch(ready.market.programme_id)
    send(batch_id)
    return ready, batch_id


def answer_of(batch_id: int) -> bytes:
    """What the bank answers today."""
    return bank.answer(batch_now(batch_id).file, clock.today()).encode()


def settle(batch_id: int, data: bytes | None = None, by: Viewer | None = None) -> None:
    """Take the bank's answer over."""
    data, by = data or answer_of(batch_id), by or factories.make_settler()
    session.rollback()
    with transaction():
        operations.read_bank_result(batch_id, data, by=by)


def batch_now(batch_id: int) -> PayoutBatch:
    """A batch as the database has it now."""
    session.rollback()
    return session.get_one(PayoutBatch, batch_id, populate_existing=True)


def payouts_now(batch_id: int) -> list[Payout]:
    """The payouts of a batch as the database has them now."""
    session.rollback()
    return list(queries.payouts_of_batch(batch_id))
