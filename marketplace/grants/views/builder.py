"""The officer's form builder: what a call asks, how it looks to an applicant, and amendments with notice."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import abort, flash, redirect, url_for
from flask_login import login_required
from werkzeug.wrappers import Response as BaseResponse

from marketplace.core.db import transaction
from marketplace.core.errors import Refused
from marketplace.core.i18n import _
from marketplace.core.web import allow, refuse_on, render, viewer
from marketplace.grants import operations, policies, queries, rules
from marketplace.grants.forms import AmendForm, BuilderQuestionForm, BuilderSectionForm, PlaceForm, answer_form
from marketplace.grants.models import Call, CallState
from marketplace.grants.rules import Form
from marketplace.grants.views.blueprint import bp

Answer = str | tuple[str, int] | BaseResponse


def _call(call_id: int) -> Call:
    return queries.find_call_seen_by(viewer(), call_id) or abort(404)


def _asked(call: Call) -> Form:
    """The form that is being written, or the one in force."""
    version = queries.find_open_version(call.id)
    return rules.read_form(version.form) if version else queries.form_of(call)


@bp.get("/calls/<int:call_id>/form")
@login_required
def call_form(call_id: int) -> str:
    call = _call(call_id)
    allow(policies.may_manage_calls(viewer()))
    return _builder_page(call, BuilderSectionForm())


def _builder_page(call: Call, form: BuilderSectionForm, **more: Any) -> str:
    version = queries.find_open_version(call.id)
    return render(
        "grants/call_form.html",
        call=call,
        asked=rules.read_form(version.form) if version else queries.form_of(call),
        version=version,
        may_change=call.state in (CallState.DRAFT, CallState.PUBLISHED),
        kinds=rules.KINDS,
        form=form,
        **more,
    )


def _step(call_id: int, form: Any, change: Callable[[Form], Form], said: str) -> BaseResponse | None:
    """Apply one step of the builder; None where it was refused, with the words on the form."""
    try:
        with transaction():
            operations.change_form(call_id, change, by=viewer())
    except Refused as refusal:
        refuse_on(form, refusal)
        return None
    flash(said, "success")
    return redirect(url_for(".call_form", call_id=call_id), 303)


@bp.post("/calls/<int:call_id>/form/sections")
@login_required
def save_form_section(call_id: int) -> Answer:
    call = _call(call_id)
    allow(policies.may_manage_calls(viewer()))
    form = BuilderSectionForm()

    def change(asked: Form) -> Form:
        return rules.with_section(asked, form.section(form.code.data or rules.free_code(asked, "s")))

    done = _step(call_id, form, change, _("구역을 저장했습니다.")) if form.validate() else None
    return done or (_builder_page(_call(call.id), form), 422)


@bp.post("/calls/<int:call_id>/form/place")
@login_required
def place_form_part(call_id: int) -> Answer:
    call = _call(call_id)
    allow(policies.may_manage_calls(viewer()))
    form = PlaceForm()

    def change(asked: Form) -> Form:
        code = form.code.data
        if form.do.data != "remove":
            return rules.moved(asked, code, -1 if form.do.data == "up" else 1)
        return rules.without_section(asked, code) if asked.section(code) else rules.without_question(asked, code)

    done = _step(call_id, form, change, _("양식을 고쳤습니다.")) if form.validate() else None
    return done or (_builder_page(_call(call.id), BuilderSectionForm(formdata=None), place_form=form), 422)


@bp.get("/calls/<int:call_id>/form/questions/<question_code>")
@login_required
def edit_form_question(call_id: int, question_code: str) -> str:
    call = _call(call_id)
    allow(policies.may_manage_calls(viewer()))
    asked, form = _asked(call), BuilderQuestionForm()
    form.offer(asked, question_code)
    question = asked.find(question_code)
    if question is None and question_code != "new":
        abort(404)
    if question is not None:
        form.fill(question, asked.section_of(question_code))
    return render("grants/call_question.html", call=call, form=form, code=question_code)


@bp.post("/calls/<int:call_id>/form/questions/<question_code>")
@login_required
def save_form_question(call_id: int, question_code: str) -> Answer:
    call = _call(call_id)
    allow(policies.may_manage_calls(viewer()))
    asked, form = _asked(call), BuilderQuestionForm()
    form.offer(asked, question_code)
    if asked.find(question_code) is None and question_code != "new":
        abort(404)
    done = (
        _step(call_id, form, partial(_with, form, question_code), _("문항을 저장했습니다."))
        if form.validate()
        else None
    )
    return done or (render("grants/call_question.html", call=_call(call_id), form=form, code=question_code), 422)


def _with(form: BuilderQuestionForm, code: str, asked: Form) -> Form:
    """The form with the question as it was typed; it may move to another section."""
    before = asked.find(code)
    question = form.question(rules.free_code(asked, "q") if before is None else code, before)
    if before is not None and asked.section_of(code) != form.section.data:
        asked = rules.without_question(asked, code)
    return rules.with_question(asked, form.section.data, question)


@bp.get("/calls/<int:call_id>/preview")
@login_required
def preview_call(call_id: int) -> str:
    call = _call(call_id)
    allow(policies.may_manage_calls(viewer()))
    asked = _asked(call)
    return render(
        "grants/call_preview.html",
        call=call,
        asked=asked,
        kinds=queries.kinds_of(call),
        forms={section.code: answer_form(section.questions, {}) for section in asked.sections},
    )


@bp.get("/calls/<int:call_id>/amend")
@login_required
def amend_call(call_id: int) -> str:
    call = _call(call_id)
    allow(policies.may_manage_calls(viewer()))
    form = AmendForm(formdata=None, data={"body": call.body, "closes_at": call.closes_at})
    return _amend_page(call, form)


@bp.post("/calls/<int:call_id>/amend")
@login_required
def publish_amendment(call_id: int) -> Answer:
    _call(call_id)
    allow(policies.may_manage_calls(viewer()))
    form: Any = AmendForm()
    if form.validate():
        said = {"body": form.body.data, "closes_at": form.closes_at.data, "reason": form.reason.data}
        try:
            with transaction():
                operations.amend_call(call_id, **said, by=viewer())
            flash(_("공고를 변경했습니다. 신청서를 쓰고 있거나 낸 기업에 알립니다."), "success")
            return redirect(url_for(".call", call_id=call_id), 303)
        except Refused as refusal:
            refuse_on(form, refusal)
    return _amend_page(_call(call_id), form), 422


def _amend_page(call: Call, form: AmendForm) -> str:
    changes = rules.form_changes(queries.form_of(call), _asked(call))
    return render("grants/amend_call.html", call=call, form=form, changes=changes)
