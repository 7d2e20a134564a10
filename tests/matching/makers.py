"""Makers of needs and quotes, by the real operations."""

from datetime import timedelta
from typing import Any

from marketplace.core import clock
from marketplace.core.db import transaction
from marketplace.core.viewer import Viewer
from marketplace.matching.operations import Offer, accept_quote, post_need, send_quote


def make_need(sme: Viewer, **facts: Any) -> int:
    """An open need; returns its id."""
    values: dict[str, Any] = {
        "title": "매장 앞 유동 인구 자료",
        "body": "강남 매장 12곳 주변 300m의 시간대별 유동 인구가 필요합니다.",
        "budget_minor": 20_000_000,
        **facts,
    }
    with transaction():
        return post_need(by=sme, **values).id


def offer(**facts: Any) -> Offer:
    """What a supplier offers; `facts` replace single parts."""
    values: dict[str, Any] = {
        "description": "12개 지점 반경 300m, 시간대별 집계 CSV",
        "unit_label": "개월",
        "quantity": 12,
        "unit_price_minor": 1_200_000,
        "lead_days": 14,
        "valid_until": clock.today() + timedelta(days=30),
        "no_subcontract": True,
        **facts,
    }
    return Offer(**values)


def make_quote(need_id: int, supplier: Viewer, **facts: Any) -> int:
    """A quote that waits for the buyer; returns its id."""
    sent = offer(**facts)
    with transaction():
        return send_quote(need_id, sent, by=supplier).id


def make_accepted_quote(sme: Viewer, supplier: Viewer, *, listing_id: int | None = None, **facts: Any) -> int:
    """A quote of a designated supplier that the buyer has accepted; returns its id. `facts` are of the offer."""
    quote_id = make_quote(make_need(sme, listing_id=listing_id), supplier, **facts)
    with transaction():
        accept_quote(quote_id, by=sme)
    return quote_id
