"""Showing again who one is, on the way to something that binds."""

from flask import flash, request
from flask_login import login_required
from werkzeug.wrappers import Response as BaseResponse

from marketplace.accounts import operations, policies, queries
from marketplace.accounts.forms import StepUpForm
from marketplace.accounts.rules import safe_next
from marketplace.accounts.views.blueprint import answer, bp, onward
from marketplace.core.db import is_demo, transaction
from marketplace.core.errors import Refused
from marketplace.core.i18n import _
from marketplace.core.web import allow, refuse_on, render, viewer


def _page(form: StepUpForm) -> str:
    return render(
        "accounts/step_up.html",
        form=form,
        by_code=queries.has_second_factor(viewer().person_id),
        minutes=queries.STEP_UP_MINUTES,
        demo=is_demo(),
    )


@bp.get("/account/step-up")
@login_required
def step_up() -> str:
    allow(policies.may_manage_own_account(viewer()))
    form = StepUpForm()
    form.next.data = safe_next(request.args.get("next")) or ""
    return _page(form)


@bp.post("/account/step-up")
@login_required
def step_up_now() -> BaseResponse:
    allow(policies.may_manage_own_account(viewer()))
    form = StepUpForm()
    if not form.validate():
        return answer(_page(form))
    try:
        with transaction():
            operations.begin_attempt("step_up", viewer().email)
        with transaction():
            operations.step_up(form.secret.data, by=viewer())
    except Refused as refusal:
        refuse_on(form, refusal)
        return answer(_page(form), refusal=refusal)
    flash(_("본인 확인을 마쳤습니다."), "success")
    return onward(form.next.data)


@bp.post("/account/step-up/demo")
@login_required
def step_up_in_demo() -> BaseResponse:
    allow(policies.may_manage_own_account(viewer()))
    with transaction():
        operations.step_up_in_demo(by=viewer())
    return onward(request.form.get("next"))
