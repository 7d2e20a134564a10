"""What a firm declared is what it can carry, and not a hundredth more."""

import threading
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from marketplace.core import clock
from marketplace.core.db import session, transaction
from marketplace.core.errors import NotYours, Refused
from marketplace.evidence.models import Event
from marketplace.suppliers import operations, queries
from marketplace.suppliers.models import CapacityBooking
from marketplace.suppliers.operations import noting, reviewing
from marketplace.suppliers.queries import Capacity
from marketplace.suppliers.rules import room_from
from tests import factories
from tests.search.counting import statements
from tests.suppliers import makers


@pytest.fixture
def pool(app):
    """(programme, supplier): thirty person-months declared."""
    programme_id = makers.make_programme_row()
    return programme_id, makers.make_designated_supplier(programme_id)


def book(pool, about, hundredths, by=None, until_on=None):
    programme_id, supplier = pool
    with transaction():
        operations.book_capacity(
            programme_id=programme_id,
            organisation_id=supplier.organisation_id,
            about=about,
            hundredths=hundredths,
            until_on=until_on,
            by=by or supplier,
        )


def left(pool):
    session.rollback()
    programme_id, supplier = pool
    return queries.capacity_of(programme_id, [supplier.organisation_id])[supplier.organisation_id].free_hundredths


def test_bookings_take_from_what_was_declared_and_releasing_gives_it_back(pool):
    programme_id, supplier = pool
    book(pool, "purchase_order:1", 1_250)
    book(pool, "purchase_order:2", 1_750)
    full = queries.capacity_of(programme_id, [supplier.organisation_id])[supplier.organisation_id]
    assert (full, full.free_hundredths, full.is_full) == (Capacity(3_000, 3_000), 0, True)
    with transaction():
        operations.release_capacity("purchase_order:1")
        operations.release_capacity("purchase_order:1")
        operations.release_capacity("purchase_order:unknown")
    assert left(pool) == 1_250
    actions = session.scalars(select(Event.action).where(Event.subject.startswith("capacity_booking:")))
    assert sorted(actions) == [*["capacity_booking:booked"] * 2, "capacity_booking:released"]


def test_a_firm_that_is_full_says_from_when_it_has_room(pool, client):
    programme_id, supplier = pool
    today = clock.today()
    days = {"purchase_order:1": 40, "purchase_order:2": -3, "purchase_order:3": None}
    for about, after in days.items():
        book(pool, about, 1_000, until_on=None if after is None else today + timedelta(days=after))
    full = queries.capacity_of(programme_id, [supplier.organisation_id])[supplier.organisation_id]
    # the one that is late is held still: it counts as ending today
    assert (full.is_full, full.room_from) == (True, today + timedelta(days=1))
    assert full.room_month in client.get(f"/suppliers/{supplier.organisation_id}").text
    with transaction():
        operations.release_capacity("purchase_order:2")
    half = queries.capacity_of(programme_id, [supplier.organisation_id])[supplier.organisation_id]
    assert (half.room_from, half.room_month) == (None, "")  # not full: nothing to wait for
    assert room_from(20, [(None, 20)], today) is None
    assert room_from(20, [(None, 15), (today, 5)], today) == today + timedelta(days=1)
    assert room_from(10, [(date(2026, 9, 30), 8), (date(2026, 8, 2), 4)], date(2026, 7, 1)) == date(2026, 8, 3)
    assert room_from(10, [(date(2026, 9, 30), 12), (date(2026, 8, 2), 4)], date(2026, 7, 1)) == date(2026, 10, 1)
    assert room_from(10, [], today) == today


def test_more_than_is_left_is_refused_with_what_is_left_and_the_rule(pool):
    book(pool, "purchase_order:1", 2_950)
    with pytest.raises(Refused, match=r"30인월 가운데 0\.5인월이 남아 0\.51인월을.*supplier\.capacity_checked"):
        book(pool, "purchase_order:2", 51)
    assert left(pool) == 50
    book(pool, "purchase_order:2", 50)


def test_without_that_check_the_same_people_work_twice(pool, monkeypatch):
    monkeypatch.setattr(noting, "capacity_of", lambda programme, firms: {firm: Capacity(10**9, 0) for firm in firms})
    book(pool, "purchase_order:1", 9_999)
    session.rollback()
    assert session.scalars(select(CapacityBooking.hundredths)).one() == 9_999


def test_an_order_books_once(pool):
    book(pool, "purchase_order:1", 100)
    with pytest.raises(Refused, match="이미 인력을 배정"):
        book(pool, "purchase_order:1", 100)
    assert left(pool) == 2_900


def test_without_the_constraint_it_would_book_twice(pool, owner):
    owner.execute("alter table capacity_booking drop constraint uq_capacity_booking_about")
    book(pool, "purchase_order:1", 100)
    book(pool, "purchase_order:1", 100)
    assert left(pool) == 2_800


@pytest.mark.parametrize("hundredths", [0, -1])
def test_nothing_is_no_booking(pool, hundredths):
    with pytest.raises(Refused, match=r"0\.01인월 이상"):
        book(pool, "purchase_order:1", hundredths)


def test_only_the_firm_itself_books_its_people(pool, monkeypatch):
    for stranger in (factories.make_supplier(), factories.make_officer(), factories.make_sme()):
        with pytest.raises(NotYours, match="공급기업의 구성원만"):
            book(pool, "purchase_order:1", 1, by=stranger)
    assert left(pool) == 3_000
    monkeypatch.setattr(noting, "may_book", lambda viewer, organisation_id: True)
    book(pool, "purchase_order:1", 1, by=factories.make_supplier())
    assert left(pool) == 2_999


def test_a_firm_outside_of_the_pool_books_nothing(app):
    programme_id, stranger = makers.make_programme_row(), factories.make_supplier()
    with pytest.raises(Refused, match="풀에 없는 기업"):
        book((programme_id, stranger), "purchase_order:1", 1)
    assert queries.capacity_of(programme_id, {stranger.organisation_id}) == {stranger.organisation_id: Capacity(0, 0)}


def race(app, pool, *hundredths):
    """All at once, each in a thread of its own; returns how many got through."""
    gate, done = threading.Barrier(len(hundredths)), []

    def one(number, wanted):
        with app.app_context():
            gate.wait()
            try:
                book(pool, f"purchase_order:{number}", wanted)
                done.append(number)
            except Refused:
                pass
            finally:
                session.remove()

    threads = [threading.Thread(target=one, args=each) for each in enumerate(hundredths)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(done)


def test_six_orders_at_once_do_not_share_one_remainder(app, pool):
    session.rollback()
    assert race(app, pool, *[1_000] * 6) == 3
    assert left(pool) == 0


def test_without_the_lock_they_would(app, pool, monkeypatch):
    session.rollback()
    met = threading.Barrier(6)

    def slow(programme_id, firms):
        found = queries.capacity_of(programme_id, firms)
        met.wait(timeout=10)
        return found

    monkeypatch.setattr(noting, "locked", lambda model, identity: None)
    monkeypatch.setattr(noting, "capacity_of", slow)
    assert race(app, pool, *[1_000] * 6) == 6


def test_many_firms_cost_one_statement(app):
    programme_id, officer = makers.make_programme_row(), factories.make_officer()
    firms = [makers.make_designated_supplier(programme_id, officer).organisation_id for _ in range(4)]
    assert len(queries.capacity_of(programme_id, firms)) == 4
    for ask in (queries.capacity_of, queries.figures_of):
        assert (
            len({statements(app, lambda ask=ask, some=some: ask(programme_id, some)) for some in (firms[:1], firms)})
            == 1
        )


def test_whoever_offers_processing_declares_people_and_their_time(app):
    programme_id = makers.make_programme_row()
    for wrong in ({"headcount": 0}, {"capacity_hundredths": 0}):
        with pytest.raises(Refused, match="수행 인력 수와"):
            makers.make_application(programme_id, **wrong)
    makers.make_application(programme_id, kinds=("sale",), headcount=0, capacity_hundredths=0)


def test_an_officer_registers_more_or_fewer_people_but_not_fewer_than_orders_hold(pool, as_):
    programme_id, supplier = pool
    book(pool, "purchase_order:1", 2_000)
    path = f"/suppliers/designations/{queries.find_designation_of(supplier.organisation_id, programme_id).id}/capacity"
    officer = as_(factories.make_officer())
    told = {"headcount": "20", "person_months": "45.5", "reason": "4대 보험 명부 확인"}
    assert officer.send(path, told).status_code == 303
    assert left(pool) == 2_550
    refused = officer.send(path, {**told, "person_months": "19.99"})
    assert refused.status_code == 422
    assert "20인월보다 적게" in refused.text
    assert officer.send(path, {**told, "headcount": ""}).status_code == 422
    assert officer.send(path, {**told, "reason": " "}).status_code == 422
    assert as_(supplier).send(path, told).status_code == 403
    assert left(pool) == 2_550
    assert "4대 보험 명부 확인" in as_(supplier).get(path.removesuffix("/capacity")).text


def test_only_officers_from_outside_change_it(pool, monkeypatch):
    programme_id, supplier = pool
    designation_id = queries.find_designation_of(supplier.organisation_id, programme_id).id
    facts = {"headcount": 99, "hundredths": 99_999, "reason": "스스로"}
    with pytest.raises(NotYours), transaction():
        operations.change_capacity(designation_id, **facts, by=supplier)
    assert left(pool) == 3_000
    monkeypatch.setattr(reviewing, "may_decide", lambda viewer, designation: True)
    monkeypatch.setattr(reviewing, "is_member", lambda viewer, organisation_id: False)
    with transaction():
        operations.change_capacity(designation_id, **facts, by=supplier)
    assert left(pool) == 99_999
