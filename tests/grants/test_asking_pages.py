"""The pages of forms: an officer builds one, an applicant's draft saves itself, and no page lets a stranger in."""

import io
from datetime import timedelta

from marketplace.core import clock
from marketplace.core.db import session, transaction
from marketplace.grants import operations, queries
from marketplace.grants.models import Application, ApplicationAnswer, CallInquiry, FirmCertificate
from marketplace.grants.rules import sha256_of
from tests import factories
from tests.grants import forms, makers


def test_an_officer_builds_previews_and_publishes_a_form(scene, as_):
    call_id = makers.make_call(scene.programme_id, officer=scene.officer, publish=False, budget_minor=1_000_000)
    officer, path = as_(scene.officer), f"/calls/{call_id}/form"
    assert "아직 구역이 없습니다" in officer.get(path).text
    assert officer.send(f"{path}/sections", {"title": "추진 계획"}).status_code == 303
    question = {"section": "s1", "kind": "yes_no", "label": "해외 데이터를 쓰나요?", "required": "y"}
    assert officer.send(f"{path}/questions/new", question).status_code == 303
    more = {"section": "s1", "kind": "choice", "label": "어느 나라인가요?", "choices": "핀란드 | Finland\n노르웨이"}
    assert officer.send(f"{path}/questions/new", {**more, "shown_when": "q1=yes"}).status_code == 303
    refused = officer.send(f"{path}/questions/new", {**more, "choices": "하나"})
    assert refused.status_code == 422 and "보기를 2개에서" in refused.text
    assert "하나" in refused.text  # what was typed stays
    assert officer.send(f"{path}/place", {"code": "q1", "do": "remove"}).status_code == 422  # another hangs on it
    changed = {**more, "label": "어느 나라 데이터인가요?", "shown_when": "q1=yes"}
    assert officer.send(f"{path}/questions/q2", changed).status_code == 303
    shown = officer.get(f"/calls/{call_id}/preview").text
    assert "어느 나라 데이터인가요?" in shown and 'data-shown-when="a-q1=yes"' in shown
    assert officer.get(f"{path}/questions/q2").status_code == 200
    assert officer.get(f"{path}/questions/q9").status_code == 404
    assert officer.send(f"/calls/{call_id}/publish").status_code == 303
    assert [question.code for question in queries.form_of(queries.get_call(call_id)).questions()] == ["q1", "q2"]
    assert "어느 나라 데이터인가요?" in as_(scene.sme).get(f"/calls/{call_id}").text


def make_draft(scene):
    call_id = forms.make_asking_call(scene.programme_id, scene.officer, budget_minor=100_000_000)
    return call_id, makers.make_application(call_id, sme=scene.sme, supplier=scene.supplier, submit=False)


def test_a_draft_saves_itself_and_a_second_tab_is_told(scene, as_):
    _call, draft = make_draft(scene)
    sme, path = as_(scene.sme), f"/applications/{draft}/sections/plan"
    assert 'name="v-goal" value="0"' in sme.get(path).text
    auto = {"headers": {"X-Autosave": "1"}}
    answer = sme.send(path, {"a-goal": "첫 목표입니다", "v-goal": "0", "a-staff": "많이", "v-staff": "0"}, **auto)
    assert (answer.status_code, answer.json["versions"]["v-goal"]) == (200, 1)
    assert "숫자로만" in answer.json["errors"]["a-staff"]
    late = as_(scene.sme).send(path, {"a-goal": "다른 창의 목표", "v-goal": "0"}, **auto)
    assert late.status_code == 409 and "덮어쓰지 않았습니다" in late.json["sentence"]
    page = as_(scene.sme).send(path, {"a-goal": "다른 창의 목표", "v-goal": "0"})
    assert page.status_code == 409 and "다른 창의 목표" in page.text
    assert session.query(ApplicationAnswer.value).scalar() == "첫 목표입니다"
    assert sme.send(path, {"a-goal": "고친 목표입니다", "v-goal": "1", "next": "papers"}).status_code == 303
    assert "고친 목표입니다" in sme.get(f"/applications/{draft}/history").text
    assert "고친 목표입니다" in sme.get(f"/applications/{draft}").text


def test_the_project_part_saves_itself_too(scene, as_):
    _call, draft = make_draft(scene)
    sme, path = as_(scene.sme), f"/applications/{draft}/edit"
    said = {"title": "새 이름", "plan": "새 내용", "kind": "AI_PROCESSING", "total": "40,000,000", "version": "0"}
    auto = {"headers": {"X-Autosave": "1"}}
    assert sme.send(path, said, **auto).json["versions"] == {"version": 1}
    late = sme.send(path, {**said, "title": "늦은 이름"}, **auto)
    assert late.status_code == 409 and "덮어쓰지 않았습니다" in late.json["sentence"]
    assert sme.send(path, {**said, "title": ""}, **auto).status_code == 422
    page = sme.send(path, {**said, "title": "늦은 이름"})
    assert page.status_code == 409 and "늦은 이름" in page.text
    session.rollback()
    assert queries.get_application(draft).title == "새 이름"


def upload(data=forms.PDF, name="계획.pdf"):
    return {"file": (io.BytesIO(data), name)}


def test_files_are_what_their_bytes_are(scene, as_):
    _call, draft = make_draft(scene)
    sme, path = as_(scene.sme), f"/applications/{draft}/files/slides"
    for data, name, words in (
        (b"MZ\x90program", "계획.pdf", "PDF, HWPX, XLSX 파일만"),
        (b"", "계획.pdf", "빈 파일입니다"),
        (forms.PDF, "계획.xlsx", "PDF, HWPX, XLSX 파일만"),
        (forms.packed(a=b"b"), "계획.hwpx", "PDF, HWPX, XLSX 파일만"),
    ):
        refused = sme.send(path, upload(data, name))
        assert refused.status_code == 422 and words in refused.text
    plan = forms.hwpx()
    assert sme.send(path, upload(plan, "계획서.hwpx")).status_code == 303
    assert "1개까지 붙일 수" in sme.send(path, upload(forms.xlsx(), "예산.xlsx")).text
    file = queries.files_of(draft)[0]
    got = sme.get(f"/applications/{draft}/files/{file.id}")
    assert (got.status_code, got.data) == (200, plan)
    assert as_(factories.make_sme()).get(f"/applications/{draft}/files/{file.id}").status_code == 404
    assert sme.send(f"/applications/{draft}/files/{file.id}/remove").status_code == 303
    session.rollback()
    assert queries.files_of(draft) == []


def test_signed_replaced_and_the_receipt_says_when_the_paper_comes(scene, as_):
    call_id, _draft = make_draft(scene)
    sme = factories.make_sme()
    draft = forms.make_answered(call_id, sme, scene.supplier)
    seen = sha256_of(queries.content_of(queries.get_application(draft)))
    said = {"submit-seen_sha256": seen, "submit-tax": "clear", "submit-declaration": "y"}
    assert as_(sme).send(f"/applications/{draft}/submit", said).status_code == 303
    receipt = as_(sme).get(f"/applications/{draft}/receipt").text
    assert queries.get_application(draft).receipt_number in receipt and "보통 1분 안에" in receipt
    again = as_(sme).send(f"/applications/{draft}/replace")
    assert again.status_code == 303
    assert "앞서 낸 신청서가 유효합니다" in as_(sme).get(again.location).text
    assert "이어서 쓰기" in as_(sme).get(f"/applications/{draft}").text


def test_questions_are_answered_in_public_and_nobody_learns_who_asked(scene, as_, client):
    call_id, _draft = make_draft(scene)
    path = f"/calls/{call_id}/questions"
    assert as_(scene.sme).send(path, {"body": "현물은 어떻게 셈하나요?"}).status_code == 303
    assert "현물은 어떻게" not in client.get(path).text
    assert "우리 기업의 질문" in as_(scene.sme).get(path).text
    inquiry = session.query(CallInquiry.id).scalar()
    assert as_(scene.sme).send(f"{path}/{inquiry}", {}).status_code == 403
    field = f"answer-{inquiry}-answer"
    assert as_(scene.officer).send(f"{path}/{inquiry}", {field: ""}).status_code == 422
    assert as_(scene.officer).send(f"{path}/{inquiry}", {field: "인건비로 셈합니다."}).status_code == 303
    assert "이미 답한 질문" in as_(scene.officer).send(f"{path}/{inquiry}", {field: "다시"}).text
    shown = client.get(path).text
    assert "인건비로 셈합니다." in shown and scene.sme.organisation_name not in shown


def test_an_amendment_by_the_page(scene, as_):
    call_id, _draft = make_draft(scene)
    call, path = queries.get_call(call_id), f"/calls/{call_id}/amend"
    later = (call.closes_at + timedelta(days=2)).astimezone(clock.SEOUL)
    officer = as_(scene.officer)
    assert officer.get(path).status_code == 200
    said = {"body": "늘어난 접수 기간", "closes_at": f"{later:%Y-%m-%dT%H:%M}", "reason": "연휴"}
    early = {**said, "closes_at": f"{(later - timedelta(days=4)):%Y-%m-%dT%H:%M}"}
    assert "앞당길 수 없습니다" in officer.send(path, early).text
    assert officer.send(path, said).status_code == 303
    page = officer.get(f"/calls/{call_id}").text
    assert "공고 변경 내역" in page and "연휴" in page
    assert as_(scene.sme).send(path, said).status_code == 403


def test_a_fix_is_asked_for_one_section_and_signed_again(scene, as_):
    call_id, _draft = make_draft(scene)
    sme = factories.make_sme()
    draft = forms.make_answered(call_id, sme, scene.supplier)
    makers.submit_application(draft, by=sme)
    before = queries.get_application(draft).content_sha256
    officer, firm, path = as_(scene.officer), as_(sme), f"/applications/{draft}"
    due = f"{clock.today() + timedelta(days=7)}"
    assert officer.send(f"{path}/fix", {"fix-due_on": due}).status_code == 422
    said = {"fix-due_on": due, "fix-section-plan": "목표를 숫자로 적으세요."}
    assert officer.send(f"{path}/fix", said).status_code == 303
    assert "목표를 숫자로 적으세요." in firm.get(path).text
    assert (
        "낸 신청서는 고칠 수 없습니다" in firm.send(f"{path}/sections/papers", {"a-field": "ai", "v-field": "0"}).text
    )
    seen = sha256_of(queries.content_of(queries.get_application(draft)))
    assert "아직 고친 내용이 없습니다" in firm.send(f"{path}/fix/hand-in", {"seen_sha256": seen}).text
    assert firm.send(f"{path}/sections/plan", {"a-goal": "불량률 5 %로", "v-goal": "1"}).status_code == 303
    session.rollback()
    seen = sha256_of(queries.content_of(queries.get_application(draft)))
    assert firm.send(f"{path}/fix/hand-in", {"seen_sha256": seen}).status_code == 303
    session.rollback()
    row = queries.get_application(draft)
    assert row.content_sha256 == seen != before
    assert [each.content_sha256 for each in queries.signatures_of_application(draft)] == [before, seen]
    assert queries.find_open_fix(draft) is None


def test_a_fix_lapses_after_its_day_and_not_on_it(scene, clock_at):
    call_id, _draft = make_draft(scene)
    sme = factories.make_sme()
    draft = forms.make_answered(call_id, sme, scene.supplier)
    makers.submit_application(draft, by=sme)
    due = clock.today() + timedelta(days=2)
    with transaction():
        operations.ask_for_fix(draft, {"plan": "고치세요"}, due_on=due, by=scene.officer)
    clock_at(clock.end_of_day(due) - timedelta(minutes=1))
    assert queries.fixes_to_lapse() == []
    clock_at(clock.end_of_day(due))
    for fix in queries.fixes_to_lapse():
        with transaction():
            operations.lapse_fix(fix)
    assert queries.find_open_fix(draft) is None
    assert makers.state_of(Application, draft) == "submitted"


def test_a_certificate_is_looked_at_once_and_serves_every_application(scene, as_):
    day = clock.today()
    said = {"number": "A-1", "issued_on": f"{day}", "valid_until": f"{day + timedelta(days=90)}"}
    sme = as_(scene.sme)
    for kind in ("national_tax", "local_tax"):
        assert sme.send("/certificates", {**said, "kind": kind, **upload()}).status_code == 303
    assert "이미 있습니다" in sme.send("/certificates", {**said, "kind": "local_tax", **upload()}).text
    past = {**said, "number": "B", "issued_on": "2020-01-01", "valid_until": "2020-02-01", "kind": "size", **upload()}
    assert "유효기간이 지난" in sme.send("/certificates", past).text
    application_id = scene.apply(judge=False, tax_clear=None)
    call = queries.get_call(scene.call_id)
    assert queries.facts_of(queries.get_application(application_id), call).tax_arrears is None
    officer = as_(scene.officer)
    for identity in session.query(FirmCertificate.id).order_by(FirmCertificate.id):
        prefix = f"look-{identity[0]}-"
        assert officer.send(f"/certificates/{identity[0]}", {f"{prefix}good": "no"}).status_code == 422
        assert officer.send(f"/certificates/{identity[0]}", {f"{prefix}good": "yes"}).status_code == 303
        assert sme.get(f"/certificates/{identity[0]}/file").data == forms.PDF
        assert as_(factories.make_sme()).get(f"/certificates/{identity[0]}/file").status_code == 404
    session.rollback()
    assert queries.facts_of(queries.get_application(application_id), call).tax_arrears is False
    assert "확인함" in sme.get("/certificates").text
