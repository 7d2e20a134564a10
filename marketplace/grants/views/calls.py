"""Pages of calls: the public list and page, and the officer's desk for them."""

from typing import Any

from flask import Response, abort, flash, redirect, request, url_for
from flask_login import login_required
from werkzeug.wrappers import Response as BaseResponse

from marketplace.core.clock import SEOUL
from marketplace.core.db import spend_once, transaction
from marketplace.core.errors import Refused
from marketplace.core.i18n import _, amounts_in, in_language, language
from marketplace.core.money import Money
from marketplace.core.web import allow, csv_response, page_number, refuse_on, render, viewer, wants_csv
from marketplace.grants import operations, policies, queries
from marketplace.grants.forms import CallForm, ConfirmForm
from marketplace.grants.models import Call, CallState
from marketplace.grants.rules import time_left
from marketplace.grants.views.blueprint import bp
from marketplace.grants.views.kinds import kinds_of_call
from marketplace.programmes import queries as programmes
from marketplace.programmes.models import Programme


@bp.get("/calls")
def calls() -> str | Response:
    allow(True)  # Calls are public, so that firms learn of them before they sign up; drafts are kept out by the query.
    if wants_csv():
        allow(policies.may_see_numbers(viewer()))
        return _calls_csv()
    state = request.args.get("state", "")
    page = queries.calls_page(viewer(), state=state, page=page_number())
    now = queries.database_now()
    return render(
        "grants/calls.html",
        page=page,
        state=state,
        states=[each for each in CallState if each != CallState.DRAFT or viewer().sees_everything],
        left={row.id: time_left(now, row.closes_at) for row in page.items},
        may_manage=policies.may_manage_calls(viewer()),
        may_see_numbers=policies.may_see_numbers(viewer()),
    )


def _calls_csv() -> Response:
    columns = [_("공고"), _("사업"), _("규정"), _("예산"), _("접수 시작"), _("접수 마감"), _("수행 종료일"), _("상태")]
    rows = (
        (
            row.title,
            row.programme,
            row.ruleset,
            row.budget_minor,
            f"{row.opens_at.astimezone(SEOUL):%Y-%m-%d %H:%M}",
            f"{row.closes_at.astimezone(SEOUL):%Y-%m-%d %H:%M}",
            row.performs_until.isoformat(),
            row.state.label,
        )
        for row in queries.calls_page(viewer(), state=request.args.get("state", ""), size=10_000).items
    )
    return csv_response("calls", columns, rows)


@bp.get("/calls/<int:call_id>")
def call(call_id: int) -> str:
    allow(True)  # Public, as the list; a draft is not found by those who may not see it.
    return call_page(call_id, ConfirmForm())


def call_page(call_id: int, form: Any, **refused: Any) -> str:
    """The page of a call for whoever reads it."""
    row = queries.find_call_seen_by(viewer(), call_id) or abort(404)
    allow(policies.may_see_call(viewer(), row))
    now = queries.database_now()
    may_apply = policies.may_apply(viewer())
    amounts_in(programmes.get_ruleset(row.ruleset_id).unit)
    return render(
        "grants/call.html",
        more=kinds_of_call(row, **refused),
        call=row,
        form=form,
        programme=programmes.get_programme(row.programme_id),
        ruleset=programmes.get_ruleset(row.ruleset_id),
        kinds=queries.kinds_of(row),
        left=time_left(now, row.closes_at),
        is_open=row.state == CallState.PUBLISHED and row.opens_at <= now < row.closes_at,
        not_yet=now < row.opens_at,
        asked=queries.form_of(row),
        versions=queries.versions_of(row.id),
        may_apply=may_apply,
        application=queries.find_application_of_firm(row.id, viewer().organisation_id) if may_apply else None,
        numbers=queries.numbers_of(row) if policies.may_see_numbers(viewer()) else None,
        may_manage=policies.may_manage_calls(viewer()),
    )


@bp.get("/calls/new")
@login_required
def choose_programme() -> str | BaseResponse:
    allow(policies.may_manage_calls(viewer()))
    running = programmes.open_programmes()
    if len(running) == 1:
        return redirect(url_for(".new_call", programme_id=running[0].id), 303)
    return render("grants/choose_programme.html", programmes=running)


@bp.get("/programmes/<int:programme_id>/calls/new")
@login_required
def new_call(programme_id: int) -> str:
    allow(policies.may_manage_calls(viewer()))
    programme = programmes.find_programme(programme_id) or abort(404)
    form = _form(programme.ruleset_id)
    form.kinds.data = [code for code, _name in form.kinds.choices]
    return _edit_page(form, programme, programme.ruleset_id)


@bp.post("/programmes/<int:programme_id>/calls/new")
@login_required
def create_call(programme_id: int) -> tuple[str, int] | BaseResponse:
    allow(policies.may_manage_calls(viewer()))
    programme = programmes.find_programme(programme_id) or abort(404)
    form = _form(programme.ruleset_id)
    if form.validate():
        try:
            with transaction():
                spend_once(form.once.data)
                call_id = operations.draft_call(programme_id, _draft(form), by=viewer()).id
            flash(_("공고 초안을 저장했습니다. 미리보기를 확인한 뒤 공고하세요."), "success")
            return redirect(url_for(".call", call_id=call_id), 303)
        except Refused as refusal:
            refuse_on(form, refusal)
    return _edit_page(form, programmes.get_programme(programme_id), programme.ruleset_id), 422


@bp.get("/calls/<int:call_id>/edit")
@login_required
def edit_call(call_id: int) -> str:
    row = queries.find_call_seen_by(viewer(), call_id) or abort(404)
    allow(policies.may_manage_calls(viewer()))
    form = _form(row.ruleset_id, row)
    return _edit_page(form, programmes.get_programme(row.programme_id), row.ruleset_id, row)


@bp.post("/calls/<int:call_id>/edit")
@login_required
def change_call(call_id: int) -> tuple[str, int] | BaseResponse:
    row = queries.find_call_seen_by(viewer(), call_id) or abort(404)
    allow(policies.may_manage_calls(viewer()))
    form = _form(row.ruleset_id)
    if form.validate():
        try:
            with transaction():
                operations.change_call(call_id, _draft(form), by=viewer())
            flash(_("공고 초안을 고쳤습니다."), "success")
            return redirect(url_for(".call", call_id=call_id), 303)
        except Refused as refusal:
            refuse_on(form, refusal)
    row = queries.get_call(call_id)
    return _edit_page(form, programmes.get_programme(row.programme_id), row.ruleset_id, row), 422


@bp.post("/calls/<int:call_id>/publish")
@login_required
def publish_call(call_id: int) -> tuple[str, int] | BaseResponse:
    queries.find_call_seen_by(viewer(), call_id) or abort(404)
    allow(policies.may_manage_calls(viewer()))
    return _do(call_id, operations.publish_call, _("공고했습니다. 누구나 볼 수 있습니다."))


@bp.post("/calls/<int:call_id>/close")
@login_required
def close_call(call_id: int) -> tuple[str, int] | BaseResponse:
    queries.find_call_seen_by(viewer(), call_id) or abort(404)
    allow(policies.may_manage_calls(viewer()))
    return _do(call_id, operations.close_call, _("접수를 마감했습니다."))


def _do(call_id: int, verb: Any, said: str) -> tuple[str, int] | BaseResponse:
    form = ConfirmForm()
    try:
        with transaction():
            verb(call_id, by=viewer())
        flash(said, "success")
        return redirect(url_for(".call", call_id=call_id), 303)
    except Refused as refusal:
        form.form_errors.append(str(refusal))
        return call_page(call_id, form), refusal.status


def _form(ruleset_id: int, row: Call | None = None) -> CallForm:
    form = CallForm(obj=row)
    if row is not None and not form.is_submitted():
        form.budget.data = row.budget_minor
    unit = programmes.get_ruleset(ruleset_id).unit
    form.kinds.choices = [
        (
            kind.code,
            f"{kind.name.say(language=language())} · {_('한도')} {Money(kind.cap.value, unit).text(language())}",
        )
        for kind in programmes.get_ruleset(ruleset_id).kinds
    ]
    return form


def _draft(form: Any) -> operations.CallDraft:
    return operations.CallDraft(
        title=form.title.data,
        title_en=form.title_en.data or None,
        body=form.body.data,
        kinds=tuple(form.kinds.data),
        budget_minor=form.budget.data,
        opens_at=form.opens_at.data,
        closes_at=form.closes_at.data,
        performs_until=form.performs_until.data,
    )


def _edit_page(form: CallForm, programme: Programme, ruleset_id: int, row: Call | None = None) -> str:
    return render(
        "grants/edit_call.html",
        form=form,
        programme=programme,
        programme_name=in_language(programme.name, programme.name_en),
        ruleset_id=ruleset_id,
        ruleset=programmes.get_ruleset(ruleset_id),
        call=row,
    )
