"""The final report: its page, handing it in, looking at it, and naming who grades."""

from typing import Any

from flask import abort, flash, redirect, url_for
from flask_login import login_required

from marketplace.accounts import queries as accounts
from marketplace.core.db import transaction
from marketplace.core.errors import Refused
from marketplace.core.i18n import _
from marketplace.core.web import allow, make, render, viewer
from marketplace.supervision import forms, gateway, operations, policies, queries
from marketplace.supervision.models import FinalReport, ReportState
from marketplace.supervision.views.blueprint import bp, done, download, seen_voucher

OPEN = (ReportState.DUE, ReportState.FIXING)


def _seen(report_id: int) -> FinalReport:
    row: FinalReport = queries.find_report_seen_by(viewer(), report_id) or abort(404)
    return row


@bp.post("/vouchers/<int:voucher_id>/report")
@login_required
def begin_report(voucher_id: int) -> Any:
    allow(policies.may_begin(viewer(), seen_voucher(voucher_id)))
    try:
        with transaction():
            report_id = operations.begin_report(voucher_id, by=viewer()).id
    except Refused as refusal:
        flash(str(refusal), "error")
        return redirect(url_for(".project", voucher_id=voucher_id), 303)
    return redirect(url_for(".report", report_id=report_id), 303)


def _page(report_id: int, bad: Any = None) -> str:
    report = _seen(report_id)
    versions = queries.versions_of(report.id)
    evaluation = queries.find_evaluation_of_voucher(report.voucher_id)
    may_work = policies.may_work(viewer())
    fresh: dict[str, Any] = {"report": _filled(versions), "words": forms.WordsForm(formdata=None)}
    fresh["later"] = forms.PutOffForm(formdata=None)
    naming = may_work and report.state == ReportState.ACCEPTED and evaluation is None
    fresh["judges"] = _judges_form(report, empty=True) if naming else None
    return render(
        "supervision/report.html",
        report=report,
        voucher=queries.voucher_of(report),
        firm=accounts.get_organisation(report.organisation_id),
        versions=versions,
        files=queries.files_of([each.id for each in versions]),
        evaluation=queries.find_evaluation_seen_by(viewer(), evaluation.id) if evaluation else None,
        may_write=policies.may_report(viewer(), report) and report.state in OPEN,
        may_put_off=may_work and report.state in OPEN,
        may_judge=may_work and report.state == ReportState.SUBMITTED,
        forms={name: bad if bad and type(bad) is type(form) else form for name, form in fresh.items()},
        bad=bad,
    )


def _filled(versions: Any) -> forms.ReportForm:
    """What was handed in last is where the next one begins."""
    last = versions[0] if versions else None
    words = {"used": last.used, "results": last.results, "plans": last.plans} if last else {}
    return forms.ReportForm(formdata=None, **words)


def _judges_form(report: FinalReport, *, empty: bool = False) -> forms.JudgesForm:
    form = forms.JudgesForm(formdata=None) if empty else forms.JudgesForm()
    judges = queries.judges_for(report.voucher_id)
    choices = [(each.person_id, f"{each.name} ({_('평가위원') if each.evaluator else _('담당자')})") for each in judges]
    form.first.choices = form.second.choices = choices
    return form


@bp.get("/reports/<int:report_id>")
@login_required
def report(report_id: int) -> str:
    _seen(report_id)
    allow(policies.may_list(viewer()))
    return _page(report_id)


@bp.post("/reports/<int:report_id>")
@login_required
def submit_report(report_id: int) -> Any:
    allow(policies.may_report(viewer(), _seen(report_id)))
    form = forms.ReportForm()
    words = {"used": form.used.data, "results": form.results.data, "plans": form.plans.data}
    status, _version = make(
        form,
        lambda files: operations.submit_report(report_id, **words, files=files, by=viewer()),
        first=lambda: gateway.keep_files(form.files.data or []),
    )
    if status:
        return _page(report_id, form), status
    flash(_("결과보고서를 냈습니다. 담당자가 검토한 뒤 알려 드립니다."), "success")
    return redirect(url_for(".report", report_id=report_id), 303)


@bp.post("/reports/<int:report_id>/fix")
@login_required
def fix_report(report_id: int) -> Any:
    _seen(report_id)
    allow(policies.may_work(viewer()))
    form, there = forms.WordsForm(), {"endpoint": ".report", "report_id": report_id}
    return done(
        form,
        lambda: operations.ask_fix(report_id, form.body.data, by=viewer()),
        _("보완을 요청했습니다."),
        lambda: _page(report_id, form),
        **there,
    )


@bp.post("/reports/<int:report_id>/due")
@login_required
def put_off_report(report_id: int) -> Any:
    _seen(report_id)
    allow(policies.may_work(viewer()))
    form, there = forms.PutOffForm(), {"endpoint": ".report", "report_id": report_id}
    return done(
        form,
        lambda: operations.put_off_report(report_id, form.due_on.data, form.reason.data, by=viewer()),
        _("기한을 늦추고 기업에 알렸습니다."),
        lambda: _page(report_id, form),
        **there,
    )


@bp.post("/reports/<int:report_id>/accept")
@login_required
def accept_report(report_id: int) -> Any:
    _seen(report_id)
    allow(policies.may_work(viewer()))
    form, there = forms.PressForm(), {"endpoint": ".report", "report_id": report_id}
    return done(
        form,
        lambda: operations.accept_report(report_id, by=viewer()),
        _("결과보고를 접수 완료했습니다. 이제 최종평가 위원을 지정하세요."),
        lambda: _page(report_id, form),
        **there,
    )


@bp.post("/reports/<int:report_id>/evaluation")
@login_required
def open_grading(report_id: int) -> Any:
    row = _seen(report_id)
    allow(policies.may_work(viewer()))
    form, there = _judges_form(row), {"endpoint": ".report", "report_id": report_id}
    return done(
        form,
        lambda: operations.open_grading(report_id, form.first.data, form.second.data, by=viewer()),
        _("두 평가위원에게 알렸습니다."),
        lambda: _page(report_id, form),
        **there,
    )


@bp.get("/reports/<int:report_id>/files/<int:report_file_id>")
@login_required
def report_file(report_id: int, report_file_id: int) -> Any:
    _seen(report_id)
    allow(policies.may_list(viewer()))
    file = queries.find_report_file(report_id, report_file_id) or abort(404)
    return download(file.sha256, file.name)
