"""Users called back. No firm gets past the first line of any of these views."""

from typing import Any

from flask import abort, request
from flask_login import login_required

from marketplace.accounts import queries as accounts
from marketplace.core.db import spend_once
from marketplace.core.i18n import _
from marketplace.core.web import allow, page_number, render, viewer
from marketplace.programmes import queries as programmes
from marketplace.supervision import forms, operations, policies, queries
from marketplace.supervision.models import Callback, CallbackState
from marketplace.supervision.rules import terms
from marketplace.supervision.views.blueprint import bp, done
from marketplace.vouchers.queries import get_voucher


def _hidden() -> None:
    """For everybody who may not see calls there are none: 404, so that nobody learns who was drawn."""
    if not policies.may_see_calls(viewer()):
        abort(404)


def _draw_form(*, empty: bool = False) -> forms.DrawForm:
    form = forms.DrawForm(formdata=None) if empty else forms.DrawForm()
    form.programme.choices = [(each.id, each.name) for each in programmes.programmes()]
    return form


def _list(bad: Any = None) -> str:
    state = request.args.get("state", "")
    return render(
        "supervision/calls.html",
        page=queries.calls_page(state=state, page=page_number()),
        state=state,
        states=list(CallbackState),
        draws=queries.draws(),
        sums=queries.answered_sums(),
        form=(bad or _draw_form(empty=True)) if policies.may_work(viewer()) else None,
    )


@bp.get("/calls")
@login_required
def calls() -> str:
    _hidden()
    allow(policies.may_see_calls(viewer()))
    return _list()


@bp.post("/calls")
@login_required
def draw_callbacks() -> Any:
    _hidden()
    allow(policies.may_work(viewer()))
    form = _draw_form()

    def work() -> None:
        spend_once(form.once.data or "")
        operations.draw_callbacks(form.programme.data, by=viewer())

    return done(form, work, _("통화할 이용자를 추첨했습니다."), lambda: _list(form), endpoint=".calls")


def _seen(callback_id: int) -> Callback:
    row: Callback = queries.find_call_seen_by(viewer(), callback_id) or abort(404)
    return row


def _page(callback_id: int, bad: Any = None) -> str:
    row = _seen(callback_id)
    voucher = get_voucher(row.voucher_id)
    tries = queries.tries_of(row.id)
    people = {each.tried_by for each in tries} | ({row.called_by} if row.called_by else set())
    open_ = row.state == CallbackState.WAITING and policies.may_work(viewer())
    fresh: dict[str, Any] = {"call": forms.call_form(formdata=None), "try": forms.TryForm(formdata=None)}
    return render(
        "supervision/call.html",
        call=row,
        voucher=voucher,
        firm=accounts.get_organisation(voucher.organisation_id),
        users=queries.users_of_voucher(voucher.id) if open_ else [],
        questions=terms().questions,
        tries=tries,
        people=accounts.people_names(people),
        may_call=open_,
        forms={name: bad if type(bad).__name__ == type(form).__name__ else form for name, form in fresh.items()},
        bad=bad,
    )


@bp.get("/calls/<int:callback_id>")
@login_required
def call(callback_id: int) -> str:
    _seen(callback_id)
    allow(policies.may_see_calls(viewer()))
    return _page(callback_id)


@bp.post("/calls/<int:callback_id>/answers")
@login_required
def note_answers(callback_id: int) -> Any:
    _seen(callback_id)
    allow(policies.may_work(viewer()))
    form = forms.call_form()

    def work() -> None:
        answers = {each.code: form[f"answer_{each.code}"].data for each in terms().questions}
        operations.note_answers(callback_id, answers, form.said.data or "", by=viewer())

    there = {"endpoint": ".call", "callback_id": callback_id}
    return done(form, work, _("답을 기록했습니다."), lambda: _page(callback_id, form), **there)


@bp.post("/calls/<int:callback_id>/tries")
@login_required
def note_no_answer(callback_id: int) -> Any:
    _seen(callback_id)
    allow(policies.may_work(viewer()))
    form, there = forms.TryForm(), {"endpoint": ".call", "callback_id": callback_id}
    return done(
        form,
        lambda: operations.note_no_answer(callback_id, form.note.data, by=viewer()),
        _("통화 시도를 기록했습니다."),
        lambda: _page(callback_id, form),
        **there,
    )
