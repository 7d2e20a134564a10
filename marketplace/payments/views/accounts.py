"""Pages of the accounts that firms are paid to."""

import io
from pathlib import PurePosixPath
from typing import Any

from flask import Response, abort, current_app, flash, redirect, request, send_file, url_for
from flask_login import login_required
from werkzeug.wrappers import Response as BaseResponse

from marketplace.accounts import queries as firms
from marketplace.core.db import spend_once, transaction
from marketplace.core.errors import Refused
from marketplace.core.i18n import _
from marketplace.core.storage import storage
from marketplace.core.web import LARGEST_ID, allow, page_number, refuse_on, render, viewer
from marketplace.payments import forms, operations, policies, queries
from marketplace.payments.models import BankAccount, BankAccountState
from marketplace.payments.views.blueprint import bp

LARGEST = 5 * 1024 * 1024
SHOWN = {"application/pdf": b"%PDF-", "image/png": b"\x89PNG\r\n", "image/jpeg": b"\xff\xd8\xff"}
"""What a copy of a passbook may be, by the bytes it begins with."""


def _wait_days() -> int:
    return int(current_app.config["MARKETPLACE"].bank_wait_days)


def _firm_page(organisation_id: int, form: Any = None, refused: str = "") -> str:
    firm = _firm(organisation_id)
    rows = queries.accounts_of(firm.id)
    form = form or forms.AccountForm(formdata=None)
    live = queries.live_account(firm.id)
    if live is not None and form.errors:  # somebody was quicker: there is no form on the page any more
        refused = " ".join(str(each) for words in form.errors.values() for each in words)
    form.bank_code.choices = [("", _("고르세요")), *firms.bank_choices()]
    return render(
        "payments/accounts_of_firm.html",
        firm=firm,
        rows=rows,
        active=next((row for row in rows if row.state == BankAccountState.ACTIVE), None),
        live=live,
        names=firms.people_names({row.asked_by or 0 for row in rows} | {row.decided_by or 0 for row in rows}),
        form=form,
        may_ask=policies.may_ask_account(viewer(), firm.id),
        may_verify=policies.may_verify_account(viewer()),
        reject_form=forms.RejectForm(formdata=None),
        wait_days=_wait_days(),
        refused=refused,
    )


def _firm(organisation_id: int) -> Any:
    known = firms.find_organisation_seen_by(viewer(), organisation_id) if organisation_id <= LARGEST_ID else None
    return known or abort(404)


@bp.get("/firms/<int:organisation_id>/accounts")
@login_required
def accounts_of_firm(organisation_id: int) -> str:
    firm = _firm(organisation_id)
    allow(policies.may_see_accounts(viewer(), firm.id))
    return _firm_page(organisation_id)


@bp.post("/firms/<int:organisation_id>/accounts")
@login_required
def ask_account(organisation_id: int) -> tuple[str, int] | BaseResponse:
    allow(policies.may_ask_account(viewer(), _firm(organisation_id).id))
    form = forms.AccountForm()
    form.bank_code.choices = firms.bank_choices()
    if form.validate():
        try:
            _ask(organisation_id, form)
            flash(_("계좌를 신청했습니다. 다른 서명권자나 담당자가 확인하면 적용됩니다."), "success")
            return redirect(url_for(".accounts_of_firm", organisation_id=organisation_id), 303)
        except Refused as refusal:
            refuse_on(form, refusal)
    return _firm_page(organisation_id, form), 422


def _ask(organisation_id: int, form: forms.AccountForm) -> None:
    """Keep the copy outside of any transaction, then the row that names it."""
    document = _keep(form.document.data)
    with transaction():
        spend_once(form.once.data or "")
        operations.ask_account(
            organisation_id,
            code=form.bank_code.data or "",
            account=form.bank_account.data or "",
            holder=form.bank_holder.data or "",
            document=document,
            by=viewer(),
        )


def _keep(upload: Any) -> tuple[str, str] | None:
    """Hash and name of an uploaded copy; None where none was sent. Raises Refused for what is no picture and no PDF."""
    if upload is None or not upload.filename:
        return None
    data = upload.stream.read(LARGEST + 1)
    if len(data) > LARGEST or not any(data.startswith(start) for start in SHOWN.values()):
        raise Refused(_("통장 사본은 5MB 이하의 PDF, PNG, JPEG 파일이어야 합니다."), field="document")
    plain = PurePosixPath(upload.filename.replace("\\", "/")).name
    name = "".join(letter for letter in plain if letter.isprintable())[-100:]
    return storage().put(io.BytesIO(data))[0], name or "passbook"


def _account(account_id: int) -> BankAccount:
    known = queries.find_account_seen_by(viewer(), account_id) if account_id <= LARGEST_ID else None
    return known or abort(404)


@bp.get("/accounts")
@login_required
def accounts() -> str:
    allow(policies.may_see_batches(viewer()))
    state = request.args.get("state", "")
    page = queries.accounts_page(page_number(), state=state)
    return render("payments/accounts.html", page=page, states=list(BankAccountState), state=state)


@bp.get("/accounts/<int:account_id>")
@login_required
def account(account_id: int) -> str:
    known = _account(account_id)
    allow(policies.may_see_accounts(viewer(), known.organisation_id))
    return _firm_page(known.organisation_id)


@bp.get("/accounts/<int:account_id>/document")
@login_required
def account_document(account_id: int) -> Response:
    known = _account(account_id)
    allow(policies.may_see_accounts(viewer(), known.organisation_id))
    data = storage().read(known.document_sha256) if known.document_sha256 else abort(404)
    kind = next((kind for kind, start in SHOWN.items() if data.startswith(start)), "application/octet-stream")
    return send_file(io.BytesIO(data), mimetype=kind, as_attachment=True, download_name=known.document_name)


@bp.post("/accounts/<int:account_id>/approve")
@login_required
def approve_account(account_id: int) -> tuple[str, int] | BaseResponse:
    firm_id = _account(account_id).organisation_id
    allow(policies.may_verify_account(viewer()) or policies.may_ask_account(viewer(), firm_id))
    try:
        with transaction():
            operations.approve_account(account_id, wait_days=_wait_days(), by=viewer())
        flash(_("계좌를 승인했습니다. 적용일까지 이 기업의 지급을 멈춥니다."), "success")
        return redirect(url_for(".accounts_of_firm", organisation_id=firm_id), 303)
    except Refused as refusal:
        return _firm_page(firm_id, refused=str(refusal)), 422


@bp.post("/accounts/<int:account_id>/refuse")
@login_required
def refuse_account(account_id: int) -> tuple[str, int] | BaseResponse:
    firm_id = _account(account_id).organisation_id
    allow(policies.may_verify_account(viewer()))
    form = forms.RejectForm()
    if not form.validate():
        return _firm_page(firm_id, refused=" ".join(map(str, form.reason.errors))), 422
    try:
        with transaction():
            operations.refuse_account(account_id, form.reason.data or "", by=viewer())
        flash(_("계좌를 반려했습니다. 모든 서명권자에게 알렸습니다."), "success")
        return redirect(url_for(".accounts_of_firm", organisation_id=firm_id), 303)
    except Refused as refusal:
        return _firm_page(firm_id, refused=str(refusal)), 422


@bp.post("/accounts/<int:account_id>/withdraw")
@login_required
def withdraw_account(account_id: int) -> tuple[str, int] | BaseResponse:
    firm_id = _account(account_id).organisation_id
    allow(policies.may_ask_account(viewer(), firm_id))
    try:
        with transaction():
            operations.withdraw_account(account_id, by=viewer())
        flash(_("계좌 신청을 철회했습니다. 쓰던 계좌를 그대로 씁니다."), "success")
        return redirect(url_for(".accounts_of_firm", organisation_id=firm_id), 303)
    except Refused as refusal:
        return _firm_page(firm_id, refused=str(refusal)), 422
