"""The final report of a firm: asked for once its orders are over, handed in as often as it takes, and accepted."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, CreatedAt, Id
from marketplace.core.errors import refuse_by_constraint
from marketplace.core.i18n import N_
from marketplace.core.states import State, Stateful, state_type


class ReportState(State):
    """A report is asked for, handed in, perhaps handed back, and accepted."""

    DUE = "due", N_("결과보고 대기"), "warning"
    SUBMITTED = "submitted", N_("결과보고 검토 중"), "info"
    FIXING = "fixing", N_("결과보고 보완 요청"), "warning"
    ACCEPTED = "accepted", N_("결과보고 접수 완료"), "success"


class FinalReport(Base, Stateful):
    """What a firm has to say about its voucher when it is over."""

    __tablename__ = "final_report"
    NEXT = {
        ReportState.DUE: frozenset({ReportState.SUBMITTED}),
        ReportState.SUBMITTED: frozenset({ReportState.ACCEPTED, ReportState.FIXING}),
        ReportState.FIXING: frozenset({ReportState.SUBMITTED}),
    }
    id: Mapped[Id]
    voucher_id: Mapped[int] = mapped_column(ForeignKey("voucher.id"), unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    due_on: Mapped[date]
    state: Mapped[ReportState] = mapped_column(state_type(ReportState), default=ReportState.DUE, server_default="due")
    fix_reason: Mapped[str | None]
    """What was missing the last time it was handed back."""
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    accepted_at: Mapped[datetime | None]
    asked_at: Mapped[CreatedAt]
    __table_args__ = (
        CheckConstraint("(state = 'accepted') = (accepted_at is not null)", name="accepted"),
        CheckConstraint("state not in ('accepted','fixing') or decided_by is not null", name="decided"),
    )


class FinalReportVersion(Base):
    """The report as it was handed in once. Append-only; `sha256` is over its words and the hashes of its files."""

    __tablename__ = "final_report_version"
    id: Mapped[Id]
    report_id: Mapped[int] = mapped_column(ForeignKey("final_report.id"))
    number: Mapped[int]
    used: Mapped[str]
    """What was bought, and what for."""
    results: Mapped[str]
    plans: Mapped[str]
    """What becomes of the data now."""
    sha256: Mapped[str]
    submitted_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    submitted_at: Mapped[CreatedAt]
    __table_args__ = (UniqueConstraint("report_id", "number"),)


class FinalReportFile(Base):
    """A file of one version, kept by storage under its SHA-256. Append-only."""

    __tablename__ = "final_report_file"
    id: Mapped[Id]
    version_id: Mapped[int] = mapped_column(ForeignKey("final_report_version.id"), index=True)
    name: Mapped[str]
    kind: Mapped[str]
    bytes: Mapped[int]
    sha256: Mapped[str]


refuse_by_constraint("uq_final_report_voucher_id", N_("이 바우처의 결과보고는 이미 있습니다."))
refuse_by_constraint(
    "uq_final_report_version_report_id_number", N_("결과보고를 이미 제출했습니다. 화면을 새로 고치세요.")
)
