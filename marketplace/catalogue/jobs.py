"""What happens to samples by itself."""

from marketplace.catalogue import gateway, operations, queries
from marketplace.catalogue.operations import ShownTable
from marketplace.catalogue.rules import Problem
from marketplace.core.db import transaction
from marketplace.core.jobs import every

BATCH = 5


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
