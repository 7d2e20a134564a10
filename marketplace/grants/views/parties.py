"""Pages of what other programmes ask: parties and their own page, particulars, topics of a call, results of a stage."""

from typing import Any

from flask import abort, flash, redirect, url_for
from flask_login import login_required
from werkzeug.wrappers import Response as BaseResponse

from marketplace.accounts import queries as accounts
from marketplace.core.db import transaction
from marketplace.core.errors import Refused
from marketplace.core.i18n import _, amounts_in, language
from marketplace.core.web import allow, refuse_on, render, viewer
from marketplace.grants import operations, policies, queries
from marketplace.grants.forms import ConfirmForm
from marketplace.grants.kind_forms import AnswerForm, TopicsForm, particulars_form, scores_form
from marketplace.grants.models import ApplicationState, PartyState
from marketplace.grants.views.blueprint import bp
from marketplace.grants.views.calls import call_page
from marketplace.grants.views.kinds import names_of, party_form
from marketplace.grants.views.page import application_page
from marketplace.programmes import queries as programmes
from marketplace.programmes.rules import Ruleset


@bp.post("/applications/<int:application_id>/parties")
@login_required
def invite_party(application_id: int) -> tuple[str, int] | BaseResponse:
    row = queries.find_application_seen_by(viewer(), application_id) or abort(404)
    allow(policies.may_edit_application(viewer(), row))
    form = party_form(queries.ruleset_of(row))
    if form.validate():
        draft = operations.PartyDraft(
            business_number=form.business_number.data.replace("-", ""),
            role=form.role.data,
            share_minor=form.share.data or 0,
            work=form.work.data,
        )
        try:
            with transaction():
                operations.invite_party(application_id, draft, by=viewer())
            flash(_("초대했습니다. 그 기관의 서명권자가 참여를 확인하면 제출할 수 있습니다."), "success")
            return redirect(url_for(".application", application_id=application_id), 303)
        except Refused as refusal:
            refuse_on(form, refusal)
    return application_page(application_id, party_form=form), 422


@bp.get("/parties/<int:party_id>")
@login_required
def party(party_id: int) -> str:
    return _party_page(party_id, AnswerForm(formdata=None))


def _party_page(party_id: int, form: Any) -> str:
    row = queries.find_party_seen_by(viewer(), party_id) or abort(404)
    application = queries.get_application(row.application_id)
    allow(policies.may_see_party(viewer(), row, application.organisation_id))
    ruleset = queries.ruleset_of(application)
    amounts_in(ruleset.unit)
    return render(
        "grants/party.html",
        party=row,
        application=application,
        call=queries.get_call(application.call_id),
        leader=accounts.get_organisation(application.organisation_id),
        firm=accounts.get_organisation(row.organisation_id),
        role=ruleset.role(row.role).name.say(language=language()),
        form=form,
        may_answer=policies.may_answer_party(viewer(), row)
        and application.state == ApplicationState.DRAFT
        and row.state in (PartyState.INVITED, PartyState.CONFIRMED),
        may_remove=policies.may_edit_application(viewer(), application) and row.may_become(PartyState.REMOVED),
    )


@bp.post("/parties/<int:party_id>/answer")
@login_required
def answer_party(party_id: int) -> tuple[str, int] | BaseResponse:
    row = queries.find_party_seen_by(viewer(), party_id) or abort(404)
    allow(policies.may_answer_party(viewer(), row))
    form = AnswerForm()
    if form.validate():
        try:
            with transaction():
                if form.answer.data == "confirm":
                    operations.confirm_party(party_id, by=viewer())
                else:
                    operations.decline_party(party_id, reason=form.reason.data or "", by=viewer())
            flash(_("답을 기록하고 신청하는 기관에 알렸습니다."), "success")
            return redirect(url_for(".party", party_id=party_id), 303)
        except Refused as refusal:
            refuse_on(form, refusal)
    return _party_page(party_id, form), 422


@bp.post("/parties/<int:party_id>/remove")
@login_required
def remove_party(party_id: int) -> tuple[str, int] | BaseResponse:
    row = queries.find_party_seen_by(viewer(), party_id) or abort(404)
    application_id = row.application_id
    allow(policies.may_edit_application(viewer(), queries.get_application(application_id)))
    form = ConfirmForm()
    try:
        with transaction():
            operations.remove_party(party_id, by=viewer())
        flash(_("참여 기관에서 제외했습니다."), "success")
        return redirect(url_for(".application", application_id=application_id), 303)
    except Refused as refusal:
        form.form_errors.append(str(refusal))
        return _party_page(party_id, form), refusal.status


@bp.post("/applications/<int:application_id>/particulars")
@login_required
def write_particulars(application_id: int) -> tuple[str, int] | BaseResponse:
    row = queries.find_application_seen_by(viewer(), application_id) or abort(404)
    allow(policies.may_edit_application(viewer(), row))
    ruleset = queries.ruleset_of(row)
    form = particulars_form(ruleset, queries.topics_of(row.call_id), sent=True)
    if form.validate():
        try:
            with transaction():
                operations.write_particulars(application_id, _particulars(form, ruleset), by=viewer())
            flash(_("사업별 항목을 저장했습니다."), "success")
            return redirect(url_for(".application", application_id=application_id), 303)
        except Refused as refusal:
            refuse_on(form, refusal)
    return application_page(application_id, particulars_form=form), 422


def _particulars(form: Any, ruleset: Ruleset) -> operations.Particulars:
    def said(name: str) -> Any:
        return form[name].data if name in form else None

    milestones = {
        each.code: (form[f"deliverable_{each.code}"].data, form[f"due_{each.code}"].data)
        for each in ruleset.milestones
        if form[f"deliverable_{each.code}"].data and form[f"due_{each.code}"].data
    }
    quality = {each.code: form[f"quality_{each.code}"].data for each in ruleset.quality}
    return operations.Particulars(
        topic_id=said("topic_id"),
        free_topic=said("free_topic") or "",
        need_power=said("need_power"),
        tier=said("tier") or None,
        team_name=said("team_name") or "",
        team_members=tuple(name.strip() for name in (said("team_members") or "").splitlines() if name.strip()),
        workers=said("workers"),
        hourly_minor=said("hourly"),
        training_hours=said("training_hours"),
        crowd_note=said("crowd_note") or "",
        quality={code: value for code, value in quality.items() if value is not None},
        milestones=milestones,
    )


@bp.post("/calls/<int:call_id>/topics")
@login_required
def set_topics(call_id: int) -> tuple[str, int] | BaseResponse:
    queries.find_call_seen_by(viewer(), call_id) or abort(404)
    allow(policies.may_manage_calls(viewer()))
    form = TopicsForm(prefix="topics-")
    if form.validate():
        titles = [line.strip()[:200] for line in (form.titles.data or "").splitlines() if line.strip()]
        try:
            with transaction():
                operations.set_topics(call_id, titles, free=form.free.data or "", by=viewer())
            flash(_("주제를 저장했습니다."), "success")
            return redirect(url_for(".call", call_id=call_id), 303)
        except Refused as refusal:
            refuse_on(form, refusal)
    return call_page(call_id, ConfirmForm(formdata=None), topics_form=form), 422


@bp.get("/calls/<int:call_id>/stage")
@login_required
def stage(call_id: int) -> str:
    allow(policies.may_manage_calls(viewer()))
    return _stage_page(call_id)


def _stage_page(call_id: int, form: Any = None) -> str:
    row = queries.find_call_seen_by(viewer(), call_id) or abort(404)
    ruleset = programmes.get_ruleset(row.ruleset_id)
    code = queries.current_stage(row.id, ruleset) or abort(404)
    teams = queries.teams_in_stage(row.id)
    names = names_of(ruleset)
    return render(
        "grants/stage.html",
        call=row,
        stage=next(each for each in ruleset.stages if each.code == code),
        stage_name=names[code],
        teams=teams,
        last=code == ruleset.stages[-1].code,
        form=form or scores_form(teams),
    )


@bp.post("/calls/<int:call_id>/stage")
@login_required
def record_stage(call_id: int) -> tuple[str, int] | BaseResponse:
    allow(policies.may_manage_calls(viewer()))
    row = queries.find_call_seen_by(viewer(), call_id) or abort(404)
    code = queries.current_stage(row.id, programmes.get_ruleset(row.ruleset_id)) or abort(404)
    teams = queries.teams_in_stage(row.id)
    form = scores_form(teams, sent=True)
    if form.validate():
        typed = {team.application_id: form[f"score_{team.application_id}"].data for team in teams}
        scores = {identity: score for identity, score in typed.items() if score is not None}
        try:
            with transaction():
                operations.record_stage(call_id, code, scores, by=viewer())
            flash(_("단계의 결과를 확정하고 팀에 알렸습니다."), "success")
            return redirect(url_for(".call", call_id=call_id), 303)
        except Refused as refusal:
            refuse_on(form, refusal)
    return _stage_page(call_id, form), 422
