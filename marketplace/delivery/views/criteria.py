"""The page on which two firms agree what a delivery is tested against."""

from typing import Any

from flask import abort, flash, redirect, url_for
from flask_login import login_required

from marketplace.catalogue.models import ColumnType
from marketplace.core.db import spend_once, transaction
from marketplace.core.errors import Refused
from marketplace.core.i18n import _
from marketplace.core.web import allow, refuse_on, render, viewer
from marketplace.delivery import forms, operations, policies, queries
from marketplace.delivery.rules.criteria import BadCriteria, percent, read
from marketplace.delivery.views.blueprint import ID, bp, seen_order
from marketplace.orders import queries as orders
from marketplace.orders.models import OrderState, PurchaseOrder


@bp.get(f"/orders/<{ID}:order_id>/criteria")
@login_required
def criteria(order_id: int) -> str:
    order = seen_order(order_id)
    allow(policies.may_see(viewer(), order))
    return _page(order)


def _page(order: PurchaseOrder, form: forms.CriteriaForm | None = None) -> str:
    holding, agreed_id = queries.criteria_of(order)
    proposed = queries.find_proposed_criteria(order.id)
    begun = bool(queries.deliveries_of_order(order.id))
    may = policies.may_write_criteria(viewer(), order) and not begun
    may = may and order.state in (OrderState.SUBMITTED, OrderState.ACCEPTED)
    return render(
        "delivery/criteria.html",
        order=order,
        names=orders.around(order),
        holding=holding,
        agreed=agreed_id is not None,
        proposed=proposed,
        wanted=read(proposed.terms) if proposed else None,
        mine=proposed is not None and proposed.organisation_id == viewer().organisation_id,
        begun=begun,
        form=(form or forms.criteria_form(read(proposed.terms) if proposed else holding)) if may else None,
        percent=percent,
        types=ColumnType,
    )


@bp.post(f"/orders/<{ID}:order_id>/criteria")
@login_required
def propose_criteria(order_id: int) -> Any:
    order = seen_order(order_id)
    allow(policies.may_write_criteria(viewer(), order))
    form = forms.CriteriaForm()
    if form.validate_on_submit():
        try:
            typed = form.criteria()
            with transaction():
                spend_once(form.once.data)
                operations.propose_criteria(order_id, typed, by=viewer())
            flash(_("검수 기준을 적었습니다. 상대 기업이 동의하면 그 기준으로 시험합니다."), "success")
            return redirect(url_for(".criteria", order_id=order_id), 303)
        except BadCriteria as bad:
            refuse_on(form, Refused(_(bad.words, **bad.values), field=bad.field))
        except Refused as refusal:
            refuse_on(form, refusal)
    return _page(seen_order(order_id), form), 422


@bp.post(f"/orders/<{ID}:order_id>/criteria/<{ID}:criteria_id>/agree")
@login_required
def agree_criteria(order_id: int, criteria_id: int) -> Any:
    order = seen_order(order_id)
    allow(policies.may_write_criteria(viewer(), order))
    queries.find_criteria(order.id, criteria_id) or abort(404)
    try:
        with transaction():
            operations.agree_criteria(criteria_id, by=viewer())
        flash(_("동의했습니다. 납품은 이 기준으로 시험합니다."), "success")
    except Refused as refusal:
        flash(str(refusal), "error")
        return _page(seen_order(order_id)), refusal.status
    return redirect(url_for(".criteria", order_id=order_id), 303)
