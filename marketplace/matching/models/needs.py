"""What a firm looks for, whom it asks, and what they ask back."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.catalogue.models import ListingKind, PersonalData
from marketplace.core.db import Base, CreatedAt, Id, Minor
from marketplace.core.errors import refuse_by_constraint
from marketplace.core.i18n import N_
from marketplace.core.states import State, Stateful, state_type

A_MINUTE = timedelta(minutes=1)


class NeedState(State):
    """A need is written, open for sealed quotes, opened and decided, or it ends without a choice."""

    DRAFT = "draft", N_("작성 중"), "neutral"
    OPEN = "open", N_("견적 접수 중"), "success"
    OPENED = "opened", N_("견적 검토 중"), "info"
    CHOSEN = "chosen", N_("선정 완료"), "done"
    UNSUCCESSFUL = "unsuccessful", N_("유찰"), "warning"
    CANCELLED = "cancelled", N_("취소"), "neutral"
    WITHDRAWN = "withdrawn", N_("철회"), "neutral"


class Audience(State):
    """Who may quote."""

    ALL = "all", N_("모든 지정 공급기업"), "info"
    INVITED = "invited", N_("초대한 공급기업"), "info"
    ONE = "one", N_("한 공급기업"), "neutral"


class Purpose(State):
    """What a firm wants to do with it; each rests on a right of the licence."""

    INTERNAL = "internal", N_("회사 안에서 분석"), "neutral"
    PRODUCT = "product", N_("제품·서비스에 사용"), "neutral"
    DERIVE = "derive", N_("가공해 새 자료 만들기"), "neutral"
    AI_TRAINING = "ai_training", N_("AI 학습"), "neutral"
    SHARE = "share", N_("다른 기업에 제공"), "neutral"


class Need(Base, Stateful):
    """What a firm looks for. Quotes stay sealed until `quotes_until`; where one supplier alone is asked nothing is sealed."""

    __tablename__ = "need"
    NEXT = {
        NeedState.DRAFT: frozenset({NeedState.OPEN, NeedState.WITHDRAWN}),
        NeedState.OPEN: frozenset({NeedState.OPENED, NeedState.UNSUCCESSFUL, NeedState.WITHDRAWN}),
        NeedState.OPENED: frozenset({NeedState.CHOSEN, NeedState.UNSUCCESSFUL, NeedState.CANCELLED}),
    }
    id: Mapped[Id]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    supplier_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    """The only firm that is asked, where the audience is ONE."""
    listing_id: Mapped[int | None] = mapped_column(ForeignKey("listing.id"))
    title: Mapped[str]
    body: Mapped[str]
    kind: Mapped[ListingKind | None] = mapped_column(state_type(ListingKind))
    topics: Mapped[list[Any]] = mapped_column(default=list, server_default=text("'[]'::jsonb"))
    """Key words, at most five."""
    purposes: Mapped[list[Any]] = mapped_column(default=list, server_default=text("'[]'::jsonb"))
    """Values of Purpose."""
    formats: Mapped[list[Any]] = mapped_column(default=list, server_default=text("'[]'::jsonb"))
    """Formats by their short names in capitals: CSV."""
    region: Mapped[str] = mapped_column(default="", server_default="")
    period_from: Mapped[date | None]
    period_to: Mapped[date | None]
    volume: Mapped[int | None]
    """How many records at least."""
    personal_data: Mapped[PersonalData] = mapped_column(
        state_type(PersonalData), default=PersonalData.NONE, server_default="none"
    )
    """The most personal class that the firm may receive."""
    budget_minor: Mapped[Minor | None]
    """Won, without VAT."""
    needed_by: Mapped[date | None]
    audience: Mapped[Audience] = mapped_column(state_type(Audience), default=Audience.ALL, server_default="all")
    questions_until: Mapped[datetime | None]
    quotes_until: Mapped[datetime | None]
    """The first moment at which a quote is late; None: nothing is sealed."""
    state: Mapped[NeedState] = mapped_column(state_type(NeedState), default=NeedState.OPEN, server_default="open")
    reason: Mapped[str] = mapped_column(default="", server_default="")
    """Why the quote was chosen, or why none was; the firms that quoted are told."""
    single_source: Mapped[str] = mapped_column(default="", server_default="")
    """Why one quote was enough above the amount from which two are asked for."""
    created_at: Mapped[CreatedAt]
    posted_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("period_from <= period_to", name="period"),
        CheckConstraint("volume > 0", name="volume"),
        CheckConstraint("questions_until <= quotes_until", name="deadlines"),
        CheckConstraint("(audience = 'one') = (supplier_id is not null)", name="audience"),
        Index("ix_need_sealed", "quotes_until", postgresql_where=text("state = 'open' and quotes_until is not null")),
    )

    @property
    def questions_end(self) -> datetime | None:
        """The last minute for a question, as people are told it."""
        return self.questions_until - A_MINUTE if self.questions_until else None

    @property
    def quotes_end(self) -> datetime | None:
        """The last minute for a quote, as people are told it."""
        return self.quotes_until - A_MINUTE if self.quotes_until else None

    @property
    def is_sealed(self) -> bool:
        """Whether nobody but its supplier may read a quote now."""
        return self.state == NeedState.OPEN and self.quotes_until is not None


class NeedInvitation(Base):
    """A firm that was asked by name; at most five of one need. Taken back it stays as it was, with who did so and when."""

    __tablename__ = "need_invitation"
    id: Mapped[Id]
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"))
    supplier_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    listing_id: Mapped[int | None] = mapped_column(ForeignKey("listing.id"))
    """The offer for which it was asked."""
    invited_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[CreatedAt]
    taken_back_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    taken_back_at: Mapped[datetime | None]
    __table_args__ = (
        Index(
            "uq_need_invitation_need_id_supplier_id",
            "need_id",
            "supplier_id",
            unique=True,
            postgresql_where=text("taken_back_at is null"),
        ),
        CheckConstraint("(taken_back_at is null) = (taken_back_by is null)", name="taken_back"),
    )


class NeedQuestion(Base):
    """A question about a need. Who asked is known to nobody but the firm that asked; the answer is read by all asked."""

    __tablename__ = "need_question"
    id: Mapped[Id]
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), info={"secret": True})
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"), info={"secret": True})
    body: Mapped[str]
    asked_at: Mapped[CreatedAt]
    answer: Mapped[str] = mapped_column(default="", server_default="")
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]
    __table_args__ = (CheckConstraint("(answer = '') = (answered_at is null)", name="answered"),)


refuse_by_constraint("ck_need_period", N_("기간의 끝이 처음보다 앞섭니다. 날짜를 확인하세요."), "period_to")
refuse_by_constraint("ck_need_deadlines", N_("질문 마감은 견적 마감보다 늦을 수 없습니다."), "questions_until")
refuse_by_constraint("uq_need_invitation_need_id_supplier_id", N_("이미 초대한 공급기업입니다."))
