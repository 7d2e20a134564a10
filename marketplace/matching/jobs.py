"""What happens by itself: quotes are opened when their deadline has passed, signed pre-agreements become papers."""

import logging
from collections.abc import Callable, Sequence

from marketplace.core.db import transaction
from marketplace.core.errors import Refused
from marketplace.core.jobs import every
from marketplace.matching import operations, queries

log = logging.getLogger("marketplace.matching")


@every("*/10 * * * * *", "matching.open")
def open_quotes() -> int:
    """Break the seals whose time has come."""
    return _each(queries.needs_to_open(), operations.open_quotes)


@every("*/15 * * * * *", "matching.papers")
def issue_papers() -> int:
    """Issue the papers of pre-agreements that both have signed."""
    return _each(queries.pre_agreements_without_paper(), operations.issue_pre_agreement_paper)


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
