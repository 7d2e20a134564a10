"""What an officer fixes by hand: pairs put together or kept apart, and a supplier's slots."""

from typing import TypeVar

from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _
from marketplace.core.viewer import Viewer
from marketplace.evidence.operations import record
from marketplace.matchday import queries, rules
from marketplace.matchday.models import MatchingDay, MatchingDayEntry, MatchingDayHold, MatchingDaySeat
from marketplace.matchday.operations.days import MOST_SLOTS
from marketplace.matchday.policies import may_hold

Part = TypeVar("Part", MatchingDayEntry, MatchingDaySeat, MatchingDayHold)


def hold_pair(entry_id: int, seat_id: int, *, together: bool, reason: str, by: Viewer) -> MatchingDayHold:
    """Put a pair together in every further round, or keep it apart. Never beyond the seat's slots or through a gate."""
    day = _day_of(MatchingDayEntry, entry_id, by)
    entry, seat = locked(MatchingDayEntry, entry_id), locked(MatchingDaySeat, seat_id)
    if seat.day_id != day.id:
        raise Refused(_("이 매칭데이에 참여하지 않는 공급기업입니다. 다른 공급기업을 고르세요."), field="supplier_id")
    if not reason.strip():
        raise Refused(_("사유를 적으세요. 감사인이 볼 수 있습니다."), field="reason")
    if together:
        _require_room(entry, seat)
    hold = MatchingDayHold(
        day_id=day.id,
        entry_id=entry_id,
        seat_id=seat_id,
        together=together,
        reason=reason.strip(),
        created_by=by.person_id,
    )
    session.add(hold)
    record("matching_day_hold:made", hold, by=by, need_id=entry.need_id, supplier_id=seat.organisation_id)
    return hold


def _require_room(entry: MatchingDayEntry, seat: MatchingDaySeat) -> None:
    if entry.left_at is not None or seat.left_at is not None:
        raise Refused(_("이 매칭데이에서 빠진 기업입니다. 다른 기업을 고르세요."), field="supplier_id")
    gates = queries.gates_between(entry, seat)
    if gates:
        why = ", ".join(_(words) for bit, words in rules.GATES.items() if gates & bit)
        raise Refused(_("배정할 수 없는 짝입니다: %(why)s.", why=why), field="supplier_id")
    if queries.held_at(seat.id) >= seat.slots:
        raise Refused(
            _(
                "이 공급기업의 정원 %(slots)s자리에 이미 모두 고정된 짝이 있습니다. 하나를 풀거나 정원을 늘리세요.",
                slots=seat.slots,
            ),
            field="supplier_id",
        )


def lift_hold(hold_id: int, *, by: Viewer) -> MatchingDayHold:
    """Let further rounds decide again; lifting twice is nothing."""
    _day_of(MatchingDayHold, hold_id, by)
    hold = locked(MatchingDayHold, hold_id)
    if hold.lifted_at is None:
        hold.lifted_at = clock.now()
        record("matching_day_hold:lifted", hold, by=by)
    return hold


def set_slots(seat_id: int, slots: int, *, by: Viewer) -> MatchingDaySeat:
    """How many needs a supplier gets in further rounds."""
    _day_of(MatchingDaySeat, seat_id, by)
    seat = locked(MatchingDaySeat, seat_id)
    if not 0 <= slots <= MOST_SLOTS:
        raise Refused(_("정원은 0 이상 1,000 이하로 입력하세요."), field="slots")
    held = queries.held_at(seat_id)
    if slots < held:
        raise Refused(_("고정된 짝이 %(held)s개 있어 정원을 그보다 줄일 수 없습니다.", held=held), field="slots")
    seat.slots = slots
    record("matching_day_seat:slots_set", seat, by=by, supplier_id=seat.organisation_id)
    return seat


def _day_of(model: type[Part], identity: int, by: Viewer) -> MatchingDay:
    """The day under its lock, before any part of it, so that two officers cannot both take the last slot."""
    part = session.get(model, identity)
    day = locked(MatchingDay, part.day_id if part else 0)
    if not may_hold(by, day):
        raise NotYours(_("점수를 계산한 뒤부터 종료 전까지 사업 담당자만 할 수 있습니다."))
    return day
