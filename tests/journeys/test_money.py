"""Awkward ways of invoices, approvals, receipts and payouts."""

import io
from datetime import timedelta

from sqlalchemy import func, select

from marketplace.core import clock
from marketplace.core.db import session
from marketplace.payments.models import OwnShareReceipt
from marketplace.settlement.models import SettlementCase, TaxInvoice
from tests import factories
from tests.journeys.places import begins

SET_ASIDE = (6_000_000, 7_500_000, 2_800_000, 3_500_000)


def count(model):
    session.rollback()
    return session.scalar(select(func.count()).select_from(model))


@begins("inspected")
def test_an_invoice_for_more_than_was_accepted_is_refused_and_moves_nothing(walk):
    before = (walk.pots(), walk.counters(), walk.where_the_money_is())
    page = f"/settlement/invoices/new?order_id={walk.number('order')}"
    form = walk.supplier.reads(page).form(page)
    (quantity,) = [name for name in form.names if name.endswith("-quantity")]
    line = quantity.removesuffix("quantity")
    more = {quantity: "9", f"{line}supply": "11,250,000", f"{line}vat": "1,125,000"}
    more |= {"supply_total": "11,250,000", "vat_total": "1,125,000", "total": "12,375,000"}
    refused = walk.supplier.is_refused(page, "", **walk.invoice_form(1, **more))
    refused.says("8", "10,000,000원")
    assert refused.form(page).fields[quantity] == ["9"]  # what was typed stays
    assert (walk.pots(), walk.counters(), walk.where_the_money_is()) == before
    assert (count(TaxInvoice), count(SettlementCase)) == (0, 0)
    walk.settler.need_not("정산을 승인하세요")
    walk.happened("tax_invoice:refused", f"purchase_order:{walk.number('order')}", "supplier")


@begins("accepted")
def test_a_number_is_used_once(walk):
    walk.hands_over("8", {"a.csv": b"1,2\n"})
    walk.inspects("4", "절반은 다음 달에 다시 받겠습니다.")
    walk.invoices(7)
    walk.hands_over("4", {"b.csv": b"1,2\n"})
    walk.inspects()
    page = f"/settlement/invoices/new?order_id={walk.number('order')}"
    moved = (walk.pots(), walk.counters())
    same_number = walk.invoice_form(8, number="02020 7")  # spaces, hyphens and zeros in front make no other
    walk.supplier.is_refused(page, "", **same_number).says("이미")
    same_approval = walk.invoice_form(7, number="2020-9")
    walk.supplier.is_refused(page, "", **same_approval).says("이미")
    assert (walk.pots(), walk.counters()) == moved
    assert count(TaxInvoice) == 1
    walk.invoices(9)
    assert count(TaxInvoice) == 2


@begins("inspected")
def test_one_officer_does_not_approve_twice(walk):
    walk.invoices()
    case = walk.path("case")
    form = walk.settler.reads(case).form("/approve-first")
    assert walk.settler.posts(form.action, form.fields).status_code == 303
    moved = (walk.pots(), walk.counters())
    for verb in ("approve-first", "approve-second"):
        answer = walk.settler.posts(f"{case}/{verb}", form.fields)
        assert answer.status_code == 422, verb
        assert (walk.pots(), walk.counters()) == moved
    assert walk.officer.forces(f"{case}/approve-second").status_code == 403  # not a settlement officer
    assert walk.auditor.forces(f"{case}/approve-second").status_code == 403
    assert walk.supplier.forces(f"{case}/approve-second").status_code == 403
    walk.second.sends(case, "/approve-second")
    again = walk.second.posts(f"{case}/approve-second", {**form.fields, "csrf_token": walk.second.browser.token()})
    assert again.status_code == 422
    assert walk.pots() == (6_000_000, 0, 2_800_000, 0)


@begins("inspected")
def test_a_frozen_voucher_is_not_settled(walk):
    walk.invoices()
    walk.settler.sends(walk.path("case"), "/approve-first")
    walk.officer.sends(walk.path("voucher"), "/freeze", reason="확인할 일이 있습니다.")
    walk.second.is_refused(walk.path("case"), "/approve-second").says("정지")
    assert walk.pots() == SET_ASIDE
    walk.officer.sends(walk.path("voucher"), "/unfreeze")
    walk.second.sends(walk.path("case"), "/approve-second")
    assert walk.pots() == (6_000_000, 0, 2_800_000, 0)


@begins("awarded")
def test_whoever_enters_a_receipt_does_not_confirm_it(walk):
    walk.is_agreed()
    form = f"/payments/receipts/new?voucher_id={walk.number('voucher')}"
    typed = {"amount": "6,300,000", "depositor": "한빛제조", "bank_reference": "20200812-000017"}
    walk.settler.is_refused(form, "/payments/receipts/new", **typed, amount_again="6,300,001").says("두 번 입력한 금액")
    walk.settler.sends(form, "/payments/receipts/new", **typed, amount_again="6,300,000")
    answer = walk.settler.forces("/payments/receipts/1/confirm")
    assert answer.status_code == 422
    walk.runs("payments.activate")
    assert walk.pots() == (0, 0, 0, 0)
    walk.settler.is_refused(form, "/payments/receipts/new", **typed, amount_again="6,300,000")
    assert count(OwnShareReceipt) == 1  # one for one line of the bank's statement
    walk.second.sends("/payments/receipts", "/confirm")
    walk.is_active()


@begins("inspected")
def test_what_the_bank_bounces_is_paid_after_the_account_was_mended(walk, moved_to, tmp_path):
    accounts = f"/payments/firms/{walk.names.viewers['supplier'].organisation_id}/accounts"
    bank = {"bank_code": "004", "bank_holder": "새봄데이터"}

    def gives(number):
        copy = (io.BytesIO(b"%PDF-1.7 passbook"), "copy.pdf")
        walk.supplier.sends(accounts, "", **bank, bank_account=number, document=copy)
        walk.supplier.is_told("입금 계좌 변경 신청")
        walk.second.has_to("입금 계좌를 확인하세요").sends(accounts, "/approve")

    def waits():
        moved_to(clock.now() + timedelta(days=6))
        walk.runs("payments.account_activate")

    gives("110-234-560000")  # the twin knows no such account
    waits()
    walk.invoices()
    walk.is_approved()
    walk.is_sent()
    walk.bank_answers(tmp_path)
    walk.runs("settlement.statements")
    assert walk.where_the_money_is()["payable"] == 11_000_000
    assert "paid" not in walk.where_the_money_is()
    walk.supplier.has_to("계좌 정보를 고치세요").is_told("반송")
    walk.second.has_to("은행이 반송한 지급을 처리하세요")
    walk.second.reads("/payments/batches").says("없는 계좌입니다", "새봄데이터")
    walk.second.is_refused("/payments/batches", "/requeue")  # without having looked at the account
    gives("110-234-567891")
    walk.second.sends("/payments/batches", "/requeue")
    walk.supplier.need_not("계좌 정보를 고치세요")
    walk.settler.reads("/payments/batches").says("계좌가 바뀌어 적용일을 기다리는 기업")
    waits()
    walk.is_paid(tmp_path)
    assert walk.where_the_money_is()["paid"] == 11_000_000
    walk.happened("payout:bounced", "payout:1", "second")
    walk.happened("payout:paid", "payout:1", "second")


@begins("inspected")
def test_whoever_makes_a_batch_does_not_send_it_and_a_result_counts_once(walk, tmp_path):
    walk.invoices()
    walk.is_approved()
    walk.runs("payments.queue_payouts")
    batch = walk.settler.sends("/payments/batches", "/payments/batches/new")
    assert walk.settler.forces(f"{batch}/send").status_code == 422
    assert walk.officer.forces(f"{batch}/send").status_code == 403
    assert walk.officer.asks(f"{batch}/file").status_code == 403  # account numbers
    walk.second.sends(batch, "/send")
    assert walk.second.forces(f"{batch}/send").status_code == 422
    assert walk.where_the_money_is()["in_transit"] == 11_000_000
    walk.names.paths["batch"] = batch
    form = walk.second.reads(batch).form("/result")
    walk.bank_answers(tmp_path)
    again = walk.second.posts(form.action, {**form.fields, "file": (tmp_path / "payments.csv").open("rb")})
    assert again.status_code == 422
    assert walk.where_the_money_is()["paid"] == 11_000_000


@begins("called")
def test_other_firms_see_nothing_of_it(walk):
    walk.applies()
    walk.names.viewers["other"] = factories.make_sme()
    for path in (walk.path("application"), f"{walk.path('application')}/receipt", walk.path("designation")):
        assert walk.person("other").asks(path).status_code == 404
    assert walk.supplier.asks(walk.path("application")).status_code == 404
