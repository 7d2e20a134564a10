"""Pages of orders."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask_login import login_required
from werkzeug.wrappers import Response as BaseResponse

from marketplace.catalogue.queries import plan_words
from marketplace.core import clock
from marketplace.core.db import spend_once, transaction
from marketplace.core.errors import Refused
from marketplace.core.i18n import N_, _, language
from marketplace.core.money import Money
from marketplace.core.web import allow, csv_response, page_number, refuse_on, render, same_page, viewer, wants_csv
from marketplace.orders import forms, operations, policies, queries
from marketplace.orders.models import OrderState, PurchaseOrder
from marketplace.orders.queries import Filters, Offer
from marketplace.orders.rules import progress
from marketplace.papers.queries import papers_about
from marketplace.suppliers import queries as suppliers

bp = Blueprint("orders", __name__, url_prefix="/orders")
ID = "int(max=9223372036854775807)"
CSV_COLUMNS = (
    N_("번호"), N_("제목"), N_("수요기업"), N_("공급기업"), N_("바우처"), N_("상태"), N_("합계"), N_("바우처 지원금"),
    N_("납기일"), N_("발주 금액"), N_("납품한 금액"), N_("합격한 금액"), N_("청구한 금액"), N_("지급한 금액"),
)  # fmt: skip


@bp.get("/")
@login_required
def index() -> Any:
    allow(policies.may_list(viewer()))
    form = forms.FilterForm(request.args)
    typed = form.data if form.validate() else {}
    side = request.args.get("side", "")
    filters = Filters(typed.get("text") or "", typed.get("state") or "", side, typed.get("since"), typed.get("until"))
    if wants_csv():
        return _csv(queries.orders_for_export(viewer(), filters))
    page = queries.orders_page(viewer(), filters, page_number())
    both = viewer().is_sme and viewer().is_supplier
    csv_url = same_page(format="csv")
    return render("orders/index.html", form=form, page=page, side=side, both=both, csv_url=csv_url)


def _csv(rows: list[queries.OrderRow]) -> BaseResponse:
    cells = (
        (
            row.number, row.title, row.buyer, row.supplier, row.voucher, row.state.label, row.total_minor,
            row.support_minor, row.deliver_by, row.ordered, row.delivered, row.accepted, row.invoiced, row.paid,
        )
        for row in rows
    )  # fmt: skip
    return csv_response("orders", [_(word) for word in CSV_COLUMNS], cells)


def _offer_page(offer: Offer) -> Any:
    """The form for a new order; after a POST, the draft it made or the same page with what is wrong."""
    choices = queries.vouchers_for(viewer().organisation_id or 0, offer)
    plans = offer.priced_plans
    asked = next((plan for plan in plans if plan.unit == request.args.get("unit")), plans[0] if plans else None)
    form = forms.DraftForm(
        voucher=choices[0].id if len(choices) == 1 else None,
        unit=asked.unit if asked else offer.unit_label,
        quantity=offer.quantity or Decimal(max(request.args.get("quantity", 0, int), asked.minimum if asked else 1)),
        deliver_by=clock.today() + timedelta(days=max(offer.lead_days, 1)),
    )
    form.voucher.choices = [(choice.id, _words(choice)) for choice in choices]
    form.unit.choices = [(plan.unit, plan_words(plan)) for plan in plans]
    if len(plans) < 2:  # nothing to choose
        del form.unit
    if form.validate_on_submit():
        try:
            return redirect(url_for(".show", order_id=_draft(offer, form)), 303)
        except Refused as refusal:
            refuse_on(form, refusal)
    page = render("orders/new.html", offer=offer, form=form, choices=choices)
    return (page, 422) if request.method == "POST" else page


def _words(choice: queries.Choice) -> str:
    """A voucher as a person chooses it."""
    return _(
        "%(number)s · %(kind)s · 남은 지원금 %(left)s · %(day)s까지",
        number=choice.number,
        kind=choice.kind,
        left=Money(choice.support_available).text(language()),
        day=choice.expires_on.isoformat(),
    )


def _draft(offer: Offer, form: forms.DraftForm) -> int:
    """Make the draft that the form asks for; returns its id."""
    with transaction():
        spend_once(form.once.data)
        order_id = operations.draft_order(
            offer,
            voucher_id=form.voucher.data,
            unit=form.unit.data if "unit" in form else next((plan.unit for plan in offer.priced_plans), ""),
            quantity=form.quantity.data,
            deliver_by=form.deliver_by.data,
            note=form.note.data or "",
            by=viewer(),
        ).id
    flash(_("발주서를 작성했습니다. 금액을 확인하고 제출하세요."), "success")
    return order_id


@bp.route("/new", methods=["GET", "POST"])
@login_required
def new() -> Any:
    allow(policies.may_draft(viewer()))
    typed = request.args.get("listing_id", "")
    listing_id = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 19 else 0
    offer = queries.find_offer_of_listing(listing_id) or abort(404)
    return _offer_page(offer)


@bp.route(f"/from-quote/<{ID}:quote_id>", methods=["GET", "POST"])
@login_required
def from_quote(quote_id: int) -> Any:
    allow(policies.may_draft(viewer()))
    offer = queries.find_offer_of_quote(quote_id) or abort(404)
    if offer.buyer_id != viewer().organisation_id:
        abort(404)
    return _offer_page(offer)


def _seen(order_id: int) -> PurchaseOrder:
    return queries.find_order_seen_by(viewer(), order_id) or abort(404)


def _order_page(order: PurchaseOrder, **refused: Any) -> str:
    """An order with everything its reader may know and do; `refused` is the one form that was sent and not done."""
    lines = queries.lines_of(order.id)
    given = {"decline": forms.ReasonForm(None), "cancel": forms.ReasonForm(None), "close": forms.CloseForm(None)}
    kinds = {"accept": forms.AcceptForm(None), **given, **refused}
    answers = order.state == OrderState.SUBMITTED and policies.may_answer(viewer(), order)
    for kind, form in kinds.items():
        if "reason" in form:
            form.reason.id = f"{kind}-reason"
    return render(
        "orders/show.html",
        order=order,
        lines=lines,
        names=queries.around(order),
        terms=queries.terms_of(order),
        staffing=queries.staffing_of(order) if answers else None,
        booked=suppliers.booked_for(order.subject) if order.state in (OrderState.ACCEPTED, OrderState.CLOSED) else None,
        progress=progress(
            (line.ordered_minor, line.delivered_minor, line.accepted_minor, line.invoiced_minor, line.paid_minor)
            for line in lines
        ),
        papers=papers_about(viewer(), order.subject),
        history=queries.history_of(order),
        forms=kinds,
        refused=next(iter(refused.values()), None),
        may=lambda deed: getattr(policies, f"may_{deed}")(viewer(), order),
        can=lambda state: order.may_become(OrderState(state)),
    )


@bp.get(f"/<{ID}:order_id>")
@login_required
def show(order_id: int) -> Any:
    order = _seen(order_id)
    allow(policies.may_see(viewer(), order))
    return _order_page(order)


@bp.route(f"/<{ID}:order_id>/edit", methods=["GET", "POST"])
@login_required
def edit(order_id: int) -> Any:
    order = _seen(order_id)
    allow(policies.may_change(viewer(), order))
    if order.state != OrderState.DRAFT:
        raise Refused(_("이미 제출한 발주서는 고칠 수 없습니다. 취소한 뒤 새로 작성하세요."))
    offer = queries.offer_of_order(order, lines := queries.lines_of(order.id))
    form = forms.ChangeForm(quantity=offer.quantity or lines[0].quantity, deliver_by=order.deliver_by, note=order.note)
    if form.validate_on_submit():
        typed = {"quantity": form.quantity.data, "deliver_by": form.deliver_by.data, "note": form.note.data or ""}
        answer = _do(form, lambda: operations.change_draft(order_id, **typed, by=viewer()), _("발주서를 고쳤습니다."))
        if answer:
            return redirect(url_for(".show", order_id=order_id), 303)
        order = _seen(order_id)
        offer = queries.offer_of_order(order, queries.lines_of(order_id))
    page = render("orders/edit.html", order=order, offer=offer, form=form)
    return (page, 422) if request.method == "POST" else page


def _do(form: Any, deed: Callable[[], Any], said: str) -> bool:
    """One deed in one transaction; False with the refusal on the form when the rules say no."""
    try:
        with transaction():
            deed()
    except Refused as refusal:
        refuse_on(form, refusal)
        return False
    flash(said, "success")
    return True


def _act(order_id: int, kind: str, form: Any, deed: Callable[[], Any], said: str) -> Any:
    """The common end of every deed on an order's page: back to it, with what happened or why not."""
    if form.validate_on_submit() and _do(form, deed, said):
        return redirect(url_for(".show", order_id=order_id), 303)
    return _order_page(_seen(order_id), **{kind: form}), 422


@bp.post(f"/<{ID}:order_id>/submit")
@login_required
def submit(order_id: int) -> Any:
    allow(policies.may_submit(viewer(), _seen(order_id)))
    said = _("발주했습니다. 금액을 예약하고 공급기업에 알렸습니다.")
    return _act(order_id, "submit", forms.ActForm(), lambda: operations.submit_order(order_id, by=viewer()), said)


@bp.post(f"/<{ID}:order_id>/accept")
@login_required
def accept(order_id: int) -> Any:
    allow(policies.may_answer(viewer(), _seen(order_id)))
    form = forms.AcceptForm()
    said = _("수주를 확인했습니다. 납기일까지 납품하세요.")

    def deed() -> PurchaseOrder:
        return operations.accept_order(order_id, hundredths=form.person_months.data, by=viewer())

    return _act(order_id, "accept", form, deed, said)


@bp.post(f"/<{ID}:order_id>/decline")
@login_required
def decline(order_id: int) -> Any:
    allow(policies.may_answer(viewer(), _seen(order_id)))
    form = forms.ReasonForm()
    said = _("수주를 거절했습니다. 예약한 금액이 바우처로 돌아갔습니다.")
    return _act(
        order_id, "decline", form, lambda: operations.decline_order(order_id, form.reason.data, by=viewer()), said
    )


@bp.post(f"/<{ID}:order_id>/cancel")
@login_required
def cancel(order_id: int) -> Any:
    allow(policies.may_cancel(viewer(), _seen(order_id)))
    form = forms.ReasonForm()
    said = _("취소했습니다. 예약한 금액이 있으면 바우처로 돌아갔습니다.")
    return _act(
        order_id, "cancel", form, lambda: operations.cancel_order(order_id, form.reason.data, by=viewer()), said
    )


@bp.post(f"/<{ID}:order_id>/close")
@login_required
def close(order_id: int) -> Any:
    allow(policies.may_close(viewer(), _seen(order_id)))
    form = forms.CloseForm()
    said = _("발주를 완료했습니다. 쓰지 않은 금액이 바우처로 돌아갔습니다.")
    return _act(
        order_id, "close", form, lambda: operations.close_order(order_id, form.reason.data or "", by=viewer()), said
    )
