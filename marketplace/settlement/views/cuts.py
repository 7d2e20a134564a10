"""Pages of what is not recognised: an officer sets it, the supplier answers, another officer decides."""

from typing import Any

from flask import abort, flash, redirect, url_for
from flask_login import login_required
from werkzeug.wrappers import Response as BaseResponse

from marketplace.core.db import spend_once, transaction
from marketplace.core.errors import Refused
from marketplace.core.i18n import _
from marketplace.core.web import allow, refuse_on, render, viewer
from marketplace.settlement import forms, operations, policies, queries
from marketplace.settlement.models import Disallowance, SettlementCase
from marketplace.settlement.rules import CODES
from marketplace.settlement.views.blueprint import bp
from marketplace.settlement.views.pages import cut_rows


def _offered(case: SettlementCase, formdata: Any = True) -> forms.DisallowForm:
    form = forms.DisallowForm() if formdata else forms.DisallowForm(formdata=None)
    form.line_id.choices = [(line.id, line.description) for line in queries.lines_of_invoice(case.invoice_id)]
    form.code.choices = [(code, f"{code} {_(word)}") for code, word in CODES.items()]
    return form


def _form_page(case: SettlementCase, form: forms.DisallowForm) -> str:
    return render("settlement/new_cut.html", case=case, form=form, days=queries.objection_days(case)[0])


@bp.get("/cases/<int:case_id>/disallow")
@login_required
def new_cut(case_id: int) -> str:
    case = queries.find_case_seen_by(viewer(), case_id) or abort(404)
    allow(policies.may_decide(viewer()))
    return _form_page(case, _offered(case, formdata=None))


@bp.post("/cases/<int:case_id>/disallow")
@login_required
def add_cut(case_id: int) -> tuple[str, int] | BaseResponse:
    case = queries.find_case_seen_by(viewer(), case_id) or abort(404)
    allow(policies.may_decide(viewer()))
    form = _offered(case)
    if form.validate():
        try:
            with transaction():
                spend_once(form.once.data or "")
                facts = {"line_id": form.line_id.data, "code": form.code.data, "supply_minor": form.supply.data}
                operations.disallow(case_id, **facts, reason=form.reason.data or "", by=viewer())
            flash(_("불인정을 통지했습니다. 공급기업의 답을 기다립니다."), "success")
            return redirect(url_for(".case", case_id=case_id), 303)
        except Refused as refusal:
            refuse_on(form, refusal)
    return _form_page(queries.get_case(case_id), form), 422


def _seen(disallowance_id: int) -> tuple[Disallowance, SettlementCase]:
    item = queries.find_disallowance_seen_by(viewer(), disallowance_id) or abort(404)
    return item, queries.get_case(item.case_id)


def _cut_page(disallowance_id: int, reply: Any = None, decide: Any = None) -> str:
    item, case = _seen(disallowance_id)
    row = next(row for row in cut_rows(viewer(), case) if row.item.id == item.id)
    return render(
        "settlement/cut.html",
        row=row,
        case=case,
        reply_form=reply or forms.ReplyForm(formdata=None),
        decide_form=decide or forms.DecideForm(formdata=None),
    )


@bp.get("/disallowances/<int:disallowance_id>")
@login_required
def cut(disallowance_id: int) -> str:
    _seen(disallowance_id)
    allow(policies.may_list_invoices(viewer()))
    return _cut_page(disallowance_id)


@bp.post("/disallowances/<int:disallowance_id>/reply")
@login_required
def reply(disallowance_id: int) -> tuple[str, int] | BaseResponse:
    _item, case = _seen(disallowance_id)
    allow(policies.may_reply(viewer(), case))
    form, case_id = forms.ReplyForm(), case.id
    if form.validate():
        try:
            with transaction():
                operations.reply_to_disallowance(
                    disallowance_id, accepts=form.answer.data == "accept", reply=form.reply.data or "", by=viewer()
                )
            flash(_("답변을 보냈습니다."), "success")
            return redirect(url_for(".case", case_id=case_id), 303)
        except Refused as refusal:
            refuse_on(form, refusal)
    return _cut_page(disallowance_id, reply=form), 422


@bp.post("/disallowances/<int:disallowance_id>/decide")
@login_required
def decide(disallowance_id: int) -> tuple[str, int] | BaseResponse:
    _item, case = _seen(disallowance_id)
    allow(policies.may_decide(viewer()))
    form, case_id = forms.DecideForm(), case.id
    if form.validate():
        try:
            with transaction():
                operations.decide_objection(
                    disallowance_id, upholds=form.decision.data == "uphold", reason=form.reason.data or "", by=viewer()
                )
            flash(_("이의를 결정했습니다."), "success")
            return redirect(url_for(".case", case_id=case_id), 303)
        except Refused as refusal:
            refuse_on(form, refusal)
    return _cut_page(disallowance_id, decide=form), 422


@bp.post("/disallowances/<int:disallowance_id>/withdraw")
@login_required
def withdraw_cut(disallowance_id: int) -> tuple[str, int] | BaseResponse:
    _item, case = _seen(disallowance_id)
    allow(policies.may_decide(viewer()))
    case_id, form = case.id, forms.DecideForm(formdata=None)
    try:
        with transaction():
            operations.withdraw_disallowance(disallowance_id, by=viewer())
        flash(_("불인정을 취소했습니다. 금액이 다시 인정됩니다."), "success")
        return redirect(url_for(".case", case_id=case_id), 303)
    except Refused as refusal:
        refuse_on(form, refusal)
        return _cut_page(disallowance_id, decide=form), 422
