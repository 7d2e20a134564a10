"""What happens by itself: calls close, applications are judged, calls are decided, papers are issued.

Each row is a transaction of its own; a row that another worker holds is refused as Busy and found again next time.
"""

from marketplace.core.jobs import each_row, every
from marketplace.grants import operations, queries


@every("*/10 * * * * *", "grants.close")
def close_calls() -> int:
    """Close the calls whose deadline has come."""
    return each_row(queries.calls_to_close(), operations.close_call)


@every("*/3 * * * * *", "grants.judge")
def judge_applications() -> int:
    """Judge what was submitted, in order of receipt."""
    return each_row(queries.applications_to_judge(), operations.judge_application)


@every("*/15 * * * * *", "grants.decide")
def decide_calls() -> int:
    """Mark closed calls as decided when nothing of them waits."""
    return each_row(queries.calls_to_decide(), operations.decide_call)


@every("*/5 * * * * *", "grants.papers")
def issue_papers() -> int:
    """Issue the letters of new awards and the signature records of newly signed agreements."""
    letters = each_row(queries.awards_without_letter(), operations.issue_award_letter)
    return letters + each_row(queries.agreements_without_record(), operations.issue_signature_record)


@every("*/5 * * * * *", "grants.receipts")
def issue_receipts() -> int:
    """Issue the receipts of submitted applications as papers, in order of receipt."""
    return each_row(queries.applications_without_receipt(), operations.issue_receipt)


@every("*/5 * * * * *", "grants.amendments")
def tell_amendments() -> int:
    """Tell applicants of amendments, a transaction each."""
    pairs = dict(enumerate(queries.applicants_to_tell()))
    return each_row(list(pairs), lambda place: operations.tell_amendment(*pairs[place]))


@every("0 */5 * * * *", "grants.fixes")
def lapse_fixes() -> int:
    """Let fix requests end whose day is over."""
    return each_row(queries.fixes_to_lapse(), operations.lapse_fix)
