"""An amended invoice that makes a paid one smaller becomes a case in one step, and each share goes back to whose it was."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.core import clock
from marketplace.core.db import session, transaction
from marketplace.core.errors import NotYours
from marketplace.ledger import queries as ledger
from marketplace.ledger.operations import verify
from marketplace.recovery import operations, queries
from marketplace.recovery.models import RecoveryCase, RecoveryState
from marketplace.settlement import operations as settlement
from marketplace.settlement import queries as invoices
from tests import factories
from tests.settlement import makers
from tests.settlement.test_amend import amend, below


def paid_and_amended():
    ready = makers.make_ready(4)
    case_id, settler = makers.make_approved(ready), factories.make_settler()
    with transaction():
        settlement.mark_paid(case_id, by=settler)
    return ready, case_id, amend(case_id, "03", below(case_id, 1))


def test_an_officer_takes_up_what_an_amendment_made_too_much_and_own_money_goes_back_to_the_buyer(app, as_):
    ready, _case_id, amendment = paid_and_amended()
    officer, second, settler = factories.make_officer(), factories.make_officer(), factories.make_settler()
    supplier = ready.supplier
    browser = as_(officer)
    assert [task.endpoint for task in invoices.waiting_for(officer)] == ["recovery.amended"]
    assert "437,500원" in browser.get("/recovery/amended").text
    assert as_(settler).send(f"/recovery/amended/{amendment}").status_code == 403
    answer = browser.send(f"/recovery/amended/{amendment}")
    assert answer.status_code == 303 and invoices.invoices_to_recover() == []
    case = session.scalars(select(RecoveryCase)).one()
    assert (case.principal_minor, case.own_minor, case.organisation_id) == (
        1_375_000,
        437_500,
        supplier.organisation_id,
    )
    assert case.self_reported and case.amendment_id == amendment
    page = browser.get(answer.location).text
    assert "원금 가운데 자부담과 세액" in page and "수정세금계산서 AM-" in page  # the clause is there already
    again = browser.send(f"/recovery/amended/{amendment}")
    assert again.status_code == 422 and "기다리는 수정세금계산서가 아닙니다" in again.text
    with pytest.raises(NotYours), transaction():
        operations.take_up(amendment, by=settler)

    identity, programme, voucher = case.id, case.programme_id, case.voucher_id
    words = {
        "ground": "excess",
        "clause": "수정세금계산서",
        "since_on": (clock.today() - timedelta(days=73)).isoformat(),
    }
    assert browser.send(f"/recovery/cases/{identity}/notice", words).status_code == 303
    assert as_(supplier).send(f"/recovery/cases/{identity}/opinion", {"body": "돌려 드리겠습니다"}).status_code == 303
    assert (
        browser.send(f"/recovery/cases/{identity}/propose", {"decision": "수정된 만큼 돌려받습니다"}).status_code == 303
    )
    assert as_(second).send(f"/recovery/cases/{identity}/decide").status_code == 303
    session.rollback()
    case = session.get_one(RecoveryCase, identity, populate_existing=True)
    interest = 937_500 * 5 * 73 // 36500 // 10 * 10  # of public money only
    assert (case.surcharge_minor, case.interest_minor, queries.owed(identity)) == (0, interest, 1_375_000 + interest)
    with transaction():
        receipt = operations.enter_receipt(
            identity, amount_minor=1_375_000 + interest, depositor="공급", bank_reference="AMEND-1",
            received_on=clock.today(), by=officer,
        ).id  # fmt: skip
    with transaction():
        operations.confirm_receipt(receipt, by=second)
    assert browser.send(f"/recovery/cases/{identity}/close").status_code == 303
    books = ledger.balances(("restitution", programme), ("refund_due", voucher), ("recovery_due", identity))
    assert list(books.values()) == [937_500, 437_500, 0]
    session.rollback()
    with transaction():
        assert verify().ok
    assert session.get_one(RecoveryCase, identity).state == RecoveryState.CLOSED


def test_twin_without_the_number_on_it_an_amendment_would_be_recovered_twice(app, monkeypatch):
    _ready, _case_id, amendment = paid_and_amended()
    officer = factories.make_officer()
    monkeypatch.setattr(settlement, "note_recovery", lambda *_words, **_more: None)
    with transaction():
        operations.take_up(amendment, by=officer)
    with pytest.raises(Exception, match="수정세금계산서로 연 환수 건이 이미"), transaction():  # the index still asks
        operations.take_up(amendment, by=officer)
