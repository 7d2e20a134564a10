"""What a decision rested on, and what the two firms then agree."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, CreatedAt, Id
from marketplace.core.errors import refuse_by_constraint
from marketplace.core.i18n import N_
from marketplace.core.states import State, Stateful, state_type


class Occasion(State):
    """Why a shortlist was locked."""

    POSTED = "posted", N_("요청을 올릴 때"), "info"
    CHOSEN = "chosen", N_("견적을 고를 때"), "success"
    KEPT = "kept", N_("살펴보다 남김"), "neutral"


class Shortlist(Base):
    """Everything that was seen at one moment: candidates with their feature values, weights, gates, quotes. Never changed."""

    __tablename__ = "shortlist"
    id: Mapped[Id]
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"), index=True)
    occasion: Mapped[Occasion] = mapped_column(state_type(Occasion))
    content: Mapped[dict[str, Any]]
    """See rules.evidence."""
    content_sha256: Mapped[str]
    """Of the content as canonical JSON."""
    weights_version: Mapped[str]
    locked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    locked_at: Mapped[CreatedAt]


class PreAgreementState(State):
    """Signed by both, or ended."""

    SIGNING = "signing", N_("서명 진행 중"), "warning"
    SIGNED = "signed", N_("사전협의 완료"), "success"
    ENDED = "ended", N_("종료"), "neutral"


class Side(State):
    """The two who sign."""

    BUYER = "buyer", N_("수요기업"), "neutral"
    SUPPLIER = "supplier", N_("공급기업"), "neutral"


class PreAgreement(Base, Stateful):
    """What two firms agree before they apply (사전협의서): drawn from an accepted quote, signed over the same bytes."""

    __tablename__ = "pre_agreement"
    NEXT = {
        PreAgreementState.SIGNING: frozenset({PreAgreementState.SIGNED, PreAgreementState.ENDED}),
        PreAgreementState.SIGNED: frozenset({PreAgreementState.ENDED}),
    }
    id: Mapped[Id]
    number: Mapped[str] = mapped_column(unique=True)
    """PA-YYYY-NNNNNN."""
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"), index=True)
    quote_id: Mapped[int] = mapped_column(ForeignKey("quote.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    supplier_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    content: Mapped[dict[str, Any]]
    content_sha256: Mapped[str]
    valid_until: Mapped[date]
    state: Mapped[PreAgreementState] = mapped_column(
        state_type(PreAgreementState), default=PreAgreementState.SIGNING, server_default="signing"
    )
    reason: Mapped[str] = mapped_column(default="", server_default="")
    created_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[CreatedAt]
    signed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    paper_id: Mapped[int | None] = mapped_column(ForeignKey("paper.id"))
    __table_args__ = (
        Index("uq_pre_agreement_current", "quote_id", unique=True, postgresql_where=text("state <> 'ended'")),
        Index("ix_pre_agreement_unpapered", "id", postgresql_where=text("state = 'signed' and paper_id is null")),
        CheckConstraint("(state = 'ended') = (ended_at is not null)", name="ended"),
        CheckConstraint("organisation_id <> supplier_id", name="two_firms"),
    )


class PreAgreementSignature(Base):
    """One firm's signature over the bytes."""

    __tablename__ = "pre_agreement_signature"
    id: Mapped[Id]
    pre_agreement_id: Mapped[int] = mapped_column(ForeignKey("pre_agreement.id"))
    side: Mapped[Side] = mapped_column(state_type(Side))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    content_sha256: Mapped[str]
    signed_at: Mapped[CreatedAt]
    __table_args__ = (UniqueConstraint("pre_agreement_id", "side"), UniqueConstraint("pre_agreement_id", "person_id"))


refuse_by_constraint("uq_pre_agreement_current", N_("이 견적의 사전협의서가 이미 있습니다."))
refuse_by_constraint("uq_pre_agreement_signature_pre_agreement_id_side", N_("이미 서명했습니다."))
refuse_by_constraint(
    "uq_pre_agreement_signature_pre_agreement_id_person_id", N_("한 사람이 두 당사자를 대신해 서명할 수 없습니다.")
)
