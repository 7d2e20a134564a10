"""Work statements: for the firms of an order, and the page of each worker."""

from typing import Any

from flask import abort, flash, redirect, url_for
from flask_login import login_required

from marketplace.core.db import spend_once, transaction
from marketplace.core.errors import Refused
from marketplace.core.i18n import _
from marketplace.core.web import allow, attempt, render, viewer
from marketplace.delivery import forms, operations, policies, queries
from marketplace.delivery.models import CrowdWorker
from marketplace.delivery.rules.work import COLUMNS, FLAGS
from marketplace.delivery.views.blueprint import ID, bp, seen_order
from marketplace.orders import queries as orders
from marketplace.orders.models import OrderState, PurchaseOrder


def _page(order: PurchaseOrder, form: forms.WorkForm | None = None) -> str:
    statement = queries.find_statement(order.id)
    shifts = queries.shifts_of(statement.id) if statement else []
    flags = queries.flags_of_statement(order, statement.id, shifts) if statement else []
    files = policies.may_hand_over(viewer(), order)
    return render(
        "delivery/work.html",
        order=order,
        names=orders.around(order),
        statement=statement,
        workers=queries.workers_of(statement.id) if statement else [],
        flags=[_(FLAGS[each.kind], **each.values) for each in flags],
        objections=queries.objections_of(statement_id=statement.id) if statement else [],
        columns=COLUMNS,
        form=(form or forms.WorkForm()) if files and order.state == OrderState.ACCEPTED else None,
        answering=forms.ObjectionAnswerForm(formdata=None) if files else None,
        may_link=files,
    )


@bp.get(f"/orders/<{ID}:order_id>/work")
@login_required
def work(order_id: int) -> str:
    order = seen_order(order_id)
    allow(policies.may_see(viewer(), order))
    return _page(order)


@bp.post(f"/orders/<{ID}:order_id>/work")
@login_required
def file_statement(order_id: int) -> Any:
    order = seen_order(order_id)
    allow(policies.may_hand_over(viewer(), order))
    form = forms.WorkForm()

    def deed() -> None:
        spend_once(form.once.data)
        operations.file_statement(order_id, form.table.data or "", by=viewer())

    if status := attempt(form, deed):
        return _page(seen_order(order_id), form), status
    flash(_("작업 명세를 제출했습니다. 작업자마다 자기 명세를 볼 주소를 전하세요."), "success")
    return redirect(url_for(".work", order_id=order_id), 303)


@bp.post(f"/orders/<{ID}:order_id>/work/objections/<{ID}:work_objection_id>")
@login_required
def answer_objection(order_id: int, work_objection_id: int) -> Any:
    order = seen_order(order_id)
    allow(policies.may_hand_over(viewer(), order))
    statement = queries.find_statement(order.id) or abort(404)
    if work_objection_id not in {each.id for each in queries.objections_of(statement_id=statement.id)}:
        abort(404)
    form = forms.ObjectionAnswerForm()
    if not form.validate_on_submit():
        flash(_("답을 적으세요."), "error")
        return _page(seen_order(order_id)), 422
    try:
        with transaction():
            spend_once(form.once.data)
            operations.answer_objection(work_objection_id, form.answer.data or "", by=viewer())
        flash(_("답했습니다. 작업자가 자기 페이지에서 봅니다."), "success")
    except Refused as refusal:
        flash(str(refusal), "error")
    return redirect(url_for(".work", order_id=order_id), 303)


def _worker(token: str) -> CrowdWorker:
    return queries.find_worker_by_token(token) or abort(404)


def _own_page(worker: CrowdWorker, token: str, form: forms.ObjectionForm | None = None) -> str:
    return render(
        "delivery/worker.html",
        worker=worker,
        token=token,
        statements=queries.statements_seen_by_worker(worker),
        objections=queries.objections_of(worker_id=worker.id),
        form=form or forms.ObjectionForm(),
    )


@bp.get("/work/<token>")
def worker(token: str) -> str:
    allow(True)  # public: the address itself is the right, and only the worker was given it
    return _own_page(_worker(token), token)


@bp.post(f"/work/<token>/statements/<{ID}:statement_id>")
def object_to_statement(token: str, statement_id: int) -> Any:
    allow(True)  # public: the address itself is the right
    found, form = _worker(token), forms.ObjectionForm()
    worker_id = found.id

    def deed() -> None:
        spend_once(form.once.data)
        operations.object_to_statement(worker_id, statement_id, form.body.data or "")

    if status := attempt(form, deed):
        return _own_page(_worker(token), token, form), status
    flash(_("이의를 남겼습니다. 공급기업과 운영기관에 알렸습니다."), "success")
    return redirect(url_for(".worker", token=token), 303)
