"""An evaluator's sheet: declared, filled in, kept while one writes, locked."""

from typing import Any

from flask import abort, flash, jsonify, redirect, request, url_for
from flask_login import login_required

from marketplace.core import clock
from marketplace.core.forms import Form
from marketplace.core.i18n import _
from marketplace.core.web import allow, attempt, render, viewer
from marketplace.evaluation import forms, operations, policies, queries
from marketplace.evaluation.models import ScoreSheet
from marketplace.evaluation.rules import points
from marketplace.evaluation.views.blueprint import bp


def _sheet(sheet_id: int) -> ScoreSheet:
    return queries.find_sheet_seen_by(viewer(), sheet_id) or abort(404)


@bp.get("/sheets/<int:sheet_id>")
@login_required
def sheet(sheet_id: int) -> str:
    found = _sheet(sheet_id)
    allow(policies.may_see_sheet(viewer(), found))
    return show_sheet(sheet_id)


def show_sheet(sheet_id: int, form: Form | None = None, declaring: Form | None = None) -> str:
    """The sheet with what is in it, or `form` with what was typed. The plan opens once no conflict was declared."""
    found = _sheet(sheet_id)
    declaration, criteria = queries.declaration_of(sheet_id), queries.criteria_of(found.evaluation_id)
    may_score = policies.may_score(viewer(), found)
    if form is None:
        form = forms.sheet_form(criteria, formdata=None, data=_filled(found))
    return render(
        "evaluation/sheet.html",
        sheet=found,
        case=queries.case_of(found),
        criteria=criteria,
        declaration=declaration,
        opened=not policies.is_theirs(viewer(), found) or (declaration is not None and not declaration.conflict),
        may_score=may_score,
        may_void=policies.may_run(viewer()),
        form=form,
        declare_form=declaring or forms.DeclareForm(formdata=None),
        void_form=forms.ReasonForm(formdata=None),
        total=points(sum(found.points.values())),
        points=points,
    )


def _filled(found: ScoreSheet) -> dict[str, Any]:
    return {"opinion": found.opinion, **{f"points_{code}": given for code, given in found.points.items()}}


@bp.post("/sheets/<int:sheet_id>/declare")
@login_required
def declare(sheet_id: int) -> Any:
    allow(policies.is_theirs(viewer(), _sheet(sheet_id)))
    form = forms.DeclareForm()

    def work() -> None:
        conflict = form.conflict.data == "yes"
        operations.declare(sheet_id, conflict=conflict, reason=form.reason.data or "", by=viewer())

    if status := attempt(form, work):
        return show_sheet(sheet_id, declaring=form), status
    if form.conflict.data == "yes":
        flash(_("이 건을 맡지 않습니다. 다른 평가위원에게 넘겼습니다."), "success")
        return redirect(url_for(".index"), 303)
    return redirect(url_for(".sheet", sheet_id=sheet_id), 303)


@bp.post("/sheets/<int:sheet_id>/save")
@login_required
def save_sheet(sheet_id: int) -> Any:
    found = _sheet(sheet_id)
    allow(policies.is_theirs(viewer(), found))
    form = forms.sheet_form(queries.criteria_of(found.evaluation_id))

    def work() -> None:
        operations.save_sheet(sheet_id, points=form.points(), opinion=form.opinion.data or "", by=viewer())

    status = attempt(form, work)
    if request.accept_mimetypes.best == "application/json":
        words = [str(error) for errors in form.errors.values() for error in errors]
        return jsonify(
            saved=not status, at=f"{clock.now().astimezone(clock.SEOUL):%H:%M:%S}", refused=words
        ), status or 200
    if status:
        return show_sheet(sheet_id, form), status
    flash(_("평가표를 저장했습니다. 아직 제출하지 않았습니다."), "success")
    return redirect(url_for(".sheet", sheet_id=sheet_id), 303)


@bp.post("/sheets/<int:sheet_id>/lock")
@login_required
def lock_sheet(sheet_id: int) -> Any:
    found = _sheet(sheet_id)
    allow(policies.is_theirs(viewer(), found))
    form = forms.sheet_form(queries.criteria_of(found.evaluation_id))

    def work() -> None:
        operations.lock_sheet(sheet_id, points=form.points(), opinion=form.opinion.data or "", by=viewer())

    if status := attempt(form, work):
        return show_sheet(sheet_id, form), status
    flash(_("평가표를 제출했습니다. 이제 아무도 고칠 수 없습니다."), "success")
    return redirect(url_for(".sheet", sheet_id=sheet_id), 303)


@bp.post("/sheets/<int:sheet_id>/void")
@login_required
def void_sheet(sheet_id: int) -> Any:
    _sheet(sheet_id)
    allow(policies.may_run(viewer()))
    form = forms.ReasonForm()
    if status := attempt(form, lambda: operations.void_sheet(sheet_id, reason=form.reason.data, by=viewer())):
        return show_sheet(sheet_id, declaring=form), status
    flash(_("평가표를 무효로 하고 다른 평가위원에게 맡겼습니다."), "success")
    return redirect(url_for(".sheet", sheet_id=sheet_id), 303)
