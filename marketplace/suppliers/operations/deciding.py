"""What becomes of a designation: suspended, reinstated, revoked, ended with its programme."""

from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.i18n import _
from marketplace.core.viewer import SYSTEM, Viewer
from marketplace.evidence.operations import record
from marketplace.programmes.models import Programme
from marketplace.suppliers.models import Designation, DesignationState
from marketplace.suppliers.operations.reviewing import (
    decided,
    given,
    judged,
    refuse_unfit,
    refuse_wrong_state,
    tell,
)
from marketplace.suppliers.queries import has_ended


def suspend(designation_id: int, reason: str, *, by: Viewer) -> Designation:
    """Stop a designated firm from taking new orders until it is reinstated. Orders under way go on."""
    return _decide(designation_id, DesignationState.SUSPENDED, reason, DesignationState.DESIGNATED, by=by)


def reinstate(designation_id: int, reason: str, *, by: Viewer) -> Designation:
    """Lift a suspension."""
    return _decide(designation_id, DesignationState.DESIGNATED, reason, DesignationState.SUSPENDED, by=by)


def revoke(designation_id: int, reason: str, *, by: Viewer) -> Designation:
    """Put a firm out of the pool for good."""
    states = (DesignationState.DESIGNATED, DesignationState.SUSPENDED)
    return _decide(designation_id, DesignationState.REVOKED, reason, *states, by=by)


def end_with_programme(designation_id: int, *, by: Viewer = SYSTEM) -> None:
    """End a designation whose programme is over, and refuse an application that nobody decided in time; nothing happens
    where it has ended meanwhile."""
    designation = locked(Designation, designation_id)
    programme = session.get_one(Programme, designation.programme_id)
    if not has_ended(programme, clock.today()):
        return
    if designation.may_become(DesignationState.EXPIRED):
        designation.advance(to=DesignationState.EXPIRED)
        record("designation:expired", designation, by=by)
        tell(designation)
    elif designation.may_become(DesignationState.REFUSED):
        designation.advance(to=DesignationState.REFUSED)
        decided(designation, _("심사를 마치기 전에 사업이 끝났습니다."), by)


def _decide(
    designation_id: int, to: DesignationState, reason: str, *only_from: DesignationState, by: Viewer
) -> Designation:
    designation = judged(designation_id, by)
    refuse_wrong_state(designation, *only_from)
    text = given(reason)
    if to == DesignationState.DESIGNATED:
        refuse_unfit(designation.organisation_id)
        designation.last_active_on, designation.dormant_since = clock.today(), None
    designation.advance(to=to)
    decided(designation, text, by)
    return designation
