"""Two firms sign what they agreed before they apply."""

import pytest
from sqlalchemy import select

from marketplace.core.db import session, transaction
from marketplace.core.errors import NotYours, Refused
from marketplace.matching import operations, queries
from marketplace.matching.jobs import issue_papers
from marketplace.matching.models import PreAgreement, PreAgreementSignature, PreAgreementState
from marketplace.notices.models import Notice
from marketplace.papers.jobs import render_papers
from marketplace.papers.models import Paper
from tests import factories
from tests.matching import makers
from tests.suppliers.makers import make_designated_supplier, make_programme_row


@pytest.fixture
def deal(app, clock_at):
    sme, supplier = factories.make_sme(), make_designated_supplier(make_programme_row(), name="푸른산분석")
    need_id, quote_id = makers.make_opened_quote(sme, supplier, clock_at)
    makers.accept(quote_id, sme)
    session.rollback()
    return {"sme": sme, "supplier": supplier, "need": need_id, "quote": quote_id}


def drafted(deal):
    with transaction():
        made = operations.draft_pre_agreement(deal["quote"], by=deal["sme"])
        return made.id, made.content_sha256


def state_of(identity):
    session.rollback()
    return session.get(PreAgreement, identity).state


def test_it_is_drawn_from_the_quote_signed_by_both_and_becomes_a_paper(deal, as_):
    buyer, seller = as_(deal["sme"]), as_(deal["supplier"])
    assert "사전협의서 만들기" in buyer.get(f"/matching/quotes/{deal['quote']}").text
    path = buyer.send(f"/matching/quotes/{deal['quote']}/pre-agreement").location
    assert buyer.send(f"/matching/quotes/{deal['quote']}/pre-agreement").status_code == 422
    made = session.scalars(select(PreAgreement)).one()
    identity, seen = made.id, {"seen_sha256": made.content_sha256, "agree": "y"}
    assert path == f"/matching/pre-agreements/{identity}"
    assert {task.endpoint for task in queries.waiting_for(deal["supplier"])} == {"matching.pre_agreement"}
    text = seller.get(path).text
    for words in ("PA-", "14,400,000원", "직접 수행", "서명할 차례입니다"):
        assert words in text
    assert seller.send(f"{path}/sign", {"seen_sha256": made.content_sha256}).status_code == 422
    assert seller.send(f"{path}/sign", seen).status_code == 303
    assert state_of(identity) == PreAgreementState.SIGNING
    assert queries.signed_pre_agreements(deal["sme"].organisation_id) == []
    assert buyer.send(f"{path}/sign", seen).status_code == 303
    assert state_of(identity) == PreAgreementState.SIGNED
    assert issue_papers() == 1
    assert issue_papers() == 0
    paper = session.scalars(select(Paper).where(Paper.kind == "pre_agreement")).one()
    assert sorted(paper.readers) == sorted([deal["sme"].organisation_id, deal["supplier"].organisation_id])
    assert [each["side"] for each in paper.facts["signatures"]] == ["수요기업", "공급기업"]
    assert f"/papers/{paper.id}" in buyer.get(path).text
    assert render_papers() >= 1
    session.rollback()
    assert session.get(Paper, paper.id).bytes > 10_000
    (row,) = queries.signed_pre_agreements(deal["sme"].organisation_id)
    assert (row[0].id, row[2]) == (identity, "푸른산분석")
    kinds = session.scalars(select(Notice.kind).where(Notice.kind.like("pre_agreement%"))).all()
    assert sorted(kinds) == ["pre_agreement_signed"] * 2 + ["pre_agreement_to_sign"] * 2


def test_only_the_two_firms_and_staff_read_it_and_only_signatories_sign(deal, as_):
    identity, digest = drafted(deal)
    path = f"/matching/pre-agreements/{identity}"
    assert as_(factories.make_sme()).get(path).status_code == 404
    for person in (factories.make_auditor(), factories.make_officer()):
        assert as_(person).get(path).status_code == 200
        assert as_(person).send(f"{path}/sign", {"seen_sha256": digest, "agree": "y"}).status_code == 403
        with pytest.raises(NotYours), transaction():
            operations.sign_pre_agreement(identity, seen_sha256=digest, by=person)
    assert session.scalars(select(PreAgreementSignature)).all() == []


def test_other_bytes_than_those_shown_are_not_signed(deal, superuser):
    identity, digest = drafted(deal)
    with pytest.raises(Refused, match="보신 내용과"), transaction():
        operations.sign_pre_agreement(identity, seen_sha256="0" * 64, by=deal["sme"])
    superuser.execute("update pre_agreement set content = jsonb_set(content, '{lead_days}', '1')")
    with pytest.raises(Refused, match="보신 내용과"), transaction():
        operations.sign_pre_agreement(identity, seen_sha256=digest, by=deal["sme"])
    assert state_of(identity) == PreAgreementState.SIGNING


def test_a_side_signs_once_and_either_may_end_it_with_a_reason(deal, as_):
    identity, digest = drafted(deal)
    with transaction():
        operations.sign_pre_agreement(identity, seen_sha256=digest, by=deal["sme"])
    with pytest.raises(Refused, match="이미 서명했습니다"), transaction():
        operations.sign_pre_agreement(identity, seen_sha256=digest, by=deal["sme"])
    path, seller = f"/matching/pre-agreements/{identity}", as_(deal["supplier"])
    assert seller.send(f"{path}/end", {"reason": " "}).status_code == 422
    assert seller.send(f"{path}/end", {"reason": "인력이 모자랍니다."}).status_code == 303
    assert state_of(identity) == PreAgreementState.ENDED
    assert "인력이 모자랍니다." in as_(deal["sme"]).get(path).text
    again, _digest = drafted(deal)
    assert again != identity


def test_only_an_accepted_quote_of_ones_own_need_becomes_one(deal, clock_at):
    with pytest.raises(NotYours), transaction():
        operations.draft_pre_agreement(deal["quote"], by=deal["supplier"])
    _need, waiting = makers.make_opened_quote(deal["sme"], deal["supplier"], clock_at)
    with pytest.raises(Refused, match="채택한 견적으로만"), transaction():
        operations.draft_pre_agreement(waiting, by=deal["sme"])


def test_after_its_last_day_nobody_signs_and_nobody_refers_to_it(deal, clock_at):
    identity, digest = drafted(deal)
    with transaction():
        operations.sign_pre_agreement(identity, seen_sha256=digest, by=deal["sme"])
    clock_at(days=60)
    with pytest.raises(Refused, match="유효기간이 지나"), transaction():
        operations.sign_pre_agreement(identity, seen_sha256=digest, by=deal["supplier"])
    assert queries.signed_pre_agreements(deal["sme"].organisation_id) == []
