"""The public asks the register, and tells of firms that pretend to be in it."""

from marketplace.core.db import session
from marketplace.core.errors import NotYours
from marketplace.core.i18n import _
from marketplace.core.viewer import Role, Viewer, origin
from marketplace.evidence.operations import record
from marketplace.notices.operations import notify
from marketplace.suppliers.models import ImpostorReport, RegisterCheck
from marketplace.suppliers.policies import may_report


def note_check(business_number: str, *, found: bool) -> None:
    """Write down that this address asked about a number."""
    session.add(RegisterCheck(address=origin.get().address, business_number=business_number, found=found))


def report_impostor(business_number: str, words: str, contact: str = "", *, by: Viewer) -> ImpostorReport:
    """Tell the officers of a firm that sells with the voucher and is not in the pool. Anybody may, without a name."""
    if not may_report(by):
        raise NotYours(_("감사인은 신고 대신 감사 지적을 남깁니다."))
    report = ImpostorReport(
        business_number=business_number, words=words.strip(), contact=contact.strip(), address=origin.get().address
    )
    session.add(report)
    record("impostor_report:made", report, by=by, business_number=business_number)
    notify(
        "impostor_reported",
        about=report.subject,
        role=Role.PROGRAMME_OFFICER,
        number=business_number,
        words=report.words,
        contact=report.contact,
    )
    return report
