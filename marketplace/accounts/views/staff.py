"""People and their roles, for administrators; auditors look on."""

from flask import abort, flash, redirect, request, url_for
from flask_login import login_required
from werkzeug.wrappers import Response as BaseResponse

from marketplace.accounts import operations, policies, queries
from marketplace.accounts.forms import RequestRoleForm
from marketplace.accounts.models import Person, StaffRole
from marketplace.accounts.views.blueprint import LARGEST, answer, bp
from marketplace.core.db import spend_once, transaction
from marketplace.core.errors import Refused
from marketplace.core.i18n import _
from marketplace.core.viewer import STAFF_ROLES, Role
from marketplace.core.web import allow, page_number, refuse_on, render, viewer
from marketplace.evidence.queries import events_about


@bp.get("/staff")
@login_required
def staff() -> str:
    allow(policies.may_see_staff(viewer()))
    text = request.args.get("q", "").replace("\0", "").strip()[:100]
    everybody = request.args.get("who") == "all"
    return render(
        "accounts/staff.html",
        page=queries.people_seen_by(viewer(), text=text, staff_only=not everybody, page=page_number()),
        text=text,
        everybody=everybody,
        may_request=policies.may_request_role(viewer()),
    )


def _role_form() -> RequestRoleForm:
    form = RequestRoleForm()
    form.role.choices = [(role.value, queries.role_label(role)) for role in Role if role in STAFF_ROLES]
    return form


@bp.get("/staff/new")
@login_required
def new_role() -> str:
    allow(policies.may_request_role(viewer()))
    form = _role_form()
    person = queries.find_person_by_email(request.args.get("email", "").replace("\0", "")[:254])
    if person is not None:
        form.email.data, form.name.data = person.email, person.name
    return render("accounts/new_role.html", form=form)


@bp.post("/staff/new")
@login_required
def request_role() -> BaseResponse:
    allow(policies.may_request_role(viewer()))
    form = _role_form()
    if form.validate():
        try:
            with transaction():
                spend_once(form.once.data)
                role = Role(form.role.data)
                granted = operations.request_role(form.email.data, role, by=viewer(), name=form.name.data)
                person_id = granted.person_id
            flash(_("역할을 요청했습니다. 다른 관리자가 승인하면 쓸 수 있습니다."), "success")
            return redirect(url_for(".staff_person", person_id=person_id), 303)
        except Refused as refusal:
            refuse_on(form, refusal)
    return answer(render("accounts/new_role.html", form=form))


def _person(person_id: int) -> Person:
    known = queries.find_person(person_id) if person_id <= LARGEST else None
    return known or abort(404)


def _reason() -> str:
    return request.form.get("reason", "").replace("\0", "").strip()[:1000]


@bp.get("/staff/<int:person_id>")
@login_required
def staff_person(person_id: int) -> str:
    allow(policies.may_see_staff(viewer()))
    person = _person(person_id)
    roles = queries.staff_roles_of(person_id)
    events = events_about(person.subject, *(role.subject for role in roles), limit=50)
    people = {role.requested_by for role in roles} | {role.confirmed_by for role in roles}
    return render(
        "accounts/staff_person.html",
        person=person,
        roles=[(role, _rights(role)) for role in roles],
        names=queries.people_names({known for known in people | {event.actor_id for event in events} if known}),
        firms=queries.organisations_of(person_id),
        events=events,
        may_request=policies.may_request_role(viewer()),
        may_disable=policies.may_disable(viewer(), person),
        may_reset=policies.may_reset_second_factor(viewer(), person),
    )


def _rights(role: StaffRole) -> dict[str, bool]:
    return {
        "confirm": policies.may_confirm_role(viewer(), role),
        "refuse": policies.may_refuse_role(viewer(), role),
        "revoke": policies.may_revoke_role(viewer(), role),
    }


def _role(role_id: int) -> tuple[StaffRole, str]:
    allow(policies.may_see_staff(viewer()))
    found = queries.find_staff_role(role_id) if role_id <= LARGEST else None
    if found is None:
        abort(404)
    return found, url_for(".staff_person", person_id=found.person_id)


@bp.post("/staff/roles/<int:role_id>/confirm")
@login_required
def confirm_role(role_id: int) -> BaseResponse:
    _found, there = _role(role_id)
    allow(viewer().has(Role.ADMINISTRATOR))  # the operation says why not this one
    with transaction():
        operations.confirm_role(role_id, by=viewer())
    flash(_("역할을 승인했습니다."), "success")
    return redirect(there, 303)


@bp.post("/staff/roles/<int:role_id>/refuse")
@login_required
def refuse_role(role_id: int) -> BaseResponse:
    _found, there = _role(role_id)
    allow(viewer().has(Role.ADMINISTRATOR))  # the operation says why not this one
    with transaction():
        operations.refuse_role(role_id, by=viewer())
    flash(_("역할 요청을 거절했습니다."), "success")
    return redirect(there, 303)


@bp.post("/staff/roles/<int:role_id>/revoke")
@login_required
def revoke_role(role_id: int) -> BaseResponse:
    _found, there = _role(role_id)
    allow(viewer().has(Role.ADMINISTRATOR))  # the operation says why not this one
    with transaction():
        operations.revoke_role(role_id, by=viewer())
    flash(_("역할을 회수했습니다. 다음 요청부터 적용됩니다."), "success")
    return redirect(there, 303)


@bp.post("/staff/<int:person_id>/disable")
@login_required
def disable(person_id: int) -> BaseResponse:
    allow(policies.may_disable(viewer(), _person(person_id)))
    with transaction():
        operations.disable_person(person_id, reason=_reason(), by=viewer())
    flash(_("계정을 닫았습니다. 모든 기기에서 로그아웃되었습니다."), "success")
    return redirect(url_for(".staff_person", person_id=person_id), 303)


@bp.post("/staff/<int:person_id>/enable")
@login_required
def enable(person_id: int) -> BaseResponse:
    allow(policies.may_disable(viewer(), _person(person_id)))
    with transaction():
        operations.enable_person(person_id, reason=_reason(), by=viewer())
    flash(_("계정을 다시 열었습니다."), "success")
    return redirect(url_for(".staff_person", person_id=person_id), 303)


@bp.post("/staff/<int:person_id>/reset-second-factor")
@login_required
def reset_second_factor(person_id: int) -> BaseResponse:
    allow(policies.may_disable(viewer(), _person(person_id)))
    with transaction():
        operations.reset_second_factor(person_id, reason=_reason(), by=viewer())
    flash(_("2단계 인증을 초기화했습니다. 그 사람은 다음에 로그인할 때 새로 등록합니다."), "success")
    return redirect(url_for(".staff_person", person_id=person_id), 303)
