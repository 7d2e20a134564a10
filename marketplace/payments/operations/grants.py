"""Grants without a voucher: each approved step gets its payout, and hears that it was paid."""

from marketplace.core.db import session
from marketplace.core.viewer import SYSTEM, Viewer
from marketplace.evidence.operations import record
from marketplace.grants.operations import mark_grant_paid
from marketplace.payments import queries
from marketplace.payments.models import Payout, PayoutPart


def queue_grants(limit: int = 200, *, by: Viewer = SYSTEM) -> int:
    """Give each approved step of a grant its payout; the unique index keeps a second away. Returns how many."""
    steps = queries.grants_without_payout(limit)
    for step in steps:
        payout = Payout(
            programme_id=step.programme_id,
            grant_payment_id=step.id,
            payee_id=step.organisation_id,
            amount_minor=step.amount_minor,
        )
        session.add(payout)
        session.flush()
        record("payout:queued", payout, by=by, grant=step.number, amount_minor=step.amount_minor)
    return len(steps)


def end_grant(payout: Payout, *, by: Viewer) -> None:
    """What a payout was for is paid, where that is a step of a grant. What is paid again was paid before."""
    if payout.grant_payment_id is not None and payout.part == PayoutPart.MAIN:
        mark_grant_paid(payout.grant_payment_id, by=by)
