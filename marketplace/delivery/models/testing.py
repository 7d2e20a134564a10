"""What a delivery is tested against, what the test found, and the labels that people judged."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, CreatedAt, Id
from marketplace.core.errors import refuse_by_constraint
from marketplace.core.i18n import N_
from marketplace.core.states import State, Stateful, state_type


class CriteriaState(State):
    """Criteria bind once the other firm has agreed."""

    PROPOSED = "proposed", N_("동의 대기"), "warning"
    AGREED = "agreed", N_("합의한 기준"), "success"
    REPLACED = "replaced", N_("지난 기준"), "done"


class AcceptanceCriteria(Base, Stateful):
    """Criteria of one order: one firm writes them down, the other agrees. Those of the listing hold until then."""

    __tablename__ = "acceptance_criteria"
    NEXT = {
        CriteriaState.PROPOSED: frozenset({CriteriaState.AGREED, CriteriaState.REPLACED}),
        CriteriaState.AGREED: frozenset({CriteriaState.REPLACED}),
    }
    id: Mapped[Id]
    order_id: Mapped[int] = mapped_column(ForeignKey("purchase_order.id"))
    number: Mapped[int]
    terms: Mapped[dict[str, Any]]
    """rules.criteria.Criteria."""
    state: Mapped[CriteriaState] = mapped_column(
        state_type(CriteriaState), default=CriteriaState.PROPOSED, server_default="proposed"
    )
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    """The firm that wrote them."""
    written_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    written_at: Mapped[CreatedAt]
    agreed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    agreed_at: Mapped[datetime | None]
    __table_args__ = (
        UniqueConstraint("order_id", "number"),
        CheckConstraint("agreed_by <> written_by", name="two_persons"),
        CheckConstraint("state <> 'agreed' or agreed_by is not null", name="agreed"),
        Index("uq_acceptance_criteria_proposed", "order_id", unique=True, postgresql_where=text("state = 'proposed'")),
        Index("uq_acceptance_criteria_agreed", "order_id", unique=True, postgresql_where=text("state = 'agreed'")),
    )


class TestState(State):
    """A test waits for the worker, is read, and says what it found."""

    __test__ = False
    WAITING = "waiting", N_("시험 대기"), "info"
    RUNNING = "running", N_("시험하는 중"), "info"
    READY = "ready", N_("시험 끝"), "success"
    FAILED = "failed", N_("시험하지 못함"), "warning"


class AcceptanceTest(Base, Stateful):
    """A delivery's files read against the criteria that held on the day it was handed over. The buyer decides with it
    beside; it decides nothing itself."""

    __tablename__ = "acceptance_test"
    NEXT = {
        TestState.WAITING: frozenset({TestState.RUNNING}),
        TestState.RUNNING: frozenset({TestState.WAITING, TestState.READY, TestState.FAILED}),
    }
    id: Mapped[Id]
    delivery_id: Mapped[int] = mapped_column(ForeignKey("delivery.id"), unique=True)
    criteria_id: Mapped[int | None] = mapped_column(ForeignKey("acceptance_criteria.id"))
    """The criteria both firms agreed on; None: those that follow from the listing."""
    terms: Mapped[dict[str, Any]]
    state: Mapped[TestState] = mapped_column(state_type(TestState), default=TestState.WAITING, server_default="waiting")
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    """How often somebody began to read: files that kill their reader are not read for ever."""
    percent: Mapped[int] = mapped_column(default=0, server_default="0")
    begun_at: Mapped[datetime | None]
    findings: Mapped[list[Any]] = mapped_column(default=list, server_default=text("'[]'::jsonb"))
    """rules.measuring.Finding, one for each criterion."""
    tables: Mapped[list[Any]] = mapped_column(default=list, server_default=text("'[]'::jsonb"))
    """The table that was measured: {"name", "files", "rows", "columns": [profile], "preview"}, without personal data."""
    problem: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'::jsonb"))
    created_at: Mapped[CreatedAt]
    finished_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("percent between 0 and 100", name="percent"),
        Index("ix_acceptance_test_waiting", "id", postgresql_where=text("state in ('waiting','running')")),
    )


class DrawState(State):
    """A sample is drawn by the worker, marked by people, and counted."""

    WAITING = "waiting", N_("뽑는 중"), "info"
    READY = "ready", N_("판정 중"), "warning"
    COUNTED = "counted", N_("판정 끝"), "success"
    FAILED = "failed", N_("뽑지 못함"), "danger"


class LabelSample(Base, Stateful):
    """Rows drawn by layers and a seed that was written down before; a person marks each label right or wrong."""

    __tablename__ = "label_sample"
    NEXT = {
        DrawState.WAITING: frozenset({DrawState.READY, DrawState.FAILED}),
        DrawState.READY: frozenset({DrawState.COUNTED}),
    }
    id: Mapped[Id]
    delivery_id: Mapped[int] = mapped_column(ForeignKey("delivery.id"))
    number: Mapped[int]
    label: Mapped[str]
    strata: Mapped[str]
    seed: Mapped[str]
    state: Mapped[DrawState] = mapped_column(state_type(DrawState), default=DrawState.WAITING, server_default="waiting")
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    heading: Mapped[list[Any]] = mapped_column(default=list, server_default=text("'[]'::jsonb"))
    population: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'::jsonb"))
    """{layer: rows in the table}."""
    result: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'::jsonb"))
    """rules.labels.told, once every row is marked."""
    problem: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'::jsonb"))
    by_agency: Mapped[bool]
    """Drawn by an officer, not by the buyer."""
    drawn_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    drawn_at: Mapped[CreatedAt]
    counted_at: Mapped[datetime | None]
    __table_args__ = (
        UniqueConstraint("delivery_id", "number"),
        Index(
            "uq_label_sample_open", "delivery_id", "by_agency", unique=True, postgresql_where=text("state = 'waiting'")
        ),
        Index("ix_label_sample_waiting", "id", postgresql_where=text("state = 'waiting'")),
    )


class LabelItem(Base):
    """One row of a sample, its personal data hidden, and what a person found."""

    __tablename__ = "label_item"
    id: Mapped[Id]
    sample_id: Mapped[int] = mapped_column(ForeignKey("label_sample.id"))
    row_number: Mapped[int]
    stratum: Mapped[str]
    cells: Mapped[list[Any]]
    right: Mapped[bool | None]
    note: Mapped[str] = mapped_column(default="", server_default="")
    marked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    marked_at: Mapped[datetime | None]
    __table_args__ = (
        UniqueConstraint("sample_id", "row_number"),
        CheckConstraint('("right" is null) = (marked_at is null)', name="marked"),
    )


refuse_by_constraint(
    "uq_acceptance_criteria_proposed", N_("동의를 기다리는 기준이 이미 있습니다. 화면을 새로 고치세요.")
)
refuse_by_constraint("uq_label_sample_open", N_("앞서 뽑은 표본을 아직 준비하고 있습니다. 잠시 뒤 새로 고치세요."))
