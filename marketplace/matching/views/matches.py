"""Offers for a need: ranked and explained, what was ruled out and why, whom to invite, and posting."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_login import login_required

from marketplace.catalogue.queries import right_words
from marketplace.core import clock
from marketplace.core.forms import Form
from marketplace.core.i18n import _
from marketplace.core.web import Page, allow, attempt, page_number, render, viewer
from marketplace.matching import forms, operations, policies, queries
from marketplace.matching.models import Audience, Need
from marketplace.matching.rules import scoring
from marketplace.matching.rules.gates import BY_NAME
from marketplace.matching.rules.quotes import MOST_INVITED
from marketplace.matching.views.blueprint import bp, seen_need
from marketplace.matching.views.needs import QUESTIONS_FOR, QUOTES_FOR

PER_PAGE = 10


def _proposed(need: Need, *, asks_some: bool) -> dict[str, Any]:
    """Whom the form proposes to ask (those invited, where there are some), and deadlines not after the day of need."""
    today, last = clock.today(), need.needed_by or clock.today() + QUOTES_FOR
    return {
        "audience": (Audience.INVITED if asks_some else Audience.ALL).value,
        "questions_until": max(today, min(today + QUESTIONS_FOR, last)),
        "quotes_until": max(today, min(today + QUOTES_FOR, last)),
    }


def show_match(seen: Need, refused: Form | None = None, post_form: forms.PostForm | None = None) -> str:
    """The ranking of a need; `?gate=` shows what one gate ruled out."""
    found, gate = queries.match_of(viewer(), seen), request.args.get("gate", "")
    chosen = BY_NAME.get(gate)
    rows = [each for each in found.excluded if each.shut[0].gate is chosen] if chosen else found.fitting
    number = page_number()
    invited = {each.supplier_id for each in queries.invitations_of(seen.id)}
    return render(
        "matching/match.html",
        need=seen,
        match=found,
        chosen=chosen,
        page=Page(rows[(number - 1) * PER_PAGE : number * PER_PAGE], number, PER_PAGE, len(rows)),
        words=scoring.FEATURES,
        raised_by=scoring.RAISED_BY,
        points=scoring.points,
        rights=right_words(),
        invited=invited,
        most_invited=MOST_INVITED,
        may_invite=policies.may_invite(viewer(), seen) and len(invited) < MOST_INVITED,
        may_edit=policies.may_edit(viewer(), seen),
        post_form=post_form or forms.PostForm(formdata=None, data=_proposed(seen, asks_some=bool(invited))),
        refused=refused,
    )


@bp.get("/needs/<int:need_id>/match")
@login_required
def match(need_id: int) -> str:
    seen = seen_need(need_id)
    allow(policies.owns_need(viewer(), seen))
    return show_match(seen)


@bp.post("/needs/<int:need_id>/post")
@login_required
def post_draft(need_id: int) -> Any:
    allow(policies.owns_need(viewer(), seen_need(need_id)))
    form = forms.PostForm()

    def work() -> None:
        days = {"questions_until": form.questions_until.data, "quotes_until": form.quotes_until.data}
        operations.post_draft(need_id, audience=Audience(form.audience.data), **days, by=viewer())

    if status := attempt(form, work):
        return show_match(seen_need(need_id), form, form), status
    flash(_("요청을 올렸습니다. 견적이 오면 알려 드립니다."), "success")
    return redirect(url_for(".need", need_id=need_id), 303)


@bp.post("/needs/<int:need_id>/invite")
@login_required
def invite(need_id: int) -> Any:
    allow(policies.owns_need(viewer(), seen_need(need_id)))
    form = forms.InviteForm()
    if status := attempt(form, lambda: operations.invite(need_id, form.listing_id.data, by=viewer())):
        return show_match(seen_need(need_id), form), status
    flash(_("공급기업을 초대했습니다."), "success")
    return redirect(url_for(".match", need_id=need_id), 303)
