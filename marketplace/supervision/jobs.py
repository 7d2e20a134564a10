"""What supervision does by itself: asks for reports, lets grades stand that nobody objected to, notes closings."""

from marketplace.core.jobs import each_row, every
from marketplace.supervision import operations, queries


@every("20 * * * * *", "supervision.ask_reports")
def ask_reports() -> int:
    """Ask firms whose voucher and orders are over for their final reports."""
    return each_row(queries.vouchers_to_ask(), operations.ask_report)


@every("35 * * * * *", "supervision.confirm_grades")
def confirm_grades() -> int:
    """Let grades count whose time for an objection is over."""
    return each_row(queries.evaluations_to_confirm(), operations.confirm_grade)


@every("5 15 * * * *", "supervision.remind")
def remind() -> int:
    """Remind firms of what is due within a few days, and tell the agency too of what was missed."""
    reports, checks = queries.to_remind()
    return each_row(reports, operations.remind_report) + each_row(checks, operations.remind_check)


@every("50 * * * * *", "supervision.note_closings")
def note_closings() -> int:
    """Issue the closing note of each closed voucher."""
    return each_row(queries.vouchers_to_note(), operations.note_closing)
