"""Errors that people found in data."""

from typing import Any

from flask import abort, flash, redirect, url_for
from flask_login import login_required

from marketplace.catalogue import forms, operations, policies, queries
from marketplace.catalogue.models import Listing, ListingReport, ReportState
from marketplace.catalogue.views.reading import bp, seen_listing
from marketplace.core.db import spend_once
from marketplace.core.i18n import _
from marketplace.core.web import allow, attempt, render, viewer


@bp.get("/<int:listing_id>/reports")
def reports(listing_id: int) -> str:
    seen = seen_listing(listing_id)
    allow(policies.may_see(viewer(), seen))
    return reports_page(seen)


def reports_page(
    seen: Listing, form: forms.ReportForm | None = None, answering: forms.AnswerForm | None = None, number: int = 0
) -> str:
    may_report, may_answer = policies.may_report(viewer(), seen), policies.may_answer(viewer(), seen)
    found = queries.reports_of(seen.id)
    return render(
        "catalogue/reports.html",
        card=queries.card_of(seen, queries.version_of(seen.id, seen.published_version or 1)),
        listing=seen,
        reports=found,
        form=form or (forms.ReportForm(formdata=None) if may_report else None),
        answers={each.id: _answer_form(each, answering, number) for each in found} if may_answer else {},
        refused=answering or form,
    )


def _answer_form(report: ListingReport, typed: forms.AnswerForm | None, number: int) -> forms.AnswerForm | None:
    """A form for each report that still may be answered; the one that was just refused keeps what was typed."""
    if typed is not None and report.id == number:
        return typed
    choices = [state for state in ReportState if report.may_become(state)]
    return forms.AnswerForm(report.id, choices, formdata=None) if choices else None


@bp.post("/<int:listing_id>/reports")
@login_required
def report(listing_id: int) -> Any:
    allow(policies.may_report(viewer(), seen_listing(listing_id)))
    form = forms.ReportForm()

    def work() -> None:
        spend_once(form.once.data)
        operations.report_error(listing_id, part=form.part.data or "", body=form.body.data or "", by=viewer())

    if status := attempt(form, work):
        return reports_page(seen_listing(listing_id), form), status
    flash(_("신고를 받았습니다. 공급기업이 답하면 알려 드립니다."), "success")
    return redirect(url_for(".reports", listing_id=listing_id), 303)


@bp.post("/<int:listing_id>/reports/<int:report_id>/answer")
@login_required
def answer(listing_id: int, report_id: int) -> Any:
    seen = seen_listing(listing_id)
    allow(policies.may_answer(viewer(), seen))
    found = queries.find_report(seen.id, report_id) or abort(404)
    form = forms.AnswerForm(report_id, [state for state in ReportState if found.may_become(state)])

    def work() -> None:
        operations.answer_report(report_id, ReportState(form.state.data), form.answer.data or "", by=viewer())

    if status := attempt(form, work):
        return reports_page(seen_listing(listing_id), answering=form, number=report_id), status
    flash(_("답을 올렸습니다. 누구나 볼 수 있고, 신고한 기업에 알렸습니다."), "success")
    return redirect(url_for(".reports", listing_id=listing_id), 303)
