"""What an officer decides on an application's page: findings, award, rejection, the agreement's days."""

from typing import Any

from flask import abort, flash, redirect, url_for
from flask_login import login_required
from werkzeug.wrappers import Response as BaseResponse

from marketplace.core.db import spend_once, transaction
from marketplace.core.errors import Refused
from marketplace.core.i18n import _
from marketplace.core.web import allow, refuse_on, viewer
from marketplace.grants import operations, policies, queries
from marketplace.grants.forms import AgreementForm, AwardForm, FindingForm, ReasonForm
from marketplace.grants.models import Verdict
from marketplace.grants.views.blueprint import bp
from marketplace.grants.views.page import application_page


@bp.post("/applications/<int:application_id>/findings/<int:finding_id>")
@login_required
def decide_finding(application_id: int, finding_id: int) -> tuple[str, int] | BaseResponse:
    row = queries.find_application_seen_by(viewer(), application_id) or abort(404)
    allow(policies.may_judge_application(viewer(), row))
    if not queries.is_finding_of(finding_id, application_id):
        abort(404)
    form = FindingForm(prefix=f"finding-{finding_id}-")
    if form.validate():
        try:
            with transaction():
                verdict = Verdict(form.verdict.data)
                operations.decide_finding(finding_id, verdict=verdict, reason=form.reason.data, by=viewer())
            flash(_("판단을 기록했습니다."), "success")
            return redirect(url_for(".application", application_id=application_id), 303)
        except Refused as refusal:
            refuse_on(form, refusal)
    kept = {"finding_form": form, "finding_forms": _forms_with(finding_id, form)}
    return application_page(application_id, **kept), 422


def _forms_with(finding_id: int, refused: FindingForm) -> object:
    """A fresh form for every finding but the one that was refused."""

    def form_of(identity: int) -> FindingForm:
        return refused if identity == finding_id else FindingForm(formdata=None, prefix=f"finding-{identity}-")

    return form_of


@bp.post("/applications/<int:application_id>/award")
@login_required
def award_application(application_id: int) -> tuple[str, int] | BaseResponse:
    row = queries.find_application_seen_by(viewer(), application_id) or abort(404)
    allow(policies.may_judge_application(viewer(), row))
    form = AwardForm(prefix="award-")
    if form.validate():
        try:
            with transaction():
                operations.award_application(
                    application_id, total_minor=form.total.data, in_kind_minor=form.in_kind.data, by=viewer()
                )
            flash(_("선정했습니다. 통지서는 곧 발급됩니다."), "success")
            return redirect(url_for(".application", application_id=application_id), 303)
        except Refused as refusal:
            refuse_on(form, refusal)
    return application_page(application_id, award_form=form), 422


@bp.post("/applications/<int:application_id>/reject")
@login_required
def reject_application(application_id: int) -> tuple[str, int] | BaseResponse:
    row = queries.find_application_seen_by(viewer(), application_id) or abort(404)
    allow(policies.may_judge_application(viewer(), row))
    form = ReasonForm(prefix="reject-")
    if form.validate():
        try:
            with transaction():
                operations.reject_application(application_id, reason=form.reason.data, by=viewer())
            flash(_("미선정으로 결정하고 기업에 알렸습니다."), "success")
            return redirect(url_for(".application", application_id=application_id), 303)
        except Refused as refusal:
            refuse_on(form, refusal)
    return application_page(application_id, reject_form=form), 422


@bp.post("/applications/<int:application_id>/agreement")
@login_required
def draft_agreement(application_id: int) -> tuple[str, int] | BaseResponse:
    row = queries.find_application_seen_by(viewer(), application_id) or abort(404)
    allow(policies.may_draft_agreement(viewer(), row))
    form: Any = AgreementForm(prefix="agreement-")
    if form.validate():
        try:
            with transaction():
                spend_once(form.once.data)
                agreement_id = operations.draft_agreement(
                    application_id, starts_on=form.starts_on.data, ends_on=form.ends_on.data, by=viewer()
                ).id
            flash(_("협약서를 만들었습니다. 세 당사자의 서명을 기다립니다."), "success")
            return redirect(url_for(".agreement", agreement_id=agreement_id), 303)
        except Refused as refusal:
            refuse_on(form, refusal)
    return application_page(application_id, agreement_form=form), 422
