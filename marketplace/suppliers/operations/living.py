"""A firm in the pool: falls dormant when it does nothing, wakes by one click, and replies to its figures."""

from datetime import timedelta

from marketplace.core import clock
from marketplace.core.db import locked
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _
from marketplace.core.viewer import SYSTEM, Viewer
from marketplace.evidence.operations import record
from marketplace.notices.operations import notify
from marketplace.suppliers.models import Designation, DesignationState
from marketplace.suppliers.policies import may_reply, may_wake
from marketplace.suppliers.queries import PUBLIC_STATES


def put_to_sleep(designation_id: int, days: int, *, by: Viewer = SYSTEM) -> bool:
    """Let a designated firm that did nothing for `days` fall dormant, and tell it. False where it is active after all."""
    designation = locked(Designation, designation_id)
    idle_since = clock.today() - timedelta(days=days)
    asleep = designation.dormant_since is not None or designation.last_active_on > idle_since
    if asleep or designation.state != DesignationState.DESIGNATED:
        return False
    designation.dormant_since = clock.today()
    record("designation:fell_dormant", designation, by=by, last_active_on=designation.last_active_on)
    notify(
        "designation_dormant",
        about=designation.subject,
        organisation_id=designation.organisation_id,
        days=days,
        last_active_on=designation.last_active_on.isoformat(),
    )
    return True


def wake(designation_id: int, *, by: Viewer) -> Designation:
    """A member of the firm says that it is there."""
    designation = locked(Designation, designation_id)
    if not may_wake(by, designation):
        raise NotYours(_("휴면은 그 공급기업의 구성원만 풀 수 있습니다."))
    if designation.dormant_since is None:
        raise Refused(_("휴면 상태가 아닙니다. 화면을 새로 고치세요."))
    designation.dormant_since, designation.last_active_on = None, clock.today()
    record("designation:woken", designation, by=by)
    return designation


def reply_to_figures(designation_id: int, text: str, *, by: Viewer) -> Designation:
    """Put the firm's own words under its figures, or take them away with an empty text; there is one reply, not a thread."""
    designation = locked(Designation, designation_id)
    if not may_reply(by, designation):
        raise NotYours(_("그 공급기업의 서명권자만 답글을 쓸 수 있습니다."))
    if designation.state not in PUBLIC_STATES:
        raise Refused(_("공급기업 명부에 공개된 뒤에 답글을 쓸 수 있습니다."))
    designation.reply = text.strip()
    designation.replied_at = clock.now() if designation.reply else None
    record("designation:replied", designation, by=by)
    return designation
