"""The list of projects, and one project with everything that was watched of it."""

from typing import Any

from flask import Response, request
from flask_login import login_required

from marketplace.accounts import queries as accounts
from marketplace.core.i18n import _
from marketplace.core.web import allow, csv_response, page_number, render, viewer, wants_csv
from marketplace.orders.models import PurchaseOrder
from marketplace.orders.queries import orders_of_voucher
from marketplace.papers import queries as papers
from marketplace.programmes.queries import get_ruleset
from marketplace.supervision import policies, queries
from marketplace.supervision.models import GradingState, ReportState
from marketplace.supervision.views.blueprint import bp, seen_voucher
from marketplace.vouchers.models import Voucher, VoucherState


@bp.get("")
@login_required
def index() -> str | Response:
    allow(policies.may_list(viewer()))
    step = request.args.get("step", "")
    if wants_csv():
        return _csv(step)
    return render(
        "supervision/index.html",
        page=queries.projects_page(viewer(), step=step, page=page_number()),
        step=step,
        steps=[*ReportState, *GradingState],
        sees_calls=policies.may_see_calls(viewer()),
    )


def _csv(step: str) -> Response:
    rows, number = [], 1
    while True:
        page = queries.projects_page(viewer(), step=step, page=number)
        rows += [
            (
                *(each.number, each.firm, each.voucher_state.label),
                *(each.report_state.label if each.report_state else "", each.due_on),
                *(each.grading_state.label if each.grading_state else "", each.grade.label if each.grade else ""),
                *(each.checks, each.visits),
            )
            for each in page.items
        ]
        number += 1
        if number > min(page.pages, 400):
            break
    columns = [_("바우처"), _("기업"), _("상태"), _("결과보고"), _("보고 기한"), _("최종평가"), _("등급")]
    return csv_response("supervision", [*columns, _("중간점검"), _("현장점검")], rows)


@bp.get("/vouchers/<int:voucher_id>")
@login_required
def project(voucher_id: int) -> str:
    voucher = seen_voucher(voucher_id)
    allow(policies.may_list(viewer()))
    suppliers = queries.suppliers_of(voucher.id)
    report, graded = queries.find_report_of_voucher(voucher.id), queries.find_evaluation_of_voucher(voucher.id)
    return render(
        "supervision/project.html",
        voucher=voucher,
        names=accounts.names_of({voucher.organisation_id, *suppliers}),
        suppliers=suppliers,
        orders=_orders(voucher),
        report=report,
        reads_report=report is not None and policies.may_read_report(viewer(), report),
        may_begin=report is None and policies.may_begin(viewer(), voucher) and queries.orders_are_over(voucher.id),
        graded=queries.find_evaluation_seen_by(viewer(), graded.id) if graded else None,
        checks=queries.checks_of_voucher(viewer(), voucher.id),
        visits=queries.visits_of(voucher.id, viewer()),
        closing=queries.closing_of_voucher(voucher.id),
        lacks=_lacks(voucher),
        papers=[each for each in papers.papers_about(viewer(), voucher.subject) if each.kind == "voucher_closing"],
        may_work=policies.may_work(viewer()),
    )


def _orders(voucher: Voucher) -> list[PurchaseOrder]:
    """The orders that were sent, the oldest first: all of them for the agency, a firm's own for a firm."""
    mine = viewer().organisation_id
    return [
        each
        for each in reversed(orders_of_voucher(voucher.id))
        if each.number and (viewer().sees_everything or mine in (each.organisation_id, each.supplier_id))
    ]


def _lacks(voucher: Voucher) -> dict[str, Any] | None:
    """What a closed voucher's project lacks, and the rule by which its closing note waits for it."""
    missing = queries.missing_of(voucher.id) if voucher.state == VoucherState.CLOSED else None
    if missing is None:
        return None
    rules = get_ruleset(voucher.ruleset_id)
    waits = missing in queries.awaited_by(rules)
    return {"words": missing.label, "rule": rules.rule("settlement.closing_after") if waits else ""}
