"""What happens to settlement cases by itself."""

from marketplace.core.db import transaction
from marketplace.core.jobs import each_row, every
from marketplace.settlement import operations, queries


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
    """Suppliers whose invoice is due within a few working days are reminded, once."""
    moved = 0
    for order_id, due_on in queries.orders_to_remind():
        with transaction():
            moved += operations.remind_invoice(order_id, due_on)
    return moved
