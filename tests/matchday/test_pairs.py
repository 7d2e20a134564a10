"""Firms confirm and withdraw, officers hold, and further rounds keep what should stay."""

import pytest
from sqlalchemy import select

from marketplace.core.db import session, transaction
from marketplace.core.errors import NotYours, Refused
from marketplace.matchday import operations, policies, queries
from marketplace.matchday.models import DayMethod, Keep, MatchingDayHold, PairState, RoundState, SlotsRule
from marketplace.matchday.operations import holding
from marketplace.notices.models import Notice
from marketplace.suppliers.models import Designation
from marketplace.suppliers.queries import capacity_of
from tests.matchday import makers


def both(market, day_id, pair):
    entry = next(each for each in makers.entries_of(day_id) if each.id == pair.entry_id)
    seat = next(each for each in makers.seats_of(day_id) if each.id == pair.seat_id)
    return market.buyer_of(entry), market.supplier_of(seat)


def placed(day_id):
    return [pair for pair in makers.pairs_of(day_id) if pair.seat_id]


def confirm(pair_id, *people):
    for person in people:
        with transaction():
            operations.confirm_pair(pair_id, by=person)


def withdraw(pair_id, by, leaves=False, reason="일정이 맞지 않습니다."):
    with transaction():
        operations.withdraw_pair(pair_id, reason, leaves=leaves, by=by)


def test_a_pair_holds_once_both_have_said_yes_and_books_the_people(app):
    market = makers.make_market(2, 2)
    with transaction():
        for each in session.scalars(select(Designation)):
            each.capacity_hundredths = 250
    day_id = makers.make_published(market, slots_rule=SlotsRule.CAPACITY, slots_each=5, slot_hundredths=100)
    assert [seat.slots for seat in makers.seats_of(day_id)] == [2, 2]
    pair = placed(day_id)[0]
    buyer, supplier = both(market, day_id, pair)
    confirm(pair.id, buyer)
    assert placed(day_id)[0].state == PairState.PROPOSED
    confirm(pair.id, supplier)
    assert placed(day_id)[0].state == PairState.CONFIRMED
    booked = capacity_of(market.programme_id, [supplier.organisation_id])[supplier.organisation_id]
    assert booked.booked_hundredths == 100
    withdraw(pair.id, buyer)
    booked = capacity_of(market.programme_id, [supplier.organisation_id])[supplier.organisation_id]
    assert booked.booked_hundredths == 0 and placed(day_id)[0].state == PairState.WITHDRAWN


def test_twice_yes_and_strangers_are_refused(app):
    market = makers.make_market(2, 2)
    day_id = makers.make_published(market)
    pair = placed(day_id)[0]
    buyer, supplier = both(market, day_id, pair)
    confirm(pair.id, buyer)
    with pytest.raises(Refused, match="이미 답한"), transaction():
        operations.confirm_pair(pair.id, by=buyer)
    for stranger in (*market.buyers, *market.suppliers, market.officer):
        if stranger not in (buyer, supplier):
            with pytest.raises(NotYours), transaction():
                operations.confirm_pair(pair.id, by=stranger)
    assert placed(day_id)[0].supplier_confirmed_at is None


def test_what_a_firm_withdraws_is_not_made_again_and_the_officer_hears_of_it(app):
    market = makers.make_market(1, 2)
    day_id = makers.make_published(market)
    pair = placed(day_id)[0]
    withdraw(pair.id, both(market, day_id, pair)[1])
    assert {"matchday_withdrawn"} <= set(session.scalars(select(Notice.kind)))
    before = pair.seat_id
    makers.solve(market, day_id, Keep.NONE)
    again = placed(day_id)[0]
    assert again.seat_id != before
    found = queries.latest_round(day_id, RoundState.SOLVED)
    published = queries.latest_round(day_id, RoundState.PUBLISHED)
    (change,) = queries.changes_of(found.id, published.id)
    assert change.before != change.after and change.after is not None


def test_who_leaves_takes_no_part_in_further_rounds(app):
    market = makers.make_market(2, 1)
    day_id = makers.make_published(market, slots_each=2)
    first, second = placed(day_id)
    withdraw(first.id, both(market, day_id, first)[0], leaves=True)
    makers.solve(market, day_id, Keep.ALL)
    assert [pair.entry_id for pair in makers.pairs_of(day_id)] == [second.entry_id]
    withdraw(second.id, market.suppliers[0], leaves=True)  # still of the published round
    makers.solve(market, day_id, Keep.ALL)
    assert [pair.state for pair in makers.pairs_of(day_id)] == [PairState.UNPLACED]


@pytest.mark.parametrize("keep", [Keep.ALL, Keep.CONFIRMED])
def test_a_further_round_keeps_what_it_should_and_carries_each_yes_over(app, keep):
    market = makers.make_market(3, 3)
    day_id = makers.make_published(market)
    kept, half, lost = placed(day_id)
    confirm(kept.id, *both(market, day_id, kept))
    confirm(half.id, both(market, day_id, half)[0])
    withdraw(lost.id, both(market, day_id, lost)[0])
    makers.publish(market, makers.solve(market, day_id, keep))
    now = {(pair.entry_id, pair.seat_id): pair for pair in makers.pairs_of(day_id)}
    assert now[kept.entry_id, kept.seat_id].state == PairState.CONFIRMED
    if keep == Keep.ALL:
        assert now[half.entry_id, half.seat_id].need_confirmed_at is not None
    assert (lost.entry_id, lost.seat_id) not in now
    with pytest.raises(Refused, match="지금 발표된"), transaction():
        operations.confirm_pair(half.id, by=both(market, day_id, half)[1])


def test_a_round_that_drops_a_confirmed_pair_gives_its_people_back(app):
    market = makers.make_market(1, 2)
    with transaction():
        for each in session.scalars(select(Designation)):
            each.capacity_hundredths = 100
    day_id = makers.make_published(market, slots_rule=SlotsRule.CAPACITY, slots_each=1)
    pair = placed(day_id)[0]
    buyer, supplier = both(market, day_id, pair)
    confirm(pair.id, buyer, supplier)
    other = next(seat for seat in makers.seats_of(day_id) if seat.id != pair.seat_id)
    with transaction():
        operations.hold_pair(pair.entry_id, other.id, together=True, reason="담당자 조정", by=market.officer)
    makers.publish(market, makers.solve(market, day_id, Keep.NONE))
    assert placed(day_id)[0].seat_id == other.id
    free = capacity_of(market.programme_id, [supplier.organisation_id])[supplier.organisation_id]
    assert free.booked_hundredths == 0


def test_a_held_pair_stays_and_one_kept_apart_does_not_come_back(app):
    market = makers.make_market(3, 3)
    day_id = makers.make_scored(market)
    makers.solve(market, day_id)
    first, second, _third = placed(day_id)
    with transaction():
        operations.hold_pair(first.entry_id, second.seat_id, together=True, reason="이어서 하는 일", by=market.officer)
        operations.hold_pair(second.entry_id, first.seat_id, together=False, reason="분쟁 중", by=market.officer)
    makers.solve(market, day_id, Keep.NONE)
    pairs = {pair.entry_id: pair for pair in makers.pairs_of(day_id)}
    assert pairs[first.entry_id].seat_id == second.seat_id and pairs[first.entry_id].held
    assert pairs[second.entry_id].seat_id != first.seat_id
    hold = session.scalars(select(MatchingDayHold).where(MatchingDayHold.together)).one()
    with transaction():
        operations.lift_hold(hold.id, by=market.officer)
    makers.solve(market, day_id, Keep.NONE)
    assert not any(pair.held for pair in makers.pairs_of(day_id))


def test_a_seat_is_not_held_beyond_its_slots_unless_the_guard_is_gone(app, monkeypatch):
    market = makers.make_market(2, 1)
    day_id = makers.make_scored(market)
    seat, (first, second) = makers.seats_of(day_id)[0], makers.entries_of(day_id)
    with transaction():
        operations.hold_pair(first.id, seat.id, together=True, reason="먼저", by=market.officer)
    with pytest.raises(Refused, match="1자리"), transaction():
        operations.hold_pair(second.id, seat.id, together=True, reason="나중", by=market.officer)
    with pytest.raises(Refused, match="줄일 수 없습니다"), transaction():
        operations.set_slots(seat.id, 0, by=market.officer)
    monkeypatch.setattr(holding, "_require_room", lambda entry, seat: None)
    with transaction():
        operations.hold_pair(second.id, seat.id, together=True, reason="나중", by=market.officer)
    makers.solve(market, day_id)  # the twin: nothing fits any more, and the round says so
    assert queries.latest_round(day_id).state == RoundState.IMPOSSIBLE and makers.pairs_of(day_id) == []


def test_a_gated_pair_is_not_held(app):
    market = makers.make_market(1, 1)
    day_id = makers.make_scored(market)
    entry, seat = makers.entries_of(day_id)[0], makers.seats_of(day_id)[0]
    market.needs.append(makers.make_need(market.buyers[0], title="형식", formats=["SHP"], kind="dataset"))
    later = makers.make_scored(market)
    entry = makers.entries_of(later)[-1]
    seat = makers.seats_of(later)[0]
    with pytest.raises(Refused, match="유형을 제공하지 않습니다"), transaction():
        operations.hold_pair(entry.id, seat.id, together=True, reason="꼭", by=market.officer)
    with pytest.raises(Refused, match="참여하지 않는"), transaction():
        operations.hold_pair(entry.id, makers.seats_of(day_id)[0].id, together=True, reason="꼭", by=market.officer)


def test_without_the_right_of_a_side_anybody_could_answer(app, monkeypatch):
    market = makers.make_market(1, 1)
    day_id = makers.make_published(market, method=DayMethod.OPTIMAL)
    pair = placed(day_id)[0]
    with pytest.raises(NotYours), transaction():
        operations.withdraw_pair(pair.id, "남의 일", leaves=False, by=market.officer)
    monkeypatch.setattr("marketplace.matchday.operations.taking.require_side", lambda ours: None)
    withdraw(pair.id, market.officer)
    assert placed(day_id)[0].state == PairState.WITHDRAWN
    assert not policies.speaks_for(market.officer, makers.entries_of(day_id)[0])
