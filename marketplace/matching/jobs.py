"""What happens by itself: quotes are opened when their deadline has passed, signed pre-agreements become papers."""

from marketplace.core.jobs import each_row, every
from marketplace.matching import operations, queries


@every("*/10 * * * * *", "matching.open")
def open_quotes() -> int:
    """Break the seals whose time has come."""
    return each_row(queries.needs_to_open(), operations.open_quotes)


@every("*/15 * * * * *", "matching.papers")
def issue_papers() -> int:
    """Issue the papers of pre-agreements that both have signed."""
    return each_row(queries.pre_agreements_without_paper(), operations.issue_pre_agreement_paper)
