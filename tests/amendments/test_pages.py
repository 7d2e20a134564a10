"""A supplier is changed over HTTP: asked, previewed, allowed, signed by both after showing again who they are."""

import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.amendments.models import ChangeEvidence, ChangeKind, ChangeSignature
from marketplace.core import clock, jobs
from marketplace.core.db import session
from marketplace.core.storage import storage
from marketplace.grants import queries as grants
from marketplace.papers import sealing
from marketplace.papers.documents import html_of
from marketplace.papers.models import Paper, PaperSeal
from tests import factories
from tests.amendments import makers
from tests.grants import makers as cases


@pytest.fixture
def case(app):
    return makers.make_case()


def hidden(text, name):
    return re.search(rf'name="{name}" value="([0-9a-f]{{64}})"', text).group(1)


def signed(browser, path):
    """Show who one is, read the page, sign what it names."""
    assert "본인 확인하기" in browser.get(path).text
    assert browser.send(f"{path}/sign", {"sign-seen_paper": "0" * 64, "sign-agree": "y"}).status_code == 422
    assert browser.send("/account/step-up/demo", {"next": path}).location == path
    page = browser.get(path).text
    wrong = browser.send(f"{path}/sign", {"sign-seen_paper": "0" * 64, "sign-agree": "y"})
    assert (wrong.status_code, "보신 PDF와" in wrong.text) == (422, True)
    seen = {"sign-seen_paper": hidden(page, "sign-seen_paper"), "sign-agree": "y"}
    answer = browser.send(f"{path}/sign", seen)
    assert answer.status_code == 303, answer.text
    return answer


def test_a_supplier_change_from_the_question_to_both_signatures(app, as_, case):
    makers.place_order(case, 4)
    other = cases.make_designated_supplier(case.programme_id, officer=case.officer)
    sme, officer, newcomer = as_(case.sme), as_(case.second), as_(other)
    begin = f"/changes/agreements/{case.agreement_id}"
    assert "공급기업 변경" in sme.get(begin).text
    form = sme.get(f"{begin}/supplier").text
    assert "새 공급기업" in form
    data = {
        "reason_code": "supplier_fault",
        "reason": "인력이 모두 퇴사했습니다.",
        "supplier_id": str(other.organisation_id),
        "offered": "18,000,001",
    }
    dear = sme.send(f"{begin}/supplier", data)
    assert (dear.status_code, "총액보다 높습니다" in dear.text, "인력이 모두" in dear.text) == (422, True, True)
    data |= {"offered": "17,000,000", "files": (io.BytesIO(b"proof"), "증빙.pdf")}
    asked = sme.send(f"{begin}/supplier", data, content_type="multipart/form-data")
    assert asked.status_code == 303, asked.text
    path = asked.location
    assert newcomer.get(path).status_code == 404  # not their business before it is allowed
    page = officer.get(path).text
    for words in ("취소되는 발주", "10,500,000원", "13,500,000원", "17,000,000원", "증빙.pdf"):
        assert words in page, words
    proof = session.scalars(select(ChangeEvidence)).one()
    assert officer.get(f"{path}/evidence/{proof.id}").data == b"proof"
    assert as_(case.officer).send(f"{path}/sign").status_code == 403
    assert sme.send(f"{path}/approve", {"approve-seen_sha256": "0" * 64}).status_code == 403
    stale = officer.send(f"{path}/approve", {"approve-seen_sha256": "0" * 64})
    assert (stale.status_code, "미리보기와 다릅니다" in stale.text) == (422, True)
    allowed = officer.send(f"{path}/approve", {"approve-seen_sha256": hidden(page, "approve-seen_sha256")})
    assert allowed.status_code == 303, allowed.text
    assert "서명할 PDF를 만드는 중입니다" in newcomer.get(path).text
    jobs.run_all(app, "papers.render")
    signed(newcomer, path)
    assert case.pots == (10_500_000, 3_000_000, 4_900_000, 1_400_000, 0)
    signed(sme, path)
    assert case.pots == (13_500_000, 0, 6_300_000, 0, 0)
    assert grants.get_agreement(case.agreement_id).supplier_id == other.organisation_id
    assert "반영 완료" in sme.get(path).text
    assert {each.factor for each in session.scalars(select(ChangeSignature))} == {"demo"}
    jobs.run_all(app, "papers.seal", "papers.render", "papers.seal")
    paper = session.scalars(select(Paper).where(Paper.kind == "amendment")).one()
    seal = session.scalars(select(PaperSeal).where(PaperSeal.paper_id == paper.id)).one()
    copy = storage().read(seal.sha256)
    assert sealing.checked(copy).good and copy.startswith(storage().read(paper.sha256))
    assert newcomer.get(f"/agreements/{case.agreement_id}").status_code == 200


def test_every_form_can_be_read_and_asks_for_what_is_missing(app, as_, case):
    makers.place_order(case, 4)
    for kind in ChangeKind:
        browser = as_(case.officer if kind == ChangeKind.TERMINATION else case.sme)
        path = f"/changes/agreements/{case.agreement_id}/{kind.value}"
        assert browser.get(path).status_code == 200
        answer = browser.send(path, {"reason_code": "business_need"})
        assert answer.status_code == 422, kind
    assert not makers.requests()
    assert as_(case.sme).get(f"/changes/agreements/{case.agreement_id}/nonsense").status_code == 404
    assert as_(case.sme).get(f"/changes/agreements/{case.agreement_id}/termination").status_code == 403
    for viewer in (factories.make_sme(), factories.make_supplier()):
        assert as_(viewer).get(f"/changes/agreements/{case.agreement_id}").status_code == 404


def test_refusing_objecting_and_taking_back_over_http(app, as_, case):
    sme, officer = as_(case.sme), as_(case.second)
    data = {"reason_code": "business_need", "reason": "필요합니다.", "title": "새 과제", "plan": "새로 한다."}
    path = sme.send(f"/changes/agreements/{case.agreement_id}/scope", data).location
    assert officer.send(f"{path}/refuse", {"refuse-reason": ""}).status_code == 422
    assert officer.send(f"{path}/refuse", {"refuse-reason": "범위를 벗어납니다"}).status_code == 303
    assert "범위를 벗어납니다" in sme.get(path).text
    assert as_(case.supplier).send(f"{path}/object", {"object-objection": "x"}).status_code == 403
    assert sme.send(f"{path}/object", {"object-objection": "범위 안입니다"}).status_code == 303
    assert "불허" in as_(case.officer).get(path).text
    assert officer.send(f"{path}/approve", {"approve-seen_sha256": "0" * 64}).status_code == 403
    third = as_(factories.make_officer())
    assert third.send(f"{path}/refuse", {"refuse-reason": "그래도 아닙니다"}).status_code == 303
    assert sme.send(f"{path}/object", {"object-objection": "또"}).status_code == 422
    later = (clock.today() + timedelta(days=150)).isoformat()
    period = {"reason_code": "business_need", "reason": "늦어집니다.", "ends_on": later}
    path = sme.send(f"/changes/agreements/{case.agreement_id}/period", period).location
    assert sme.send(f"{path}/withdraw").status_code == 303
    assert "철회" in sme.get("/changes?state=withdrawn").text
    assert officer.get("/changes?format=csv").text.count("CR-") == 2
    assert as_(factories.make_auditor()).send(f"{path}/withdraw").status_code == 403


def test_the_amendment_on_paper_shows_before_and_after(app, case):
    request_id = makers.ask(case, "amount")
    makers.approve(case, request_id)
    paper = session.scalars(select(Paper).where(Paper.kind == "amendment")).one()
    with app.test_request_context():
        page = html_of(paper)
    for words in ("사업비 변경", "13,500,000원", "12,000,000원", paper.facts["plan_sha256"]):
        assert words in page
