"""Who may no longer be paid although it was approved: what was looked at on the way is looked at once more at the batch."""

from collections.abc import Collection, Sequence

from sqlalchemy import or_, select

from marketplace.accounts.models import Relation
from marketplace.core import clock
from marketplace.core.db import session
from marketplace.core.errors import Refused
from marketplace.grants.operations import check_standing
from marketplace.payments.models import Payout, PayoutState
from marketplace.programmes import queries as programmes
from marketplace.programmes.rules import Ruleset, declarations_asked
from marketplace.vouchers.models import Voucher

RELATED, UNDECLARED = "related", "undeclared"


def not_standing(payouts: Sequence[Payout]) -> dict[int, str]:
    """Payout -> why it waits: buyer and supplier are related by now, or the firm's last word on how it stands has failed
    or run out. Only support for work; a firm's own money goes back in any case. Two statements, and a few for each
    voucher whose rules ask for declarations."""
    owed = [payout for payout in payouts if payout.settlement_case_id is not None]
    if not owed:
        return {}
    rows = session.execute(
        select(Voucher.id, Voucher.ruleset_id, Voucher.organisation_id).where(
            Voucher.id.in_({payout.voucher_id for payout in owed})
        )
    ).all()
    rulesets = {row.ruleset_id: programmes.get_ruleset(row.ruleset_id) for row in rows}
    buyers = {row.id: row.organisation_id for row in rows if rulesets[row.ruleset_id].relations.related_blocks.value}
    asked = {row.id: rulesets[row.ruleset_id] for row in rows if declarations_asked(rulesets[row.ruleset_id])}
    pairs = _related({payout.payee_id for payout in owed if payout.voucher_id in buyers})
    fallen = {voucher_id for voucher_id, ruleset in asked.items() if _has_fallen(voucher_id, ruleset)}
    found = {payout.id: UNDECLARED for payout in owed if payout.voucher_id in fallen}
    return found | {
        payout.id: RELATED for payout in owed if (buyers.get(payout.voucher_id or 0), payout.payee_id) in pairs
    }


def _related(payees: Collection[int]) -> set[tuple[int, int]]:
    """Pairs with one of these firms that are related today, both ways round."""
    if not payees:
        return set()
    day = clock.today()
    rows = session.execute(
        select(Relation.from_id, Relation.to_id).where(
            or_(Relation.from_id.in_(payees), Relation.to_id.in_(payees)),
            Relation.from_on <= day,
            or_(Relation.until_on.is_(None), Relation.until_on >= day),
        )
    ).all()
    return {(one, other) for one, other in rows} | {(other, one) for one, other in rows}


def _has_fallen(voucher_id: int, ruleset: Ruleset) -> bool:
    try:
        check_standing(voucher_id, ruleset)
    except Refused:
        return True
    return False


def waiting_not_standing(limit: int = 500) -> list[tuple[Payout, str]]:
    """The waiting payouts that the next batch would leave out for this, with the reason; among the oldest so many."""
    statement = select(Payout).where(Payout.state == PayoutState.WAITING, Payout.settlement_case_id.is_not(None))
    payouts = session.scalars(statement.order_by(Payout.id).limit(limit)).all()
    why = not_standing(payouts)
    return [(payout, why[payout.id]) for payout in payouts if payout.id in why]
