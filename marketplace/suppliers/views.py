"""Pages of the supplier pool: the public register, applying, deciding."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask_login import login_required

from marketplace.core.db import spend_once, transaction
from marketplace.core.errors import Refused
from marketplace.core.i18n import N_, _, in_language
from marketplace.core.web import Page, allow, page_number, refuse_on, render, viewer
from marketplace.search.queries import count
from marketplace.suppliers import forms, operations, policies, queries
from marketplace.suppliers.models import Designation, DesignationState

bp = Blueprint("suppliers", __name__, url_prefix="/suppliers")

VERBS: dict[str, tuple[Any, str, frozenset[DesignationState]]] = {
    "designate": (
        lambda designation_id, _reason, by: operations.designate(designation_id, by=by),
        N_("공급기업으로 지정했습니다."),
        frozenset({DesignationState.APPLIED}),
    ),
    "refuse": (operations.refuse_designation, N_("신청을 반려했습니다."), frozenset({DesignationState.APPLIED})),
    "suspend": (operations.suspend, N_("지정을 정지했습니다."), frozenset({DesignationState.DESIGNATED})),
    "reinstate": (operations.reinstate, N_("지정 정지를 풀었습니다."), frozenset({DesignationState.SUSPENDED})),
    "revoke": (
        operations.revoke,
        N_("지정을 취소했습니다."),
        frozenset({DesignationState.DESIGNATED, DesignationState.SUSPENDED}),
    ),
}
"""What an officer may decide: the verb, the word afterwards, and the states in which the page offers it."""


def _names(programmes: Any) -> list[tuple[int, str]]:
    return [(each.id, in_language(each.name, each.name_en)) for each in programmes]


@bp.get("")
def index() -> str:
    allow(True)  # The register is public, so that anybody can check who calls them.
    asked = "number" in request.args
    number = forms.NumberForm(formdata=request.args if asked else None)
    checked = number.data["number"] if asked and number.validate() else ""
    programmes = _names(queries.programmes_with_suppliers())
    narrow = forms.RegisterForm(programmes, formdata=request.args)
    return render(
        "suppliers/index.html",
        page=_narrowed(narrow) if narrow.validate() else queries.public_register(page=page_number()),
        narrow=narrow,
        number=number,
        checked=checked,
        designations=queries.registered_under(checked) if checked else [],
        may_apply=policies.may_apply(viewer()),
        may_list=policies.may_list_designations(viewer()),
    )


def _narrowed(form: forms.RegisterForm) -> Page:
    programme_id = form.programme.data or None
    return queries.public_register(name=form.q.data or "", programme_id=programme_id, page=page_number())


@bp.get("/<int:organisation_id>")
def show(organisation_id: int) -> str:
    allow(True)  # A supplier's standing is public; a firm that never was designated has no page.
    designations = queries.find_public_supplier(organisation_id) or abort(404)
    return render(
        "suppliers/show.html",
        supplier=designations[0],
        designations=designations,
        listings=count("listing", {"supplier": organisation_id}),
        listings_url=url_for("catalogue.index", supplier=organisation_id),
    )


def _apply_form() -> forms.ApplyForm:
    return forms.ApplyForm(_names(queries.programmes_open_to_suppliers()))


@bp.get("/apply")
@login_required
def new() -> str:
    allow(policies.may_apply(viewer()))
    return render("suppliers/apply.html", form=_apply_form())


@bp.post("/apply")
@login_required
def apply() -> Any:
    allow(policies.may_apply(viewer()))
    form = _apply_form()
    if form.validate():
        told = {name: form.data[name] for name in ("programme_id", "kinds", "profile", "no_subcontract")}
        told |= {"headcount": form.headcount.data or 0, "capacity_hundredths": form.person_months.data or 0}
        try:
            with transaction():
                spend_once(form.once.data)
                designation = operations.apply_for_designation(**told, by=viewer())
                designation_id = designation.id
            flash(_("공급기업 지정을 신청했습니다. 심사 결과를 알려 드립니다."), "success")
            return redirect(url_for(".designation", designation_id=designation_id), 303)
        except Refused as refusal:
            refuse_on(form, refusal)
    return render("suppliers/apply.html", form=form), 422


@bp.get("/designations")
@login_required
def designations() -> str:
    allow(policies.may_list_designations(viewer()))
    wanted = request.args.get("state", "")
    state = DesignationState(wanted) if wanted in list(DesignationState) else None
    return render(
        "suppliers/designations.html",
        page=queries.designations_seen_by(viewer(), state=state, page=page_number()),
        states=list(DesignationState),
        chosen=state,
        may_apply=policies.may_apply(viewer()),
    )


@bp.get("/designations/<int:designation_id>")
@login_required
def designation(designation_id: int) -> str:
    return _designation_page(_seen(designation_id))


@bp.post("/designations/<int:designation_id>/<any(designate,refuse,suspend,reinstate,revoke):verb>")
@login_required
def decide(designation_id: int, verb: str) -> Any:
    allow(policies.may_decide(viewer(), _seen(designation_id)))
    act, word, _offered = VERBS[verb]
    form = forms.ReasonForm(verb)
    if form.validate():
        try:
            with transaction():
                act(designation_id, form.reason.data or "", by=viewer())
            flash(_(word), "success")
            return redirect(url_for(".designation", designation_id=designation_id), 303)
        except Refused as refusal:
            refuse_on(form, refusal)
            status = refusal.status
            return _designation_page(_seen(designation_id), verb, form), status
    return _designation_page(_seen(designation_id), verb, form), 422


def _seen(designation_id: int) -> Designation:
    found = queries.find_designation_seen_by(viewer(), designation_id) or abort(404)
    allow(policies.may_see(viewer(), found))
    return found


def _designation_page(seen: Designation, verb: str = "", form: forms.ReasonForm | None = None) -> str:
    blank = {name: forms.ReasonForm(name, formdata=None) for name in VERBS}
    may = policies.may_decide(viewer(), seen)
    return render(
        "suppliers/designation.html",
        row=queries.register_row(seen.id),
        forms={**blank, verb: form} if form else blank,
        refused=form,
        offered={name for name, (_act, _word, states) in VERBS.items() if may and seen.state in states},
        may_apply=policies.may_apply(viewer()) and seen.organisation_id == viewer().organisation_id,
    )
