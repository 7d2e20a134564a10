"""The question-and-answer board of a call."""

from typing import Any

from flask import abort, flash, redirect, url_for
from flask_login import login_required
from werkzeug.wrappers import Response as BaseResponse

from marketplace.core.db import spend_once, transaction
from marketplace.core.errors import Refused
from marketplace.core.i18n import _
from marketplace.core.web import allow, page_number, refuse_on, render, viewer
from marketplace.grants import operations, policies, queries
from marketplace.grants.forms import InquiryAnswerForm, InquiryForm
from marketplace.grants.models import CallState
from marketplace.grants.views.blueprint import bp


@bp.get("/calls/<int:call_id>/questions")
def call_questions(call_id: int) -> str:
    allow(True)  # What was asked and answered is for everybody, as the call itself.
    return _board(call_id, InquiryForm(formdata=None))


def _board(call_id: int, form: Any, answered: tuple[int, Any] | None = None) -> str:
    call = queries.find_call_seen_by(viewer(), call_id) or abort(404)

    def answer_form(identity: int) -> Any:
        if answered is not None and answered[0] == identity:
            return answered[1]
        return InquiryAnswerForm(formdata=None, prefix=f"answer-{identity}-")

    return render(
        "grants/call_questions.html",
        call=call,
        page=queries.inquiries_page(viewer(), call_id, page=page_number()),
        form=form,
        answer_form=answer_form,
        refused=answered[1] if answered else None,
        may_ask=policies.may_ask_about_call(viewer())
        and call.state == CallState.PUBLISHED
        and queries.database_now() < call.closes_at,
        may_answer=policies.may_manage_calls(viewer()),
    )


@bp.post("/calls/<int:call_id>/questions")
@login_required
def ask_about_call(call_id: int) -> tuple[str, int] | BaseResponse:
    queries.find_call_seen_by(viewer(), call_id) or abort(404)
    allow(policies.may_ask_about_call(viewer()))
    form: Any = InquiryForm()
    if form.validate():
        try:
            with transaction():
                spend_once(form.once.data)
                operations.ask_about_call(call_id, form.body.data, by=viewer())
            flash(_("질문을 보냈습니다. 답이 올라오면 알려 드립니다."), "success")
            return redirect(url_for(".call_questions", call_id=call_id), 303)
        except Refused as refusal:
            refuse_on(form, refusal)
    return _board(call_id, form), 422


@bp.post("/calls/<int:call_id>/questions/<int:inquiry_id>")
@login_required
def answer_about_call(call_id: int, inquiry_id: int) -> tuple[str, int] | BaseResponse:
    queries.find_call_seen_by(viewer(), call_id) or abort(404)
    allow(policies.may_manage_calls(viewer()))
    queries.find_inquiry_of(call_id, inquiry_id) or abort(404)
    form: Any = InquiryAnswerForm(prefix=f"answer-{inquiry_id}-")
    if form.validate():
        try:
            with transaction():
                operations.answer_about_call(inquiry_id, form.answer.data, by=viewer())
            flash(_("답변을 올렸습니다."), "success")
            return redirect(url_for(".call_questions", call_id=call_id), 303)
        except Refused as refusal:
            refuse_on(form, refusal)
    return _board(call_id, InquiryForm(formdata=None), (inquiry_id, form)), 422
