"""Offers for a need: ranked, explained, ruled out with reasons, and the firms invited."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from marketplace.accounts.models import Relation
from marketplace.catalogue.models import ListingKind, PersonalData
from marketplace.core import clock
from marketplace.core.db import session, transaction
from marketplace.core.errors import NotYours, Refused
from marketplace.matching import operations, queries
from marketplace.matching.models import Audience, Need, NeedInvitation, NeedState
from marketplace.matching.rules import scoring
from marketplace.notices.models import Notice
from marketplace.suppliers.operations import book_capacity
from tests import factories
from tests.catalogue.makers import make_listing
from tests.matching import makers
from tests.search.counting import statements
from tests.suppliers.makers import make_designated_supplier, make_programme_row


@pytest.fixture
def market(app):
    programme_id, officer = make_programme_row(), factories.make_officer()
    sellers = [make_designated_supplier(programme_id, name=name) for name in ("푸른산분석", "들녘정보")]
    return {"programme": programme_id, "officer": officer, "sme": factories.make_sme(), "sellers": sellers}


def listing(market, number=0, title="매장 앞 유동 인구 집계", **facts):
    values = {"price": 9_000_000, "title": title, **facts}
    return make_listing(market["sellers"][number], market["officer"], **values)[0]


def matched(market, **facts):
    need_id = makers.make_draft(market["sme"], **facts)
    return queries.match_of(market["sme"], session.get(Need, need_id))


def test_what_fits_is_ranked_by_a_sum_that_is_explained(market, as_):
    good, poor = listing(market), listing(market, 1, title="유동 인구 요약", format="PDF", price=1_000)
    need_id = makers.make_draft(market["sme"], topics=("유동 인구",), formats=("CSV",), budget_minor=10_000_000)
    found = queries.match_of(market["sme"], session.get(Need, need_id))
    assert [each.listing_id for each in found.fitting] == [good]
    assert [each.listing_id for each in found.excluded] == [poor]
    best = found.fitting[0]
    assert best.score == sum(best.contributions.values()) == scoring.score(best.features, found.weights)
    assert best.features["text"] == 1
    assert "매장" in {word.asked for word in best.matched}
    page = as_(market["sme"]).get(f"/matching/needs/{need_id}/match").text
    for words in (
        "매장 앞 유동 인구 집계",
        "왜 이 점수인가요",
        "점수를 올리려면",
        "1건은 원하는 형식으로",
        "푸른산분석",
    ):
        assert words in page
    shut = as_(market["sme"]).get(f"/matching/needs/{need_id}/match?gate=format").text
    assert "유동 인구 요약" in shut
    assert "견적 요청하기" in shut


def test_every_gate_of_the_market_shuts(market, as_):
    related, full = market["sellers"]
    with transaction():
        session.add(
            Relation(
                from_id=market["sme"].organisation_id,
                to_id=related.organisation_id,
                kind="equity",
                source="신고",
                from_on=clock.today(),
            )
        )
        booked = {
            "programme_id": market["programme"],
            "organisation_id": full.organisation_id,
            "about": "purchase_order:1",
        }
        book_capacity(**booked, hundredths=3_000, until_on=date(2099, 9, 30), by=full)
    of_related = listing(market)
    work = listing(market, 1, title="매장 앞 유동 인구 가공", kind=ListingKind.GENERAL_PROCESSING)
    data = listing(market, 1, title="매장 앞 유동 인구", personal_data=PersonalData.PSEUDONYMISED, price=30_000_000)
    stranger = factories.make_supplier()
    undesignated = make_listing(stranger, market["officer"], title="매장 앞 유동 인구 표", price=9_000_000)[0]
    found = matched(market)
    shut = {each.listing_id: [closed.gate.name for closed in each.shut] for each in found.excluded}
    assert shut == {
        of_related: ["relation"],
        work: ["capacity"],
        data: ["price", "personal_data"],
        undesignated: ["designation"],
    }
    assert found.fitting == []
    assert sum(count for _gate, count in found.counts) == 4
    page = as_(market["sme"]).get(f"/matching/needs/{session.scalars(select(func.max(Need.id))).one()}/match").text
    assert "1건은 공급기업의 인력이 다 찼고, 2099-10에 자리가 납니다" in page


def test_the_page_takes_as_many_statements_for_many_offers_as_for_few(market, app, as_):
    listing(market)
    need_id = makers.make_draft(market["sme"])
    path, browser = f"/matching/needs/{need_id}/match", as_(market["sme"])
    browser.get(path)
    few = statements(app, lambda: browser.get(path))
    for number in range(6):
        listing(market, number % 2, title=f"매장 앞 유동 인구 {number}")
    browser.get(path)
    assert statements(app, lambda: browser.get(path)) == few
    assert few < 40


def test_only_its_firm_sees_the_ranking(market, as_):
    need_id = makers.make_draft(market["sme"])
    path = f"/matching/needs/{need_id}/match"
    assert as_(market["sme"]).get(path).status_code == 200
    assert as_(factories.make_auditor()).get(path).status_code == 403
    for stranger in (factories.make_sme(), market["sellers"][0]):
        assert as_(stranger).get(path).status_code == 404
        assert as_(stranger).get(f"/matching/needs/{need_id}").status_code == 404


def test_a_need_is_drafted_changed_and_posted_to_those_invited(market, as_):
    offer = listing(market)
    buyer, (invited, other) = as_(market["sme"]), market["sellers"]
    typed = {
        "title": "매장 앞 유동 인구",
        "body": "강남 매장 12곳의 시간대별 자료",
        "then": "match",
        "formats": "csv, xlsx",
    }
    page = buyer.get("/matching/needs/new?q=유동 인구 집계")
    assert "유동 인구 집계" in page.text
    path = buyer.send("/matching/needs/new", {**typed, "purposes": ["product", "ai_training"]}).location
    need = session.scalars(select(Need)).one()
    assert (need.state, need.formats, need.purposes) == (NeedState.DRAFT, ["CSV", "XLSX"], ["product", "ai_training"])
    base = f"/matching/needs/{need.id}"
    assert path == f"{base}/match"
    assert buyer.send(f"{base}/edit", {**typed, "topics": "상권, 유동 인구"}).status_code == 303
    assert "상권, 유동 인구" in buyer.get(f"{base}/edit").text
    none = buyer.send(f"{base}/post", {"audience": "invited", **days()})
    assert none.status_code == 422
    assert "초대할 공급기업을 하나 이상" in none.text
    assert buyer.send(f"{base}/invite", {"listing_id": str(offer)}).status_code == 303
    twice = buyer.send(f"{base}/invite", {"listing_id": str(offer)})
    assert "이미 초대한" in twice.text
    assert buyer.send(f"{base}/post", {"audience": "invited", **days()}).status_code == 303
    session.rollback()
    need = session.scalars(select(Need)).one()
    assert (need.state, need.audience) == (NeedState.OPEN, Audience.INVITED)
    told = session.scalars(select(Notice).where(Notice.kind == "need_posted")).one()
    assert told.organisation_id == invited.organisation_id
    assert [task.values for task in queries.waiting_for(invited)] == [{"need_id": need.id}]
    assert queries.waiting_for(other) == []
    assert as_(invited).get(base).status_code == 200
    assert as_(other).get(base).status_code == 404
    sent = makers.offer()
    with pytest.raises(NotYours, match="우리 기업에 온"), transaction():
        operations.send_quote(need.id, sent, by=other)
    makers.make_quote(need.id, invited)
    assert buyer.send(f"{base}/edit", typed).status_code == 403
    assert session.get(Need, need.id).title == typed["title"]


def days(questions=2, quotes=5):
    today = clock.today()
    return {
        "questions_until": (today + timedelta(days=questions)).isoformat(),
        "quotes_until": (today + timedelta(days=quotes)).isoformat(),
    }


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ((6, 5), "질문 마감은"),
        ((-2, 5), "질문 마감은"),
        ((-3, -2), "견적 마감은 오늘"),
        ((1, 400), "일 안에 마감"),
        ({"quotes_until": ""}, "날짜를 입력하세요"),
        ({"audience": "friends"}, "friends"),
    ],
)
def test_deadlines_that_make_no_sense_are_told(market, as_, changes, words):
    need_id = makers.make_draft(market["sme"])
    changed = days(*changes) if isinstance(changes, tuple) else {**days(), **changes}
    response = as_(market["sme"]).send(f"/matching/needs/{need_id}/post", {"audience": "all", **changed})
    assert response.status_code == 422
    assert words in response.text or words == "friends"
    assert session.get(Need, need_id).state == NeedState.DRAFT


def test_five_are_invited_and_no_more(market):
    need_id = makers.make_draft(market["sme"])
    offers = []
    for number in range(6):
        seller = make_designated_supplier(market["programme"], name=f"공급 {number}")
        offers.append(make_listing(seller, market["officer"])[0])
    with transaction():
        for offer in offers[:5]:
            operations.invite(need_id, offer, by=market["sme"])
    with pytest.raises(Refused, match="5곳까지"), transaction():
        operations.invite(need_id, offers[5], by=market["sme"])
    assert len(session.scalars(select(NeedInvitation)).all()) == 5


def test_without_that_limit_a_sixth_would_be(market, monkeypatch):
    monkeypatch.setattr("marketplace.matching.operations.needs.MOST_INVITED", 6)
    with pytest.raises(pytest.fail.Exception, match="DID NOT RAISE"):
        test_five_are_invited_and_no_more(market)


def test_questions_are_anonymous_and_answers_are_for_all(market, as_, clock_at):
    need_id = makers.make_need(market["sme"])
    asker, other = market["sellers"]
    base, question = f"/matching/needs/{need_id}", "원하는 지점의 주소 목록이 있나요?"
    assert as_(asker).send(f"{base}/questions", {"question": question}).status_code == 303
    assert question not in as_(other).get(base).text
    buyer = as_(market["sme"])
    page = buyer.get(base).text
    assert question in page
    assert "푸른산분석" not in page
    assert "질문에 답하기" in queries.waiting_for(market["sme"])[0].title
    assert as_(other).send("/matching/questions/1/answer", {"answer": "네"}).status_code == 404
    assert as_(asker).send("/matching/questions/1/answer", {"answer": "네"}).status_code == 403
    assert buyer.send("/matching/questions/1/answer", {"answer": "엑셀로 드립니다."}).status_code == 303
    for person in (asker, other, factories.make_auditor()):
        text = as_(person).get(base).text
        assert "엑셀로 드립니다." in text
    again = buyer.send("/matching/questions/1/answer", {"answer": "아니요"})
    assert again.status_code == 422
    told = session.scalars(select(Notice).where(Notice.kind == "question_answered")).one()
    assert told.organisation_id == asker.organisation_id
    notices = session.scalars(select(Notice).where(Notice.kind == "question_asked")).all()
    assert [each.facts for each in notices] == [{"title": "매장 앞 유동 인구 자료"}]
    session.rollback()
    clock_at(session.get(Need, need_id).questions_until)
    late = as_(other).send(f"{base}/questions", {"question": "늦었나요?"})
    assert late.status_code == 422
    assert "질문 마감이 지났습니다" in late.text
