"""Listings and their versions."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, CreatedAt, Id, Minor
from marketplace.core.errors import refuse_by_constraint
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


class Theme(State):
    """What data is about: the subjects of Korea's public data portal, and language, in which AI Hub is rich."""

    ADMINISTRATION = "administration", N_("공공행정"), "neutral"
    AGRICULTURE = "agriculture", N_("농축수산"), "neutral"
    CULTURE = "culture", N_("문화관광"), "neutral"
    DISASTER = "disaster", N_("재난안전"), "neutral"
    EDUCATION = "education", N_("교육"), "neutral"
    ENVIRONMENT = "environment", N_("환경기상"), "neutral"
    FINANCE = "finance", N_("재정금융"), "neutral"
    FOOD = "food", N_("식품건강"), "neutral"
    HEALTH = "health", N_("보건의료"), "neutral"
    INDUSTRY = "industry", N_("산업고용"), "neutral"
    LAND = "land", N_("국토관리"), "neutral"
    LANGUAGE = "language", N_("언어·음성"), "neutral"
    LAW = "law", N_("법률"), "neutral"
    SCIENCE = "science", N_("과학기술"), "neutral"
    TRANSPORT = "transport", N_("교통물류"), "neutral"
    UNIFICATION = "unification", N_("통일외교안보"), "neutral"
    WELFARE = "welfare", N_("사회복지"), "neutral"
    UNKNOWN = "unknown", N_("분야 없음"), "neutral"


class Frequency(State):
    """How often the data is brought up to date."""

    REAL_TIME = "real_time", N_("실시간"), "success"
    DAILY = "daily", N_("매일"), "success"
    WEEKLY = "weekly", N_("매주"), "success"
    MONTHLY = "monthly", N_("달마다"), "success"
    QUARTERLY = "quarterly", N_("분기마다"), "info"
    YEARLY = "yearly", N_("매년"), "info"
    IRREGULAR = "irregular", N_("부정기"), "neutral"
    NEVER = "never", N_("갱신하지 않음"), "neutral"
    UNKNOWN = "unknown", N_("알려지지 않음"), "neutral"


class ColumnType(State):
    """What stands in a column."""

    TEXT = "text", N_("글자"), "neutral"
    INTEGER = "integer", N_("정수"), "neutral"
    DECIMAL = "decimal", N_("소수"), "neutral"
    BOOLEAN = "boolean", N_("예/아니오"), "neutral"
    DATE = "date", N_("날짜"), "neutral"
    DATETIME = "datetime", N_("날짜와 시각"), "neutral"
    FILE = "file", N_("파일(그림·소리 등)"), "neutral"


class PriceUnit(State):
    """What is paid for."""

    ONE_OFF = "one_off", N_("전체(한 번)"), "neutral"
    RECORD = "record", N_("기록 한 건"), "neutral"
    PIECE = "piece", N_("그림 한 장"), "neutral"
    HOUR = "hour", N_("한 시간"), "neutral"
    CALL = "call", N_("호출 한 번"), "neutral"
    MONTH = "month", N_("한 달"), "neutral"


class LabourModel(State):
    """Who does the work of processing."""

    DIRECT = "direct", N_("직접 고용"), "success"
    CROWD = "crowd", N_("크라우드"), "info"
    MIXED = "mixed", N_("직접 고용과 크라우드"), "info"


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
    seen_run: Mapped[int | None] = mapped_column(ForeignKey("harvest_run.id"))
    """The taking-in that saw it last, for open data of another catalogue."""
    gone_at: Mapped[datetime | None]
    """When its source was found to have it no longer."""
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
    theme: Mapped[Theme] = mapped_column(state_type(Theme), default=Theme.UNKNOWN, server_default="unknown")
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
    region: Mapped[str] = mapped_column(default="", server_default="")
    period_from: Mapped[date | None]
    period_to: Mapped[date | None]
    frequency: Mapped[Frequency] = mapped_column(
        state_type(Frequency), default=Frequency.UNKNOWN, server_default="unknown"
    )
    record_count: Mapped[int | None]
    byte_size: Mapped[int | None]
    provenance: Mapped[str] = mapped_column(default="", server_default="")
    """Where it comes from and how it was collected."""
    dictionary: Mapped[list[Any]] = mapped_column(default=list, server_default=text("'[]'::jsonb"))
    """Lines of rules.content.COLUMN."""
    terms: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'::jsonb"))
    """Choices of rules.terms.RIGHTS with attribution and term_months; empty: as the licence's class implies."""
    plans: Mapped[list[Any]] = mapped_column(default=list, server_default=text("'[]'::jsonb"))
    """Further prices, lines of rules.content.PLAN; what an order copies is unit_price_minor."""
    labour: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'::jsonb"))
    """The labour card of processing by many hands, of rules.content.LABOUR."""
    sample_id: Mapped[int | None] = mapped_column(ForeignKey("listing_sample.id"))
    attributes: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    created_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[CreatedAt]
    reviewed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reviewed_at: Mapped[datetime | None]
    __table_args__ = (
        UniqueConstraint("listing_id", "number"),
        CheckConstraint("unit_price_minor >= 0 and minimum_quantity > 0 and lead_days >= 0", name="amounts"),
        CheckConstraint("record_count >= 0 and byte_size >= 0", name="volume"),
        CheckConstraint("period_from <= period_to", name="period"),
        Index(None, "kind"),
    )


class SampleState(State):
    """A sample is looked at before anybody sees it."""

    WAITING = "waiting", N_("살펴보는 중"), "info"
    READY = "ready", N_("보여 줄 수 있음"), "success"
    REFUSED = "refused", N_("받지 않음"), "danger"


class ListingSample(Base, Stateful):
    """An upload that shows what the data is like. The upload itself is seen by nobody: what is shown, and can be
    downloaded, is a copy made from it without personal data. The upload is kept, under its hash, only where it had none.
    """

    __tablename__ = "listing_sample"
    NEXT = {SampleState.WAITING: frozenset({SampleState.READY, SampleState.REFUSED})}
    id: Mapped[Id]
    listing_id: Mapped[int] = mapped_column(ForeignKey("listing.id"), index=True)
    state: Mapped[SampleState] = mapped_column(
        state_type(SampleState), default=SampleState.WAITING, server_default="waiting"
    )
    name: Mapped[str]
    byte_size: Mapped[int]
    sha256: Mapped[str]
    """Of the upload."""
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    """How often somebody began to read it: a file that kills its reader is not read for ever."""
    problem: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'::jsonb"))
    """Why it was refused: {"words": message id, "values": {…}}."""
    tables: Mapped[list[Any]] = mapped_column(default=list, server_default=text("'[]'::jsonb"))
    """[{"name", "rows", "columns": [profile], "preview": [[cell]], "personal": {kind: cells}, "sha256", "byte_size"}]."""
    upload: Mapped[str] = mapped_column(default="held", server_default="held")
    """'held' until it was looked at; then 'kept' under its hash, or 'removed'."""
    created_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[CreatedAt]
    profiled_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("upload in ('held', 'kept', 'removed')", name="upload"),
        Index("uq_listing_sample_waiting", "listing_id", unique=True, postgresql_where=text("state = 'waiting'")),
        Index("ix_listing_sample_held", "id", postgresql_where=text("upload = 'held'")),
    )


CONTENT = {
    "kind": N_("유형"),
    "theme": N_("분야"),
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
    "record_count": N_("건수"),
    "byte_size": N_("용량"),
    "region": N_("지역"),
    "period_from": N_("기간의 처음"),
    "period_to": N_("기간의 끝"),
    "coverage": N_("범위"),
    "frequency": N_("갱신 주기"),
    "refresh": N_("갱신 설명"),
    "provenance": N_("출처와 수집 방법"),
    "acceptance_criteria": N_("검수 기준"),
    "terms": N_("허락하는 일"),
    "plans": N_("가격표"),
    "labour": N_("가공 인력 카드"),
    "dictionary": N_("데이터 사전"),
    "sample_id": N_("표본"),
    "attributes": N_("그 밖의 정보"),
}
"""The columns of a version that say what is offered, with their words, in the order in which a person reads them."""

refuse_by_constraint(
    "uq_listing_sample_waiting", N_("앞서 올린 표본을 아직 살펴보고 있습니다. 끝난 뒤 다시 올리세요."), "file"
)
