"""Deeds on an order's page."""

from typing import Any

from flask_login import login_required

from marketplace.core.i18n import _
from marketplace.core.web import allow, viewer
from marketplace.orders import forms, operations, policies, queries
from marketplace.orders.models import PurchaseOrder
from marketplace.orders.views.blueprint import ID, act, bp, order_page, seen


@bp.get(f"/<{ID}:order_id>")
@login_required
def show(order_id: int) -> Any:
    order = seen(order_id)
    allow(policies.may_see(viewer(), order))
    return order_page(order)


@bp.post(f"/<{ID}:order_id>/submit")
@login_required
def submit(order_id: int) -> Any:
    order = seen(order_id)
    allow(policies.may_submit_within(viewer(), order, queries.member_limit_of(order.organisation_id)))
    said = _("발주했습니다. 금액을 예약하고 공급기업에 알렸습니다.")
    return act(order_id, "submit", forms.ActForm(), lambda: operations.submit_order(order_id, by=viewer()), said)


@bp.post(f"/<{ID}:order_id>/ask")
@login_required
def ask(order_id: int) -> Any:
    allow(policies.may_ask(viewer(), seen(order_id)))
    said = _("결재를 올리고 서명권자에게 알렸습니다.")
    return act(order_id, "ask", forms.ActForm(), lambda: operations.ask_approval(order_id, by=viewer()), said)


@bp.post(f"/<{ID}:order_id>/return")
@login_required
def give_back(order_id: int) -> Any:
    allow(policies.may_return(viewer(), seen(order_id)))
    form = forms.ReasonForm()
    said = _("작성 중으로 되돌렸습니다.")
    return act(order_id, "return", form, lambda: operations.return_draft(order_id, form.reason.data, by=viewer()), said)


@bp.post(f"/<{ID}:order_id>/accept")
@login_required
def accept(order_id: int) -> Any:
    allow(policies.may_answer(viewer(), seen(order_id)))
    form = forms.AcceptForm()
    said = _("수주를 확인했습니다. 납기일까지 납품하세요.")

    def deed() -> PurchaseOrder:
        return operations.accept_order(order_id, hundredths=form.person_months.data, by=viewer())

    return act(order_id, "accept", form, deed, said)


@bp.post(f"/<{ID}:order_id>/decline")
@login_required
def decline(order_id: int) -> Any:
    allow(policies.may_answer(viewer(), seen(order_id)))
    form = forms.ReasonForm()
    said = _("수주를 거절했습니다. 예약한 금액이 바우처로 돌아갔습니다.")
    return act(
        order_id, "decline", form, lambda: operations.decline_order(order_id, form.reason.data, by=viewer()), said
    )


@bp.post(f"/<{ID}:order_id>/cancel")
@login_required
def cancel(order_id: int) -> Any:
    allow(policies.may_cancel(viewer(), seen(order_id)))
    form = forms.ReasonForm()
    said = _("취소했습니다. 예약한 금액이 있으면 바우처로 돌아갔습니다.")
    return act(order_id, "cancel", form, lambda: operations.cancel_order(order_id, form.reason.data, by=viewer()), said)


@bp.post(f"/<{ID}:order_id>/close")
@login_required
def close(order_id: int) -> Any:
    allow(policies.may_close(viewer(), seen(order_id)))
    form = forms.CloseForm()
    said = _("발주를 완료했습니다. 쓰지 않은 금액이 바우처로 돌아갔습니다.")
    return act(
        order_id, "close", form, lambda: operations.close_order(order_id, form.reason.data or "", by=viewer()), said
    )
