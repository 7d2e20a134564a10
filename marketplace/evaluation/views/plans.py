"""Evaluations: the list, a new one, its page, and the people who may be drawn."""

from typing import Any

from flask import abort, flash, redirect, url_for
from flask_login import login_required

from marketplace.core.db import spend_once
from marketplace.core.forms import Form
from marketplace.core.i18n import _
from marketplace.core.viewer import Role
from marketplace.core.web import allow, attempt, page_number, render, viewer
from marketplace.evaluation import forms, operations, policies, queries
from marketplace.evaluation.models import Evaluation, EvaluatorProfile, Stage
from marketplace.evaluation.rules import points
from marketplace.evaluation.views.blueprint import bp
from marketplace.evaluation.views.page import seen_evaluation
from marketplace.grants.queries import find_call_seen_by, kind_names
from marketplace.programmes.queries import get_ruleset


@bp.get("")
@login_required
def index() -> str:
    allow(policies.may_list(viewer()))
    mine = viewer().has(Role.EVALUATOR)
    number = page_number()
    return render(
        "evaluation/index.html",
        mine=queries.sheets_page(person_id=viewer().person_id, page=number) if mine else None,
        page=queries.evaluations_page(viewer(), page=number) if policies.may_look_inside(viewer()) else None,
        calls=queries.calls_to_evaluate() if policies.may_run(viewer()) else [],
        may_run=policies.may_run(viewer()),
    )


def _call(call_id: int) -> Any:
    """The call as this viewer sees it, with its page's row around it, or 404."""
    return find_call_seen_by(viewer(), call_id) or abort(404)


@bp.get("/calls/<int:call_id>")
@login_required
def new(call_id: int) -> str:
    allow(policies.may_run(viewer()))
    return _new_page(_call(call_id), forms.PlanForm(formdata=None))


def _new_page(call: Any, form: forms.PlanForm) -> str:
    """The form, with what the call's ruleset decides as words in place of boxes."""
    said = get_ruleset(call.ruleset_id).evaluation
    hidden, minus = said.names_hidden, said.underuse_minus
    ruled = []
    if hidden is not None:
        ruled.append((_("기업 이름"), _("평가위원에게 가림") if hidden.value else _("보임")))
    if minus is not None:
        ruled.append((_("지난 바우처를 적게 쓴 기업의 감점"), _("%(n)s점", n=minus.value)))
    for each, words in (
        (said.grade_bonus, _("지난해 최종평가가 우수인 기업의 가점")),
        (said.grade_minus, _("지난해 최종평가가 미흡·불량인 기업의 감점")),
    ):
        if each is not None:
            ruled.append((words, _("%(n)s점", n=each.value)))
    return render("evaluation/new.html", call=call, call_id=call.id, form=_without_ruled(call, form), ruled=ruled)


def _without_ruled(call: Any, form: forms.PlanForm) -> forms.PlanForm:
    said = get_ruleset(call.ruleset_id).evaluation
    ruled = {"names_hidden": said.names_hidden, "minus_points": said.underuse_minus}
    return form.leave_out([name for name, value in ruled.items() if value is not None and name in form])


@bp.post("/calls/<int:call_id>")
@login_required
def create(call_id: int) -> Any:
    allow(policies.may_run(viewer()))
    call, made = _call(call_id), []
    form = _without_ruled(call, forms.PlanForm())

    def work() -> None:
        spend_once(form.once.data)
        made.append(operations.open_evaluation(call_id, operations.Plan(**form.facts()), by=viewer()).id)

    if status := attempt(form, work):
        return _new_page(call, form), status
    flash(_("평가를 시작했습니다. 평가위원을 추첨하세요."), "success")
    return redirect(url_for(".show", evaluation_id=made[0]), 303)


@bp.get("/<int:evaluation_id>")
@login_required
def show(evaluation_id: int) -> str:
    allow(policies.may_list(viewer()))
    return show_evaluation(evaluation_id)


def show_evaluation(evaluation_id: int, refused: Form | None = None) -> str:
    """The officer's page of an evaluation."""
    row = seen_evaluation(evaluation_id)
    rows = queries.panels_of(evaluation_id)
    return render(
        "evaluation/show.html",
        row=row,
        evaluation=row.evaluation,
        stages=[(stage, queries.stage_panels(rows, stage), _spread(row.evaluation, stage)) for stage in Stage],
        decisions=queries.decisions_of(evaluation_id),
        flags=queries.open_flags(evaluation_id),
        experts=len(queries.experts()),
        may_run=policies.may_run(viewer()),
        refused=refused,
        draw_form=forms.DrawForm(formdata=None),
        names=kind_names(),
    )


def _spread(evaluation: Evaluation, stage: Stage) -> dict[int, Any]:
    """Least, quarter, middle, three quarters and most of each panel's sums, in points, and how many there are."""
    found = {}
    for panel, totals in queries.totals_by_panel(evaluation.id, stage).items():
        ordered, many = sorted(totals), len(totals) - 1
        five = [ordered[round(many * part / 4)] for part in range(5)]
        found[panel] = {"five": [points(each) for each in five], "many": len(totals)}
    return found


def _deed(evaluation_id: int, form: Form, work: Any, words: str) -> Any:
    seen_evaluation(evaluation_id)
    allow(policies.may_run(viewer()))
    if status := attempt(form, work):
        return show_evaluation(evaluation_id, form), status
    flash(words, "success")
    return redirect(url_for(".show", evaluation_id=evaluation_id), 303)


@bp.post("/<int:evaluation_id>/draw")
@login_required
def draw(evaluation_id: int) -> Any:
    form = forms.DrawForm()

    def work() -> None:
        operations.draw_panels(evaluation_id, size=form.size.data, cases_each=form.cases_each.data, by=viewer())

    return _deed(evaluation_id, form, work, _("분과를 추첨하고 평가위원에게 알렸습니다."))


@bp.post("/<int:evaluation_id>/presentation")
@login_required
def presentation(evaluation_id: int) -> Any:
    form = forms.DrawForm()

    def work() -> None:
        operations.open_presentation(evaluation_id, size=form.size.data, cases_each=form.cases_each.data, by=viewer())

    return _deed(evaluation_id, form, work, _("발표 평가의 분과를 추첨했습니다. 분과마다 시간표를 정하세요."))


@bp.get("/evaluators")
@login_required
def evaluators() -> str:
    allow(policies.may_look_inside(viewer()))
    rows = queries.evaluators()
    return render("evaluation/evaluators.html", rows=rows, names=kind_names(), may_run=policies.may_run(viewer()))


def _expert(person_id: int) -> tuple[Any, EvaluatorProfile | None]:
    return next((each for each in queries.evaluators() if each[0].id == person_id), None) or abort(404)


@bp.get("/evaluators/<int:person_id>")
@login_required
def evaluator(person_id: int) -> str:
    allow(policies.may_run(viewer()))
    person, profile = _expert(person_id)
    form = forms.ProfileForm(list(kind_names().items()), formdata=None, obj=profile)
    if profile is not None:
        form["fields"].data = profile.fields
    return render("evaluation/evaluator.html", person=person, form=form)


@bp.post("/evaluators/<int:person_id>")
@login_required
def save_evaluator(person_id: int) -> Any:
    allow(policies.may_run(viewer()))
    _expert(person_id)
    form = forms.ProfileForm(list(kind_names().items()))

    def work() -> None:
        said = {"institution": form.institution.data, "available": form.available.data}
        operations.save_profile(person_id, fields=form["fields"].data, **said, by=viewer())

    if status := attempt(form, work):
        return render("evaluation/evaluator.html", person=_expert(person_id)[0], form=form), status
    flash(_("평가위원 정보를 저장했습니다."), "success")
    return redirect(url_for(".evaluators"), 303)
