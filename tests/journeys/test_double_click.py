"""Every form that creates something creates it once, however often it is sent."""

from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from marketplace.accounts.models import Bar, Invitation, StaffRole
from marketplace.catalogue.models import Listing, ListingVersion
from marketplace.core.db import session
from marketplace.delivery.models import Delivery
from marketplace.grants.models import Agreement, Application, Call
from marketplace.matching.models import Need, Quote
from marketplace.orders.models import PurchaseOrder
from marketplace.payments.models import OwnShareReceipt, PayoutBatch
from marketplace.programmes.models import Programme
from marketplace.settlement.models import TaxInvoice
from marketplace.suppliers.models import Designation
from tests import factories
from tests.journeys.places import begins
from tests.journeys.trade import uploads
from tests.journeys.walk import MORNING


def count(model: Any) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(model)) or 0


def twice(person: Any, model: Any, path: str, ending: str = "", /, **typed: Any) -> str:
    """Send one form twice, as two clicks do. Exactly one record more; the second click is told so."""
    before = count(model)
    form = person.reads(path).form(ending or path)
    answers = []
    for _click in range(2):
        fresh = {name.replace("__", "-"): value() if callable(value) else value for name, value in typed.items()}
        answers.append(person.posts(form.action, form.filled(fresh)))
    assert answers[0].status_code == 303, (path, answers[0].text)
    assert answers[1].status_code == 422 and "이미 처리된" in answers[1].text, (path, answers[1].status_code)
    assert count(model) == before + 1, path
    return str(answers[0].location)


@begins("called")
def test_applying_twice_is_one_application(walk):
    supplier = walk.names.viewers["supplier"].organisation_id
    asked = {"title": "데이터 구매", "plan": "상권", "kind": "PURCHASE", "total": "18,000,000", "do": "save"}
    twice(walk.member, Application, f"{walk.path('call')}/apply", "", **asked, supplier_id=str(supplier))


@begins("called")
def test_what_officers_create_twice_is_there_once(walk):
    opening = {"code": "DV-TWO", "budget": "1,000", "starts_on": "2020-07-01", "ends_on": "2020-12-31"}
    twice(walk.officer, Programme, "/programmes/new", "", **opening)
    facts = {"title": "두 번째", "body": "내용", "kinds": ["PURCHASE"], "budget": "1,000"}
    days = {"opens_at": "2020-08-04T09:00", "closes_at": "2020-08-10T18:00", "performs_until": "2020-11-30"}
    twice(walk.officer, Call, f"{walk.path('programme')}/calls/new", "", **facts, **days)
    firm = f"/organisations/{walk.names.viewers['sme'].organisation_id}"
    twice(walk.officer, Bar, firm, "/bars", reason="협약을 어겼습니다.", from_on="2020-08-03", until_on="2020-12-31")
    administrator = walk.join("administrator", factories.make_administrator())
    twice(administrator, StaffRole, "/staff/new", "", email="new@example.com", name="새사람", role="auditor")


@begins("called")
def test_what_firms_create_twice_is_there_once(walk):
    other = walk.join("other", factories.make_supplier())
    programme = str(walk.number("programme"))
    asked = {"programme_id": programme, "kinds": ["sale"], "no_subcontract": "y"}
    price = {"item": "집계", "unit_label": "건", "unit_price_minor": "1,000", "same_outside": "yes", "proof": "가격표"}
    asked |= {f"prices__0__{name}": value for name, value in price.items()}
    twice(other, Designation, "/suppliers/apply", "", **asked, profile="유동 인구 데이터를 모으고 다듬는 기업입니다.")
    facts = {
        "kind": "dataset",
        "theme": "industry",
        "title": "유동 인구",
        "summary": "집계",
        "unit_price_minor": "1,000",
        "unit_label": "건",
    }
    terms = {"commercial": "y", "personal_data": "none", "acceptance_criteria": "열 정의"}
    listing = twice(walk.supplier, Listing, "/catalogue/new", "", **facts, **terms)
    twice(walk.supplier, ListingVersion, f"{listing}/edit", "", title="유동 인구 둘째 판")
    firm = f"/organisations/{walk.names.viewers['sme'].organisation_id}/members"
    twice(walk.sme, Invitation, firm, "/members", email="colleague@example.com", role="member")
    need = {
        "title": "상권 데이터",
        "body": "상권 데이터가 월별로 필요합니다.",
        "budget_minor": "10,000,000",
        "needed_by": "2020-09-30",
    }
    path = twice(walk.member, Need, "/matching/needs/new", "", **need)
    offer = {
        "description": "상권 데이터 다섯 세트",
        "lines-0-description": "상권 데이터",
        "lines-0-unit_label": "세트",
        "lines-0-quantity": "5",
        "lines-0-unit_price_minor": "900,000",
    }
    twice(walk.supplier, Quote, f"{path}/quote", "", **offer, lead_days="5", no_subcontract="y")


@begins("called")
def test_an_agreement_drafted_twice_is_one(walk, moved_to):
    walk.applies()
    walk.is_judged()
    moved_to(MORNING + timedelta(days=8))
    walk.runs("grants.close")
    walk.officer.sends(walk.path("application"), "/award")
    twice(walk.officer, Agreement, walk.path("application"), "/agreement", agreement__starts_on="2020-08-11")


@begins("active")
def test_an_order_drafted_twice_is_one(walk):
    order = walk.sme.reads(walk.path("listing")).link("발주하기")
    twice(walk.member, PurchaseOrder, order, "", quantity="2", deliver_by="2020-09-01")


@begins("accepted")
def test_a_delivery_handed_over_twice_is_one(walk):
    page = f"{walk.path('order')}/deliveries/new"
    twice(walk.supplier, Delivery, page, "", files=uploads, **{f"quantity_{walk.line()}": "3"})
    assert walk.counters()[1] == 3_750_000


@begins("inspected")
def test_money_papers_sent_twice_are_one(walk):
    page = f"/settlement/invoices/new?order_id={walk.number('order')}"
    twice(walk.supplier, TaxInvoice, page, "", **walk.invoice_form(1))
    case = walk.settler.reads("/settlement/cases").link("SC-2020-")
    walk.settler.sends(case, "/approve-first")
    walk.second.sends(case, "/approve-second")
    walk.runs("payments.queue_payouts")
    before = count(PayoutBatch)
    form = walk.settler.reads("/payments/batches").form("/payments/batches/new")
    assert walk.settler.posts(form.action, form.fields).status_code == 303
    assert walk.settler.posts(form.action, form.fields).status_code == 422  # nothing waits any more
    assert count(PayoutBatch) == before + 1


@begins("awarded")
def test_a_receipt_entered_twice_is_one(walk):
    walk.is_agreed()
    form = f"/payments/receipts/new?voucher_id={walk.number('voucher')}"
    typed = {"depositor": "한빛제조", "bank_reference": "20200812-000017"}
    twice(
        walk.settler,
        OwnShareReceipt,
        form,
        "/payments/receipts/new",
        **typed,
        amount="6,300,000",
        amount_again="6,300,000",
    )
