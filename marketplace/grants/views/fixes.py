"""Fix requests on an application, and the certificates of firms."""

from typing import Any

from flask import Response, abort, flash, redirect, request, send_file, url_for
from flask_login import login_required
from werkzeug.wrappers import Response as BaseResponse

from marketplace.core.db import spend_once, transaction
from marketplace.core.errors import Refused
from marketplace.core.i18n import _
from marketplace.core.web import allow, page_number, refuse_on, render, viewer
from marketplace.grants import gateway, operations, policies, queries
from marketplace.grants.forms import CertificateForm, ConfirmForm, LookForm
from marketplace.grants.models import CertificateKind
from marketplace.grants.views.answers import fix_form
from marketplace.grants.views.blueprint import bp
from marketplace.grants.views.page import application_page

Answer = str | tuple[str, int] | BaseResponse


@bp.post("/applications/<int:application_id>/fix")
@login_required
def ask_for_fix(application_id: int) -> Answer:
    row = queries.find_application_seen_by(viewer(), application_id) or abort(404)
    allow(policies.may_judge_application(viewer(), row))
    form = fix_form(row)
    if form.validate():
        items = {
            name.removeprefix("section-"): field.data or ""
            for name, field in form._fields.items()
            if name.startswith("section-")
        }
        try:
            with transaction():
                operations.ask_for_fix(application_id, items, due_on=form.due_on.data, by=viewer())
            flash(_("보완을 요청하고 기업에 알렸습니다."), "success")
            return redirect(url_for(".application", application_id=application_id), 303)
        except Refused as refusal:
            refuse_on(form, refusal)
    return application_page(application_id, fix_form=form), 422


@bp.post("/applications/<int:application_id>/fix/hand-in")
@login_required
def hand_in_fix(application_id: int) -> Answer:
    row = queries.find_application_seen_by(viewer(), application_id) or abort(404)
    allow(policies.may_submit_application(viewer(), row))
    form = ConfirmForm()
    if form.validate():
        try:
            with transaction():
                seen = request.form.get("seen_sha256", "")[:64]
                operations.hand_in_fix(application_id, seen_sha256=seen, by=viewer())
            flash(_("보완한 내용에 서명해 제출했습니다."), "success")
            return redirect(url_for(".application", application_id=application_id), 303)
        except Refused as refusal:
            refuse_on(form, refusal)
    return application_page(application_id, replace_form=form), 422


@bp.post("/applications/<int:application_id>/fix/cancel")
@login_required
def cancel_fix(application_id: int) -> Answer:
    row = queries.find_application_seen_by(viewer(), application_id) or abort(404)
    allow(policies.may_judge_application(viewer(), row))
    form = ConfirmForm()
    if form.validate():
        try:
            with transaction():
                operations.cancel_fix(application_id, by=viewer())
            flash(_("보완 요청을 거두었습니다."), "success")
            return redirect(url_for(".application", application_id=application_id), 303)
        except Refused as refusal:
            refuse_on(form, refusal)
    return application_page(application_id, replace_form=form), 422


@bp.get("/certificates")
@login_required
def certificates() -> str:
    allow(policies.may_list_certificates(viewer()))
    return _certificates_page(CertificateForm(formdata=None))


def _certificates_page(form: Any, looked: tuple[int, Any] | None = None) -> str:
    def look_form(identity: int) -> Any:
        return looked[1] if looked and looked[0] == identity else LookForm(formdata=None, prefix=f"look-{identity}-")

    page = queries.certificates_page(viewer(), state=request.args.get("state", ""), page=page_number())
    return render(
        "grants/certificates.html",
        page=page,
        form=form,
        look_form=look_form,
        may_bring=policies.may_bring_certificate(viewer()),
        may_look={row.id: policies.may_look_at_certificate(viewer(), row.organisation_id) for row, _firm in page.items},
    )


@bp.post("/certificates")
@login_required
def bring_certificate() -> Answer:
    allow(policies.may_bring_certificate(viewer()))
    form: Any = CertificateForm()
    if form.validate():
        try:
            file = gateway.keep(form.file.data or None)
            said = operations.Certificate(
                kind=CertificateKind(form.kind.data),
                number=form.number.data,
                issued_on=form.issued_on.data,
                valid_until=form.valid_until.data,
            )
            with transaction():
                spend_once(form.once.data)
                operations.bring_certificate(said, file, by=viewer())
            flash(_("증명서를 냈습니다. 담당자가 확인하면 유효기간 동안 모든 신청에 쓰입니다."), "success")
            return redirect(url_for(".certificates"), 303)
        except Refused as refusal:
            refuse_on(form, refusal)
    return _certificates_page(form), 422


@bp.post("/certificates/<int:certificate_id>")
@login_required
def look_at_certificate(certificate_id: int) -> Answer:
    row = queries.find_certificate_seen_by(viewer(), certificate_id) or abort(404)
    allow(policies.may_look_at_certificate(viewer(), row.organisation_id))
    form: Any = LookForm(prefix=f"look-{certificate_id}-")
    if form.validate():
        try:
            with transaction():
                good = form.good.data == "yes"
                operations.look_at_certificate(certificate_id, good=good, reason=form.reason.data or "", by=viewer())
            flash(_("판단을 기록하고 기업에 알렸습니다."), "success")
            return redirect(url_for(".certificates"), 303)
        except Refused as refusal:
            refuse_on(form, refusal)
    return _certificates_page(CertificateForm(formdata=None), (certificate_id, form)), 422


@bp.get("/certificates/<int:certificate_id>/file")
@login_required
def certificate_file(certificate_id: int) -> Response:
    row = queries.find_certificate_seen_by(viewer(), certificate_id) or abort(404)
    allow(policies.may_list_certificates(viewer()))
    return send_file(
        gateway.opened(row.sha256),
        mimetype="application/octet-stream",
        as_attachment=True,
        download_name=row.file_name,
        etag=False,
    )
