"""Sign-up of a person with their firm, and the mailbox of a demo."""

from flask import abort, flash, redirect, session, url_for
from werkzeug.wrappers import Response as BaseResponse

from marketplace.accounts import operations, queries
from marketplace.accounts.documents import letter_of
from marketplace.accounts.forms import ConfirmForm, SignUpForm
from marketplace.accounts.models import SizeClass
from marketplace.accounts.views.blueprint import answer, bp, device, keep_token, reader_language
from marketplace.core.db import is_demo, spend_once, transaction
from marketplace.core.errors import Refused
from marketplace.core.i18n import _, in_language
from marketplace.core.korea import REGIONS
from marketplace.core.web import allow, refuse_on, render


def _form() -> SignUpForm:
    form = SignUpForm()
    form.size_class.choices = [(size.value, size.label) for size in SizeClass]
    form.region.choices = [("", _("고르세요")), *((code, in_language(*names)) for code, names in REGIONS.items())]
    return form


def _firm(form: SignUpForm) -> operations.FirmFacts:
    return operations.FirmFacts(
        name=form.firm_name.data,
        name_en=form.firm_name_en.data or None,
        business_number=form.business_number.data or None,
        size_class=SizeClass(form.size_class.data),
        region=form.region.data,
        address=form.address.data or None,
        representative=form.representative.data,
        buys=form.buys.data,
        sells=form.sells.data,
        youth_from=form.youth_from.data,
        youth_until=form.youth_until.data,
    )


@bp.get("/sign-up")
def sign_up() -> str:
    allow(True)  # open to everybody
    return render("accounts/sign_up.html", form=_form())


@bp.post("/sign-up")
def sign_up_now() -> BaseResponse:
    allow(True)  # open to everybody
    form = _form()
    if not form.validate():
        return answer(render("accounts/sign_up.html", form=form))
    try:
        with transaction():
            operations.begin_attempt("sign_up", form.email.data)
        with transaction():
            spend_once(form.once.data)
            _sign_up(form)
    except Refused as refusal:
        refuse_on(form, refusal)
        return answer(render("accounts/sign_up.html", form=form), refusal=refusal)
    session["mailed"] = form.email.data
    return redirect(url_for(".sent"), 303)


def _sign_up(form: SignUpForm) -> None:
    operations.sign_up(
        email=form.email.data,
        name=form.name.data,
        phone=form.phone.data,
        password=form.password.data,
        locale=reader_language(),
        firm=_firm(form),
    )


def _confirm_page(token: str, form: ConfirmForm) -> str | None:
    link = queries.find_open_link(token, "confirm")
    if link is None:
        return None
    facts = link.facts
    return render(
        "accounts/confirm.html", form=form, token=token, email=facts["person"]["email"], firm=facts["firm"]["name"]
    )


@bp.get("/sign-up/confirm/<token>")
def confirm(token: str) -> BaseResponse:
    allow(True)  # the link is the right
    page = _confirm_page(token, ConfirmForm())
    return answer(page, 200) if page else answer(render("accounts/dead_link.html"), 404)


@bp.post("/sign-up/confirm/<token>")
def confirm_now(token: str) -> BaseResponse:
    allow(True)  # the link is the right
    form = ConfirmForm()
    link = queries.find_open_link(token, "confirm")
    if link is None:
        return answer(render("accounts/dead_link.html"), 404)
    email, refused = link.facts["person"]["email"], None
    if form.validate():
        try:
            with transaction():
                operations.begin_attempt("password", email)
            with transaction():
                session_token = operations.confirm_sign_up(token, form.password.data, user_agent=device())
            return _welcome(session_token)
        except Refused as refusal:
            refuse_on(form, refusal)
            refused = refusal
    return answer(_confirm_page(token, form) or render("accounts/dead_link.html"), refusal=refused)


def _welcome(token: str) -> BaseResponse:
    keep_token(token)
    flash(_("가입했습니다. 기업 정보를 확인하고 입금 계좌를 등록하세요."), "success")
    return redirect(url_for(".me"), 303)


@bp.get("/sign-in/mailbox")
def mailbox() -> str:
    allow(True)  # there is one in demos only, where all people are invented
    if not is_demo():
        abort(404)
    return render("accounts/mailbox.html", mails=[(mail, letter_of(mail)) for mail in queries.latest_mails()])
