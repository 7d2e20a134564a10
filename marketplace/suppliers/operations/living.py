"""A firm in the pool: hires or loses people, falls dormant, wakes by one click, and replies to its figures."""

from datetime import timedelta

from marketplace.core import clock
from marketplace.core.db import locked
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _
from marketplace.core.viewer import SYSTEM, Viewer
from marketplace.evidence.operations import record
from marketplace.notices.operations import notify
from marketplace.suppliers.models import PROCESSING, Designation, DesignationState
from marketplace.suppliers.operations.reviewing import given, judged, refuse_wrong_state
from marketplace.suppliers.policies import may_reply, may_wake
from marketplace.suppliers.queries import PUBLIC_STATES, capacity_of
from marketplace.suppliers.rules import written_hundredths

CHANGEABLE = (DesignationState.DESIGNATED, DesignationState.SUSPENDED)


def change_capacity(designation_id: int, *, headcount: int, hundredths: int, reason: str, by: Viewer) -> Designation:
    """Register more or fewer people of a designated firm, on proof; never fewer person-months than its orders hold."""
    designation = judged(designation_id, by)
    refuse_wrong_state(designation, *CHANGEABLE)
    text = given(reason)
    held = capacity_of(designation.programme_id, [designation.organisation_id])[designation.organisation_id]
    if hundredths < held.booked_hundredths:
        raise Refused(
            _(
                "진행 중인 발주에 배정한 %(booked)s인월보다 적게 고칠 수 없습니다.",
                booked=written_hundredths(held.booked_hundredths),
            ),
            field="person_months",
        )
    if PROCESSING.intersection(designation.kinds) and (headcount < 1 or hundredths < 1):
        raise Refused(
            _("가공 서비스를 제공하려면 수행 인력 수와 투입할 수 있는 인월을 적으세요."), field="person_months"
        )
    designation.headcount, designation.capacity_hundredths = headcount, hundredths
    record("designation:capacity_changed", designation, by=by, reason=text)
    return designation


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
