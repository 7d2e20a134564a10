"""Mid-term checks: asked about an order, answered by its supplier, judged by an officer."""

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, url_for
from flask_login import login_required

from marketplace.accounts import queries as accounts
from marketplace.core.i18n import _
from marketplace.core.web import allow, make, render, viewer
from marketplace.delivery import queries as delivery
from marketplace.orders import queries as orders
from marketplace.orders.models import PurchaseOrder
from marketplace.supervision import forms, gateway, operations, policies, queries
from marketplace.supervision.models import MidtermCheck, MidtermState
from marketplace.supervision.views.blueprint import bp, done, download

OPEN = (MidtermState.ASKED, MidtermState.FIX)


def seen_order(order_id: int) -> PurchaseOrder:
    """The order, or 404 for whoever may not know of it."""
    row: PurchaseOrder = orders.find_order_seen_by(viewer(), order_id) or abort(404)
    return row


def _seen(check_id: int) -> MidtermCheck:
    row: MidtermCheck = queries.find_check_seen_by(viewer(), check_id) or abort(404)
    return row


def _ask_page(order: PurchaseOrder, form: forms.AskCheckForm) -> str:
    return render("supervision/ask_check.html", order=order, names=orders.around(order), form=form)


@bp.get("/orders/<int:order_id>/check")
@login_required
def new_check(order_id: int) -> str:
    order = seen_order(order_id)
    allow(policies.may_work(viewer()))
    return _ask_page(order, forms.AskCheckForm(formdata=None))


@bp.post("/orders/<int:order_id>/check")
@login_required
def ask_check(order_id: int) -> Any:
    seen_order(order_id)
    allow(policies.may_work(viewer()))
    form = forms.AskCheckForm()
    status, check_id = make(form, lambda: operations.ask_check(order_id, form.body.data, by=viewer()).id)
    if status:
        return _ask_page(seen_order(order_id), form), status
    flash(_("공급기업에 중간점검 자료를 요청했습니다."), "success")
    return redirect(url_for(".check", check_id=check_id), 303)


def _page(check_id: int, bad: Any = None) -> str:
    row = _seen(check_id)
    answers = queries.answers_of(row.id)
    may_answer = policies.may_answer_check(viewer(), row) and row.state in OPEN
    fresh: dict[str, Any] = {
        "answer": forms.AnswerCheckForm(formdata=None) if may_answer else None,
        "words": forms.WordsForm(formdata=None),
    }
    order = orders.get_order(row.order_id)
    return render(
        "supervision/check.html",
        check=row,
        order=order,
        names=orders.around(order),
        answers=answers,
        files=queries.files_of_answers([each.id for each in answers]),
        people=accounts.people_names({each.made_by for each in answers}),
        has_statement=delivery.find_statement(row.order_id) is not None,
        may_judge=policies.may_work(viewer()) and row.may_become(MidtermState.FAIL),
        answered=row.state == MidtermState.ANSWERED,
        forms={name: bad if bad and type(bad) is type(form) else form for name, form in fresh.items()},
        bad=bad,
    )


@bp.get("/checks/<int:check_id>")
@login_required
def check(check_id: int) -> str:
    row = _seen(check_id)
    allow(policies.may_see_check(viewer(), row))
    return _page(check_id)


@bp.post("/checks/<int:check_id>/answer")
@login_required
def answer_check(check_id: int) -> Any:
    allow(policies.may_answer_check(viewer(), _seen(check_id)))
    form = forms.AnswerCheckForm()
    words = {"progress": form.progress.data, "percent": form.percent.data, "workers": form.workers.data or ""}
    status, _answer = make(
        form,
        lambda files: operations.answer_check(check_id, **words, files=files, by=viewer()),
        first=lambda: gateway.keep_samples(form.files.data or []),
    )
    if status:
        return _page(check_id, form), status
    flash(_("중간점검 자료를 냈습니다."), "success")
    return redirect(url_for(".check", check_id=check_id), 303)


def _judged(check_id: int, verb: Callable[..., object], said: str) -> Any:
    _seen(check_id)
    allow(policies.may_work(viewer()))
    form, there = forms.WordsForm(), {"endpoint": ".check", "check_id": check_id}
    return done(form, lambda: verb(check_id, form.body.data, by=viewer()), said, lambda: _page(check_id, form), **there)


@bp.post("/checks/<int:check_id>/pass")
@login_required
def pass_check(check_id: int) -> Any:
    return _judged(check_id, operations.pass_check, _("적합으로 판단하고 공급기업에 알렸습니다."))


@bp.post("/checks/<int:check_id>/fix")
@login_required
def fix_check(check_id: int) -> Any:
    return _judged(check_id, operations.fix_check, _("보완을 요청했습니다."))


@bp.post("/checks/<int:check_id>/fail")
@login_required
def fail_check(check_id: int) -> Any:
    return _judged(check_id, operations.fail_check, _("부적합으로 판단하고 두 기업에 알렸습니다."))


@bp.get("/checks/<int:check_id>/files/<int:midterm_file_id>")
@login_required
def check_file(check_id: int, midterm_file_id: int) -> Any:
    row = _seen(check_id)
    allow(policies.may_see_check(viewer(), row))
    file = queries.find_check_file(check_id, midterm_file_id) or abort(404)
    return download(file.sha256, file.name)
