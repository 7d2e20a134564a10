"""The lines of a draft: put on, changed, taken out."""

from typing import Any

from flask import abort, redirect, request, url_for
from flask_login import login_required

from marketplace.core.db import spend_once
from marketplace.core.errors import Refused
from marketplace.core.i18n import _
from marketplace.core.web import allow, render, viewer
from marketplace.matching.models import TaxKind
from marketplace.orders import forms, operations, policies, queries
from marketplace.orders.models import OrderState
from marketplace.orders.views.blueprint import ID, bp, do, seen


def _page(order_id: int, *, add: Any = None, milestones: Any = None, refused: Any = None, line_id: int = 0) -> str:
    """The lines with a form for each; `refused` is what was sent and not done, of `line_id` where it has its fields."""
    order = seen(order_id)
    lines = queries.lines_of(order.id)
    changing = {line.id: forms.LineForm(None, quantity=line.quantity, tax_kind=line.tax_kind.value) for line in lines}
    if line_id in changing and isinstance(refused, forms.LineForm):
        changing[line_id] = refused
    for identity, form in changing.items():
        form.quantity.id, form.tax_kind.id = f"quantity-{identity}", f"tax-{identity}"
    return render(
        "orders/lines.html",
        order=order,
        lines=lines,
        add=add or _add_form(order_id, None),
        changing=changing,
        milestones=milestones or forms.milestones_form()(None),
        may_split=queries.may_have_milestones(order, lines),
        judged=queries.judged_lines(order, lines),
        refused=refused or add or milestones,
    )


def _add_form(order_id: int, data: Any) -> forms.AddLineForm:
    order = seen(order_id)
    form = forms.AddLineForm(data)
    form.listing.choices = [(choice, f"{title} · {price}") for choice, title, price in queries.more_for(order)]
    return form


@bp.get(f"/<{ID}:order_id>/lines")
@login_required
def lines(order_id: int) -> Any:
    order = seen(order_id)
    allow(policies.may_change(viewer(), order))
    if order.state != OrderState.DRAFT:
        return redirect(url_for(".show", order_id=order_id), 303)
    return _page(order_id)


@bp.post(f"/<{ID}:order_id>/lines")
@login_required
def add_line(order_id: int) -> Any:
    allow(policies.may_change(viewer(), seen(order_id)))
    form = _add_form(order_id, request.form)

    def deed() -> None:
        spend_once(form.once.data or "")
        listing_id, _bar, unit = form.listing.data.partition("|")
        offer = queries.find_offer_of_listing(int(listing_id)) or abort(404)
        kind = TaxKind(form.tax_kind.data)
        unit = unit or next((plan.unit for plan in offer.priced_plans), "")
        operations.add_line(order_id, offer, quantity=form.quantity.data, tax_kind=kind, unit=unit, by=viewer())

    if do(form, deed, _("품목을 추가했습니다.")):
        return redirect(url_for(".lines", order_id=order_id), 303)
    return _page(order_id, add=form), 422


@bp.post(f"/<{ID}:order_id>/milestones")
@login_required
def split(order_id: int) -> Any:
    allow(policies.may_change(viewer(), seen(order_id)))
    form = forms.milestones_form()()

    def deed() -> None:
        typed = form.steps()
        if typed is None:
            raise Refused(_("단계마다 이름과 비율과 납기일을 모두 입력하세요."), field="title_1")
        operations.split_into_milestones(order_id, [operations.Step(*step) for step in typed], by=viewer())

    if do(form, deed, _("단계로 나누었습니다.")):
        return redirect(url_for(".lines", order_id=order_id), 303)
    return _page(order_id, milestones=form), 422


@bp.post(f"/<{ID}:order_id>/lines/<{ID}:line_id>")
@login_required
def change_line(order_id: int, line_id: int) -> Any:
    allow(policies.may_change(viewer(), seen(order_id)))
    form = forms.LineForm()

    def deed() -> None:
        kind = TaxKind(form.tax_kind.data)
        operations.change_line(order_id, line_id, quantity=form.quantity.data, tax_kind=kind, by=viewer())

    if do(form, deed, _("품목을 고쳤습니다.")):
        return redirect(url_for(".lines", order_id=order_id), 303)
    return _page(order_id, refused=form, line_id=line_id), 422


@bp.post(f"/<{ID}:order_id>/lines/<{ID}:line_id>/remove")
@login_required
def remove_line(order_id: int, line_id: int) -> Any:
    allow(policies.may_change(viewer(), seen(order_id)))
    form = forms.ActForm()
    said = _("품목을 뺐습니다.")
    if do(form, lambda: operations.remove_line(order_id, line_id, by=viewer()), said):
        return redirect(url_for(".lines", order_id=order_id), 303)
    return _page(order_id, refused=form), 422
