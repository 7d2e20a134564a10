"""What happened to a designation, in words: all of it to those inside, the public part to everybody."""

from dataclasses import dataclass
from datetime import datetime

from marketplace.accounts.queries import people_names
from marketplace.core.i18n import N_, _
from marketplace.evidence.queries import events_about

INSIDE = {
    "designation:applied": (N_("지정 신청"), "info"),
    "designation:resubmitted": (N_("고쳐서 다시 신청"), "info"),
    "designation:review_begun": (N_("서류 검토 시작"), "neutral"),
    "designation:documents_passed": (N_("서류 검토 통과"), "success"),
    "designation:fix_requested": (N_("보완 요청"), "warning"),
    "designation:refused": (N_("반려"), "neutral"),
}
PUBLIC = {
    "designation:designated": (N_("지정"), "success"),
    "designation:suspended": (N_("지정 정지"), "warning"),
    "designation:revoked": (N_("지정 취소"), "danger"),
    "designation:expired": (N_("기간 종료"), "done"),
}
"""Action -> how people call it, and its colour."""


@dataclass(frozen=True)
class Past:
    """One step, as components/timeline.html shows it; who and why stay inside."""

    title: str
    colour: str
    at: datetime
    by: str = ""
    text: str = ""


def history_of(designation_id: int, *, inside: bool = False) -> list[Past]:
    """The steps of a designation, newest first. `inside`: for the firm and for those who see everything, with names and
    reasons; the caller has asked whether the reader may see them."""
    words = {**INSIDE, **PUBLIC} if inside else PUBLIC
    events = [each for each in events_about(f"designation:{designation_id}") if each.action in words]
    names = people_names({each.actor_id for each in events if each.actor_id}) if inside else {}
    return [
        Past(
            _(words[each.action][0]),
            words[each.action][1],
            each.happened_at,
            names.get(each.actor_id or 0, _("자동 처리")) if inside else "",
            str(each.facts.get("reason") or "") if inside else "",
        )
        for each in events
    ]
