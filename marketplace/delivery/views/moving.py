"""Large files that come in pieces, and links that end."""

import base64
import binascii
import re
from typing import Any

from flask import Response, abort, flash, redirect, request, send_file, url_for
from flask_login import login_required

from marketplace.core import clock
from marketplace.core.db import spend_once, transaction
from marketplace.core.errors import Refused
from marketplace.core.i18n import _
from marketplace.core.web import after_response, allow, refuse_on, render, viewer
from marketplace.delivery import forms, gateway, operations, policies, queries
from marketplace.delivery.models import Upload
from marketplace.delivery.views.blueprint import ID, bp, seen_delivery, seen_order

VERSION = "1.0.0"
KIND = "application/offset+octet-stream"
NUMBER = re.compile(r"[0-9]{1,15}")


def _tus(status: int, upload: Upload | None = None, words: str = "", **headers: str) -> Response:
    """An answer as the protocol has it."""
    answer = Response(words, status, {"Tus-Resumable": VERSION, **headers}, mimetype="text/plain")
    if upload is not None:
        answer.headers["Upload-Offset"], answer.headers["Upload-Length"] = str(upload.reached), str(upload.bytes)
    return answer


def _told(text: str) -> dict[str, str]:
    """Upload-Metadata: names with values in base64, parted by commas. What cannot be read is left out."""
    told = {}
    for pair in text.split(",")[:20]:
        name, _space, value = pair.strip().partition(" ")
        try:
            told[name] = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, ValueError):
            continue
    return told


def _number(name: str) -> int:
    """A header that is a number; -1 for anything else, which every step refuses."""
    text = request.headers.get(name, "")
    return int(text) if NUMBER.fullmatch(text) else -1


@bp.post(f"/orders/<{ID}:order_id>/uploads")
@login_required
def begin_upload(order_id: int) -> Any:
    order = seen_order(order_id)
    allow(policies.may_hand_over(viewer(), order))
    told, size = _told(request.headers.get("Upload-Metadata", "")), _number("Upload-Length")
    sha256 = told.get("sha256", "").lower()
    try:
        path = gateway.checked_path(told.get("filename", ""))
        with transaction():
            promised = sha256 if re.fullmatch("[0-9a-f]{64}", sha256) else None
            facts: dict[str, Any] = {"path": path, "size": size, "sha256": promised, "free": gateway.free_bytes()}
            upload = operations.begin_upload(order_id, **facts, by=viewer())
            where = url_for(".upload", upload_id=upload.id)
    except Refused as refusal:
        return _tus(refusal.status, words=str(refusal))
    return _tus(201, Location=where)


@bp.get(f"/uploads/<{ID}:upload_id>")
@login_required
def upload(upload_id: int) -> Any:
    found, order = queries.find_upload_seen_by(viewer(), upload_id) or abort(404)
    allow(policies.may_hand_over(viewer(), order))
    last = queries.last_part(upload_id)
    more = {"Upload-Last-Part": f"{last.begins_at} {last.bytes} {last.sha256}"} if last else {}
    return _tus(200, found, found.state.label, **{"Upload-State": found.state.value}, **more)


@bp.patch(f"/uploads/<{ID}:upload_id>")
@login_required
def take_part(upload_id: int) -> Any:
    found, order = queries.find_upload_seen_by(viewer(), upload_id) or abort(404)
    allow(policies.may_hand_over(viewer(), order))
    begins_at = _number("Upload-Offset")
    if begins_at != found.reached:
        return _tus(409, found)
    if request.mimetype != KIND:
        return _tus(415, words=KIND)
    digest, size = gateway.keep_piece(upload_id, request.stream, found.bytes - begins_at)
    try:
        with transaction():
            operations.take_part(upload_id, begins_at=begins_at, size=size, sha256=digest, by=viewer())
    except Refused as refusal:
        gateway.forget(upload_id, {digest} - set(queries.parts_of(upload_id)))
        return _tus(refusal.status, words=str(refusal))
    return _tus(204, queries.find_upload_seen_by(viewer(), upload_id)[0])  # type: ignore[index]


@bp.post(f"/uploads/<{ID}:upload_id>/give-up")
@login_required
def give_up_upload(upload_id: int) -> Any:
    found, order = queries.find_upload_seen_by(viewer(), upload_id) or abort(404)
    allow(policies.may_hand_over(viewer(), order))
    order_id = found.order_id
    try:
        with transaction():
            operations.give_up_upload(upload_id, by=viewer())
        gateway.clear(upload_id)
        flash(_("올려 둔 파일을 지웠습니다."), "success")
    except Refused as refusal:
        flash(str(refusal), "error")
    return redirect(url_for(".hand_over", order_id=order_id), 303)


@bp.route(f"/orders/<{ID}:order_id>/uploads/link", methods=["GET", "POST"])
@login_required
def link_upload(order_id: int) -> Any:
    order = seen_order(order_id)
    allow(policies.may_hand_over(viewer(), order))
    form = forms.StoreLinkForm()
    if form.validate_on_submit():
        try:
            _link(order_id, form)
            return redirect(url_for(".hand_over", order_id=order_id), 303)
        except Refused as refusal:
            refuse_on(form, refusal)
    page = render("delivery/link_upload.html", order=seen_order(order_id), form=form)
    return (page, 422) if request.method == "POST" else page


def _link(order_id: int, form: forms.StoreLinkForm) -> None:
    path, until = gateway.checked_path(form.path.data or "", field="path"), form.until.data.replace(tzinfo=clock.SEOUL)
    facts: dict[str, Any] = {
        "path": path,
        "size": form.size.data or 0,
        "sha256": (form.sha256.data or "").lower(),
        "until": until,
    }
    with transaction():
        spend_once(form.once.data)
        source, free = form.source.data or "", gateway.free_bytes()
        operations.link_upload(order_id, source=source, free=free, **facts, by=viewer())
    flash(_("링크를 적었습니다. 파일을 가져와 SHA-256이 맞는지 확인하면 납품할 수 있습니다."), "success")


@bp.post(f"/deliveries/<{ID}:delivery_id>/files/<{ID}:file_id>/links")
@login_required
def make_link(delivery_id: int, file_id: int) -> Any:
    delivery, order = seen_delivery(delivery_id)
    allow(policies.may_link(viewer(), order))
    queries.find_file(delivery.id, file_id) or abort(404)
    form = forms.LinkForm()
    try:
        with transaction():
            operations.make_link(file_id, hours=form.hours.data or 0, note=form.note.data or "", by=viewer())
        flash(
            _("링크를 만들었습니다. 아는 사람은 누구나 그 파일을 받을 수 있으니 필요한 사람에게만 주세요."), "success"
        )
    except Refused as refusal:
        flash(str(refusal), "error")
    return redirect(url_for(".show", delivery_id=delivery_id, _anchor="links"), 303)


@bp.post(f"/deliveries/<{ID}:delivery_id>/links/<{ID}:link_id>/end")
@login_required
def end_link(delivery_id: int, link_id: int) -> Any:
    delivery, order = seen_delivery(delivery_id)
    allow(policies.may_link(viewer(), order))
    if link_id not in {link.id for link in queries.links_of(delivery.id)}:
        abort(404)
    with transaction():
        operations.end_link(link_id, by=viewer())
    flash(_("링크를 끝냈습니다."), "success")
    return redirect(url_for(".show", delivery_id=delivery_id, _anchor="links"), 303)


@bp.get("/downloads/<token>")
def by_link(token: str) -> Any:
    allow(True)  # public: the address itself is the right, signed and until its hour
    link, file = queries.find_file_by_token(token) or abort(404)
    reader, link_id = viewer(), link.id
    kept = gateway.opened(file.sha256)
    after_response(lambda: operations.note_taken(file, link_id=link_id, by=reader))
    name = file.path.rpartition("/")[2]
    answer = send_file(kept, mimetype="application/octet-stream", as_attachment=True, download_name=name, max_age=0)
    answer.content_length = file.bytes
    answer.set_etag(file.sha256)
    # A part of a file can be asked for, so that a download goes on where it was lost.
    return answer.make_conditional(request.environ, accept_ranges=True, complete_length=file.bytes)
