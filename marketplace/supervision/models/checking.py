"""Looking on while work is done: mid-term checks with their answers, and visits with photos."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, CreatedAt, Id
from marketplace.core.errors import refuse_by_constraint
from marketplace.core.i18n import N_
from marketplace.core.states import State, Stateful, state_type


class MidtermState(State):
    """A check is asked for, answered by the supplier, and judged."""

    ASKED = "asked", N_("중간점검 자료 요청"), "warning"
    ANSWERED = "answered", N_("중간점검 검토 중"), "info"
    FIX = "fix", N_("중간점검 보완 요청"), "warning"
    OK = "ok", N_("중간점검 적합"), "success"
    FAIL = "fail", N_("중간점검 부적합"), "danger"


class MidtermCheck(Base, Stateful):
    """One look at an order in the middle of its work."""

    __tablename__ = "midterm_check"
    NEXT = {
        MidtermState.ASKED: frozenset({MidtermState.ANSWERED, MidtermState.FAIL}),
        MidtermState.ANSWERED: frozenset({MidtermState.OK, MidtermState.FIX, MidtermState.FAIL}),
        MidtermState.FIX: frozenset({MidtermState.ANSWERED, MidtermState.FAIL}),
    }
    id: Mapped[Id]
    order_id: Mapped[int] = mapped_column(ForeignKey("purchase_order.id"), index=True)
    voucher_id: Mapped[int] = mapped_column(ForeignKey("voucher.id"), index=True)
    supplier_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    question: Mapped[str]
    due_on: Mapped[date]
    state: Mapped[MidtermState] = mapped_column(
        state_type(MidtermState), default=MidtermState.ASKED, server_default="asked"
    )
    finding: Mapped[str | None]
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[CreatedAt]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint(
            "state in ('asked','answered') or (finding is not null and decided_by is not null)", name="decided"
        ),
        Index(
            "uq_midterm_check_open",
            "order_id",
            unique=True,
            postgresql_where=text("state in ('asked','answered','fix')"),
        ),
    )


class MidtermAnswer(Base):
    """What the supplier showed once: progress, the workers, sample data. Append-only.

    `workers` are rows [pseudonym, work, hours]: of the work statement `statement_id` where the order has one, else as typed.
    """

    __tablename__ = "midterm_answer"
    id: Mapped[Id]
    check_id: Mapped[int] = mapped_column(ForeignKey("midterm_check.id"))
    number: Mapped[int]
    progress: Mapped[str]
    percent: Mapped[int]
    workers: Mapped[list[Any]]
    statement_id: Mapped[int | None] = mapped_column(ForeignKey("work_statement.id"))
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[CreatedAt]
    __table_args__ = (
        UniqueConstraint("check_id", "number"),
        CheckConstraint("percent between 0 and 100", name="percent"),
    )


class MidtermFile(Base):
    """Sample data that came with an answer, kept by storage under its SHA-256. Append-only."""

    __tablename__ = "midterm_file"
    id: Mapped[Id]
    answer_id: Mapped[int] = mapped_column(ForeignKey("midterm_answer.id"), index=True)
    name: Mapped[str]
    kind: Mapped[str]
    bytes: Mapped[int]
    sha256: Mapped[str]


class VisitVerdict(State):
    """What a visit came to."""

    FINE = "fine", N_("이상 없음"), "success"
    CONCERN = "concern", N_("살펴볼 점 있음"), "warning"
    SERIOUS = "serious", N_("중대한 문제"), "danger"


class SiteVisit(Base):
    """An officer was there and saw. Append-only: what was seen otherwise is another record that names the first."""

    __tablename__ = "site_visit"
    id: Mapped[Id]
    order_id: Mapped[int] = mapped_column(ForeignKey("purchase_order.id"), index=True)
    voucher_id: Mapped[int] = mapped_column(ForeignKey("voucher.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    """The firm that was visited: the buyer or the supplier of the order."""
    visited_on: Mapped[date]
    place: Mapped[str]
    met: Mapped[str]
    """Whom, by work and not by name."""
    workers_seen: Mapped[int]
    seen: Mapped[str]
    verdict: Mapped[VisitVerdict] = mapped_column(state_type(VisitVerdict))
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("site_visit.id"))
    visited_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    written_at: Mapped[CreatedAt]
    __table_args__ = (CheckConstraint("workers_seen between 0 and 100000", name="workers"),)


class SitePhoto(Base):
    """A photo of a visit without what the camera wrote into it. Append-only. `sha256` is of the bytes that are kept,
    `original_sha256` of those that were uploaded."""

    __tablename__ = "site_photo"
    id: Mapped[Id]
    visit_id: Mapped[int] = mapped_column(ForeignKey("site_visit.id"), index=True)
    name: Mapped[str]
    kind: Mapped[str]
    width: Mapped[int]
    height: Mapped[int]
    bytes: Mapped[int]
    sha256: Mapped[str]
    original_sha256: Mapped[str]


refuse_by_constraint("uq_midterm_check_open", N_("이 발주에는 끝나지 않은 중간점검이 있습니다."))
