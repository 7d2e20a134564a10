"""Listings and their versions."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, CreatedAt, Id, Minor
from marketplace.core.i18n import N_
from marketplace.core.states import State, Stateful, state_type


class ListingKind(State):
    """What is on offer."""

    DATASET = "dataset", N_("데이터 구매"), "info"
    GENERAL_PROCESSING = "general_processing", N_("일반 가공"), "info"
    AI_PROCESSING = "ai_processing", N_("AI 가공"), "info"
    OPEN_DATA = "open_data", N_("개방 데이터"), "success"


SELLABLE = (ListingKind.DATASET, ListingKind.GENERAL_PROCESSING, ListingKind.AI_PROCESSING)
"""What a supplier may offer; open data comes from other catalogues."""


class ListingState(State):
    """A listing is written, reviewed, shown, and taken down."""

    DRAFT = "draft", N_("작성 중"), "neutral"
    REVIEW = "review", N_("검토 중"), "info"
    PUBLISHED = "published", N_("게시"), "success"
    WITHDRAWN = "withdrawn", N_("게시 종료"), "done"


class Licence(State):
    """What a buyer may do with the data."""

    INTERNAL = "internal", N_("내부 이용"), "neutral"
    COMMERCIAL = "commercial", N_("상업적 이용"), "neutral"
    REDISTRIBUTION = "redistribution", N_("재배포 가능"), "neutral"
    OPEN = "open", N_("자유 이용"), "success"
    SOURCE = "source", N_("출처의 조건에 따름"), "neutral"


class PersonalData(State):
    """Whether persons can be recognised in the data."""

    NONE = "none", N_("개인정보 없음"), "success"
    PSEUDONYMISED = "pseudonymised", N_("가명정보"), "warning"
    CONSENTED = "consented", N_("동의받은 개인정보"), "danger"
    UNKNOWN = "unknown", N_("확인되지 않음"), "neutral"


class Listing(Base, Stateful):
    """One offer over its whole life; what it says stands in its versions."""

    __tablename__ = "listing"
    NEXT = {
        ListingState.DRAFT: frozenset({ListingState.REVIEW, ListingState.WITHDRAWN}),
        ListingState.REVIEW: frozenset({ListingState.PUBLISHED, ListingState.DRAFT, ListingState.WITHDRAWN}),
        ListingState.PUBLISHED: frozenset({ListingState.WITHDRAWN}),
        ListingState.WITHDRAWN: frozenset({ListingState.REVIEW, ListingState.PUBLISHED}),
    }
    id: Mapped[Id]
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    """The supplier; None for open data of another catalogue."""
    source: Mapped[str | None]
    source_key: Mapped[str | None]
    source_url: Mapped[str | None]
    state: Mapped[ListingState] = mapped_column(
        state_type(ListingState), default=ListingState.DRAFT, server_default="draft"
    )
    published_version: Mapped[int | None]
    """The number of the version that the public sees, or saw last."""
    submitted_version: Mapped[int | None]
    """The number of the version that waits for review; a published listing stays public meanwhile."""
    review_comment: Mapped[str | None]
    created_at: Mapped[CreatedAt]
    __table_args__ = (
        UniqueConstraint("source", "source_key"),
        CheckConstraint("(organisation_id is null) = (source is not null)", name="whose"),
        CheckConstraint("state <> 'published' or published_version is not null", name="published"),
        CheckConstraint("state <> 'review' or submitted_version is not null", name="submitted"),
        Index("ix_listing_submitted", "id", postgresql_where=text("submitted_version is not null")),
    )


class ListingVersion(Base):
    """What a listing said at one time. Never changed, which the database itself refuses; only the review is added."""

    __tablename__ = "listing_version"
    id: Mapped[Id]
    listing_id: Mapped[int] = mapped_column(ForeignKey("listing.id"))
    number: Mapped[int]
    kind: Mapped[ListingKind] = mapped_column(state_type(ListingKind))
    title: Mapped[str]
    title_en: Mapped[str | None]
    summary: Mapped[str]
    description: Mapped[str] = mapped_column(default="", server_default="")
    unit_label: Mapped[str]
    """What one unit is: '세트', '건', '시간'."""
    unit_price_minor: Mapped[Minor | None]
    """Supply price of one unit without VAT; None: on request, 0: free."""
    minimum_quantity: Mapped[int] = mapped_column(default=1, server_default="1")
    lead_days: Mapped[int] = mapped_column(default=0, server_default="0")
    licence: Mapped[Licence] = mapped_column(state_type(Licence))
    personal_data: Mapped[PersonalData] = mapped_column(state_type(PersonalData))
    format: Mapped[str] = mapped_column(default="", server_default="")
    coverage: Mapped[str] = mapped_column(default="", server_default="")
    refresh: Mapped[str] = mapped_column(default="", server_default="")
    acceptance_criteria: Mapped[str] = mapped_column(default="", server_default="")
    attributes: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    created_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[CreatedAt]
    reviewed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reviewed_at: Mapped[datetime | None]
    __table_args__ = (
        UniqueConstraint("listing_id", "number"),
        CheckConstraint("unit_price_minor >= 0 and minimum_quantity > 0 and lead_days >= 0", name="amounts"),
        Index(None, "kind"),
    )


CONTENT = {
    "kind": N_("유형"),
    "title": N_("상품 이름"),
    "title_en": N_("영문 이름"),
    "summary": N_("한 줄 소개"),
    "description": N_("설명"),
    "unit_label": N_("단위"),
    "unit_price_minor": N_("단가"),
    "minimum_quantity": N_("최소 수량"),
    "lead_days": N_("납기"),
    "licence": N_("이용 조건"),
    "personal_data": N_("개인정보"),
    "format": N_("형식"),
    "coverage": N_("범위"),
    "refresh": N_("갱신 주기"),
    "acceptance_criteria": N_("검수 기준"),
    "attributes": N_("그 밖의 정보"),
}
"""The columns of a version that say what is offered, with their words, in the order in which a person reads them."""
