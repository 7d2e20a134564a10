"""Releasing what was kept back of a settled case, on the page of the case."""

from flask import abort, flash, redirect, url_for
from flask_login import login_required
from werkzeug.wrappers import Response as BaseResponse

from marketplace.core.i18n import _
from marketplace.core.web import allow, attempt, viewer
from marketplace.settlement import forms, operations, policies, queries
from marketplace.settlement.views.blueprint import bp
from marketplace.settlement.views.cases import show_case


@bp.post("/cases/<int:case_id>/release")
@login_required
def release_retention(case_id: int) -> tuple[str, int] | BaseResponse:
    queries.find_case_seen_by(viewer(), case_id) or abort(404)
    allow(policies.may_decide(viewer()))
    form = forms.PressForm()
    if status := attempt(form, lambda: operations.release_retention(case_id, by=viewer())):
        return show_case(case_id, press_form=form), status
    flash(_("유보금을 풀었습니다. 다음 지급 파일에 들어갑니다."), "success")
    return redirect(url_for(".case", case_id=case_id), 303)
