"""What happens in the catalogue by itself: samples are looked at, open data is taken in."""

from flask import current_app

from marketplace.catalogue import gateway, operations, queries
from marketplace.catalogue.operations import ShownTable
from marketplace.catalogue.rules import Problem
from marketplace.core.db import session, transaction
from marketplace.core.jobs import every

BATCH = 5
PAGES = 20
SEARCHES = 100


@every("*/2 * * * * *", "catalogue.look_at_samples")
def look_at_samples() -> int:
    """Read the uploads that wait: outside of any transaction, since reading may take many seconds."""
    return sum(_look(sample_id) for sample_id in queries.samples_waiting(BATCH))


def _look(sample_id: int) -> bool:
    with transaction():
        sample = operations.begin_sample(sample_id)
        name, sha256 = (sample.name, sample.sha256) if sample else ("", "")
    if sample is None:
        return True
    try:
        shown = [
            ShownTable(**vars(each.profile), sha256=each.sha256, byte_size=each.size)
            for each in gateway.looked_at(sha256, name)
        ]
    except Problem as problem:
        with transaction():
            operations.refuse_sample(sample_id, problem.words, problem.values)
        return True
    with transaction():
        operations.show_sample(sample_id, shown)
    return True


@every("*/10 * * * * *", "catalogue.settle_uploads")
def settle_uploads() -> int:
    """Take uploads out of quarantine once they were looked at: a clean one is kept, any other removed. An upload that
    waits a second time under the same hash stays until that one was looked at too."""
    return sum(_settle(*each) for each in queries.uploads_to_settle(BATCH))


def _settle(sample_id: int, sha256: str, clean: bool) -> bool:
    gateway.settle_upload(sha256, keep=clean)
    with transaction():
        operations.note_settled(sample_id, kept=clean)
    return True


@every("20 */10 * * * *", "catalogue.tell_saved_searches")
def tell_saved_searches() -> int:
    """Look once a day for what is new for each saved search, and write one letter where something is."""
    due = queries.searches_due(SEARCHES)
    for search_id in due:
        saved = queries.find_search(search_id)
        if saved is None:
            continue
        words, filters = queries.wanted_by(saved)
        session.rollback()  # a transaction does not wait while the analyser of words is loaded
        found = queries.having(words, filters)
        with transaction():
            operations.tell_fresh(search_id, found, home=current_app.config["MARKETPLACE"].public_url)
    return len(due)


@every("0 30 18 * * *", "catalogue.start_harvests")
def start_harvests() -> int:
    """Begin with the sources that are taken in each night (half past three in Seoul)."""
    due = queries.sources_due(BATCH)
    for source_id in due:
        with transaction():
            operations.start_run(source_id)
    return len(due)


@every("*/5 * * * * *", "catalogue.harvest")
def work_on_harvests() -> int:
    """Go on with what is under way, some pages at a time."""
    return sum(work_on(run_id, pages=PAGES) for run_id in queries.runs_to_work_on(BATCH))


def work_on(run_id: int, *, pages: int) -> int:
    """Take in at most so many pages of one run, each in a transaction of its own, with no transaction open while they
    are fetched. Returns how many steps were made; a run that cannot go on is stopped with a sentence."""
    with transaction():
        run = operations.claim_run(run_id)
        source = queries.find_source(run.source_id) if run else None
        place = gateway.Place(source.kind.value, source.url, run.cursor) if run and source else None
    if place is None:
        return 0
    allowed = [host.strip() for host in current_app.config["MARKETPLACE"].harvest_hosts.split(",")]
    for step in range(pages):
        try:
            rows, following = gateway.page(place, allowed)
        except Problem as problem:
            with transaction():
                operations.stop_run(run_id, problem)
            return step + 1
        with transaction():
            operations.take_page(run_id, rows, following)
        if not following:
            return step + 1
        place = gateway.Place(place.kind, place.url, following)
    with transaction():
        operations.release_run(run_id)
    return pages
