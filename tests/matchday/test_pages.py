"""The pages of a matching day: what each person sees, what refusals say, and how many statements it takes."""

import csv
import io
import re

import pytest
from sqlalchemy import event, select

from marketplace.core.db import session, transaction
from marketplace.matchday import operations, queries
from marketplace.matchday.models import DayState, MatchingDay, MatchingDayHold, RoundState
from tests import factories
from tests.matchday import makers


def words(response):
    return " ".join(re.sub(r"<[^>]*>", " ", response.text).split())


def test_an_officer_goes_the_whole_way_over_the_pages(app, as_):
    market = makers.make_market(needs=4, suppliers=3)
    officer = as_(market.officer)
    typed = {
        "programme_id": market.programme_id,
        "title": "가을 매칭데이",
        "method": "optimal",
        "slots_rule": "typed",
        "slots_each": 1,
        "slot_months": "1",
    }
    made = officer.send("/matchday/new", typed)
    assert made.status_code == 303
    here = made.location
    assert "열린 요청 4건과 지정 공급기업 3곳" in officer.get(here).text
    assert officer.send(f"{here}/score").status_code == 303
    page = officer.get(here)
    assert 'hx-trigger="every 2s"' in page.text and "http-equiv" in page.text and "0 / 11" in page.text
    makers.work()
    assert officer.send(f"{here}/solve", {"keep": "none"}).status_code == 303
    assert "배정을 계산하고 있습니다" in officer.get(here).text
    makers.work()
    page = officer.get(here)
    assert "3 / 4" in words(page) and "정원이 모두 참" in words(page) and "http-equiv" not in page.text
    found = queries.latest_round(int(here.rsplit("/", 1)[1]))
    assert officer.send(f"{here}/rounds/{found.id}/publish").status_code == 303
    assert "배정 발표" in officer.get(here).text
    file = officer.get(f"{here}/rounds/{found.id}/pairs?format=csv")
    rows = list(csv.reader(io.StringIO(file.text.lstrip("\ufeff"))))
    assert len(rows) == 5 and sum(row[6] == "배정되지 않음" for row in rows) == 1
    for query in ("", "?wish=1", "?wish=6", "?state=unplaced", "?wish=x&state=y"):
        assert officer.get(f"{here}/rounds/{found.id}/pairs{query}").status_code == 200
    assert officer.send(f"{here}/close").status_code == 303
    assert "종료" in words(officer.get("/matchday"))


def test_what_is_wrong_with_a_new_day_is_said_beside_the_field(app, as_):
    market = makers.make_market(0, 0)
    officer = as_(market.officer)
    page = officer.send("/matchday/new", {"programme_id": market.programme_id, "slots_each": "0", "slot_months": "x"})
    assert page.status_code == 422 and "정원은 1 이상" in page.text and "이 항목을 입력하세요" in page.text
    assert session.scalars(select(MatchingDay)).all() == []


def test_a_step_at_the_wrong_time_is_refused_and_changes_nothing(app, as_):
    market = makers.make_market(1, 1)
    day_id = makers.make_day(market)
    page = as_(market.officer).send(f"/matchday/{day_id}/solve", {"keep": "none"})
    assert page.status_code == 422 and "배정할 수 없습니다" in page.text
    page = as_(market.officer).send(f"/matchday/{day_id}/close")
    assert page.status_code == 422 and queries.get_day(day_id).state == DayState.DRAFT


def test_a_firm_sees_its_pair_and_why_and_answers(app, as_):
    market = makers.make_market(needs=3, suppliers=2)
    day_id = makers.make_published(market)
    pairs = makers.pairs_of(day_id)
    pair = next(each for each in pairs if each.seat_id)
    left = next(each for each in pairs if not each.seat_id)
    entries = {each.id: each for each in makers.entries_of(day_id)}
    seat = next(each for each in makers.seats_of(day_id) if each.id == pair.seat_id)
    buyer, supplier = as_(market.buyer_of(entries[pair.entry_id])), as_(market.supplier_of(seat))
    here = f"/matchday/{day_id}"
    assert "왜 이렇게 배정되었나" in buyer.get(here).text
    empty_handed = as_(market.buyer_of(entries[left.entry_id]))
    assert "정원 1자리 마감" in words(empty_handed.get(here)) and "정원이 모두 찼습니다" in empty_handed.get(here).text
    assert entries[pair.entry_id].title in supplier.get(here).text
    assert buyer.get(f"/matchday/entries/{pair.entry_id}").status_code == 200
    assert empty_handed.get(f"/matchday/entries/{pair.entry_id}").status_code == 404
    assert buyer.send(f"/matchday/pairs/{pair.id}/confirm").status_code == 303
    refused = buyer.send(f"/matchday/pairs/{pair.id}/confirm")
    assert refused.status_code == 422 and "이미 답한" in refused.text
    assert supplier.send(f"/matchday/pairs/{pair.id}/confirm").status_code == 303
    refused = supplier.send(f"/matchday/pairs/{pair.id}/withdraw", {"reason": " "})
    assert refused.status_code == 422 and "이 항목을 입력하세요" in refused.text
    assert (
        supplier.send(f"/matchday/pairs/{pair.id}/withdraw", {"reason": "인력 부족", "leaves": "y"}).status_code == 303
    )
    page = buyer.get(here)
    assert "인력 부족" in page.text and "물리기" not in page.text
    assert "배정을" not in supplier.get("/matchday").text


def test_both_sides_rank_over_the_pages(app, as_):
    market = makers.make_market(2, 2)
    day_id = makers.make_ranking(market)
    entry, seats = makers.entries_of(day_id)[0], makers.seats_of(day_id)
    buyer, supplier = as_(market.buyer_of(entry)), as_(market.supplier_of(seats[0]))
    here = f"/matchday/entries/{entry.id}/ranking"
    assert buyer.get(here).status_code == 200
    chosen = {f"place-{seats[1].organisation_id}": "1", f"place-{seats[0].organisation_id}": "2"}
    assert buyer.send(here, chosen).status_code == 303
    assert queries.last_ranking(entry) == [seats[1].organisation_id, seats[0].organisation_id]
    for wrong in (
        {"place-1": "x"},
        {"place-x": "1"},
        dict.fromkeys(chosen, "1"),
        {"place-999999": "1"},
        {"place-9": "٣"},
    ):
        page = buyer.send(here, wrong)
        assert page.status_code == 422
    assert len(queries.last_ranking(entry)) == 2
    there = f"/matchday/seats/{seats[0].id}/ranking"
    assert supplier.get(there).status_code == 200
    assert supplier.send(there, {f"place-{market.needs[1]}": "1"}).status_code == 303
    assert queries.last_ranking(seats[0]) == [market.needs[1]]
    assert buyer.get(there).status_code == 404 and "순위" in words(buyer.get("/"))


def test_an_officer_holds_lifts_and_changes_slots_over_the_pages(app, as_):
    market = makers.make_market(2, 2)
    day_id = makers.make_scored(market)
    makers.solve(market, day_id)
    entry, seat = makers.entries_of(day_id)[0], makers.seats_of(day_id)[0]
    officer = as_(market.officer)
    here = f"/matchday/entries/{entry.id}"
    page = officer.get(here)
    assert "가장 알맞은 공급기업" in page.text and "필요한 것과 말이 맞음" in page.text
    assert officer.send(f"{here}/hold", {"seat_id": seat.id, "together": "yes", "reason": ""}).status_code == 422
    assert officer.send(f"{here}/hold", {"seat_id": seat.id, "together": "yes", "reason": "계속"}).status_code == 303
    again = officer.send(f"{here}/hold", {"seat_id": seat.id, "together": "no", "reason": "아니"})
    assert again.status_code == 422 and "먼저 푸세요" in again.text
    hold = session.scalars(select(MatchingDayHold)).one()
    assert "계속" in officer.get(f"/matchday/{day_id}").text
    slots = f"/matchday/seats/{seat.id}/slots"
    assert officer.get(slots).status_code == 200
    assert officer.send(slots, {"slots": "0"}).status_code == 422
    assert officer.send(slots, {"slots": "3"}).status_code == 303
    assert officer.send(f"/matchday/holds/{hold.id}/lift").status_code == 303
    assert officer.send("/matchday/holds/999/lift").status_code == 404
    assert as_(factories.make_auditor()).get(here).status_code == 200


def test_the_public_record_names_hashes_and_no_firm(app, client, as_):
    market = makers.make_market(2, 2)
    day_id = makers.make_scored(market)
    round_id = makers.solve(market, day_id)
    assert client.get(f"/matchday/{day_id}/record").status_code == 404
    makers.publish(market, round_id)
    day, found = queries.get_day(day_id), queries.latest_round(day_id)
    page = client.get(f"/matchday/{day_id}/record")
    assert page.status_code == 200
    for shown in (day.seed, day.input_sha256, found.input_sha256, found.result_sha256):
        assert shown in page.text
    assert not any(each.organisation_name in page.text for each in (*market.buyers, *market.suppliers))


def test_firms_know_nothing_of_a_day_before_they_are_told(app, as_):
    market = makers.make_market(1, 1)
    day_id = makers.make_scored(market)
    makers.solve(market, day_id)
    seen = as_(market.buyers[0]).get(f"/matchday/{day_id}")
    assert seen.status_code == 200 and "아직 발표된 배정이 없습니다" in seen.text
    assert as_(factories.make_sme()).get(f"/matchday/{day_id}").status_code == 404
    fresh = makers.make_scored(market)
    assert as_(market.buyers[0]).get(f"/matchday/{fresh}").status_code == 404


def test_what_waits_is_among_the_tasks_of_each(app):
    market = makers.make_market(1, 1)
    day_id = makers.make_scored(market)
    round_id = makers.solve(market, day_id)
    assert [task.values for task in queries.waiting_for(market.officer)] == [{"day_id": day_id}]
    assert queries.waiting_for(market.buyers[0]) == []
    makers.publish(market, round_id)
    assert queries.waiting_for(market.officer) == []
    assert len(queries.waiting_for(market.buyers[0])) == len(queries.waiting_for(market.suppliers[0])) == 1
    pair = makers.pairs_of(day_id)[0]
    with transaction():
        operations.confirm_pair(pair.id, by=market.buyers[0])
    assert queries.waiting_for(market.buyers[0]) == [] and len(queries.waiting_for(market.suppliers[0])) == 1


@pytest.mark.parametrize(("small", "large"), [((2, 2), (9, 6))])
def test_pages_take_as_many_statements_for_many_as_for_few(app, as_, small, large):
    statements(app, as_, *small)  # what is kept for the life of the program is asked once
    assert statements(app, as_, *small) == statements(app, as_, *large)


def statements(app, as_, needs, suppliers):
    market = makers.make_market(needs, suppliers)
    day_id = makers.make_published(market, slots_each=20)
    found = queries.latest_round(day_id, RoundState.PUBLISHED)
    entry = next(each.id for each in makers.entries_of(day_id) if each.need_id == market.needs[0])
    buyer = as_(market.buyers[0])
    officer, counts = as_(market.officer), []
    for browser, path in (
        (officer, f"/matchday/{day_id}"),
        (officer, f"/matchday/{day_id}/rounds/{found.id}/pairs"),
        (officer, f"/matchday/entries/{entry}"),
        (buyer, f"/matchday/{day_id}"),
        (buyer, f"/matchday/entries/{entry}"),
    ):
        seen = []
        listener = lambda *args: seen.append(args[2])  # noqa: B023, E731
        event.listen(app.extensions["engine"], "before_cursor_execute", listener)
        assert browser.get(path).status_code == 200
        event.remove(app.extensions["engine"], "before_cursor_execute", listener)
        counts.append(len(seen))
    return counts
