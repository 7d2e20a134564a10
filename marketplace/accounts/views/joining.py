"""Invitations answered and withdrawn, members changed and let go, bars lifted."""

from flask import abort, flash, redirect, request, url_for
from flask_login import login_required
from werkzeug.wrappers import Response as BaseResponse

from marketplace.accounts import operations, policies, queries
from marketplace.accounts.forms import AcceptForm
from marketplace.accounts.models import Invitation, MemberRole, Membership, Organisation
from marketplace.accounts.views.blueprint import LARGEST, answer, bp, device, keep_token, reader_language
from marketplace.core.db import transaction
from marketplace.core.errors import Refused
from marketplace.core.i18n import _
from marketplace.core.web import allow, refuse_on, render, viewer


def _invitation_page(token: str, form: AcceptForm) -> str | None:
    found = queries.find_open_invitation(token)
    if found is None:
        return None
    invitation, firm = found
    return render(
        "accounts/invitation.html",
        invitation=invitation,
        firm=firm,
        token=token,
        form=form,
        # Told only to whoever holds the secret link that went to this very address.
        has_account=queries.find_person_by_email(invitation.email) is not None,
        is_invited=viewer().email == invitation.email,
    )


@bp.get("/invitations/<token>")
def invitation(token: str) -> BaseResponse:
    allow(True)  # the link is the right
    page = _invitation_page(token, AcceptForm())
    return answer(page, 200) if page else answer(render("accounts/dead_invitation.html"), 404)


@bp.post("/invitations/<token>/accept")
@login_required
def accept(token: str) -> BaseResponse:
    allow(policies.may_manage_own_account(viewer()))
    with transaction():
        operations.accept_invitation(token, by=viewer())
    flash(_("기업의 구성원이 되었습니다."), "success")
    return redirect(url_for(".me"), 303)


@bp.post("/invitations/<token>/join")
def join(token: str) -> BaseResponse:
    allow(True)  # the link is the right
    form = AcceptForm()
    if queries.find_open_invitation(token) is None:
        return answer(render("accounts/dead_invitation.html"), 404)
    if form.validate():
        try:
            with transaction():
                session_token = _join(token, form)
            keep_token(session_token)
            flash(_("기업의 구성원이 되었습니다."), "success")
            return redirect(url_for(".me"), 303)
        except Refused as refusal:
            refuse_on(form, refusal)
    return answer(_invitation_page(token, form) or render("accounts/dead_invitation.html"))


def _join(token: str, form: AcceptForm) -> str:
    return operations.accept_as_new_person(
        token,
        name=form.name.data,
        phone=form.phone.data,
        password=form.password.data,
        locale=reader_language(),
        user_agent=device(),
    )


def _invitation_of_own(invitation_id: int) -> tuple[Invitation, Organisation]:
    found = queries.find_invitation(invitation_id) if invitation_id <= LARGEST else None
    firm = queries.find_organisation_seen_by(viewer(), found.organisation_id) if found else None
    return (found, firm) if found and firm else abort(404)


@bp.post("/invitations/<int:invitation_id>/withdraw")
@login_required
def withdraw_invitation(invitation_id: int) -> BaseResponse:
    _found, firm = _invitation_of_own(invitation_id)
    allow(policies.may_bind_organisation(viewer(), firm))
    organisation_id = firm.id
    with transaction():
        operations.withdraw_invitation(invitation_id, by=viewer())
    flash(_("초대를 거두었습니다. 링크는 이제 쓸 수 없습니다."), "success")
    return redirect(url_for(".members", organisation_id=organisation_id), 303)


def _member(membership_id: int) -> tuple[Membership, Organisation]:
    found = queries.find_membership(membership_id) if membership_id <= LARGEST else None
    firm = queries.find_organisation_seen_by(viewer(), found.organisation_id) if found else None
    return (found, firm) if found and firm else abort(404)


@bp.post("/memberships/<int:membership_id>/end")
@login_required
def end_membership(membership_id: int) -> BaseResponse:
    membership, firm = _member(membership_id)
    own = membership.person_id == viewer().person_id
    allow(own or policies.may_bind_organisation(viewer(), firm))
    there = url_for(".me") if own else url_for(".members", organisation_id=firm.id)
    with transaction():
        operations.end_membership(membership_id, by=viewer())
    flash(_("구성원에서 제외했습니다. 이 기업의 자료를 더는 볼 수 없습니다."), "success")
    return redirect(there, 303)


@bp.post("/memberships/<int:membership_id>/role")
@login_required
def change_member_role(membership_id: int) -> BaseResponse:
    _membership, firm = _member(membership_id)
    allow(policies.may_bind_organisation(viewer(), firm))
    wanted, there = request.form.get("role", ""), url_for(".members", organisation_id=firm.id)
    if wanted not in {role.value for role in MemberRole}:
        abort(422)
    with transaction():
        operations.change_member_role(membership_id, MemberRole(wanted), by=viewer())
    flash(_("역할을 바꾸었습니다."), "success")
    return redirect(there, 303)


@bp.post("/bars/<int:bar_id>/lift")
@login_required
def lift_bar(bar_id: int) -> BaseResponse:
    found = queries.find_bar(bar_id) if bar_id <= LARGEST else None
    firm = queries.find_organisation_seen_by(viewer(), found.organisation_id) if found else None
    if firm is None:
        abort(404)
    allow(policies.may_bar(viewer(), firm))
    reason, organisation_id = request.form.get("reason", "").replace("\0", "").strip()[:1000], firm.id
    with transaction():
        operations.lift_bar(bar_id, reason=reason, by=viewer())
    flash(_("참여 제한을 풀었습니다. 기업에 메일로 알렸습니다."), "success")
    return redirect(url_for(".organisation", organisation_id=organisation_id), 303)
