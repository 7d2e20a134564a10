"""Pages of deliveries."""

import io
from typing import Any

from flask import Response, abort, current_app, flash, redirect, request, send_file, url_for
from flask_login import login_required

from marketplace.core import clock
from marketplace.core.db import session, spend_once, transaction
from marketplace.core.errors import Refused
from marketplace.core.i18n import _
from marketplace.core.web import after_response, allow, refuse_on, render, viewer
from marketplace.delivery import forms, gateway, operations, policies, queries
from marketplace.delivery.models import ANSWERED_STATES, Delivery, DeliveryState, UploadState
from marketplace.delivery.rules import manifest_of
from marketplace.delivery.views.around import disputed, tested
from marketplace.delivery.views.blueprint import ID, bp, seen_delivery, seen_order
from marketplace.orders import queries as orders
from marketplace.orders.models import OrderState, PurchaseOrder
from marketplace.papers.queries import papers_about
from marketplace.suppliers import queries as suppliers
from marketplace.suppliers.models import QUESTIONS, SAID


@bp.get(f"/orders/<{ID}:order_id>/deliveries")
@login_required
def index(order_id: int) -> Any:
    order = seen_order(order_id)
    allow(policies.may_see(viewer(), order))
    lines = queries.open_lines(order.id)
    return render(
        "delivery/index.html",
        order=order,
        names=orders.around(order),
        deliveries=queries.deliveries_of_order(order.id),
        lines=lines,
        late=order.state == OrderState.ACCEPTED
        and any(line.left > 0 and (line.deliver_by or order.deliver_by) < clock.today() for line in lines),
        may_hand_over=policies.may_hand_over(viewer(), order)
        and order.state == OrderState.ACCEPTED
        and any(line.left for line in lines),
    )


@bp.route(f"/orders/<{ID}:order_id>/deliveries/new", methods=["GET", "POST"])
@login_required
def hand_over(order_id: int) -> Any:
    order = seen_order(order_id)
    allow(policies.may_hand_over(viewer(), order))
    form = forms.hand_over_form(
        [line for line in queries.deliverable_lines(order.id) if line.left > 0],
        queries.open_items(order.id),
        queries.uploads_of(order.id),
    )
    if form.validate_on_submit():
        try:
            return redirect(url_for(".show", delivery_id=_keep_and_hand_over(order, form)), 303)
        except Refused as refusal:
            refuse_on(form, refusal)
    page = _hand_over_page(seen_order(order_id), form)
    return (page, 422) if request.method == "POST" else page


def _hand_over_page(order: PurchaseOrder, form: forms.HandOverForm) -> str:
    uploads = queries.uploads_of(order.id)
    mine = [each for each in uploads if each.state == UploadState.OPEN and each.source is None]
    return render(
        "delivery/hand_over.html",
        order=order,
        names=orders.around(order),
        lines=[line for line in queries.deliverable_lines(order.id) if f"quantity_{line.id}" in form],
        items=[item for item in queries.open_items(order.id) if f"item_{item.id}" in form],
        rework_by=queries.rework_due(order.id),
        uploads=uploads,
        waits=any(
            each.state == UploadState.WHOLE or (each.source and each.state == UploadState.OPEN) for each in uploads
        ),
        begun=[{"path": each.path, "bytes": each.bytes, "url": url_for(".upload", upload_id=each.id)} for each in mine],
        form=form,
        limit=current_app.config["MAX_CONTENT_LENGTH"],
        largest=operations.LARGEST,
    )


def _keep_and_hand_over(order: PurchaseOrder, form: forms.HandOverForm) -> int:
    """Files first, outside of any transaction; then the delivery that names them. Returns its id."""
    if order.state != OrderState.ACCEPTED:
        raise Refused(_("수락한 발주에만 납품할 수 있습니다. 지금 상태는 ‘%(state)s’입니다.", state=order.state.label))
    files = gateway.keep(form.files.data or [])
    chosen = [each for each in queries.uploads_of(order.id) if each.id in (form.uploaded.data or ())]
    ready = [(each.id, each.sha256) for each in chosen if each.state == UploadState.READY and each.sha256]
    session.rollback()
    for upload_id, sha256 in ready:
        gateway.adopt(upload_id, sha256)
    with transaction():
        spend_once(form.once.data)
        delivery_id = operations.hand_over(
            order.id,
            quantities=form.quantities(),
            files=files,
            note=form.note.data or "",
            uploads=form.uploaded.data or [],
            answers=form.answers(),
            by=viewer(),
        ).id
    for upload_id, _sha256 in ready:
        gateway.clear(upload_id)
    flash(_("납품했습니다. 수요기업에 검수를 요청했습니다."), "success")
    return delivery_id


def show_page(delivery: Delivery, order: PurchaseOrder, form: Any = None, asking: Any = None, **typed: Any) -> str:
    """A delivery with its lines and files, its test and disputes, and the form for whoever may inspect it, or has yet to say
    how it was."""
    lines = queries.lines_of(delivery.id)
    waits = delivery.state == DeliveryState.HANDED_OVER and order.state == OrderState.ACCEPTED
    may_inspect = policies.may_inspect(viewer(), order) and waits
    return render(
        "delivery/show.html",
        delivery=delivery,
        order=order,
        names=orders.around(order),
        lines=lines,
        files=queries.files_of(delivery.id),
        acceptance=queries.find_acceptance(delivery.id),
        papers=papers_about(viewer(), delivery.subject),
        **_answered(delivery, order, asking),
        **tested(delivery, order),
        **disputed(delivery, order, lines, typed),
        form=(form or forms.inspection_form(lines)) if may_inspect else None,
        may_download=policies.may_download(viewer(), order),
        receipts=queries.receipts_of(delivery.id),
        links=queries.links_of(delivery.id) if policies.may_link(viewer(), order) else None,
        linking=forms.LinkForm(formdata=None) if policies.may_link(viewer(), order) else None,
    )


def _answered(delivery: Delivery, order: PurchaseOrder, asking: Any) -> dict[str, Any]:
    """What the buyer said, or the form to say it with; nothing before the inspection."""
    if delivery.state not in ANSWERED_STATES:
        return {"said": None, "asking": None}
    said = suppliers.find_answer(delivery.subject)
    may = said is None and policies.may_inspect(viewer(), order)
    form = (asking or forms.answer_form()) if may else None
    return {"said": said, "asking": form, "questions": QUESTIONS, "choices": SAID}


@bp.get(f"/deliveries/<{ID}:delivery_id>")
@login_required
def show(delivery_id: int) -> Any:
    delivery, order = seen_delivery(delivery_id)
    allow(policies.may_see(viewer(), order))
    return show_page(delivery, order)


@bp.post(f"/deliveries/<{ID}:delivery_id>/inspect")
@login_required
def inspect(delivery_id: int) -> Any:
    delivery, order = seen_delivery(delivery_id)
    allow(policies.may_inspect(viewer(), order))
    form = forms.inspection_form(queries.lines_of(delivery.id))
    if form.validate_on_submit():
        try:
            with transaction():
                operations.inspect(
                    delivery_id,
                    form.decisions(),
                    items=(form.items.data or "").splitlines(),
                    rework_by=form.rework_by.data,
                    by=viewer(),
                )
            flash(_("검수 결과를 남겼습니다. 공급기업에 알렸습니다."), "success")
            return redirect(url_for(".show", delivery_id=delivery_id), 303)
        except Refused as refusal:
            refuse_on(form, refusal)
    return _refused_page(delivery_id, form), 422


def _refused_page(delivery_id: int, form: Any) -> str:
    """The page again, read afresh; where nothing can be decided any more, what is wrong is flashed instead."""
    delivery, order = seen_delivery(delivery_id)
    if delivery.state != DeliveryState.HANDED_OVER:
        flash(_("이미 검수한 납품입니다."), "warning")
    return show_page(delivery, order, form)


@bp.post(f"/deliveries/<{ID}:delivery_id>/answer")
@login_required
def answer(delivery_id: int) -> Any:
    _delivery, order = seen_delivery(delivery_id)
    allow(policies.may_inspect(viewer(), order))
    form = forms.answer_form()
    if form.validate_on_submit():
        try:
            with transaction():
                spend_once(form.once.data)
                operations.answer(delivery_id, form.answers(), form.words.data or "", by=viewer())
            flash(_("답해 주셔서 고맙습니다. 공급기업의 실적에 반영했습니다."), "success")
            return redirect(url_for(".show", delivery_id=delivery_id), 303)
        except Refused as refusal:
            refuse_on(form, refusal)
    return show_page(*seen_delivery(delivery_id), asking=form), 422


@bp.get(f"/deliveries/<{ID}:delivery_id>/manifest")
@login_required
def manifest(delivery_id: int) -> Any:
    delivery, order = seen_delivery(delivery_id)
    allow(policies.may_download(viewer(), order))
    text = manifest_of(queries.kept_files(delivery.id))
    name = f"{order.number}-{delivery.number}-manifest.txt"
    return send_file(io.BytesIO(text.encode()), mimetype="text/plain", as_attachment=True, download_name=name)


@bp.get(f"/deliveries/<{ID}:delivery_id>/files/<{ID}:file_id>")
@login_required
def download(delivery_id: int, file_id: int) -> Response:
    delivery, order = seen_delivery(delivery_id)
    allow(policies.may_download(viewer(), order))
    file = queries.find_file(delivery.id, file_id) or abort(404)
    reader, subject = viewer(), delivery.subject
    try:
        kept = gateway.opened(file.sha256)
    except gateway.Damaged:
        after_response(lambda: operations.note_damage(subject, file, by=reader))
        raise
    after_response(lambda: operations.note_taken(file, link_id=None, by=reader))
    name = file.path.rpartition("/")[2]
    return send_file(kept, mimetype="application/octet-stream", as_attachment=True, download_name=name)
