"""The way of a listing to the public and back."""

import psycopg
import pytest
from sqlalchemy import select

from marketplace.accounts.models import MemberRole, Membership
from marketplace.catalogue import operations, queries
from marketplace.catalogue.models import Listing, ListingState, ListingVersion
from marketplace.catalogue.operations import reviewing
from marketplace.core.db import session, transaction
from marketplace.core.errors import NotYours, Refused
from marketplace.evidence.models import Event
from marketplace.notices.models import Notice
from marketplace.search import queries as search
from tests import factories
from tests.catalogue import makers
from tests.suppliers.makers import make_designated_supplier, make_programme_row


def state_of(listing_id):
    session.rollback()
    return session.get(Listing, listing_id).state


def found(words="유동인구"):
    """What has these very words; what only means something alike does not count here."""
    hits = search.search(words, "listing").page.items
    return [hit.ref for hit in hits if "".join(each.asked for each in hit.matched if each.asked == each.by) == words]


def test_submitted_reviewed_and_found(app, as_, client):
    supplier, officer = make_designated_supplier(make_programme_row()), factories.make_officer()
    listing_id = makers.make_draft(supplier)
    assert as_(supplier).send(f"/catalogue/{listing_id}/submit").status_code == 303
    assert found() == []
    assert [task.values for task in queries.waiting_for(officer)] == [{"listing_id": listing_id}]
    assert "상권별 유동 인구" in as_(officer).get("/catalogue/reviews").text
    response = as_(officer).send(f"/catalogue/{listing_id}/publish", {"number": "1", "comment": "확인했습니다."})
    assert response.status_code == 303
    assert state_of(listing_id) == ListingState.PUBLISHED
    assert found() == [listing_id]
    version = queries.find_published_version(listing_id)
    assert version.reviewed_by == officer.person_id
    text = client.get(f"/catalogue/{listing_id}").text
    for words in (
        "1,250,000원",
        "125,000원",
        "1,375,000원",
        "지정 공급기업",
        "상업적 이용",
        "개인정보 없음",
        "수락 뒤 7일",
        "열 정의",
    ):
        assert words in text
    kinds = session.scalars(select(Notice.kind).where(Notice.kind.like("listing_%")).order_by(Notice.id)).all()
    assert kinds == ["listing_submitted", "listing_published"]
    actions = session.scalars(select(Event.action).where(Event.subject == f"listing:{listing_id}").order_by(Event.id))
    assert list(actions) == ["listing:drafted", "listing:submitted", "listing:published"]


def test_returned_with_a_comment_it_waits_for_its_firm(app, as_):
    supplier, officer = factories.make_supplier(), factories.make_officer()
    listing_id = makers.make_submitted(supplier)
    browser = as_(officer)
    refused = browser.send(f"/catalogue/{listing_id}/return", {"number": "1", "comment": " "})
    assert refused.status_code == 422
    assert "무엇을 고쳐야 하는지" in refused.text
    assert state_of(listing_id) == ListingState.REVIEW
    assert (
        browser.send(f"/catalogue/{listing_id}/return", {"number": "1", "comment": "표본을 붙이세요"}).status_code
        == 303
    )
    assert state_of(listing_id) == ListingState.DRAFT
    assert "표본을 붙이세요" in as_(supplier).get(f"/catalogue/{listing_id}").text
    assert [task.values for task in queries.waiting_for(supplier)] == [{"listing_id": listing_id}]
    with transaction():
        operations.submit_for_review(listing_id, by=supplier)
    assert queries.waiting_for(supplier) == []


def test_a_new_version_is_reviewed_while_the_old_one_is_public(app, as_):
    supplier, officer = factories.make_supplier(), factories.make_officer()
    listing_id, _first = makers.make_listing(supplier, officer)
    with transaction():
        operations.revise_listing(listing_id, makers.content(title="새 이름 교통량 자료"), since=1, by=supplier)
        operations.submit_for_review(listing_id, by=supplier)
    assert state_of(listing_id) == ListingState.PUBLISHED
    assert (found("교통량"), found("유동인구")) == ([], [listing_id])
    with transaction():
        operations.return_listing(listing_id, 2, "이름이 너무 넓습니다", by=officer)
    assert (state_of(listing_id), found("유동인구")) == (ListingState.PUBLISHED, [listing_id])
    with transaction():
        operations.submit_for_review(listing_id, by=supplier)
        operations.publish_listing(listing_id, 2, by=officer)
    assert (found("교통량"), found("월간집계")) == ([listing_id], [])
    assert [
        each.number for each in queries.versions_seen_by(factories.make_sme(), session.get(Listing, listing_id))
    ] == [2, 1]


def test_an_officer_publishes_only_what_they_have_read(app, as_):
    supplier, officer = factories.make_supplier(), factories.make_officer()
    listing_id = makers.make_submitted(supplier)
    with transaction():
        operations.revise_listing(listing_id, makers.content(unit_price_minor=1), since=1, by=supplier)
    assert state_of(listing_id) == ListingState.DRAFT
    response = as_(officer).send(f"/catalogue/{listing_id}/publish", {"number": "1"})
    assert response.status_code == 422
    assert "그사이 바뀌었을 수" in response.text
    assert state_of(listing_id) == ListingState.DRAFT


def test_asking_twice_or_for_nothing_new_is_refused(app):
    supplier = factories.make_supplier()
    listing_id = makers.make_submitted(supplier)
    with pytest.raises(Refused, match="이미 검토를 기다리고"), transaction():
        operations.submit_for_review(listing_id, by=supplier)
    published, _version = makers.make_listing(supplier, factories.make_officer())
    with pytest.raises(Refused, match="게시된 내용과 같습니다"), transaction():
        operations.submit_for_review(published, by=supplier)


def test_taken_down_it_is_neither_found_nor_seen(app, as_, client):
    supplier, officer = factories.make_supplier(), factories.make_officer()
    listing_id, version_id = makers.make_listing(supplier, officer)
    assert as_(supplier).send(f"/catalogue/{listing_id}/withdraw").status_code == 303
    assert (state_of(listing_id), found()) == (ListingState.WITHDRAWN, [])
    assert client.get(f"/catalogue/{listing_id}").status_code == 404
    assert queries.find_published_version(listing_id) is None
    assert queries.get_version(version_id).unit_price_minor == 1_250_000
    with transaction():
        operations.submit_for_review(listing_id, by=supplier)
        operations.publish_listing(listing_id, 1, by=officer)
    assert found() == [listing_id]


def test_an_officer_takes_down_with_a_reason_that_the_firm_is_told(app, as_):
    supplier, officer = factories.make_supplier(), factories.make_officer()
    listing_id, _version = makers.make_listing(supplier, officer)
    browser = as_(officer)
    assert browser.send(f"/catalogue/{listing_id}/withdraw").status_code == 422
    assert state_of(listing_id) == ListingState.PUBLISHED
    assert browser.send(f"/catalogue/{listing_id}/withdraw", {"reason": "권리 침해 신고"}).status_code == 303
    notice = session.scalars(select(Notice).where(Notice.kind == "listing_withdrawn")).one()
    assert (notice.organisation_id, notice.facts["comment"]) == (supplier.organisation_id, "권리 침해 신고")


def test_only_programme_officers_review(app, as_):
    supplier = factories.make_supplier()
    listing_id = makers.make_submitted(supplier)
    people = [supplier, factories.make_settler(), factories.make_auditor(), factories.make_administrator()]
    for person in people:
        assert as_(person).send(f"/catalogue/{listing_id}/publish", {"number": "1"}).status_code == 403
        assert as_(person).send(f"/catalogue/{listing_id}/return", {"number": "1", "comment": "x"}).status_code == 403
    assert as_(factories.make_sme()).send(f"/catalogue/{listing_id}/publish", {"number": "1"}).status_code == 404
    assert state_of(listing_id) == ListingState.REVIEW


def officer_who_belongs_to(supplier):
    officer = factories.make_officer()
    with transaction():
        session.add(
            Membership(person_id=officer.person_id, organisation_id=supplier.organisation_id, role=MemberRole.MEMBER)
        )
    return officer


def test_nobody_reviews_their_own_firm_even_when_acting_for_nobody(app):
    supplier = factories.make_supplier()
    listing_id, officer = makers.make_submitted(supplier), officer_who_belongs_to(supplier)
    with pytest.raises(NotYours, match="자기가 속하지 않은"), transaction():
        operations.publish_listing(listing_id, 1, by=officer)
    assert state_of(listing_id) == ListingState.REVIEW


def test_without_that_guard_they_could(app, monkeypatch):
    supplier = factories.make_supplier()
    listing_id, officer = makers.make_submitted(supplier), officer_who_belongs_to(supplier)
    monkeypatch.setattr(reviewing, "is_member", lambda viewer, organisation_id: False)
    with transaction():
        operations.publish_listing(listing_id, 1, by=officer)
    assert state_of(listing_id) == ListingState.PUBLISHED


CHANGES = [
    "update listing_version set unit_price_minor = 1",
    "update listing_version set title = 'x', reviewed_by = null",
    "delete from listing_version",
    "truncate listing_version cascade",
]


@pytest.mark.parametrize("change", CHANGES)
def test_the_database_itself_refuses_to_change_a_version(app, owner, change):
    makers.make_draft(factories.make_supplier())
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match=r"not changed|append-only"):
        owner.execute(change)
    assert owner.execute("select unit_price_minor from listing_version").fetchall() == [(1_250_000,)]


@pytest.mark.parametrize("change", CHANGES[:3])
def test_without_the_trigger_it_would(app, owner, change):
    makers.make_draft(factories.make_supplier())
    owner.execute("drop trigger listing_version_is_frozen on listing_version")
    owner.execute(change)
    assert owner.execute("select unit_price_minor, title from listing_version").fetchall() != [
        (1_250_000, makers.content().title)
    ]


def test_the_program_has_not_even_the_right(app):
    makers.make_draft(factories.make_supplier())
    with pytest.raises(Exception, match="permission denied"), transaction():
        session.scalars(select(ListingVersion)).one().unit_price_minor = 1
