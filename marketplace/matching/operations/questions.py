"""Suppliers ask, the firm answers, and all who are asked read both."""

from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _
from marketplace.core.viewer import Viewer
from marketplace.evidence.operations import record
from marketplace.matching import queries
from marketplace.matching.models import Need, NeedQuestion
from marketplace.matching.policies import may_answer, may_quote
from marketplace.notices.operations import notify
from marketplace.suppliers.queries import is_designated_anywhere

MOST_QUESTIONS = 20
"""Of one firm about one need."""


def ask_question(need_id: int, body: str, *, by: Viewer) -> NeedQuestion:
    """Ask what the need leaves open, until the questions are closed. The firm does not learn who asks."""
    need = locked(Need, need_id)
    designated = is_designated_anywhere(by.organisation_id)
    if not may_quote(by, need, designated=designated, invited=queries.is_invited(need.id, by.organisation_id)):
        raise NotYours(_("견적을 낼 수 있는 지정 공급기업만 질문할 수 있습니다."))
    if need.questions_until is not None and clock.now() >= need.questions_until:
        raise Refused(_("질문 마감이 지났습니다. 올라온 답을 참고해 견적을 내세요."), field="question")
    if queries.question_count(need.id, by.organisation_id or 0) >= MOST_QUESTIONS:
        raise Refused(_("한 요청에 질문은 %(most)s개까지 할 수 있습니다.", most=MOST_QUESTIONS), field="question")
    question = NeedQuestion(
        need_id=need.id, organisation_id=by.organisation_id, asked_by=by.person_id, body=body.strip()
    )
    session.add(question)
    record("need_question:asked", question, by=by, need_id=need.id)
    notify("question_asked", about=need.subject, organisation_id=need.organisation_id, title=need.title)
    return question


def answer_question(question_id: int, answer: str, *, by: Viewer) -> NeedQuestion:
    """Answer, for everybody who is asked."""
    question = locked(NeedQuestion, question_id)
    need = locked(Need, question.need_id)
    if not may_answer(by, need):
        raise NotYours(_("견적을 받고 있는 자기 기업의 요청에 온 질문에만 답할 수 있습니다."))
    if question.answered_at is not None:
        raise Refused(_("이미 답한 질문입니다. 답은 고칠 수 없습니다."))
    if need.quotes_until is not None and clock.now() >= need.quotes_until:
        raise Refused(_("견적 마감이 지나 답할 수 없습니다."))
    question.answer, question.answered_by, question.answered_at = answer.strip(), by.person_id, clock.now()
    record("need_question:answered", question, by=by, need_id=need.id)
    for organisation_id in queries.firms_to_tell(need.id):
        notify("question_answered", about=need.subject, organisation_id=organisation_id, title=need.title)
    return question
