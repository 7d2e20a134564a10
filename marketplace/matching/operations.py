"""Verbs of matching: a firm says what it needs, suppliers quote, the firm chooses."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from marketplace.accounts.queries import are_related, is_barred
from marketplace.catalogue.queries import find_listing_seen_by, find_published_version
from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.forms import MAXIMUM
from marketplace.core.i18n import _
from marketplace.core.viewer import Viewer
from marketplace.evidence.operations import record
from marketplace.matching import queries
from marketplace.matching.models import Need, NeedState, Quote, QuoteState
from marketplace.matching.policies import may_choose, may_close, may_post, may_quote
from marketplace.notices.operations import notify
from marketplace.suppliers.queries import is_designated_anywhere

LONGEST_VALIDITY = timedelta(days=365)


@dataclass(frozen=True)
class Offer:
    """A supplier's price: `quantity` x `unit_price_minor` won, without VAT, good to the end of `valid_until`."""

    description: str
    unit_label: str
    quantity: int
    unit_price_minor: int
    lead_days: int
    valid_until: date
    no_subcontract: bool


def post_need(
    *,
    title: str,
    body: str,
    by: Viewer,
    budget_minor: int | None = None,
    needed_by: date | None = None,
    listing_id: int | None = None,
) -> Need:
    """Ask all designated suppliers for quotes, or, with a listing, the one that offers it."""
    if not may_post(by):
        raise NotYours(_("수요기업의 구성원만 요청을 올릴 수 있습니다."))
    if needed_by is not None and needed_by < clock.today():
        raise Refused(_("필요한 날은 오늘이거나 그 뒤여야 합니다."), field="needed_by")
    supplier_id = _supplier_of(listing_id, by) if listing_id is not None else None
    need = Need(
        organisation_id=by.organisation_id,
        supplier_id=supplier_id,
        listing_id=listing_id,
        title=title.strip(),
        body=body.strip(),
        budget_minor=budget_minor,
        needed_by=needed_by,
    )
    session.add(need)
    record("need:posted", need, by=by)
    if supplier_id is not None:
        notify(
            "need_posted",
            about=need.subject,
            organisation_id=supplier_id,
            buyer=by.organisation_name,
            title=need.title,
            needed_by=needed_by.isoformat() if needed_by else "",
        )
    return need


def close_need(need_id: int, *, by: Viewer) -> Need:
    """Take no more quotes; those that wait are declined."""
    need = locked(Need, need_id)
    if not may_close(by, need):
        raise NotYours(_("접수 중인 자기 기업의 요청만 마감할 수 있습니다."))
    _close(need)
    _decline_all(need, by=by)
    record("need:closed", need, by=by)
    return need


def send_quote(need_id: int, offer: Offer, *, by: Viewer) -> Quote:
    """Answer an open need with a price that binds to the end of its validity."""
    need = locked(Need, need_id)
    if not is_designated_anywhere(by.organisation_id):
        raise NotYours(_("지정 공급기업만 견적을 낼 수 있습니다. 먼저 공급기업 지정을 신청하세요."))
    if need.state != NeedState.OPEN:
        raise Refused(_("이미 마감된 요청입니다. 다른 요청을 찾아보세요."))
    if not may_quote(by, need, designated=True):
        raise NotYours(_("우리 기업에 온 요청에만 견적을 낼 수 있습니다."))
    supplier_id = by.organisation_id or 0
    if are_related(supplier_id, need.organisation_id):
        raise Refused(_("특수관계에 있는 기업의 요청에는 견적을 낼 수 없습니다."))
    if is_barred(supplier_id):
        raise Refused(_("참여가 제한된 동안에는 견적을 낼 수 없습니다. 제한 기간이 끝난 뒤 내세요."))
    _check(offer)
    quote = Quote(need_id=need.id, organisation_id=supplier_id, sent_by=by.person_id, **vars(offer))
    session.add(quote)
    record("quote:sent", quote, by=by, supply_minor=offer.quantity * offer.unit_price_minor)
    notify(
        "quote_sent",
        about=need.subject,
        organisation_id=need.organisation_id,
        supplier=by.organisation_name,
        title=need.title,
        supply_minor=offer.quantity * offer.unit_price_minor,
        valid_until=offer.valid_until.isoformat(),
    )
    return quote


def withdraw_quote(quote_id: int, *, by: Viewer) -> Quote:
    """Take a quote back before the buyer has decided."""
    quote, need = _both(quote_id)
    if quote.organisation_id != by.organisation_id or not by.is_supplier:
        raise NotYours(_("자기 기업의 견적만 철회할 수 있습니다."))
    quote.advance(to=QuoteState.WITHDRAWN)
    quote.decided_at = clock.now()
    record("quote:withdrawn", quote, by=by)
    _tell("quote_withdrawn", quote, need, need.organisation_id, supplier=by.organisation_name)
    return quote


def accept_quote(quote_id: int, *, by: Viewer) -> Quote:
    """Choose a quote: the others are declined and the need is closed. Orders are drafted from it."""
    quote, need = _chosen(quote_id, by)
    if quote.valid_until < clock.today():
        raise Refused(_("유효기간이 지난 견적입니다. 공급기업에 새 견적을 요청하세요."))
    if not is_designated_anywhere(quote.organisation_id):
        raise Refused(_("지금 지정된 공급기업이 아니어서 채택할 수 없습니다. 다른 견적을 고르세요."))
    quote.advance(to=QuoteState.ACCEPTED)
    quote.decided_at = clock.now()
    if need.state == NeedState.OPEN:
        _close(need)
    record("quote:accepted", quote, by=by, need_id=need.id)
    _tell("quote_accepted", quote, need, quote.organisation_id, buyer=by.organisation_name)
    _decline_all(need, by=by)
    return quote


def decline_quote(quote_id: int, *, by: Viewer) -> Quote:
    """Say no to one quote; the need stays open, and the supplier may send another."""
    quote, need = _chosen(quote_id, by)
    _decline(quote, need, by=by)
    return quote


def _chosen(quote_id: int, by: Viewer) -> tuple[Quote, Need]:
    quote, need = _both(quote_id)
    if need.organisation_id != by.organisation_id or not by.is_sme:
        raise NotYours(_("요청을 올린 기업만 견적을 고를 수 있습니다."))
    if not may_choose(by, quote, need):
        raise Refused(_("이미 처리된 견적입니다(%(state)s). 화면을 새로 고쳐 확인하세요.", state=quote.state.label))
    return quote, need


def _both(quote_id: int) -> tuple[Quote, Need]:
    """The need is locked before its quotes, by everybody, so that nobody waits in a circle."""
    known = session.get(Quote, quote_id)
    need = locked(Need, known.need_id if known else 0)
    return locked(Quote, quote_id), need


def _close(need: Need) -> None:
    need.advance(to=NeedState.CLOSED)
    need.closed_at = clock.now()


def _decline_all(need: Need, *, by: Viewer) -> None:
    for quote_id in queries.sent_quotes(need.id):
        _decline(locked(Quote, quote_id), need, by=by)


def _decline(quote: Quote, need: Need, *, by: Viewer) -> None:
    quote.advance(to=QuoteState.DECLINED)
    quote.decided_at = clock.now()
    record("quote:declined", quote, by=by)
    _tell("quote_declined", quote, need, quote.organisation_id, buyer=by.organisation_name)


def _supplier_of(listing_id: int, by: Viewer) -> int:
    listing = find_listing_seen_by(by, listing_id)
    if listing is None or find_published_version(listing_id) is None or listing.organisation_id is None:
        raise Refused(_("게시 중인 상품에만 견적을 요청할 수 있습니다. 다른 상품을 찾아보세요."))
    if not is_designated_anywhere(listing.organisation_id):
        raise Refused(_("이 상품의 공급기업은 지금 지정되어 있지 않습니다. 모든 지정 공급기업에 요청해 보세요."))
    if are_related(listing.organisation_id, by.organisation_id or 0):
        raise Refused(_("자기 기업이나 특수관계에 있는 기업에는 견적을 요청할 수 없습니다."))
    return listing.organisation_id


def _check(offer: Offer) -> None:
    if not offer.no_subcontract:
        raise Refused(_("재위탁 금지에 서약해야 견적을 낼 수 있습니다."), field="no_subcontract")
    if offer.quantity < 1 or offer.unit_price_minor < 1 or offer.lead_days < 0:
        raise Refused(_("수량과 단가는 1 이상이어야 합니다."), field="quantity")
    if offer.quantity * offer.unit_price_minor > MAXIMUM:
        raise Refused(_("수량과 단가를 곱한 금액이 너무 큽니다. 다시 확인하세요."), field="unit_price_minor")
    if offer.valid_until < clock.today():
        raise Refused(_("유효기간은 오늘이거나 그 뒤여야 합니다."), field="valid_until")
    if offer.valid_until > clock.today() + LONGEST_VALIDITY:
        raise Refused(_("유효기간은 1년을 넘을 수 없습니다."), field="valid_until")


def _tell(kind: str, quote: Quote, need: Need, organisation_id: int, **facts: Any) -> None:
    notify(kind, about=quote.subject, organisation_id=organisation_id, title=need.title, **facts)
