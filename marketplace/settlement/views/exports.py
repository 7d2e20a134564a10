"""An invoice as a file for other programs."""

from flask import Response, abort
from flask_login import login_required

from marketplace.core.errors import Refused
from marketplace.core.i18n import _, language
from marketplace.core.web import allow, viewer
from marketplace.orders import queries as orders
from marketplace.settlement import policies, queries
from marketplace.settlement.rules.ubl import problems, ubl_of
from marketplace.settlement.views.blueprint import bp


@bp.get("/invoices/<int:invoice_id>/ubl.xml")
@login_required
def ubl(invoice_id: int) -> Response:
    row = queries.find_invoice_seen_by(viewer(), invoice_id) or abort(404)
    allow(policies.may_list_invoices(viewer()))
    invoice = queries.ubl_facts(row, queries.order_facts(orders.get_order(row.order_id)))
    if wrong := problems(invoice):
        raise Refused(" ".join(each.say(_, language()) for each in wrong), rule="EN 16931")
    name = f'attachment; filename="invoice-{row.id}-ubl.xml"'
    return Response(ubl_of(invoice), mimetype="application/xml", headers={"Content-Disposition": name})
