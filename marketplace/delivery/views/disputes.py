"""Rework and disputes: all on the page of the delivery."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, url_for
from flask_login import login_required

from marketplace.core.db import spend_once, transaction
from marketplace.core.errors import Refused
from marketplace.core.i18n import _
from marketplace.core.web import allow, attempt, viewer
from marketplace.delivery import forms, operations, policies, queries
from marketplace.delivery.models import Delivery, Dispute, DisputeState, Outcome
from marketplace.delivery.views.blueprint import ID, bp, seen_delivery
from marketplace.delivery.views.handing import show_page


def _done(delivery_id: int, form: Any, name: str, work: Callable[[], object], said: str) -> Any:
    """Do it, or answer the delivery's page with what was typed and why not."""

    def deed() -> None:
        if "once" in form:
            spend_once(form.once.data)
        work()

    if status := attempt(form, deed):
        return show_page(*seen_delivery(delivery_id), **{name: form}), status
    flash(said, "success")
    return redirect(url_for(".show", delivery_id=delivery_id), 303)


def _open_dispute(delivery: Delivery) -> Dispute | None:
    return next((each for each in queries.disputes_of(delivery.id) if each.state == DisputeState.RAISED), None)


def _none_open(delivery_id: int) -> Any:
    flash(_("이미 끝난 분쟁입니다."), "warning")
    return redirect(url_for(".show", delivery_id=delivery_id), 303)


@bp.post(f"/deliveries/<{ID}:delivery_id>/rework")
@login_required
def extend_rework(delivery_id: int) -> Any:
    _delivery, order = seen_delivery(delivery_id)
    allow(policies.may_extend(viewer(), order))
    form = forms.ExtendForm()
    return _done(
        delivery_id,
        form,
        "extending",
        lambda: operations.extend_rework(delivery_id, form.rework_by.data, by=viewer()),
        _("재작업 기한을 늘렸습니다. 공급기업에 알렸습니다."),
    )


@bp.post(f"/deliveries/<{ID}:delivery_id>/dispute")
@login_required
def raise_dispute(delivery_id: int) -> Any:
    _delivery, order = seen_delivery(delivery_id)
    allow(policies.may_dispute(viewer(), order))
    form = forms.DisputeForm()
    return _done(
        delivery_id,
        form,
        "raising",
        lambda: operations.raise_dispute(delivery_id, form.reason.data or "", by=viewer()),
        _("분쟁을 제기했습니다. 두 기업의 의견을 들은 뒤 운영기관이 결정합니다."),
    )


@bp.post(f"/deliveries/<{ID}:delivery_id>/dispute/statement")
@login_required
def state_view(delivery_id: int) -> Any:
    delivery, order = seen_delivery(delivery_id)
    allow(policies.may_speak(viewer(), order))
    dispute, form = _open_dispute(delivery), forms.StatementForm()
    if dispute is None:
        return _none_open(delivery_id)
    identity = dispute.id
    return _done(
        delivery_id,
        form,
        "speaking",
        lambda: operations.state_view(identity, form.body.data or "", by=viewer()),
        _("의견을 남겼습니다."),
    )


@bp.post(f"/deliveries/<{ID}:delivery_id>/dispute/withdraw")
@login_required
def withdraw_dispute(delivery_id: int) -> Any:
    delivery, order = seen_delivery(delivery_id)
    allow(policies.may_dispute(viewer(), order))
    dispute = _open_dispute(delivery)
    if dispute is None:
        return _none_open(delivery_id)
    try:
        with transaction():
            operations.withdraw_dispute(dispute.id, by=viewer())
        flash(_("분쟁을 취하했습니다."), "success")
    except Refused as refusal:
        flash(str(refusal), "error")
    return redirect(url_for(".show", delivery_id=delivery_id), 303)


@bp.post(f"/deliveries/<{ID}:delivery_id>/dispute/decide")
@login_required
def decide_dispute(delivery_id: int) -> Any:
    delivery, _order = seen_delivery(delivery_id)
    allow(policies.may_decide(viewer()))
    dispute, form = _open_dispute(delivery), forms.decision_form(queries.lines_of(delivery.id))
    if dispute is None:
        return _none_open(delivery_id)
    return _done(delivery_id, form, "deciding", _decide(dispute.id, form), _("결정을 남기고 두 기업에 알렸습니다."))


def _decide(dispute_id: int, form: forms.DecisionForm) -> Callable[[], object]:
    return lambda: operations.decide_dispute(
        dispute_id,
        Outcome(form.outcome.data),
        form.reason.data or "",
        accepted=form.accepted(),
        rework_by=form.rework_by.data,
        by=viewer(),
    )
