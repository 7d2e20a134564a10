"""Pages of settlement by month: sums of each, one month by supplier and voucher, and closing it."""

from datetime import date

from flask import Response, abort, flash, redirect, url_for
from flask_login import login_required
from werkzeug.wrappers import Response as BaseResponse

from marketplace.core import clock
from marketplace.core.db import transaction
from marketplace.core.errors import Refused
from marketplace.core.i18n import _, in_language
from marketplace.core.web import LARGEST_ID, allow, csv_response, render, viewer, wants_csv
from marketplace.programmes import queries as programmes
from marketplace.programmes.models import Programme
from marketplace.settlement import operations, policies, queries
from marketplace.settlement.views.blueprint import bp


def _programme(programme_id: int) -> Programme:
    known = {row.id: row for row in programmes.programmes()} if programme_id <= LARGEST_ID else {}
    return known.get(programme_id) or abort(404)


def _month(year: int, month: int) -> date:
    if not (2000 <= year <= 2999 and 1 <= month <= 12):
        abort(404)
    return date(year, month, 1)


@bp.get("/months")
@login_required
def months() -> str:
    allow(policies.may_see_clock(viewer()))
    years = [(row, queries.months(row.id)) for row in programmes.programmes()]
    return render("settlement/months.html", years=years, in_language=in_language)


def _show_month(programme_id: int, first: date, refusal: str = "") -> str:
    programme = _programme(programme_id)
    rows = queries.month_rows(programme.id, first)
    closed = next((each.closed for each in queries.months(programme.id) if each.month == first), None)
    return render(
        "settlement/month.html",
        programme=programme,
        month=first,
        rows=rows,
        sums=queries.month_sums(rows),
        closed=closed,
        intact=closed is None or closed.content_sha256 == queries.month_hash(rows),
        may_close=policies.may_decide(viewer()) and closed is None and first < clock.today().replace(day=1),
        refusal=refusal,
    )


@bp.get("/months/<int:programme_id>/<int:year>/<int:month>")
@login_required
def month(programme_id: int, year: int, month: int) -> str | Response:
    allow(policies.may_see_clock(viewer()))
    first = _month(year, month)
    if not wants_csv():
        return _show_month(programme_id, first)
    columns = [
        _("정산 번호"),
        _("공급기업"),
        _("바우처"),
        _("지원금"),
        _("자부담"),
        _("부가가치세"),
        _("합계 금액"),
        _("불인정"),
    ]
    rows = [
        (row.number, row.supplier, row.voucher, row.support_minor, row.own_minor, row.vat_minor, row.total_minor, row.cut_minor)
        for row in queries.month_rows(_programme(programme_id).id, first)
    ]  # fmt: skip
    return csv_response(f"settlement-{first:%Y-%m}", columns, rows)


@bp.post("/months/<int:programme_id>/<int:year>/<int:month>/close")
@login_required
def close_month(programme_id: int, year: int, month: int) -> tuple[str, int] | BaseResponse:
    allow(policies.may_decide(viewer()))
    first = _month(year, month)
    programme_id = _programme(programme_id).id
    try:
        with transaction():
            operations.close_month(programme_id, first, by=viewer())
        flash(_("%(month)s을 마감했습니다.", month=f"{first:%Y-%m}"), "success")
        return redirect(url_for(".month", programme_id=programme_id, year=first.year, month=first.month), 303)
    except Refused as refusal:
        return _show_month(programme_id, first, str(refusal)), 422
