"""The decision of a call: its frozen inputs, every line with the rule that put it there, the reserve list, objections."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, CreatedAt, Id, Minor
from marketplace.core.errors import refuse_by_constraint
from marketplace.core.i18n import N_
from marketplace.core.states import State, Stateful, state_type


class DecisionState(State):
    """One officer proposes, another confirms, a job carries out and tells everybody."""

    DRAFT = "draft", N_("초안"), "neutral"
    PROPOSED = "proposed", N_("확정 대기"), "warning"
    CONFIRMED = "confirmed", N_("확정·통지 중"), "info"
    ANNOUNCED = "announced", N_("발표"), "success"
    RETURNED = "returned", N_("반려"), "neutral"


class LineOutcome(State):
    """Where an application stands."""

    ADMITTED = "admitted", N_("선정"), "success"
    RESERVE = "reserve", N_("예비"), "info"
    REFUSED = "refused", N_("미선정"), "neutral"


class Decision(Base, Stateful):
    """The ranked list of a call under terms that were frozen with it. Its input is named by a hash, and so is its result."""

    __tablename__ = "decision"
    NEXT = {
        DecisionState.DRAFT: frozenset({DecisionState.PROPOSED, DecisionState.RETURNED}),
        DecisionState.PROPOSED: frozenset({DecisionState.CONFIRMED, DecisionState.RETURNED}),
        DecisionState.CONFIRMED: frozenset({DecisionState.ANNOUNCED}),
    }
    id: Mapped[Id]
    evaluation_id: Mapped[int] = mapped_column(ForeignKey("evaluation.id"))
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"))
    ruleset_id: Mapped[int] = mapped_column(ForeignKey("ruleset.id"))
    number: Mapped[int]
    state: Mapped[DecisionState] = mapped_column(
        state_type(DecisionState), default=DecisionState.DRAFT, server_default="draft"
    )
    terms: Mapped[dict[str, Any]]
    """Everything that was asked of the ruleset and the call, as it was; `ruleset_sha256` is among it."""
    figures: Mapped[dict[str, Any]]
    """{"admitted", "reserve", "refused", "support_minor", "quotas": {code: [wanted, reached]}, "shortfalls": […]}"""
    input_sha256: Mapped[str]
    result_sha256: Mapped[str]
    milliseconds: Mapped[int]
    steps_done: Mapped[int] = mapped_column(default=0, server_default="0")
    """How many applications the job has awarded, refused and written to."""
    steps: Mapped[int]
    drafted_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    proposed_at: Mapped[datetime | None]
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    confirmed_at: Mapped[datetime | None]
    announced_at: Mapped[datetime | None]
    objections_until: Mapped[date | None]
    """The last day on which an objection is taken."""
    return_reason: Mapped[str | None]
    created_at: Mapped[CreatedAt]
    __table_args__ = (
        UniqueConstraint("evaluation_id", "number"),
        CheckConstraint("confirmed_by <> drafted_by", name="two_persons"),
        CheckConstraint("state not in ('confirmed', 'announced') or confirmed_by is not null", name="confirmed"),
        CheckConstraint("steps_done between 0 and steps", name="steps"),
        Index(
            "uq_decision_standing",
            "evaluation_id",
            unique=True,
            postgresql_where=text("state <> 'returned'"),
        ),
    )


class DecisionLine(Base):
    """One application in a decision. Scores in hundredths of a point. Never changed: what comes after is told by moves."""

    __tablename__ = "decision_line"
    id: Mapped[Id]
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"))
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    rank: Mapped[int]
    documents: Mapped[int]
    presentation: Mapped[int | None]
    base: Mapped[int]
    bonus: Mapped[int]
    minus: Mapped[int]
    score: Mapped[int]
    by_criterion: Mapped[list[Any]]
    outcome: Mapped[LineOutcome] = mapped_column(state_type(LineOutcome))
    rule: Mapped[str]
    """'quota.youth', 'rank'; else what stood in the way."""
    reserve_place: Mapped[int | None]
    support_minor: Mapped[Minor]
    facts: Mapped[dict[str, Any]]
    """{"receipt", "kind", "claims", "bonus": […], "total_minor", "content_sha256", "shortlisted"}"""
    sheets_sha256: Mapped[str]
    """Over the hashes of the sheets that it rests on."""
    __table_args__ = (
        UniqueConstraint("decision_id", "application_id"),
        UniqueConstraint("decision_id", "rank"),
        CheckConstraint("(outcome = 'reserve') = (reserve_place is not null)", name="reserve_place"),
    )


class ReserveMove(Base):
    """Somebody of the reserve list moves up, or one more has gone; kept in order, so that it can be replayed."""

    __tablename__ = "reserve_move"
    id: Mapped[Id]
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"))
    number: Mapped[int]
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    entered: Mapped[bool]
    """True: moves up. False: has gone, so that its place and money are free."""
    ahead: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """Put at the head of the reserve list by an objection that was upheld; it neither enters nor goes by that."""
    rule: Mapped[str]
    moved_at: Mapped[CreatedAt]
    __table_args__ = (UniqueConstraint("decision_id", "number"),)


class BudgetAdjustment(Base):
    """An officer's cut of a project's total (사업비 조정) before the decision; the ruleset splits it again."""

    __tablename__ = "budget_adjustment"
    id: Mapped[Id]
    evaluation_id: Mapped[int] = mapped_column(ForeignKey("evaluation.id"))
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    total_minor: Mapped[Minor]
    support_minor: Mapped[Minor]
    reason: Mapped[str]
    adjusted_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[CreatedAt]
    __table_args__ = (CheckConstraint("total_minor > 0 and support_minor > 0", name="amounts"),)


class ObjectionState(State):
    """A loser's objection and what became of it."""

    FILED = "filed", N_("이의신청 검토 중"), "warning"
    ANSWERED = "answered", N_("답변 확인 중"), "info"
    UPHELD = "upheld", N_("이의 인정"), "success"
    DISMISSED = "dismissed", N_("이의 기각"), "neutral"


class Objection(Base, Stateful):
    """A firm says why it thinks that the decision on it is wrong; one officer answers and another confirms."""

    __tablename__ = "objection"
    NEXT = {
        ObjectionState.FILED: frozenset({ObjectionState.ANSWERED}),
        ObjectionState.ANSWERED: frozenset({ObjectionState.FILED, ObjectionState.UPHELD, ObjectionState.DISMISSED}),
    }
    id: Mapped[Id]
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"), index=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    body: Mapped[str]
    state: Mapped[ObjectionState] = mapped_column(
        state_type(ObjectionState), default=ObjectionState.FILED, server_default="filed"
    )
    filed_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    filed_at: Mapped[CreatedAt]
    answer: Mapped[str | None]
    upheld: Mapped[bool | None]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]
    return_reason: Mapped[str | None]
    """Why the second officer sent the last answer back."""
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who confirmed the answer; before there were two, who gave it."""
    decided_at: Mapped[datetime | None]
    __table_args__ = (
        UniqueConstraint("decision_id", "application_id"),
        CheckConstraint("decided_by <> answered_by", name="two_persons"),
        CheckConstraint("state <> 'answered' or (answered_by is not null and upheld is not null)", name="answer"),
        CheckConstraint("state = 'filed' or answer is not null", name="answered"),
    )


refuse_by_constraint("uq_decision_standing", N_("이 평가의 선정안이 이미 있습니다. 반려한 뒤 다시 만드세요."))
refuse_by_constraint(
    "ck_decision_two_persons", N_("선정안을 만든 사람은 확정할 수 없습니다. 다른 담당자가 확정해야 합니다.")
)
refuse_by_constraint(
    "ck_objection_two_persons", N_("답변을 쓴 사람은 확인할 수 없습니다. 다른 담당자가 확인해야 합니다.")
)
refuse_by_constraint("uq_objection_decision_id_application_id", N_("이의신청을 이미 냈습니다. 답변을 기다려 주세요."))
