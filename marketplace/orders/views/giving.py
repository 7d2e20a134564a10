"""Giving back a part of a voucher early."""

from typing import Any

from flask import abort, redirect, request, url_for
from flask_login import login_required

from marketplace.core.db import spend_once
from marketplace.core.errors import Refused
from marketplace.core.i18n import _, language
from marketplace.core.web import allow, refuse_on, render, viewer
from marketplace.orders import forms, operations, policies, queries, rules
from marketplace.orders.models import ReturnState
from marketplace.orders.views.blueprint import ID, bp, do
from marketplace.vouchers.models import VoucherState
from marketplace.vouchers.queries import find_voucher_seen_by


def _page(voucher_id: int, *, form: Any = None, plan: Any = None, refused: Any = None) -> str:
    voucher = find_voucher_seen_by(viewer(), voucher_id) or abort(404)
    whole, rows = queries.whole_of(voucher), queries.returns_of(voucher_id)
    waiting = next((row for row in rows if row.state == ReturnState.ASKED), None)
    usable = voucher.state == VoucherState.ACTIVE
    if waiting and plan is None and usable:
        plan = _preview(voucher, waiting.supply_minor, None)
    return render(
        "orders/returns.html",
        voucher=voucher,
        whole=whole,
        rows=rows,
        waiting=waiting,
        plan=plan,
        most=rules.most_to_give(whole),
        form=form or forms.ReturnForm(None),
        refused=refused,
        refuse_form=refused if isinstance(refused, forms.ReasonForm) else forms.ReasonForm(None),
        may_ask=usable and waiting is None and policies.may_ask_return(viewer(), voucher),
        may_confirm=waiting is not None and policies.may_confirm_return(viewer(), waiting),
        may_withdraw=waiting is not None and policies.may_ask_return(viewer(), voucher),
    )


def _preview(voucher: Any, supply: int, form: Any) -> Any:
    """What it would do now; None with the reason on the form."""
    try:
        return rules.plan_return(queries.whole_of(voucher), supply)
    except rules.ChangeForbidden as forbidden:
        if form is not None:
            refuse_on(form, Refused(forbidden.phrase.say(_, language()), field=forbidden.field, rule="voucher.return"))
        return None


@bp.get(f"/vouchers/<{ID}:voucher_id>/returns")
@login_required
def returns(voucher_id: int) -> Any:
    voucher = find_voucher_seen_by(viewer(), voucher_id) or abort(404)
    allow(policies.may_see_returns(viewer(), voucher))
    return _page(voucher_id)


@bp.post(f"/vouchers/<{ID}:voucher_id>/returns")
@login_required
def ask_return(voucher_id: int) -> Any:
    voucher = find_voucher_seen_by(viewer(), voucher_id) or abort(404)
    allow(policies.may_ask_return(viewer(), voucher))
    form = forms.ReturnForm()
    typed = form.validate_on_submit()
    if typed and "preview" in request.form:
        plan = _preview(voucher, form.supply.data or 0, form)
        return _page(voucher_id, form=form, plan=plan, refused=None if plan else form), 200 if plan else 422

    def deed() -> None:
        spend_once(form.once.data or "")
        operations.ask_return(
            voucher_id, supply_minor=form.supply.data or 0, reason=form.reason.data or "", by=viewer()
        )

    if do(form, deed, _("반납을 신청했습니다. 담당자가 확인하면 반영됩니다.")):
        return redirect(url_for(".returns", voucher_id=voucher_id), 303)
    return _page(voucher_id, form=form, refused=form), 422


@bp.get(f"/returns/<{ID}:return_id>")
@login_required
def voucher_return(return_id: int) -> Any:
    """Where a notice about a return leads: to its voucher's returns."""
    row, voucher = queries.find_return_seen_by(viewer(), return_id) or abort(404)
    allow(policies.may_see_returns(viewer(), voucher))
    return redirect(url_for(".returns", voucher_id=row.voucher_id))


def _answer(voucher_id: int, form: Any, deed: Any, said: str) -> Any:
    if do(form, deed, said):
        return redirect(url_for(".returns", voucher_id=voucher_id), 303)
    return _page(voucher_id, refused=form), 422


@bp.post(f"/returns/<{ID}:return_id>/confirm")
@login_required
def confirm_return(return_id: int) -> Any:
    row, _voucher = queries.find_return_seen_by(viewer(), return_id) or abort(404)
    allow(policies.may_confirm_return(viewer(), row))
    said = _("반납을 확인했습니다. 지원금은 사업으로, 자부담은 기업으로 돌아갑니다.")
    return _answer(row.voucher_id, forms.ActForm(), lambda: operations.confirm_return(return_id, by=viewer()), said)


@bp.post(f"/returns/<{ID}:return_id>/refuse")
@login_required
def refuse_return(return_id: int) -> Any:
    row, _voucher = queries.find_return_seen_by(viewer(), return_id) or abort(404)
    allow(policies.may_confirm_return(viewer(), row))
    form = forms.ReasonForm()

    def deed() -> None:
        operations.end_return(return_id, form.reason.data, by=viewer())

    return _answer(row.voucher_id, form, deed, _("반납을 반려했습니다."))


@bp.post(f"/returns/<{ID}:return_id>/withdraw")
@login_required
def withdraw_return(return_id: int) -> Any:
    row, voucher = queries.find_return_seen_by(viewer(), return_id) or abort(404)
    allow(policies.may_ask_return(viewer(), voucher))
    return _answer(
        row.voucher_id,
        forms.ActForm(),
        lambda: operations.end_return(return_id, by=viewer()),
        _("신청을 철회했습니다."),
    )
