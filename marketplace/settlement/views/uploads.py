"""Pages of uploaded invoices: a file comes in, is shown beside order and acceptance, and is entered or put aside."""

import io
from typing import Any

from flask import Response, abort, flash, redirect, send_file, url_for
from flask_login import login_required
from werkzeug.wrappers import Response as BaseResponse

from marketplace.core.db import spend_once, transaction
from marketplace.core.errors import Refused
from marketplace.core.i18n import _
from marketplace.core.storage import storage
from marketplace.core.web import allow, make, refuse_on, render, viewer
from marketplace.orders import queries as orders
from marketplace.orders.models import PurchaseOrder
from marketplace.settlement import forms, operations, policies, queries
from marketplace.settlement.models import InvoiceUpload, UploadState
from marketplace.settlement.rules import AMEND_CODES, LARGEST, MEANS, PURPOSES
from marketplace.settlement.views.blueprint import bp
from marketplace.settlement.views.invoices import asked_order
from marketplace.settlement.views.pages import said


def _upload_page(order: PurchaseOrder, form: forms.UploadForm) -> str:
    return render("settlement/upload.html", order=order, facts=queries.order_facts(order), form=form)


@bp.get("/invoices/upload")
@login_required
def upload() -> str:
    order = asked_order()
    allow(policies.may_enter(viewer(), order))
    return _upload_page(order, forms.UploadForm(formdata=None))


@bp.post("/invoices/upload")
@login_required
def receive() -> tuple[str, int] | BaseResponse:
    order = asked_order()
    allow(policies.may_enter(viewer(), order))
    form = forms.UploadForm()
    order_id = order.id
    status, upload_id = make(
        form,
        lambda kept: operations.receive_upload(order_id, **kept, by=viewer()).id,
        first=lambda: _kept(form),
    )
    if status:
        return _upload_page(asked_order(), form), status
    return redirect(url_for(".show_upload", upload_id=upload_id), 303)


def _kept(form: forms.UploadForm) -> dict[str, Any]:
    """What the file says, its bytes kept."""
    data = form.file.data.stream.read(LARGEST + 1)
    document, signature = operations.read_upload(data)
    sha256, size = storage().put(io.BytesIO(data))
    name = "".join(letter for letter in form.file.data.filename or "" if letter.isprintable())
    return {"document": document, "signature": signature, "name": name, "sha256": sha256, "size": size}


def _seen(upload_id: int) -> tuple[InvoiceUpload, PurchaseOrder]:
    found = queries.find_upload_seen_by(viewer(), upload_id) or abort(404)
    return found, orders.get_order(found.order_id)


def _show(upload_id: int, form: forms.PlacesForm | None = None) -> str:
    row, order = _seen(upload_id)
    form = form or forms.PlacesForm(formdata=None)
    chosen = [entry.data or None for entry in form.places] or None
    looked = queries.look_at_upload(row, chosen)
    form.offer([(line.id, f"{line.position}. {line.description}") for line in looked.facts.lines], looked.places)
    return render(
        "settlement/upload_show.html",
        upload=row,
        order=order,
        looked=looked,
        findings=said(looked.findings),
        form=form,
        purposes=PURPOSES,
        amend_codes=AMEND_CODES,
        means=MEANS,
        may_enter=policies.may_enter(viewer(), order) and row.state == UploadState.READ,
    )


@bp.get("/uploads/<int:upload_id>")
@login_required
def show_upload(upload_id: int) -> str:
    _seen(upload_id)
    allow(policies.may_list_invoices(viewer()))
    return _show(upload_id)


@bp.get("/uploads/<int:upload_id>/file")
@login_required
def upload_file(upload_id: int) -> Response:
    row, _order = _seen(upload_id)
    allow(policies.may_list_invoices(viewer()))
    data = storage().read(row.sha256)
    # Never shown in the page's own origin: an XML file may carry a stylesheet.
    return send_file(
        io.BytesIO(data), mimetype="application/octet-stream", as_attachment=True, download_name=f"invoice-{row.id}.xml"
    )


@bp.post("/uploads/<int:upload_id>/enter")
@login_required
def enter_upload(upload_id: int) -> tuple[str, int] | BaseResponse:
    _row, order = _seen(upload_id)
    allow(policies.may_enter(viewer(), order))
    form = forms.PlacesForm()
    if form.validate():
        try:
            with transaction():
                spend_once(form.once.data or "")
                places = [entry.data or None for entry in form.places]
                case = operations.enter_upload(upload_id, places, by=viewer())
                invoice_id = case.invoice_id
            flash(_("세금계산서를 등록했습니다."), "success")
            return redirect(url_for(".invoice", invoice_id=invoice_id), 303)
        except Refused as refusal:
            _note(upload_id, form, refusal)
    return _show(upload_id, form), 422


def _note(upload_id: int, form: forms.PlacesForm, refusal: Refused) -> None:
    """Keep evidence of the refused attempt, now that everything else is rolled back."""
    row, _order = _seen(upload_id)
    typed = queries.look_at_upload(row).typed
    if typed is not None:
        with transaction():
            operations.note_refused(row.order_id, typed, refusal, by=viewer())
    if isinstance(refusal, operations.Mismatched):
        form.form_errors.append(_("아래에서 맞지 않는 곳을 확인하세요. 맞지 않는 세금계산서는 등록할 수 없습니다."))
    else:
        form.form_errors.append(str(refusal))


@bp.post("/uploads/<int:upload_id>/discard")
@login_required
def discard_upload(upload_id: int) -> tuple[str, int] | BaseResponse:
    _row, order = _seen(upload_id)
    allow(policies.may_enter(viewer(), order))
    try:
        with transaction():
            operations.discard_upload(upload_id, by=viewer())
        flash(_("올린 파일을 등록하지 않기로 했습니다."), "success")
        return redirect(url_for(".invoices"), 303)
    except Refused as refusal:
        form = forms.PlacesForm(formdata=None)
        refuse_on(form, refusal)
        return _show(upload_id, form), 422
