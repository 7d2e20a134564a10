"""Pages of settlement cases: the list, one case, and what officers decide on it."""

from typing import Any

from flask import Response, abort, flash, redirect, request, url_for
from flask_login import login_required
from werkzeug.wrappers import Response as BaseResponse

from marketplace.accounts import queries as accounts
from marketplace.core.db import transaction
from marketplace.core.errors import Refused
from marketplace.core.i18n import N_, _, in_language
from marketplace.core.web import allow, csv_response, page_number, refuse_on, render, viewer, wants_csv
from marketplace.evidence import queries as evidence
from marketplace.papers import queries as papers
from marketplace.programmes import queries as programmes
from marketplace.settlement import forms, operations, policies, queries
from marketplace.settlement.models import CaseState
from marketplace.settlement.rules import CODES, DAY_WORDS
from marketplace.settlement.views.blueprint import bp
from marketplace.settlement.views.pages import cut_rows, match_rows, said, timeline_of

TABS = {
    "waiting": N_("승인 대기"),
    "approved": N_("지급 대기"),
    "paid": N_("지급 완료"),
    "returned": N_("반려·철회"),
    "all": N_("전체"),
}


def _filter_form() -> forms.CaseFilterForm:
    form = forms.CaseFilterForm(request.args)
    years = [(row.id, in_language(row.name, row.name_en)) for row in programmes.programmes()]
    form.programme_id.choices = [(0, _("모든 사업")), *years]
    form.older_than.choices = [(0, _("전체")), *((days, _("%(days)s일 넘게", days=days)) for days in (3, 5, 10, 30))]
    return form


@bp.get("/cases")
@login_required
def cases() -> str | Response:
    allow(policies.may_list_cases(viewer()))
    form = _filter_form()
    valid = form.validate()
    wanted = queries.CaseFilter(
        group=form.group.data if form.group.data in queries.GROUPS else "waiting",
        programme_id=form.programme_id.data or None if valid else None,
        text=(form.text.data or "") if valid else "",
        older_than=(form.older_than.data or 0) if valid else 0,
    )
    if wants_csv():
        return _cases_csv(wanted)
    page, amount = queries.cases_page(wanted, page_number())
    counts = queries.group_counts()
    tabs = [
        {"label": _(word), "url": url_for(".cases", group=name), "current": name == wanted.group, "count": counts[name]}
        for name, word in TABS.items()
    ]
    return render("settlement/cases.html", page=page, amount=amount, form=form, tabs=tabs, wanted=wanted)


def _cases_csv(wanted: queries.CaseFilter) -> Response:
    columns = [_("정산 번호"), _("상태"), _("등록일"), _("경과 일수"), _("공급기업"), _("수요기업"), _("발주 번호")]
    columns += [_("세금계산서 번호"), _("지원금"), _("자부담"), _("부가가치세"), _("합계 금액")]
    rows = [
        (
            *(row.number, row.state.label, row.entered_on, row.days, row.supplier, row.buyer, row.order_number),
            *(row.invoice_number, row.support_minor, row.own_minor, row.vat_minor, row.total_minor),
        )
        for row in queries.cases_for_export(wanted)
    ]
    return csv_response("settlement-cases", columns, rows)


def show_case(
    case_id: int,
    form: Any = None,
    return_form: forms.ReturnForm | None = None,
    reverse_form: forms.ReverseForm | None = None,
    press_form: forms.PressForm | None = None,
) -> str:
    """The page of a case, with the form whose words were refused."""
    case = queries.find_case_seen_by(viewer(), case_id) or abort(404)
    allow(policies.may_list_invoices(viewer()))
    sheet = queries.match_of(case)
    cuts = cut_rows(viewer(), case)
    reversals = queries.reversals_of(case.id)
    subjects = (
        *(row.subject for row in reversals),
        *(case.subject, sheet.invoice.subject, sheet.facts.order.subject),
        *(row.item.subject for row in cuts),
    )
    events = evidence.events_about(*subjects) if policies.may_see_evidence(viewer()) else []
    actors = {event.actor_id for event in events} | {case.first_by, case.second_by}
    actors |= {row.asked_by for row in reversals} | {row.decided_by for row in reversals}
    names = accounts.people_names({actor for actor in actors if actor is not None})
    return render(
        "settlement/case.html",
        case=case,
        sheet=sheet,
        rows=match_rows(sheet),
        papers=papers.papers_about(viewer(), case.subject, sheet.facts.order.subject),
        events=timeline_of(events, names),
        names=names if policies.may_see_evidence(viewer()) else {},
        day_words=DAY_WORDS,
        general=said(sheet.general),
        may_decide=policies.may_decide(viewer()),
        is_another=policies.is_another_person(viewer(), case),
        form=form or forms.ApproveForm(formdata=None),
        return_form=return_form or forms.ReturnForm(formdata=None),
        reverse_form=reverse_form or forms.ReverseForm(formdata=None),
        reversals=reversals,
        before=queries.case_before(case.id),
        held=queries.held_amendments(case.invoice_id),
        press_form=press_form or forms.PressForm(formdata=None),
        release_due_on=queries.release_due_on(case) if case.retained_minor else None,
        asks_another=any(policies.is_another_than_asked(viewer(), row) for row in reversals[-1:]),
        cuts=cuts,
        codes=CODES,
        may_cut=policies.may_decide(viewer()) and case.state == CaseState.OPEN,
    )


@bp.get("/cases/<int:case_id>")
@login_required
def case(case_id: int) -> str:
    return show_case(case_id)


def _approve(case_id: int, operation: Any, done: str) -> tuple[str, int] | BaseResponse:
    queries.find_case_seen_by(viewer(), case_id) or abort(404)
    allow(policies.may_decide(viewer()))
    form = forms.ApproveForm()
    if form.validate():
        try:
            with transaction():
                operation(case_id, form.content.data, by=viewer())
            flash(done, "success")
            return redirect(url_for(".case", case_id=case_id), 303)
        except Refused as refusal:
            refuse_on(form, refusal)
    return show_case(case_id, form=form), 422


@bp.post("/cases/<int:case_id>/approve-first")
@login_required
def approve_first(case_id: int) -> tuple[str, int] | BaseResponse:
    return _approve(case_id, operations.approve_first, _("1차 승인했습니다. 다른 담당자의 2차 승인을 기다립니다."))


@bp.post("/cases/<int:case_id>/approve-second")
@login_required
def approve_second(case_id: int) -> tuple[str, int] | BaseResponse:
    return _approve(
        case_id, operations.approve_second, _("정산을 승인했습니다. 금액은 공급기업에 줄 돈으로 옮겨졌습니다.")
    )


@bp.post("/cases/<int:case_id>/return")
@login_required
def return_case(case_id: int) -> tuple[str, int] | BaseResponse:
    queries.find_case_seen_by(viewer(), case_id) or abort(404)
    allow(policies.may_decide(viewer()))
    form = forms.ReturnForm()
    if form.validate():
        try:
            with transaction():
                operations.return_case(case_id, form.reason.data or "", by=viewer())
            flash(_("반려했습니다. 공급기업이 사유를 보고 다시 등록할 수 있습니다."), "success")
            return redirect(url_for(".case", case_id=case_id), 303)
        except Refused as refusal:
            refuse_on(form, refusal)
    return show_case(case_id, return_form=form), 422
