"""Pages of batches: made by one, sent by another, answered by the bank."""

import csv
import hashlib
import io
from typing import Any

from flask import Response, abort, flash, redirect, request, url_for
from flask_login import login_required
from werkzeug.wrappers import Response as BaseResponse

from marketplace.accounts import queries as accounts
from marketplace.core import clock
from marketplace.core.db import spend_once, transaction
from marketplace.core.errors import Refused
from marketplace.core.i18n import _, in_language
from marketplace.core.web import allow, page_number, refuse_on, render, viewer
from marketplace.payments import forms, operations, policies, queries
from marketplace.payments.models import PayoutBatch
from marketplace.payments.rules import fixed_width_file, lines_of_file
from marketplace.payments.views.blueprint import bp


def _batch_form(waiting: list[queries.Waiting]) -> forms.BatchForm:
    form = forms.BatchForm()
    form.programme_id.choices = [
        (each.programme_id, in_language(each.programme, each.programme_en)) for each in waiting
    ]
    return form


def _list_page(refused: str = "") -> str:
    waiting = queries.waiting_of()
    return render(
        "payments/batches.html",
        page=queries.batches_page(page_number()),
        waiting=waiting,
        form=_batch_form(waiting),
        bounced=queries.bounced_payouts(),
        missing=queries.missing_payouts(),
        answer_form=forms.AnswerForm(formdata=None),
        may_pay=policies.may_pay(viewer()),
        refused=refused,
    )


@bp.get("/batches")
@login_required
def batches() -> str:
    allow(policies.may_see_batches(viewer()))
    return _list_page()


@bp.post("/batches/new")
@login_required
def make_batch() -> tuple[str, int] | BaseResponse:
    allow(policies.may_pay(viewer()))
    form = _batch_form(queries.waiting_of())
    if not form.validate():
        return _list_page(_("지금 지급할 건이 없습니다. 화면을 새로 고쳐 확인하세요.")), 422
    try:
        with transaction():
            spend_once(form.once.data or "")
            batch_id = operations.make_batch(form.programme_id.data, by=viewer()).id
        flash(_("지급 파일을 만들었습니다. 다른 담당자가 확인하고 전송해야 합니다."), "success")
        return redirect(url_for(".batch", batch_id=batch_id), 303)
    except Refused as refusal:
        return _list_page(str(refusal)), 422


def _answers(batch: PayoutBatch) -> dict[str, dict[str, str]]:
    """The bank's answers by payout number, as its file gave them."""
    if batch.result is None:
        return {}
    return {row["payout"].strip(): row for row in csv.DictReader(io.StringIO(batch.result)) if row.get("payout")}


def _batch_page(batch_id: int, result_form: Any = None, refused: str = "", errors: list[str] | None = None) -> str:
    batch = queries.find_batch_seen_by(viewer(), batch_id) or abort(404)
    return render(
        "payments/batch.html",
        batch=batch,
        page=queries.lines_of_batch(batch, _answers(batch), page_number()),
        names=accounts.people_names({batch.made_by or 0, batch.sent_by or 0}),
        advices=queries.advices_of_batch(batch.id),
        may_pay=policies.may_pay(viewer()),
        may_read_file=policies.may_read_file(viewer()),
        is_another=policies.is_another_sender(viewer(), batch),
        result_form=result_form or forms.ResultForm(formdata=None),
        cancel_form=forms.CancelForm(formdata=None),
        refused=refused,
        errors=errors or [],
    )


@bp.get("/batches/<int:batch_id>")
@login_required
def batch(batch_id: int) -> str:
    allow(policies.may_see_batches(viewer()))
    return _batch_page(batch_id)


@bp.get("/batches/<int:batch_id>/file")
@login_required
def batch_file(batch_id: int) -> Response:
    row = queries.find_batch_seen_by(viewer(), batch_id) or abort(404)
    allow(policies.may_read_file(viewer()))
    data, ending, kind = row.file.encode(), "csv", "text/csv"
    if request.args.get("format") == "fixed":
        day = row.created_at.astimezone(clock.SEOUL).date()
        data, ending, kind = (
            fixed_width_file(row.number, day, lines_of_file(row.file)),
            "txt",
            "text/plain; charset=cp949",
        )
    digest = hashlib.sha256(data).hexdigest()
    headers = {"Content-Disposition": f'attachment; filename="{row.number}.{ending}"', "X-Content-SHA256": digest}
    return Response(data, content_type=kind, headers=headers)


@bp.post("/batches/<int:batch_id>/send")
@login_required
def send_batch(batch_id: int) -> tuple[str, int] | BaseResponse:
    queries.find_batch_seen_by(viewer(), batch_id) or abort(404)
    allow(policies.may_pay(viewer()))
    try:
        with transaction():
            operations.send_batch(batch_id, by=viewer())
        flash(_("전송으로 기록했습니다. 은행이 보낸 결과 파일을 올리면 반영됩니다."), "success")
        return redirect(url_for(".batch", batch_id=batch_id), 303)
    except Refused as refusal:
        return _batch_page(batch_id, refused=str(refusal)), 422


@bp.post("/batches/<int:batch_id>/cancel")
@login_required
def cancel_batch(batch_id: int) -> tuple[str, int] | BaseResponse:
    queries.find_batch_seen_by(viewer(), batch_id) or abort(404)
    allow(policies.may_pay(viewer()))
    form = forms.CancelForm()
    if not form.validate():
        return _batch_page(batch_id, refused=" ".join(map(str, form.reason.errors))), 422
    try:
        with transaction():
            operations.cancel_batch(batch_id, form.reason.data or "", by=viewer())
        flash(_("지급 파일을 취소했습니다. 들어 있던 건은 다시 지급을 기다립니다."), "success")
        return redirect(url_for(".batches"), 303)
    except Refused as refusal:
        return _batch_page(batch_id, refused=str(refusal)), 422


@bp.post("/batches/<int:batch_id>/result")
@login_required
def read_result(batch_id: int) -> tuple[str, int] | BaseResponse:
    queries.find_batch_seen_by(viewer(), batch_id) or abort(404)
    allow(policies.may_pay(viewer()))
    form = forms.ResultForm()
    errors: list[str] = []
    if form.validate():
        try:
            with transaction():
                operations.read_bank_result(batch_id, form.file.data.read(), by=viewer())
            flash(_("은행 결과를 반영했습니다."), "success")
            return redirect(url_for(".batch", batch_id=batch_id), 303)
        except operations.ResultRefused as refusal:
            errors = refusal.errors
        except Refused as refusal:
            refuse_on(form, refusal)
    return _batch_page(batch_id, form, errors=errors), 422


@bp.post("/payouts/<int:payout_id>/requeue")
@login_required
def requeue_payout(payout_id: int) -> tuple[str, int] | BaseResponse:
    queries.find_payout_seen_by(viewer(), payout_id) or abort(404)
    allow(policies.may_pay(viewer()))
    form = forms.RequeueForm()
    try:
        with transaction():
            operations.requeue_payout(payout_id, checked=bool(form.checked.data), by=viewer())
        flash(_("다음 지급 파일에 다시 들어갑니다."), "success")
        return redirect(url_for(".batches"), 303)
    except Refused as refusal:
        return _list_page(str(refusal)), 422


@bp.post("/payouts/<int:payout_id>/answer")
@login_required
def answer_missing(payout_id: int) -> tuple[str, int] | BaseResponse:
    queries.find_payout_seen_by(viewer(), payout_id) or abort(404)
    allow(policies.may_pay(viewer()))
    form = forms.AnswerForm()
    if not form.validate():
        return _list_page(" ".join(map(str, form.answer.errors))), 422
    try:
        with transaction():
            operations.answer_missing(payout_id, form.answer.data or "", by=viewer())
        flash(_("답을 보냈습니다."), "success")
        return redirect(url_for(".batches"), 303)
    except Refused as refusal:
        return _list_page(str(refusal)), 422
