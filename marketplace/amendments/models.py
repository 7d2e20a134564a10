"""Change requests of signed agreements, what proves them, who allowed them and who signed them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import INET
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, CreatedAt, Id
from marketplace.core.errors import refuse_by_constraint
from marketplace.core.i18n import N_
from marketplace.core.states import State, Stateful, state_type


class ChangeKind(State):
    """What somebody wants changed."""

    CONTACT = "contact", N_("연락처·주소·대표자 변경"), "neutral"
    LINES = "lines", N_("발주 품목·수량 조정"), "neutral"
    SUPPLIER = "supplier", N_("공급기업 변경"), "info"
    PERIOD = "period", N_("협약 기간 연장"), "info"
    AMOUNT = "amount", N_("사업비 변경"), "info"
    SCOPE = "scope", N_("과제 내용 변경"), "info"
    MERGER = "merger", N_("합병·사업 양수도"), "info"
    WITHDRAWAL = "withdrawal", N_("수요기업의 포기"), "warning"
    TERMINATION = "termination", N_("귀책에 따른 해약"), "danger"


class ChangeState(State):
    """From the question to its answer; a refusal may be objected to once."""

    ASKED = "asked", N_("검토 중"), "warning"
    SIGNING = "signing", N_("승인, 서명 진행 중"), "warning"
    APPLIED = "applied", N_("반영 완료"), "success"
    REFUSED = "refused", N_("불허"), "danger"
    OBJECTED = "objected", N_("이의 검토 중"), "warning"
    UPHELD = "upheld", N_("이의 기각"), "danger"
    WITHDRAWN = "withdrawn", N_("철회"), "neutral"


OPEN = (ChangeState.ASKED, ChangeState.SIGNING, ChangeState.OBJECTED)
"""Requests of which an agreement has one at a time, so that each is weighed on what the one before left."""


class ChangeRequest(Base, Stateful):
    """One wanted change. `wanted` is what is asked for, `plan` what it does, as it was shown to whoever allowed it."""

    __tablename__ = "change_request"
    NEXT = {
        ChangeState.ASKED: frozenset(
            {ChangeState.SIGNING, ChangeState.APPLIED, ChangeState.REFUSED, ChangeState.WITHDRAWN}
        ),
        ChangeState.SIGNING: frozenset({ChangeState.APPLIED, ChangeState.ASKED, ChangeState.WITHDRAWN}),
        ChangeState.REFUSED: frozenset({ChangeState.OBJECTED}),
        ChangeState.OBJECTED: frozenset({ChangeState.SIGNING, ChangeState.APPLIED, ChangeState.UPHELD}),
    }
    id: Mapped[Id]
    number: Mapped[str] = mapped_column(unique=True)
    """CR-YYYY-NNNNNN."""
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id"), index=True)
    kind: Mapped[ChangeKind] = mapped_column(state_type(ChangeKind))
    terms_version: Mapped[int]
    """Of terms.yml: who may ask, allow and sign."""
    reason_code: Mapped[str]
    reason: Mapped[str]
    wanted: Mapped[dict[str, Any]]
    state: Mapped[ChangeState] = mapped_column(
        state_type(ChangeState), default=ChangeState.ASKED, server_default="asked"
    )
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    """The firm that asks; None for the agency."""
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[CreatedAt]
    due_on: Mapped[date]
    """The last working day for a decision."""
    round: Mapped[int] = mapped_column(default=1, server_default="1")
    """Which time it is weighed: once more after an objection, and where the world has overtaken an approval."""
    plan: Mapped[dict[str, Any] | None]
    plan_sha256: Mapped[str | None]
    paper_id: Mapped[int | None] = mapped_column(ForeignKey("paper.id"))
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    decision_reason: Mapped[str | None]
    objection: Mapped[str | None]
    objected_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    objected_at: Mapped[datetime | None]
    applied_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("(state = 'applied') = (applied_at is not null)", name="applied"),
        CheckConstraint("state not in ('refused','upheld') or decision_reason is not null", name="refusal"),
        CheckConstraint("state <> 'signing' or paper_id is not null", name="paper"),
        CheckConstraint("asked_by <> decided_by", name="two_persons"),
        Index(
            "uq_change_request_open",
            "agreement_id",
            unique=True,
            postgresql_where=text("state in ('asked','signing','objected')"),
        ),
        Index("ix_change_request_due", "due_on", postgresql_where=text("state in ('asked','signing','objected')")),
    )


class ChangeEvidence(Base):
    """A file that proves what a request says; kept by storage under its SHA-256."""

    __tablename__ = "change_evidence"
    id: Mapped[Id]
    request_id: Mapped[int] = mapped_column(ForeignKey("change_request.id"))
    name: Mapped[str]
    bytes: Mapped[int]
    sha256: Mapped[str]
    __table_args__ = (UniqueConstraint("request_id", "name"),)


class ChangeVote(Base):
    """One officer allows the plan that they were shown; a committee is more than one."""

    __tablename__ = "change_vote"
    id: Mapped[Id]
    request_id: Mapped[int] = mapped_column(ForeignKey("change_request.id"))
    round: Mapped[int]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    plan_sha256: Mapped[str]
    voted_at: Mapped[CreatedAt]
    __table_args__ = (
        UniqueConstraint("request_id", "round", "person_id", "plan_sha256", name="uq_change_vote_request_id_person_id"),
    )


class ChangeSignature(Base):
    """A firm's signature over the amendment's PDF."""

    __tablename__ = "change_signature"
    id: Mapped[Id]
    request_id: Mapped[int] = mapped_column(ForeignKey("change_request.id"))
    paper_id: Mapped[int] = mapped_column(ForeignKey("paper.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    paper_sha256: Mapped[str | None]
    plan_sha256: Mapped[str]
    factor: Mapped[str]
    address: Mapped[str | None] = mapped_column(INET)
    signed_at: Mapped[CreatedAt]
    __table_args__ = (UniqueConstraint("paper_id", "organisation_id"), UniqueConstraint("paper_id", "person_id"))


refuse_by_constraint(
    "uq_change_request_open", N_("이 협약에는 처리 중인 변경 신청이 있습니다. 그 신청이 끝난 뒤 다시 신청하세요.")
)
refuse_by_constraint("uq_change_vote_request_id_person_id", N_("이미 승인했습니다. 다른 담당자의 승인이 필요합니다."))
refuse_by_constraint("ck_change_request_two_persons", N_("신청한 사람이 스스로 결정할 수 없습니다."))
refuse_by_constraint("uq_change_signature_paper_id_organisation_id", N_("이미 서명했습니다."))
refuse_by_constraint("uq_change_signature_paper_id_person_id", N_("한 사람이 두 당사자를 대신해 서명할 수 없습니다."))
refuse_by_constraint("voucher_support_never_rises", N_("지원금은 늘릴 수 없습니다. 기업 부담금만 늘릴 수 있습니다."))
