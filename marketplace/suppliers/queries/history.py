"""What happened to a designation, in words: all of it to those inside, the public part to everybody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from marketplace.accounts.queries import people_names
from marketplace.core.i18n import N_, _
from marketplace.evidence.queries import events_about
from marketplace.suppliers.queries.pool import RegisterRow

INSIDE = {
    "designation:applied": (N_("지정 신청"), "info"),
    "designation:resubmitted": (N_("고쳐서 다시 신청"), "info"),
    "designation:review_begun": (N_("서류 검토 시작"), "neutral"),
    "designation:documents_passed": (N_("서류 검토 통과"), "success"),
    "designation:fix_requested": (N_("보완 요청"), "warning"),
    "designation:refused": (N_("반려"), "neutral"),
    "designation:capacity_changed": (N_("수행 인력 변경"), "neutral"),
    "designation:replied": (N_("실적에 답글"), "neutral"),
}
PUBLIC = {
    "designation:designated": (N_("지정"), "success"),
    "designation:suspended": (N_("지정 정지"), "warning"),
    "designation:revoked": (N_("지정 취소"), "danger"),
    "designation:fell_dormant": (N_("휴면"), "neutral"),
    "designation:woken": (N_("휴면 해제"), "success"),
    "designation:expired": (N_("기간 종료"), "done"),
}
WORDS = {**INSIDE, **PUBLIC}
"""Action -> how people call it, and its colour."""


@dataclass(frozen=True)
class Past:
    """One step, as components/timeline.html shows it; who and why stay inside."""

    title: str
    colour: str
    at: datetime
    by: str = ""
    text: str = ""


def history_of(designation_id: int) -> list[Past]:
    """The steps of a designation, newest first, with names and reasons: for the firm and for those who see everything.
    The caller has asked whether the reader may see them."""
    events = [each for each in events_about(f"designation:{designation_id}") if each.action in WORDS]
    names = people_names({each.actor_id for each in events if each.actor_id})
    return [
        Past(
            *_said(each.action),
            each.happened_at,
            names.get(each.actor_id or 0, _("자동 처리")),
            str(each.facts.get("reason") or ""),
        )
        for each in events
    ]


def public_history(rows: Sequence[RegisterRow]) -> list[Past]:
    """The public steps of a firm's designations, newest first: what and when and where, not who and why."""
    programmes = {f"designation:{row.id}": row.programme_name for row in rows}
    events = [each for each in events_about(*programmes) if each.action in PUBLIC]
    return [Past(*_said(each.action), each.happened_at, text=programmes[each.subject]) for each in events]


def _said(action: str) -> tuple[str, str]:
    word, colour = WORDS[action]
    return _(word), colour
