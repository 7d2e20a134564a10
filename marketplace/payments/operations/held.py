"""A deposit whose receipt does not count any more is nobody's again."""

from marketplace.core.db import locked, session
from marketplace.core.viewer import Viewer
from marketplace.evidence.operations import record
from marketplace.payments import queries
from marketplace.payments.models import Deposit, DepositState, HeldFor, OwnShareReceipt


def hold_again(receipt: OwnShareReceipt, by: Viewer) -> None:
    """Hold the deposit behind a receipt that was rejected or reversed: the money is still at the bank."""
    deposit_id = queries.deposit_of_receipt(receipt.id)
    if deposit_id is None:
        return
    deposit = locked(Deposit, deposit_id)
    deposit.advance(to=DepositState.HELD)
    deposit.receipt_id, deposit.held_for, deposit.reason = None, HeldFor.TAKEN_BACK, None
    session.flush()
    record("deposit:held", deposit, by=by, held_for=HeldFor.TAKEN_BACK.value)
