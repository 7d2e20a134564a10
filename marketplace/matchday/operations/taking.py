"""What the firms of a day do: rank, confirm, withdraw."""

from collections.abc import Sequence
from typing import Any

from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _
from marketplace.core.viewer import Role, Viewer
from marketplace.evidence.operations import record
from marketplace.matchday import queries
from marketplace.matchday.models import (
    DayState,
    MatchingDay,
    MatchingDayEntry,
    MatchingDayPair,
    MatchingDayRanking,
    MatchingDayRound,
    MatchingDaySeat,
    PairState,
    RoundState,
)
from marketplace.matchday.operations.rounds import book, give_back, require_side
from marketplace.matchday.policies import may_rank, speaks_for
from marketplace.matchday.rules.solving import MOST_RANKED
from marketplace.notices.operations import notify

Side = MatchingDayEntry | MatchingDaySeat


def rank(side: type[Side], side_id: int, ranked: Sequence[int], *, by: Viewer) -> MatchingDayRanking:
    """Say whom a need, or a supplier, would rather have: ids of the other side, the most wanted first."""
    known: Any = session.get(side, side_id)
    day = locked(MatchingDay, known.day_id if known else 0)
    ours = locked(side, side_id)
    if not speaks_for(by, ours):
        raise NotYours(_("자기 기업의 순위만 낼 수 있습니다."))
    if not may_rank(by, day, ours) or (day.rankings_until and day.rankings_until < clock.today()):
        raise Refused(_("지금은 순위를 받지 않습니다. 마감일을 확인하세요."))
    if len(set(ranked)) != len(ranked) or len(ranked) > MOST_RANKED:
        raise Refused(_("같은 기업을 두 번 고를 수 없고 %(most)s개까지 고를 수 있습니다.", most=MOST_RANKED))
    if set(ranked) - queries.allowed_for(ours):
        raise Refused(_("배정할 수 없는 상대가 들어 있습니다. 목록에서 다시 고르세요."))
    made = MatchingDayRanking(day_id=day.id, ranked=list(ranked), ranked_by=by.person_id or 0)
    made.entry_id = ours.id if isinstance(ours, MatchingDayEntry) else None
    made.seat_id = ours.id if isinstance(ours, MatchingDaySeat) else None
    session.add(made)
    record("matching_day_ranking:said", made, by=by, many=len(ranked))
    return made


def confirm_pair(pair_id: int, *, by: Viewer) -> MatchingDayPair:
    """Say yes for one's firm. With the second yes the pair holds, and the supplier's people are set aside."""
    day, pair, entry, seat = _answered(pair_id, by)
    mine = "need_confirmed_at" if speaks_for(by, entry) else "supplier_confirmed_at"
    if pair.state != PairState.PROPOSED or getattr(pair, mine) is not None:
        raise Refused(_("이미 답한 짝입니다(%(state)s). 화면을 새로 고쳐 확인하세요.", state=pair.state.label))
    setattr(pair, mine, clock.now())
    if pair.need_confirmed_at is not None and pair.supplier_confirmed_at is not None:
        pair.advance(to=PairState.CONFIRMED)
        book(day, pair, seat.organisation_id)
    record("matching_day_pair:confirmed", pair, by=by)
    _tell("matchday_confirmed", day, entry, seat, by)
    return pair


def withdraw_pair(pair_id: int, reason: str, *, leaves: bool, by: Viewer) -> MatchingDayPair:
    """Say no, also after a yes. The pair is never made again; with `leaves` the firm takes no part in further rounds."""
    day, pair, entry, seat = _answered(pair_id, by)
    if not reason.strip():
        raise Refused(_("사유를 적으세요. 상대 기업과 사업 담당자가 봅니다."), field="reason")
    pair.advance(to=PairState.WITHDRAWN)
    pair.withdrawn_by, pair.reason = by.organisation_id, reason.strip()
    give_back(pair, by=by)
    if leaves:
        side = entry if speaks_for(by, entry) else seat
        side.left_at = side.left_at or clock.now()
    record("matching_day_pair:withdrawn", pair, by=by, leaves=leaves)
    _tell("matchday_withdrawn", day, entry, seat, by)
    notify(
        "matchday_withdrawn",
        about=day.subject,
        role=Role.PROGRAMME_OFFICER,
        title=day.title,
        firm=by.organisation_name,
    )
    return pair


def _answered(pair_id: int, by: Viewer) -> tuple[MatchingDay, MatchingDayPair, MatchingDayEntry, MatchingDaySeat]:
    """The day, then the pair, each under its lock: an officer who publishes the next round locks the day first too."""
    known = session.get(MatchingDayPair, pair_id)
    found = session.get(MatchingDayRound, known.round_id) if known else None
    day = locked(MatchingDay, found.day_id if found else 0)
    pair = locked(MatchingDayPair, pair_id)
    entry = locked(MatchingDayEntry, pair.entry_id)
    if pair.seat_id is None:
        raise Refused(_("배정된 공급기업이 없습니다."))
    seat = locked(MatchingDaySeat, pair.seat_id)
    require_side(speaks_for(by, entry) or speaks_for(by, seat))
    current = locked(MatchingDayRound, pair.round_id)
    if day.state != DayState.PUBLISHED or current.state != RoundState.PUBLISHED:
        raise Refused(_("지금 발표된 배정의 짝이 아닙니다. 매칭데이 화면에서 지금의 짝을 확인하세요."))
    return day, pair, entry, seat


def _tell(kind: str, day: MatchingDay, entry: MatchingDayEntry, seat: MatchingDaySeat, by: Viewer) -> None:
    other = seat.organisation_id if speaks_for(by, entry) else entry.organisation_id
    notify(kind, about=day.subject, organisation_id=other, title=day.title, firm=by.organisation_name)
