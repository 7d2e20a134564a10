"""The conversation of an order."""

from typing import Any

from flask import abort, flash, redirect, request, send_file, url_for
from flask_login import login_required

from marketplace.core.db import spend_once, transaction
from marketplace.core.errors import Refused
from marketplace.core.i18n import N_, _
from marketplace.core.web import allow, page_number, refuse_on, render, viewer
from marketplace.delivery import forms, gateway, operations, policies, queries
from marketplace.delivery.models import Audience
from marketplace.delivery.views.blueprint import ID, bp, seen_order
from marketplace.notices.rules import page_of
from marketplace.orders import queries as orders
from marketplace.orders.models import PurchaseOrder

NOUNS = {"purchase_order": N_("발주"), "delivery": N_("납품"), "tax_invoice": N_("세금계산서")}


def _page(order: PurchaseOrder, form: forms.MessageForm | None = None) -> str:
    may = policies.may_talk(viewer(), order)
    said = queries.conversation_of(viewer(), order.id, page_number())
    return render(
        "delivery/conversation.html",
        order=order,
        names=orders.around(order),
        said=said,
        places={each.about: page_of(each.about) for each in said.items},
        nouns={noun: _(word) for noun, word in NOUNS.items()},
        about=request.args.get("about", "")[:40],
        staff=policies.is_agency(viewer()),
        form=(form or forms.message_form(staff=policies.is_agency(viewer()))) if may else None,
    )


@bp.get(f"/orders/<{ID}:order_id>/conversation")
@login_required
def conversation(order_id: int) -> str:
    order = seen_order(order_id)
    allow(policies.may_see(viewer(), order))
    return _page(order)


@bp.post(f"/orders/<{ID}:order_id>/conversation")
@login_required
def write_message(order_id: int) -> Any:
    order = seen_order(order_id)
    allow(policies.may_talk(viewer(), order))
    form, about = forms.message_form(staff=policies.is_agency(viewer())), request.args.get("about", "")
    if form.validate_on_submit():
        try:
            files, said = gateway.keep(form.files.data or []), Audience(form.audience.data)
            with transaction():
                spend_once(form.once.data)
                words = form.body.data or ""
                operations.write_message(order_id, words, about=about, audience=said, files=files, by=viewer())
            flash(_("남겼습니다. 고치거나 지울 수 없습니다."), "success")
            return redirect(url_for(".conversation", order_id=order_id), 303)
        except Refused as refusal:
            refuse_on(form, refusal)
    return _page(seen_order(order_id), form), 422


@bp.get(f"/orders/<{ID}:order_id>/conversation/files/<{ID}:message_file_id>")
@login_required
def message_file(order_id: int, message_file_id: int) -> Any:
    order = seen_order(order_id)
    allow(policies.may_see(viewer(), order))
    file = queries.find_message_file(viewer(), order.id, message_file_id) or abort(404)
    kept = gateway.opened(file.sha256)
    return send_file(kept, mimetype="application/octet-stream", as_attachment=True, download_name=file.name)
