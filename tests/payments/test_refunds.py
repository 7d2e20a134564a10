"""Own money that was left over comes back to the firm, once, also when the bank refuses it at first."""

from sqlalchemy import select

from marketplace.core.db import session, transaction
from marketplace.core.jobs import run_job
from marketplace.ledger import queries as ledger
from marketplace.notices.models import Notice
from marketplace.payments.models import Payout, PayoutState
from marketplace.vouchers import operations as vouchers
from marketplace.vouchers.queries import pots_of
from tests import factories
from tests.orders.makers import make_market
from tests.payments import makers
from tests.payments.test_batches import set_bank

DEPOSIT = 6_300_000


def closed_voucher():
    market, officer = make_market(), factories.make_officer()
    with transaction():
        vouchers.close(market.voucher_id, by=officer)
    return market


def test_a_closed_voucher_gives_its_own_money_back(app, as_):
    market = closed_voucher()
    assert pots_of(market.voucher_id).refund_due == DEPOSIT
    session.rollback()
    assert run_job(app, "payments.queue_refunds") == 1
    assert run_job(app, "payments.queue_refunds") == 0
    assert "남은 자부담 환급" in as_(market.sme).get("/payments/mine").text
    batch_id = makers.make_batch(market.programme_id)
    makers.send(batch_id)
    assert pots_of(market.voucher_id).refund_due == 0
    makers.settle(batch_id)
    session.rollback()
    assert ledger.balances(("paid", market.programme_id))[("paid", market.programme_id)] == DEPOSIT
    assert session.scalars(select(Payout)).one().state == PayoutState.PAID
    told = session.scalars(select(Notice).where(Notice.kind == "refund_paid")).one()
    assert told.organisation_id == market.sme.organisation_id
    assert run_job(app, "payments.queue_refunds") == 0


def test_a_refund_that_bounces_is_due_again(app, as_):
    market = closed_voucher()
    set_bank(market.sme.organisation_id, account="1234560000")
    assert run_job(app, "payments.queue_refunds") == 1
    batch_id = makers.make_batch(market.programme_id)
    makers.send(batch_id)
    makers.settle(batch_id)
    assert pots_of(market.voucher_id).refund_due == DEPOSIT
    assert run_job(app, "payments.queue_refunds") == 0
    (payout,) = makers.payouts_now(batch_id)
    set_bank(market.sme.organisation_id, account="1234567890")
    assert as_(factories.make_settler()).send(f"/payments/payouts/{payout.id}/requeue").status_code == 303
    second = makers.make_batch(market.programme_id)
    makers.send(second)
    makers.settle(second)
    assert pots_of(market.voucher_id).refund_due == 0
    assert makers.payouts_now(second)[0].state == PayoutState.PAID
