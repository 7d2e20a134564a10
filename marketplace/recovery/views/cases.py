"""The list of cases, a new one, and the page of one with all that may be done to it now."""

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask_login import login_required
from werkzeug.wrappers import Response as BaseResponse

from marketplace.accounts import queries as accounts
from marketplace.core import clock
from marketplace.core.db import transaction
from marketplace.core.errors import Refused
from marketplace.core.i18n import _, language
from marketplace.core.korea import normal_business_number
from marketplace.core.money import Money
from marketplace.core.web import allow, make, page_number, refuse_on, render, viewer
from marketplace.papers import queries as papers
from marketplace.payments import queries as payments
from marketplace.recovery import forms, operations, policies, queries
from marketplace.recovery.models import Ground, RecoveryState
from marketplace.recovery.views.blueprint import bp


@bp.get("")
@login_required
def index() -> str:
    allow(policies.may_list(viewer()))
    state = request.args.get("state", "")
    return render(
        "recovery/index.html",
        page=queries.cases_page(viewer(), page_number(), state=state),
        states=list(RecoveryState),
        state=state,
        may_open=policies.may_work(viewer()),
        may_take_up=policies.may_take_up(viewer()),
        may_report=policies.may_report(viewer()),
    )


def case_page(case_id: int, bad: Any = None) -> str:
    """The page of a case, read fresh; `bad` is the form that was refused, with what was typed."""
    case = queries.find_case_seen_by(viewer(), case_id) or abort(404)
    receipts = queries.receipts_of_case(case.id) if viewer().sees_everything else []
    people = {case.opened_by, case.noticed_by, case.proposed_by, case.decided_by, case.answered_by, case.closed_by}
    people |= {each.entered_by for each in receipts} | {each.confirmed_by for each in receipts}
    return render(
        "recovery/case.html",
        case=case,
        firm=queries.firm_of(case),
        voucher=queries.voucher_of(case),
        amended=queries.amended_of_case(case),
        rules=queries.ruleset_of(case),
        amounts=queries.amounts_now(case) if case.ground else None,
        owed=queries.owed(case.id),
        overdue=queries.overdue_minor(case),
        statements=queries.statements_of(case.id),
        plan=queries.instalments_of_case(case.id),
        receipts=receipts,
        related=queries.related_firms(case) if viewer().sees_everything else [],
        papers=papers.papers_about(viewer(), case.subject),
        names=accounts.people_names({each for each in people if each}) if viewer().sees_everything else {},
        set_offs=(set_offs := queries.set_offs_of_case(case.id)),
        set_off_lines=queries.payout_lines(set_offs),
        forms=_forms(bad, case),
        bad=bad,
        may=_may(case),
    )


def _forms(bad: Any, case: Any) -> dict[str, Any]:
    """A fresh form for each thing to do, and the refused one in its place."""
    notice = forms.NoticeForm(formdata=None, **_known(case))
    notice.ground.choices = [(each.value, each.label) for each in Ground]
    fresh: dict[str, Any] = {
        "notice": notice,
        "words": forms.WordsForm(formdata=None),
        "propose": forms.ProposeForm(formdata=None),
        "answer": forms.AnswerForm(
            formdata=None,
            principal=case.principal_minor,
            surcharge=case.surcharge_minor,
            interest=case.interest_minor,
        ),
        "instalments": forms.InstalmentsForm(formdata=None),
        "money": forms.MoneyForm(formdata=None, received_on=clock.today()),
        "set_off": set_off_form(case),
    }
    return {name: bad if type(bad) is type(form) else form for name, form in fresh.items()}


def set_off_form(case: Any, *, fresh: bool = True) -> forms.SetOffForm:
    """The form of a set-off, with the payouts that it may choose from. Fresh: with what is owed as its amount."""
    waiting = queries.payouts_to_set_off(case)
    left = queries.owed(case.id) - queries.unconfirmed_minor(case.id)
    first = {"amount": max(min(left, waiting[0].amount_minor), 0)} if waiting else {}
    form = forms.SetOffForm(formdata=None, **first) if fresh else forms.SetOffForm()
    form.payout.choices = [
        (each.id, f"{each.number} · {Money(each.amount_minor).text(language())}") for each in waiting
    ]
    return form


def _known(case: Any) -> dict[str, Any]:
    """What the notice of a case that came from an amended invoice can say already."""
    known = queries.amended_of_case(case)
    if known is None:
        return {}
    return {"ground": Ground.EXCESS.value, "clause": f"수정세금계산서 {known.number}", "since_on": known.paid_on}


def _may(case: Any) -> dict[str, bool]:
    me = viewer()
    return {
        "work": policies.may_work(me),
        "decide": policies.may_decide(me),
        "second": policies.is_another(me, case.proposed_by),
        "review": policies.is_another(me, case.decided_by),
        "speak": policies.may_speak(me, case) and case.opinion_due_on is not None,
        "object": policies.may_object(me, case) and case.answer is None,
        "agree": policies.may_object(me, case),
    }


@bp.get("/cases/<int:case_id>")
@login_required
def case(case_id: int) -> str:
    row = queries.find_case_seen_by(viewer(), case_id) or abort(404)
    allow(policies.may_see(viewer(), row))
    return case_page(case_id)


def tried(case_id: int, form: Any, deed: Callable[[], object], message: str) -> tuple[str, int] | BaseResponse:
    """Do it and go back to the page, or show the page again with what was refused."""
    if form.validate():
        try:
            with transaction():
                deed()
            flash(message, "success")
            return redirect(url_for("recovery.case", case_id=case_id), 303)
        except Refused as refusal:
            if refusal.status != 422:
                raise
            refuse_on(form, refusal)
    return case_page(case_id, form), 422


@bp.route("/new", methods=["GET", "POST"])
@login_required
def new_case() -> str | tuple[str, int] | BaseResponse:
    allow(policies.may_work(viewer()))
    form = forms.OpenForm()
    if form.is_submitted():
        status, case_id = make(form, lambda: _opened(form))
        if not status:
            flash(_("환수 건을 열었습니다. 사전통지를 보내기 전에는 기업에 알리지 않습니다."), "success")
            return redirect(url_for(".case", case_id=case_id), 303)
    page = render("recovery/new.html", form=form, report=False)
    return (page, 422) if form.is_submitted() else page


def _voucher_id(number: str) -> int:
    voucher = payments.find_voucher_by_number(number)
    if voucher is None:
        raise Refused(_("그런 번호의 바우처가 없습니다. 번호를 확인하세요."), field="voucher_number")
    return voucher.id


def _opened(form: forms.OpenForm) -> int:
    voucher_id = _voucher_id(form.voucher_number.data)
    number = normal_business_number(form.business_number.data)
    firm = next((each for each, _name in queries.firms_of_voucher(voucher_id) if queries.is_number(each, number)), None)
    if firm is None:
        raise Refused(
            _("이 바우처로 지원받거나 대금을 받은 기업이 아닙니다. 바우처 번호를 확인하세요."), field="business_number"
        )
    words = {"facts": form.facts.data, "principal_minor": form.principal.data or 0}
    return operations.open_case(voucher_id, firm, **words, by=viewer()).id


@bp.route("/report", methods=["GET", "POST"])
@login_required
def report() -> str | tuple[str, int] | BaseResponse:
    allow(policies.may_report(viewer()))
    form = forms.ReportForm()
    if form.is_submitted():
        status, case_id = make(form, lambda: _reported(form))
        if not status:
            flash(_("자진 신고를 받았습니다. 담당자가 살펴보고 알려드립니다."), "success")
            return redirect(url_for(".case", case_id=case_id), 303)
    page = render("recovery/new.html", form=form, report=True)
    return (page, 422) if form.is_submitted() else page


def _reported(form: forms.ReportForm) -> int:
    voucher_id = _voucher_id(form.voucher_number.data)
    words = {"body": form.facts.data, "principal_minor": form.principal.data or 0}
    return operations.report_oneself(voucher_id, **words, by=viewer()).id
