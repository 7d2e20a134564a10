"""The final evaluation: its page, the sheets, the objection."""

from typing import Any

from flask import abort
from flask_login import login_required

from marketplace.accounts import queries as accounts
from marketplace.accounts.models import Grade
from marketplace.core import clock
from marketplace.core.db import spend_once
from marketplace.core.i18n import _
from marketplace.core.web import allow, render, viewer
from marketplace.supervision import forms, operations, policies, queries
from marketplace.supervision.models import FinalEvaluation, GradingState
from marketplace.supervision.views.blueprint import bp, done


def _seen(evaluation_id: int) -> FinalEvaluation:
    row: FinalEvaluation = queries.find_evaluation_seen_by(viewer(), evaluation_id) or abort(404)
    return row


def _page(evaluation_id: int, **bad: Any) -> str:
    row, me = _seen(evaluation_id), viewer()
    sheets = queries.sheets_of(row.id)
    given = {each.person_id for each in sheets}
    scoring = row.state == GradingState.SCORING
    # One judge does not see the other's points before both are in; firms never see who gave what.
    shown = (
        sheets if me.sees_everything and not scoring else [each for each in sheets if each.person_id == me.person_id]
    )
    named = {row.first_id, row.second_id, row.answered_by or row.first_id}
    return render(
        "supervision/evaluation.html",
        evaluation=row,
        voucher=queries.voucher_of(row),
        firm=accounts.get_organisation(row.organisation_id),
        sheets=shown,
        given=given,
        means=_means(row, sheets) if not scoring else {},
        names=accounts.people_names(named) if me.sees_everything or policies.is_judge(me, row) else {},
        sheet_form=(bad.get("sheet") or forms.sheet_form(row.criteria, formdata=None))
        if scoring and policies.is_judge(me, row) and me.person_id not in given
        else None,
        object_form=(bad.get("words") or forms.WordsForm(formdata=None)) if _may_object(row) else None,
        answer_form=(bad.get("answer") or forms.AnswerForm(formdata=None, grade=row.grade))
        if row.state == GradingState.OBJECTED and policies.may_answer_objection(me, row)
        else None,
        replace_form=(bad.get("replace") or _replace_form(row, given, empty=True))
        if scoring and policies.may_work(me)
        else None,
        bad=next(iter(bad.values()), None),
    )


def _may_object(row: FinalEvaluation) -> bool:
    open_ = row.state == GradingState.GRADED and row.object_until is not None and clock.today() <= row.object_until
    return open_ and policies.may_object(viewer(), row)


def _means(row: FinalEvaluation, sheets: Any) -> dict[str, str]:
    """Criterion -> the mean of the points, as text with at most one decimal."""
    return {
        code: f"{sum(each.points[code] for each in sheets) / len(sheets):g}" for code, _ko, _en, _most in row.criteria
    }


def _replace_form(row: FinalEvaluation, given: set[int], *, empty: bool = False) -> forms.ReplaceForm:
    form = forms.ReplaceForm(formdata=None) if empty else forms.ReplaceForm()
    names = accounts.people_names({row.first_id, row.second_id})
    form.old.choices = [(each, names.get(each, "")) for each in (row.first_id, row.second_id) if each not in given]
    judges = [each for each in queries.judges_for(row.voucher_id) if each.person_id not in names]
    form.new.choices = [(each.person_id, each.name) for each in judges]
    return form


@bp.get("/evaluations/<int:evaluation_id>")
@login_required
def evaluation(evaluation_id: int) -> str:
    _seen(evaluation_id)
    allow(policies.may_list(viewer()))
    return _page(evaluation_id)


@bp.post("/evaluations/<int:evaluation_id>/sheet")
@login_required
def hand_in_sheet(evaluation_id: int) -> Any:
    row = _seen(evaluation_id)
    allow(policies.is_judge(viewer(), row))
    form = forms.sheet_form(row.criteria)

    def work() -> None:
        spend_once(form.once.data)
        points = {code: form[f"points_{code}"].data for code, _ko, _en, _most in row.criteria}
        operations.hand_in_sheet(evaluation_id, points, form.opinion.data, by=viewer())

    said = _("평가표를 냈습니다. 이제 바꿀 수 없습니다.")
    there = {"endpoint": ".evaluation", "evaluation_id": evaluation_id}
    return done(form, work, said, lambda: _page(evaluation_id, sheet=form), **there)


@bp.post("/evaluations/<int:evaluation_id>/replace")
@login_required
def replace_judge(evaluation_id: int) -> Any:
    row = _seen(evaluation_id)
    allow(policies.may_work(viewer()))
    form = _replace_form(row, {each.person_id for each in queries.sheets_of(row.id)})
    return done(
        form,
        lambda: operations.replace_judge(evaluation_id, form.old.data, form.new.data, by=viewer()),
        _("위원을 바꾸고 새 위원에게 알렸습니다."),
        lambda: _page(evaluation_id, replace=form),
        endpoint=".evaluation",
        evaluation_id=evaluation_id,
    )


@bp.post("/evaluations/<int:evaluation_id>/object")
@login_required
def object_to_grade(evaluation_id: int) -> Any:
    allow(policies.may_object(viewer(), _seen(evaluation_id)))
    form = forms.WordsForm()
    return done(
        form,
        lambda: operations.object_to_grade(evaluation_id, form.body.data, by=viewer()),
        _("이의신청을 받았습니다. 평가하지 않은 담당자가 심사합니다."),
        lambda: _page(evaluation_id, words=form),
        endpoint=".evaluation",
        evaluation_id=evaluation_id,
    )


@bp.post("/evaluations/<int:evaluation_id>/answer")
@login_required
def answer_objection(evaluation_id: int) -> Any:
    _seen(evaluation_id)
    allow(policies.may_work(viewer()))
    form = forms.AnswerForm()
    return done(
        form,
        lambda: operations.answer_objection(evaluation_id, form.body.data, grade=Grade(form.grade.data), by=viewer()),
        _("이의신청 결과를 통지했습니다. 등급이 확정되었습니다."),
        lambda: _page(evaluation_id, answer=form),
        endpoint=".evaluation",
        evaluation_id=evaluation_id,
    )
