"""Pages of card payments: the firm's way to the card company and back, and the officers' desk."""

from flask import abort, flash, redirect, request, url_for
from flask_login import login_required
from werkzeug.wrappers import Response as BaseResponse

from marketplace.accounts import queries as accounts
from marketplace.core.db import spend_once, transaction
from marketplace.core.errors import Refused
from marketplace.core.i18n import _
from marketplace.core.web import allow, page_number, render, viewer
from marketplace.payments import forms, gateway, jobs, operations, policies, queries
from marketplace.payments.models import CardPaymentState
from marketplace.payments.views.blueprint import bp
from marketplace.vouchers import queries as vouchers


def _pay_page(voucher_id: int, refused: str = "") -> str:
    voucher = vouchers.find_voucher_seen_by(viewer(), voucher_id) or abort(404)
    return render(
        "payments/pay.html",
        voucher=voucher,
        firm=accounts.get_organisation(voucher.organisation_id),
        received=queries.received_of(voucher),
        live=queries.live_card_payment(voucher.id),
        cards=queries.card_payments_of_voucher(voucher.id),
        may_pay=policies.may_pay_by_card(viewer(), voucher.organisation_id),
        card_open=gateway.is_configured(),
        is_twin=gateway.is_twin(),
        form=forms.CardForm(formdata=None),
        refused=refused,
    )


@bp.get("/vouchers/<int:voucher_id>/pay")
@login_required
def pay(voucher_id: int) -> str:
    voucher = vouchers.find_voucher_seen_by(viewer(), voucher_id) or abort(404)
    allow(policies.may_see_card(viewer(), voucher.organisation_id))
    return _pay_page(voucher_id)


@bp.post("/vouchers/<int:voucher_id>/pay")
@login_required
def start_card(voucher_id: int) -> tuple[str, int] | BaseResponse:
    voucher = vouchers.find_voucher_seen_by(viewer(), voucher_id) or abort(404)
    allow(policies.may_pay_by_card(viewer(), voucher.organisation_id) and gateway.is_configured())
    form = forms.CardForm()
    if not form.validate():
        return _pay_page(voucher_id, _("화면을 새로 고친 뒤 다시 보내세요.")), 422
    try:
        with transaction():
            spend_once(form.once.data or "")
            payment_id = operations.start_card_payment(voucher_id, by=viewer()).id
    except Refused as refusal:
        return _pay_page(voucher_id, str(refusal)), 422
    jobs.open_page(payment_id)  # a lost answer is asked for again by the job
    return redirect(url_for(".card", payment_id=payment_id), 303)


def _card_page(payment_id: int, refused: str = "") -> str:
    payment, voucher = queries.find_card_payment_seen_by(viewer(), payment_id) or abort(404)
    refunds = queries.refunds_of(payment.id)
    people = {payment.started_by, *(each.asked_by for each in refunds), *(each.decided_by or 0 for each in refunds)}
    return render(
        "payments/card.html",
        payment=payment,
        voucher=voucher,
        refunds=refunds,
        lines=queries.lines_of_payment(payment.id) if viewer().sees_everything else [],
        names=accounts.people_names(people) if viewer().sees_everything else {},
        may_refund=policies.may_refund(viewer()),
        may_pay=policies.may_pay_by_card(viewer(), voucher.organisation_id),
        came_back=request.args.get("back") == "1",
        is_twin=gateway.is_twin(),
        form=forms.RefundForm(formdata=None),
        refused=refused,
    )


@bp.get("/cards/<int:payment_id>")
@login_required
def card(payment_id: int) -> str:
    _payment, voucher = queries.find_card_payment_seen_by(viewer(), payment_id) or abort(404)
    allow(policies.may_see_card(viewer(), voucher.organisation_id))
    return _card_page(payment_id)


@bp.get("/cards")
@login_required
def cards() -> str:
    allow(policies.may_see_cards(viewer()))
    state = request.args.get("state", "")
    return render(
        "payments/cards.html",
        page=queries.cards_page(page_number(), state=state),
        held=queries.held_by_programme(),
        unexplained=queries.unexplained_lines(),
        late=queries.late_events(),
        states=list(CardPaymentState),
        state=state,
        configured=gateway.is_configured(),
        is_twin=gateway.is_twin(),
    )


@bp.post("/cards/<int:payment_id>/refund")
@login_required
def ask_refund(payment_id: int) -> tuple[str, int] | BaseResponse:
    queries.find_card_payment_seen_by(viewer(), payment_id) or abort(404)
    allow(policies.may_refund(viewer()))
    form = forms.RefundForm()
    if not form.validate():
        return _card_page(payment_id, " ".join(map(str, form.reason.errors))), 422
    try:
        with transaction():
            operations.ask_refund(payment_id, form.reason.data, by=viewer())
        flash(_("환불을 신청했습니다. 다른 담당자가 승인하면 카드사에 보냅니다."), "success")
        return redirect(url_for(".card", payment_id=payment_id), 303)
    except Refused as refusal:
        return _card_page(payment_id, str(refusal)), 422


@bp.post("/refunds/<int:refund_id>/approve")
@login_required
def approve_refund(refund_id: int) -> tuple[str, int] | BaseResponse:
    refund = queries.find_refund_seen_by(viewer(), refund_id) or abort(404)
    allow(policies.may_refund(viewer()))
    payment_id = refund.card_payment_id
    try:
        with transaction():
            operations.approve_refund(refund_id, by=viewer())
        flash(_("환불을 승인했습니다. 곧 카드사에 보냅니다."), "success")
        return redirect(url_for(".card", payment_id=payment_id), 303)
    except Refused as refusal:
        return _card_page(payment_id, str(refusal)), 422


@bp.post("/refunds/<int:refund_id>/refuse")
@login_required
def refuse_refund(refund_id: int) -> tuple[str, int] | BaseResponse:
    refund = queries.find_refund_seen_by(viewer(), refund_id) or abort(404)
    allow(policies.may_refund(viewer()))
    form, payment_id = forms.RefundForm(), refund.card_payment_id
    if not form.validate():
        return _card_page(payment_id, " ".join(map(str, form.reason.errors))), 422
    try:
        with transaction():
            operations.refuse_refund(refund_id, form.reason.data, by=viewer())
        flash(_("환불을 반려했습니다. 결제는 그대로 둡니다."), "success")
        return redirect(url_for(".card", payment_id=payment_id), 303)
    except Refused as refusal:
        return _card_page(payment_id, str(refusal)), 422
