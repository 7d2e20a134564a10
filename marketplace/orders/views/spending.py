"""What a buying firm lets its people spend."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_login import login_required

from marketplace.accounts.queries import people_names, signatory_count
from marketplace.core.db import transaction
from marketplace.core.errors import Refused
from marketplace.core.i18n import _
from marketplace.core.web import allow, refuse_on, render, viewer
from marketplace.orders import forms, operations, policies, queries
from marketplace.orders.views.blueprint import bp


def _page(form: forms.SpendingForm | None = None) -> str:
    firm = viewer().organisation_id or 0
    rule = queries.spending_rule_of(firm)
    known = {"member_limit": rule.member_limit_minor, "second_over": rule.second_over_minor} if rule else {}
    return render(
        "orders/spending.html",
        rule=rule,
        form=form or forms.SpendingForm(None, data=known),
        signatories=signatory_count(firm),
        set_by=people_names({rule.set_by}).get(rule.set_by, "") if rule else "",
        may_set=policies.may_set_spending(viewer()),
    )


@bp.get("/spending")
@login_required
def spending() -> Any:
    allow(policies.may_see_spending(viewer()))
    return _page()


@bp.post("/spending")
@login_required
def set_spending() -> Any:
    allow(policies.may_set_spending(viewer()))
    form = forms.SpendingForm(request.form)
    if form.validate_on_submit():
        typed: dict[str, Any] = {
            "member_limit_minor": form.member_limit.data or 0,
            "second_over_minor": form.second_over.data,
        }
        try:
            with transaction():
                operations.set_spending_rule(**typed, by=viewer())
            flash(_("결재 기준을 정했습니다. 모든 구성원에게 알렸습니다."), "success")
            return redirect(url_for(".spending"), 303)
        except Refused as refusal:
            refuse_on(form, refusal)
    return _page(form), 422
