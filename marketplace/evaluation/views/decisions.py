"""Decisions: the ranked list, who confirms it, and who would change under other rules."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_login import login_required

from marketplace.core.forms import Form
from marketplace.core.i18n import _
from marketplace.core.web import allow, attempt, csv_response, page_number, render, viewer, wants_csv
from marketplace.evaluation import forms, operations, policies, queries
from marketplace.evaluation.documents import rule_words
from marketplace.evaluation.models import Decision
from marketplace.evaluation.queries.previewing import preview_under
from marketplace.evaluation.rules import points
from marketplace.evaluation.views.blueprint import bp
from marketplace.evaluation.views.page import seen_decision, seen_evaluation
from marketplace.evaluation.views.plans import show_evaluation
from marketplace.grants.queries import get_call
from marketplace.programmes.queries import rulesets_seen_by

MOST_IN_FILE = 20_000


@bp.post("/<int:evaluation_id>/decisions")
@login_required
def draft(evaluation_id: int) -> Any:
    seen_evaluation(evaluation_id)
    allow(policies.may_run(viewer()))
    form, made = forms.ClickForm(), []
    if status := attempt(form, lambda: made.append(operations.draft_decision(evaluation_id, by=viewer()).id)):
        return show_evaluation(evaluation_id, form), status
    flash(_("선정안을 만들었습니다. 확인한 뒤 확정을 요청하세요."), "success")
    return redirect(url_for(".decision", decision_id=made[0]), 303)


@bp.get("/decisions/<int:decision_id>")
@login_required
def decision(decision_id: int) -> Any:
    found = seen_decision(decision_id)
    allow(policies.may_look_inside(viewer()))
    return _file(found) if wants_csv() else show_decision(decision_id)


def show_decision(decision_id: int, refused: Form | None = None) -> str:
    """The ranked list with what may be done about it."""
    found: Decision = seen_decision(decision_id)
    outcome, words = request.args.get("outcome", ""), request.args.get("q", "").replace("\0", "")[:100]
    return render(
        "evaluation/decision.html",
        decision=found,
        call=get_call(found.call_id),
        drawn=queries.letters_drawn(found),
        page=queries.lines_page(decision_id, outcome=outcome, words=words, page=page_number()),
        moves=queries.moves_of(decision_id)[:200],
        outcome=outcome,
        words=words,
        may_run=policies.may_run(viewer()),
        may_confirm=policies.may_confirm(viewer(), found),
        refused=refused,
        points=points,
        rule_words=rule_words,
        reason_form=forms.ReasonForm(formdata=None),
        rulesets=rulesets_seen_by(viewer()),
    )


def _file(found: Decision) -> Any:
    columns = [_("순위"), _("접수번호"), _("기업"), _("과제"), _("점수"), _("결과"), _("규칙"), _("지원금")]
    rows = [
        (
            each.line.rank,
            each.line.facts["receipt"],
            each.firm,
            each.title,
            points(each.line.score),
            each.line.outcome.label,
            rule_words(each.line.rule),
            each.line.support_minor,
        )
        for each in queries.lines_page(found.id, size=MOST_IN_FILE).items
    ]
    return csv_response(f"decision-{found.call_id}-{found.number}", columns, rows)


def _deed(decision_id: int, form: Form, work: Any, words: str) -> Any:
    seen_decision(decision_id)
    allow(policies.may_run(viewer()))
    if status := attempt(form, work):
        return show_decision(decision_id, form), status
    flash(words, "success")
    return redirect(url_for(".decision", decision_id=decision_id), 303)


@bp.post("/decisions/<int:decision_id>/propose")
@login_required
def propose(decision_id: int) -> Any:
    words = _("확정을 요청했습니다. 다른 담당자가 확정합니다.")
    return _deed(decision_id, forms.ClickForm(), lambda: operations.propose_decision(decision_id, by=viewer()), words)


@bp.post("/decisions/<int:decision_id>/return")
@login_required
def send_back(decision_id: int) -> Any:
    form = forms.ReasonForm()
    words = _("선정안을 반려했습니다. 고친 뒤 다시 만들 수 있습니다.")
    return _deed(
        decision_id,
        form,
        lambda: operations.return_decision(decision_id, reason=form.reason.data, by=viewer()),
        words,
    )


@bp.post("/decisions/<int:decision_id>/confirm")
@login_required
def confirm(decision_id: int) -> Any:
    form = forms.SeenForm()
    words = _("확정했습니다. 선정과 통지를 시작합니다. 이 화면에서 나아가는 것이 보입니다.")
    return _deed(
        decision_id,
        form,
        lambda: operations.confirm_decision(decision_id, seen_sha256=form.seen.data, by=viewer()),
        words,
    )


@bp.post("/decisions/<int:decision_id>/close-reserve")
@login_required
def close_reserve(decision_id: int) -> Any:
    words = _("예비 순위를 마감했습니다.")
    return _deed(decision_id, forms.ClickForm(), lambda: operations.close_reserve(decision_id, by=viewer()), words)


@bp.get("/decisions/<int:decision_id>/under/<int:ruleset_id>")
@login_required
def preview(decision_id: int, ruleset_id: int) -> str:
    found = seen_decision(decision_id)
    allow(policies.may_look_inside(viewer()))
    shown = preview_under(viewer(), found, ruleset_id)
    return render(
        "evaluation/preview.html", decision=found, call=get_call(found.call_id), shown=shown, rule_words=rule_words
    )


@bp.get("/<int:evaluation_id>/budget/<int:application_id>")
@login_required
def budget(evaluation_id: int, application_id: int) -> str:
    row = seen_evaluation(evaluation_id)
    allow(policies.may_run(viewer()))
    case = queries.case_to_adjust(row.evaluation, application_id)
    return render("evaluation/budget.html", row=row, case=case, form=forms.BudgetForm(formdata=None))


@bp.post("/<int:evaluation_id>/budget/<int:application_id>")
@login_required
def adjust(evaluation_id: int, application_id: int) -> Any:
    row = seen_evaluation(evaluation_id)
    allow(policies.may_run(viewer()))
    form = forms.BudgetForm()
    queries.case_to_adjust(row.evaluation, application_id)

    def work() -> None:
        said = {"total_minor": form.total.data, "reason": form.reason.data}
        operations.adjust_budget(evaluation_id, application_id, **said, by=viewer())

    if status := attempt(form, work):
        row = seen_evaluation(evaluation_id)
        case = queries.case_to_adjust(row.evaluation, application_id)
        return render("evaluation/budget.html", row=row, case=case, form=form), status
    flash(_("사업비를 조정했습니다. 선정안을 만들 때 이 금액으로 계산합니다."), "success")
    return redirect(url_for(".show", evaluation_id=evaluation_id), 303)
