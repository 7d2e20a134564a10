"""What happens by itself: calls close, applications are judged, calls are decided, papers are issued.

Each row is a transaction of its own; a row that another worker holds is refused as Busy and found again next time.
"""

import logging
from collections.abc import Callable, Sequence

from marketplace.core.db import transaction
from marketplace.core.errors import Refused
from marketplace.core.jobs import every
from marketplace.grants import operations, queries

log = logging.getLogger("marketplace.grants")


@every("*/10 * * * * *", "grants.close")
def close_calls() -> int:
    """Close the calls whose deadline has come."""
    return _each(queries.calls_to_close(), operations.close_call)


@every("*/3 * * * * *", "grants.judge")
def judge_applications() -> int:
    """Judge what was submitted, in order of receipt."""
    return _each(queries.applications_to_judge(), operations.judge_application)


@every("*/15 * * * * *", "grants.decide")
def decide_calls() -> int:
    """Mark closed calls as decided when nothing of them waits."""
    return _each(queries.calls_to_decide(), operations.decide_call)


@every("*/5 * * * * *", "grants.papers")
def issue_papers() -> int:
    """Issue the letters of new awards and the papers of newly signed agreements."""
    letters = _each(queries.awards_without_letter(), operations.issue_award_letter)
    return letters + _each(queries.agreements_without_paper(), operations.issue_agreement_paper)


def _each(found: Sequence[int], verb: Callable[[int], object]) -> int:
    """Do `verb` to every row; one that refuses does not hold up the others."""
    moved = 0
    for identity in found:
        try:
            with transaction():
                verb(identity)
            moved += 1
        except Refused as refusal:
            log.warning("%s(%s): %s", verb.__name__, identity, refusal)
    return moved
