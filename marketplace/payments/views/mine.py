"""What a firm is paid, and when; and what it says to that."""

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, url_for
from flask_login import login_required
from werkzeug.wrappers import Response as BaseResponse

from marketplace.core.db import transaction
from marketplace.core.errors import Refused
from marketplace.core.i18n import _
from marketplace.core.web import LARGEST_ID, allow, page_number, render, viewer
from marketplace.payments import forms, operations, policies, queries
from marketplace.payments.models import Payout
from marketplace.payments.views.blueprint import bp


def _page(refused: str = "") -> str:
    return render(
        "payments/mine.html",
        page=queries.own_page(viewer(), page_number()),
        refunds=queries.own_refunds(viewer()),
        sums=queries.own_sums(viewer()),
        advices=queries.advices_of_payee(viewer().organisation_id or 0),
        form=forms.MissingForm(formdata=None),
        refused=refused,
    )


@bp.get("/mine")
@login_required
def mine() -> str:
    allow(policies.may_see_own(viewer()))
    return _page()


def _payout(payout_id: int) -> Payout:
    known = queries.find_payout_seen_by(viewer(), payout_id) if payout_id <= LARGEST_ID else None
    return known or abort(404)


def _said(form: Any, work: Callable[[], object], words: str) -> tuple[str, int] | BaseResponse:
    if not form.validate():
        return _page(" ".join(str(each) for errors in form.errors.values() for each in errors)), 422
    try:
        with transaction():
            work()
    except Refused as refusal:
        return _page(str(refusal)), 422
    flash(words, "success")
    return redirect(url_for(".mine"), 303)


@bp.post("/payouts/<int:payout_id>/received")
@login_required
def confirm_received(payout_id: int) -> tuple[str, int] | BaseResponse:
    allow(policies.may_say_received(viewer(), _payout(payout_id)))
    words = _("받은 것으로 확인했습니다.")
    return _said(forms.ConfirmForm(), lambda: operations.confirm_received(payout_id, by=viewer()), words)


@bp.post("/payouts/<int:payout_id>/missing")
@login_required
def report_missing(payout_id: int) -> tuple[str, int] | BaseResponse:
    allow(policies.may_say_received(viewer(), _payout(payout_id)))
    form, words = forms.MissingForm(), _("담당자에게 알렸습니다. 은행에 확인하고 답합니다.")
    return _said(form, lambda: operations.report_missing(payout_id, form.note.data, by=viewer()), words)
