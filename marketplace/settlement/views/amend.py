"""Pages of amended tax invoices: one below zero nets off the invoice it is entered for."""

from typing import Any, TypeVar

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
from marketplace.settlement.models import InvoiceState, TaxInvoice
from marketplace.settlement.rules import AMEND_CODES, plain
from marketplace.settlement.views.blueprint import bp
from marketplace.settlement.views.invoices import note_refusal


def seen_invoice(invoice_id: int) -> tuple[TaxInvoice, PurchaseOrder]:
    """An invoice as the viewer may see it, and its order."""
    row = queries.find_invoice_seen_by(viewer(), invoice_id) or abort(404)
    return row, orders.get_order(row.order_id)


Kind = TypeVar("Kind", bound=forms.AmendForm)


def offered(form: Kind) -> Kind:
    """The form with the reasons to choose from."""
    form.code.choices = [(code, f"{code} {_(word)}") for code, word in AMEND_CODES.items()]
    return form


def empty_amendment(row: TaxInvoice, kind: type[Kind]) -> Kind:
    """The form with everything that is left filled in: whoever nets off a part makes it smaller."""
    form = offered(kind(formdata=None))
    left = queries.net_of(row, queries.REGISTERED)
    for line in left.lines:
        facts: dict[str, Any] = {"order_line_id": line.order_line_id, "quantity": line.quantity.normalize()}
        form.lines.append_entry(facts | {"supply": line.supply_minor, "vat": line.vat_minor})
    form.written_on.data = row.written_on
    form.supply_total.data, form.vat_total.data, form.total.data = left.supply_minor, left.vat_minor, left.total_minor
    return form


def amendment_page(invoice_id: int, form: forms.AmendForm | None = None, *, issue: bool = False) -> str:
    """The form of an amended invoice below zero, to be entered or to be issued here."""
    row, order = seen_invoice(invoice_id)
    form = form or empty_amendment(row, forms.AmendForm)
    left = {line.order_line_id: line for line in queries.net_of(row, queries.REGISTERED).lines}
    lines = {line.id: line for line in orders.lines_of(order.id)}
    rows = [
        {
            "line": lines[entry.form.line_id],
            "left": plain(left[entry.form.line_id].quantity),
            "supply_minor": left[entry.form.line_id].supply_minor,
            "form": entry.form,
        }
        for entry in form.lines
        if entry.form.line_id in left
    ]
    case = queries.case_of_invoice(row.id)
    return render(
        "settlement/amend.html",
        invoice=row,
        order=order,
        case=case,
        form=form,
        rows=rows,
        issue=issue,
        connected=gateway.is_configured(),
    )


@bp.get("/invoices/<int:invoice_id>/amend")
@login_required
def new_amendment(invoice_id: int) -> str:
    _row, order = seen_invoice(invoice_id)
    allow(policies.may_enter(viewer(), order))
    return amendment_page(invoice_id)


@bp.post("/invoices/<int:invoice_id>/amend")
@login_required
def amend(invoice_id: int) -> tuple[str, int] | BaseResponse:
    row, order = seen_invoice(invoice_id)
    allow(policies.may_enter(viewer(), order))
    form, order_id, code = offered(forms.AmendForm()), row.order_id, ""
    if form.validate():
        typed, code = form.typed(), form.code.data
        try:
            with transaction():
                spend_once(form.once.data or "")
                done = operations.amend_invoice(invoice_id, code, typed, note=form.note.data or "", by=viewer())
                state = done.state
            flash(_done(state), "success")
            return redirect(url_for(".invoice", invoice_id=invoice_id), 303)
        except Refused as refusal:
            note_refusal(form, order_id, typed, refusal)
    return amendment_page(invoice_id, form), 422


def _done(state: InvoiceState) -> str:
    if state == InvoiceState.HELD:
        return _("수정세금계산서를 등록했습니다. 승인된 정산이라 두 담당자가 승인을 취소한 뒤에 반영합니다.")
    if state == InvoiceState.RECOVER:
        return _("수정세금계산서를 등록했습니다. 이미 지급된 정산이라 더 지급된 금액을 담당자가 확인합니다.")
    return _("수정세금계산서를 등록하고 당초 세금계산서에서 상쇄했습니다.")


@bp.post("/invoices/<int:invoice_id>/recovery")
@login_required
def note_recovery(invoice_id: int) -> tuple[str, int] | BaseResponse:
    row, _order = seen_invoice(invoice_id)
    allow(policies.may_recover(viewer()))
    form, first_id = forms.RecoveryForm(), row.amends_id or row.id
    if form.validate():
        try:
            with transaction():
                operations.note_recovery(invoice_id, form.reference.data or "", by=viewer())
            flash(_("환수 기록을 적었습니다."), "success")
        except Refused as refusal:
            refuse_on(form, refusal)
    for words in form.errors.values():
        flash(" ".join(map(str, words)), "error")
    return redirect(url_for(".invoice", invoice_id=first_id), 303)
