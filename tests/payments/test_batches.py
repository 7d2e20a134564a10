"""Payouts: queued once, made by one, sent by another, answered by the bank; the ledger follows every step."""

from io import BytesIO

import pytest
from sqlalchemy import func, select, update

from marketplace.accounts.models import Relation
from marketplace.core import clock
from marketplace.core.db import session, transaction
from marketplace.core.errors import NotYours, Refused
from marketplace.core.jobs import run_job
from marketplace.ledger import queries as ledger
from marketplace.notices.models import Notice
from marketplace.payments import operations, policies, queries
from marketplace.payments.models import BankAccount, BatchState, Payout, PayoutBatch, PayoutState
from marketplace.settlement.models import CaseState, InvoiceState
from tests import factories
from tests.orders.makers import line_of
from tests.payments import makers
from tests.settlement import makers as settlement

PART = 1_375_000
"""One unit of 1,250,000 won with its VAT."""


def held(ready, *kinds):
    """Balances of the supplier (payable) and the programme (in_transit, paid)."""
    session.rollback()
    owners = {"payable": ready.supplier.organisation_id}
    pairs = [(kind, owners.get(kind, ready.market.programme_id)) for kind in kinds]
    found = ledger.balances(*pairs)
    return tuple(found[pair] for pair in pairs)


def set_bank(organisation_id, **facts):
    with transaction():
        session.execute(update(BankAccount).where(BankAccount.organisation_id == organisation_id).values(**facts))


def test_the_whole_way_from_approval_to_paid(app, as_):
    ready = settlement.make_ready(4)
    case_id = settlement.make_approved(ready)
    session.rollback()
    assert run_job(app, "payments.queue_payouts") == 1
    assert run_job(app, "payments.queue_payouts") == 0
    maker, sender = factories.make_settler(), factories.make_settler()
    browser = as_(maker)
    assert "5,500,000원" in browser.get("/payments/batches").text
    response = browser.send("/payments/batches/new", {"programme_id": ready.market.programme_id})
    assert response.status_code == 303, response.text
    path = response.location
    file = browser.get(f"{path}/file")
    batch = session.scalars(select(PayoutBatch)).one()
    assert file.headers["X-Content-SHA256"] == batch.file_sha256
    assert file.data.decode().splitlines()[0] == "payout,bank_code,account,holder,amount,memo"
    assert ",5500000,SC-" in file.data.decode()
    assert held(ready, "payable", "in_transit") == (5_500_000, 0)
    assert as_(sender).send(f"{path}/send").status_code == 303
    assert held(ready, "payable", "in_transit") == (0, 5_500_000)
    answer = makers.answer_of(batch.id)
    upload = {"file": (BytesIO(answer), "result.csv")}
    assert as_(maker).send(f"{path}/result", upload, content_type="multipart/form-data").status_code == 303
    assert held(ready, "payable", "in_transit", "paid") == (0, 0, 5_500_000)
    (payout,) = makers.payouts_now(batch.id)
    assert payout.state == PayoutState.PAID
    assert makers.batch_now(batch.id).state == BatchState.SETTLED
    assert settlement.case_now(case_id).state == CaseState.PAID
    assert settlement.invoice_of(case_id).state == InvoiceState.PAID
    assert line_of(ready.order_id).paid_minor == 5_000_000
    assert "지급 완료" in as_(ready.supplier).get("/payments/mine").text
    told = session.scalars(select(Notice).where(Notice.kind == "payout_paid")).one()
    assert told.organisation_id == ready.supplier.organisation_id
    again = {"file": (BytesIO(answer), "result.csv")}
    response = as_(maker).send(f"{path}/result", again, content_type="multipart/form-data")
    assert response.status_code == 422
    assert "이미 반영한 결과 파일입니다." in response.text
    assert held(ready, "paid") == (5_500_000,)


def test_a_case_is_queued_once_and_without_the_index_twice(app, owner):
    ready = settlement.make_ready(4)
    case_id = settlement.make_approved(ready)
    makers.queue()
    case = settlement.case_now(case_id)
    facts = {
        "programme_id": case.programme_id,
        "voucher_id": case.voucher_id,
        "settlement_case_id": case.id,
        "payee_id": case.supplier_id,
        "amount_minor": case.total_minor,
    }

    def again():
        with transaction():
            session.add(Payout(**facts))

    with pytest.raises(Refused, match="이 정산 건의 지급이 이미 있습니다"):
        again()
    session.rollback()
    owner.execute("drop index uq_payout_settlement_case_id")
    again()
    assert queries.waiting_count(case.programme_id) == 2


def test_who_made_the_batch_does_not_send_it(app, as_):
    ready = settlement.make_ready(4)
    settlement.make_approved(ready)
    makers.queue()
    officer = factories.make_settler()
    batch_id = makers.make_batch(ready.market.programme_id, officer)
    response = as_(officer).send(f"/payments/batches/{batch_id}/send")
    assert response.status_code == 422
    assert "지급 파일을 만든 사람은 전송할 수 없습니다." in response.text
    assert makers.batch_now(batch_id).state == BatchState.MADE
    assert held(ready, "in_transit") == (0,)


def test_with_the_policy_off_the_constraint_refuses_and_without_it_one_person_sends(app, monkeypatch, owner):
    ready = settlement.make_ready(4)
    settlement.make_approved(ready)
    makers.queue()
    officer = factories.make_settler()
    batch_id = makers.make_batch(ready.market.programme_id, officer)
    monkeypatch.setattr(policies, "is_another_sender", lambda by, batch: True)
    with pytest.raises(Refused, match="지급 파일을 만든 사람은"):
        makers.send(batch_id, officer)
    assert held(ready, "in_transit") == (0,)
    session.rollback()
    owner.execute("alter table payout_batch drop constraint ck_payout_batch_two_persons")
    makers.send(batch_id, officer)
    assert held(ready, "in_transit") == (5_500_000,)


def test_a_difference_in_the_ledger_stops_payouts_before_they_are_made_and_before_they_leave(app, as_, superuser):
    ready = settlement.make_ready(4)
    settlement.make_approved(ready, 1)
    makers.queue()
    batch_id = makers.make_batch(ready.market.programme_id)
    settlement.make_approved(ready, 1)
    makers.queue()
    session.rollback()
    superuser.execute("update ledger_account set balance = balance - 1 where kind = 'pool'")
    officer = factories.make_settler()
    made = as_(officer).send("/payments/batches/new", {"programme_id": ready.market.programme_id})
    sent = as_(officer).send(f"/payments/batches/{batch_id}/send")
    for response in (made, sent):
        assert response.status_code == 422
        assert "원장 검증에서 차이가" in response.text
        assert "pool" in response.text
    assert held(ready, "in_transit") == (0,)
    session.rollback()
    superuser.execute("update ledger_account set balance = balance + 1 where kind = 'pool'")
    makers.send(batch_id)
    assert held(ready, "in_transit") == (PART,)


def test_a_payee_without_bank_facts_is_left_out_and_named(app, as_):
    ready = settlement.make_ready(4)
    settlement.make_approved(ready)
    makers.queue()
    set_bank(ready.supplier.organisation_id, state="replaced")
    browser = as_(factories.make_settler())
    assert "계좌 정보가 없어 빠지는 기업" in browser.get("/payments/batches").text
    response = browser.send("/payments/batches/new", {"programme_id": ready.market.programme_id})
    assert response.status_code == 422
    assert "지금 지급할 건이 없습니다." in response.text
    assert session.scalar(select(func.count()).select_from(PayoutBatch)) == 0
    set_bank(ready.supplier.organisation_id, state="active")
    makers.make_batch(ready.market.programme_id)


def test_what_the_bank_refuses_is_owed_again_and_goes_out_under_a_new_number(app, as_):
    ready = settlement.make_ready(4)
    set_bank(ready.supplier.organisation_id, account="1234560000")
    case_id = settlement.make_approved(ready)
    makers.queue()
    first = makers.make_batch(ready.market.programme_id)
    makers.send(first)
    makers.settle(first)
    assert held(ready, "payable", "in_transit", "paid") == (5_500_000, 0, 0)
    (payout,) = makers.payouts_now(first)
    assert (payout.state, payout.bounce_reason) == (PayoutState.BOUNCED, "없는 계좌입니다")
    assert settlement.case_now(case_id).state == CaseState.APPROVED
    assert "은행이 지급을 반송했습니다" in as_(ready.supplier).get("/payments/mine").text
    assert [task.endpoint for task in queries.waiting_for(ready.supplier)] == ["payments.mine"]
    officer = as_(factories.make_settler())
    response = officer.send(f"/payments/payouts/{payout.id}/requeue")
    assert response.status_code == 422
    assert "은행이 거절한 것과 같습니다" in response.text
    set_bank(ready.supplier.organisation_id, account="1234567890")
    assert officer.send(f"/payments/payouts/{payout.id}/requeue").status_code == 303
    second = makers.make_batch(ready.market.programme_id)
    makers.send(second)
    assert "-2,004,1234567890," in makers.batch_now(second).file
    makers.settle(second)
    assert held(ready, "payable", "in_transit", "paid") == (0, 0, 5_500_000)
    assert settlement.case_now(case_id).state == CaseState.PAID
    old = officer.get(f"/payments/batches/{first}").text
    assert "없는 계좌입니다" in old
    assert "1234560000" in old


def test_an_officer_may_say_that_the_account_is_right_as_it_is(app, as_):
    ready = settlement.make_ready(4)
    set_bank(ready.supplier.organisation_id, account="1234560000")
    settlement.make_approved(ready)
    makers.queue()
    batch_id = makers.make_batch(ready.market.programme_id)
    makers.send(batch_id)
    makers.settle(batch_id)
    (payout,) = makers.payouts_now(batch_id)
    path = f"/payments/payouts/{payout.id}/requeue"
    assert as_(factories.make_settler()).send(path, {"checked": "y"}).status_code == 303
    assert as_(factories.make_settler()).send(path, {"checked": "y"}).status_code == 422
    assert queries.waiting_count(ready.market.programme_id) == 1


def test_what_is_in_a_batch_does_not_go_out_again_beside_it(app, as_):
    """A payout leaves its batch only together with it, or the bank would be asked twice."""
    ready = settlement.make_ready(4)
    settlement.make_approved(ready)
    makers.queue()
    batch_id = makers.make_batch(ready.market.programme_id)
    (payout,) = makers.payouts_now(batch_id)
    response = as_(factories.make_settler()).send(f"/payments/payouts/{payout.id}/requeue", {"checked": "y"})
    assert response.status_code == 422
    assert "은행이 반송한 지급만 다시 보낼 수 있습니다" in response.text
    assert [each.state for each in makers.payouts_now(batch_id)] == [PayoutState.BATCHED]


def test_a_result_file_with_one_mistake_changes_nothing_and_names_every_mistake(app, as_):
    ready, batch_id = makers.make_sent(parts=2)
    right = makers.answer_of(batch_id).decode()
    bad = right.replace(",1375000,OK,", ",1,OK,", 1).replace("P0000002-1", "P0000009-1")
    upload = {"file": (BytesIO(bad.encode()), "result.csv")}
    response = as_(factories.make_settler()).send(
        f"/payments/batches/{batch_id}/result", upload, content_type="multipart/form-data"
    )
    assert response.status_code == 422
    assert "2행: 금액이 다릅니다" in response.text
    assert "3행: 이 지급 파일에 없는 지급 번호입니다" in response.text
    assert {payout.state for payout in makers.payouts_now(batch_id)} == {PayoutState.SENT}
    assert held(ready, "in_transit", "paid") == (2 * PART, 0)
    makers.settle(batch_id)
    assert held(ready, "in_transit", "paid") == (0, 2 * PART)


def test_no_upload_is_a_500(app, as_):
    _ready, batch_id = makers.make_sent()
    browser = as_(factories.make_settler())
    path = f"/payments/batches/{batch_id}/result"
    for data in (b"", b"\x00\xff", b"a" * 100_000, b'payout,"'):
        response = browser.send(path, {"file": (BytesIO(data), "x.csv")}, content_type="multipart/form-data")
        assert response.status_code == 422
    assert browser.send(path).status_code == 422
    assert makers.batch_now(batch_id).state == BatchState.SENT


def test_a_batch_is_sent_once_and_answered_once(app):
    ready, batch_id = makers.make_sent()
    with pytest.raises(Refused):
        makers.send(batch_id)
    assert held(ready, "in_transit") == (PART,)
    makers.settle(batch_id)
    with pytest.raises(Refused):
        makers.settle(batch_id, makers.answer_of(batch_id) + b"\r\n")
    assert held(ready, "paid") == (PART,)


def test_a_cancelled_batch_lets_its_payouts_wait_again(app, as_):
    ready = settlement.make_ready(4)
    settlement.make_approved(ready)
    makers.queue()
    batch_id = makers.make_batch(ready.market.programme_id)
    assert queries.waiting_count(ready.market.programme_id) == 0
    browser = as_(factories.make_settler())
    assert browser.send(f"/payments/batches/{batch_id}/cancel", {"reason": ""}).status_code == 422
    response = browser.send(f"/payments/batches/{batch_id}/cancel", {"reason": "계좌가 바뀌었습니다."})
    assert response.status_code == 303
    assert queries.waiting_count(ready.market.programme_id) == 1
    assert browser.send(f"/payments/batches/{batch_id}/send").status_code == 422
    assert held(ready, "in_transit") == (0,)
    assert browser.get(f"/payments/batches/{batch_id}").status_code == 200


def test_rights(app, as_):
    ready, batch_id = makers.make_sent()
    (payout,) = makers.payouts_now(batch_id)
    for viewer, sees, reads in (
        (factories.make_officer(), 200, 403), (factories.make_auditor(), 200, 200),
        (factories.make_administrator(), 200, 403), (ready.supplier, 403, 404), (ready.sme, 403, 404),
    ):  # fmt: skip
        browser = as_(viewer)
        assert browser.get("/payments/batches").status_code == sees
        assert browser.get(f"/payments/batches/{batch_id}").status_code == sees
        assert browser.get(f"/payments/batches/{batch_id}/file").status_code == reads
        assert browser.send("/payments/batches/new", {"programme_id": 1}).status_code == 403
        for step in ("send", "cancel", "result"):
            assert browser.send(f"/payments/batches/{batch_id}/{step}").status_code in (403, 404)
        assert browser.send(f"/payments/payouts/{payout.id}/requeue").status_code in (403, 404)
    for operation in (operations.send_batch, operations.make_batch):
        with pytest.raises(NotYours), transaction():
            operation(batch_id, by=viewer)


def test_the_supplier_sees_where_its_money_is_and_when_it_is_expected(app, as_):
    ready = settlement.make_ready(4)
    settlement.make_case(ready, 1)
    settlement.make_approved(ready, 1)
    text = as_(ready.supplier).get("/payments/mine").text
    assert "예상 " in text
    assert text.count("1,375,000원") >= 4
    assert as_(ready.sme).get("/payments/mine").status_code == 200
    assert as_(factories.make_settler()).get("/payments/mine").status_code == 403


def test_a_payout_of_ten_parts_is_one_file_and_queries_stay_few(app, as_):
    ready, batch_id = makers.make_sent(settlement.make_ready(4), parts=4)
    assert makers.batch_now(batch_id).lines == 4
    assert makers.batch_now(batch_id).total_minor == 4 * PART
    with pytest.raises(Refused):
        makers.make_batch(ready.market.programme_id)


def test_a_supplier_related_to_the_buyer_by_now_is_not_paid_until_it_no_longer_is(app, as_, clock_at, monkeypatch):
    """Relations are read once more when the batch is made; the twin shows that without the look it would be paid."""
    ready = settlement.make_ready(1)
    settlement.make_approved(ready)
    makers.queue()
    buyer, supplier, day = ready.market.sme.organisation_id, ready.supplier.organisation_id, clock.today()
    with transaction():
        session.add(Relation(from_id=supplier, to_id=buyer, kind="equity", source="신고", from_on=day, until_on=day))
    first = factories.make_settler()
    assert "특수관계가 확인되어" in as_(first).get("/payments/batches").text
    with pytest.raises(Refused, match="지금 지급할 건이 없습니다"), transaction():
        operations.make_batch(ready.market.programme_id, by=first)
    assert held(ready, "payable", "in_transit") == (PART, 0)
    with monkeypatch.context() as patched:
        patched.setattr(queries, "not_standing", lambda _payouts: {})
        with pytest.raises(ZeroDivisionError), transaction():
            assert operations.make_batch(ready.market.programme_id, by=first).lines == 1
            raise ZeroDivisionError
    clock_at(days=1)
    session.rollback()
    assert makers.make_batch(ready.market.programme_id)
