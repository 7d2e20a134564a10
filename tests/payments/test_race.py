"""Two officers at the same moment: one makes what the other makes, sends what the other sends, reads what the other reads."""

import threading
from collections.abc import Callable
from typing import Any

from sqlalchemy import func, select

from marketplace.core.db import session, transaction
from marketplace.core.errors import Missing, Refused
from marketplace.ledger import queries as ledger
from marketplace.ledger.operations import verify
from marketplace.payments import operations
from marketplace.payments.models import BatchState, Payout, PayoutBatch
from tests import factories
from tests.orders.makers import make_market
from tests.payments import makers
from tests.settlement import makers as settlement

TOGETHER = 6


def at_once(app: Any, deed: Callable[[Any], Any]) -> list[Any]:
    """The deed by six officers at the same moment: 'done' or what stopped each."""
    people = [factories.make_settler() for _ in range(TOGETHER)]
    session.rollback()
    gate = threading.Barrier(TOGETHER)
    answers: list[Any] = []

    def run(person: Any) -> None:
        with app.app_context():
            session.connection()
            gate.wait(30)
            try:
                with transaction():
                    deed(person)
                answers.append("done")
            except Exception as fault:
                answers.append(fault)

    threads = [threading.Thread(target=run, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    session.rollback()
    return answers


def refusals(answers: list[Any]) -> list[Any]:
    """Those who were told no, each by the program itself."""
    stopped = [answer for answer in answers if answer != "done"]
    assert all(isinstance(answer, Refused) for answer in stopped), stopped
    return stopped


def books_are_right() -> bool:
    with transaction():
        return verify().ok


def test_payouts_that_wait_go_into_one_of_the_batches_made_at_once(app):
    ready = settlement.make_ready(4)
    for _part in range(3):
        settlement.make_approved(ready, 1)
    makers.queue()
    answers = at_once(app, lambda by: operations.make_batch(ready.market.programme_id, by=by))
    assert len(refusals(answers)) == TOGETHER - 1
    assert session.scalar(select(func.count()).select_from(PayoutBatch)) == 1
    assert session.scalar(select(func.count()).select_from(Payout).where(Payout.batch_id.is_not(None))) == 3


def test_twin_without_the_programmes_lock_a_payout_stands_in_two_files(app, monkeypatch):
    def unlocked(model: Any, identity: int) -> Any:
        return session.get(model, identity) or Missing()

    monkeypatch.setattr("marketplace.payments.operations.batches.locked", unlocked)
    market = make_market()
    for _ in range(5):
        ready = settlement.make_ready(4, market=market)
        settlement.make_approved(ready, 1)
        makers.queue()
        at_once(app, lambda by, ready=ready: operations.make_batch(ready.market.programme_id, by=by))
        if session.scalar(select(func.sum(PayoutBatch.lines))) > session.scalar(select(func.count(Payout.id))):
            return
    raise AssertionError("nobody listed a payout twice")


def test_a_batch_sent_by_several_at_once_is_sent_once(app):
    ready = settlement.make_ready(4)
    settlement.make_approved(ready, 2)
    makers.queue()
    batch_id = makers.make_batch(ready.market.programme_id)
    answers = at_once(app, lambda by: operations.send_batch(batch_id, by=by))
    assert len(refusals(answers)) == TOGETHER - 1
    assert makers.batch_now(batch_id).state == BatchState.SENT
    pair = ("in_transit", ready.market.programme_id)
    assert ledger.balances(pair)[pair] == 2_750_000
    assert books_are_right()


def test_one_result_file_read_by_several_at_once_counts_once(app):
    ready, batch_id = makers.make_sent(parts=3)
    data = makers.answer_of(batch_id)
    answers = at_once(app, lambda by: operations.read_bank_result(batch_id, data, by=by))
    assert len(refusals(answers)) == TOGETHER - 1
    assert makers.batch_now(batch_id).state == BatchState.SETTLED
    paid, moving = ("paid", ready.market.programme_id), ("in_transit", ready.market.programme_id)
    assert ledger.balances(paid, moving) == {paid: 3 * 1_375_000, moving: 0}
    assert books_are_right()


def test_approved_cases_queued_by_several_workers_at_once_are_queued_once(app):
    ready = settlement.make_ready(4)
    for _part in range(3):
        settlement.make_approved(ready, 1)
    at_once(app, lambda by: operations.queue_payouts())
    makers.queue()
    assert session.scalar(select(func.count()).select_from(Payout)) == 3
