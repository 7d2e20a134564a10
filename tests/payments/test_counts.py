"""Lists of settlement and payments take the same few statements, however long they are."""

from marketplace.core.db import session
from marketplace.payments import queries as payments
from marketplace.settlement import queries as settlement
from tests import factories
from tests.payments import makers
from tests.search.counting import statements
from tests.settlement import makers as cases


def test_lists_do_not_ask_for_each_row(app):
    ready = cases.make_ready(4)
    officer = factories.make_settler()

    def ask():
        session.rollback()
        return [
            statements(app, lambda: settlement.cases_page(settlement.CaseFilter(group="all"), 1)),
            statements(app, lambda: settlement.invoices_page(ready.supplier, 1)),
            statements(app, lambda: settlement.match_of(settlement.get_case(case_id))),
            statements(app, lambda: settlement.waiting_for(ready.supplier)),
            statements(app, lambda: settlement.waiting_for(officer)),
            statements(app, lambda: payments.own_page(ready.supplier, 1)),
            statements(app, lambda: payments.own_sums(ready.supplier)),
            statements(app, payments.waiting_of),
            statements(app, lambda: payments.batches_page(1)),
            statements(app, lambda: payments.receipts_page(1)),
            statements(app, lambda: payments.deposits_page(1)),
            statements(app, lambda: payments.waiting_for(officer)),
            statements(app, payments.bounced_payouts),
        ]

    case_id = cases.make_approved(ready, 1)
    makers.queue()
    waiting = makers.make_waiting_voucher(ready.market)
    makers.enter(waiting.id, 1, factories.make_officer())
    ask()
    few = ask()
    cases.make_approved(ready, 1)
    cases.make_case(ready, 1)
    cases.make_case(ready, 1)
    makers.queue()
    makers.make_batch(ready.market.programme_id)
    makers.enter(waiting.id, 1, factories.make_officer())
    makers.make_waiting_voucher(ready.market)
    assert all(now <= then for now, then in zip(ask(), few, strict=True))
    assert max(few) <= 12
    assert few[4] <= 3
    assert few[11] <= 3
