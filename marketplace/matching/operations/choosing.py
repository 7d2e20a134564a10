"""The firm chooses, with a reason that is kept, and everybody who quoted is told."""

from marketplace.core import clock
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _
from marketplace.core.viewer import Viewer
from marketplace.evidence.operations import record
from marketplace.matching import queries
from marketplace.matching.models import Need, NeedState, Occasion, Quote, QuoteState
from marketplace.matching.operations.ending import decline, decline_all, tell
from marketplace.matching.operations.quotes import both
from marketplace.matching.operations.shortlists import keep_shortlist
from marketplace.matching.policies import may_choose
from marketplace.matching.rules.quotes import needs_two
from marketplace.suppliers.queries import is_designated_anywhere

SHORTEST_REASON = 5


def accept_quote(quote_id: int, *, reason: str, single_source: str = "", by: Viewer) -> Quote:
    """Choose a quote: all that was seen is locked, the others are declined and told why. Orders are drafted from it.

    Above the amount for which two quotes are asked, `single_source` says why one was enough.
    """
    quote, need = _chosen(quote_id, by)
    if quote.valid_until < clock.today():
        raise Refused(_("유효기간이 지난 견적입니다. 공급기업에 새 견적을 요청하세요."))
    if not is_designated_anywhere(quote.organisation_id):
        raise Refused(_("지금 지정된 공급기업이 아니어서 채택할 수 없습니다. 다른 견적을 고르세요."))
    if len(reason.strip()) < SHORTEST_REASON:
        raise Refused(_("고른 까닭을 적으세요. 다른 공급기업에 그대로 전달됩니다."), field="reason")
    _check_quotes(quote, need, single_source)
    need.reason, need.single_source = reason.strip(), single_source.strip()
    quote.advance(to=QuoteState.ACCEPTED)
    quote.decided_at = clock.now()
    keep_shortlist(need, Occasion.CHOSEN, chosen=quote.id, by=by)
    if need.state == NeedState.OPEN:
        need.advance(to=NeedState.OPENED)
        need.opened_at = clock.now()
    need.advance(to=NeedState.CHOSEN)
    need.closed_at = clock.now()
    record("quote:accepted", quote, by=by, need_id=need.id, reason=need.reason, single_source=need.single_source)
    tell("quote_accepted", quote, need, quote.organisation_id, buyer=by.organisation_name)
    decline_all(need, need.reason, by=by)
    return quote


def decline_quote(quote_id: int, *, reason: str = "", by: Viewer) -> Quote:
    """Say no to one quote; where nothing was sealed the supplier may send another."""
    quote, need = _chosen(quote_id, by)
    decline(quote, need, reason.strip(), by=by)
    return quote


def _chosen(quote_id: int, by: Viewer) -> tuple[Quote, Need]:
    quote, need = both(quote_id)
    if need.organisation_id != by.organisation_id or not by.is_sme:
        raise NotYours(_("요청을 올린 기업만 견적을 고를 수 있습니다."))
    if quote.state == QuoteState.SENT and quote.opened_at is None:
        raise Refused(_("견적 마감 전에는 아무도 견적을 열어 볼 수 없습니다."))
    if not may_choose(by, quote, need):
        raise Refused(_("이미 처리된 견적입니다(%(state)s). 화면을 새로 고쳐 확인하세요.", state=quote.state.label))
    return quote, need


def _check_quotes(quote: Quote, need: Need, single_source: str) -> None:
    """Above an amount two quotes are compared, or it is written down why one was enough."""
    opened = queries.opened_count(need.id)
    limit = queries.two_quotes_above(need.organisation_id)
    if limit is None:
        return
    if needs_two(quote.supply_minor or 0, opened, limit.above_minor) and len(single_source.strip()) < SHORTEST_REASON:
        raise Refused(
            _(
                "%(amount)s원을 넘는 계약은 견적을 두 건 이상 비교해야 합니다. 한 건으로 정하려면 그 까닭을 적으세요.",
                amount=f"{limit.above_minor:,}",
            ),
            field="single_source",
            rule=limit.rule,
        )
