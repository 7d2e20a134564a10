"""Uploading the XML of an electronic tax invoice: a thousand of them, right and wrong in each field, and the way in."""

import io
import random
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from marketplace.core.db import session, transaction
from marketplace.core.errors import NotYours
from marketplace.evidence.models import Event
from marketplace.orders.queries import get_order
from marketplace.settlement import operations, policies, queries
from marketplace.settlement.models import CaseState, InvoiceUpload, SettlementCase, TaxInvoice, UploadState
from marketplace.settlement.rules import Seal, read_kec
from tests import factories
from tests.orders.makers import line_of
from tests.settlement import kec, makers

PATH = "/settlement/invoices/upload?order_id={}"


def upload(as_, ready, data, *, by=None, name="invoice.xml"):
    """Send a file; the answer of the page."""
    return as_(by or ready.supplier).send(PATH.format(ready.order_id), {"file": (io.BytesIO(data), name)})


def last():
    session.rollback()
    return session.scalars(select(InvoiceUpload).order_by(InvoiceUpload.id.desc()).limit(1)).one()


def count(model):
    session.rollback()
    return session.scalar(select(func.count()).select_from(model))


def test_a_thousand_invoices_each_judged_as_the_rule_says(app, as_):
    """Each change names its rules and no other; a harmless one names none. Nothing is claimed by any of them."""
    ready = makers.make_ready(4)
    right, browser = kec.right_fields(ready.order_id), as_(ready.supplier)
    changes = [*kec.RIGHT, *kec.WRONG, *kec.RIGHT]
    seen, path = [], PATH.format(ready.order_id)
    for number in range(1_000):
        chance = random.Random(number)
        change = changes[number % len(changes)]
        data = kec.xml_of(kec.changed(right, change, chance))
        answer = browser.send(path, {"file": (io.BytesIO(data), f"{number}.xml")})
        assert answer.status_code == 303, (number, change.name, answer.text)
        seen.append((number, change))
    session.rollback()
    found = session.scalars(select(InvoiceUpload.findings).order_by(InvoiceUpload.id)).all()
    assert len(found) == 1_000
    off = []
    for (number, change), findings in zip(seen, found, strict=True):
        wanted = {rule for rule in change.rules if not rule.endswith("?")}
        allowed = {rule.rstrip("?") for rule in change.rules}
        named = {rule for rule, _sentence in findings}
        if not wanted <= named <= allowed:
            off.append((number, change.name, sorted(named)))
    assert off == []
    assert count(TaxInvoice) == 0
    assert line_of(ready.order_id).invoiced_minor == 0


def test_a_right_file_is_shown_beside_order_and_acceptance_and_then_entered(app, as_):
    ready = makers.make_ready(4)
    fields = kec.right_fields(ready.order_id)
    answer = upload(as_, ready, kec.xml_of(fields))
    assert answer.status_code == 303
    page = as_(ready.supplier).get(answer.location)
    assert "발주, 검수와 모두 맞습니다" in page.text
    assert fields["approval_number"] in page.text
    assert "5,000,000원" in page.text
    done = as_(ready.supplier).send(f"{answer.location}/enter", {"places-0": str(line_of(ready.order_id).id)})
    assert done.status_code == 303, done.text
    case = session.scalars(select(SettlementCase)).one()
    assert (case.state, case.total_minor) == (CaseState.OPEN, 5_500_000)
    invoice = makers.invoice_of(case.id)
    assert (invoice.source, invoice.approval_number) == ("uploaded", fields["approval_number"])
    assert last().state == UploadState.ENTERED
    assert last().invoice_id == invoice.id
    file = as_(factories.make_settler()).get(f"{answer.location}/file")
    assert file.data == kec.xml_of(fields)
    assert file.headers["Content-Disposition"].startswith("attachment")


def test_a_wrong_file_names_everything_and_is_not_entered(app, as_):
    ready = makers.make_ready(4)
    fields = kec.right_fields(ready.order_id) | {"type_code": "0102", "purpose": "9", "total": "1"}
    answer = upload(as_, ready, kec.xml_of(fields))
    page = as_(ready.supplier).get(answer.location).text
    for words in ("종류 코드가 0101이어야 하는데 0102", "영수/청구 코드는 01 또는 02인데 9", "합계 금액은"):
        assert words in page
    refused = as_(ready.supplier).send(f"{answer.location}/enter", {})
    assert refused.status_code == 422
    assert count(TaxInvoice) == 0
    assert last().state == UploadState.READ
    assert session.scalars(select(Event).where(Event.action == "tax_invoice:refused")).one()


def test_an_item_that_fits_two_positions_is_chosen_by_the_supplier():
    from decimal import Decimal

    from marketplace.settlement.rules import OrderedLine, places_of

    lines = [OrderedLine(7, 1, "가공", Decimal(1), 100, 100), OrderedLine(9, 2, "라벨링", Decimal(1), 100, 100)]
    fields = {**_fields(), "lines": [_line("라 벨링"), _line("모르는 것")]}
    assert places_of(read_kec(kec.xml_of(fields)), lines) == [9, None]


def _line(name):
    return {"sequence": "1", "name": name, "spec": "", "day": "20200901", "quantity": "1", "unit_price": "100",
            "supply": "100", "vat": "10"}  # fmt: skip


def _fields():
    firm = {"number": "1111111119", "name": "가"}
    return {
        "own_number": "1", "issued_at": "20200901101500", "approval_number": "2" * 24, "type_code": "0101",
        "written_on": "20200901", "amendment": "", "purpose": "02", "original": "", "note": "", "invoicer": firm,
        "invoicee": firm, "means": [], "supply": "100", "vat": "10", "total": "110", "lines": [_line("가")],
    }  # fmt: skip


def test_a_file_entered_twice_is_refused(app, as_):
    ready = makers.make_ready(4)
    answer = upload(as_, ready, kec.xml_of(kec.right_fields(ready.order_id)))
    assert as_(ready.supplier).send(f"{answer.location}/enter", {}).status_code == 303
    assert as_(ready.supplier).send(f"{answer.location}/enter", {}).status_code == 422
    assert count(TaxInvoice) == 1


def test_a_file_put_aside_stays_aside(app, as_):
    ready = makers.make_ready(4)
    answer = upload(as_, ready, kec.xml_of(kec.right_fields(ready.order_id)))
    assert as_(ready.supplier).send(f"{answer.location}/discard", {}).status_code == 303
    assert last().state == UploadState.DISCARDED
    assert as_(ready.supplier).send(f"{answer.location}/enter", {}).status_code == 422
    assert as_(ready.supplier).send(f"{answer.location}/discard", {}).status_code == 422
    assert count(TaxInvoice) == 0


def test_only_the_supplier_uploads_and_the_buyer_does_not_read_what_is_not_entered(app, as_):
    ready = makers.make_ready(4)
    data = kec.xml_of(kec.right_fields(ready.order_id))
    assert upload(as_, ready, data, by=ready.sme).status_code == 403
    assert upload(as_, ready, data, by=factories.make_supplier()).status_code == 404
    answer = upload(as_, ready, data)
    assert as_(ready.sme).get(answer.location).status_code == 404
    assert as_(factories.make_auditor()).get(answer.location).status_code == 200
    assert as_(factories.make_settler()).send(f"{answer.location}/enter", {}).status_code == 403
    upload_id, other = last().id, factories.make_supplier()
    with pytest.raises(NotYours), transaction():
        operations.enter_upload(upload_id, by=other)


def test_twin_with_the_policy_off_anybody_enters(app, as_, monkeypatch):
    ready = makers.make_ready(4)
    upload(as_, ready, kec.xml_of(kec.right_fields(ready.order_id)))
    upload_id, other = last().id, factories.make_supplier()
    monkeypatch.setattr(policies, "may_enter", lambda by, order: True)
    with transaction():
        operations.enter_upload(upload_id, by=other)
    assert count(TaxInvoice) == 1


def test_twin_without_the_look_a_wrong_code_is_entered(app, as_, monkeypatch):
    """The rules of the file stand in `look_at`; with them off, an exempt invoice comes in that nobody may claim."""
    ready = makers.make_ready(4)
    fields = kec.right_fields(ready.order_id) | {"type_code": "0301"}
    upload(as_, ready, kec.xml_of(fields))
    upload_id = last().id
    with pytest.raises(operations.Mismatched), transaction():
        operations.enter_upload(upload_id, by=ready.supplier)
    session.rollback()
    monkeypatch.setattr(queries.uploads, "judge_kec", lambda document, expected: [])
    with transaction():
        operations.enter_upload(upload_id, by=ready.supplier)
    assert count(TaxInvoice) == 1


def test_no_number_that_cannot_be_is_a_500(app, as_):
    ready = makers.make_ready(4)
    answer = upload(as_, ready, kec.xml_of(kec.right_fields(ready.order_id)))
    for value in ("x", "9" * 30, "-1", ""):
        assert as_(ready.supplier).send(f"{answer.location}/enter", {"places-0": value}).status_code in (303, 422)
    assert as_(ready.supplier).get(f"/settlement/uploads/{'9' * 25}").status_code == 404
    assert as_(ready.supplier).send(PATH.format(ready.order_id), {}).status_code == 422


@pytest.mark.parametrize(("tax", "fitting"), [("taxable", "0101"), ("zero", "0102"), ("exempt", "0301")])
def test_each_kind_of_tax_asks_for_its_own_class_of_invoice(app, tax, fitting):
    ready = makers.make_ready(4)
    facts = queries.order_facts(get_order(ready.order_id))
    facts = replace(facts, lines=tuple(replace(line, tax=tax) for line in facts.lines))
    right = kec.right_fields(ready.order_id)
    judged = {}
    for code in ("0101", "0102", "0103", "0104", "0105", "0301", "0302"):
        looked = queries.look_at(read_kec(kec.xml_of(right | {"type_code": code})), Seal.NONE, facts)
        judged[code] = next(each.ok for each in looked.findings if each.rule == "type_code")
    on_behalf = {"0101": "0103", "0102": "0105", "0301": "0303"}[fitting]
    assert {code for code, ok in judged.items() if ok} == {fitting, on_behalf} & set(judged)
