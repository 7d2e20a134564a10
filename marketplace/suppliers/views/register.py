"""The public register: who is designated, and a page for each supplier."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask_login import login_required

from marketplace.core.db import spend_once, transaction
from marketplace.core.error_pages import error_page
from marketplace.core.errors import Refused
from marketplace.core.i18n import _, in_language
from marketplace.core.viewer import origin
from marketplace.core.web import Page, after_response, allow, page_number, refuse_on, render, viewer
from marketplace.search.queries import count
from marketplace.suppliers import forms, operations, policies, queries
from marketplace.suppliers.rules import ENOUGH_BUYERS

bp = Blueprint("suppliers", __name__, url_prefix="/suppliers")


def names_of(programmes: Any) -> list[tuple[int, str]]:
    return [(each.id, in_language(each.name, each.name_en)) for each in programmes]


@bp.get("")
def index() -> Any:
    allow(True)  # The register is public, so that anybody can check who calls them.
    asked = "number" in request.args
    number = forms.NumberForm(formdata=request.args if asked else None)
    checked = number.data["number"] if asked and number.validate() else ""
    if checked and queries.asks_too_often(origin.get().address):
        return error_page(429, _("짧은 시간에 너무 많이 확인했습니다. 1분 뒤에 다시 확인하세요."))
    designations = queries.registered_under(checked) if checked else []
    if checked:
        after_response(lambda: operations.note_check(checked, found=bool(designations)))
    return _register_page(number, checked, designations)


def _register_page(number: forms.NumberForm, checked: str, designations: list[queries.RegisterRow]) -> str:
    narrow = forms.RegisterForm(names_of(queries.programmes_with_suppliers()), formdata=request.args)
    return render(
        "suppliers/index.html",
        page=_narrowed(narrow) if narrow.validate() else queries.public_register(page=page_number()),
        narrow=narrow,
        number=number,
        checked=checked,
        designations=designations,
        may_apply=policies.may_apply(viewer()),
        may_list=policies.may_list_designations(viewer()),
        may_report=policies.may_report(viewer()),
        may_see_reports=policies.may_see_reports(viewer()),
    )


def _narrowed(form: forms.RegisterForm) -> Page:
    programme_id = form.programme.data or None
    return queries.public_register(name=form.q.data or "", programme_id=programme_id, page=page_number())


@bp.get("/<int:organisation_id>")
def show(organisation_id: int) -> str:
    allow(True)  # A supplier's standing is public; a firm that never was designated has no page.
    designations = queries.find_public_supplier(organisation_id) or abort(404)
    newest = designations[0]
    return render(
        "suppliers/show.html",
        supplier=newest,
        designations=designations,
        capacity=queries.capacity_of(newest.programme_id, [organisation_id])[organisation_id],
        figures_of_deliveries=queries.figures_of(newest.programme_id, [organisation_id])[organisation_id],
        enough=ENOUGH_BUYERS,
        answers=queries.answers_of(newest.programme_id, organisation_id),
        history=queries.public_history(designations),
        listings=count("listing", {"supplier": organisation_id}),
        listings_url=url_for("catalogue.index", supplier=organisation_id),
    )


@bp.get("/report")
def reporting() -> str:
    allow(policies.may_report(viewer()))
    return render("suppliers/report.html", form=forms.ReportForm(number=request.args.get("number", "")[:20]))


@bp.post("/report")
def report() -> Any:
    allow(policies.may_report(viewer()))
    form = forms.ReportForm()
    address = origin.get().address
    if queries.asks_too_often(address):
        return error_page(429, _("짧은 시간에 너무 많이 확인했습니다. 1분 뒤에 다시 확인하세요."))
    if form.validate():
        try:
            with transaction():
                spend_once(form.once.data)
                operations.note_check(form.number.data, found=False)
                operations.report_impostor(form.number.data, form.words.data, form.contact.data or "", by=viewer())
            flash(_("신고를 받았습니다. 운영기관이 확인합니다."), "success")
            return redirect(url_for(".index"), 303)
        except Refused as refusal:
            refuse_on(form, refusal)
    return render("suppliers/report.html", form=form), 422


@bp.get("/reports")
@login_required
def reports() -> str:
    allow(policies.may_see_reports(viewer()))
    return render("suppliers/reports.html", page=queries.impostor_reports(page_number()))
