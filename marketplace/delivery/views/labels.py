"""Drawing a sample of labels and judging them."""

from typing import Any

from flask import abort, flash, redirect, url_for
from flask_login import login_required

from marketplace.core.db import transaction
from marketplace.core.errors import Refused
from marketplace.core.web import allow, render, viewer
from marketplace.delivery import forms, operations, policies, queries
from marketplace.delivery.models import Delivery, DrawState, LabelSample
from marketplace.delivery.rules.criteria import percent
from marketplace.delivery.views.around import says
from marketplace.delivery.views.blueprint import ID, bp, seen_delivery
from marketplace.orders.models import PurchaseOrder

ON_A_PAGE = 20


@bp.post(f"/deliveries/<{ID}:delivery_id>/labels")
@login_required
def draw_sample(delivery_id: int) -> Any:
    _delivery, order = seen_delivery(delivery_id)
    allow(policies.may_judge_labels(viewer(), order))
    try:
        with transaction():
            sample = operations.draw_sample(delivery_id, by=viewer())
            where = url_for(".labels", delivery_id=delivery_id, draw_id=sample.id)
    except Refused as refusal:
        flash(str(refusal), "error")
        where = url_for(".show", delivery_id=delivery_id)
    return redirect(where, 303)


def _sample(delivery: Delivery, draw_id: int) -> LabelSample:
    return queries.find_label_sample(delivery.id, draw_id) or abort(404)


def _page(delivery: Delivery, order: PurchaseOrder, sample: LabelSample, form: forms.MarksForm | None = None) -> str:
    items, left = queries.unmarked(sample.id, ON_A_PAGE)
    may = policies.may_mark(viewer(), order, by_agency=sample.by_agency) and sample.state == DrawState.READY
    return render(
        "delivery/labels.html",
        delivery=delivery,
        order=order,
        sample=sample,
        items=items if may else queries.items_of(sample.id) if sample.state == DrawState.COUNTED else [],
        left=left,
        form=(form or forms.marks_form(items)) if may else None,
        why=says(sample.problem),
        percent=percent,
    )


@bp.get(f"/deliveries/<{ID}:delivery_id>/labels/<{ID}:draw_id>")
@login_required
def labels(delivery_id: int, draw_id: int) -> str:
    delivery, order = seen_delivery(delivery_id)
    allow(policies.may_see(viewer(), order))
    return _page(delivery, order, _sample(delivery, draw_id))


@bp.post(f"/deliveries/<{ID}:delivery_id>/labels/<{ID}:draw_id>")
@login_required
def mark_labels(delivery_id: int, draw_id: int) -> Any:
    delivery, order = seen_delivery(delivery_id)
    sample = _sample(delivery, draw_id)
    allow(policies.may_mark(viewer(), order, by_agency=sample.by_agency))
    form = forms.marks_form(queries.unmarked(sample.id, ON_A_PAGE)[0])
    if form.validate_on_submit():
        try:
            with transaction():
                operations.mark_labels(draw_id, form.marks(), by=viewer())
            return redirect(url_for(".labels", delivery_id=delivery_id, draw_id=draw_id), 303)
        except Refused as refusal:
            flash(str(refusal), "error")
            return _page(*seen_delivery(delivery_id), _sample(delivery, draw_id)), refusal.status
    return _page(*seen_delivery(delivery_id), _sample(delivery, draw_id), form), 422
