"""Designations, what their firms can carry and have booked, and what became of their deliveries."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import INET
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, CreatedAt, Id, Minor, Moment
from marketplace.core.errors import refuse_by_constraint
from marketplace.core.i18n import N_
from marketplace.core.states import State, Stateful, state_type

OFFERS = {
    "sale": N_("데이터 판매"),
    "general_processing": N_("일반 가공"),
    "ai_processing": N_("AI 가공"),
}
"""What a supplier may offer, with its word."""

PROCESSING = frozenset({"general_processing", "ai_processing"})
"""What takes people's time: only with declared staff, and never beyond it."""


ITEMS = {
    "kinds": N_("제공 서비스"),
    "profile": N_("기업 소개"),
    "staff": N_("수행 인력"),
    "prices": N_("가격 증빙"),
}
"""The parts of an application that an officer may ask to have mended."""


class DesignationState(State):
    """A supplier's way into and out of the pool."""

    APPLIED = "applied", N_("심사 대기"), "info"
    DOCUMENT_REVIEW = "document_review", N_("서류 검토"), "info"
    PRICE_REVIEW = "price_review", N_("가격 검토"), "info"
    FIX_REQUESTED = "fix_requested", N_("보완 요청"), "warning"
    DESIGNATED = "designated", N_("지정"), "success"
    REFUSED = "refused", N_("반려"), "neutral"
    SUSPENDED = "suspended", N_("지정 정지"), "warning"
    REVOKED = "revoked", N_("지정 취소"), "danger"
    EXPIRED = "expired", N_("기간 종료"), "done"


class Designation(Base, Stateful):
    """A firm's place in the supplier pool of one programme."""

    __tablename__ = "designation"
    NEXT = {
        DesignationState.APPLIED: frozenset({DesignationState.DOCUMENT_REVIEW, DesignationState.REFUSED}),
        DesignationState.DOCUMENT_REVIEW: frozenset(
            {DesignationState.PRICE_REVIEW, DesignationState.FIX_REQUESTED, DesignationState.REFUSED}
        ),
        DesignationState.PRICE_REVIEW: frozenset(
            {DesignationState.DESIGNATED, DesignationState.FIX_REQUESTED, DesignationState.REFUSED}
        ),
        DesignationState.FIX_REQUESTED: frozenset({DesignationState.APPLIED, DesignationState.REFUSED}),
        DesignationState.REFUSED: frozenset({DesignationState.APPLIED}),
        DesignationState.DESIGNATED: frozenset(
            {DesignationState.SUSPENDED, DesignationState.REVOKED, DesignationState.EXPIRED}
        ),
        DesignationState.SUSPENDED: frozenset(
            {DesignationState.DESIGNATED, DesignationState.REVOKED, DesignationState.EXPIRED}
        ),
    }
    id: Mapped[Id]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"), index=True)
    kinds: Mapped[list[Any]] = mapped_column(server_default=text("'[]'::jsonb"))
    """Which of 'sale', 'general_processing', 'ai_processing' the firm offers."""
    profile: Mapped[str]
    no_subcontract: Mapped[bool]
    """The declaration that work is not passed on."""
    state: Mapped[DesignationState] = mapped_column(
        state_type(DesignationState), default=DesignationState.APPLIED, server_default="applied"
    )
    headcount: Mapped[int] = mapped_column(default=0, server_default="0")
    """People who do the work, by the firm's own word."""
    capacity_hundredths: Mapped[int] = mapped_column(default=0, server_default="0")
    """Person-months that the firm can give to this programme at a time, in hundredths; 0 for a firm that only sells."""
    reason: Mapped[str | None]
    fixes: Mapped[list[Any]] = mapped_column(default=list, server_default=text("'[]'::jsonb"))
    """What the firm is asked to mend: [{"item": one of ITEMS, "comment": what is wrong}]."""
    created_at: Mapped[CreatedAt]
    document_reviewed_at: Mapped[datetime | None]
    document_reviewed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    designated_at: Mapped[datetime | None]
    """When the firm was first taken in: a designation is valid from then on."""
    designated_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    last_active_on: Mapped[date] = mapped_column(server_default=text("(app_now() at time zone 'Asia/Seoul')::date"))
    """When the firm last published, took on or answered something, noted down by the rooms above."""
    dormant_since: Mapped[date | None]
    """Designated, but idle for so long that nobody is pointed to it. Its orders go on, and one click wakes it."""
    reply: Mapped[str] = mapped_column(default="", server_default="")
    """What the firm says in public about its figures."""
    replied_at: Mapped[datetime | None]
    __table_args__ = (
        UniqueConstraint("organisation_id", "programme_id"),
        CheckConstraint("headcount >= 0 and capacity_hundredths >= 0", name="capacity"),
        CheckConstraint("designated_by <> document_reviewed_by", name="two_officers"),
        Index(
            "ix_designation_awake",
            "last_active_on",
            postgresql_where=text("state = 'designated' and dormant_since is null"),
        ),
    )


class PriceEvidence(Base):
    """One price of an applicant, and what shows that it is not made up for the programme."""

    __tablename__ = "price_evidence"
    id: Mapped[Id]
    designation_id: Mapped[int] = mapped_column(ForeignKey("designation.id"))
    position: Mapped[int]
    item: Mapped[str]
    unit_label: Mapped[str] = mapped_column(index=True)
    unit_price_minor: Mapped[Minor]
    same_outside: Mapped[bool]
    """Whether customers outside of the programme pay the same."""
    proof: Mapped[str]
    """Where that can be seen: a tax invoice, a public price; or why it differs."""
    __table_args__ = (
        UniqueConstraint("designation_id", "position"),
        CheckConstraint("unit_price_minor > 0", name="price"),
    )


class PriceProof(Base):
    """A file that shows what a price rests on: a tax invoice, a price list. Append-only, kept under its hash: what was
    once shown to a reviewer stays, also where the application is mended."""

    __tablename__ = "price_proof"
    id: Mapped[Id]
    designation_id: Mapped[int] = mapped_column(ForeignKey("designation.id"))
    item: Mapped[str]
    """The price it proves, by its item as it stood then."""
    name: Mapped[str]
    kind: Mapped[str]
    """'pdf', 'png', 'jpg' or 'xlsx', as its bytes say."""
    bytes: Mapped[int]
    sha256: Mapped[str]
    uploaded_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[CreatedAt]
    __table_args__ = (
        UniqueConstraint("designation_id", "item", "sha256"),
        CheckConstraint("bytes > 0", name="bytes"),
    )


class BookingState(State):
    """Person-months are held by an order while it runs."""

    BOOKED = "booked", N_("배정"), "info"
    RELEASED = "released", N_("배정 해제"), "done"


class CapacityBooking(Base, Stateful):
    """Person-months of a designated firm that one order holds until it ends."""

    __tablename__ = "capacity_booking"
    NEXT = {BookingState.BOOKED: frozenset({BookingState.RELEASED})}
    id: Mapped[Id]
    organisation_id: Mapped[int]
    programme_id: Mapped[int]
    about: Mapped[str] = mapped_column(unique=True)
    """What holds them: 'purchase_order:42'."""
    hundredths: Mapped[int]
    until_on: Mapped[date | None]
    """The last day on which they are held, if all goes well; None: not known. They are held until they are released."""
    state: Mapped[BookingState] = mapped_column(
        state_type(BookingState), default=BookingState.BOOKED, server_default="booked"
    )
    created_at: Mapped[CreatedAt]
    released_at: Mapped[datetime | None]
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "programme_id"], ["designation.organisation_id", "designation.programme_id"]
        ),
        CheckConstraint("hundredths > 0", name="hundredths"),
        CheckConstraint("(state = 'released') = (released_at is not null)", name="released"),
        Index("ix_capacity_booking_held", "programme_id", "organisation_id", postgresql_where=text("state = 'booked'")),
    )


class SupplierFigure(Base):
    """What became of one inspected delivery. Append-only: whoever inspects cannot take it back."""

    __tablename__ = "supplier_figure"
    id: Mapped[Id]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    about: Mapped[str] = mapped_column(unique=True)
    """The delivery: 'delivery:42'."""
    late: Mapped[bool]
    """Handed over after the day the order named."""
    rejected: Mapped[bool]
    """Sent back, in whole or in part."""
    disputed: Mapped[bool]
    """Sent back although it had been sent back before: the two firms do not agree on what was ordered."""
    noted_at: Mapped[CreatedAt]
    __table_args__ = (Index("ix_supplier_figure_programme_id_organisation_id", "programme_id", "organisation_id"),)


QUESTIONS = {
    "usable": N_("설명대로 쓸 수 있었나요?"),
    "matched": N_("데이터 사전과 맞았나요?"),
    "on_time": N_("약속한 날에 받았나요?"),
    "used": N_("제품이나 서비스에 썼나요?"),
    "again": N_("다시 주문하겠나요?"),
}
"""What is asked of a buyer: facts, since nobody gives stars honestly and few give them at all."""

SAID = {"yes": N_("예"), "no": N_("아니요"), "not_yet": N_("아직 모름")}


class BuyerAnswer(Base):
    """What a buyer says of a delivery it accepted, once. Append-only; the public sees counts, the firm and staff words."""

    __tablename__ = "buyer_answer"
    id: Mapped[Id]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    """The supplier."""
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    buyer_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    about: Mapped[str] = mapped_column(unique=True)
    """The delivery: 'delivery:42'."""
    usable: Mapped[str]
    matched: Mapped[str]
    on_time: Mapped[str]
    used: Mapped[str]
    again: Mapped[str]
    """Each one of SAID."""
    words: Mapped[str] = mapped_column(default="", server_default="")
    noted_at: Mapped[CreatedAt]
    __table_args__ = (
        *(CheckConstraint(f"{name} in ('yes', 'no', 'not_yet')", name=name) for name in QUESTIONS),
        CheckConstraint("organisation_id <> buyer_id", name="two_firms"),
        Index("ix_buyer_answer_organisation_id_programme_id", "organisation_id", "programme_id"),
    )


class RegisterCheck(Base):
    """Somebody asked the public register about a number. Append-only, for throttling and for seeing impostors."""

    __tablename__ = "register_check"
    id: Mapped[Id]
    address: Mapped[str | None] = mapped_column(INET)
    business_number: Mapped[str]
    found: Mapped[bool]
    recorded_at: Mapped[Moment] = mapped_column(server_default=text("clock_timestamp()"))
    __table_args__ = (Index(None, "address", "recorded_at"),)


class ImpostorReport(Base):
    """Somebody tells that a firm outside of the pool sells as if it were in it. Append-only."""

    __tablename__ = "impostor_report"
    id: Mapped[Id]
    business_number: Mapped[str]
    words: Mapped[str]
    contact: Mapped[str] = mapped_column(default="", server_default="")
    address: Mapped[str | None] = mapped_column(INET)
    created_at: Mapped[CreatedAt]


refuse_by_constraint("uq_buyer_answer_about", N_("이 납품에는 이미 답했습니다. 답은 한 번만 남길 수 있습니다."))
refuse_by_constraint(
    "ck_designation_two_officers",
    N_("서류를 검토한 담당자는 가격을 검토해 지정할 수 없습니다. 다른 담당자에게 맡기세요."),
)
refuse_by_constraint("uq_capacity_booking_about", N_("이 발주에는 이미 인력을 배정했습니다."))
refuse_by_constraint("uq_designation_organisation_id_programme_id", N_("이 사업의 공급기업 풀에 이미 신청했습니다."))
