"""What happened to an order, in words."""

from dataclasses import dataclass
from datetime import datetime

from marketplace.accounts.queries import people_names
from marketplace.core.i18n import N_, _
from marketplace.evidence.queries import events_about
from marketplace.orders.models import PurchaseOrder

WORDS = {
    "purchase_order:drafted": (N_("발주서를 작성함"), "neutral"),
    "purchase_order:changed": (N_("발주서 수정"), "neutral"),
    "purchase_order:line_added": (N_("품목 추가"), "neutral"),
    "purchase_order:line_changed": (N_("품목 수정"), "neutral"),
    "purchase_order:line_removed": (N_("품목 삭제"), "neutral"),
    "purchase_order:split_into_milestones": (N_("단계로 나눔"), "neutral"),
    "purchase_order:approval_asked": (N_("결재 올림"), "info"),
    "purchase_order:approval_returned": (N_("결재 반려"), "warning"),
    "purchase_order:submitted": (N_("발주 제출, 금액 예약"), "info"),
    "purchase_order:accepted": (N_("공급기업 수락"), "success"),
    "purchase_order:declined": (N_("공급기업 거절, 예약 해제"), "danger"),
    "purchase_order:cancelled": (N_("취소, 예약 해제"), "danger"),
    "purchase_order:amended": (N_("발주 변경, 차액 반영"), "warning"),
    "purchase_order:delivered": (N_("납품"), "info"),
    "purchase_order:inspected": (N_("검수"), "success"),
    "purchase_order:used": (N_("사용량 차감"), "success"),
    "purchase_order:closed": (N_("완료, 남은 예약 해제"), "done"),
}
"""Action -> how people call it, and its colour."""


@dataclass(frozen=True)
class Past:
    """One thing that happened, as the timeline shows it."""

    title: str
    at: datetime
    by: str
    text: str
    colour: str


def history_of(order: PurchaseOrder) -> list[Past]:
    """The known events of an order, the newest first; two statements. The caller has asked whether it may be seen."""
    events = [event for event in events_about(order.subject) if event.action in WORDS]
    names = people_names({event.actor_id for event in events if event.actor_id})
    return [
        Past(
            _(WORDS[event.action][0]),
            event.happened_at,
            names.get(event.actor_id or 0, _("자동 처리")),
            str(event.facts.get("reason") or ""),
            WORDS[event.action][1],
        )
        for event in events
    ]
