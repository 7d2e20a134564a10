"""Pages of the applying firm: list, write, check and sign, receipt, withdraw."""

from typing import Any

from flask import Response, abort, flash, jsonify, redirect, request, url_for
from flask_login import login_required
from werkzeug.wrappers import Response as BaseResponse

from marketplace.accounts import queries as accounts
from marketplace.core import clock
from marketplace.core.db import spend_once, transaction
from marketplace.core.errors import Refused
from marketplace.core.i18n import _, amounts_in, language
from marketplace.core.money import Money
from marketplace.core.web import allow, page_number, refuse_on, render, same_page, viewer, wants_csv
from marketplace.grants import operations, policies, queries
from marketplace.grants.forms import TAX_CLEAR, ApplicationForm, FilterForm, SplitForm, SubmitForm, WithdrawForm
from marketplace.grants.models import Application, ApplicationState, Call
from marketplace.grants.rules import PROJECT, time_left
from marketplace.grants.views.blueprint import bp
from marketplace.grants.views.lists import applications_csv
from marketplace.grants.views.page import application_page, offer_pre_agreements
from marketplace.grants.views.sections import may_write, said_of, spoken_now, wants_autosave
from marketplace.papers import queries as papers
from marketplace.programmes import queries as programmes
from marketplace.programmes.rules import declarations_asked
from marketplace.suppliers import queries as suppliers


@bp.get("/applications")
@login_required
def applications() -> str | Response:
    allow(policies.may_list_applications(viewer()))
    form = FilterForm(request.args)
    form.call.choices = [("", _("모든 공고")), *queries.calls_to_choose()]
    call = queries.find_call_seen_by(viewer(), form.call.data) if form.call.data else None
    form.kind.choices = (
        [("", _("모든 유형")), *((kind.code, kind.name) for kind in queries.kinds_of(call))] if call else []
    )
    narrowed = _narrowed(form)
    if wants_csv():
        return applications_csv(narrowed)
    return render(
        "grants/applications.html",
        page=queries.applications_page(viewer(), narrowed, page=page_number()),
        form=form,
        call=call,
        numbers=queries.numbers_of(call) if call and policies.may_see_numbers(viewer()) else None,
        kind_names=queries.kind_names(),
        csv_url=same_page(format="csv"),
    )


def _narrowed(form: FilterForm) -> queries.ApplicationFilter:
    return queries.ApplicationFilter(
        call_id=form.call.data,
        state=form.state.data or "",
        kind=(form.kind.data or "").replace("\0", ""),
        words=(form.q.data or "").replace("\0", "")[:100],
    )


@bp.get("/calls/<int:call_id>/apply")
@login_required
def apply(call_id: int) -> str | BaseResponse:
    call = queries.find_call_seen_by(viewer(), call_id) or abort(404)
    allow(policies.may_apply(viewer()))
    own = queries.find_application_of_firm(call_id, viewer().organisation_id)
    if own is not None:
        page = ".edit_application" if own.state == ApplicationState.DRAFT else ".application"
        return redirect(url_for(page, application_id=own.id), 303)
    return _form_page(_form(call), call)


@bp.post("/calls/<int:call_id>/apply")
@login_required
def save_application(call_id: int) -> str | tuple[str, int] | BaseResponse:
    call = queries.find_call_seen_by(viewer(), call_id) or abort(404)
    allow(policies.may_apply(viewer()))
    form = _form(call)
    valid = form.validate()
    if valid and _only_calculate():
        return _form_page(form, call)
    if valid:
        try:
            with transaction():
                spend_once(form.once.data)
                application_id = operations.save_application(call_id, _draft(form), by=viewer()).id
            flash(_("신청서를 저장했습니다. 마감 전에 서명권자가 제출해야 접수됩니다."), "success")
            return redirect(url_for(".application", application_id=application_id), 303)
        except Refused as refusal:
            refuse_on(form, refusal)
    return _form_page(form, queries.get_call(call_id)), 422


@bp.get("/applications/<int:application_id>/edit")
@login_required
def edit_application(application_id: int) -> str | BaseResponse:
    row = queries.find_application_seen_by(viewer(), application_id) or abort(404)
    allow(policies.may_edit_application(viewer(), row))
    allow(may_write(row, PROJECT))
    if row.state != ApplicationState.DRAFT and queries.find_open_fix(row.id) is None:
        return redirect(url_for(".application", application_id=application_id), 303)
    call = queries.get_call(row.call_id)
    return _form_page(_form(call, row), call, row)


@bp.post("/applications/<int:application_id>/edit")
@login_required
def change_application(application_id: int) -> Any:
    row = queries.find_application_seen_by(viewer(), application_id) or abort(404)
    allow(policies.may_edit_application(viewer(), row))
    call = queries.get_call(row.call_id)
    form = _form(call)
    valid = form.validate()
    if valid and _only_calculate():
        return _form_page(form, call, row)
    if valid and _changed(application_id, form):
        if wants_autosave():
            version = queries.get_application(application_id).version
            return jsonify(versions={"version": version}, time=spoken_now())
        flash(_("신청서를 저장했습니다. 마감 전에 서명권자가 제출해야 접수됩니다."), "success")
        return redirect(url_for(".application", application_id=application_id), 303)
    status = getattr(form, "status", 422)
    if wants_autosave():
        return jsonify(sentence=" ".join(str(words) for words in said_of(form))), status
    row = queries.get_application(application_id)
    return _form_page(form, queries.get_call(row.call_id), row), status


def _changed(application_id: int, form: Any) -> bool:
    """Save the form; False where it was refused, with the words on the form and their status."""
    try:
        with transaction():
            operations.change_application(application_id, _draft(form), by=viewer(), seen_version=form.seen_version)
    except Refused as refusal:
        refuse_on(form, refusal)
        form.status = refusal.status
        return False
    return True


@bp.get("/calls/<int:call_id>/split")
@login_required
def split_preview(call_id: int) -> str:
    call = queries.find_call_seen_by(viewer(), call_id) or abort(404)
    allow(policies.may_apply(viewer()))
    form = SplitForm(request.args)
    form.validate()
    amounts_in(programmes.get_ruleset(call.ruleset_id).unit)
    return render("grants/split_preview.html", cut=_cut(call, form), form=form)


@bp.get("/applications/<int:application_id>")
@login_required
def application(application_id: int) -> str:
    row = queries.find_application_seen_by(viewer(), application_id) or abort(404)
    allow(policies.may_see_application(viewer(), row))
    return application_page(application_id)


@bp.post("/applications/<int:application_id>/submit")
@login_required
def submit_application(application_id: int) -> tuple[str, int] | BaseResponse:
    row = queries.find_application_seen_by(viewer(), application_id) or abort(404)
    allow(policies.may_submit_application(viewer(), row))
    form = SubmitForm(prefix="submit-").ask(declarations_asked(queries.ruleset_of(row)))
    if form.validate():
        try:
            with transaction():
                operations.submit_application(
                    application_id,
                    seen_sha256=form.seen_sha256.data,
                    tax_clear=TAX_CLEAR[form.tax.data],
                    declared=form.declared(),
                    by=viewer(),
                )
            return redirect(url_for(".receipt", application_id=application_id), 303)
        except Refused as refusal:
            refuse_on(form, refusal)
    return application_page(application_id, submit_form=form), 422


@bp.get("/applications/<int:application_id>/receipt")
@login_required
def receipt(application_id: int) -> str:
    row = queries.find_application_seen_by(viewer(), application_id) or abort(404)
    allow(policies.may_see_application(viewer(), row))
    if row.receipt_number is None:
        abort(404)
    amounts_in(queries.ruleset_of(row).unit)
    return render(
        "grants/receipt.html",
        application=row,
        call=queries.get_call(row.call_id),
        firms=queries.firms_of(row),
        signer=accounts.people_names({row.submitted_by or 0}).get(row.submitted_by or 0, ""),
        kind_names=queries.kind_names(),
        paper=next(
            (
                each
                for each in papers.papers_about(viewer(), row.subject)
                if each.kind == "application_receipt" and each.facts.get("content_sha256") == row.content_sha256
            ),
            None,
        ),
        signatures=queries.signatures_of_application(application_id),
    )


@bp.post("/applications/<int:application_id>/withdraw")
@login_required
def withdraw_application(application_id: int) -> tuple[str, int] | BaseResponse:
    row = queries.find_application_seen_by(viewer(), application_id) or abort(404)
    allow(policies.may_withdraw_application(viewer(), row))
    form = WithdrawForm(prefix="withdraw-")
    if form.validate():
        try:
            with transaction():
                operations.withdraw_application(application_id, reason=form.reason.data or "", by=viewer())
            flash(_("신청을 철회했습니다. 마감 전이면 새로 신청할 수 있습니다."), "success")
            return redirect(url_for(".application", application_id=application_id), 303)
        except Refused as refusal:
            refuse_on(form, refusal)
    return application_page(application_id, withdraw_form=form), 422


def _only_calculate() -> bool:
    """Whether the button that only computes was pressed: the way without scripts."""
    return request.form.get("do") == "calculate"


def _form(call: Call, row: Application | None = None) -> ApplicationForm:
    form = ApplicationForm(obj=row)
    if row is not None and not form.is_submitted():
        form.version.data = str(row.version)
        form.total.data, form.in_kind.data = row.total_minor or None, row.in_kind_minor or None
    unit = programmes.get_ruleset(call.ruleset_id).unit
    amounts_in(unit)
    form.kind.choices = [
        (kind.code, _("%(name)s (한도 %(cap)s)", name=kind.name, cap=Money(kind.cap_minor, unit).text(language())))
        for kind in queries.kinds_of(call)
    ]
    if len(form.kind.choices) == 1 and not form.kind.data:
        form.kind.data = form.kind.choices[0][0]
    pool = suppliers.designated_suppliers(call.programme_id)
    form.supplier_id.choices = [("", _("아직 정하지 않음")), *((each.id, each.name) for each in pool)]
    offer_pre_agreements(form)
    return form


def _draft(form: ApplicationForm) -> operations.Draft:
    return operations.Draft(
        title=form.title.data,
        plan=form.plan.data or "",
        kind=form.kind.data,
        supplier_id=form.supplier_id.data,
        total_minor=form.total.data or 0,
        in_kind_minor=form.in_kind.data or 0,
        pre_agreement_id=form.pre_agreement_id.data,
    )


def _cut(call: Call, form: ApplicationForm | SplitForm) -> queries.Cut | None:
    """What the boxes come to for the viewer's firm; None while there is nothing to cut."""
    if not form.total.data or form.total.errors or form.in_kind.errors:
        return None
    firm = accounts.get_organisation(viewer().organisation_id)
    return queries.split_or_reason(
        call,
        kind=form.kind.data or "",
        total_minor=form.total.data,
        in_kind_minor=form.in_kind.data or 0,
        size_class=firm.size_class,
        youth=firm.is_youth(clock.today()),
    )


def _form_page(form: ApplicationForm, call: Call, row: Application | None = None) -> str:
    firm = accounts.get_organisation(viewer().organisation_id)
    return render(
        "grants/edit_application.html",
        form=form,
        call=call,
        application=row,
        firm=firm,
        youth=firm.is_youth(clock.today()),
        cut=_cut(call, form),
        left=time_left(queries.database_now(), call.closes_at),
    )
