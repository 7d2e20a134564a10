"""Entering a tax invoice: what matches is taken, everything else is refused with every mismatch named."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from marketplace.core.db import session, transaction
from marketplace.core.errors import NotYours, Refused
from marketplace.evidence.models import Event
from marketplace.notices.models import Notice
from marketplace.orders import queries as orders
from marketplace.settlement import operations
from marketplace.settlement.models import CaseState, InvoiceState, SettlementCase, TaxInvoice
from marketplace.settlement.operations import enter
from tests import factories
from tests.orders.makers import line_of, make_market
from tests.settlement import makers

PATH = "/settlement/invoices/new?order_id={}"


def nothing_stored():
    session.rollback()
    return session.scalar(select(func.count()).select_from(TaxInvoice)) == 0


def send(as_, ready, typed, **kwargs):
    return as_(ready.supplier).send(PATH.format(ready.order_id), makers.form_of(typed), **kwargs)


def test_the_page_offers_exactly_what_is_accepted_and_open(app, as_):
    ready = makers.make_ready(4, accepted=3)
    text = as_(ready.supplier).get(PATH.format(ready.order_id)).text
    assert 'value="3"' in text
    assert 'value="3,750,000"' in text
    assert 'value="375,000"' in text
    assert 'value="4,125,000"' in text


def test_a_matching_invoice_opens_a_case_with_the_orders_own_cut(app, as_):
    ready = makers.make_ready(4)
    response = send(as_, ready, makers.typed_invoice(ready.order_id))
    assert response.status_code == 303, response.text
    case = session.scalars(select(SettlementCase)).one()
    assert case.state == CaseState.OPEN
    assert (case.support_minor, case.own_minor, case.vat_minor) == (3_750_000, 1_250_000, 500_000)
    assert case.number.startswith("SC-")
    assert line_of(ready.order_id).invoiced_minor == 5_000_000
    told = session.scalars(select(Notice).where(Notice.kind == "settlement_opened")).one()
    assert told.role == "settlement_officer"
    page = as_(ready.supplier).get(response.location)
    assert page.status_code == 200
    assert case.number in page.text


def test_every_mismatch_is_named_at_once_and_the_typed_values_stay(app, as_):
    ready = makers.make_ready(4)
    right = makers.typed_invoice(ready.order_id)
    line = replace(right.lines[0], quantity=right.lines[0].quantity + 1, vat_minor=499_000)
    bad = replace(right, lines=(line,), total_minor=5_500_001, approval_number="20201341" + "1" * 16)
    response = send(as_, ready, bad)
    assert response.status_code == 422
    for words in (
        "1,250,000원을 더 청구한",
        "세액은 500,000원",
        "세액 합계는 품목을 더한 499,000원",
        "합계 금액은",
        "20201341",
    ):
        assert words in response.text
    assert 'value="5,500,001"' in response.text
    assert 'value="5.000"' in response.text
    assert 'href="#lines-0-quantity"' in response.text
    assert nothing_stored()
    assert line_of(ready.order_id).invoiced_minor == 0
    event = session.scalars(select(Event).where(Event.action == "tax_invoice:refused")).one()
    assert event.subject == f"purchase_order:{ready.order_id}"
    assert {reason[0] for reason in event.facts["reasons"]} >= {
        "quantity",
        "vat",
        "sum_vat",
        "total",
        "approval_number",
    }


def test_an_approval_number_counts_once_in_the_whole_system_whatever_its_case(app, as_):
    one = makers.make_ready(4)
    first = makers.typed_invoice(one.order_id, approval_number=makers.approval_number()[:16] + "uwt00001")
    assert send(as_, one, first).status_code == 303
    other = makers.make_ready(2, market=one.market)
    again = makers.typed_invoice(other.order_id, approval_number=first.approval_number.upper())
    response = send(as_, other, again)
    assert response.status_code == 422
    assert "한 세금계산서는 전체 사업에서 한 번만 청구할 수 있습니다." in response.text
    assert 'id="approval_number-error"' in response.text
    session.rollback()
    assert session.scalar(select(func.count()).select_from(TaxInvoice)) == 1
    assert line_of(other.order_id).invoiced_minor == 0
    assert session.scalars(select(Event).where(Event.action == "tax_invoice:refused")).one()


def test_a_number_counts_once_a_supplier_however_it_is_written(app, as_):
    ready = makers.make_ready(4)
    assert send(as_, ready, makers.typed_invoice(ready.order_id, 2, number="inv-007")).status_code == 303
    response = send(as_, ready, makers.typed_invoice(ready.order_id, 2, number="ＩＮＶ 007"))
    assert response.status_code == 422
    assert "이미 제출된 세금계산서 번호입니다." in response.text
    assert 'id="number-error"' in response.text
    assert line_of(ready.order_id).invoiced_minor == 2_500_000


def test_without_the_index_the_same_approval_number_is_taken_twice(app, owner):
    ready = makers.make_ready(4)
    makers.make_case(ready, 2)
    used = session.scalars(select(TaxInvoice)).one().approval_number
    typed = makers.typed_invoice(ready.order_id, 1, approval_number=used)
    with pytest.raises(Refused), transaction():
        operations.enter_invoice(ready.order_id, typed, by=ready.supplier)
    owner.execute("drop index uq_tax_invoice_approval_number")
    with transaction():
        operations.enter_invoice(ready.order_id, typed, by=ready.supplier)
    assert session.scalar(select(func.count()).select_from(TaxInvoice)) == 2


def test_sixteen_at_once_leave_one_row(app):
    """Sixteen browsers of one supplier claim the same approval number for parts of one order."""
    ready = makers.make_ready(16, market=make_market(price=100_000))
    number = makers.approval_number()
    clients = [app.test_client().sign_in(ready.supplier) for _each in range(16)]
    bodies = [
        makers.form_of(makers.typed_invoice(ready.order_id, 1, approval_number=number)) | {"csrf_token": client.token()}
        for client in clients
    ]
    session.rollback()

    def post(pair):
        client, body = pair
        with app.app_context():
            return client.post(PATH.format(ready.order_id), data={**body, "once": f"once-{id(client)}"}).status_code

    with ThreadPoolExecutor(16) as pool:
        answers = sorted(pool.map(post, zip(clients, bodies, strict=True)))
    assert answers[0] == 303
    assert set(answers[1:]) <= {422, 503}
    session.rollback()
    assert session.scalar(select(func.count()).select_from(TaxInvoice)) == 1
    assert line_of(ready.order_id).invoiced_minor == 100_000


def test_rows_with_odd_numbers_are_no_rows_and_no_fault(app, as_):
    ready = makers.make_ready(4)
    form = makers.form_of(makers.typed_invoice(ready.order_id))
    odd = {f"lines-{number}-quantity": "1" for number in ("²", "٣", "-1", "", "9" * 30, "x")}
    answer = as_(ready.supplier).send(PATH.format(ready.order_id), {**form, **odd})
    assert answer.status_code == 303


def test_a_double_click_makes_one_case(app, as_):
    ready = makers.make_ready(4)
    fields = makers.form_of(makers.typed_invoice(ready.order_id, 1)) | {"once": "the-same-token"}
    browser = as_(ready.supplier)
    assert browser.send(PATH.format(ready.order_id), fields).status_code == 303
    again = makers.form_of(makers.typed_invoice(ready.order_id, 1)) | {"once": "the-same-token"}
    assert browser.send(PATH.format(ready.order_id), again).status_code >= 400
    session.rollback()
    assert session.scalar(select(func.count()).select_from(SettlementCase)) == 1


def test_parts_of_an_order_take_its_support_to_the_won(app):
    ready = makers.make_ready("3", market=make_market(price=333_333))
    cuts = []
    for _part in range(3):
        case = makers.case_now(makers.make_case(ready, 1))
        cuts.append((case.support_minor, case.own_minor))
    session.rollback()
    whole = orders.get_order(ready.order_id)
    assert sum(support for support, _own in cuts) == whole.support_minor
    assert sum(own for _support, own in cuts) == whole.own_minor


def test_only_the_supplier_may_enter(app, as_):
    ready = makers.make_ready(4)
    stranger = factories.make_supplier()
    assert as_(ready.sme).get(PATH.format(ready.order_id)).status_code == 403
    assert as_(stranger).get(PATH.format(ready.order_id)).status_code == 404
    assert as_(factories.make_settler()).get(PATH.format(ready.order_id)).status_code == 403
    typed = makers.typed_invoice(ready.order_id)
    with pytest.raises(NotYours), transaction():
        operations.enter_invoice(ready.order_id, typed, by=ready.sme)
    assert nothing_stored()


def test_with_the_match_off_the_chain_of_counters_still_refuses_too_much(app, monkeypatch):
    ready = makers.make_ready(4, accepted=2)
    right = makers.typed_invoice(ready.order_id)
    line = replace(right.lines[0], quantity=right.lines[0].quantity * 2, supply_minor=5_000_000, vat_minor=500_000)
    over = replace(right, lines=(line,), supply_minor=5_000_000, vat_minor=500_000, total_minor=5_500_000)
    with pytest.raises(operations.Mismatched), transaction():
        operations.enter_invoice(ready.order_id, over, by=ready.supplier)
    monkeypatch.setattr(enter, "mismatches", lambda findings: [])
    with pytest.raises(Refused, match="더 청구할 수 있는 금액"), transaction():
        operations.enter_invoice(ready.order_id, over, by=ready.supplier)
    assert nothing_stored()


def test_with_match_and_note_off_the_check_of_the_database_refuses(app, monkeypatch, owner):
    """The last guard: five counters under one CHECK. With that gone too, the bad thing happens."""
    ready = makers.make_ready(4, accepted=2)
    line = line_of(ready.order_id)

    def overshoot():
        from sqlalchemy import update

        from marketplace.orders.models import OrderLine

        with transaction():
            session.execute(update(OrderLine).where(OrderLine.id == line.id).values(invoiced_minor=5_000_000))

    with pytest.raises(Refused, match="순서가 맞지 않습니다"):
        overshoot()
    owner.execute("alter table order_line drop constraint ck_order_line_chain")
    overshoot()
    assert line_of(ready.order_id).invoiced_minor == 5_000_000


def test_a_supplier_withdraws_and_enters_the_same_number_again(app, as_):
    ready = makers.make_ready(4)
    typed = makers.typed_invoice(ready.order_id)
    browser = as_(ready.supplier)
    location = send(as_, ready, typed).location
    assert browser.send(f"{location}/withdraw").status_code == 303
    invoice = session.scalars(select(TaxInvoice)).one()
    assert invoice.state == InvoiceState.WITHDRAWN
    assert session.scalars(select(SettlementCase)).one().state == CaseState.RETURNED
    assert line_of(ready.order_id).invoiced_minor == 0
    assert send(as_, ready, typed).status_code == 303
    assert line_of(ready.order_id).invoiced_minor == 5_000_000


def test_after_the_first_approval_the_supplier_cannot_withdraw(app, as_):
    ready = makers.make_ready(4)
    case_id = makers.make_case(ready)
    makers.check(case_id)
    invoice_id = makers.case_now(case_id).invoice_id
    response = as_(ready.supplier).send(f"/settlement/invoices/{invoice_id}/withdraw")
    assert response.status_code == 422
    assert "이미 승인이 시작되어 철회할 수 없습니다" in response.text
    assert makers.invoice_of(case_id).state == InvoiceState.MATCHED
    assert line_of(ready.order_id).invoiced_minor == 5_000_000


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("number", "a\x00b"), ("number", "x" * 41), ("approval_number", "9" * 61), ("written_on", "2020-02-30"),
        ("written_on", "99999-01-01"), ("lines-0-quantity", "1e5"), ("lines-0-quantity", "-1"),
        ("lines-0-quantity", "9" * 30), ("lines-0-supply", "9" * 18), ("lines-0-order_line_id", "9" * 40),
        ("lines-0-order_line_id", "abc"), ("total", ""), ("total", "1.5"), ("supply_total", "9" * 30),
    ],
)  # fmt: skip
def test_no_input_is_a_500(app, as_, field, value):
    ready = makers.make_ready(4)
    fields = makers.form_of(makers.typed_invoice(ready.order_id)) | {field: value}
    assert as_(ready.supplier).send(PATH.format(ready.order_id), fields).status_code == 422
    assert nothing_stored()


def test_no_order_that_cannot_be_is_a_500(app, as_):
    browser = as_(factories.make_supplier())
    for order_id in ("", "x", "9" * 19, "9" * 30, "-1", "٣"):
        assert browser.get(PATH.format(order_id)).status_code == 404
