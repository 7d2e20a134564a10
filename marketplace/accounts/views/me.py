"""One's own account: facts, password, second factor, sessions, and for which firm one acts."""

from io import BytesIO

import pyotp
import segno
from flask import abort, flash, redirect, url_for
from flask_login import login_required
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from marketplace.accounts import operations, policies, queries
from marketplace.accounts.forms import ChangePasswordForm, CodeForm, EditPersonForm, EnrolForm
from marketplace.accounts.models import SignInSession
from marketplace.accounts.rules import shown_device
from marketplace.accounts.views.blueprint import LARGEST, answer, bp, keep_token
from marketplace.core.db import transaction
from marketplace.core.errors import Refused
from marketplace.core.i18n import _
from marketplace.core.web import allow, refuse_on, render, viewer

ISSUER = "Data Voucher Market"


@bp.get("/account")
@login_required
def me() -> str:
    allow(policies.may_manage_own_account(viewer()))
    person_id = viewer().person_id
    return render(
        "accounts/me.html",
        person=queries.get_person(person_id),
        firms=queries.organisations_of(person_id),
        staff_roles=queries.active_staff_roles(person_id),
        needs_second_factor=queries.staff_without_second_factor(person_id),
        codes_left=queries.recovery_codes_left(person_id),
    )


@bp.get("/account/edit")
@login_required
def edit_me() -> str:
    allow(policies.may_manage_own_account(viewer()))
    return render("accounts/edit_me.html", form=EditPersonForm(obj=queries.get_person(viewer().person_id)))


@bp.post("/account/edit")
@login_required
def edit_me_now() -> BaseResponse:
    allow(policies.may_manage_own_account(viewer()))
    form = EditPersonForm()
    if not form.validate():
        return answer(render("accounts/edit_me.html", form=form))
    with transaction():
        operations.edit_person(form.name.data, form.phone.data, form.locale.data, by=viewer())
    flash(_("저장했습니다."), "success")
    return redirect(url_for(".me"), 303)


@bp.get("/account/password")
@login_required
def password() -> str:
    allow(policies.may_manage_own_account(viewer()))
    return render("accounts/password.html", form=ChangePasswordForm())


@bp.post("/account/password")
@login_required
def password_now() -> BaseResponse:
    allow(policies.may_manage_own_account(viewer()))
    form, refused = ChangePasswordForm(), None
    if form.validate():
        try:
            with transaction():
                operations.begin_attempt("password", viewer().email)
            with transaction():
                operations.change_password(form.old.data, form.password.data, by=viewer())
            flash(_("비밀번호를 바꾸었습니다. 다른 기기에서는 로그아웃되었습니다."), "success")
            return redirect(url_for(".me"), 303)
        except Refused as refusal:
            refuse_on(form, refusal)
            refused = refusal
    return answer(render("accounts/password.html", form=form), refusal=refused)


def _picture(secret: str) -> Markup:
    """The QR code of an authenticator's address as SVG, drawn with attributes only: the page allows no inline style."""
    address = pyotp.TOTP(secret).provisioning_uri(name=viewer().email, issuer_name=ISSUER)
    out = BytesIO()
    segno.make(address, error="m").save(
        out, kind="svg", xmldecl=False, svgns=True, omitsize=True, svgclass=None, lineclass=None, nl=False
    )
    return Markup(out.getvalue().decode())  # noqa: S704 - drawn by segno from an address we made


def _factor_page(form: EnrolForm) -> str:
    person = queries.get_person(viewer().person_id)
    secret = form.secret.data = form.secret.data or operations.new_secret()
    return render(
        "accounts/second_factor.html",
        form=form,
        code_form=CodeForm(formdata=None, prefix="own"),
        person=person,
        picture=_picture(secret) if operations.is_secret(secret) else None,
        key=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        needed=bool(queries.roles_needing_second_factor(person.id)),
        codes_left=queries.recovery_codes_left(person.id),
    )


@bp.get("/account/second-factor")
@login_required
def second_factor() -> str:
    allow(policies.may_manage_own_account(viewer()))
    return _factor_page(EnrolForm(formdata=None))


@bp.post("/account/second-factor")
@login_required
def enrol() -> BaseResponse:
    allow(policies.may_manage_own_account(viewer()))
    form, refused = EnrolForm(), None
    if form.validate():
        try:
            with transaction():
                operations.begin_attempt("second_factor", viewer().email)
            with transaction():
                token, codes = operations.enrol(form.secret.data, form.code.data, by=viewer())
            keep_token(token)
            return answer(render("accounts/recovery_codes.html", codes=codes), 200)
        except Refused as refusal:
            refuse_on(form, refusal)
            refused = refusal
    return answer(_factor_page(form), refusal=refused)


@bp.post("/account/second-factor/remove")
@login_required
def remove_second_factor() -> BaseResponse:
    allow(policies.may_manage_own_account(viewer()))
    form = CodeForm(prefix="own")
    if form.validate():
        with transaction():
            operations.begin_attempt("second_factor", viewer().email)
        with transaction():
            operations.remove_second_factor(form.code.data, by=viewer())
        flash(_("2단계 인증을 해제했습니다."), "success")
        return redirect(url_for(".me"), 303)
    flash(_("인증 코드를 입력하세요."), "error")
    return redirect(url_for(".second_factor"), 303)


@bp.post("/account/recovery-codes")
@login_required
def renew_recovery_codes() -> BaseResponse:
    allow(policies.may_manage_own_account(viewer()))
    form = CodeForm(prefix="own")
    if form.validate():
        with transaction():
            operations.begin_attempt("second_factor", viewer().email)
        with transaction():
            codes = operations.renew_recovery_codes(form.code.data, by=viewer())
        return answer(render("accounts/recovery_codes.html", codes=codes), 200)
    flash(_("인증 코드를 입력하세요."), "error")
    return redirect(url_for(".second_factor"), 303)


@bp.get("/account/sessions")
@login_required
def sessions() -> str:
    allow(policies.may_manage_own_account(viewer()))
    rows = [(row, _device(row)) for row in queries.sessions_of(viewer().person_id)]
    return render("accounts/sessions.html", rows=rows)


def _device(row: SignInSession) -> str:
    browser, system = shown_device(row.user_agent)
    return " · ".join(part for part in (browser, system) if part) or _("알 수 없는 기기")


@bp.post("/account/sessions/<int:session_id>/end")
@login_required
def end_session(session_id: int) -> BaseResponse:
    allow(policies.may_manage_own_account(viewer()))
    if session_id > LARGEST:
        abort(404)
    with transaction():
        operations.end_session(session_id, by=viewer())
    flash(_("그 기기에서 로그아웃했습니다."), "success")
    return redirect(url_for(".sessions"), 303)


@bp.post("/account/sessions/end-others")
@login_required
def end_other_sessions() -> BaseResponse:
    allow(policies.may_manage_own_account(viewer()))
    with transaction():
        count = operations.end_other_sessions(by=viewer())
    flash(_("다른 기기 %(count)s곳에서 로그아웃했습니다.", count=count), "success")
    return redirect(url_for(".sessions"), 303)


@bp.post("/account/organisation/<int:organisation_id>")
@login_required
def switch(organisation_id: int) -> BaseResponse:
    allow(policies.may_manage_own_account(viewer()))
    with transaction():
        operations.switch_organisation(organisation_id, by=viewer())
    flash(_("이제 다른 기업으로 일합니다."), "success")
    return redirect(url_for("front.home"), 303)
