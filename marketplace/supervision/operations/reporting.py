"""The final report: asked for, handed in, handed back, accepted."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select

from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _
from marketplace.core.viewer import SYSTEM, Role, Viewer
from marketplace.evidence.operations import record
from marketplace.notices.operations import notify
from marketplace.programmes.queries import get_ruleset
from marketplace.supervision import policies, queries
from marketplace.supervision.models import FinalReport, FinalReportFile, FinalReportVersion, ReportState
from marketplace.supervision.rules import KeptFile, report_sha256, terms
from marketplace.vouchers.models import Voucher


def ask_report(voucher_id: int, *, by: Viewer = SYSTEM) -> FinalReport:
    """Ask the firm for its final report once its orders are over. Due so many days later as its ruleset says."""
    voucher = locked(Voucher, voucher_id)
    if not queries.orders_are_over(voucher.id):
        raise Refused(_("끝나지 않은 발주가 있거나 완료한 발주가 없어 결과보고를 할 때가 아닙니다."))
    days = get_ruleset(voucher.ruleset_id).settlement.report_days.value
    report = FinalReport(
        voucher_id=voucher.id,
        organisation_id=voucher.organisation_id,
        due_on=clock.today() + timedelta(days=days),
    )
    session.add(report)
    session.flush()
    record("final_report:asked", report, by=by, voucher=voucher.number, due_on=report.due_on)
    notify(
        "final_report_asked",
        about=report.subject,
        organisation_id=voucher.organisation_id,
        voucher=voucher.number,
        due_on=report.due_on.isoformat(),
    )
    return report


def begin_report(voucher_id: int, *, by: Viewer) -> FinalReport:
    """The firm reports before its voucher has run out."""
    if not policies.may_begin(by, locked(Voucher, voucher_id)):
        raise NotYours(_("바우처를 가진 기업만 결과보고를 할 수 있습니다."))
    return ask_report(voucher_id, by=by)


def submit_report(
    report_id: int, *, used: str, results: str, plans: str, files: Sequence[KeptFile] = (), by: Viewer
) -> FinalReportVersion:
    """Hand the report in, or again after it was handed back. What was handed in once is kept as it is."""
    report = locked(FinalReport, report_id)
    if not policies.may_report(by, report):
        raise NotYours(_("바우처를 가진 기업만 결과보고를 할 수 있습니다."))
    report.advance(to=ReportState.SUBMITTED)
    statement = select(func.coalesce(func.max(FinalReportVersion.number), 0))
    before = session.scalar(statement.where(FinalReportVersion.report_id == report.id)) or 0
    version = FinalReportVersion(
        report_id=report.id,
        number=before + 1,
        used=used,
        results=results,
        plans=plans,
        sha256=report_sha256(used, results, plans, files),
        submitted_by=by.person_id,
    )
    session.add(version)
    session.flush()
    session.add_all(
        FinalReportFile(version_id=version.id, name=each.name, kind=each.kind, bytes=each.bytes, sha256=each.sha256)
        for each in files
    )
    record("final_report:submitted", report, by=by, version=version.number, sha256=version.sha256)
    voucher = queries.voucher_of(report)
    notify("final_report_submitted", about=report.subject, role=Role.PROGRAMME_OFFICER, voucher=voucher.number)
    return version


def ask_fix(report_id: int, reason: str, *, by: Viewer) -> FinalReport:
    """Hand a report back and say what is missing."""
    report = _judged(report_id, by)
    report.advance(to=ReportState.FIXING)
    report.fix_reason, report.decided_by = reason, by.person_id
    record("final_report:handed_back", report, by=by, reason=reason)
    _tell("final_report_fix", report, reason=reason, due_on=report.due_on.isoformat())
    return report


def accept_report(report_id: int, *, by: Viewer) -> FinalReport:
    """Take a report as complete; the final evaluation can begin."""
    report = _judged(report_id, by)
    report.advance(to=ReportState.ACCEPTED)
    report.decided_by, report.accepted_at = by.person_id, clock.now()
    record("final_report:accepted", report, by=by)
    _tell("final_report_accepted", report)
    return report


def put_off_report(report_id: int, due_on: date, reason: str, *, by: Viewer) -> FinalReport:
    """Give a firm longer for its report, with the reason; not for ever."""
    report = _judged(report_id, by)
    if report.state not in (ReportState.DUE, ReportState.FIXING):
        raise Refused(
            _("제출을 기다리는 결과보고의 기한만 늦출 수 있습니다(현재 %(state)s).", state=report.state.label)
        )
    last = clock.today() + timedelta(days=terms().extension_days)
    if not max(report.due_on, clock.today()) < due_on <= last:
        raise Refused(
            _("지금 기한과 오늘보다 뒤, %(last)s까지의 날짜를 고르세요.", last=last.isoformat()), field="due_on"
        )
    report.due_on = due_on
    record("final_report:put_off", report, by=by, reason=reason, due_on=due_on)
    _tell("final_report_put_off", report, reason=reason, due_on=due_on.isoformat())
    return report


def _judged(report_id: int, by: Viewer) -> FinalReport:
    if not policies.may_work(by):
        raise NotYours(_("사업 담당자만 결과보고를 검토할 수 있습니다."))
    return locked(FinalReport, report_id)


def _tell(kind: str, report: FinalReport, **facts: Any) -> None:
    voucher = queries.voucher_of(report)
    notify(kind, about=report.subject, organisation_id=report.organisation_id, voucher=voucher.number, **facts)
