"""Makers of needs and quotes, by the real operations."""

from datetime import timedelta
from typing import Any

from marketplace.core import clock
from marketplace.core.db import session, transaction
from marketplace.core.viewer import Viewer
from marketplace.matching.jobs import open_quotes
from marketplace.matching.models import Need
from marketplace.matching.operations import (
    Offer,
    OfferLine,
    Wish,
    accept_quote,
    draft_need,
    post_draft,
    post_need,
    send_quote,
)

WHY = "필요한 항목을 모두 갖추고 값이 알맞습니다."


def make_draft(sme: Viewer, **facts: Any) -> int:
    """A need that nobody else has seen; returns its id."""
    values: dict[str, Any] = {
        "title": "매장 앞 유동 인구 자료",
        "body": "강남 매장 12곳 주변 300m의 시간대별 유동 인구가 필요합니다.",
        "budget_minor": 20_000_000,
        **facts,
    }
    with transaction():
        return draft_need(Wish(**values), by=sme).id


def make_need(sme: Viewer, **facts: Any) -> int:
    """A need open to all, or with `listing_id` asked of its supplier alone; returns its id."""
    values: dict[str, Any] = {
        "title": "매장 앞 유동 인구 자료",
        "body": "강남 매장 12곳 주변 300m의 시간대별 유동 인구가 필요합니다.",
        "budget_minor": 20_000_000,
        **facts,
    }
    with transaction():
        return post_need(by=sme, **values).id


def post(need_id: int, sme: Viewer, **facts: Any) -> None:
    """Post a draft."""
    with transaction():
        post_draft(need_id, by=sme, **facts)


def line(**facts: Any) -> OfferLine:
    """One position; `facts` replace single parts."""
    values: dict[str, Any] = {
        "description": "시간대별 유동 인구",
        "unit_label": "개월",
        "quantity": 12,
        "unit_price_minor": 1_200_000,
        **facts,
    }
    return OfferLine(**values)


def offer(**facts: Any) -> Offer:
    """What a supplier offers; `facts` replace single parts, those of a line the only line's."""
    of_line = {name: facts.pop(name) for name in ("unit_label", "quantity", "unit_price_minor") if name in facts}
    values: dict[str, Any] = {
        "description": "12개 지점 반경 300m, 시간대별 집계 CSV",
        "lines": (line(**of_line),),
        "lead_days": 14,
        "valid_until": clock.today() + timedelta(days=30),
        "no_subcontract": True,
        **facts,
    }
    return Offer(**values)


def make_quote(need_id: int, supplier: Viewer, **facts: Any) -> int:
    """A quote that waits, sealed where the need says so; returns its id."""
    sent = offer(**facts)
    with transaction():
        return send_quote(need_id, sent, by=supplier).id


def pass_deadline(need_id: int, clock_at: Any) -> None:
    """Business time goes on to the deadline of a need, and the job opens its quotes."""
    session.rollback()
    clock_at(session.get_one(Need, need_id).quotes_until)
    open_quotes()
    session.rollback()


def make_opened_quote(sme: Viewer, supplier: Viewer, clock_at: Any, **facts: Any) -> tuple[int, int]:
    """A need whose only quote has been opened; returns (need, quote). `facts` are of the offer."""
    need_id = make_need(sme)
    quote_id = make_quote(need_id, supplier, **facts)
    pass_deadline(need_id, clock_at)
    return need_id, quote_id


def accept(quote_id: int, sme: Viewer, **facts: Any) -> None:
    """Choose a quote."""
    with transaction():
        accept_quote(quote_id, **{"reason": WHY, **facts}, by=sme)
