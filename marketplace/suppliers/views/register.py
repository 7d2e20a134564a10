"""The public register: who is designated, and a page for each supplier."""

from typing import Any

from flask import Blueprint, abort, request, url_for

from marketplace.core.i18n import in_language
from marketplace.core.web import Page, allow, page_number, render, viewer
from marketplace.search.queries import count
from marketplace.suppliers import forms, policies, queries

bp = Blueprint("suppliers", __name__, url_prefix="/suppliers")


def names_of(programmes: Any) -> list[tuple[int, str]]:
    return [(each.id, in_language(each.name, each.name_en)) for each in programmes]


@bp.get("")
def index() -> str:
    allow(True)  # The register is public, so that anybody can check who calls them.
    asked = "number" in request.args
    number = forms.NumberForm(formdata=request.args if asked else None)
    checked = number.data["number"] if asked and number.validate() else ""
    programmes = names_of(queries.programmes_with_suppliers())
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
