"""Pages: the live split, kept input, who may open what, hostile input, and how many statements a list costs."""

from datetime import timedelta

import pytest

from marketplace.accounts.models import MemberRole
from marketplace.core import clock, jobs
from marketplace.core.db import session
from marketplace.grants import queries
from marketplace.grants.models import Application
from marketplace.notices.documents import letter_of
from marketplace.notices.models import Notice
from marketplace.papers.documents import html_of
from marketplace.papers.models import Paper
from tests import factories
from tests.grants import makers


def test_the_split_is_computed_while_typing(scene, as_):
    sme = as_(scene.sme)
    path = f"/calls/{scene.call_id}/split"
    page = sme.get(f"{path}?kind=AI_PROCESSING&total=96,000,000&in_kind=16,400,000").text
    assert "<html" not in page
    for amount in ("70,000,000원", "9,600,000원", "16,400,000원", "7,960,000원"):
        assert amount in page
    refused = sme.get(f"{path}?kind=AI_PROCESSING&total=40000000&in_kind=7000000").text
    assert "상한 6,000,000원" in refused
    assert "DV-2020 v1 ratio.small" in refused
    assert "여기에 계산됩니다" in sme.get(f"{path}?kind=AI_PROCESSING&total=abc").text
    assert as_(scene.officer).get(path).status_code == 403


def test_the_button_without_scripts_computes_and_saves_nothing(scene, as_):
    answer = as_(scene.sme).send(
        f"/calls/{scene.call_id}/apply",
        {"title": "과제", "kind": "PURCHASE", "total": "20,000,000", "do": "calculate"},
    )
    assert answer.status_code == 200
    assert "15,000,000원" in answer.text
    assert "20,000,000" in answer.text
    assert session.query(Application).count() == 0


def test_a_refused_application_keeps_what_was_typed(scene, as_):
    sme = as_(scene.sme)
    form = {"title": "남아 있을 제목", "plan": "남아 있을 내용", "kind": "PURCHASE", "total": "1000", "in_kind": "2000"}
    answer = sme.send(f"/calls/{scene.call_id}/apply", form)
    assert answer.status_code == 422
    for words in ("남아 있을 제목", "남아 있을 내용", "현물 부담은 과제 총액을 넘을 수 없습니다"):
        assert words in answer.text
    assert session.query(Application).count() == 0


def test_a_double_click_makes_one_application(scene, as_):
    sme = as_(scene.sme)
    form = {"title": "과제", "kind": "PURCHASE", "once": "the-same-token"}
    assert sme.send(f"/calls/{scene.call_id}/apply", form).status_code == 303
    assert sme.send(f"/calls/{scene.call_id}/apply", form).status_code == 422
    assert session.query(Application).count() == 1
    assert sme.get(f"/calls/{scene.call_id}/apply").status_code == 303


def test_a_late_submission_is_refused_on_the_page_with_the_rule(scene, as_, clock_at):
    application_id = scene.apply(submit=False)
    clock_at(queries.get_call(scene.call_id).closes_at + timedelta(seconds=1))
    answer = as_(scene.sme).send(
        f"/applications/{application_id}/submit",
        {"submit-seen_sha256": "0" * 64, "submit-tax": "clear", "submit-declaration": "y"},
    )
    assert answer.status_code == 422
    assert "마감되어 신청서를 받을 수 없습니다" in answer.text
    assert "closes_at" in answer.text


def test_the_declarations_are_needed(scene, as_):
    application_id = scene.apply(submit=False)
    answer = as_(scene.sme).send(f"/applications/{application_id}/submit", {"submit-tax": "clear"})
    assert answer.status_code == 422
    assert makers.state_of(Application, application_id) == "draft"


def test_a_draft_is_the_firms_own_and_a_submitted_one_is_the_agencys_too(scene, as_):
    application_id = scene.apply(submit=False)
    path = f"/applications/{application_id}"
    assert as_(scene.officer).get(path).status_code == 404
    assert as_(scene.sme).get(f"{path}/receipt").status_code == 404
    makers.submit_application(application_id, by=scene.sme)
    for viewer in (scene.officer, factories.make_auditor(), factories.make_settler()):
        assert as_(viewer).get(path).status_code == 200
        assert as_(viewer).get(f"{path}/receipt").status_code == 200
    for viewer in (factories.make_sme(), scene.supplier):
        assert as_(viewer).get(path).status_code == 404
        assert as_(viewer).send(f"{path}/withdraw").status_code == 404


def test_each_route_asks_for_its_right(scene, as_, client):
    application_id = scene.apply()
    member = factories.make_person(organisation_id=scene.sme.organisation_id, role=MemberRole.MEMBER)
    one = f"/applications/{application_id}"
    call = f"/calls/{scene.call_id}"
    officer_only = [
        ("POST", f"{one}/award"),
        ("POST", f"{one}/reject"),
        ("POST", f"{one}/agreement"),
        ("GET", f"/programmes/{scene.programme_id}/calls/new"),
        ("POST", f"/programmes/{scene.programme_id}/calls/new"),
        ("GET", "/calls/new"),
        ("GET", f"{call}/edit"),
        ("POST", f"{call}/edit"),
        ("POST", f"{call}/publish"),
        ("POST", f"{call}/close"),
    ]
    for viewer in (scene.sme, factories.make_auditor(), factories.make_settler(), factories.make_administrator()):
        browser = as_(viewer)
        for method, path in officer_only:
            answer = browser.get(path) if method == "GET" else browser.send(path)
            assert answer.status_code == 403, (method, path, viewer.roles)
    assert as_(member).send(f"{one}/withdraw").status_code == 403
    assert as_(scene.officer).get(f"{call}/apply").status_code == 403
    assert as_(scene.supplier).get("/applications").status_code == 403
    for path in ("/calls", call):
        assert client.get(path).status_code == 200
    for path in ("/applications", one, "/agreements", f"{call}/apply"):
        answer = client.get(path)
        assert answer.status_code in (302, 303, 401)


@pytest.mark.parametrize(
    "path",
    [
        "/calls/9223372036854775808",
        "/calls/0",
        "/calls?page=-1&state=%00",
        "/calls?page=999999999999",
        "/applications?call=99999999999999999999&state=x&kind=%00&q=%00'%22",
        "/applications?call=-1",
        "/applications?q=%25_%5C",
        "/agreements?state=%00&page=x",
        "/applications/9223372036854775807",
        "/agreements/1/sign",
    ],
)
def test_no_address_breaks_a_page(scene, as_, path):
    assert as_(scene.officer).get(path).status_code in (200, 404, 405)


HOSTILE = ["\0", "9" * 400, "１２３", " ", "0001-01-01T00:00", "9999-12-31"]


def test_no_input_breaks_a_form(scene, as_):
    """Each box in turn holds each of these, and the others something that is refused or only computed."""
    sme, officer = as_(scene.sme), as_(scene.officer)
    closed = makers.make_call(scene.programme_id, officer=scene.officer)
    award = makers.make_application(closed, sme=factories.make_sme(), supplier=scene.supplier)
    makers.pass_deadline(closed)
    forms = [
        (
            sme,
            f"/calls/{scene.call_id}/apply",
            {
                "title": "과제",
                "plan": "내용",
                "kind": "PURCHASE",
                "supplier_id": "",
                "total": "1",
                "in_kind": "0",
                "do": "calculate",
            },
        ),
        (
            officer,
            f"/programmes/{scene.programme_id}/calls/new",
            {
                "title": "공고",
                "title_en": "",
                "body": "내용",
                "kinds": "PURCHASE",
                "budget": "1",
                "opens_at": "2026-01-01T00:00",
                "closes_at": "2025-01-01T00:00",
                "performs_until": "2026-01-01",
            },
        ),
        (officer, f"/applications/{award}/award", {"award-total": "90,000,000", "award-in_kind": "0"}),
        (
            officer,
            f"/applications/{award}/agreement",
            {"agreement-once": "x", "agreement-starts_on": "2026-01-01", "agreement-ends_on": "2025-01-01"},
        ),
    ]
    for browser, path, right in forms:
        for name in right.keys() - {"do", "agreement-once"}:
            for value in HOSTILE:
                assert browser.send(path, right | {name: value}).status_code in (200, 422), (path, name, value)
    for value in HOSTILE:
        assert officer.send(f"/applications/{award}/reject", {"reject-reason": value[:1] + "\0"}).status_code == 422
    assert makers.state_of(Application, award) == "eligible"


def test_lists_cost_the_same_however_long_they_are(app, scene, as_, statements):
    officer = as_(scene.officer)
    scene.apply()
    officer.get("/applications")
    counts = []
    for _ in range(2):
        for _more in range(3):
            scene.apply(sme=factories.make_sme())
        statements.clear()
        assert officer.get(f"/applications?call={scene.call_id}").status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 16


def test_tasks_cost_at_most_three_statements_and_name_their_day(scene, statements):
    draft_sme = factories.make_sme()
    scene.apply(sme=draft_sme, submit=False)
    referred = factories.make_sme()
    scene.apply(sme=referred, tax_clear=None)
    agreement_id = makers.make_agreement(scene_award(scene), officer=scene.officer)
    makers.make_call(scene.programme_id, officer=scene.officer, publish=False)
    session.rollback()

    def tasks(viewer):
        statements.clear()
        found = queries.waiting_for(viewer)
        assert len(statements) <= 3
        return [(task.title, task.due_on) for task in found]

    number = queries.get_agreement(agreement_id).number
    assert tasks(referred) == [("전담기관이 자격을 확인하고 있습니다: 공정 이미지 불량 판독", None)]
    assert tasks(scene.supplier) == [(f"협약서에 서명하세요: {number}", clock.today())]
    titles = [title for title, _due in tasks(scene.officer)]
    assert f"협약서에 서명하세요: {number}" in titles
    assert "자격을 판단하세요: 1건" in titles
    assert any(title.startswith("공고를 게시하세요") for title in titles)
    makers.sign(agreement_id, scene.supplier)
    assert tasks(scene.supplier) == []


def scene_award(scene):
    """An eligible application in a call of its own, so that the scene's call stays open."""
    other = makers.make_call(scene.programme_id, officer=scene.officer)
    return makers.make_application(other, sme=scene.sme, supplier=scene.supplier)


def test_a_draft_is_a_task_with_the_deadline_as_its_day(scene):
    scene.apply(submit=False)
    (task,) = queries.waiting_for(scene.sme)
    assert task.due_on == queries.get_call(scene.call_id).closes_at.astimezone(clock.SEOUL).date()
    assert task.endpoint == "grants.application"


def test_every_mail_of_this_room_has_words_in_both_languages(app, scene):
    scene.apply(sme=factories.make_sme(), tax_clear=None)
    scene.apply(sme=factories.make_sme(), tax_clear=False)
    withdrawn = factories.make_sme()
    first = scene.apply(sme=withdrawn)
    with makers.transaction():
        makers.operations.withdraw_application(first, reason="그만둡니다", by=withdrawn)
    rejected = scene.apply(sme=factories.make_sme())
    agreement_id = makers.make_agreement(
        scene.apply(), officer=scene.officer, signers=(scene.sme, scene.supplier, scene.officer)
    )
    with makers.transaction():
        makers.operations.reject_application(rejected, reason="예산 부족", by=scene.officer)
        makers.operations.terminate_agreement(agreement_id, reason="자부담 미입금", by=scene.officer)
    own = ("call_", "application_", "agreement_")
    kinds = {}
    for notice in session.query(Notice):
        if notice.kind.startswith(own):
            for locale in ("ko", "en"):
                with app.test_request_context():
                    letter = letter_of(notice, name="김하늘", url="http://127.0.0.1/x", locale=locale)
                assert letter.subject != notice.kind
                assert "http://127.0.0.1/x" in letter.body
                kinds.setdefault(notice.kind, []).append(letter.subject)
    assert len(kinds) == 12
    assert all(words[0] != words[1] for words in kinds.values())


def test_the_papers_show_what_was_decided(app, scene):
    makers.make_agreement(scene.apply(), officer=scene.officer, signers=(scene.sme, scene.supplier, scene.officer))
    jobs.run_all(app, "grants.papers")
    papers = {paper.kind: paper for paper in session.query(Paper)}
    with app.test_request_context():
        letter, agreement = html_of(papers["award_letter"]), html_of(papers["agreement"])
        record = html_of(papers["agreement_record"])
    assert papers["agreement"].number in record and "시연(확인 없음)" in record
    assert "30,000,000원" in letter
    assert papers["award_letter"].readers == [scene.sme.organisation_id]
    assert "제1조" in agreement
    assert papers["agreement"].facts["content_sha256"] in agreement
    assert papers["agreement"].readers == sorted([scene.sme.organisation_id, scene.supplier.organisation_id])
