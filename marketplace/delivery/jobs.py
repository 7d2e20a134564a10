"""What happens to deliveries by itself."""

from flask import current_app

from marketplace.core import clock
from marketplace.core.db import session, transaction
from marketplace.core.errors import Problem
from marketplace.core.jobs import every
from marketplace.delivery import gateway, operations, queries
from marketplace.delivery.models import UploadState
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


@every("*/2 * * * * *", "delivery.fetch_uploads")
def fetch_uploads() -> int:
    """Fetch files from the stores of suppliers, with no transaction open while bytes come."""
    return sum(_fetch(upload_id) for upload_id in queries.uploads_to_fetch(TESTS))


def _fetch(upload_id: int) -> int:
    upload = queries.find_upload(upload_id)
    if upload is None or upload.source is None or upload.source_until is None:
        return 0
    wanted = gateway.Wanted(upload.id, upload.source, upload.bytes, upload.reached)
    over = upload.source_until <= clock.now()
    session.rollback()

    def take(begins_at: int, size: int, sha256: str) -> None:
        with transaction():
            operations.take_fetched(upload_id, begins_at=begins_at, size=size, sha256=sha256)

    allowed = [host.strip() for host in current_app.config["MARKETPLACE"].delivery_hosts.split(",")]
    try:
        if over:
            raise Problem(operations.OVER)
        return gateway.fetch_pieces(wanted, take, allowed)
    except Problem as problem:
        with transaction():
            final = problem.words in (*gateway.FINAL, operations.OVER)
            missed = operations.miss_fetch(upload_id, problem.words, problem.values, final=final)
            gone = missed.state == UploadState.FAILED
    if gone:
        gateway.clear(upload_id)
    return 1


@every("*/2 * * * * *", "delivery.join_uploads")
def join_uploads() -> int:
    """Put files that came in pieces together, and look whether they are what was promised."""
    return sum(_join(upload_id) for upload_id in queries.uploads_to_join(TESTS))


def _join(upload_id: int) -> bool:
    pieces = queries.parts_of(upload_id)
    session.rollback()
    digest = gateway.join(upload_id, pieces)
    with transaction():
        good = operations.finish_upload(upload_id, sha256=digest).state == UploadState.READY
    if good:
        gateway.forget(upload_id, set(pieces) - {digest})
    else:
        gateway.clear(upload_id)
    return True


@every("40 15 * * * *", "delivery.throw_away_uploads")
def throw_away_uploads() -> int:
    """Throw away what nobody went on with."""
    return sum(_throw_away(each) for each in queries.uploads_left(clock.now() - operations.PATIENCE, BATCH))


def _throw_away(upload_id: int) -> bool:
    with transaction():
        gone = operations.throw_away(upload_id)
    if gone:
        gateway.clear(upload_id)
    return gone
