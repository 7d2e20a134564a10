"""The list of orders, and writing one down."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask_login import login_required
from werkzeug.wrappers import Response as BaseResponse

from marketplace.catalogue.queries import plan_words
from marketplace.core import clock
from marketplace.core.errors import Refused
from marketplace.core.i18n import N_, _, amounts_in, language
from marketplace.core.money import Money
from marketplace.core.web import allow, csv_response, make, page_number, render, same_page, viewer, wants_csv
from marketplace.orders import forms, operations, policies, queries
from marketplace.orders.models import OrderState
from marketplace.orders.queries import Filters, Offer
from marketplace.orders.views.blueprint import ID, bp, do, seen
from marketplace.vouchers.queries import find_voucher_seen_by

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
    amounts_in(offer.unit)
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
    if form.is_submitted():
        status, order_id = make(form, lambda: _draft(offer, form))
        if not status:
            flash(_("발주서를 작성했습니다. 금액을 확인하고 제출하세요."), "success")
            return redirect(url_for(".show", order_id=order_id), 303)
    page = render("orders/new.html", offer=offer, form=form, choices=choices)
    return (page, 422) if request.method == "POST" else page


def _words(choice: queries.Choice) -> str:
    """A voucher as a person chooses it."""
    return _(
        "%(number)s · %(kind)s · 남은 지원금 %(left)s · %(day)s까지",
        number=choice.number,
        kind=choice.kind,
        left=Money(choice.support_available, choice.unit).text(language()),
        day=choice.expires_on.isoformat(),
    )


def _draft(offer: Offer, form: forms.DraftForm) -> int:
    """Make the draft that the form asks for; returns its id."""
    return operations.draft_order(
        offer,
        voucher_id=form.voucher.data,
        unit=form.unit.data if "unit" in form else next((plan.unit for plan in offer.priced_plans), ""),
        quantity=form.quantity.data,
        deliver_by=form.deliver_by.data,
        note=form.note.data or "",
        by=viewer(),
    ).id


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


@bp.route(f"/from-voucher/<{ID}:voucher_id>", methods=["GET", "POST"])
@login_required
def from_voucher(voucher_id: int) -> Any:
    allow(policies.may_draft(viewer()))
    voucher = find_voucher_seen_by(viewer(), voucher_id) or abort(404)
    return _offer_page(queries.find_offer_of_capacity(voucher) or abort(404))


@bp.route(f"/<{ID}:order_id>/edit", methods=["GET", "POST"])
@login_required
def edit(order_id: int) -> Any:
    order = seen(order_id)
    allow(policies.may_change(viewer(), order))
    if order.state != OrderState.DRAFT:
        raise Refused(_("이미 제출한 발주서는 고칠 수 없습니다. 취소한 뒤 새로 작성하세요."))
    offer = queries.offer_of_order(order, lines := queries.lines_of(order.id))
    form = forms.ChangeForm(quantity=offer.quantity or lines[0].quantity, deliver_by=order.deliver_by, note=order.note)
    if form.validate_on_submit():
        typed = {"quantity": form.quantity.data, "deliver_by": form.deliver_by.data, "note": form.note.data or ""}
        answer = do(form, lambda: operations.change_draft(order_id, **typed, by=viewer()), _("발주서를 고쳤습니다."))
        if answer:
            return redirect(url_for(".show", order_id=order_id), 303)
        order = seen(order_id)
        offer = queries.offer_of_order(order, queries.lines_of(order_id))
    page = render("orders/edit.html", order=order, offer=offer, form=form)
    return (page, 422) if request.method == "POST" else page
