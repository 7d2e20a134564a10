"""Pages of needs: the list, writing one, and the need itself with questions and quotes."""

from datetime import timedelta
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask_login import login_required

from marketplace.catalogue.queries import find_listing_seen_by, find_published_version
from marketplace.core import clock
from marketplace.core.db import spend_once
from marketplace.core.forms import Form
from marketplace.core.i18n import _
from marketplace.core.web import allow, attempt, page_number, render, viewer
from marketplace.matching import forms, operations, policies, queries
from marketplace.matching.models import Audience, Need, NeedState, Purpose
from marketplace.matching.views.blueprint import bp, listing_asked, order_url, seen_need
from marketplace.suppliers.queries import is_designated_anywhere

QUESTIONS_FOR, QUOTES_FOR = timedelta(days=3), timedelta(days=7)
"""What the form proposes."""


@bp.get("")
@login_required
def index() -> str:
    allow(policies.may_list(viewer()))
    wanted = request.args.get("state", "")
    state = NeedState(wanted) if wanted in list(NeedState) else None
    return render(
        "matching/index.html",
        page=queries.needs_seen_by(viewer(), state=state, page=page_number()),
        states=list(NeedState),
        chosen=state,
        may_post=policies.may_post(viewer()),
        outside=viewer().is_supplier and not is_designated_anywhere(viewer().organisation_id),
    )


def _need_page(form: forms.NeedForm, listing_id: int | None, draft: Need | None = None) -> str:
    """The form of a need; with a listing it says which supplier is asked. A listing nobody offers now is left out."""
    listing = find_listing_seen_by(viewer(), listing_id) if listing_id else None
    version = find_published_version(listing.id) if listing else None
    return render("matching/new.html", form=form, listing=listing, version=version, draft=draft)


@bp.get("/needs/new")
@login_required
def new() -> str:
    allow(policies.may_post(viewer()))
    words = (request.args.get("q") or request.args.get("title") or "").replace("\0", "")[:100]
    return _need_page(forms.NeedForm(formdata=None, data={"title": words}), listing_asked())


@bp.post("/needs/new")
@login_required
def post() -> Any:
    allow(policies.may_post(viewer()))
    form, listing_id, made = forms.NeedForm(), listing_asked(), []
    at_once = request.form.get("then") != "match"

    def work() -> None:
        spend_once(form.once.data)
        need = operations.draft_need(operations.Wish(**form.wish()), listing_id=listing_id, by=viewer())
        made.append(need.id)
        if at_once:
            operations.post_draft(need.id, by=viewer())

    if status := attempt(form, work):
        return _need_page(form, listing_id), status
    flash(_("요청을 올렸습니다. 견적이 오면 알려 드립니다.") if at_once else _("요청을 저장했습니다."), "success")
    return redirect(url_for(".need" if at_once else ".match", need_id=made[0]), 303)


@bp.get("/needs/<int:need_id>/edit")
@login_required
def edit(need_id: int) -> str:
    seen = seen_need(need_id)
    allow(policies.may_edit(viewer(), seen))
    names = ("title", "body", "topics", "formats", "region", "period_from", "period_to", "volume", "budget_minor")
    data = {name: getattr(seen, name) for name in (*names, "purposes", "needed_by")}
    chosen = {"kind": seen.kind.value if seen.kind else "", "personal_data": seen.personal_data.value}
    return _need_page(forms.NeedForm(formdata=None, data={**data, **chosen}), seen.listing_id, seen)


@bp.post("/needs/<int:need_id>/edit")
@login_required
def change(need_id: int) -> Any:
    allow(policies.owns_need(viewer(), seen_need(need_id)))
    form = forms.NeedForm()
    work = attempt(form, lambda: operations.change_need(need_id, operations.Wish(**form.wish()), by=viewer()))
    if work:
        seen = seen_need(need_id)
        return _need_page(form, seen.listing_id, seen), work
    flash(_("요청을 저장했습니다."), "success")
    return redirect(url_for(".match", need_id=need_id), 303)


@bp.get("/needs/<int:need_id>")
@login_required
def need(need_id: int) -> str:
    allow(policies.may_list(viewer()))
    return show_need(seen_need(need_id))


def show_need(seen: Need, refused: Form | None = None, **shown: Any) -> str:
    """A need with what its reader may know and do; `shown` are forms that were sent and refused."""
    me, now = viewer(), clock.now()
    quotes = queries.quotes_seen_by(me, seen)
    mine = next((row for row in quotes if row.quote.organisation_id == me.organisation_id), None)
    invited = queries.is_invited(seen.id, me.organisation_id) if me.is_supplier else False
    designated = is_designated_anywhere(me.organisation_id)
    in_time = seen.quotes_until is None or now < seen.quotes_until
    may_quote = in_time and policies.may_quote(me, seen, designated=designated, invited=invited)
    reads_all = me.sees_everything or policies.owns_need(me, seen)
    return render(
        "matching/need.html",
        row=queries.need_row(me, seen),
        need=seen,
        quotes=quotes,
        sealed=queries.sealed_quotes(seen) if reads_all else [],
        invited=queries.invitations_of(seen.id) if reads_all else [],
        questions=queries.questions_of(me, seen),
        shortlists=queries.shortlists_of(seen.id) if reads_all else [],
        purposes=[Purpose(value).label for value in seen.purposes],
        owns=policies.owns_need(me, seen),
        may_edit=policies.may_edit(me, seen),
        may_take_back=policies.may_invite(me, seen) and not queries.sent_quotes(seen.id),
        may_close=policies.may_close(me, seen),
        may_quote=may_quote and (mine is None or mine.quote.state.value != "sent"),
        may_replace=may_quote and mine is not None and mine.quote.state.value == "sent",
        may_ask=may_quote and (seen.questions_until is None or now < seen.questions_until),
        may_answer=policies.may_answer(me, seen) and in_time,
        may_match=policies.owns_need(me, seen) and seen.audience != Audience.ONE,
        may_choose=lambda quote: policies.may_choose(me, quote, seen),
        order_url=order_url,
        question_form=shown.get("question_form") or forms.QuestionForm(formdata=None),
        answer_form=forms.AnswerForm(formdata=None),
        close_form=shown.get("close_form") or forms.CloseForm(formdata=None),
        refused=refused,
    )


@bp.post("/needs/<int:need_id>/close")
@login_required
def close(need_id: int) -> Any:
    allow(policies.owns_need(viewer(), seen_need(need_id)))
    form = forms.CloseForm()
    reason, unsuitable = form.reason.data or "", form.outcome.data == "unsuccessful"
    work = attempt(form, lambda: operations.close_need(need_id, reason=reason, unsuitable=unsuitable, by=viewer()))
    if work:
        return show_need(seen_need(need_id), form, close_form=form), work
    flash(_("요청을 마감했습니다."), "success")
    return redirect(url_for(".need", need_id=need_id), 303)


@bp.post("/needs/<int:need_id>/questions")
@login_required
def ask(need_id: int) -> Any:
    seen = seen_need(need_id)
    allow(viewer().is_supplier and viewer().organisation_id != seen.organisation_id)
    form = forms.QuestionForm()

    def work() -> None:
        spend_once(form.once.data)
        operations.ask_question(need_id, form.question.data, by=viewer())

    if status := attempt(form, work):
        return show_need(seen_need(need_id), form, question_form=form), status
    flash(_("질문을 보냈습니다. 누가 물었는지는 알려지지 않습니다."), "success")
    return redirect(url_for(".need", need_id=need_id, _anchor="questions"), 303)


@bp.post("/questions/<int:question_id>/answer")
@login_required
def answer_question(question_id: int) -> Any:
    _question, seen = queries.find_question_seen_by(viewer(), question_id) or abort(404)
    allow(policies.owns_need(viewer(), seen))
    form, need_id = forms.AnswerForm(), seen.id
    if status := attempt(form, lambda: operations.answer_question(question_id, form.answer.data, by=viewer())):
        return show_need(seen_need(need_id), form), status
    flash(_("답을 올렸습니다. 요청을 받은 모든 공급기업이 볼 수 있습니다."), "success")
    return redirect(url_for(".need", need_id=need_id, _anchor="questions"), 303)


@bp.post("/needs/<int:need_id>/invited/<int:organisation_id>/take-back")
@login_required
def take_back(need_id: int, organisation_id: int) -> Any:
    allow(policies.owns_need(viewer(), seen_need(need_id)))
    form, deed = forms.ClickForm(), operations.take_back_invitation
    if status := attempt(form, lambda: deed(need_id, organisation_id, by=viewer())):
        return show_need(seen_need(need_id), form), status
    flash(_("초대를 거두었습니다. 그 공급기업을 다시 초대할 수 있습니다."), "success")
    return redirect(url_for(".need", need_id=need_id), 303)
