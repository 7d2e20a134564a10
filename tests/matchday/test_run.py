"""An officer makes a day, scores, solves and publishes it; what was frozen can be replayed."""

from datetime import timedelta

import psycopg
import pytest
from sqlalchemy import func, select

from marketplace.core import clock
from marketplace.core.db import session, transaction
from marketplace.core.errors import NotYours, Refused
from marketplace.evidence.models import Event
from marketplace.matchday import jobs, operations, queries
from marketplace.matchday.models import (
    DayMethod,
    DayState,
    Keep,
    MatchingDayEntry,
    PairState,
    RoundState,
)
from marketplace.matchday.operations import scoring
from marketplace.notices.models import Notice
from tests import factories
from tests.matchday import makers


def test_a_day_goes_from_draft_to_published_and_every_need_hears_of_it(app):
    market = makers.make_market(needs=4, suppliers=3)
    day_id = makers.make_scored(market)
    day = queries.get_day(day_id)
    assert (day.state, day.steps, day.steps_done) == (DayState.SCORED, 11, 11)
    assert len(day.input_sha256) == 64 and len(day.seed) == 32 and day.weights_version == "2026-1"
    round_id = makers.solve(market, day_id)
    pairs = makers.pairs_of(day_id)
    assert sorted(pair.state for pair in pairs) == ["proposed"] * 3 + ["unplaced"]
    assert len({pair.seat_id for pair in pairs if pair.seat_id}) == 3
    found = queries.latest_round(day_id)
    assert found.state == RoundState.SOLVED and found.figures["placed"] == 3 and found.figures["all_full"] == 1
    makers.publish(market, round_id)
    assert queries.get_day(day_id).state == DayState.PUBLISHED
    told = session.scalars(select(Notice.organisation_id).where(Notice.kind == "matchday_published")).all()
    assert sorted(told) == sorted(each.organisation_id for each in (*market.buyers, *market.suppliers))
    deeds = session.scalars(select(Event.action).where(Event.action.like("matching_day%")).order_by(Event.id)).all()
    assert deeds == [
        "matching_day:created",
        "matching_day:scoring_started",
        "matching_day:scored",
        "matching_day_round:asked",
        "matching_day_round:solved",
        "matching_day_round:published",
    ]


def test_only_an_officer_runs_a_day(app):
    market = makers.make_market(1, 1)
    day_id = makers.make_scored(market)
    for other in (market.buyers[0], market.suppliers[0], factories.make_settler(), factories.make_auditor()):
        for deed in (
            lambda by: operations.start_scoring(day_id, by=by),
            lambda by: operations.ask_for_round(day_id, Keep.NONE, by=by),
            lambda by: operations.cancel_day(day_id, by=by),
            lambda by: operations.set_slots(makers.seats_of(day_id)[0].id, 3, by=by),
        ):
            with pytest.raises(NotYours), transaction():
                deed(other)
    assert queries.get_day(day_id).state == DayState.SCORED and queries.latest_round(day_id) is None


def test_a_day_without_needs_or_suppliers_is_not_scored(app):
    market = makers.make_market(0, 1)
    day_id = makers.make_day(market)
    with pytest.raises(Refused, match="요청이 없습니다"), transaction():
        operations.start_scoring(day_id, by=market.officer)
    assert queries.get_day(day_id).state == DayState.DRAFT


def test_scoring_that_was_killed_goes_on_where_it_was_and_twice_changes_nothing(app, monkeypatch, clock_at):
    market = makers.make_market(needs=5, suppliers=2)
    day_id = makers.make_day(market)
    monkeypatch.setattr(jobs, "ROWS", 2)
    with transaction():
        operations.start_scoring(day_id, by=market.officer)
    real, calls = scoring.queries.entries_to_score, []

    def dies(*args):
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(*args)

    monkeypatch.setattr(scoring.queries, "entries_to_score", dies)
    with pytest.raises(KeyboardInterrupt):
        jobs._work_on(day_id)
    session.rollback()
    assert scored_so_far(day_id) == 2 and jobs._work_on(day_id) == 0  # somebody else may still have it
    clock_at(minutes=4)
    makers.work()
    day = queries.get_day(day_id)
    assert (day.state, scored_so_far(day_id), day.steps_done) == (DayState.SCORED, 5, 12)
    before = day.input_sha256
    with transaction():
        operations.finish_scoring(day_id)
    assert queries.get_day(day_id).input_sha256 == before and jobs._work_on(day_id) == 0


def scored_so_far(day_id):
    statement = select(func.count()).where(MatchingDayEntry.day_id == day_id, MatchingDayEntry.scores.is_not(None))
    return session.execute(statement).scalar_one()


def test_a_replay_finds_the_same_bytes_and_a_changed_one_is_told(app, superuser):
    market = makers.make_market(needs=4, suppliers=3)
    day_id = makers.make_published(market)
    runner = app.test_cli_runner()
    result = runner.invoke(args=["matchday", "replay", str(day_id)])
    assert result.exit_code == 0 and result.output.count("equal") == 3, result.output
    superuser.execute("alter table matching_day_entry disable trigger all")
    superuser.execute(
        "update matching_day_entry set scores = set_byte(scores, 0, (get_byte(scores, 0) + 1) % 256) "
        "where id = (select min(id) from matching_day_entry)"
    )
    result = runner.invoke(args=["matchday", "replay", str(day_id)])
    assert result.exit_code == 1 and "DIFFERENT" in result.output


def test_what_was_scored_and_solved_is_not_written_over(app, owner, superuser):
    market = makers.make_market(2, 2)
    day_id = makers.make_published(market)
    changes = (
        "update matching_day_entry set scores = scores",
        "update matching_day set input_sha256 = 'x'",
        "update matching_day_round set result_sha256 = 'x'",
    )
    for change in changes:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            owner.execute(change)
    owner.execute("drop trigger matching_day_entry_is_scored_once on matching_day_entry")
    owner.execute(changes[0])  # the twin: without the guard it is written over
    assert queries.get_day(day_id).state == DayState.PUBLISHED


def test_the_database_refuses_more_pairs_than_slots(app, owner):
    market = makers.make_market(needs=3, suppliers=1)
    makers.make_published(market)
    crowd = (
        "insert into matching_day_round (day_id, number, keep, asked_by, terms) "
        "select day_id, 9, keep, asked_by, terms from matching_day_round returning id"
    )
    pairs = (
        "insert into matching_day_pair (round_id, entry_id, seat_id, score, held, why, state) "
        "select %s, e.id, s.id, 1, false, '{}', 'proposed' from matching_day_entry e, matching_day_seat s"
    )
    round_id = owner.execute(crowd).fetchone()[0]
    with pytest.raises(psycopg.errors.CheckViolation):
        owner.execute(pairs, (round_id,))
    owner.execute("drop trigger matching_day_pair_fits on matching_day_pair")
    assert owner.execute(pairs, (round_id,)).rowcount == 3  # the twin


def test_a_round_that_is_out_of_date_is_not_published(app):
    market = makers.make_market(3, 2)
    day_id = makers.make_scored(market)
    round_id = makers.solve(market, day_id)
    with transaction():
        operations.set_slots(makers.seats_of(day_id)[0].id, 2, by=market.officer)
    with pytest.raises(Refused, match="다시 배정한 뒤"), transaction():
        operations.publish_round(round_id, by=market.officer)
    assert queries.get_day(day_id).state == DayState.SOLVED
    makers.publish(market, makers.solve(market, day_id))
    assert sum(pair.state == PairState.PROPOSED for pair in makers.pairs_of(day_id)) == 3


def test_rankings_decide_a_stable_day(app):
    market = makers.make_market(needs=2, suppliers=2)
    day_id = makers.make_ranking(market)
    entries, seats = makers.entries_of(day_id), makers.seats_of(day_id)
    for entry, wanted in zip(entries, reversed(seats), strict=True):
        with transaction():
            by = market.buyer_of(entry)
            operations.rank(MatchingDayEntry, entry.id, [wanted.organisation_id], by=by)
    with pytest.raises(Refused, match="지금 상태"), transaction():
        operations.ask_for_round(day_id, Keep.NONE, by=market.officer)
    with transaction():
        operations.close_rankings(day_id, by=market.officer)
    makers.solve(market, day_id)
    assert [pair.seat_id for pair in makers.pairs_of(day_id)] == [seat.id for seat in reversed(seats)]
    assert all(pair.wish == 1 for pair in makers.pairs_of(day_id))


def test_rankings_close_by_themselves_and_late_ones_are_refused(app, clock_at):
    market = makers.make_market(1, 1)
    day_id = makers.make_ranking(market)
    entry, seat = makers.entries_of(day_id)[0], makers.seats_of(day_id)[0]
    clock_at(days=4)
    with pytest.raises(Refused, match="순위를 받지 않습니다"), transaction():
        operations.rank(MatchingDayEntry, entry.id, [seat.organisation_id], by=market.buyers[0])
    session.rollback()
    assert jobs.close_rankings() == 1
    assert queries.get_day(day_id).state == DayState.RANKED


def test_a_ranking_of_strangers_or_by_strangers_is_refused(app):
    market = makers.make_market(2, 1)
    day_id = makers.make_ranking(market)
    entry, seat = makers.entries_of(day_id)[0], makers.seats_of(day_id)[0]
    ours, theirs = market.buyer_of(entry), next(each for each in market.buyers if each != market.buyer_of(entry))
    for ranked in ([999_999], [seat.organisation_id, seat.organisation_id]):
        with pytest.raises(Refused), transaction():
            operations.rank(MatchingDayEntry, entry.id, ranked, by=ours)
    with pytest.raises(NotYours), transaction():
        operations.rank(MatchingDayEntry, entry.id, [seat.organisation_id], by=theirs)
    assert queries.last_ranking(entry) == []


def test_rankings_are_only_for_stable_days(app):
    market = makers.make_market(1, 1)
    day_id = makers.make_scored(market, method=DayMethod.OPTIMAL)
    with pytest.raises(Refused, match="양쪽 순위"), transaction():
        operations.open_rankings(day_id, clock.today() + timedelta(days=1), by=market.officer)
