"""Matching days: what was asked and offered on the day, what it was scored, and each round of assignment."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, CreatedAt, Id
from marketplace.core.errors import refuse_by_constraint
from marketplace.core.i18n import N_
from marketplace.core.states import State, Stateful, state_type


class DayState(State):
    """A day is scored by a job, perhaps ranked by both sides, solved, published, and closed."""

    DRAFT = "draft", N_("준비 중"), "neutral"
    SCORING = "scoring", N_("점수 계산 중"), "info"
    SCORED = "scored", N_("점수 계산 완료"), "info"
    RANKING = "ranking", N_("순위 접수 중"), "info"
    RANKED = "ranked", N_("순위 마감"), "info"
    SOLVED = "solved", N_("배정 완료"), "success"
    PUBLISHED = "published", N_("배정 발표"), "success"
    CLOSED = "closed", N_("종료"), "done"
    CANCELLED = "cancelled", N_("취소"), "neutral"


class DayMethod(State):
    """What an assignment is good by."""

    OPTIMAL = "optimal", N_("점수 합이 가장 큰 배정"), "neutral"
    STABLE = "stable", N_("양쪽 순위에 따른 안정 배정"), "neutral"


class SlotsRule(State):
    """Where the number of a supplier's slots comes from."""

    CAPACITY = "capacity", N_("남은 수행 인력으로 계산"), "neutral"
    TYPED = "typed", N_("모든 공급기업에 같은 수"), "neutral"


class RoundState(State):
    """A round waits for the solver, is looked at by the officer, and holds until another is published."""

    WAITING = "waiting", N_("배정 계산 중"), "info"
    SOLVED = "solved", N_("배정됨"), "info"
    PUBLISHED = "published", N_("발표"), "success"
    REPLACED = "replaced", N_("대체됨"), "done"
    IMPOSSIBLE = "impossible", N_("배정 불가"), "danger"


class Keep(State):
    """What a further round leaves as it is, besides held pairs."""

    ALL = "all", N_("물린 자리만 다시 배정"), "neutral"
    CONFIRMED = "confirmed", N_("확정된 짝만 두고 다시 배정"), "neutral"
    NONE = "none", N_("고정한 짝만 두고 모두 다시 배정"), "neutral"


class PairState(State):
    """A pair is proposed to both sides, and holds once both have said yes."""

    PROPOSED = "proposed", N_("확인 대기"), "info"
    CONFIRMED = "confirmed", N_("양쪽 확정"), "success"
    WITHDRAWN = "withdrawn", N_("철회"), "warning"
    UNPLACED = "unplaced", N_("배정되지 않음"), "neutral"


_BEFORE_ROUND = frozenset({DayState.SOLVED, DayState.CANCELLED})


class MatchingDay(Base, Stateful):
    """One programme-wide assignment: method, seed and weights are fixed when it is made."""

    __tablename__ = "matching_day"
    NEXT = {
        DayState.DRAFT: frozenset({DayState.SCORING, DayState.CANCELLED}),
        DayState.SCORING: frozenset({DayState.SCORED, DayState.CANCELLED}),
        DayState.SCORED: _BEFORE_ROUND | {DayState.RANKING},
        DayState.RANKING: frozenset({DayState.RANKED, DayState.CANCELLED}),
        DayState.RANKED: _BEFORE_ROUND | {DayState.RANKING},
        DayState.SOLVED: frozenset({DayState.PUBLISHED, DayState.CANCELLED}),
        DayState.PUBLISHED: frozenset({DayState.CLOSED}),
    }
    id: Mapped[Id]
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"), index=True)
    title: Mapped[str]
    method: Mapped[DayMethod] = mapped_column(state_type(DayMethod))
    slots_rule: Mapped[SlotsRule] = mapped_column(state_type(SlotsRule))
    slots_each: Mapped[int]
    """Of the rule TYPED: slots of every supplier. Of CAPACITY: the most that any gets."""
    slot_hundredths: Mapped[int]
    """Person-months that one pair takes, in hundredths; what a confirmed pair books."""
    seed: Mapped[str]
    weights_version: Mapped[str]
    weights: Mapped[dict[str, Any]]
    """Thousandths by feature, as they were when the day was made."""
    state: Mapped[DayState] = mapped_column(state_type(DayState), default=DayState.DRAFT, server_default="draft")
    steps_done: Mapped[int] = mapped_column(default=0, server_default="0")
    steps: Mapped[int] = mapped_column(default=0, server_default="0")
    """How many needs there are to score; 0 until they are gathered."""
    claimed_until: Mapped[datetime | None]
    """Until then whoever works on it has it; who died loses it."""
    rankings_until: Mapped[date | None]
    input_sha256: Mapped[str | None]
    """Of everything frozen and scored."""
    created_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[CreatedAt]
    scored_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("slots_each between 1 and 1000 and slot_hundredths > 0", name="slots"),
        CheckConstraint("steps_done between 0 and steps", name="steps"),
    )


class MatchingDayEntry(Base):
    """A need as it was on the day: its facts and meaning, and its scores against every seat, two bytes each."""

    __tablename__ = "matching_day_entry"
    id: Mapped[Id]
    day_id: Mapped[int] = mapped_column(ForeignKey("matching_day.id"))
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    title: Mapped[str]
    facts: Mapped[dict[str, Any]]
    vector: Mapped[bytes] = mapped_column(LargeBinary)
    """The need's meaning, 384 numbers of two bytes; empty where it was not told."""
    scores: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    """By seat, seats in the order of their supplier's id: 0 not allowed, else hundredths of a point."""
    gates: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    scale: Mapped[list[Any] | None]
    """[low, high] by which the meaning's nearness was measured."""
    left_at: Mapped[datetime | None]
    """When the firm left the day."""
    __table_args__ = (
        UniqueConstraint("day_id", "need_id"),
        CheckConstraint(
            "(scores is null) = (gates is null) and length(scores) = 2 * length(gates)", name="scored_whole"
        ),
        Index("ix_matching_day_entry_unscored", "day_id", "need_id", postgresql_where=text("scores is null")),
    )


class MatchingDaySeat(Base):
    """A supplier as it was on the day: its offers and their meanings, and how many needs it can take."""

    __tablename__ = "matching_day_seat"
    id: Mapped[Id]
    day_id: Mapped[int] = mapped_column(ForeignKey("matching_day.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    slots: Mapped[int]
    facts: Mapped[dict[str, Any]]
    vectors: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    """A meaning for each line of the facts; zeros where it was not told."""
    left_at: Mapped[datetime | None]
    __table_args__ = (UniqueConstraint("day_id", "organisation_id"), CheckConstraint("slots >= 0", name="slots"))


class MatchingDayRanking(Base):
    """What one side would rather have, the most wanted first. Never changed: who says it anew adds a row."""

    __tablename__ = "matching_day_ranking"
    id: Mapped[Id]
    day_id: Mapped[int] = mapped_column(ForeignKey("matching_day.id"), index=True)
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("matching_day_entry.id"), index=True)
    seat_id: Mapped[int | None] = mapped_column(ForeignKey("matching_day_seat.id"), index=True)
    ranked: Mapped[list[Any]]
    """Of an entry supplier ids, of a seat need ids."""
    ranked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[CreatedAt]
    __table_args__ = (CheckConstraint("num_nonnulls(entry_id, seat_id) = 1", name="one_side"),)


class MatchingDayHold(Base):
    """A pair that an officer has put together, or kept apart, in every round until it is lifted."""

    __tablename__ = "matching_day_hold"
    id: Mapped[Id]
    day_id: Mapped[int] = mapped_column(ForeignKey("matching_day.id"), index=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("matching_day_entry.id"))
    seat_id: Mapped[int] = mapped_column(ForeignKey("matching_day_seat.id"))
    together: Mapped[bool]
    reason: Mapped[str]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[CreatedAt]
    lifted_at: Mapped[datetime | None]
    __table_args__ = (
        Index(
            "uq_matching_day_hold_pair",
            "entry_id",
            "seat_id",
            unique=True,
            postgresql_where=text("lifted_at is null"),
        ),
        Index(
            "uq_matching_day_hold_entry",
            "entry_id",
            unique=True,
            postgresql_where=text("lifted_at is null and together"),
        ),
    )


class MatchingDayRound(Base, Stateful):
    """One assignment of a day with everything it was made from, so that it can be made again."""

    __tablename__ = "matching_day_round"
    NEXT = {
        RoundState.WAITING: frozenset({RoundState.SOLVED, RoundState.IMPOSSIBLE}),
        RoundState.SOLVED: frozenset({RoundState.PUBLISHED, RoundState.REPLACED}),
        RoundState.PUBLISHED: frozenset({RoundState.REPLACED}),
    }
    id: Mapped[Id]
    day_id: Mapped[int] = mapped_column(ForeignKey("matching_day.id"))
    number: Mapped[int]
    keep: Mapped[Keep] = mapped_column(state_type(Keep))
    state: Mapped[RoundState] = mapped_column(
        state_type(RoundState), default=RoundState.WAITING, server_default="waiting"
    )
    terms: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'::jsonb"), deferred=True)
    """{"slots": {supplier: n}, "held": [[need, supplier]], "apart": […], "away": [need], "by_need": {…}, "by_supplier": {…}}."""
    figures: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'::jsonb"))
    """What rules.summary counts."""
    input_sha256: Mapped[str | None]
    result_sha256: Mapped[str | None]
    milliseconds: Mapped[int | None]
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[CreatedAt]
    solved_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    __table_args__ = (
        UniqueConstraint("day_id", "number"),
        Index("uq_matching_day_round_waiting", "day_id", unique=True, postgresql_where=text("state = 'waiting'")),
        Index("uq_matching_day_round_published", "day_id", unique=True, postgresql_where=text("state = 'published'")),
    )


class MatchingDayPair(Base, Stateful):
    """Where a need is in a round, and why; or that it goes empty-handed, and why."""

    __tablename__ = "matching_day_pair"
    NEXT = {
        PairState.PROPOSED: frozenset({PairState.CONFIRMED, PairState.WITHDRAWN}),
        PairState.CONFIRMED: frozenset({PairState.WITHDRAWN}),
    }
    id: Mapped[Id]
    round_id: Mapped[int] = mapped_column(ForeignKey("matching_day_round.id"))
    entry_id: Mapped[int] = mapped_column(ForeignKey("matching_day_entry.id"), index=True)
    seat_id: Mapped[int | None] = mapped_column(ForeignKey("matching_day_seat.id"), index=True)
    score: Mapped[int]
    wish: Mapped[int | None]
    """Which wish of the need it is, from 1."""
    regard: Mapped[int | None]
    """Which place the need has among those the supplier would rather have, from 1."""
    held: Mapped[bool]
    why: Mapped[dict[str, Any]]
    """What rules.Placement.why tells."""
    state: Mapped[PairState] = mapped_column(state_type(PairState))
    need_confirmed_at: Mapped[datetime | None]
    supplier_confirmed_at: Mapped[datetime | None]
    withdrawn_by: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    reason: Mapped[str | None]
    booked_as: Mapped[str | None]
    """What the supplier's people are set aside as; the pair of an earlier round where that was the same two."""
    __table_args__ = (
        UniqueConstraint("round_id", "entry_id"),
        CheckConstraint("(seat_id is null) = (state = 'unplaced')", name="placed"),
        CheckConstraint(
            "state <> 'confirmed' or (need_confirmed_at is not null and supplier_confirmed_at is not null)",
            name="both_said_yes",
        ),
    )


refuse_by_constraint(
    "uq_matching_day_round_waiting", N_("앞서 시작한 배정을 아직 계산하고 있습니다. 끝난 뒤 다시 하세요.")
)
refuse_by_constraint(
    "uq_matching_day_hold_pair", N_("이 짝은 이미 고정하거나 떼어 놓았습니다. 먼저 푸세요."), "supplier_id"
)
refuse_by_constraint(
    "uq_matching_day_hold_entry", N_("이 요청은 다른 공급기업에 고정되어 있습니다. 먼저 푸세요."), "supplier_id"
)
