"""Visits: writing one down, reading it, its photos."""

from typing import Any

from flask import abort, flash, redirect, send_file, url_for
from flask_login import login_required

from marketplace.accounts import queries as accounts
from marketplace.core import clock
from marketplace.core.i18n import _
from marketplace.core.web import allow, make, render, viewer
from marketplace.orders import queries as orders
from marketplace.orders.models import PurchaseOrder
from marketplace.supervision import forms, gateway, operations, policies, queries
from marketplace.supervision.models import SiteVisit, VisitVerdict
from marketplace.supervision.rules import KeptPhoto
from marketplace.supervision.views.blueprint import TYPES, bp
from marketplace.supervision.views.checking import seen_order


def _form(order: PurchaseOrder, *, empty: bool = False) -> forms.VisitForm:
    form = forms.VisitForm(formdata=None, visited_on=clock.today()) if empty else forms.VisitForm()
    names = orders.around(order)
    form.where.choices = [("supplier", names.supplier), ("buyer", names.buyer)]
    earlier = [(each.id, f"{each.visited_on} · {each.place}") for each in queries.visits_of(order.voucher_id)]
    form.corrects.choices = [(0, _("새 기록")), *earlier]
    return form


def _new_page(order: PurchaseOrder, form: forms.VisitForm) -> str:
    return render("supervision/new_visit.html", order=order, names=orders.around(order), form=form)


@bp.get("/orders/<int:order_id>/visit")
@login_required
def new_visit(order_id: int) -> str:
    order = seen_order(order_id)
    allow(policies.may_work(viewer()))
    return _new_page(order, _form(order, empty=True))


@bp.post("/orders/<int:order_id>/visit")
@login_required
def record_visit(order_id: int) -> Any:
    order = seen_order(order_id)
    allow(policies.may_work(viewer()))
    form = _form(order)
    status, visit_id = make(
        form,
        lambda photos: _recorded(order_id, form, photos),
        first=lambda: gateway.keep_photos(form.files.data or []),
    )
    if status:
        return _new_page(seen_order(order_id), form), status
    flash(_("현장점검을 기록했습니다. 고치거나 지울 수 없습니다."), "success")
    return redirect(url_for(".visit", visit_id=visit_id), 303)


def _recorded(order_id: int, form: forms.VisitForm, photos: list[KeptPhoto]) -> int:
    words = {name: form[name].data for name in ("visited_on", "place", "met", "workers_seen", "seen")}
    return operations.record_visit(
        order_id,
        supplier=form.where.data == "supplier",
        verdict=VisitVerdict(form.verdict.data),
        photos=photos,
        corrects_id=form.corrects.data or None,
        **words,
        by=viewer(),
    ).id


def _seen(visit_id: int) -> SiteVisit:
    row: SiteVisit = queries.find_visit_seen_by(viewer(), visit_id) or abort(404)
    return row


@bp.get("/visits/<int:visit_id>")
@login_required
def visit(visit_id: int) -> str:
    row = _seen(visit_id)
    allow(policies.may_see_visit(viewer(), row))
    order = orders.get_order(row.order_id)
    return render(
        "supervision/visit.html",
        visit=row,
        order=order,
        firm=accounts.get_organisation(row.organisation_id),
        officer=accounts.people_names({row.visited_by}).get(row.visited_by, ""),
        photos=queries.photos_of(row.id),
    )


@bp.get("/visits/<int:visit_id>/photos/<int:photo_id>")
@login_required
def photo(visit_id: int, photo_id: int) -> Any:
    row = _seen(visit_id)
    allow(policies.may_see_visit(viewer(), row))
    file = queries.find_photo(visit_id, photo_id) or abort(404)
    return send_file(gateway.opened(file.sha256), mimetype=TYPES[file.kind], download_name=file.name)
