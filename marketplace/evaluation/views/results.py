"""What a firm sees of the decision on it: reasons, the band its rank lies in, its objection and the answer."""

from typing import Any

from flask import abort, flash, redirect, url_for
from flask_login import login_required

from marketplace.core import clock
from marketplace.core.db import spend_once
from marketplace.core.forms import Form
from marketplace.core.i18n import _
from marketplace.core.web import allow, attempt, page_number, render, viewer
from marketplace.evaluation import forms, operations, policies, queries
from marketplace.evaluation.documents import reason_of, rule_words
from marketplace.evaluation.models import LineOutcome, ObjectionState
from marketplace.evaluation.rules import band_of, points
from marketplace.evaluation.views.blueprint import bp
from marketplace.evaluation.views.page import seen_decision
from marketplace.grants.queries import find_award_of


def _seen(line_id: int) -> Any:
    return queries.find_line_seen_by(viewer(), line_id) or abort(404)


@bp.get("/results/<int:line_id>")
@login_required
def result(line_id: int) -> str:
    allow(policies.may_see_result(viewer(), _seen(line_id)[2].organisation_id))
    return show_result(line_id)


def show_result(line_id: int, form: Form | None = None) -> str:
    """The decision on one application as its firm reads it."""
    line, decision, application = _seen(line_id)
    award = find_award_of(application.id)
    objection = queries.find_objection_to(decision.id, application.id)
    in_time = decision.objections_until is not None and clock.today() <= decision.objections_until
    speaks = policies.may_object(viewer(), application.organisation_id)
    return render(
        "evaluation/result.html",
        line=line,
        decision=decision,
        application=application,
        criteria=queries.criteria_of(decision.evaluation_id),
        band=band_of(line.rank, decision.steps),
        reason=reason_of(line, decision),
        rule_words=rule_words,
        opinions=queries.opinions_on(application.id),
        objection=objection,
        may_object=speaks and in_time and objection is None and line.outcome != LineOutcome.ADMITTED,
        may_give_up=speaks and award is not None and award.cancelled_at is None,
        form=form or forms.ObjectionForm(formdata=None),
        give_up_form=forms.GiveUpForm(formdata=None),
        points=points,
    )


@bp.post("/results/<int:line_id>/objection")
@login_required
def object_to(line_id: int) -> Any:
    _line, decision, application = _seen(line_id)
    allow(policies.may_object(viewer(), application.organisation_id))
    form, decision_id, application_id = forms.ObjectionForm(), decision.id, application.id

    def work() -> None:
        spend_once(form.once.data)
        operations.file_objection(decision_id, application_id, body=form.body.data, by=viewer())

    if status := attempt(form, work):
        return show_result(line_id, form), status
    flash(_("이의신청을 접수했습니다. 답변이 오면 알려 드립니다."), "success")
    return redirect(url_for(".result", line_id=line_id), 303)


@bp.post("/results/<int:line_id>/give-up")
@login_required
def give_up(line_id: int) -> Any:
    _line, _decision, application = _seen(line_id)
    allow(policies.may_object(viewer(), application.organisation_id))
    form, application_id = forms.GiveUpForm(), application.id
    if status := attempt(form, lambda: operations.give_up(application_id, reason=form.reason.data or "", by=viewer())):
        return show_result(line_id, form), status
    flash(_("선정을 포기했습니다. 예비 순위의 다음 기업이 선정됩니다."), "success")
    return redirect(url_for(".result", line_id=line_id), 303)


def _answers() -> list[tuple[str, str]]:
    return [(ObjectionState.UPHELD.value, _("인정: 예비 순위 맨 앞에 둠")), (ObjectionState.DISMISSED.value, _("기각"))]


@bp.get("/decisions/<int:decision_id>/objections")
@login_required
def objections(decision_id: int) -> str:
    allow(policies.may_list(viewer()))
    return show_objections(decision_id)


def show_objections(decision_id: int, refused: Form | None = None) -> str:
    """The objections to a decision."""
    return render(
        "evaluation/objections.html",
        decision=seen_decision(decision_id),
        page=queries.objections_page(decision_id, page=page_number(), size=20),
        may_run=policies.may_run(viewer()),
        answer_form=forms.VerdictForm(_answers(), formdata=None),
        refused=refused,
    )


@bp.post("/objections/<int:objection_id>")
@login_required
def answer(objection_id: int) -> Any:
    found = queries.find_objection_seen_by(viewer(), objection_id) or abort(404)
    allow(policies.may_run(viewer()))
    decision_id, form = found.decision_id, forms.VerdictForm(_answers())

    def work() -> None:
        uphold = form.verdict.data == ObjectionState.UPHELD.value
        operations.answer_objection(objection_id, uphold=uphold, answer=form.reason.data, by=viewer())

    if status := attempt(form, work):
        return show_objections(decision_id, form), status
    flash(_("답변을 적었습니다. 다른 담당자가 확인하면 기업에 전해집니다."), "success")
    return redirect(url_for(".objections", decision_id=decision_id), 303)


@bp.post("/objections/<int:objection_id>/confirm")
@login_required
def confirm_answer(objection_id: int) -> Any:
    found = queries.find_objection_seen_by(viewer(), objection_id) or abort(404)
    allow(policies.may_run(viewer()))
    decision_id, form = found.decision_id, forms.ClickForm()
    if status := attempt(form, lambda: operations.confirm_answer(objection_id, by=viewer())):
        return show_objections(decision_id, form), status
    flash(_("답변을 확인해 기업에 보냈습니다."), "success")
    return redirect(url_for(".objections", decision_id=decision_id), 303)


@bp.post("/objections/<int:objection_id>/return")
@login_required
def return_answer(objection_id: int) -> Any:
    found = queries.find_objection_seen_by(viewer(), objection_id) or abort(404)
    allow(policies.may_run(viewer()))
    decision_id, form = found.decision_id, forms.ReasonForm()
    if status := attempt(form, lambda: operations.return_answer(objection_id, reason=form.reason.data, by=viewer())):
        return show_objections(decision_id, form), status
    flash(_("답변을 돌려보냈습니다."), "success")
    return redirect(url_for(".objections", decision_id=decision_id), 303)
