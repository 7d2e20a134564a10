"""The own share coming in: two persons, no more than is due, and the voucher becomes active by itself."""

import pytest
from sqlalchemy import func, select

from marketplace.core.db import session, transaction
from marketplace.core.errors import NotYours, Refused
from marketplace.core.jobs import run_job
from marketplace.ledger.operations import verify
from marketplace.notices.models import Notice
from marketplace.payments import operations, policies, queries
from marketplace.payments.models import OwnShareReceipt, ReceiptState
from marketplace.vouchers import operations as vouchers
from marketplace.vouchers.models import VoucherState
from marketplace.vouchers.queries import pots_of
from tests import factories
from tests.orders.makers import make_market
from tests.payments import makers

NEW = "/payments/receipts/new"


def form_of(voucher, **changes):
    return {
        "voucher_number": voucher.number,
        "amount": "6,300,000",
        "amount_again": "6300000",
        "depositor": "한빛데이터",
        "bank_reference": "T20200001",
        "received_on": "2020-01-02",
        **changes,
    }


def count():
    session.rollback()
    return session.scalar(select(func.count()).select_from(OwnShareReceipt))


def test_entered_by_one_confirmed_by_another_and_the_voucher_is_active(app, as_):
    voucher = makers.make_waiting_voucher()
    assert voucher.deposit_minor == 6_300_000
    assert as_(factories.make_officer()).send(NEW, form_of(voucher)).status_code == 303
    receipt = session.scalars(select(OwnShareReceipt)).one()
    assert run_job(app, "payments.activate") == 0
    second = as_(factories.make_settler())
    assert "한빛데이터" in second.get("/payments/receipts").text
    assert second.send(f"/payments/receipts/{receipt.id}/confirm").status_code == 303
    assert makers.receipt_now(receipt.id).state == ReceiptState.CONFIRMED
    assert run_job(app, "payments.activate") == 1
    assert run_job(app, "payments.activate") == 0
    assert makers.voucher_now(voucher.id).state == VoucherState.ACTIVE
    pots = pots_of(voucher.id)
    assert (pots.support_available, pots.own_available) == (13_500_000, 6_300_000)
    told = session.scalars(select(Notice).where(Notice.kind == "receipt_confirmed")).one()
    assert told.facts["left_minor"] == 0


def test_parts_add_up_and_only_the_whole_activates(app):
    voucher = makers.make_waiting_voucher()
    officer = factories.make_officer()
    makers.confirm(makers.enter(voucher.id, 6_299_999, officer))
    assert run_job(app, "payments.activate") == 0
    received = queries.received_of(makers.voucher_now(voucher.id))
    assert (received.confirmed_minor, received.left_minor) == (6_299_999, 1)
    makers.confirm(makers.enter(voucher.id, 1, officer))
    assert run_job(app, "payments.activate") == 1


def test_a_voucher_without_own_share_is_active_at_once(app):
    voucher = makers.make_waiting_voucher(own=0, vat=0)
    assert run_job(app, "payments.activate") == 1
    assert makers.voucher_now(voucher.id).state == VoucherState.ACTIVE


def test_a_voucher_whose_pool_is_empty_does_not_hold_up_the_others(app):
    market = make_market()
    poor = makers.make_waiting_voucher(market, support=20_000_000_000, own=0, vat=0)
    good = makers.make_waiting_voucher(market, own=0, vat=0)
    assert run_job(app, "payments.activate") == 1
    assert makers.voucher_now(poor.id).state == VoucherState.ISSUED
    assert makers.voucher_now(good.id).state == VoucherState.ACTIVE


def test_the_same_person_does_not_confirm(app, as_):
    voucher = makers.make_waiting_voucher()
    officer = factories.make_officer()
    receipt_id = makers.enter(voucher.id, 6_300_000, officer)
    for step, body in (("confirm", {}), ("reject", {"reason": "찾을 수 없습니다."})):
        response = as_(officer).send(f"/payments/receipts/{receipt_id}/{step}", body)
        assert response.status_code == 422
        assert "입력한 사람은 확인할 수 없습니다." in response.text
    assert makers.receipt_now(receipt_id).state == ReceiptState.ENTERED


def test_with_the_policy_off_the_constraint_refuses_and_without_it_one_person_does_both(app, monkeypatch, owner):
    voucher = makers.make_waiting_voucher()
    officer = factories.make_officer()
    receipt_id = makers.enter(voucher.id, 6_300_000, officer)
    monkeypatch.setattr(policies, "is_another_person", lambda by, receipt: True)
    with pytest.raises(Refused, match="입력한 사람은"):
        makers.confirm(receipt_id, officer)
    assert makers.receipt_now(receipt_id).state == ReceiptState.ENTERED
    session.rollback()
    owner.execute("alter table own_share_receipt drop constraint ck_own_share_receipt_two_persons")
    makers.confirm(receipt_id, officer)
    assert makers.receipt_now(receipt_id).state == ReceiptState.CONFIRMED


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"amount_again": "6,300,001"}, "두 번 입력한 금액이 다릅니다"),
        ({"amount": "6,300,001", "amount_again": "6,300,001"}, "남은 자부담 6,300,000원보다 1원 많습니다"),
        ({"amount": "0", "amount_again": "0"}, "1원 이상"),
        ({"received_on": "2999-01-01"}, "오늘보다 뒤"),
        ({"voucher_number": "DV-2020-999999-9"}, "그런 번호의 바우처가 없습니다"),
        ({"voucher_number": "a\x00"}, "제어 문자"),
        ({"bank_reference": "x"}, ""),
        ({"depositor": ""}, "이 항목을 입력하세요"),
    ],
)
def test_what_is_refused_when_entering_keeps_the_typed_values_and_stores_nothing(app, as_, changes, words):
    voucher = makers.make_waiting_voucher()
    response = as_(factories.make_officer()).send(NEW, form_of(voucher, **changes))
    assert response.status_code == 422
    assert words in response.text
    assert 'value="6300000"' in response.text or "amount_again" in changes
    assert count() == 0


def test_a_bank_reference_counts_once_until_it_is_rejected(app, as_):
    voucher = makers.make_waiting_voucher()
    officer = factories.make_officer()
    receipt_id = makers.enter(voucher.id, 1_000, officer, bank_reference="T1-0001")
    response = as_(officer).send(NEW, form_of(voucher, amount="10", amount_again="10", bank_reference="t1-0001"))
    assert response.status_code == 422
    assert "이미 등록된 은행 거래번호입니다." in response.text
    assert count() == 1
    second = as_(factories.make_officer())
    assert second.send(f"/payments/receipts/{receipt_id}/reject", {"reason": ""}).status_code == 422
    assert (
        second.send(f"/payments/receipts/{receipt_id}/reject", {"reason": "다른 기업의 입금입니다."}).status_code == 303
    )
    assert session.scalars(select(Notice).where(Notice.kind == "receipt_rejected")).one().person_id == officer.person_id
    makers.enter(voucher.id, 1_000, officer, bank_reference="T1-0001")


def test_too_much_in_parts_is_refused_also_while_the_first_part_waits(app):
    voucher = makers.make_waiting_voucher()
    officer = factories.make_officer()
    makers.enter(voucher.id, 6_000_000, officer)
    with pytest.raises(Refused, match="남은 자부담 300,000원보다 100,000원 많습니다"):
        makers.enter(voucher.id, 400_000, officer)
    assert count() == 1


def test_another_payer_than_the_firm_is_shown_as_a_warning(app, as_):
    voucher = makers.make_waiting_voucher()
    makers.enter(voucher.id, 1_000, factories.make_officer(), depositor="김철수")
    assert "기업 이름과 다름" in as_(factories.make_settler()).get("/payments/receipts").text


def test_rights(app, as_):
    voucher = makers.make_waiting_voucher()
    receipt_id = makers.enter(voucher.id, 1_000, factories.make_officer())
    for viewer, status in (
        (factories.make_auditor(), 403), (factories.make_administrator(), 403), (factories.make_sme(), 404),
        (factories.make_supplier(), 404),
    ):  # fmt: skip
        browser = as_(viewer)
        assert browser.get("/payments/receipts").status_code == (200 if status == 403 else 403)
        assert browser.get(NEW).status_code == 403
        assert browser.send(NEW, form_of(voucher)).status_code == 403
        assert browser.send(f"/payments/receipts/{receipt_id}/confirm").status_code == status
    with pytest.raises(NotYours), transaction():
        operations.confirm_receipt(receipt_id, by=viewer)
    assert makers.receipt_now(receipt_id).state == ReceiptState.ENTERED


def test_the_list_filters_leaves_as_a_file_and_names_tasks(app, as_):
    voucher = makers.make_waiting_voucher()
    officer = factories.make_officer()
    makers.enter(voucher.id, 1_000, officer, bank_reference="FIND-ME")
    browser = as_(officer)
    assert "FIND-ME" in browser.get("/payments/receipts?text=find").text
    assert "FIND-ME" not in browser.get("/payments/receipts?state=confirmed").text
    assert browser.get("/payments/receipts?state=%00&text=%00&page=x").status_code == 200
    assert browser.get("/payments/receipts?format=csv").text.count("\r\n") == 2
    assert browser.get(f"{NEW}?voucher_id={voucher.id}").status_code == 200
    assert browser.get(f"{NEW}?voucher_id={'9' * 30}").status_code == 200
    assert queries.waiting_for(officer) == []
    assert [task.endpoint for task in queries.waiting_for(factories.make_settler())] == ["payments.receipts"]


def test_a_confirmed_deposit_is_taken_back_by_two_while_the_voucher_waits(app, as_):
    market = make_market()
    voucher = makers.make_waiting_voucher(market)
    receipt = makers.enter(voucher.id, 6_300_000, factories.make_settler())
    makers.confirm(receipt)
    first, second = factories.make_settler(), factories.make_settler()
    path = f"/payments/receipts/{receipt}"
    assert as_(second).send(f"{path}/reverse").status_code == 422  # nobody asked for it yet
    assert as_(first).send(f"{path}/ask-reversal", {"reason": "은행이 되돌렸습니다"}).status_code == 303
    refused = as_(first).send(f"{path}/reverse")
    assert refused.status_code == 422 and "다른 담당자" in refused.text
    assert makers.receipt_now(receipt).state == ReceiptState.CONFIRMED
    assert as_(second).send(f"{path}/reverse").status_code == 303
    assert makers.receipt_now(receipt).state == ReceiptState.REVERSED
    run_job(app, "payments.activate")
    assert makers.voucher_now(voucher.id).state == VoucherState.ISSUED


def test_a_deposit_of_an_active_voucher_is_taken_back_by_a_new_posting_and_not_when_it_is_spent(app):
    market = make_market()
    voucher = makers.make_waiting_voucher(market)
    receipt = makers.enter(voucher.id, 6_300_000, factories.make_settler())
    makers.confirm(receipt)
    run_job(app, "payments.activate")
    first, second = factories.make_settler(), factories.make_settler()
    session.rollback()
    with transaction():
        operations.ask_reversal(receipt, "은행이 되돌렸습니다", by=first)
        vouchers.reserve(voucher.id, support_minor=1, own_minor=1, key="test:reserve")
    session.rollback()
    with pytest.raises(Refused, match="6,299,999"), transaction():
        operations.reverse_receipt(receipt, by=second)
    assert makers.receipt_now(receipt).state == ReceiptState.CONFIRMED
    session.rollback()
    with transaction():
        vouchers.release(voucher.id, support_minor=1, own_minor=1, key="test:release")
        operations.reverse_receipt(receipt, by=second)
    session.rollback()
    assert pots_of(voucher.id).own_available == 0
    with transaction():
        assert verify().ok
