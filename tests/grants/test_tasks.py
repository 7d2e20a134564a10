"""What waits for a person: sections to mend, questions without an answer, certificates that run out."""

from datetime import timedelta

from marketplace.core import clock
from marketplace.core.db import transaction
from marketplace.grants import operations, queries
from marketplace.grants.models import CertificateKind
from marketplace.grants.operations import Certificate, Kept
from marketplace.grants.rules import PROJECT


def bring(scene, kind, number, days, *, looked=True):
    today = clock.today()
    said = Certificate(kind=kind, number=number, issued_on=today, valid_until=today + timedelta(days=days))
    with transaction():
        row = operations.bring_certificate(said, Kept(name="a.pdf", kind="pdf", bytes=9, sha256="0" * 64), by=scene.sme)
    if looked:
        with transaction():
            operations.look_at_certificate(row.id, good=True, reason="", by=scene.officer)


def titles(viewer):
    return {task.title: task.due_on for task in queries.waiting_for(viewer)}


def test_a_fix_a_question_and_a_certificate_wait_for_whoever_can_do_something(scene, statements):
    application_id, today = scene.apply(), clock.today()
    with transaction():
        operations.ask_for_fix(
            application_id, {PROJECT: "고치세요"}, due_on=today + timedelta(days=2), by=scene.officer
        )
        operations.ask_about_call(scene.call_id, "현물은 얼마까지 인정됩니까?", by=scene.sme)
    bring(scene, CertificateKind.SIZE, "1", 20)
    bring(scene, CertificateKind.NATIONAL_TAX, "2", 31)
    bring(scene, CertificateKind.LOCAL_TAX, "3", 10)
    bring(scene, CertificateKind.LOCAL_TAX, "4", 300, looked=False)
    statements.clear()
    firm = titles(scene.sme)
    assert len(statements) <= 3
    assert firm["요청받은 곳을 보완해 제출하세요: 공정 이미지 불량 판독"] == today + timedelta(days=2)
    ending = {words: day for words, day in firm.items() if "증명서" in words}
    assert ending == {"곧 끝나는 증명서를 새로 내세요: 중소기업확인서": today + timedelta(days=20)}, (
        "others last or are followed"
    )
    statements.clear()
    officer = titles(scene.officer)
    assert len(statements) <= 3
    assert {"공고 질문에 답하세요: 1건", "기업 증명서를 확인하세요: 1건"} <= set(officer)
    inquiry = queries.inquiries_page(scene.officer, scene.call_id, page=1).items[0]
    with transaction():
        operations.answer_about_call(
            getattr(inquiry, "id", None) or inquiry[0].id, "총액의 4분의 1까지입니다.", by=scene.officer
        )
    assert "공고 질문에 답하세요: 1건" not in titles(scene.officer)
