"""A firm asks to be designated, and mends what it was asked to mend."""

from typing import Any

from flask import Response, abort, flash, redirect, request, send_file, url_for
from flask_login import login_required

from marketplace.core.db import spend_once, transaction
from marketplace.core.errors import Refused
from marketplace.core.i18n import _
from marketplace.core.web import allow, refuse_on, render, viewer
from marketplace.suppliers import forms, gateway, operations, policies, queries
from marketplace.suppliers.models import Designation, DesignationState
from marketplace.suppliers.operations import Declaration, Price
from marketplace.suppliers.views.register import bp, names_of


def _said(form: forms.DeclarationForm) -> Declaration:
    """What was typed, after validation, and the files that came with it, which are in storage then. Raises Refused."""
    return Declaration(
        kinds=form.kinds.data,
        profile=form.profile.data,
        no_subcontract=form.no_subcontract.data,
        headcount=form.headcount.data or 0,
        capacity_hundredths=form.person_months.data or 0,
        prices=[Price(**{**price, "file": gateway.keep(price["file"])}) for price in form.typed_prices()],
    )


def _told(designation: Designation | None) -> dict[str, Any]:
    """What a firm said before, for the form to begin with; the pledge is given anew each time."""
    if designation is None:
        return {}
    return {
        "kinds": designation.kinds,
        "profile": designation.profile,
        "headcount": designation.headcount,
        "person_months": designation.capacity_hundredths or None,
        "prices": [forms.price_row(row) for row in queries.prices_of(designation.id)],
    }


def _page(form: forms.DeclarationForm, mending: Designation | None = None) -> str:
    row = queries.register_row(mending.id) if mending else None
    return render("suppliers/apply.html", form=form, mending=row)


def _apply_form() -> forms.ApplyForm:
    before = queries.find_latest_designation_of(viewer().organisation_id)
    return forms.ApplyForm(names_of(queries.programmes_open_to_suppliers()), data=_told(before))


@bp.get("/apply")
@login_required
def new() -> str:
    allow(policies.may_apply(viewer()))
    return _page(_apply_form())


@bp.post("/apply")
@login_required
def apply() -> Any:
    allow(policies.may_apply(viewer()))
    form = _apply_form()
    if "rows" in request.form:
        return _page(form.with_one_more_price())
    if form.validate():
        try:
            said = _said(form)
            with transaction():
                spend_once(form.once.data)
                made = operations.apply_for_designation(form.programme_id.data, said, by=viewer())
                designation_id = made.id
            flash(_("공급기업 지정을 신청했습니다. 심사 결과를 알려 드립니다."), "success")
            return redirect(url_for(".designation", designation_id=designation_id), 303)
        except Refused as refusal:
            refuse_on(form, refusal)
    return _page(form), 422


def _seen(designation_id: int) -> Designation:
    return queries.find_designation_seen_by(viewer(), designation_id) or abort(404)


@bp.get("/designations/<int:designation_id>/mend")
@login_required
def mending(designation_id: int) -> Any:
    seen = _seen(designation_id)
    allow(policies.may_mend(viewer(), seen))
    if seen.state not in (DesignationState.FIX_REQUESTED, DesignationState.REFUSED):
        return redirect(url_for(".designation", designation_id=designation_id), 303)
    return _page(forms.DeclarationForm(data=_told(seen)), seen)


@bp.post("/designations/<int:designation_id>/mend")
@login_required
def mend(designation_id: int) -> Any:
    allow(policies.may_mend(viewer(), _seen(designation_id)))
    form = forms.DeclarationForm()
    if "rows" in request.form:
        return _page(form.with_one_more_price(), _seen(designation_id))
    if form.validate():
        try:
            said = _said(form)
            with transaction():
                spend_once(form.once.data)
                operations.resubmit(designation_id, said, by=viewer())
            flash(_("고친 신청을 다시 냈습니다. 심사를 처음부터 다시 합니다."), "success")
            return redirect(url_for(".designation", designation_id=designation_id), 303)
        except Refused as refusal:
            refuse_on(form, refusal)
    return _page(form, _seen(designation_id)), 422


@bp.get("/designations/<int:designation_id>/proofs/<int:proof_id>")
@login_required
def proof(designation_id: int, proof_id: int) -> Response:
    seen = _seen(designation_id)
    allow(policies.may_see(viewer(), seen))
    kept = queries.find_proof(seen.id, proof_id) or abort(404)
    data = gateway.opened(kept.sha256)
    return send_file(data, mimetype="application/octet-stream", as_attachment=True, download_name=kept.name)
