"""The officers' desk: the list, one designation, and what is decided about it."""

from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask_login import login_required
from werkzeug.wrappers import Response as BaseResponse

from marketplace.core.forms import Form
from marketplace.core.i18n import N_, _
from marketplace.core.web import allow, attempt, csv_response, page_number, render, viewer, wants_csv
from marketplace.suppliers import forms, operations, policies, queries
from marketplace.suppliers.models import Designation, DesignationState
from marketplace.suppliers.views.register import bp

S = DesignationState
VERBS: dict[str, tuple[Any, str, frozenset[DesignationState]]] = {
    "review": (
        lambda designation_id, _reason, by: operations.begin_review(designation_id, by=by),
        N_("서류 검토를 시작했습니다."),
        frozenset({S.APPLIED}),
    ),
    "pass": (
        lambda designation_id, _reason, by: operations.pass_documents(designation_id, by=by),
        N_("서류를 통과시켰습니다. 가격은 다른 담당자가 검토합니다."),
        frozenset({S.DOCUMENT_REVIEW}),
    ),
    "designate": (
        lambda designation_id, _reason, by: operations.designate(designation_id, by=by),
        N_("공급기업으로 지정했습니다."),
        frozenset({S.PRICE_REVIEW}),
    ),
    "refuse": (
        operations.refuse_designation,
        N_("신청을 반려했습니다."),
        frozenset({S.APPLIED, S.DOCUMENT_REVIEW, S.PRICE_REVIEW, S.FIX_REQUESTED}),
    ),
    "suspend": (operations.suspend, N_("지정을 정지했습니다."), frozenset({S.DESIGNATED})),
    "reinstate": (operations.reinstate, N_("지정 정지를 풀었습니다."), frozenset({S.SUSPENDED})),
    "revoke": (operations.revoke, N_("지정을 취소했습니다."), frozenset({S.DESIGNATED, S.SUSPENDED})),
}
"""What an officer may decide: the verb, the word afterwards, and the states in which the page offers it."""
CSV_COLUMNS = (
    N_("사업자등록번호"), N_("기업"), N_("사업"), N_("제공 서비스"), N_("지역"), N_("상태"), N_("수행 인력 수"),
    N_("투입할 수 있는 인력(인월)"), N_("신청일"), N_("지정일"), N_("사업 종료일"),
)  # fmt: skip
FIXABLE = frozenset({S.DOCUMENT_REVIEW, S.PRICE_REVIEW})


@bp.get("/designations")
@login_required
def designations() -> Any:
    allow(policies.may_list_designations(viewer()))
    wanted = request.args.get("state", "")
    words = {each.value: each.label for each in DesignationState} | {queries.DORMANT: _("휴면")}
    state = wanted if wanted in words else ""
    if wants_csv():
        return _csv(queries.designations_for_export(viewer(), state=state))
    return render(
        "suppliers/designations.html",
        page=queries.designations_seen_by(viewer(), state=state, page=page_number()),
        counts=queries.states_seen_by(viewer()),
        words=words,
        chosen=state,
        may_apply=policies.may_apply(viewer()),
    )


def _csv(rows: list[queries.RegisterRow]) -> BaseResponse:
    cells = (
        (
            row.number, row.name, row.programme_name, row.offers, row.place, row.standing.label, row.headcount,
            row.person_months, row.created_at.date(), row.designated_at and row.designated_at.date(), row.ends_on,
        )
        for row in rows
    )  # fmt: skip
    return csv_response("suppliers", [_(word) for word in CSV_COLUMNS], cells)


@bp.get("/designations/<int:designation_id>")
@login_required
def designation(designation_id: int) -> str:
    return _page(_seen(designation_id))


@bp.post("/designations/<int:designation_id>/<any(review,pass,designate,refuse,suspend,reinstate,revoke):verb>")
@login_required
def decide(designation_id: int, verb: str) -> Any:
    allow(policies.may_decide(viewer(), _seen(designation_id)))
    act, word, _offered = VERBS[verb]
    form = forms.ReasonForm(verb)
    return _done(designation_id, verb, form, lambda: act(designation_id, form.reason.data or "", by=viewer()), word)


@bp.post("/designations/<int:designation_id>/fix")
@login_required
def fix(designation_id: int) -> Any:
    allow(policies.may_decide(viewer(), _seen(designation_id)))
    form = forms.FixForm()
    word = N_("보완을 요청했습니다.")
    return _done(
        designation_id, "fix", form, lambda: operations.request_fix(designation_id, form.comments(), by=viewer()), word
    )


def _done(designation_id: int, verb: str, form: Form, deed: Any, word: str) -> Any:
    """One decision in one transaction: back to the page, or the same page with what is wrong."""
    if status := attempt(form, deed):
        return _page(_seen(designation_id), verb, form), status
    flash(_(word), "success")
    return redirect(url_for(".designation", designation_id=designation_id), 303)


def _seen(designation_id: int) -> Designation:
    found = queries.find_designation_seen_by(viewer(), designation_id) or abort(404)
    allow(policies.may_see(viewer(), found))
    return found


def _reply_form(seen: Designation, form: Form | None) -> forms.ReplyForm | None:
    if not policies.may_reply(viewer(), seen) or seen.state not in queries.PUBLIC_STATES:
        return None
    return form if isinstance(form, forms.ReplyForm) else forms.ReplyForm(formdata=None, reply=seen.reply)


def _page(seen: Designation, verb: str = "", form: Form | None = None) -> str:
    blank: dict[str, Form] = {name: forms.ReasonForm(name, formdata=None) for name in VERBS}
    blank["fix"] = forms.FixForm(formdata=None)
    told = {"headcount": seen.headcount, "person_months": seen.capacity_hundredths or None}
    blank["capacity"] = forms.CapacityForm(formdata=None, data=told)
    may = policies.may_decide(viewer(), seen)
    offered = {name for name, (_act, _word, states) in VERBS.items() if may and seen.state in states}
    if not policies.may_judge_prices(viewer(), seen):
        offered -= {"designate"}
    return render(
        "suppliers/designation.html",
        row=queries.register_row(seen.id),
        prices=queries.prices_of(seen.id),
        proofs=queries.proofs_of(seen.id),
        compares=viewer().sees_everything,
        history=queries.history_of(seen.id),
        forms={**blank, verb: form} if form else blank,
        refused=form,
        offered=offered | ({"fix"} if may and seen.state in FIXABLE else set()),
        may_change=may and seen.state in operations.CHANGEABLE,
        passed_by_me=may and seen.state == S.PRICE_REVIEW and not policies.may_judge_prices(viewer(), seen),
        may_mend=policies.may_mend(viewer(), seen),
        may_wake=policies.may_wake(viewer(), seen),
        reply=_reply_form(seen, form),
        capacity=queries.capacity_of(seen.programme_id, [seen.organisation_id])[seen.organisation_id],
    )


@bp.post("/designations/<int:designation_id>/capacity")
@login_required
def capacity(designation_id: int) -> Any:
    allow(policies.may_decide(viewer(), _seen(designation_id)))
    form = forms.CapacityForm()
    word = N_("등록된 수행 인력을 고쳤습니다.")

    def deed() -> None:
        told = {"headcount": form.headcount.data or 0, "hundredths": form.person_months.data or 0}
        operations.change_capacity(designation_id, **told, reason=form.reason.data or "", by=viewer())

    return _done(designation_id, "capacity", form, deed, word)


@bp.post("/designations/<int:designation_id>/wake")
@login_required
def wake(designation_id: int) -> Any:
    allow(policies.may_wake(viewer(), _seen(designation_id)))
    word = N_("휴면을 풀었습니다. 다시 수요기업에 추천합니다.")
    return _done(designation_id, "wake", Form(), lambda: operations.wake(designation_id, by=viewer()), word)


@bp.post("/designations/<int:designation_id>/reply")
@login_required
def reply(designation_id: int) -> Any:
    allow(policies.may_reply(viewer(), _seen(designation_id)))
    form = forms.ReplyForm()
    word = N_("답글을 저장했습니다. 공급기업 명부의 실적 아래에 나옵니다.")
    return _done(
        designation_id,
        "reply",
        form,
        lambda: operations.reply_to_figures(designation_id, form.reply.data or "", by=viewer()),
        word,
    )
