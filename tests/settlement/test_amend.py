"""Amended tax invoices: netted off beside the first one, which stays; what that does to a case in every state."""

import io
from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import text

from marketplace.core import clock
from marketplace.core.db import session, transaction
from marketplace.core.errors import NotYours, Refused
from marketplace.core.jobs import run_job
from marketplace.ledger.operations import verify
from marketplace.orders import queries as orders
from marketplace.payments import operations as payments
from marketplace.settlement import operations, queries
from marketplace.settlement.models import CaseState, InvoiceState, TaxInvoice
from marketplace.settlement.rules import Amends, TypedLine
from tests import factories
from tests.orders.makers import line_of
from tests.settlement import kec, makers
from tests.settlement.test_disallow import amounts, money

UNIT = 1_250_000


def below(case_id, quantity=4, supply=None, vat=None, **changes):
    """An invoice below zero for the case's only line."""
    session.rollback()
    invoice = makers.invoice_of(case_id)
    line = queries.lines_of_invoice(invoice.id)[0]
    supply = quantity * UNIT if supply is None else supply
    vat = supply // 10 if vat is None else vat
    typed = makers.TypedInvoice(
        number=f"AM-{next(makers._count)}",
        approval_number=makers.approval_number(),
        written_on=clock.today(),
        supply_minor=-supply,
        vat_minor=-vat,
        total_minor=-supply - vat,
        lines=(TypedLine(line.order_line_id, Decimal(-quantity), -supply, -vat),),
    )
    return replace(typed, **changes)


def amend(case_id, code, typed, by=None):
    invoice = makers.invoice_of(case_id)
    invoice_id, supplier_id = invoice.id, invoice.supplier_id
    by = by or replace(factories.make_supplier(), organisation_id=supplier_id)
    with transaction():
        return operations.amend_invoice(invoice_id, code, typed, note="시험", by=by).id


def row(invoice_id):
    session.rollback()
    return session.get_one(TaxInvoice, invoice_id, populate_existing=True)


def invoiced(ready):
    session.rollback()
    return line_of(ready.order_id).invoiced_minor


def test_an_open_case_is_counted_anew_and_a_checked_one_loses_its_first_approval(app, as_):
    ready = makers.make_ready(4)
    case_id = makers.make_case(ready)
    before = money(ready)
    makers.check(case_id)
    invoice_id = makers.case_now(case_id).invoice_id
    browser = as_(ready.supplier)
    assert browser.get(f"/settlement/invoices/{invoice_id}/amend").status_code == 200
    typed = below(case_id, 1)
    fields = makers.form_of(typed)
    fields = {name: value.replace("-", "") if name.endswith(("quantity", "supply", "vat", "total")) else value
              for name, value in fields.items()}  # fmt: skip
    bad = browser.send(f"/settlement/invoices/{invoice_id}/amend", fields | {"code": "01", "note": ""})
    assert bad.status_code == 422
    assert "모두 상쇄해야" in bad.text
    good = browser.send(f"/settlement/invoices/{invoice_id}/amend", fields | {"code": "03", "note": "일부 반품"})
    assert good.status_code == 303
    case = makers.case_now(case_id)
    assert (case.state, case.first_by) == (CaseState.OPEN, None)
    assert amounts(case_id) == (2_812_500, 937_500, 375_000, 4_125_000, 0, 0)
    assert invoiced(ready) == 3 * UNIT
    assert money(ready) == before
    assert makers.invoice_of(case_id).state == InvoiceState.MATCHED
    assert "일부 반품" in browser.get(f"/settlement/invoices/{invoice_id}").text
    assert as_(ready.sme).get(f"/settlement/invoices/{invoice_id}").status_code == 200
    assert browser.get("/settlement/invoices").status_code == 200
    # What came back is delivered, accepted and invoiced already: it may be invoiced again, and no more than that.
    again = makers.typed_invoice(ready.order_id)
    assert again.supply_minor == UNIT
    # The supply value alone falls; the quantity stays, and the match knows it.
    amend(case_id, "02", below(case_id, 0, 250_000))
    assert amounts(case_id)[:4] == (2_625_000, 875_000, 350_000, 3_850_000)
    makers.check(case_id)
    makers.approve(case_id)
    assert money(ready)[4] == 3_850_000
    run_job(app, "settlement.statements")
    with transaction():
        assert verify().ok


def test_nothing_left_stops_the_case_keeps_the_numbers_and_another_invoice_takes_its_place(app, as_):
    ready = makers.make_ready(4)
    case_id = makers.make_case(ready)
    invoice_id = makers.case_now(case_id).invoice_id
    first = makers.invoice_of(case_id).approval_number
    early = makers.typed_invoice(ready.order_id, 0)
    by = ready.supplier

    def enter(typed, code="01"):
        with transaction():
            return operations.enter_invoice(ready.order_id, typed, by=by, amends=Amends(invoice_id, code)).id

    with pytest.raises(Refused, match="먼저 당초 세금계산서를 전부 상쇄"):
        enter(early)
    amend(case_id, "01", below(case_id))
    case = makers.case_now(case_id)
    assert (case.state, makers.invoice_of(case_id).state) == (CaseState.RETURNED, InvoiceState.CANCELLED)
    assert "모두 상쇄" in case.return_reason
    assert invoiced(ready) == 0
    with pytest.raises(Refused, match="이미 제출된 승인번호"):  # never used again
        enter(makers.typed_invoice(ready.order_id, approval_number=first))
    with pytest.raises(Refused, match="음수인 수정세금계산서만"):
        enter(makers.typed_invoice(ready.order_id), "04")
    page = as_(by).get(f"/settlement/invoices/{invoice_id}")
    assert "바른 세금계산서 등록하기" in page.text
    path = f"/settlement/invoices/new?order_id={ready.order_id}&amends={invoice_id}&code=01"
    assert "금액이 양수인 수정세금계산서" in as_(by).get(path).text
    session.rollback()
    answer = as_(by).send(path, makers.form_of(makers.typed_invoice(ready.order_id)))
    assert answer.status_code == 303
    session.rollback()
    replacement = queries.replacement_of(invoice_id)
    assert (replacement.amend_code, replacement.supply_minor) == ("01", 4 * UNIT)
    replaced_by = queries.case_of_invoice(replacement.id).id
    with pytest.raises(Refused, match=r"이미 있습니다|남은|수량"):
        enter(early)
    with pytest.raises(Refused, match="상쇄할 것이 없습니다"):
        amend(case_id, "01", below(case_id))
    makers.check(replaced_by)
    makers.approve(replaced_by)
    assert money(ready)[4] == 5_500_000


def test_an_approved_case_waits_for_the_reversal_and_nothing_is_paid_meanwhile(app, as_):
    ready = makers.make_ready(4)
    case_id = makers.make_approved(ready)
    before = money(ready)
    run_job(app, "payments.queue_payouts")
    amendment = amend(case_id, "04", below(case_id, 2))
    assert row(amendment).state == InvoiceState.HELD
    assert money(ready) == before
    assert amounts(case_id)[3] == 5_500_000
    assert invoiced(ready) == 4 * UNIT
    one, two = factories.make_settler(), factories.make_settler()
    assert [task.values for task in queries.waiting_for(one)] == [{"case_id": case_id}]
    programme_id = makers.case_now(case_id).programme_id
    with pytest.raises(Refused, match="지급할 건이 없습니다"), transaction():
        payments.make_batch(programme_id, by=one)
    assert "승인을 취소해야 반영되며" in as_(one).get(f"/settlement/cases/{case_id}").text
    with transaction():
        reversal = operations.ask_reversal(case_id, "수정세금계산서 반영", by=one).id
    with transaction():
        fresh = operations.confirm_reversal(reversal, by=two).id
    assert row(amendment).state == InvoiceState.NETTED
    assert amounts(fresh)[:4] == (1_875_000, 625_000, 250_000, 2_750_000)
    assert invoiced(ready) == 2 * UNIT
    makers.check(fresh)
    makers.approve(fresh)
    run_job(app, "payments.withdraw_payouts")
    run_job(app, "payments.queue_payouts")
    with transaction():
        batch = payments.make_batch(programme_id, by=one)
        assert (batch.lines, batch.total_minor) == (1, 2_750_000)
    with transaction():
        assert verify().ok


def test_a_paid_case_names_what_has_to_come_back_once_for_each_amendment(app, as_):
    ready = makers.make_ready(4)
    case_id = makers.make_approved(ready)
    by = factories.make_settler()
    with transaction():
        operations.mark_paid(case_id, by=by)
    before = money(ready)
    one = amend(case_id, "03", below(case_id, 1))
    two = amend(case_id, "02", below(case_id, 0, 250_000))
    found = [
        (row(each).state.value, row(each).recover_support_minor, row(each).recover_own_minor) for each in (one, two)
    ]
    assert found == [("recover", 937_500, 437_500), ("recover", 187_500, 87_500)]
    assert money(ready) == before
    assert invoiced(ready) == 4 * UNIT
    officer = factories.make_officer()
    assert [each.support_minor for each in queries.invoices_to_recover()] == [937_500, 187_500]
    assert len(queries.waiting_for(officer)) == 2
    browser = as_(officer)
    assert "1,375,000원" in browser.get(f"/settlement/invoices/{one}").text  # shown with the invoice that it amends
    assert browser.send(f"/settlement/invoices/{one}/recovery", {"reference": "RC-2026-00001"}).status_code == 303
    assert len(queries.waiting_for(officer)) == 1
    assert as_(factories.make_settler()).send(f"/settlement/invoices/{two}/recovery", {}).status_code == 403
    with pytest.raises(NotYours), transaction():
        operations.note_recovery(two, "RC", by=by)
    assert row(two).recovery_note is None


def test_an_amendment_that_waits_becomes_recovery_when_the_bank_was_faster(app):
    case_id = makers.make_approved()
    amendment = amend(case_id, "04", below(case_id))
    by = factories.make_settler()
    with transaction():
        operations.mark_paid(case_id, by=by)
    assert (row(amendment).recover_support_minor, row(amendment).recover_own_minor) == (3_750_000, 1_750_000)


def _file(ready, case_id, code, quantity, supply, **changes):
    """The XML of an amended invoice below zero for the case's line."""
    first = makers.invoice_of(case_id)
    fields = kec.right_fields(ready.order_id)
    line = {"sequence": "1", "name": line_of(ready.order_id).description, "spec": "", "day": f"{clock.today():%Y%m%d}",
            "quantity": quantity, "unit_price": str(UNIT) if quantity else "", "supply": str(supply),
            "vat": str(supply // 10)}  # fmt: skip
    return kec.xml_of(
        fields | {"type_code": "0201", "amendment": code, "original": first.approval_number, "supply": str(supply),
                  "vat": str(supply // 10), "total": str(supply + supply // 10), "lines": [line], "means": []} | changes
    )  # fmt: skip


def test_amended_invoices_come_as_files_too(app, as_):
    ready = makers.make_ready(4)
    case_id = makers.make_case(ready)
    invoice_id, browser = makers.case_now(case_id).invoice_id, as_(ready.supplier)

    def send(data):
        files = {"file": (io.BytesIO(data), "amended.xml")}
        got = browser.send(f"/settlement/invoices/upload?order_id={ready.order_id}", files)
        assert got.status_code == 303
        return got.location, browser.get(got.location).text

    _where, page = send(_file(ready, case_id, "03", "-1", -UNIT, original="2" * 24))
    assert "당초 세금계산서를 먼저 등록하세요" in page
    where, page = send(_file(ready, case_id, "09", "-9", -9 * UNIT))
    assert "수정 사유 코드는 01에서 06까지" in page
    assert "남은 것은 수량 4" in page
    assert browser.send(f"{where}/enter", {}).status_code == 422
    where, page = send(_file(ready, case_id, "03", "-1", -UNIT))
    assert "당초 세금계산서와 맞습니다" in page
    assert browser.send(f"{where}/enter", {}).status_code == 303
    assert amounts(case_id)[3] == 4_125_000
    where, _page = send(_file(ready, case_id, "02", "", -250_000))
    assert browser.send(f"{where}/enter", {}).status_code == 303
    assert amounts(case_id)[3] == 3_850_000
    where, _page = send(_file(ready, case_id, "01", "-3", -3_500_000))
    assert browser.send(f"{where}/enter", {}).status_code == 422  # the product of quantity and price is named
    where, _page = send(_file(ready, case_id, "02", "", -3_500_000))
    session.rollback()
    assert browser.send(f"{where}/enter", {}).status_code == 303
    session.rollback()
    assert [row.amend_code for row in queries.amendments_of(invoice_id)] == ["03", "02", "02"]


WRONG = {
    "no such reason": ("07", {}, "수정 사유를 고르세요"),
    "a part where all goes": ("06", {"quantity": 1}, "모두 상쇄해야"),
    "more than there is": ("04", {"quantity": 5}, "남은 것은 수량 4"),
    "another price": ("03", {"quantity": 1, "supply": 1_000_000}, "1,250,000원이어야 하는데"),
    "a tax that does not fit": ("03", {"quantity": 1, "vat": 7}, "세액은 125,000원"),
    "a quantity where the value changes": ("02", {"quantity": 1, "supply": 100_000}, "수량을 바꾸지 않습니다"),
    "a total that is none": ("04", {"total_minor": -1}, "합계 금액은"),
    "an approval number that is none": ("04", {"approval_number": "x" * 24}, "승인번호는 24자리"),
    "tomorrow": ("04", {"written_on": 1}, "오늘보다 뒤"),
    "before the first one": ("04", {"written_on": -400}, "당초 작성일자"),
    "no line": ("04", {"lines": ()}, "상쇄할 품목이 없습니다"),
    "above zero": ("04", {"supply_minor": 5, "vat_minor": 0, "total_minor": 5}, "상쇄할 품목이 없습니다"),
}


def test_what_is_wrong_is_named_and_moves_nothing(app):
    ready = makers.make_ready(4)
    case_id = makers.make_case(ready)
    before, was = money(ready), amounts(case_id)
    for name, (code, asked, words) in WRONG.items():
        changes = dict(asked)
        if isinstance(changes.get("written_on"), int):
            day = clock.today()
            changes["written_on"] = day.fromordinal(day.toordinal() + changes["written_on"])
        with pytest.raises(Refused, match=words):
            amend(case_id, code, below(case_id, **changes))
        assert (money(ready), amounts(case_id), invoiced(ready)) == (before, was, 4 * UNIT), name
    for by in (factories.make_supplier(), ready.sme, factories.make_settler()):
        with pytest.raises(NotYours):
            amend(case_id, "04", below(case_id), by)
    with pytest.raises(Refused, match=r"이미 제출된 승인번호|당초 세금계산서의 승인번호"):
        amend(case_id, "04", below(case_id, approval_number=makers.invoice_of(case_id).approval_number))


def test_a_withdrawn_invoice_takes_its_amendments_along(app):
    ready = makers.make_ready(4)
    case_id = makers.make_case(ready)
    amendment = amend(case_id, "03", below(case_id, 1))
    with transaction():
        operations.return_case(case_id, "다시 등록하세요", by=factories_by)
    assert (row(amendment).state, makers.invoice_of(case_id).state) == (InvoiceState.WITHDRAWN, InvoiceState.WITHDRAWN)
    assert invoiced(ready) == 0
    assert queries.order_facts(orders.get_order(ready.order_id)).invoiced == {}


@pytest.fixture(autouse=True)
def _officer(app):
    global factories_by
    factories_by = factories.make_settler()


def test_twin_without_the_trigger_an_invoice_is_netted_off_twice(app, owner, monkeypatch):
    """Rule and lock off, the database still adds up what was netted off."""
    case_id = makers.make_case()
    first = makers.invoice_of(case_id).id
    monkeypatch.setattr("marketplace.settlement.operations.amend.judge_amendment", lambda *_args: [])
    insert = (
        "insert into tax_invoice (order_id, supplier_id, number, number_key, approval_number, written_on, supply_minor, "
        "vat_minor, total_minor, state, entered_by, amends_id, amend_code) select order_id, supplier_id, 'x', 'x', "
        "'20200101aaaaaaaaaaaaaaa9', written_on, -supply_minor - 1, -vat_minor, -total_minor - 1, 'netted', entered_by, "
        "id, '04' from tax_invoice where id = :first"
    )
    with pytest.raises(Refused, match="당초 세금계산서보다 큽니다"), transaction():
        session.execute(text(insert), {"first": first})
    session.rollback()
    owner.execute("alter table tax_invoice disable trigger tax_invoice_nets_no_more")
    with transaction():
        session.execute(text(insert), {"first": first})
    assert session.scalar(text("select sum(supply_minor) from tax_invoice")) == -1
