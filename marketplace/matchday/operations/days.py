"""Making a day and taking it from one stage to the next."""

import secrets
from datetime import date

from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _
from marketplace.core.viewer import Viewer
from marketplace.evidence.operations import record
from marketplace.matchday import queries, rules
from marketplace.matchday.models import DayMethod, DayState, MatchingDay, SlotsRule
from marketplace.matchday.policies import may_run
from marketplace.matching.rules.scoring import load_weights
from marketplace.notices.operations import notify
from marketplace.programmes.models import Programme, ProgrammeState

MOST_SLOTS = 1000


def create_day(
    *,
    programme_id: int,
    title: str,
    method: DayMethod,
    slots_rule: SlotsRule,
    slots_each: int,
    slot_hundredths: int,
    by: Viewer,
) -> MatchingDay:
    """A new day. Its seed is drawn here and its weights are kept, so that nothing of them is chosen afterwards."""
    require_officer(by)
    programme = locked(Programme, programme_id)
    if programme.state == ProgrammeState.CLOSED:
        raise Refused(_("종료된 사업입니다. 진행 중인 사업을 고르세요."), field="programme_id")
    if not title.strip():
        raise Refused(_("이 항목을 입력하세요."), field="title")
    if not 1 <= slots_each <= MOST_SLOTS:
        raise Refused(_("정원은 1 이상 1,000 이하로 입력하세요."), field="slots_each")
    if not 1 <= slot_hundredths <= 100_000:
        raise Refused(_("한 짝에 드는 인력은 0.01인월 이상 1,000인월 이하로 입력하세요."), field="slot_months")
    weights = load_weights()
    day = MatchingDay(
        programme_id=programme_id,
        title=title.strip(),
        method=method,
        slots_rule=slots_rule,
        slots_each=slots_each,
        slot_hundredths=slot_hundredths,
        seed=secrets.token_hex(16),
        weights_version=weights.version,
        weights=rules.weights_in_thousandths(weights.of),
        created_by=by.person_id or 0,
    )
    session.add(day)
    record("matching_day:created", day, by=by, programme_id=programme_id, method=method.value)
    return day


def start_scoring(day_id: int, *, by: Viewer) -> MatchingDay:
    """Freeze needs and suppliers as they are from now on, and have the job score them."""
    day = run_by(day_id, by)
    needs, suppliers = queries.taking_part(day.programme_id)
    if not needs:
        raise Refused(_("모든 공급기업에 연 요청이 없습니다. 수요기업이 요청을 올린 뒤 시작하세요."))
    if not suppliers:
        raise Refused(_("이 사업에 지정된 공급기업이 없습니다. 공급기업을 지정한 뒤 시작하세요."))
    day.advance(to=DayState.SCORING)
    day.steps = 2 * needs + suppliers
    record("matching_day:scoring_started", day, by=by, needs=needs, suppliers=suppliers)
    return day


def open_rankings(day_id: int, until: date, *, by: Viewer) -> MatchingDay:
    """Let both sides of a stable day say whom they would rather have, to the end of `until`."""
    day = run_by(day_id, by)
    if day.method != DayMethod.STABLE:
        raise Refused(_("양쪽 순위로 배정하는 매칭데이에서만 순위를 받습니다."))
    if until < clock.today():
        raise Refused(_("순위 마감일은 오늘이거나 그 뒤여야 합니다."), field="until")
    day.advance(to=DayState.RANKING)
    day.rankings_until = until
    record("matching_day:rankings_opened", day, by=by, until=until)
    for firm in queries.firms_of_day(day_id):
        notify(
            "matchday_rankings_open",
            about=day.subject,
            organisation_id=firm,
            title=day.title,
            until=until.isoformat(),
        )
    return day


def close_rankings(day_id: int, *, by: Viewer) -> MatchingDay:
    """Take no more rankings. The officer closes them early; after the last day the job does."""
    day = locked(MatchingDay, day_id)
    if not by.system and not may_run(by):
        raise NotYours(_("사업 담당자만 매칭데이를 운영합니다."))
    day.advance(to=DayState.RANKED)
    record("matching_day:rankings_closed", day, by=by)
    return day


def close_day(day_id: int, *, by: Viewer) -> MatchingDay:
    """The day is over; pairs stay as they are."""
    day = run_by(day_id, by)
    day.advance(to=DayState.CLOSED)
    record("matching_day:closed", day, by=by)
    return day


def cancel_day(day_id: int, *, by: Viewer) -> MatchingDay:
    """Give a day up before anything was published."""
    day = run_by(day_id, by)
    day.advance(to=DayState.CANCELLED)
    record("matching_day:cancelled", day, by=by)
    return day


def require_officer(by: Viewer) -> None:
    """Raises NotYours for anybody else."""
    if not may_run(by):
        raise NotYours(_("사업 담당자만 매칭데이를 운영합니다."))


def run_by(day_id: int, by: Viewer) -> MatchingDay:
    """The day under its lock, for an officer."""
    require_officer(by)
    return locked(MatchingDay, day_id)
