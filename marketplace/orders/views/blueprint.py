"""The blueprint of this room, one order's page, which every deed comes back to, and how a deed is done."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, flash, redirect, url_for

from marketplace.core.i18n import amounts_in
from marketplace.core.web import attempt, render, viewer
from marketplace.orders import forms, policies, queries
from marketplace.orders.models import UNSENT, OrderState, PurchaseOrder
from marketplace.orders.rules import progress
from marketplace.papers.queries import papers_about
from marketplace.suppliers import queries as suppliers

bp = Blueprint("orders", __name__, url_prefix="/orders")
ID = "int(max=9223372036854775807)"


def seen(order_id: int) -> PurchaseOrder:
    """The order, or 404 for whoever may not know of it. The page's amounts are in its unit."""
    order = queries.find_order_seen_by(viewer(), order_id) or abort(404)
    amounts_in(order.unit)
    return order


def order_page(order: PurchaseOrder, **refused: Any) -> str:
    """An order with everything its reader may know and do; `refused` is the one form that was sent and not done."""
    lines = queries.lines_of(order.id)
    given = {kind: forms.ReasonForm(None) for kind in ("decline", "cancel", "return")} | {
        "close": forms.CloseForm(None)
    }
    kinds = {"accept": forms.AcceptForm(None), **given, **refused}
    changes = queries.changes_of(order.id) if order.number else []
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
        judged=queries.judged_lines(order, lines) if order.state in UNSENT else {},
        spending=queries.spending_rule_of(order.organisation_id) if order.state in UNSENT else None,
        staffing=queries.staffing_of(order) if answers else None,
        booked=suppliers.booked_for(order.subject) if order.state in (OrderState.ACCEPTED, OrderState.CLOSED) else None,
        progress=progress(
            (line.ordered_minor, line.delivered_minor, line.accepted_minor, line.invoiced_minor, line.paid_minor)
            for line in lines
        ),
        papers=papers_about(viewer(), order.subject, *(change.subject for change in changes)),
        changes=changes,
        history=queries.history_of(order),
        forms=kinds,
        refused=next(iter(refused.values()), None),
        may=lambda deed: getattr(policies, f"may_{deed}")(viewer(), order),
        can=lambda state: order.may_become(OrderState(state)),
    )


def do(form: Any, deed: Callable[[], Any], said: str) -> bool:
    """One deed and the word for it; False with the reason on the form when the form or the rules say no."""
    if attempt(form, deed):
        return False
    flash(said, "success")
    return True


def act(order_id: int, kind: str, form: Any, deed: Callable[[], Any], said: str) -> Any:
    """The common end of every deed on an order's page: back to it, with what happened or why not."""
    if do(form, deed, said):
        return redirect(url_for(".show", order_id=order_id), 303)
    return order_page(seen(order_id), **{kind: form}), 422
