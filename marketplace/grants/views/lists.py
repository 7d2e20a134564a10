"""Lists of this room as files."""

from flask import Response

from marketplace.core import clock
from marketplace.core.i18n import _
from marketplace.core.web import csv_response, viewer
from marketplace.grants import queries


def applications_csv(narrowed: queries.ApplicationFilter) -> Response:
    """The list of applications, narrowed as the page was."""
    columns = [
        _("접수번호"),
        _("공고"),
        _("기업"),
        _("과제"),
        _("유형"),
        _("공급기업"),
        _("기업 규모"),
        _("청년기업"),
        _("비수도권"),
    ]
    columns += [_("과제 총액"), _("신청 지원금"), _("선정 지원금"), _("누적 지원금"), _("상태"), _("접수 시각")]
    rows = (
        (
            *(row.receipt_number, row.call, row.firm, row.title, row.kind, row.supplier, row.size_class.label),
            *(_("예") if row.youth else "", _("예") if row.regional else ""),
            *(row.total_minor, row.support_minor, row.awarded_minor, row.running_minor, row.state.label),
            f"{row.submitted_at.astimezone(clock.SEOUL):%Y-%m-%d %H:%M:%S}" if row.submitted_at else "",
        )
        for row in queries.applications_page(viewer(), narrowed, size=20_000).items
    )
    return csv_response("applications", columns, rows)
