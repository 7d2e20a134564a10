"""Pages of the own share coming in."""

from flask import Response, abort, flash, redirect, request, url_for
from flask_login import login_required
from werkzeug.wrappers import Response as BaseResponse

from marketplace.accounts import queries as accounts
from marketplace.core import clock
from marketplace.core.db import spend_once, transaction
from marketplace.core.errors import Refused
from marketplace.core.i18n import _
from marketplace.core.web import LARGEST_ID, allow, csv_response, page_number, refuse_on, render, viewer, wants_csv
from marketplace.payments import forms, operations, policies, queries
from marketplace.payments.models import ReceiptState
from marketplace.payments.rules import same_depositor
from marketplace.payments.views.blueprint import bp
from marketplace.vouchers import queries as vouchers


def _filter_form() -> forms.ReceiptFilterForm:
    form = forms.ReceiptFilterForm(request.args)
    form.state.choices = [("", _("전체")), *((state.value, state.label) for state in ReceiptState)]
    return form


def _list_page(refused: str = "") -> str:
    form = _filter_form()
    valid = form.validate()
    page = queries.receipts_page(
        page_number(), state=form.state.data or "" if valid else "", text=form.text.data or "" if valid else ""
    )
    people = {row.entered_by or 0 for row in page.items} | {row.confirmed_by or 0 for row in page.items}
    return render(
        "payments/receipts.html",
        page=page,
        form=form,
        deposits=queries.deposits_page(1),
        names=accounts.people_names(people),
        may_enter=policies.may_enter_receipt(viewer()),
        reject_form=forms.RejectForm(formdata=None),
        refused=refused,
    )


@bp.get("/receipts")
@login_required
def receipts() -> str | Response:
    allow(policies.may_see_receipts(viewer()))
    return _receipts_csv() if wants_csv() else _list_page()


def _receipts_csv() -> Response:
    columns = [_("바우처 번호"), _("기업"), _("입금자"), _("은행 거래번호"), _("입금일"), _("입금액"), _("상태")]
    found: list[queries.ReceiptRow] = []
    for number in range(1, 401):
        page = queries.receipts_page(number, state=request.args.get("state", ""))
        found += page.items
        if number >= page.pages:
            break
    rows = [
        (
            *(row.voucher_number, row.firm, row.depositor, row.bank_reference),
            *(row.received_on, row.amount_minor, row.state.label),
        )
        for row in found
    ]
    return csv_response("receipts", columns, rows)


def _form_page(form: forms.ReceiptForm) -> str:
    """The form, beside it what the voucher it names still waits for."""
    text = request.args.get("voucher_id", "")
    identity = int(text) if text.isascii() and text.isdigit() and len(text) < 20 else 0
    number = form.voucher_number.data or ""
    voucher = queries.find_voucher_by_number(number) if number and "\0" not in number else None
    if voucher is None and 0 < identity <= LARGEST_ID:
        voucher = vouchers.find_voucher_seen_by(viewer(), identity)
    firm = accounts.get_organisation(voucher.organisation_id) if voucher else None
    received = queries.received_of(voucher) if voucher else None
    if voucher and received and not form.is_submitted():
        form.voucher_number.data, form.received_on.data = voucher.number, clock.today()
    typed = form.depositor.data
    differs = bool(firm and typed and not same_depositor(typed, firm.name, firm.name_en, firm.bank_holder))
    return render(
        "payments/receipt.html", form=form, voucher=voucher, firm=firm, received=received, payer_differs=differs
    )


@bp.get("/receipts/new")
@login_required
def new_receipt() -> str:
    allow(policies.may_enter_receipt(viewer()))
    return _form_page(forms.ReceiptForm(formdata=None))


@bp.post("/receipts/new")
@login_required
def enter_receipt() -> tuple[str, int] | BaseResponse:
    allow(policies.may_enter_receipt(viewer()))
    form = forms.ReceiptForm()
    if form.validate():
        try:
            _enter(form)
            flash(_("입금을 등록했습니다. 다른 담당자가 확인하면 반영됩니다."), "success")
            return redirect(url_for(".receipts"), 303)
        except Refused as refusal:
            refuse_on(form, refusal)
    return _form_page(form), 422


def _enter(form: forms.ReceiptForm) -> None:
    """Find the voucher that the number names, and write the receipt down."""
    voucher = queries.find_voucher_by_number(form.voucher_number.data or "")
    if voucher is None:
        raise Refused(_("그런 번호의 바우처가 없습니다. 번호를 확인하세요."), field="voucher_number")
    with transaction():
        spend_once(form.once.data or "")
        operations.enter_receipt(
            voucher.id,
            amount_minor=form.amount.data or 0,
            depositor=form.depositor.data or "",
            bank_reference=form.bank_reference.data or "",
            received_on=form.received_on.data or clock.today(),
            by=viewer(),
        )


@bp.post("/receipts/<int:receipt_id>/confirm")
@login_required
def confirm_receipt(receipt_id: int) -> tuple[str, int] | BaseResponse:
    queries.find_receipt_seen_by(viewer(), receipt_id) or abort(404)
    allow(policies.may_enter_receipt(viewer()))
    try:
        with transaction():
            operations.confirm_receipt(receipt_id, by=viewer())
        flash(_("입금을 확인했습니다. 자부담이 모두 들어오면 바우처가 곧 활성화됩니다."), "success")
        return redirect(url_for(".receipts"), 303)
    except Refused as refusal:
        return _list_page(str(refusal)), 422


@bp.post("/receipts/<int:receipt_id>/reject")
@login_required
def reject_receipt(receipt_id: int) -> tuple[str, int] | BaseResponse:
    queries.find_receipt_seen_by(viewer(), receipt_id) or abort(404)
    allow(policies.may_enter_receipt(viewer()))
    form = forms.RejectForm()
    if not form.validate():
        return _list_page(" ".join(map(str, form.reason.errors))), 422
    try:
        with transaction():
            operations.reject_receipt(receipt_id, form.reason.data or "", by=viewer())
        flash(_("반려했습니다. 은행 거래번호는 다시 등록할 수 있습니다."), "success")
        return redirect(url_for(".receipts"), 303)
    except Refused as refusal:
        return _list_page(str(refusal)), 422


@bp.post("/receipts/<int:receipt_id>/ask-reversal")
@login_required
def ask_reversal(receipt_id: int) -> tuple[str, int] | BaseResponse:
    queries.find_receipt_seen_by(viewer(), receipt_id) or abort(404)
    allow(policies.may_enter_receipt(viewer()))
    form = forms.RejectForm()
    if not form.validate():
        return _list_page(" ".join(map(str, form.reason.errors))), 422
    try:
        with transaction():
            operations.ask_reversal(receipt_id, form.reason.data or "", by=viewer())
        flash(_("취소를 요청했습니다. 다른 담당자가 승인해야 합니다."), "success")
        return redirect(url_for(".receipts"), 303)
    except Refused as refusal:
        return _list_page(str(refusal)), 422


@bp.post("/receipts/<int:receipt_id>/reverse")
@login_required
def reverse_receipt(receipt_id: int) -> tuple[str, int] | BaseResponse:
    queries.find_receipt_seen_by(viewer(), receipt_id) or abort(404)
    allow(policies.may_enter_receipt(viewer()))
    try:
        with transaction():
            operations.reverse_receipt(receipt_id, by=viewer())
        flash(_("입금을 취소했습니다. 새 기록으로 남고 처음 기록은 그대로 있습니다."), "success")
        return redirect(url_for(".receipts"), 303)
    except Refused as refusal:
        return _list_page(str(refusal)), 422
