"""Until the deadline nobody but its supplier reads a quote: not on a page, by a query, in a CSV, an event or a mail."""

from datetime import timedelta

import psycopg
import pytest
from sqlalchemy import select

from marketplace.core import clock
from marketplace.core.db import session, transaction
from marketplace.core.errors import Missing, Refused
from marketplace.evidence.models import Event
from marketplace.matching import operations, queries
from marketplace.matching.jobs import open_quotes
from marketplace.matching.models import Need, NeedState, Quote, QuoteState
from marketplace.notices.models import Notice
from tests import factories
from tests.matching import makers
from tests.suppliers.makers import make_designated_supplier, make_programme_row

SECRETS = ("13,579,000", "13579000", "1131583", "1,131,583", "아무도 모를 제공 내용")


@pytest.fixture
def market(app):
    programme_id = make_programme_row()
    sme = factories.make_sme()
    one, two = (make_designated_supplier(programme_id, name=name) for name in ("푸른산분석", "들녘정보"))
    need_id = makers.make_need(sme)
    quote_id = makers.make_quote(need_id, one, description=SECRETS[-1] + " 전부", unit_price_minor=1_131_583)
    return {"sme": sme, "one": one, "two": two, "need": need_id, "quote": quote_id}


def tells(text):
    return [secret for secret in (*SECRETS, "푸른산분석") if secret in text]


def pages(market):
    need, quote = f"/matching/needs/{market['need']}", f"/matching/quotes/{market['quote']}"
    return [need, f"{need}/compare", f"{need}/match", quote, "/matching", "/notices", "/"]


def test_nobody_reads_a_sealed_quote_on_any_page(market, as_):
    readers = (market["sme"], market["two"], factories.make_officer(), factories.make_auditor())
    for person in readers:
        for path in pages(market):
            answer = as_(person).get(path)
            assert answer.status_code in (200, 303, 403, 404), path
            assert [each for each in tells(answer.text) if each in SECRETS] == [], (path, person.name)
        assert as_(person).get(f"/matching/quotes/{market['quote']}").status_code == 404
    own = as_(market["one"]).get(f"/matching/quotes/{market['quote']}").text
    assert "1,131,583원" in own
    assert "봉인된 견적입니다" in own
    assert tells(as_(market["sme"]).get(f"/matching/needs/{market['need']}").text) == []


def test_nor_in_raw_rows_or_their_csv(market, as_):
    auditor = as_(factories.make_auditor())
    for name in ("quote", "quote_line", "need", "shortlist", "event", "notice"):
        for path in (f"/audit/lists/{name}", f"/audit/lists/{name}?format=csv"):
            answer = auditor.get(path)
            assert answer.status_code == 200
            assert [each for each in tells(answer.text) if each in SECRETS] == [], path


def test_nor_by_a_query(market):
    need = session.get(Need, market["need"])
    for person in (market["sme"], market["two"], factories.make_officer(), factories.make_auditor()):
        assert queries.quotes_seen_by(person, need) == []
        assert queries.find_quote_seen_by(person, market["quote"]) is None
    (sealed,) = queries.sealed_quotes(need)
    assert vars(sealed) == {"sent_at": sealed.sent_at, "content_sha256": sealed.content_sha256}
    assert queries.find_quote_seen_by(market["one"], market["quote"])[0].id == market["quote"]


def test_nor_in_an_event_or_a_notice_which_name_the_hash(market):
    session.rollback()
    events = session.scalars(select(Event).order_by(Event.id)).all()
    for each in [*events, *session.scalars(select(Notice))]:
        words = f"{each.facts} {getattr(each, 'changes', '')}"
        assert [each for each in tells(words) if each in SECRETS] == []
    for each in session.scalars(select(Notice).where(Notice.kind == "quote_sealed")):
        assert tells(f"{each.facts}") == []
    sent = next(each for each in events if each.action == "quote:sent")
    assert sent.facts == {"content_sha256": session.get(Quote, market["quote"]).content_sha256}


def test_a_sealed_quote_is_replaced_and_withdrawn_without_a_word(market, as_):
    seller = as_(market["one"])
    form = seller.get(f"/matching/needs/{market['need']}/quote").text
    assert "1,131,583" in form
    assert "견적 고쳐 내기" in form
    typed = {
        "description": SECRETS[-1] + " 다시",
        "lines-0-description": "자료",
        "lines-0-quantity": "1",
        "lines-0-unit_label": "세트",
        "lines-0-unit_price_minor": "13,579,000",
        "lead_days": "5",
        "valid_until": (clock.today() + timedelta(days=30)).isoformat(),
        "no_subcontract": "y",
        "replaces": str(market["quote"]),
    }
    assert seller.send(f"/matching/needs/{market['need']}/quote", typed).status_code == 303
    first, second = session.scalars(select(Quote).order_by(Quote.id)).all()
    assert (first.state, second.state) == (QuoteState.WITHDRAWN, QuoteState.SENT)
    session.rollback()
    test_nor_in_an_event_or_a_notice_which_name_the_hash({**market, "quote": first.id})
    assert seller.send(f"/matching/quotes/{second.id}/withdraw").status_code == 303
    assert queries.sealed_quotes(session.get(Need, market["need"])) == []
    kinds = session.scalars(select(Notice.kind).where(Notice.kind.like("quote%"))).all()
    assert set(kinds) == {"quote_sealed"}


def test_nobody_chooses_under_seal(market):
    with pytest.raises(Refused, match="마감 전에는 아무도"), transaction():
        operations.accept_quote(market["quote"], reason=makers.WHY, by=market["sme"])
    with pytest.raises(Refused, match="마감이 지난 뒤에"), transaction():
        operations.open_quotes(market["need"])
    assert open_quotes() == 0


def test_all_are_opened_at_one_moment_and_say_what_their_hash_was_made_of(market, clock_at):
    other = makers.make_quote(market["need"], market["two"])
    makers.pass_deadline(market["need"], clock_at)
    need = session.get(Need, market["need"])
    quotes = [session.get(Quote, each) for each in (market["quote"], other)]
    assert {quote.opened_at for quote in quotes} == {need.opened_at}
    assert need.state == NeedState.OPENED
    rows = queries.quotes_seen_by(market["sme"], need)
    assert all(operations.is_intact(row.quote, list(row.lines)) for row in rows)
    opened = session.scalars(select(Event).where(Event.action == "need:opened")).one()
    assert opened.facts == {"quotes": [market["quote"], other], "broken": []}
    assert open_quotes() == 0


def test_what_somebody_changed_behind_the_seal_is_seen(market, clock_at, superuser):
    superuser.execute("alter table quote_line disable trigger all")
    superuser.execute("update quote_line set unit_price_minor = 1, supply_minor = quantity")
    superuser.execute("alter table quote_line enable trigger all")
    makers.pass_deadline(market["need"], clock_at)
    (row,) = queries.quotes_seen_by(market["sme"], session.get(Need, market["need"]))
    assert not operations.is_intact(row.quote, list(row.lines))
    opened = session.scalars(select(Event).where(Event.action == "need:opened")).one()
    assert opened.facts["broken"] == [market["quote"]]


def test_without_any_quote_it_was_unsuccessful(market, clock_at):
    need_id = makers.make_need(market["sme"])
    makers.pass_deadline(need_id, clock_at)
    assert session.get(Need, need_id).state == NeedState.UNSUCCESSFUL
    assert "need_unanswered" in session.scalars(select(Notice.kind)).all()


def test_a_late_quote_is_refused_and_a_sent_one_binds(market, as_, clock_at):
    clock_at(session.get(Need, market["need"]).quotes_until)
    late = makers.offer()
    with pytest.raises(Refused, match="견적 마감이 지났습니다"), transaction():
        operations.send_quote(market["need"], late, by=market["two"])
    with pytest.raises(Refused, match="철회할 수 없습니다"), transaction():
        operations.withdraw_quote(market["quote"], by=market["one"])
    assert "견적 내기" not in as_(market["two"]).get(f"/matching/needs/{market['need']}").text


def test_the_database_refuses_a_late_quote_by_its_own_clock(market, clock_at, monkeypatch):
    clock_at(session.get(Need, market["need"]).quotes_until)
    monkeypatch.setattr("marketplace.matching.operations.quotes._check_right", lambda need, by: None)
    late = makers.offer()
    with pytest.raises(Refused, match="견적 마감이 지났습니다"), transaction():
        operations.send_quote(market["need"], late, by=market["two"])


def test_without_its_trigger_a_late_quote_would_be_taken(market, clock_at, monkeypatch, superuser):
    superuser.execute("alter table quote disable trigger quote_is_sealed")
    test = test_the_database_refuses_a_late_quote_by_its_own_clock
    with pytest.raises(pytest.fail.Exception, match="DID NOT RAISE"):
        test(market, clock_at, monkeypatch)


def test_the_sums_cannot_be_written_before_the_deadline_nor_a_quote_be_changed(market, owner, app):
    with pytest.raises(psycopg.errors.CheckViolation):
        owner.execute("update quote set supply_minor = 1, vat_minor = 0, opened_at = app_now()")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        owner.execute("update quote_line set unit_price_minor = 1")
    with (
        psycopg.connect(app.extensions["home"].database_url) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute("update quote set lead_days = 1")


def test_a_quote_of_another_need_is_no_way_around(market):
    with pytest.raises(Missing), transaction():
        operations.withdraw_quote(2**40, by=market["one"])
