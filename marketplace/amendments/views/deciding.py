"""Answers to a request: allow, refuse, sign, take back, object."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, url_for
from flask_login import login_required

from marketplace.amendments import forms, operations, policies, queries
from marketplace.amendments.views.blueprint import bp, page, seen
from marketplace.core.i18n import _
from marketplace.core.web import allow, attempt, viewer
from marketplace.grants import queries as grants


def _answer(request_id: int, name: str, form: Any, work: Callable[[], Any], said: str) -> Any:
    """Do it and come back to the page, or show the page again with the reason why not."""
    if status := attempt(form, work):
        return page(request_id, **{name: form}), status
    flash(said, "success")
    return redirect(url_for(".show", request_id=request_id), 303)


@bp.post("/<int:request_id>/approve")
@login_required
def approve(request_id: int) -> Any:
    row = seen(request_id)
    allow(policies.may_decide(viewer(), row, grants.places_of(row.agreement_id)))
    form = forms.ApproveForm(prefix="approve-")
    return _answer(
        request_id,
        "approve_form",
        form,
        lambda: operations.approve_change(request_id, seen_sha256=form.seen_sha256.data or "", by=viewer()),
        _("승인했습니다."),
    )


@bp.post("/<int:request_id>/refuse")
@login_required
def refuse(request_id: int) -> Any:
    row = seen(request_id)
    allow(policies.may_decide(viewer(), row, grants.places_of(row.agreement_id)))
    form = forms.RefuseForm(prefix="refuse-")
    return _answer(
        request_id,
        "refuse_form",
        form,
        lambda: operations.refuse_change(request_id, form.reason.data or "", by=viewer()),
        _("불허를 알렸습니다."),
    )


@bp.post("/<int:request_id>/reopen")
@login_required
def reopen(request_id: int) -> Any:
    row = seen(request_id)
    allow(policies.may_decide(viewer(), row, grants.places_of(row.agreement_id)))
    return _answer(
        request_id,
        "plain_form",
        forms.ConfirmForm(),
        lambda: operations.reopen_change(request_id, by=viewer()),
        _("다시 검토합니다."),
    )


@bp.post("/<int:request_id>/sign")
@login_required
def sign(request_id: int) -> Any:
    row = seen(request_id)
    allow(policies.may_sign(viewer(), queries.signers_of(row, grants.get_agreement(row.agreement_id))))
    form = forms.SignForm(prefix="sign-")
    return _answer(
        request_id,
        "sign_form",
        form,
        lambda: operations.sign_change(request_id, seen_paper_sha256=form.seen_paper.data, by=viewer()),
        _("서명했습니다."),
    )


@bp.post("/<int:request_id>/withdraw")
@login_required
def withdraw(request_id: int) -> Any:
    allow(policies.may_withdraw(viewer(), seen(request_id)))
    return _answer(
        request_id,
        "plain_form",
        forms.ConfirmForm(),
        lambda: operations.withdraw_change(request_id, by=viewer()),
        _("신청을 철회했습니다."),
    )


@bp.post("/<int:request_id>/object")
@login_required
def object_to(request_id: int) -> Any:
    allow(policies.may_withdraw(viewer(), seen(request_id)))
    form = forms.ObjectForm(prefix="object-")
    return _answer(
        request_id,
        "object_form",
        form,
        lambda: operations.object_to_refusal(request_id, form.objection.data or "", by=viewer()),
        _("이의를 제기했습니다. 다른 담당자가 다시 검토합니다."),
    )
