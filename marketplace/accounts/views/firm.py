"""A firm's record: its facts, its bank account, its members, and what officers note of it."""

from collections.abc import Callable
from typing import Any

from flask import abort, current_app, flash, redirect, request, url_for
from flask_login import login_required
from werkzeug.wrappers import Response as BaseResponse

from config import Config
from marketplace.accounts import operations, policies, queries
from marketplace.accounts.forms import BarForm, EditOrganisationForm, InviteForm, StateForm
from marketplace.accounts.models import BusinessState, MemberRole, Organisation
from marketplace.accounts.views.blueprint import LARGEST, answer, bp
from marketplace.core import clock
from marketplace.core.db import spend_once, transaction
from marketplace.core.errors import Refused
from marketplace.core.forms import Form
from marketplace.core.i18n import N_, _, in_language, language
from marketplace.core.korea import REGIONS, written_business_number
from marketplace.core.web import allow, page_number, refuse_on, render, viewer
from marketplace.evidence.queries import events_about

ACTIONS = (
    "organisation:bank_account_changed",
    "organisation:state_noted",
    "organisation:barred",
    "organisation:bar_lifted",
)

WHY = {
    "application": N_("신청 자격 확인"),
    "agreement": N_("협약 조건 확인"),
    "order": N_("발주 조건 확인"),
    "payout": N_("지급 조건 확인"),
    "person": N_("직접 조회"),
}
"""Which step had the registry asked."""


@bp.get("/organisations")
@login_required
def organisations() -> str:
    allow(policies.may_see_all_organisations(viewer()))
    text = request.args.get("q", "").replace("\0", "").strip()[:100]
    page = queries.organisations_seen_by(viewer(), text=text, page=page_number())
    return render("accounts/organisations.html", page=page, text=text, number=written_business_number)


def _organisation(organisation_id: int) -> Organisation:
    known = queries.find_organisation_seen_by(viewer(), organisation_id) if organisation_id <= LARGEST else None
    return known or abort(404)


def _page(firm: Organisation, *, state_form: StateForm | None = None, bar_form: BarForm | None = None) -> str:
    day = clock.today()
    events = events_about(firm.subject, limit=60)
    return render(
        "accounts/organisation.html",
        firm=firm,
        number=written_business_number(firm.business_number),
        region=in_language(*REGIONS[firm.region]) if firm.region in REGIONS else firm.region,
        standing=queries.standing_of(firm.id),
        bars=[(bar, queries.is_in_force(bar, day)) for bar in queries.bars_of(firm.id)],
        grades=queries.grades_of(firm.id),
        members=queries.members_of(firm.id),
        events=[event for event in events if event.action in ACTIONS][:20],
        actors=queries.people_names({event.actor_id for event in events if event.actor_id}),
        may=_rights(firm),
        registry=_registry(firm),
        state_form=state_form or _state_form(firm),
        bar_form=bar_form or BarForm(formdata=None, from_on=day),
    )


def _rights(firm: Organisation) -> dict[str, bool]:
    return {
        "edit": policies.may_edit_organisation(viewer(), firm),
        "bind": policies.may_bind_organisation(viewer(), firm),
        "note": policies.may_note_standing(viewer(), firm),
        "bar": policies.may_bar(viewer(), firm),
        "ask": policies.may_ask_registry(viewer(), firm),
    }


def _registry(firm: Organisation) -> dict[str, Any]:
    """What the page says of the registry: whether it is asked here, how old its word is, and the last questions."""
    config: Config = current_app.config["MARKETPLACE"]
    return {
        "asked": queries.registry_is_asked(),
        "fresh": queries.is_fresh(firm),
        "hours": config.registry_hours,
        "checks": queries.checks_of(firm.id),
        "why": {code: _(word) for code, word in WHY.items()},
    }


def _state_form(firm: Organisation | None = None) -> StateForm:
    form = StateForm(formdata=None, business_state=firm.business_state.value) if firm else StateForm()
    form.business_state.choices = [(state.value, state.label) for state in BusinessState]
    return form


@bp.get("/organisations/<int:organisation_id>")
@login_required
def organisation(organisation_id: int) -> str:
    firm = _organisation(organisation_id)
    allow(policies.may_see_organisation(viewer(), firm))
    return _page(firm)


def _tried(form: Form, work: Callable[[], object]) -> Refused | None:
    """Do `work` in a transaction; what was refused stands on the form."""
    try:
        with transaction():
            work()
    except Refused as refusal:
        refuse_on(form, refusal)
        return refusal
    return None


@bp.route("/organisations/<int:organisation_id>/edit", methods=["GET", "POST"])
@login_required
def edit_organisation(organisation_id: int) -> str | BaseResponse:
    firm = _organisation(organisation_id)
    allow(policies.may_edit_organisation(viewer(), firm))
    form = EditOrganisationForm(obj=firm)
    if form.validate_on_submit():
        words = {"name_en": form.name_en.data, "address": form.address.data}
        if not _tried(form, lambda: operations.edit_organisation(organisation_id, **words, by=viewer())):
            flash(_("저장했습니다."), "success")
            return redirect(url_for(".organisation", organisation_id=organisation_id), 303)
    page = render("accounts/edit_organisation.html", form=form, firm=_organisation(organisation_id))
    return answer(page) if form.errors else page


def _invite_form() -> InviteForm:
    form = InviteForm()
    form.role.choices = [(role.value, role.label) for role in MemberRole]
    return form


def _members_page(firm: Organisation, form: InviteForm) -> str:
    return render(
        "accounts/members.html",
        firm=firm,
        members=queries.members_of(firm.id),
        invitations=queries.open_invitations(firm.id),
        may_bind=policies.may_bind_organisation(viewer(), firm),
        form=form,
    )


@bp.route("/organisations/<int:organisation_id>/members", methods=["GET"])
@login_required
def members(organisation_id: int) -> str:
    firm = _organisation(organisation_id)
    allow(policies.may_see_organisation(viewer(), firm))
    return _members_page(firm, _invite_form())


@bp.post("/organisations/<int:organisation_id>/members")
@login_required
def invite(organisation_id: int) -> BaseResponse:
    firm = _organisation(organisation_id)
    allow(policies.may_bind_organisation(viewer(), firm))
    form = _invite_form()
    if form.validate() and not _tried(form, lambda: _invite(organisation_id, form)):
        flash(_("%(email)s(으)로 초대를 보냈습니다.", email=form.email.data), "success")
        return redirect(url_for(".members", organisation_id=organisation_id), 303)
    return answer(_members_page(_organisation(organisation_id), form))


def _invite(organisation_id: int, form: InviteForm) -> None:
    spend_once(form.once.data)
    operations.invite(organisation_id, form.email.data, MemberRole(form.role.data), by=viewer(), locale=language())


@bp.post("/organisations/<int:organisation_id>/business-state")
@login_required
def note_business_state(organisation_id: int) -> BaseResponse:
    firm = _organisation(organisation_id)
    allow(policies.may_note_standing(viewer(), firm))
    form = _state_form()
    if form.validate():
        state, source = BusinessState(form.business_state.data), form.source.data
        if not _tried(form, lambda: operations.note_business_state(organisation_id, state, source=source, by=viewer())):
            flash(_("사업자 상태를 기록했습니다."), "success")
            return redirect(url_for(".organisation", organisation_id=organisation_id), 303)
    return answer(_page(_organisation(organisation_id), state_form=form))


@bp.post("/organisations/<int:organisation_id>/registry")
@login_required
def ask_registry(organisation_id: int) -> BaseResponse:
    firm = _organisation(organisation_id)
    allow(policies.may_ask_registry(viewer(), firm))
    try:
        with transaction():
            operations.ask_registry_again(organisation_id, by=viewer())
    except Refused as refusal:
        flash(str(refusal), "error")
    else:
        flash(_("국세청에 조회를 요청했습니다. 답이 오면 이 화면에 나타납니다."), "success")
    return redirect(url_for(".organisation", organisation_id=organisation_id), 303)


@bp.post("/organisations/<int:organisation_id>/bars")
@login_required
def bar(organisation_id: int) -> BaseResponse:
    firm = _organisation(organisation_id)
    allow(policies.may_bar(viewer(), firm))
    form = BarForm()
    if form.validate() and not _tried(form, lambda: _bar(organisation_id, form)):
        flash(_("참여를 제한했습니다. 기업에 메일로 알렸습니다."), "success")
        return redirect(url_for(".organisation", organisation_id=organisation_id), 303)
    return answer(_page(_organisation(organisation_id), bar_form=form))


def _bar(organisation_id: int, form: BarForm) -> None:
    spend_once(form.once.data)
    operations.bar(
        organisation_id,
        reason=form.reason.data,
        from_on=form.from_on.data,
        until_on=form.until_on.data,
        by=viewer(),
    )
