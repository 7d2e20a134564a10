"""What an amendment that was allowed and signed does to an agreement. The room of amendments asks for the rights."""

from datetime import date

from sqlalchemy import func, select

from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import Refused
from marketplace.core.i18n import _
from marketplace.core.viewer import Viewer
from marketplace.evidence.operations import record
from marketplace.grants.models import Agreement, AgreementParty, AgreementState, Party
from marketplace.grants.operations.signing import tell_parties


def lock_signed(agreement_id: int) -> Agreement:
    """The agreement under its lock, if it is in force. Raises Refused."""
    agreement = locked(Agreement, agreement_id)
    if agreement.state != AgreementState.SIGNED or agreement.voucher_id is None:
        raise Refused(
            _("체결되어 있는 협약만 바꿀 수 있습니다(현재 %(state)s).", state=agreement.state.label),
            rule="changes.live",
        )
    return agreement


def replace_party(agreement_id: int, role: Party, organisation_id: int, *, by: Viewer) -> Agreement:
    """Another firm takes the place of the buyer or of the supplier."""
    agreement = lock_signed(agreement_id)
    old = session.scalars(
        select(AgreementParty).where(
            AgreementParty.agreement_id == agreement.id, AgreementParty.role == role, AgreementParty.left_at.is_(None)
        )
    ).one()
    locked(AgreementParty, old.id).left_at = clock.now()
    session.flush()
    last = select(func.max(AgreementParty.position)).where(AgreementParty.agreement_id == agreement.id)
    place = AgreementParty(
        agreement_id=agreement.id, role=role, organisation_id=organisation_id, position=(session.scalar(last) or 0) + 1
    )
    session.add(place)
    if role == Party.SUPPLIER:
        agreement.supplier_id = organisation_id
    else:
        agreement.organisation_id = organisation_id
    record("agreement:party_replaced", agreement, by=by, role=role.value, organisation_id=organisation_id)
    return agreement


def change_last_day(agreement_id: int, ends_on: date, *, by: Viewer) -> Agreement:
    """Let the agreement last until another day."""
    agreement = lock_signed(agreement_id)
    agreement.ends_on = ends_on
    record("agreement:last_day_changed", agreement, by=by)
    return agreement


def end_agreement(agreement_id: int, reason: str, *, by: Viewer) -> Agreement:
    """End an agreement in force, whatever became of its voucher. Its award stands: part of the money may be spent."""
    agreement = lock_signed(agreement_id)
    agreement.advance(to=AgreementState.TERMINATED)
    agreement.terminated_at = clock.now()
    agreement.termination_reason = reason
    record("agreement:terminated", agreement, by=by, reason=reason)
    tell_parties("agreement_terminated", agreement, number=agreement.number, reason=reason)
    return agreement
