"""Statements of suppliers and vouchers: on the page, as a file, and as a paper that can be checked."""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Response, abort, flash, redirect, request, url_for
from flask_login import login_required
from werkzeug.wrappers import Response as BaseResponse

from marketplace.accounts import queries as accounts
from marketplace.core import clock
from marketplace.core.db import transaction
from marketplace.core.i18n import _
from marketplace.core.web import LARGEST_ID, allow, csv_response, render, same_page, viewer, wants_csv
from marketplace.papers.models import Paper
from marketplace.payments import operations, policies, queries
from marketplace.payments.views.blueprint import bp
from marketplace.vouchers import queries as vouchers
from marketplace.vouchers.models import Voucher


def _period() -> tuple[date, date]:
    """The asked period; this year where none is asked or it makes no sense."""
    today = clock.today()
    try:
        since = date.fromisoformat(request.values.get("since") or f"{today.year}-01-01")
        until = date.fromisoformat(request.values.get("until") or today.isoformat())
    except ValueError:
        return date(today.year, 1, 1), today
    return (since, until) if date(2000, 1, 1) <= since <= until <= date(2100, 1, 1) else (date(today.year, 1, 1), today)


def _row(line: queries.StatementRow) -> tuple[object, ...]:
    move = line.movement
    paper = line.paper.number if line.paper else ""
    return (move.on, line.label, line.number, paper, move.plus, move.minus, move.moved, move.balance)


def _page(statement: queries.Statement, name: str, **more: Any) -> str | Response:
    if wants_csv():
        rows = [_row(each) for each in statement.lines]
        heads = [_("날짜"), _("내용"), _("번호"), _("문서"), _("늘어남"), _("줄어듦"), _("옮겨짐"), _("잔액")]
        first = (statement.since, _("기초 잔액"), "", "", "", "", "", statement.account.opening)
        last = (statement.until, _("기말 잔액"), "", "", "", "", "", statement.account.closing)
        return csv_response(f"statement-{statement.since}-{statement.until}", heads, [first, *rows, last])
    more |= {"csv_url": same_page(format="csv"), "may_print": policies.may_print(viewer())}
    return render("payments/statement.html", statement=statement, name=name, **more)


def _issued(work: Callable[[], Paper]) -> BaseResponse:
    with transaction():
        paper_id = work().id
    flash(_("명세서를 발급했습니다. 잠시 뒤 PDF를 받을 수 있습니다."), "success")
    return redirect(url_for("papers.show", paper_id=paper_id), 303)


def _seen_firm(organisation_id: int) -> Any:
    """The firm whose statement is asked for; hidden from whoever may not see it."""
    known = organisation_id <= LARGEST_ID and policies.may_see_statement(viewer(), organisation_id)
    return (accounts.find_organisation_seen_by(viewer(), organisation_id) if known else None) or abort(404)


@bp.get("/organisations/<int:organisation_id>/statement")
@login_required
def supplier_statement(organisation_id: int) -> str | Response:
    firm = _seen_firm(organisation_id)
    allow(policies.may_see_statement(viewer(), organisation_id))
    statement = queries.statement_of_supplier(viewer(), organisation_id, *_period())
    return _page(
        statement, firm.name, voucher=None, printing=url_for(".print_supplier", organisation_id=organisation_id)
    )


@bp.post("/organisations/<int:organisation_id>/statement")
@login_required
def print_supplier(organisation_id: int) -> BaseResponse:
    _seen_firm(organisation_id)
    allow(policies.may_print(viewer()))
    return _issued(lambda: operations.print_supplier_statement(organisation_id, *_period(), by=viewer()))


def _seen_voucher(voucher_id: int) -> Voucher:
    known = vouchers.find_voucher_seen_by(viewer(), voucher_id) if voucher_id <= LARGEST_ID else None
    return known or abort(404)


@bp.get("/vouchers/<int:voucher_id>/statement")
@login_required
def voucher_statement(voucher_id: int) -> str | Response:
    voucher = _seen_voucher(voucher_id)
    allow(policies.may_see_card(viewer(), voucher.organisation_id))
    statement = queries.statement_of_voucher(viewer(), voucher, *_period())
    return _page(statement, voucher.number, voucher=voucher, printing=url_for(".print_voucher", voucher_id=voucher_id))


@bp.post("/vouchers/<int:voucher_id>/statement")
@login_required
def print_voucher(voucher_id: int) -> BaseResponse:
    voucher = _seen_voucher(voucher_id)
    allow(policies.may_print(viewer()))
    return _issued(lambda: operations.print_voucher_statement(voucher, *_period(), by=viewer()))
