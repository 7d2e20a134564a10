"""Needs and quotes."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, CreatedAt, Id, Minor
from marketplace.core.errors import refuse_by_constraint
from marketplace.core.i18n import N_
from marketplace.core.states import State, Stateful, state_type


class NeedState(State):
    """A need is open for quotes until its owner closes it."""

    OPEN = "open", N_("견적 접수 중"), "success"
    CLOSED = "closed", N_("마감"), "done"


class Need(Base, Stateful):
    """What a firm looks for; asked of all designated suppliers, or of one."""

    __tablename__ = "need"
    NEXT = {NeedState.OPEN: frozenset({NeedState.CLOSED})}
    id: Mapped[Id]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    supplier_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    listing_id: Mapped[int | None] = mapped_column(ForeignKey("listing.id"))
    title: Mapped[str]
    body: Mapped[str]
    budget_minor: Mapped[Minor | None]
    needed_by: Mapped[date | None]
    state: Mapped[NeedState] = mapped_column(state_type(NeedState), default=NeedState.OPEN, server_default="open")
    created_at: Mapped[CreatedAt]
    closed_at: Mapped[datetime | None]


class QuoteState(State):
    """A quote binds the supplier until it ends."""

    SENT = "sent", N_("보냄"), "info"
    ACCEPTED = "accepted", N_("채택"), "success"
    DECLINED = "declined", N_("미채택"), "neutral"
    WITHDRAWN = "withdrawn", N_("철회"), "neutral"


class Quote(Base, Stateful):
    """A supplier's price for a need: quantity x unit price, without VAT."""

    __tablename__ = "quote"
    NEXT = {QuoteState.SENT: frozenset({QuoteState.ACCEPTED, QuoteState.DECLINED, QuoteState.WITHDRAWN})}
    id: Mapped[Id]
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    description: Mapped[str]
    unit_label: Mapped[str]
    quantity: Mapped[int]
    unit_price_minor: Mapped[Minor]
    lead_days: Mapped[int]
    valid_until: Mapped[date]
    no_subcontract: Mapped[bool]
    state: Mapped[QuoteState] = mapped_column(state_type(QuoteState), default=QuoteState.SENT, server_default="sent")
    sent_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[CreatedAt]
    decided_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("quantity > 0 and unit_price_minor > 0 and lead_days >= 0", name="amounts"),
        Index("uq_quote_current", "need_id", "organisation_id", unique=True, postgresql_where=text("state = 'sent'")),
    )


refuse_by_constraint("uq_quote_current", N_("이 요청에 이미 낸 견적이 있습니다. 먼저 철회한 뒤 다시 내세요."))
