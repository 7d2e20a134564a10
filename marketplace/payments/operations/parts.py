"""A payout that the room above holds, lowers by what its payee owes, and raises again. Money moves by postings of their own."""

from marketplace.core.db import locked, session
from marketplace.core.errors import Refused
from marketplace.core.i18n import _
from marketplace.core.viewer import Viewer
from marketplace.evidence.operations import record
from marketplace.ledger.operations import Move, post
from marketplace.payments.models import Payout, PayoutPart, PayoutState
from marketplace.payments.operations.grants import end_grant
from marketplace.settlement.operations import mark_paid, note_claimed, note_unclaimed


def hold_payout(payout_id: int, reason: str, *, by: Viewer) -> Payout:
    """Keep a waiting payout out of every batch until it is let go. One reason at a time."""
    payout = locked(Payout, payout_id)
    if payout.state != PayoutState.WAITING or payout.held_for is not None:
        raise Refused(
            _(
                "지급을 기다리고 다른 결정에 걸려 있지 않은 지급만 멈출 수 있습니다(현재 %(state)s).",
                state=payout.state.label,
            ),
            field="payout",
        )
    payout.held_for = reason
    record("payout:held", payout, by=by, reason=reason)
    return payout


def free_payout(payout_id: int, *, by: Viewer) -> Payout:
    """Let a held payout go into the next batch."""
    payout = locked(Payout, payout_id)
    payout.held_for = None
    record("payout:freed", payout, by=by)
    return payout


def set_off_payout(payout_id: int, recovery_case_id: int, amount_minor: int, *, by: Viewer) -> int:
    """Take what the payee owes off a waiting payout: a posting from what is due to it to what it owes. Returns which
    setting off of this payout it is, from 1. A payout of which nothing is left has ended, and its case is paid."""
    payout = locked(Payout, payout_id)
    if payout.state != PayoutState.WAITING or not 0 < amount_minor <= payout.amount_minor:
        raise Refused(
            _("이 지급에서 상계할 수 있는 금액이 아닙니다. 지급이 아직 기다리는 중인지, 금액이 맞는지 확인하세요."),
            field="amount",
        )
    if _is_main(payout):
        note_claimed([payout.settlement_case_id or 0])  # its approval stays: the money is used
    payout.held_for = None
    payout.set_offs += 1
    payout.set_off_minor += amount_minor
    left = payout.amount_minor - amount_minor
    _post("set_off", payout, recovery_case_id, amount_minor, payout.set_offs)
    if not left:
        payout.advance(to=PayoutState.SET_OFF)
    payout.amount_minor = left
    session.flush()
    if not left and _is_main(payout):
        mark_paid(payout.settlement_case_id or 0, by=by)
    if not left:
        end_grant(payout, by=by)
    record("payout:set_off", payout, by=by, amount_minor=amount_minor, left_minor=left)
    return payout.set_offs


def undo_set_off(payout_id: int, recovery_case_id: int, place: int, amount_minor: int, *, by: Viewer) -> None:
    """What was set off is due to the payee again: on the payout while that waits, else by another one."""
    payout = locked(Payout, payout_id)
    _post("reverse_set_off", payout, recovery_case_id, amount_minor, place)
    if payout.state == PayoutState.WAITING:
        payout.amount_minor += amount_minor
        payout.set_off_minor -= amount_minor
        let_go(payout)
    elif not payout.is_refund:  # own money is queued anew by the job of refunds
        session.add(
            Payout(
                programme_id=payout.programme_id,
                voucher_id=payout.voucher_id,
                settlement_case_id=payout.settlement_case_id,
                grant_payment_id=payout.grant_payment_id,
                payee_id=payout.payee_id,
                amount_minor=amount_minor,
                part=PayoutPart.AGAIN,
            )
        )
    session.flush()
    record("payout:set_off_undone", payout, by=by, amount_minor=amount_minor)


def let_go(payout: Payout) -> None:
    """A payout is in no bank file any more: its approval may be taken back, unless part of the money was set off."""
    if _is_main(payout) and not payout.set_off_minor:
        note_unclaimed(payout.settlement_case_id)


def _is_main(payout: Payout) -> bool:
    return payout.settlement_case_id is not None and payout.part == PayoutPart.MAIN


def _post(verb: str, payout: Payout, recovery_case_id: int, amount: int, place: int) -> None:
    holder = payout.holder_id
    ends = (holder, recovery_case_id) if verb == "set_off" else (recovery_case_id, holder)
    post(Move(f"{verb}_refund" if payout.is_refund else verb, *ends, amount), key=f"{payout.subject}:{verb}:{place}")
