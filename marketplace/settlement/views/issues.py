"""Pages of invoices that are issued here through the provider: asked for, followed, cancelled."""

from typing import Any

from flask import abort, flash, redirect, url_for
from flask_login import login_required
from werkzeug.wrappers import Response as BaseResponse

from marketplace.core.db import spend_once, transaction
from marketplace.core.errors import Refused
from marketplace.core.i18n import _
from marketplace.core.web import allow, refuse_on, render, viewer
from marketplace.orders import queries as orders
from marketplace.orders.models import PurchaseOrder
from marketplace.settlement import forms, gateway, operations, policies, queries
from marketplace.settlement.models import InvoiceIssue
from marketplace.settlement.rules import AMEND_CODES, SENT, Amends
from marketplace.settlement.views.amend import amendment_page, empty_amendment, offered, seen_invoice
from marketplace.settlement.views.blueprint import bp
from marketplace.settlement.views.invoices import asked_order
from marketplace.settlement.views.pages import empty_form, entry_rows


def _page(order: PurchaseOrder, form: forms.IssueForm | None = None) -> str:
    facts = queries.order_facts(order)
    form = form or empty_form(facts, forms.IssueForm)
    return render(
        "settlement/new_issue.html",
        order=order,
        facts=facts,
        form=form,
        rows=entry_rows(form, facts),
        connected=gateway.is_configured(),
        twin=gateway.is_twin(),
    )


@bp.get("/invoices/issue")
@login_required
def new_issue() -> str:
    order = asked_order()
    allow(policies.may_enter(viewer(), order))
    return _page(order)


def _ask(form: Any, order_id: int, amends: Amends | None) -> BaseResponse | None:
    """Ask for it; None where it is refused, with the words at their fields."""
    if not gateway.is_configured():
        form.form_errors.append(_("전자세금계산서 발급 서비스가 연결되어 있지 않습니다. 발급한 것을 등록하세요."))
        return None
    try:
        with transaction():
            spend_once(form.once.data or "")
            issue_id = operations.ask_issue(order_id, form.typed(), by=viewer(), amends=amends).id
        flash(_("발급을 요청했습니다. 몇 초 뒤에 승인번호가 나옵니다."), "success")
        return redirect(url_for(".issue", issue_id=issue_id), 303)
    except operations.Mismatched as wrong:
        form.show(wrong.findings, {line.id: line.position for line in orders.lines_of(order_id)})
    except Refused as refusal:
        refuse_on(form, refusal)
    return None


@bp.post("/invoices/issue")
@login_required
def ask_issue() -> tuple[str, int] | BaseResponse:
    order = asked_order()
    allow(policies.may_enter(viewer(), order))
    form = forms.IssueForm()
    done = _ask(form, order.id, None) if form.validate() else None
    return done or (_page(asked_order(), form), 422)


@bp.get("/invoices/<int:invoice_id>/issue-amended")
@login_required
def new_issue_amended(invoice_id: int) -> str:
    row, order = seen_invoice(invoice_id)
    allow(policies.may_enter(viewer(), order))
    return amendment_page(invoice_id, empty_amendment(row, forms.IssueAmendForm), issue=True)


@bp.post("/invoices/<int:invoice_id>/issue-amended")
@login_required
def ask_issue_amended(invoice_id: int) -> tuple[str, int] | BaseResponse:
    _row, order = seen_invoice(invoice_id)
    allow(policies.may_enter(viewer(), order))
    form, order_id = offered(forms.IssueAmendForm()), order.id
    done = None
    if form.validate():
        done = _ask(form, order_id, Amends(invoice_id, form.code.data or "", form.note.data or ""))
    return done or (amendment_page(invoice_id, form, issue=True), 422)


def _seen(issue_id: int) -> InvoiceIssue:
    return queries.find_issue_seen_by(viewer(), issue_id) or abort(404)


def _show(issue_id: int, refusal: str = "") -> str:
    row = _seen(issue_id)
    order = orders.get_order(row.order_id)
    return render(
        "settlement/issue.html",
        issue=row,
        order=order,
        codes=AMEND_CODES,
        due_on=queries.send_due_on(row),
        twin=gateway.is_twin(),
        refusal=refusal,
        may_cancel=policies.may_enter(viewer(), order)
        and row.state.value in ("issued", "entered")
        and (row.provider_code or 0) < SENT
        and not (row.amends_id and row.invoice_id),
    )


@bp.get("/issues/<int:issue_id>")
@login_required
def issue(issue_id: int) -> str:
    _seen(issue_id)
    allow(policies.may_list_invoices(viewer()))
    return _show(issue_id)


@bp.post("/issues/<int:issue_id>/cancel")
@login_required
def cancel_issue(issue_id: int) -> tuple[str, int] | BaseResponse:
    row = _seen(issue_id)
    allow(policies.may_enter(viewer(), orders.get_order(row.order_id)))
    try:
        with transaction():
            operations.ask_cancel_issue(issue_id, by=viewer())
        flash(_("발급 취소를 요청했습니다."), "success")
        return redirect(url_for(".issue", issue_id=issue_id), 303)
    except Refused as refusal:
        return _show(issue_id, str(refusal)), 422
