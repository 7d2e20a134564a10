"""What happens to deliveries by itself."""

from marketplace.catalogue.rules.tables import Problem
from marketplace.core.db import session, transaction
from marketplace.core.jobs import every
from marketplace.delivery import gateway, operations, queries
from marketplace.delivery.rules.criteria import read
from marketplace.orders.queries import get_order

BATCH = 100
TESTS = 5


@every("*/5 * * * * *", "delivery.issue_certificates")
def issue_certificates() -> int:
    """Issue the certificates of what was accepted, one transaction each."""
    return sum(_issue(acceptance_id) for acceptance_id in queries.acceptances_without_paper(BATCH))


def _issue(acceptance_id: int) -> bool:
    with transaction():
        return operations.issue_certificate(acceptance_id)


@every("20 */10 * * * *", "delivery.escalate")
def escalate() -> int:
    """Tell of inspections that are overdue."""
    return sum(_escalate(delivery_id) for delivery_id in queries.deliveries_to_escalate(BATCH))


def _escalate(delivery_id: int) -> bool:
    with transaction():
        return operations.escalate(delivery_id)


@every("25 */10 * * * *", "delivery.miss_rework")
def miss_rework() -> int:
    """Tell of what was not handed over again in time."""
    return sum(_miss(delivery_id) for delivery_id in queries.reworks_to_escalate(BATCH))


def _miss(delivery_id: int) -> bool:
    with transaction():
        return operations.miss_rework(delivery_id)


@every("*/2 * * * * *", "delivery.test")
def run_tests() -> int:
    """Read what was handed over against its criteria: outside of any transaction, since reading may take minutes."""
    return sum(_test(test_id) for test_id in queries.tests_to_run(TESTS))


def _test(test_id: int) -> bool:
    with transaction():
        test = operations.begin_test(test_id)
        delivery_id, criteria = (test.delivery_id, read(test.terms)) if test else (0, None)
    if criteria is None:
        return True
    order = get_order(queries.get_delivery(delivery_id).order_id)
    files, shown = queries.kept_files(delivery_id), queries.shown_sample(order)
    session.rollback()

    def tick(percent: int) -> None:
        with transaction():
            operations.note_percent(test_id, percent)

    found = gateway.measured(files, criteria, shown, tick)
    with transaction():
        operations.finish_test(test_id, [each.stored() for each in found.findings], found.tables)
    return True


@every("*/2 * * * * *", "delivery.draw_labels")
def draw_labels() -> int:
    """Draw the label samples that were asked for."""
    return sum(_draw(sample_id) for sample_id in queries.samples_to_draw(TESTS))


def _draw(sample_id: int) -> bool:
    with transaction():
        sample = operations.begin_draw(sample_id)
        asked = (sample.delivery_id, sample.strata, sample.seed) if sample else None
    if asked is None:
        return True
    delivery_id, strata, seed = asked
    test = queries.find_test(delivery_id)
    files = queries.kept_files(delivery_id)
    terms = test.terms if test else {}
    session.rollback()
    try:
        heading, rows, population = gateway.draw(files, read(terms), strata, seed)
    except Problem as problem:
        with transaction():
            operations.fail_draw(sample_id, problem.words, problem.values)
        return True
    with transaction():
        operations.fill_sample(sample_id, heading, rows, population)
    return True
