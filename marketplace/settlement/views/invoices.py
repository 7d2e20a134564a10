"""Pages of invoices: a firm's list, the form, one invoice with its match."""

from flask import abort, flash, redirect, request, url_for
from flask_login import login_required
from werkzeug.wrappers import Response as BaseResponse

from marketplace.core import clock
from marketplace.core.db import spend_once, transaction
from marketplace.core.errors import Refused
from marketplace.core.i18n import _
from marketplace.core.web import LARGEST_ID, allow, page_number, refuse_on, render, viewer
from marketplace.orders import queries as orders
from marketplace.orders.models import PurchaseOrder
from marketplace.papers import queries as papers
from marketplace.settlement import forms, gateway, operations, policies, queries
from marketplace.settlement.models import CaseState, InvoiceState
from marketplace.settlement.rules import AMEND_CODES, Amends, TypedInvoice
from marketplace.settlement.views.blueprint import bp
from marketplace.settlement.views.pages import empty_form, entry_rows, match_rows, said


@bp.get("/invoices")
@login_required
def invoices() -> str:
    allow(policies.may_list_invoices(viewer()))
    supplier_id = viewer().organisation_id if viewer().is_supplier else None
    return render(
        "settlement/invoices.html",
        page=queries.invoices_page(viewer(), page_number()),
        to_invoice=queries.orders_to_invoice(supplier_id) if supplier_id else [],
        sells=supplier_id is not None,
        issues=queries.issues_of_supplier(supplier_id) if supplier_id else [],
        today=clock.today(),
        connected=gateway.is_configured(),
    )


def asked_order() -> PurchaseOrder:
    """The order named by ?order_id=, as the viewer may see it."""
    text = request.args.get("order_id", "")
    identity = int(text) if text.isascii() and text.isdigit() and len(text) < 20 else 0
    found: PurchaseOrder | None = None
    if 0 < identity <= LARGEST_ID:
        found = orders.find_order_seen_by(viewer(), identity)
    return found or abort(404)


def _amends() -> Amends | None:
    """The invoice that ?amends= and ?code= say this one takes the place of, or adds to."""
    text, code = request.args.get("amends", ""), request.args.get("code", "")
    if not (text.isascii() and text.isdigit() and len(text) < 20 and 0 < int(text) <= LARGEST_ID):
        return None
    found = queries.find_invoice_seen_by(viewer(), int(text))
    return Amends(found.id, code[:2]) if found is not None and code in AMEND_CODES else None


def _invoice_page(order: PurchaseOrder, form: forms.InvoiceForm | None = None) -> str:
    facts = queries.order_facts(order)
    form = form or empty_form(facts, forms.InvoiceForm)
    return render(
        "settlement/new.html", order=order, facts=facts, form=form, rows=entry_rows(form, facts), amends=_amends()
    )


@bp.get("/invoices/new")
@login_required
def new() -> str:
    order = asked_order()
    allow(policies.may_enter(viewer(), order))
    return _invoice_page(order)


@bp.post("/invoices/new")
@login_required
def create() -> tuple[str, int] | BaseResponse:
    order = asked_order()
    allow(policies.may_enter(viewer(), order))
    form = forms.InvoiceForm()
    if form.validate():
        typed = form.typed()
        try:
            with transaction():
                spend_once(form.once.data or "")
                invoice_id = operations.enter_invoice(order.id, typed, by=viewer(), amends=_amends()).invoice_id
            flash(_("세금계산서가 발주·검수와 일치합니다. 정산 승인을 기다립니다."), "success")
            return redirect(url_for(".invoice", invoice_id=invoice_id), 303)
        except Refused as refusal:
            note_refusal(form, asked_order().id, typed, refusal)
    return _invoice_page(asked_order(), form), 422


def note_refusal(form: forms.InvoiceForm, order_id: int, typed: TypedInvoice, refusal: Refused) -> None:
    """Keep evidence of the refused attempt, now that everything else is rolled back, and put each word at its field."""
    with transaction():
        operations.note_refused(order_id, typed, refusal, by=viewer())
    if isinstance(refusal, operations.Mismatched):
        form.show(refusal.findings, {line.id: line.position for line in orders.lines_of(order_id)})
    else:
        refuse_on(form, refusal)


def _show_invoice(invoice_id: int, refusal: str = "") -> str:
    invoice = queries.find_invoice_seen_by(viewer(), invoice_id) or abort(404)
    allow(policies.may_list_invoices(viewer()))
    if invoice.supply_minor < 0:  # shown with the invoice that it nets off
        return _show_invoice(invoice.amends_id or 0, refusal)
    case = queries.case_of_invoice(invoice_id)
    sheet = queries.match_of(case)
    return render(
        "settlement/invoice.html",
        invoice=invoice,
        case=case,
        sheet=sheet,
        rows=match_rows(sheet),
        general=said(sheet.general),
        papers=papers.papers_about(viewer(), case.subject),
        may_withdraw=policies.may_withdraw(viewer(), invoice) and case.state == CaseState.OPEN,
        refusal=refusal,
        issue=queries.issue_of_invoice(invoice.id),
        amendments=queries.amendments_of(invoice.id),
        codes=AMEND_CODES,
        first=queries.get_invoice(invoice.amends_id) if invoice.amends_id else None,
        may_amend=policies.may_enter(viewer(), sheet.facts.order)
        and invoice.state in (InvoiceState.MATCHED, InvoiceState.APPROVED, InvoiceState.PAID),
        may_replace=policies.may_enter(viewer(), sheet.facts.order)
        and invoice.state == InvoiceState.CANCELLED
        and queries.replacement_of(invoice.id) is None,
        may_recover=policies.may_recover(viewer()),
        recovery_form=forms.RecoveryForm(formdata=None),
    )


@bp.get("/invoices/<int:invoice_id>")
@login_required
def invoice(invoice_id: int) -> str:
    return _show_invoice(invoice_id)


@bp.post("/invoices/<int:invoice_id>/withdraw")
@login_required
def withdraw(invoice_id: int) -> tuple[str, int] | BaseResponse:
    row = queries.find_invoice_seen_by(viewer(), invoice_id) or abort(404)
    allow(policies.may_withdraw(viewer(), row))
    try:
        with transaction():
            operations.withdraw_invoice(invoice_id, by=viewer())
        flash(_("세금계산서를 철회했습니다. 같은 번호로 다시 등록할 수 있습니다."), "success")
        return redirect(url_for(".invoice", invoice_id=invoice_id), 303)
    except Refused as refusal:
        return _show_invoice(invoice_id, str(refusal)), 422
