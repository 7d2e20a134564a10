"""Taking work on books the supplier's people; the order's end gives them back."""

import pytest

from marketplace.catalogue.models import ListingKind
from marketplace.core.db import session, transaction
from marketplace.core.errors import Refused
from marketplace.core.viewer import SYSTEM
from marketplace.orders import operations, queries, rules
from marketplace.orders.models import OrderState, PurchaseOrder
from marketplace.orders.operations import answer
from marketplace.suppliers.models import Designation
from marketplace.suppliers.queries import booked_for, capacity_of
from tests.orders.makers import make_market, make_order
from tests.programmes.rulesets import document


def work(app, **facts):
    """A market of labelling, whose supplier declared five person-months."""
    market = make_market(kind=ListingKind.GENERAL_PROCESSING, voucher={"kind": "GENERAL_PROCESSING"}, **facts)
    with transaction():
        session.query(Designation).one().capacity_hundredths = 500
    return market


def free(market):
    session.rollback()
    firm = market.supplier.organisation_id
    return capacity_of(market.programme_id, [firm])[firm].free_hundredths


def state_of(order_id):
    session.rollback()
    return session.get(PurchaseOrder, order_id).state


def test_work_is_accepted_with_the_people_it_takes_and_the_page_says_what_is_left(app, as_):
    market = work(app)
    order_id = make_order(market, 1, accepted=False)
    supplier = as_(market.supplier)
    assert "등록한 5인월 가운데 5인월이 남아" in supplier.get(f"/orders/{order_id}").text
    assert supplier.send(f"/orders/{order_id}/accept", {"person_months": "2.5"}).status_code == 303
    assert (state_of(order_id), free(market)) == (OrderState.ACCEPTED, 250)
    assert booked_for(f"purchase_order:{order_id}") == "2.5"
    assert "2.5인월" in as_(market.sme).get(f"/orders/{order_id}").text


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "투입할 인력을 인월로"),
        ("0", "투입할 인력을 인월로"),
        ("5.01", "5인월이 남아 5.01인월을"),
        ("-1", "숫자로"),
        ("9" * 400, "숫자로"),
        ("1.234", "소수는 둘째 자리까지"),
    ],
)
def test_what_cannot_be_booked_leaves_the_order_waiting_and_keeps_what_was_typed(app, as_, typed, words):
    market = work(app)
    order_id = make_order(market, 1, accepted=False)
    response = as_(market.supplier).send(f"/orders/{order_id}/accept", {"person_months": typed})
    assert response.status_code == 422
    assert words in response.text
    assert f'value="{typed}"' in response.text
    assert (state_of(order_id), free(market)) == (OrderState.SUBMITTED, 500)


def test_what_one_order_holds_another_cannot(app):
    market = work(app)
    first, second = (make_order(market, 1, accepted=False) for _ in range(2))
    with transaction():
        operations.accept_order(first, hundredths=400, by=market.supplier)
    with pytest.raises(Refused, match="1인월이 남아"), transaction():
        operations.accept_order(second, hundredths=101, by=market.supplier)
    assert (state_of(second), free(market)) == (OrderState.SUBMITTED, 100)


def test_without_the_booking_both_would_be_taken_on(app, monkeypatch):
    market = work(app)
    monkeypatch.setattr(answer, "book_capacity", lambda **facts: None)
    for _ in range(2):
        order_id = make_order(market, 1, accepted=False)
        with transaction():
            operations.accept_order(order_id, hundredths=400, by=market.supplier)
    assert free(market) == 500


def test_a_cancelled_order_gives_its_people_back(app):
    market = work(app)
    order_id = make_order(market, 1)
    assert free(market) == 300
    with transaction():
        operations.cancel_order(order_id, "계획이 바뀌었습니다.", by=SYSTEM)
    assert free(market) == 500


def test_a_closed_order_gives_its_people_back(app):
    market = work(app)
    order_id = make_order(market, 1)
    (line,) = queries.lines_of(order_id)
    order = queries.get_order(order_id)
    with transaction():
        for note in (operations.note_delivered, operations.note_accepted, operations.note_invoiced):
            note(order_id, {line.id: line.ordered_minor})
        operations.note_approved(
            order_id,
            supply_minor=order.supply_minor,
            support_minor=order.support_minor,
            own_minor=order.own_minor + order.vat_minor,
        )
        operations.close_order(order_id, by=market.sme)
    assert (state_of(order_id), free(market)) == (OrderState.CLOSED, 500)


def test_data_takes_nobody(app, as_):
    market = make_market()
    order_id = make_order(market, 1, accepted=False)
    supplier = as_(market.supplier)
    assert "인월" not in supplier.get(f"/orders/{order_id}").text
    assert supplier.send(f"/orders/{order_id}/accept").status_code == 303
    assert booked_for(f"purchase_order:{order_id}") is None


def test_where_the_rules_do_not_ask_nobody_is_booked(app):
    content = document(2020)
    content["supplier"]["capacity_checked"][0] = False
    market = work(app, document=content)
    order_id = make_order(market, 1, accepted=False)
    with transaction():
        operations.accept_order(order_id, by=market.supplier)
    assert booked_for(f"purchase_order:{order_id}") is None


def test_work_is_what_is_bought_and_the_voucher_only_where_nothing_was_listed():
    for voucher in ("PURCHASE", "GENERAL_PROCESSING", "AI_PROCESSING", "INTEGRATED"):
        assert rules.takes_people(voucher, "ai_processing") and rules.takes_people(voucher, "general_processing")
        assert not rules.takes_people(voucher, "dataset")
        assert rules.takes_people(voucher, None) is voucher.endswith("PROCESSING")
