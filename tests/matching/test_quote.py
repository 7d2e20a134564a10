"""Suppliers answer with prices, and the firm chooses."""

from datetime import timedelta
from fractions import Fraction

import pytest
from sqlalchemy import func, select

from marketplace.accounts.models import Bar, Relation
from marketplace.core import clock
from marketplace.core.db import session, transaction
from marketplace.core.errors import Missing, NotYours, Refused
from marketplace.matching import operations, queries
from marketplace.matching.models import Need, NeedState, Quote, QuoteState, Shortlist, TaxKind
from marketplace.matching.operations import quotes as quoting
from marketplace.matching.rules.evidence import recompute
from marketplace.matching.rules.quotes import sha256_of
from marketplace.notices.models import Notice
from marketplace.suppliers.operations import suspend
from marketplace.suppliers.queries import find_designation_of
from tests import factories
from tests.catalogue.makers import make_listing
from tests.matching import makers
from tests.suppliers.makers import make_designated_supplier, make_programme_row

TYPED = {
    "description": "12개 지점 반경 300m 집계 CSV",
    "lines-0-description": "시간대별 유동 인구",
    "lines-0-quantity": "12",
    "lines-0-unit_label": "개월",
    "lines-0-unit_price_minor": "1,200,000",
    "lead_days": "14",
    "valid_until": "2099-01-01",
    "no_subcontract": "y",
}


@pytest.fixture
def market(app):
    programme_id = make_programme_row()
    return {
        "programme": programme_id,
        "sme": factories.make_sme(),
        "one": make_designated_supplier(programme_id, name="푸른산분석"),
        "two": make_designated_supplier(programme_id, name="들녘정보"),
    }


def quotes():
    session.rollback()
    return session.scalar(select(func.count()).select_from(Quote))


def state_of(quote_id):
    session.rollback()
    return session.get(Quote, quote_id).state


def soon():
    return (clock.today() + timedelta(days=20)).isoformat()


def test_quotes_stand_side_by_side_and_one_is_chosen(market, as_, clock_at):
    need_id = makers.make_need(market["sme"])
    page = as_(market["one"]).get(f"/matching/needs/{need_id}/quote")
    assert page.status_code == 200
    sent = as_(market["one"]).send(f"/matching/needs/{need_id}/quote", {**TYPED, "valid_until": soon()})
    assert sent.status_code == 303
    other = makers.make_quote(need_id, market["two"], unit_price_minor=980_000)
    first = session.scalars(select(Quote).order_by(Quote.id)).first().id
    makers.pass_deadline(need_id, clock_at)
    buyer = as_(market["sme"])
    for path in (f"/matching/needs/{need_id}", f"/matching/needs/{need_id}/compare"):
        text = buyer.get(path).text
        for words in ("푸른산분석", "들녘정보", "14,400,000원", "11,760,000원", "1,440,000원"):
            assert words in text
        assert text.index("들녘정보") < text.index("푸른산분석")
    assert [task.values for task in queries.waiting_for(market["sme"])] == [{"need_id": need_id}]
    silent = buyer.send(f"/matching/quotes/{first}/accept")
    assert silent.status_code == 422
    assert "고른 까닭을 적으세요" in silent.text
    assert buyer.send(f"/matching/quotes/{first}/accept", {"reason": makers.WHY}).status_code == 303
    assert (state_of(first), state_of(other)) == (QuoteState.ACCEPTED, QuoteState.DECLINED)
    need = session.get(Need, need_id)
    assert (need.state, need.reason) == (NeedState.CHOSEN, makers.WHY)
    accepted = queries.get_accepted_quote(first)
    assert (accepted.buyer_id, accepted.supplier_id) == (market["sme"].organisation_id, market["one"].organisation_id)
    assert (accepted.supply_minor, accepted.title) == (14_400_000, "매장 앞 유동 인구 자료")
    kinds = session.scalars(select(Notice.kind).where(Notice.kind.like("quote%")).order_by(Notice.id)).all()
    assert kinds == ["quote_sealed", "quote_sealed", "quotes_opened", "quote_accepted", "quote_declined"]
    told = session.scalars(select(Notice).where(Notice.kind == "quote_declined")).one()
    assert told.facts["reason"] == makers.WHY
    assert makers.WHY in as_(market["two"]).get(f"/matching/quotes/{other}").text
    assert queries.waiting_for(market["sme"]) == []


def test_a_supplier_never_sees_another_suppliers_price(market, as_, clock_at):
    need_id = makers.make_need(market["sme"])
    quote_id = makers.make_quote(need_id, market["one"])
    for _moment in ("sealed", "opened"):
        text = as_(market["two"]).get(f"/matching/needs/{need_id}").text
        assert "14,400,000" not in text
        assert "푸른산분석" not in text
        assert as_(market["two"]).get(f"/matching/quotes/{quote_id}").status_code == 404
        assert as_(factories.make_sme()).get(f"/matching/quotes/{quote_id}").status_code == 404
        makers.pass_deadline(need_id, clock_at)
    for person in (market["one"], market["sme"], factories.make_officer(), factories.make_auditor()):
        assert as_(person).get(f"/matching/quotes/{quote_id}").status_code == 200


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"no_subcontract": ""}, "재위탁 금지에 서약해야"),
        ({"lines-0-quantity": "0"}, "1 이상"),
        ({"lines-0-quantity": "9" * 30}, "1 이상"),
        ({"lines-0-quantity": ""}, "수량을 입력하세요"),
        ({"lines-0-quantity": "열"}, "정수"),
        ({"lines-0-unit_label": ""}, "단위를 적으세요"),
        ({"lines-0-unit_price_minor": ""}, "단가를 입력하세요"),
        ({"lines-0-unit_price_minor": "0"}, "이상"),
        ({"lines-0-unit_price_minor": "900000000000000", "lines-0-quantity": "100000000"}, "금액이 너무 큽니다"),
        ({name: "" for name in TYPED if name.startswith("lines")}, "품목을 한 줄 이상"),
        ({"sample_url": "javascript:alert(1)"}, "https://로 시작하는"),
        ({"rights": "everything"}, "everything"),
        ({"valid_until": "2001-01-01"}, "오늘이거나 그 뒤"),
        ({"valid_until": "2999-01-01"}, "1년을 넘을 수"),
        ({"valid_until": ""}, "날짜를 입력하세요"),
        ({"lead_days": ""}, "납기를 입력하세요"),
        ({"description": "\0" * 12}, "제어 문자"),
    ],
)
def test_a_mistake_is_told_and_nothing_is_sent(market, as_, changes, words):
    need_id = makers.make_need(market["sme"])
    typed = {**TYPED, "valid_until": soon(), **changes}
    response = as_(market["one"]).send(f"/matching/needs/{need_id}/quote", typed)
    assert response.status_code == 422
    assert words in response.text
    assert quotes() == 0


def test_a_second_quote_waits_until_the_first_is_withdrawn(market, as_):
    need_id = makers.make_need(market["sme"])
    first = makers.make_quote(need_id, market["one"])
    response = as_(market["one"]).send(f"/matching/needs/{need_id}/quote", {**TYPED, "valid_until": soon()})
    assert response.status_code == 422
    assert "이미 낸 견적이 있습니다" in response.text
    assert quotes() == 1
    assert as_(market["two"]).send(f"/matching/quotes/{first}/withdraw").status_code == 404
    assert as_(market["sme"]).send(f"/matching/quotes/{first}/withdraw").status_code == 404
    assert as_(market["one"]).send(f"/matching/quotes/{first}/withdraw").status_code == 303
    assert state_of(first) == QuoteState.WITHDRAWN
    makers.make_quote(need_id, market["one"])
    assert quotes() == 2


def test_an_undesignated_supplier_may_not_quote(market, as_):
    need_id, stranger = makers.make_need(market["sme"]), factories.make_supplier()
    offer = makers.offer()
    assert as_(stranger).send(f"/matching/needs/{need_id}/quote", TYPED).status_code == 404
    with pytest.raises(NotYours, match="지정 공급기업만"), transaction():
        operations.send_quote(need_id, offer, by=stranger)
    assert quotes() == 0


def test_without_that_guard_it_could(market, monkeypatch):
    need_id, stranger = makers.make_need(market["sme"]), factories.make_supplier()
    monkeypatch.setattr("marketplace.matching.operations.quotes.is_designated_anywhere", lambda organisation_id: True)
    makers.make_quote(need_id, stranger)
    assert quotes() == 1


def test_a_suspended_supplier_neither_quotes_nor_is_chosen(market, clock_at):
    _need, quote_id = makers.make_opened_quote(market["sme"], market["one"], clock_at)
    need_id, officer = makers.make_need(market["sme"]), factories.make_officer()
    designation = find_designation_of(market["one"].organisation_id, market["programme"])
    with transaction():
        suspend(designation.id, "점검", by=officer)
    offer = makers.offer()
    with pytest.raises(Refused, match="지금 지정된 공급기업이 아니어서"), transaction():
        operations.accept_quote(quote_id, reason=makers.WHY, by=market["sme"])
    with pytest.raises(NotYours), transaction():
        operations.send_quote(need_id, offer, by=market["one"])
    assert state_of(quote_id) == QuoteState.SENT


def test_related_and_barred_firms_do_not_quote(market):
    need_id = makers.make_need(market["sme"])
    with transaction():
        session.add(
            Relation(
                from_id=market["sme"].organisation_id,
                to_id=market["one"].organisation_id,
                kind="equity",
                source="신고",
                from_on=clock.today(),
            )
        )
        session.add(Bar(organisation_id=market["two"].organisation_id, reason="환수금", from_on=clock.today()))
    for supplier, words in ((market["one"], "특수관계"), (market["two"], "참여가 제한된")):
        with pytest.raises(Refused, match=words):
            makers.make_quote(need_id, supplier)
    assert quotes() == 0


def test_a_closed_need_takes_no_quote(market, as_):
    need_id = makers.make_need(market["sme"])
    makers.make_quote(need_id, market["one"])
    with transaction():
        operations.close_need(need_id, reason="다른 길을 찾았습니다.", by=market["sme"])
    offer = makers.offer()
    with pytest.raises(Refused, match="이미 마감된"), transaction():
        operations.send_quote(need_id, offer, by=market["two"])
    assert as_(market["one"]).get(f"/matching/needs/{need_id}/quote").status_code == 403


def test_a_firm_asked_alone_is_the_only_one_to_quote(market):
    listing_id, _version = make_listing(market["one"], factories.make_officer())
    need_id = makers.make_need(market["sme"], listing_id=listing_id)
    offer = makers.offer()
    with pytest.raises(NotYours, match="우리 기업에 온"), transaction():
        operations.send_quote(need_id, offer, by=market["two"])
    makers.make_quote(need_id, market["one"])


def test_after_its_last_day_a_quote_cannot_be_accepted(market, as_, clock_at):
    last = clock.today() + timedelta(days=9)
    need_id, quote_id = makers.make_opened_quote(market["sme"], market["one"], clock_at, valid_until=last)
    assert not queries.quotes_seen_by(market["sme"], session.get(Need, need_id))[0].expired
    clock_at(days=3)
    response = as_(market["sme"]).send(f"/matching/quotes/{quote_id}/accept", {"reason": makers.WHY})
    assert response.status_code == 422
    assert "유효기간이 지난 견적입니다" in response.text
    assert state_of(quote_id) == QuoteState.SENT
    assert "유효기간이 지나 채택할 수 없습니다" in as_(market["sme"]).get(f"/matching/quotes/{quote_id}").text
    assert queries.waiting_for(market["sme"]) == []


def test_declining_one_leaves_the_others(market, as_, clock_at):
    need_id = makers.make_need(market["sme"])
    quote_id, other = makers.make_quote(need_id, market["one"]), makers.make_quote(need_id, market["two"])
    makers.pass_deadline(need_id, clock_at)
    said = {"reason": "항목이 모자랍니다."}
    assert as_(market["sme"]).send(f"/matching/quotes/{quote_id}/decline", said).status_code == 303
    assert (state_of(quote_id), state_of(other)) == (QuoteState.DECLINED, QuoteState.SENT)
    assert session.get(Need, need_id).state == NeedState.OPENED


def test_what_is_decided_is_decided(market, as_, clock_at):
    _need, quote_id = makers.make_opened_quote(market["sme"], market["one"], clock_at)
    makers.accept(quote_id, market["sme"])
    for verb in ("accept", "decline"):
        response = as_(market["sme"]).send(f"/matching/quotes/{quote_id}/{verb}", {"reason": makers.WHY})
        assert response.status_code == 422
        assert "이미 처리된 견적입니다(채택)" in response.text
    assert as_(market["one"]).send(f"/matching/quotes/{quote_id}/withdraw").status_code == 422
    assert state_of(quote_id) == QuoteState.ACCEPTED


def test_only_the_buyer_chooses(market, as_, clock_at):
    _need, quote_id = makers.make_opened_quote(market["sme"], market["one"], clock_at)
    people = (market["one"], factories.make_officer(), factories.make_auditor())
    for person in people:
        assert as_(person).send(f"/matching/quotes/{quote_id}/accept").status_code == 403
        with pytest.raises(NotYours), transaction():
            operations.accept_quote(quote_id, reason=makers.WHY, by=person)
    with pytest.raises(Missing), transaction():
        operations.accept_quote(999, reason=makers.WHY, by=market["sme"])
    assert state_of(quote_id) == QuoteState.SENT


def test_above_the_amount_one_quote_needs_a_reason_of_its_own(market, as_, clock_at):
    _need, quote_id = makers.make_opened_quote(market["sme"], market["one"], clock_at, unit_price_minor=2_000_000)
    buyer, why = as_(market["sme"]), {"reason": makers.WHY}
    assert "한 건으로 정하는 까닭" in buyer.get(f"/matching/quotes/{quote_id}").text
    response = buyer.send(f"/matching/quotes/{quote_id}/accept", why)
    assert response.status_code == 422
    assert "견적을 두 건 이상 비교해야" in response.text
    assert state_of(quote_id) == QuoteState.SENT
    alone = {**why, "single_source": "이 자료를 가진 기업이 하나뿐입니다."}
    assert buyer.send(f"/matching/quotes/{quote_id}/accept", alone).status_code == 303
    assert session.get(Need, session.get(Quote, quote_id).need_id).single_source == alone["single_source"]


def test_without_that_rule_one_would_be_enough(market, clock_at, monkeypatch):
    monkeypatch.setattr("marketplace.matching.operations.choosing.needs_two", lambda *_: False)
    _need, quote_id = makers.make_opened_quote(market["sme"], market["one"], clock_at, unit_price_minor=2_000_000)
    makers.accept(quote_id, market["sme"])
    assert state_of(quote_id) == QuoteState.ACCEPTED


def test_two_quotes_may_be_compared_above_the_amount(market, clock_at):
    need_id = makers.make_need(market["sme"])
    quote_id = makers.make_quote(need_id, market["one"], unit_price_minor=2_000_000)
    makers.make_quote(need_id, market["two"], unit_price_minor=2_100_000)
    makers.pass_deadline(need_id, clock_at)
    makers.accept(quote_id, market["sme"])
    assert state_of(quote_id) == QuoteState.ACCEPTED


def test_lines_add_up_with_their_tax_and_a_line_more_keeps_what_was_typed(market, as_, clock_at):
    need_id = makers.make_need(market["sme"])
    seller = as_(market["one"])
    more = {"lines-1-description": "설명서", "lines-1-quantity": "3", "lines-1-unit_label": "부"}
    typed = {**TYPED, "valid_until": soon(), **more, "lines-1-unit_price_minor": "33,335", "rights": ["commercial"]}
    page = seller.send(f"/matching/needs/{need_id}/quote", {**typed, "rows": "add"})
    assert page.status_code == 200
    assert 'name="lines-2-description"' in page.text
    assert "33,335" in page.text
    assert quotes() == 0
    blank = {
        "lines-2-description": "",
        "lines-2-quantity": "",
        "lines-2-unit_label": "",
        "lines-2-unit_price_minor": "",
    }
    assert seller.send(f"/matching/needs/{need_id}/quote", {**typed, **blank}).status_code == 303
    makers.pass_deadline(need_id, clock_at)
    (row,) = queries.quotes_seen_by(market["sme"], session.get(Need, need_id))
    assert [line.supply_minor for line in row.lines] == [14_400_000, 100_005]
    assert (row.supply_minor, row.vat_minor) == (14_500_005, 1_440_000 + 10_000)
    assert (row.quote.supply_minor, row.quote.vat_minor) == (row.supply_minor, row.vat_minor)
    assert row.quote.rights == ["commercial"]


def test_each_line_has_its_own_tax_which_the_order_takes_over(market, as_, clock_at, monkeypatch):
    need_id = makers.make_need(market["sme"])
    typed = {**TYPED, "valid_until": soon()}
    for number, (words, price, tax) in enumerate((("간행물", "33,335", "exempt"), ("해외 자료", "100,009", "zero")), 1):
        given = {"description": words, "quantity": "3", "unit_label": "부", "unit_price_minor": price, "tax_kind": tax}
        typed |= {f"lines-{number}-{name}": value for name, value in given.items()}
    path = f"/matching/needs/{need_id}/quote"
    assert "부가가치세 10%가 따로" in as_(market["one"]).get(path).text
    assert as_(market["one"]).send(path, {**typed, "lines-1-tax_kind": "none"}).status_code == 422
    assert as_(market["one"]).send(path, typed).status_code == 303
    monkeypatch.setattr(quoting.queries, "vat_rate_of", lambda organisation_id: Fraction(1, 7))
    other = makers.make_quote(need_id, market["two"], unit_price_minor=10_000_000)
    makers.pass_deadline(need_id, clock_at)
    dear, row = sorted(
        queries.quotes_seen_by(market["sme"], session.get(Need, need_id)), key=lambda one: -one.supply_minor
    )
    assert (dear.quote.id, dear.quote.vat_rate, dear.vat_minor) == (other, "1/7", 120_000_000 // 7)
    assert row.by_tax == {"taxable": 14_400_000, "zero": 300_027, "exempt": 100_005}
    assert (row.vat_minor, row.quote.vat_rate) == (1_440_000, "1/10")
    assert all(operations.is_intact(each.quote, list(each.lines)) for each in (row, dear))
    page = as_(market["sme"]).get(f"/matching/needs/{need_id}/compare").text
    for words in ("그 가운데 면세", "100,005원", "그 가운데 영세율", "300,027원", "1,440,000원"):
        assert words in page, words
    assert "면세 공급가액" in as_(market["sme"]).get(f"/matching/quotes/{row.quote.id}").text
    makers.accept(row.quote.id, market["sme"])
    accepted = queries.get_accepted_quote(row.quote.id)
    assert [line.tax_kind for line in accepted.lines] == [TaxKind.TAXABLE, TaxKind.EXEMPT, TaxKind.ZERO]
    content = session.scalars(select(Shortlist.content).order_by(Shortlist.id.desc()).limit(1)).one()
    again = recompute(content, sha256_of(content))
    assert again.equal, again.different
    assert {each["vat_rate"] for each in content["quotes"]} == {"1/10", "1/7"}


def test_a_firm_asked_alone_answers_unsealed_and_may_answer_again(market, as_):
    listing_id, _version = make_listing(market["one"], factories.make_officer())
    need_id = makers.make_need(market["sme"], listing_id=listing_id)
    quote_id = makers.make_quote(need_id, market["one"])
    assert "14,400,000원" in as_(market["sme"]).get(f"/matching/needs/{need_id}").text
    assert as_(market["sme"]).send(f"/matching/quotes/{quote_id}/decline").status_code == 303
    assert session.get(Need, need_id).state == NeedState.OPEN
    again = makers.make_quote(need_id, market["one"], quantity=10)
    makers.accept(again, market["sme"])
    session.rollback()
    assert session.get(Need, need_id).state == NeedState.CHOSEN


def test_a_form_sent_twice_makes_one_quote(market, as_):
    need_id = makers.make_need(market["sme"])
    browser, data = as_(market["one"]), {**TYPED, "valid_until": soon(), "once": "the-same"}
    assert [browser.send(f"/matching/needs/{need_id}/quote", data).status_code for _ in range(2)] == [303, 422]
    assert quotes() == 1
