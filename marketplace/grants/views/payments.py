"""The page where a grant's steps are reported, looked at and approved."""

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, url_for
from flask_login import login_required

from marketplace.core.i18n import _
from marketplace.core.web import allow, attempt, render, viewer
from marketplace.grants import operations, policies, queries
from marketplace.grants.forms import ConfirmForm, ReasonForm, StepForm
from marketplace.grants.models import GrantPaymentState
from marketplace.grants.views.blueprint import bp

ID = "int(max=9223372036854775807)"


@bp.get(f"/applications/<{ID}:application_id>/payments")
@login_required
def payments(application_id: int) -> str:
    row = queries.find_application_seen_by(viewer(), application_id) or abort(404)
    allow(policies.may_see_application(viewer(), row))
    return _page(application_id)


def _page(application_id: int, form: StepForm | None = None, refused: Any = None) -> str:
    row = queries.find_application_seen_by(viewer(), application_id) or abort(404)
    steps = queries.grant_steps_of(row, queries.ruleset_of(row))
    open_steps = [each for each in steps if each.payment is None or each.payment.state == GrantPaymentState.RETURNED]
    form = form or StepForm(formdata=None)
    form.code.choices = [(each.code, each.name) for each in open_steps]
    return render(
        "grants/payments.html",
        application=row,
        steps=steps,
        form=form,
        refused=refused or form,
        reason_forms={each.payment.id: _reason_form(each.payment.id) for each in steps if each.payment is not None},
        may_report=bool(open_steps) and policies.may_report_step(viewer(), row),
        may_confirm=policies.may_confirm_grant(viewer()),
        may_approve=policies.may_approve_grant(viewer()),
        me=viewer().person_id,
    )


def _reason_form(payment_id: int) -> ReasonForm:
    form = ReasonForm(formdata=None)
    form.reason.id = f"reason-{payment_id}"  # several stand on one page
    return form


@bp.post(f"/applications/<{ID}:application_id>/payments")
@login_required
def report_step(application_id: int) -> Any:
    row = queries.find_application_seen_by(viewer(), application_id) or abort(404)
    allow(policies.may_report_step(viewer(), row))
    form = StepForm()
    form.code.choices = [(each.code, each.name) for each in queries.grant_steps_of(row, queries.ruleset_of(row))]
    if status := attempt(
        form, lambda: operations.report_step(application_id, form.code.data, form.report.data, by=viewer())
    ):
        return _page(application_id, form), status
    flash(_("결과를 보고했습니다. 사업 담당자가 확인합니다."), "success")
    return redirect(url_for(".payments", application_id=application_id), 303)


def _act(payment_id: int, allowed: bool, form: Any, deed: Callable[[], Any], said: str) -> Any:
    payment = queries.find_grant_payment_seen_by(viewer(), payment_id) or abort(404)
    allow(allowed)
    application_id = queries.application_of_payment(payment).id
    if status := attempt(form, deed):
        return _page(application_id, refused=form), status
    flash(said, "success")
    return redirect(url_for(".payments", application_id=application_id), 303)


@bp.get(f"/grant-payments/<{ID}:grant_payment_id>")
@login_required
def grant_payment(grant_payment_id: int) -> str:
    payment = queries.find_grant_payment_seen_by(viewer(), grant_payment_id) or abort(404)
    application = queries.application_of_payment(payment)
    allow(policies.may_see_application(viewer(), application))
    return _page(application.id)


@bp.post(f"/grant-payments/<{ID}:grant_payment_id>/return")
@login_required
def return_grant_report(grant_payment_id: int) -> Any:
    form = ReasonForm()
    allowed = policies.may_confirm_grant(viewer()) or policies.may_approve_grant(viewer())
    said = _("보완을 요청하고 주관기관에 알렸습니다.")
    deed = lambda: operations.return_report(grant_payment_id, form.reason.data, by=viewer())  # noqa: E731
    return _act(grant_payment_id, allowed, form, deed, said)


@bp.post(f"/grant-payments/<{ID}:grant_payment_id>/confirm")
@login_required
def confirm_grant_report(grant_payment_id: int) -> Any:
    allowed, said = policies.may_confirm_grant(viewer()), _("결과를 확인했습니다. 정산 담당자가 지급을 승인합니다.")
    deed = lambda: operations.confirm_report(grant_payment_id, by=viewer())  # noqa: E731
    return _act(grant_payment_id, allowed, ConfirmForm(), deed, said)


@bp.post(f"/grant-payments/<{ID}:grant_payment_id>/approve")
@login_required
def approve_grant_payment(grant_payment_id: int) -> Any:
    allowed, said = policies.may_approve_grant(viewer()), _("지급을 승인했습니다. 다음 지급 파일에 들어갑니다.")
    deed = lambda: operations.approve_grant(grant_payment_id, by=viewer())  # noqa: E731
    return _act(grant_payment_id, allowed, ConfirmForm(), deed, said)
