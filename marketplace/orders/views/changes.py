"""Change orders: proposed with a preview, looked at, signed, refused, taken back."""

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask_login import login_required

from marketplace.accounts import queries as accounts
from marketplace.core.errors import Refused
from marketplace.core.i18n import _, language
from marketplace.core.web import allow, make, refuse_on, render, viewer
from marketplace.orders import forms, operations, policies, queries
from marketplace.orders.models import ChangeOrderKind, ChangeOrderReason, ChangeOrderState, OrderState
from marketplace.orders.rules import ChangeForbidden
from marketplace.orders.views.blueprint import ID, bp, do, seen
from marketplace.papers.queries import get_paper


def _wanted(form: forms.ChangeOrderForm) -> dict[str, Any]:
    """What the form asks for: quantities, prices and day belong to other terms alone."""
    if form.kind.data != ChangeOrderKind.TERMS:
        return {"quantities": {}, "prices": {}, "deliver_by": None}
    return {"quantities": form.quantities(), "prices": form.prices(), "deliver_by": form.deliver_by.data}


def _preview(order_id: int, form: forms.ChangeOrderForm) -> dict[str, Any] | None:
    """What the change would do now; None with the reason on the form."""
    try:
        return queries.plan_of(seen(order_id), form.kind.data, **_wanted(form)).facts()
    except ChangeForbidden as forbidden:
        words = forbidden.phrase.say(_, language())
        refuse_on(form, Refused(words, field=forbidden.field, rule="order.change"))
        return None


def _new_page(order_id: int, form: forms.ChangeOrderForm, plan: dict[str, Any] | None = None) -> str:
    order = seen(order_id)
    alone = queries.is_overdue(order) and policies.may_submit(viewer(), order)
    return render(
        "orders/change_new.html", order=order, lines=queries.lines_of(order.id), form=form, plan=plan, alone=alone
    )


def _propose(order_id: int, form: forms.ChangeOrderForm) -> int:
    return operations.propose_change(
        order_id,
        kind=ChangeOrderKind(form.kind.data),
        reason_code=ChangeOrderReason(form.reason_code.data),
        reason=form.reason.data or "",
        **_wanted(form),
        by=viewer(),
    ).id


@bp.route(f"/<{ID}:order_id>/changes/new", methods=["GET", "POST"])
@login_required
def propose(order_id: int) -> Any:
    order = seen(order_id)
    allow(policies.may_propose(viewer(), order))
    if order.state != OrderState.ACCEPTED:
        raise Refused(_("수락된 발주만 변경할 수 있습니다(현재 %(state)s).", state=order.state.label))
    form = forms.change_order_form(queries.lines_of(order.id))(kind="terms", deliver_by=order.deliver_by)
    if not form.validate_on_submit():
        return (_new_page(order_id, form), 422) if request.method == "POST" else _new_page(order_id, form)
    if "preview" in request.form:
        plan = _preview(order_id, form)
        return _new_page(order_id, form, plan), 200 if plan else 422
    status, change_id = make(form, lambda: _propose(order_id, form))
    if status:
        return _new_page(order_id, form), status
    flash(_("변경 발주서를 만들었습니다."), "success")
    return redirect(url_for(".change", change_id=change_id), 303)


def _page(change_id: int, **refused: Any) -> str:
    change, order = queries.find_change_seen_by(viewer(), change_id) or abort(404)
    signers = queries.signers_of(change, order)
    waits = {each.organisation_id for each in signers if each.signed_at is None}
    open_ = change.state == ChangeOrderState.SIGNING
    may_sign = open_ and policies.may_sign_change(viewer(), order) and viewer().organisation_id in waits
    return render(
        "orders/change.html",
        change=change,
        order=order,
        plan=change.plan,
        signers=signers,
        paper=get_paper(change.paper_id or 0),
        may_read=viewer().sees_everything or viewer().organisation_id in (order.organisation_id, order.supplier_id),
        may_sign=may_sign,
        may_refuse=open_ and policies.may_refuse_change(viewer(), order, change),
        may_withdraw=open_ and policies.may_withdraw_change(viewer(), order, change),
        step_up=accounts.find_fresh_step_up(viewer()) if may_sign else None,
        step_up_minutes=accounts.STEP_UP_MINUTES,
        **({"sign_form": forms.SignForm(None), "refuse_form": forms.ReasonForm(None), "plain": None} | refused),
    )


def _answer(change_id: int, name: str, form: Any, deed: Callable[[], Any], said: str) -> Any:
    if do(form, deed, said):
        return redirect(url_for(".change", change_id=change_id), 303)
    return _page(change_id, **{name: form}), 422


@bp.get(f"/changes/<{ID}:change_id>")
@login_required
def change(change_id: int) -> Any:
    _change, order = queries.find_change_seen_by(viewer(), change_id) or abort(404)
    allow(policies.may_see(viewer(), order))
    return _page(change_id)


@bp.post(f"/changes/<{ID}:change_id>/sign")
@login_required
def sign_change(change_id: int) -> Any:
    _change, order = queries.find_change_seen_by(viewer(), change_id) or abort(404)
    allow(policies.may_sign_change(viewer(), order))
    form = forms.SignForm()

    def deed() -> None:
        operations.sign_change_order(change_id, seen_paper_sha256=form.seen_paper.data, by=viewer())

    return _answer(change_id, "sign_form", form, deed, _("서명했습니다."))


@bp.post(f"/changes/<{ID}:change_id>/refuse")
@login_required
def refuse_change(change_id: int) -> Any:
    row, order = queries.find_change_seen_by(viewer(), change_id) or abort(404)
    allow(policies.may_refuse_change(viewer(), order, row))
    form = forms.ReasonForm()

    def deed() -> None:
        operations.refuse_change_order(change_id, form.reason.data or "", by=viewer())

    return _answer(change_id, "refuse_form", form, deed, _("변경을 거절했습니다. 발주는 그대로입니다."))


@bp.post(f"/changes/<{ID}:change_id>/withdraw")
@login_required
def withdraw_change(change_id: int) -> Any:
    row, order = queries.find_change_seen_by(viewer(), change_id) or abort(404)
    allow(policies.may_withdraw_change(viewer(), order, row))
    said = _("변경을 철회했습니다. 발주는 그대로입니다.")
    return _answer(
        change_id, "plain", forms.ActForm(), lambda: operations.withdraw_change_order(change_id, by=viewer()), said
    )
