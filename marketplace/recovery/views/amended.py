"""Amended invoices that name money which was paid too much: taken up as cases, one press each."""

from flask import flash, redirect, url_for
from flask_login import login_required
from werkzeug.wrappers import Response as BaseResponse

from marketplace.core.db import transaction
from marketplace.core.errors import Refused
from marketplace.core.i18n import _
from marketplace.core.web import allow, render, viewer
from marketplace.recovery import operations, policies
from marketplace.recovery.views.blueprint import bp
from marketplace.settlement import queries as invoices


def _page(refused: str = "") -> str:
    return render("recovery/amended.html", rows=invoices.invoices_to_recover(), refused=refused)


@bp.get("/amended")
@login_required
def amended() -> str:
    allow(policies.may_take_up(viewer()))
    return _page()


@bp.post("/amended/<int:invoice_id>")
@login_required
def take_up(invoice_id: int) -> tuple[str, int] | BaseResponse:
    allow(policies.may_take_up(viewer()))
    try:
        with transaction():
            case_id = operations.take_up(invoice_id, by=viewer()).id
        flash(_("환수 건을 열었습니다. 내용을 확인하고 사전통지를 보내세요."), "success")
        return redirect(url_for(".case", case_id=case_id), 303)
    except Refused as refusal:
        return _page(str(refusal)), 422
