"""Pages of what the agency's bank shows: statements that are read, deposits that are held."""

from collections.abc import Callable
from typing import Any

from flask import Response, abort, flash, redirect, request, url_for
from flask_login import login_required
from werkzeug.wrappers import Response as BaseResponse

from marketplace.accounts import queries as firms
from marketplace.core import clock
from marketplace.core.db import transaction
from marketplace.core.errors import Refused
from marketplace.core.i18n import _, in_language
from marketplace.core.web import (
    LARGEST_ID,
    allow,
    csv_response,
    make,
    page_number,
    render,
    viewer,
    wants_csv,
)
from marketplace.payments import forms, operations, policies, queries
from marketplace.payments.models import Deposit, DepositState
from marketplace.payments.rules import StatementLine, normal_reference
from marketplace.payments.views.blueprint import bp
from marketplace.programmes import queries as programmes


def _programmes(form: Any) -> Any:
    form.programme_id.choices = [(row.id, in_language(row.name, row.name_en)) for row in programmes.programmes()]
    return form


def _typed(form: Any) -> Any:
    form.payer_code.choices = [("", _("모름")), *firms.bank_choices()]
    return _programmes(form)


def _list_page(refused: str = "", errors: list[str] | None = None) -> str:
    state, text = request.args.get("state", ""), request.args.get("text", "").replace("\0", "").strip()[:80]
    page = queries.bank_deposits_page(page_number(), state=state, text=text)
    return render(
        "payments/deposits.html",
        page=page,
        statements=queries.statements(),
        names=firms.people_names({row.asked_by or 0 for row in page.items}),
        states=list(DepositState),
        state=state,
        form=_programmes(forms.StatementForm(formdata=None)),
        assign_form=forms.AssignForm(formdata=None),
        return_form=forms.ReturnForm(formdata=None),
        reject_form=forms.RejectForm(formdata=None),
        may_enter=policies.may_enter_receipt(viewer()),
        refused=refused,
        errors=errors or [],
    )


@bp.get("/deposits")
@login_required
def deposits() -> str | Response:
    allow(policies.may_see_receipts(viewer()))
    return _deposits_csv() if wants_csv() else _list_page()


def _deposits_csv() -> Response:
    columns = [
        _("은행 거래번호"),
        _("입금일"),
        _("입금액"),
        _("보낸 계좌"),
        _("입금자"),
        _("상태"),
        _("보류 사유"),
        _("바우처"),
    ]
    found: list[Any] = []
    for number in range(1, 401):
        page = queries.bank_deposits_page(number, state=request.args.get("state", ""))
        found += page.items
        if number >= page.pages:
            break
    rows = [
        (
            *(row.reference, row.received_on, row.amount_minor, row.payer, row.payer_name, row.state.label),
            *(row.held_for.label if row.held_for else "", row.voucher or ""),
        )
        for row in found
    ]
    return csv_response("deposits", columns, rows)


@bp.post("/deposits/statement")
@login_required
def read_statement() -> tuple[str, int] | BaseResponse:
    allow(policies.may_enter_receipt(viewer()))
    form = _programmes(forms.StatementForm())
    if not form.validate():
        return _list_page(" ".join(str(each) for words in form.errors.values() for each in words)), 422
    name = "".join(letter for letter in form.file.data.filename or "" if letter.isprintable())[-100:]
    data, programme_id = form.file.data.read(), form.programme_id.data
    try:
        with transaction():
            read = operations.read_bank_statement(programme_id, data, name=name or "statement.csv", by=viewer())
            counts = {"new": read.new_lines, "held": read.held_lines, "known": read.lines - read.new_lines}
        flash(
            _("거래내역을 읽었습니다: 새 입금 %(new)s건, 보류 %(held)s건, 이미 읽은 입금 %(known)s건.", **counts),
            "success",
        )
        return redirect(url_for(".deposits"), 303)
    except operations.StatementRefused as refusal:
        return _list_page(errors=refusal.errors), 422
    except Refused as refusal:
        return _list_page(str(refusal)), 422


@bp.get("/deposits/new")
@login_required
def new_deposit() -> str:
    allow(policies.may_enter_receipt(viewer()))
    form = _typed(forms.DepositForm(formdata=None, received_on=clock.today()))
    return render("payments/deposit.html", form=form)


@bp.post("/deposits/new")
@login_required
def type_deposit() -> tuple[str, int] | BaseResponse:
    allow(policies.may_enter_receipt(viewer()))
    form = _typed(forms.DepositForm())
    status, held = make(
        form, lambda: operations.type_deposit(form.programme_id.data, _line(form), by=viewer()).state.label
    )
    if status:
        return render("payments/deposit.html", form=form), status
    flash(_("입금을 등록했습니다: %(state)s", state=held), "success")
    return redirect(url_for(".deposits"), 303)


def _line(form: forms.DepositForm) -> StatementLine:
    return StatementLine(
        reference=normal_reference(form.reference.data or ""),
        on=form.received_on.data or clock.today(),
        amount=form.amount.data or 0,
        payer_code=form.payer_code.data or "",
        payer_account="".join(letter for letter in form.payer_account.data or "" if letter.isdigit()),
        payer_name=form.payer_name.data or "",
        memo=form.memo.data or "",
    )


def _deposit(deposit_id: int) -> Deposit:
    allow_seen = queries.find_deposit_seen_by(viewer(), deposit_id) if deposit_id <= LARGEST_ID else None
    return allow_seen or abort(404)


def _done(form: Any, work: Callable[[], object], words: str) -> tuple[str, int] | BaseResponse:
    """Carry out one step on a deposit and come back to the list, which says what was refused."""
    if not form.validate():
        return _list_page(" ".join(str(each) for words in form.errors.values() for each in words)), 422
    try:
        with transaction():
            work()
    except Refused as refusal:
        return _list_page(str(refusal)), 422
    flash(words, "success")
    return redirect(url_for(".deposits"), 303)


@bp.post("/deposits/<int:deposit_id>/assign")
@login_required
def assign_deposit(deposit_id: int) -> tuple[str, int] | BaseResponse:
    _deposit(deposit_id)
    allow(policies.may_enter_receipt(viewer()))
    form = forms.AssignForm()
    return _done(
        form,
        lambda: operations.assign_deposit(deposit_id, form.voucher_number.data, form.reason.data, by=viewer()),
        _("바우처에 배정했습니다. 다른 담당자가 자부담 입금에서 확인하면 반영됩니다."),
    )


@bp.post("/deposits/<int:deposit_id>/ask-return")
@login_required
def ask_return(deposit_id: int) -> tuple[str, int] | BaseResponse:
    _deposit(deposit_id)
    allow(policies.may_enter_receipt(viewer()))
    form = forms.RejectForm()
    return _done(
        form,
        lambda: operations.ask_return(deposit_id, form.reason.data, by=viewer()),
        _("반환을 요청했습니다. 다른 담당자가 은행에서 돌려보내고 확인합니다."),
    )


@bp.post("/deposits/<int:deposit_id>/return")
@login_required
def confirm_return(deposit_id: int) -> tuple[str, int] | BaseResponse:
    _deposit(deposit_id)
    allow(policies.may_enter_receipt(viewer()))
    form = forms.ReturnForm()
    return _done(
        form,
        lambda: operations.confirm_return(deposit_id, form.return_reference.data, by=viewer()),
        _("돌려보낸 것으로 기록했습니다."),
    )


@bp.post("/deposits/<int:deposit_id>/keep")
@login_required
def keep_deposit(deposit_id: int) -> tuple[str, int] | BaseResponse:
    _deposit(deposit_id)
    allow(policies.may_enter_receipt(viewer()))
    work = lambda: operations.keep_deposit(deposit_id, by=viewer())  # noqa: E731
    return _done(forms.ConfirmForm(), work, _("돌려보내지 않고 다시 보류합니다."))
