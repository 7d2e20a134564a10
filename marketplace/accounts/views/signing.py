"""Sign-in, the second factor, sign-out, and the way back in."""

from flask import abort, flash, redirect, request, session, url_for
from flask_login import logout_user
from werkzeug.wrappers import Response as BaseResponse

from marketplace.accounts import operations, queries
from marketplace.accounts.forms import CodeForm, NewPasswordForm, ResetForm, SignInForm
from marketplace.accounts.rules import safe_next
from marketplace.accounts.views.blueprint import (
    answer,
    bp,
    device,
    forget_token,
    keep_token,
    onward,
    reader_language,
)
from marketplace.core.db import is_demo, transaction
from marketplace.core.errors import Missing, Refused
from marketplace.core.i18n import _
from marketplace.core.viewer import Viewer
from marketplace.core.web import allow, refuse_on, render, viewer


def _sign_in_page(form: SignInForm) -> str:
    return render("accounts/sign_in.html", form=form, personas=queries.personas() if is_demo() else [])


@bp.get("/sign-in")
def sign_in() -> str | BaseResponse:
    allow(True)  # whoever wants to come in is nobody yet
    form = SignInForm()
    form.next.data = safe_next(request.args.get("next")) or ""
    if viewer().is_authenticated:
        return onward(form.next.data)
    return redirect(url_for(".enter_code", next=form.next.data), 303) if _half_signed_in() else _sign_in_page(form)


@bp.post("/sign-in")
def sign_in_now() -> BaseResponse:
    allow(True)  # whoever wants to come in is nobody yet
    form = SignInForm()
    if not form.validate():
        return answer(_sign_in_page(form))
    try:
        with transaction():
            operations.begin_attempt("password", form.email.data)
        with transaction():
            token = operations.sign_in(form.email.data, form.password.data, user_agent=device())
    except Refused as refusal:
        refuse_on(form, refusal)
        return answer(_sign_in_page(form), refusal=refusal)
    return _in(token, form.next.data)


def _in(token: str, wanted: str | None) -> BaseResponse:
    """After the password: on, or to the code, or to the enrolment that a role needs."""
    _end_session_of_cookie()
    keep_token(token)
    live = queries.find_live_session(token)
    if live is None:
        abort(401)
    if live.awaits_code:
        return redirect(url_for(".enter_code", next=safe_next(wanted)), 303)
    if live.row.second_factor_at is None and queries.staff_without_second_factor(live.person.id):
        flash(_("맡은 역할로 일하려면 먼저 2단계 인증을 등록하세요."), "info")
        return redirect(url_for(".second_factor"), 303)
    return onward(wanted)


def _end_session_of_cookie() -> None:
    """Whoever signs in again in the same browser leaves no open session behind."""
    live = queries.find_live_session(session["sid"]) if session.get("sid") else None
    if live is not None:
        with transaction():
            operations.end_session(live.row.id, by=Viewer(person_id=live.person.id))


@bp.get("/sign-in/code")
def enter_code() -> str | BaseResponse:
    allow(True)  # the session stands for nobody before the code
    form = CodeForm()
    form.next.data = safe_next(request.args.get("next")) or ""
    return render("accounts/code.html", form=form) if _half_signed_in() else redirect(url_for(".sign_in"), 303)


@bp.post("/sign-in/code")
def enter_code_now() -> BaseResponse:
    allow(True)  # the session stands for nobody before the code
    live, form = _half_signed_in(), CodeForm()
    if live is None:
        return redirect(url_for(".sign_in"), 303)
    session_id, email = live.row.id, live.person.email
    if not form.validate():
        return answer(render("accounts/code.html", form=form))
    try:
        with transaction():
            operations.begin_attempt("second_factor", email)
        with transaction():
            token = operations.show_second_factor(session_id, form.code.data)
    except Refused as refusal:
        refuse_on(form, refusal)
        return answer(render("accounts/code.html", form=form), refusal=refusal)
    keep_token(token)
    return onward(form.next.data)


def _half_signed_in() -> queries.LiveSession | None:
    live = queries.find_live_session(session["sid"]) if session.get("sid") else None
    return live if live and live.awaits_code else None


@bp.post("/sign-out")
def sign_out() -> BaseResponse:
    allow(True)  # also for a session that awaits its code or has run out
    _end_session_of_cookie()
    logout_user()
    forget_token()
    flash(_("로그아웃했습니다."), "success")
    return redirect(url_for("front.home"), 303)


@bp.post("/sign-in/as/<int:person_id>")
def enter_as(person_id: int) -> BaseResponse:
    allow(True)  # the operation knows nobody outside a demo
    try:
        with transaction():
            token = operations.enter_as(person_id, user_agent=device())
    except Missing:
        abort(404)
    _end_session_of_cookie()
    keep_token(token)
    return onward(None)


@bp.get("/password/forgotten")
def forgotten() -> str:
    allow(True)  # whoever forgot the password cannot sign in
    return render("accounts/forgotten.html", form=ResetForm())


@bp.post("/password/forgotten")
def forgotten_now() -> BaseResponse:
    allow(True)  # whoever forgot the password cannot sign in
    form = ResetForm()
    if not form.validate():
        return answer(render("accounts/forgotten.html", form=form))
    try:
        with transaction():
            operations.begin_attempt("reset", form.email.data)
        with transaction():
            operations.ask_reset(form.email.data, reader_language())
    except Refused as refusal:
        refuse_on(form, refusal)
        return answer(render("accounts/forgotten.html", form=form), refusal=refusal)
    session["mailed"] = form.email.data
    return redirect(url_for(".sent"), 303)


@bp.get("/sign-in/sent")
def sent() -> str | BaseResponse:
    allow(True)  # says the same of every address
    email = session.get("mailed", "")
    return render("accounts/sent.html", email=email) if email else redirect(url_for(".sign_in"), 303)


@bp.get("/password/new/<token>")
def new_password(token: str) -> str | tuple[str, int]:
    allow(True)  # the link is the right
    if not queries.find_open_link(token, "reset", "welcome"):
        return render("accounts/dead_link.html"), 404
    return render("accounts/new_password.html", form=NewPasswordForm(), token=token)


@bp.post("/password/new/<token>")
def new_password_now(token: str) -> BaseResponse:
    allow(True)  # the link is the right
    form = NewPasswordForm()
    if not queries.find_open_link(token, "reset", "welcome"):
        return answer(render("accounts/dead_link.html"), 404)
    if form.validate():
        try:
            with transaction():
                operations.set_password(token, form.password.data)
        except Refused as refusal:
            refuse_on(form, refusal)
        else:
            flash(_("새 비밀번호를 정했습니다. 이제 로그인하세요."), "success")
            return redirect(url_for(".sign_in"), 303)
    return answer(render("accounts/new_password.html", form=form, token=token))
