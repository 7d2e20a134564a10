"""Searches that people keep, and what they are told."""

import re
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from marketplace.catalogue import jobs, operations, queries
from marketplace.catalogue.models import SavedSearch, SavedSearchHit, SavedState
from marketplace.catalogue.operations import wishing
from marketplace.catalogue.queries import wishes
from marketplace.catalogue.views import saving
from marketplace.core.db import session, transaction
from marketplace.core.errors import NotYours, Refused
from marketplace.notices.documents import letter_of
from marketplace.notices.jobs import send_mail
from marketplace.notices.models import Notice
from tests import factories
from tests.catalogue import makers


@pytest.fixture
def people(app):
    return {"buyer": factories.make_sme(), "supplier": factories.make_supplier(), "officer": factories.make_officer()}


def save(person, **chosen):
    with transaction():
        return operations.save_search("", chosen or {"q": "강수량 관측"}, by=person).id


def publish(people, title="강수량 관측 월간", **facts):
    return makers.make_listing(people["supplier"], people["officer"], title=title, **facts)[0]


def told():
    session.rollback()
    found = session.scalars(select(Notice).where(Notice.kind == "saved_search_found").order_by(Notice.id))
    return [(notice.person_id, [each["id"] for each in notice.facts["found"]]) for notice in found]


def a_day_later(clock_at):
    clock_at(hours=24, minutes=5)
    return jobs.tell_saved_searches()


def test_a_person_hears_once_of_what_is_new_and_of_what_has_changed(people, clock_at):
    old = publish(people, "강수량 관측 예전 것")
    clock_at(minutes=1)
    save(people["buyer"])
    clock_at(minutes=1)
    new, other = publish(people), publish(people, "용접 결함 사진")
    assert jobs.tell_saved_searches() == 0  # not before a day has passed
    assert a_day_later(clock_at) == 1
    assert told() == [(people["buyer"].person_id, [new])]
    assert (jobs.tell_saved_searches(), len(told())) == (0, 1)
    assert (a_day_later(clock_at), len(told())) == (1, 1)
    with transaction():
        operations.revise_listing(old, makers.content(title="강수량 관측 고친 것"), since=1, by=people["supplier"])
        operations.submit_for_review(old, by=people["supplier"])
        operations.publish_listing(old, 2, by=people["officer"])
    a_day_later(clock_at)
    assert told()[1:] == [(people["buyer"].person_id, [old])] and other not in told()[0][1]


def test_the_filters_count_too(people, clock_at):
    save(people["buyer"], q="강수량", price="free")
    clock_at(minutes=1)
    publish(people)
    free = publish(people, "강수량 관측 무료", price=0)
    a_day_later(clock_at)
    assert told() == [(people["buyer"].person_id, [free])]


def test_what_was_taken_down_is_not_told(people, clock_at, monkeypatch):
    search_id = save(people["buyer"])
    clock_at(minutes=1)
    gone, kept = publish(people), publish(people, "강수량 관측 남은 것")
    # The index may still have it, so what it says is looked up again under the lock.
    session.rollback()
    found = queries.having(*queries.wanted_by(queries.find_search(search_id)))
    assert set(found) == {gone, kept}
    with transaction():
        operations.withdraw_listing(gone, by=people["supplier"])
    monkeypatch.setattr(queries, "having", lambda words, filters: found)
    a_day_later(clock_at)
    assert told() == [(people["buyer"].person_id, [kept])]


def test_without_looking_again_it_would_be_told(people, clock_at, monkeypatch):
    """The twin: what the index said is taken for true."""
    save(people["buyer"])
    clock_at(minutes=1)
    gone = publish(people)
    with transaction():
        operations.withdraw_listing(gone, by=people["supplier"])
    monkeypatch.setattr(queries, "having", lambda words, filters: [gone])
    monkeypatch.setattr(wishing, "fresh_among", lambda saved, ids: [wishes.Fresh(each, 1, "x") for each in ids])
    a_day_later(clock_at)
    assert told() == [(people["buyer"].person_id, [gone])]


def test_two_runs_at_once_tell_once(people, clock_at):
    search_id = save(people["buyer"])
    clock_at(minutes=1)
    new = publish(people)
    clock_at(hours=25)
    for _run in range(2):
        with transaction():
            operations.tell_fresh(search_id, [new], home="")
    assert told() == [(people["buyer"].person_id, [new])]
    assert session.scalar(select(func.count()).select_from(SavedSearchHit)) == 1


def test_a_paused_search_is_silent_and_goes_on_from_now(people, clock_at):
    search_id = save(people["buyer"])
    with transaction():
        operations.pause_search(search_id, by=people["buyer"])
    clock_at(minutes=1)
    publish(people)
    assert (a_day_later(clock_at), told()) == (0, [])
    with transaction():
        operations.resume_search(search_id, by=people["buyer"])
    a_day_later(clock_at)
    assert told() == []
    later = publish(people, "강수량 관측 나중 것")
    a_day_later(clock_at)
    assert told() == [(people["buyer"].person_id, [later])]


def test_twenty_are_enough_and_an_empty_one_is_none(people):
    with pytest.raises(Refused, match="먼저 찾아보세요"):
        save(people["buyer"], sort="newest")
    for number in range(20):
        save(people["buyer"], q=f"말 {number}")
    with pytest.raises(Refused, match="20개까지"):
        save(people["buyer"], q="스물한째")
    assert session.scalar(select(func.count()).select_from(SavedSearch)) == 20
    save(people["supplier"], q="남의 것은 세지 않는다")


def test_saved_renamed_paused_and_deleted_over_the_web(as_, people):
    browser = as_(people["buyer"])
    assert "검색 저장하기" in browser.get("/catalogue?q=강수량&price=paid").text
    assert "검색 저장하기" not in browser.get("/catalogue").text
    typed = {"name": "비 자료", "q": "강수량", "price": "paid", "sort": "newest", "evil": "x"}
    assert browser.send("/catalogue/searches", typed).status_code == 303
    saved = session.scalars(select(SavedSearch)).one()
    assert (saved.name, saved.chosen) == ("비 자료", {"q": "강수량", "price": "paid"})
    path = f"/catalogue/searches/{saved.id}"
    page = browser.get("/catalogue/searches").text
    assert "비 자료" in page and "알림 받는 중" in page and re.search(r"/catalogue\?[^\"]*price=paid", page)
    assert browser.send(f"{path}/name", {"name": "장마"}).status_code == 303
    assert browser.send(f"{path}/name", {"name": " "}).status_code == 422
    assert browser.send(f"{path}/pause").status_code == 303
    assert "알림 멈춤" in (page := browser.get("/catalogue/searches").text) and "장마" in page
    assert browser.send(f"{path}/pause").status_code == 303  # a second press changes nothing
    assert browser.send(f"{path}/resume").status_code == 303
    assert browser.send(f"{path}/delete").status_code == 303
    assert browser.send(f"{path}/delete").status_code == 404
    assert "저장한 검색이 없습니다" in browser.get("/catalogue/searches").text


def test_nobody_sees_or_changes_anothers(as_, client, people, monkeypatch):
    search_id = save(people["buyer"])
    for person in (people["supplier"], people["officer"], factories.make_administrator()):
        browser = as_(person)
        assert "강수량" not in browser.get("/catalogue/searches").text
        for deed in ("name", "pause", "resume", "delete"):
            assert browser.send(f"/catalogue/searches/{search_id}/{deed}", {"name": "x"}).status_code == 404
        with pytest.raises(NotYours), transaction():
            operations.delete_search(search_id, by=person)
    assert client.get("/catalogue/searches").status_code == 302
    assert session.scalars(select(SavedSearch.state)).all() == [SavedState.ACTIVE]
    monkeypatch.setattr(wishing, "_own", lambda search_id, by: session.get(SavedSearch, search_id))
    with transaction():  # the twin
        operations.delete_search(search_id, by=people["supplier"])
    assert session.scalars(select(SavedSearch)).all() == []


def test_the_letter_names_what_is_new_and_ends_with_a_link_that_ends_it(app, client, people, clock_at, monkeypatch):
    search_id = save(people["buyer"])
    clock_at(minutes=1)
    new = publish(people)
    a_day_later(clock_at)
    notice = session.scalars(select(Notice).where(Notice.kind == "saved_search_found")).one()
    for locale, words in (("ko", "강수량 관측 월간"), ("en", "Stop these alerts")):
        letter = letter_of(notice, name="김한빛", url="", locale=locale)
        assert words in letter.body and f"http://127.0.0.1:8000/catalogue/{new}" in letter.body
    path = re.search(r"8000(/catalogue/searches/\d+/stop/\w+)", letter.body)[1]
    assert path not in str(notice.facts) and path.rsplit("/", 1)[1] not in str(notice.facts)
    assert "더 알리지 않을까요" in client.get(path).text
    session.rollback()
    assert session.get(SavedSearch, search_id).state == SavedState.ACTIVE  # looking changes nothing
    # a mail program ends them with one click (RFC 8058): no session, no token of ours
    sent = []
    monkeypatch.setattr("smtplib.SMTP.__init__", lambda self, *args, **named: None)
    monkeypatch.setattr("smtplib.SMTP.__exit__", lambda self, *args: None)
    monkeypatch.setattr("smtplib.SMTP.send_message", lambda self, message: sent.append(message))
    settings = replace(app.config["MARKETPLACE"], smtp_url="smtp://127.0.0.1:25")
    monkeypatch.setitem(app.config, "MARKETPLACE", settings)
    session.rollback()
    send_mail()
    (letter,) = (each for each in sent if each["List-Unsubscribe"])
    assert letter["List-Unsubscribe"] == f"<{settings.public_url}{path}>"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert len(sent) > 1  # what else was sent has no such head
    for _time in range(2):
        assert "더 보내지 않습니다" in client.post(path, data={"List-Unsubscribe": "One-Click"}).text
    session.rollback()
    assert session.get(SavedSearch, search_id).state == SavedState.PAUSED


def test_another_key_ends_nothing(client, people, monkeypatch):
    first, second = save(people["buyer"]), save(people["supplier"])
    for key in ("x" * 32, saving.stop_path(second).rsplit("/", 1)[1], "가"):
        path = f"/catalogue/searches/{first}/stop/{key}"
        assert (client.get(path).status_code, client.send(path).status_code) == (404, 404)
    assert set(session.scalars(select(SavedSearch.state))) == {SavedState.ACTIVE}
    monkeypatch.setattr(saving, "compare_digest", lambda one, other: True)
    assert client.send(f"/catalogue/searches/{first}/stop/x").status_code == 200  # the twin
    session.rollback()
    assert session.get(SavedSearch, first).state == SavedState.PAUSED
