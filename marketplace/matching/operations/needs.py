"""A firm says what it needs, whom it asks, and when it ends."""

from dataclasses import dataclass
from datetime import date, timedelta

from marketplace.catalogue.models import ListingKind, PersonalData
from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _
from marketplace.core.viewer import Viewer
from marketplace.evidence.operations import record
from marketplace.matching import queries
from marketplace.matching.models import Audience, Need, NeedState, Occasion
from marketplace.matching.operations.asking import supplier_of, tell_posted
from marketplace.matching.operations.ending import decline_all
from marketplace.matching.operations.shortlists import keep_shortlist
from marketplace.matching.policies import may_close, may_edit, may_post

USUAL_DAYS, LONGEST_DAYS = 7, 90


@dataclass(frozen=True)
class Wish:
    """What a need says. Amounts in won without VAT; `formats` in capitals, `purposes` values of Purpose."""

    title: str
    body: str
    kind: ListingKind | None = None
    topics: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    region: str = ""
    period_from: date | None = None
    period_to: date | None = None
    volume: int | None = None
    personal_data: PersonalData = PersonalData.NONE
    budget_minor: int | None = None
    needed_by: date | None = None


def draft_need(wish: Wish, *, listing_id: int | None = None, by: Viewer) -> Need:
    """Write a need down; with a listing it will be asked of its supplier alone. Nobody else sees it yet."""
    if not may_post(by):
        raise NotYours(_("수요기업의 구성원만 요청을 올릴 수 있습니다."))
    _check(wish)
    supplier_id = supplier_of(listing_id, by) if listing_id is not None else None
    need = Need(
        organisation_id=by.organisation_id,
        supplier_id=supplier_id,
        listing_id=listing_id,
        audience=Audience.ALL if supplier_id is None else Audience.ONE,
        state=NeedState.DRAFT,
        **_columns(wish),
    )
    session.add(need)
    record("need:drafted", need, by=by)
    return need


def change_need(need_id: int, wish: Wish, *, by: Viewer) -> Need:
    """Say it differently, as long as nobody has been asked."""
    need = locked(Need, need_id)
    if not may_edit(by, need):
        raise NotYours(_("올리기 전의 자기 기업 요청만 고칠 수 있습니다."))
    _check(wish)
    for name, value in _columns(wish).items():
        setattr(need, name, value)
    record("need:changed", need, by=by)
    return need


def post_draft(
    need_id: int,
    *,
    audience: Audience = Audience.ALL,
    questions_until: date | None = None,
    quotes_until: date | None = None,
    by: Viewer,
) -> Need:
    """Ask for quotes until the end of `quotes_until`, for questions until the end of `questions_until`.

    What was found and ranked at this moment is locked. Where one supplier alone is asked there is nothing to seal.
    """
    need = locked(Need, need_id)
    if not may_edit(by, need):
        raise NotYours(_("올리기 전의 자기 기업 요청만 올릴 수 있습니다."))
    _check_day(need.needed_by)
    invited = queries.invitations_of(need.id)
    if need.audience != Audience.ONE:
        if audience == Audience.INVITED and not invited:
            raise Refused(_("초대할 공급기업을 하나 이상 고르거나, 모두에게 공개하세요."), field="audience")
        need.audience = audience
        _set_deadlines(need, questions_until, quotes_until)
    need.advance(to=NeedState.OPEN)
    need.posted_at = clock.now()
    record("need:posted", need, by=by, audience=need.audience.value)
    if need.audience != Audience.ONE:
        keep_shortlist(need, Occasion.POSTED, by=by)
    asked = {need.supplier_id} if need.supplier_id else {each.supplier_id for each in invited}
    for supplier_id in sorted(asked):
        tell_posted(need, supplier_id, by)
    return need


def post_need(
    *,
    title: str,
    body: str,
    by: Viewer,
    budget_minor: int | None = None,
    needed_by: date | None = None,
    listing_id: int | None = None,
    quotes_until: date | None = None,
) -> Need:
    """Ask all designated suppliers for quotes at once, or, with a listing, the one that offers it."""
    wish = Wish(title=title, body=body, budget_minor=budget_minor, needed_by=needed_by)
    need = draft_need(wish, listing_id=listing_id, by=by)
    return post_draft(need.id, quotes_until=quotes_until, by=by)


def close_need(need_id: int, *, reason: str = "", unsuitable: bool = False, by: Viewer) -> Need:
    """End a need without a choice; the firms that quoted are told why.

    Before the opening it is withdrawn, and its quotes stay sealed for ever. After it, it was unsuccessful where no quote
    was suitable, or else it is cancelled.
    """
    need = locked(Need, need_id)
    if not may_close(by, need):
        raise NotYours(_("끝나지 않은 자기 기업의 요청만 마감할 수 있습니다."))
    if need.state != NeedState.DRAFT and queries.sent_quotes(need.id) and not reason.strip():
        raise Refused(_("마감하는 까닭을 적으세요. 견적을 낸 공급기업에 그대로 전달됩니다."), field="reason")
    end = NeedState.UNSUCCESSFUL if unsuitable else NeedState.CANCELLED
    need.advance(to=end if need.state == NeedState.OPENED else NeedState.WITHDRAWN)
    need.closed_at, need.reason = clock.now(), reason.strip()
    decline_all(need, reason.strip(), by=by)
    record(f"need:{need.state.value}", need, by=by)
    return need


def _columns(wish: Wish) -> dict[str, object]:
    texts = {"title": wish.title.strip(), "body": wish.body.strip(), "region": wish.region.strip()}
    lists = {name: list(getattr(wish, name)) for name in ("topics", "purposes", "formats")}
    return {**vars(wish), **texts, **lists}


def _check(wish: Wish) -> None:
    _check_day(wish.needed_by)
    if wish.period_from and wish.period_to and wish.period_from > wish.period_to:
        raise Refused(_("기간의 끝이 처음보다 앞섭니다. 날짜를 확인하세요."), field="period_to")


def _check_day(needed_by: date | None) -> None:
    if needed_by is not None and needed_by < clock.today():
        raise Refused(_("필요한 날은 오늘이거나 그 뒤여야 합니다."), field="needed_by")


def _set_deadlines(need: Need, questions_until: date | None, quotes_until: date | None) -> None:
    today = clock.today()
    last = quotes_until or today + timedelta(days=USUAL_DAYS)
    questions = questions_until or today + (last - today) // 2
    if last < today:
        raise Refused(_("견적 마감은 오늘이거나 그 뒤여야 합니다."), field="quotes_until")
    if last > today + timedelta(days=LONGEST_DAYS):
        raise Refused(_("견적은 %(days)s일 안에 마감하세요.", days=LONGEST_DAYS), field="quotes_until")
    if not today <= questions <= last:
        raise Refused(_("질문 마감은 오늘부터 견적 마감까지 사이여야 합니다."), field="questions_until")
    if need.needed_by is not None and last > need.needed_by:
        raise Refused(_("견적 마감이 필요한 날보다 늦습니다. 앞당기세요."), field="quotes_until")
    need.questions_until, need.quotes_until = clock.end_of_day(questions), clock.end_of_day(last)
