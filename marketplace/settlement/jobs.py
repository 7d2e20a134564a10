"""What happens to settlement cases by itself."""

import logging

from marketplace.core.db import session, transaction
from marketplace.core.errors import Refused
from marketplace.core.jobs import each_row, every
from marketplace.settlement import gateway, operations, queries
from marketplace.settlement.models import IssueState
from marketplace.settlement.rules import ISSUED, SENT

log = logging.getLogger("marketplace.settlement")


@every("*/10 * * * * *", "settlement.statements")
def issue_statements() -> int:
    """Issue the statements of approved cases, one transaction each."""
    ids = queries.cases_without_paper()
    for case_id in ids:
        with transaction():
            operations.issue_statement(case_id)
    return len(ids)


@every("20 */5 * * * *", "settlement.lapse_cuts")
def lapse_cuts() -> int:
    """Cuts that no supplier answered in time stand from now on."""
    return each_row(queries.cuts_to_lapse(), operations.lapse_disallowance)


@every("40 */10 * * * *", "settlement.escalate")
def escalate() -> int:
    """Cases that the agency itself has kept too long are told to the programme's officers, once."""
    return each_row(queries.cases_to_escalate(), operations.escalate)


@every("50 5 * * * *", "settlement.remind_invoices")
def remind_invoices() -> int:
    """Suppliers whose invoice is due within a few working days are reminded, once; the agency is told what was missed."""
    moved = 0
    for order_id, due_on in queries.orders_to_remind():
        with transaction():
            moved += operations.remind_invoice(order_id, due_on)
    for order_id, due_on in queries.orders_missed():
        with transaction():
            moved += operations.tell_missed(order_id, due_on)
    return moved


@every("*/5 * * * * *", "settlement.issue")
def issue_invoices() -> int:
    """Ask the provider to issue or cancel what suppliers asked for, with no transaction open, then enter what is issued."""
    if not gateway.is_configured():
        return 0
    moved = 0
    for issue_id in queries.issues_to_send():
        with transaction():
            mine = operations.note_trying(issue_id)
        moved += mine and send_issue(issue_id)
    for issue_id in queries.issues_to_enter():
        moved += _enter(issue_id)
    return moved


def send_issue(issue_id: int) -> bool:
    """One invoice at the provider. A lost answer is found again by its key; a no is kept; silence is tried again."""
    state, number, key, content = queries.provider_facts(issue_id)
    session.rollback()  # nothing is open while we wait
    try:
        if state == IssueState.CANCELLING:
            seen = gateway.cancel(number, key, "")
            gone = seen is None or seen.code not in (ISSUED, SENT)
            with transaction():
                if gone:
                    operations.note_cancelled(issue_id)
                return gone
        issued = gateway.issue(number, content)
        with transaction():
            operations.note_issued(issue_id, issued)
    except gateway.GatewayRefused as refusal:
        with transaction():
            (operations.note_not_cancelled if state == IssueState.CANCELLING else operations.note_issue_refused)(
                issue_id, str(refusal)
            )
    except gateway.GatewayError as error:
        log.warning("invoice_issue %s: %s", issue_id, error)
        with transaction():
            operations.note_problem(issue_id, str(error))
        return False
    return True


def _enter(issue_id: int) -> bool:
    """What no longer matches stays issued, and says why; its supplier cancels or amends it."""
    try:
        with transaction():
            operations.enter_issued(issue_id)
        return True
    except Refused as refusal:
        with transaction():
            operations.note_problem(issue_id, str(refusal))
        return False


@every("30 */2 * * * *", "settlement.follow_issued")
def follow_issued() -> int:
    """Ask the provider how far issued invoices are, and say which the tax service does not have in time."""
    seen = 0
    for issue_id in queries.issues_to_follow() if gateway.is_configured() else []:
        _state, number, key, _content = queries.provider_facts(issue_id)
        session.rollback()
        try:
            found = gateway.look(number, key)
        except gateway.GatewayError as error:
            log.warning("invoice_issue %s: %s", issue_id, error)
            continue
        if found is not None:
            with transaction():
                operations.note_seen(issue_id, found)
            seen += 1
    each_row(queries.issues_unsent(), operations.tell_unsent)
    return seen
