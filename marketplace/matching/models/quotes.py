"""What suppliers answer with, and what was paid for the like."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.catalogue.models import ListingKind
from marketplace.core.db import Base, CreatedAt, Id, Minor
from marketplace.core.errors import refuse_by_constraint
from marketplace.core.i18n import N_
from marketplace.core.states import State, Stateful, state_type

SEALED = {"secret": True}
"""Columns that no list of raw rows shows and no evidence names: what a quote says is read on its page, once it is opened."""


class QuoteState(State):
    """A quote binds the supplier until it ends."""

    SENT = "sent", N_("보냄"), "info"
    ACCEPTED = "accepted", N_("채택"), "success"
    DECLINED = "declined", N_("미채택"), "neutral"
    WITHDRAWN = "withdrawn", N_("철회"), "neutral"


class TaxKind(State):
    """How a position is taxed: with VAT, at the rate of zero, or not at all."""

    TAXABLE = "taxable", N_("과세"), "neutral"
    ZERO = "zero", N_("영세율"), "info"
    EXEMPT = "exempt", N_("면세"), "info"


class Quote(Base, Stateful):
    """A supplier's offer for a need. What it says never changes; a better one replaces it as another row.

    The sums are nobody's but the supplier's until the need is opened, and are written here only then. `content_sha256`
    is of the whole offer with a nonce, so that it can be shown later that nothing was changed, and nothing guessed before.
    """

    __tablename__ = "quote"
    NEXT = {QuoteState.SENT: frozenset({QuoteState.ACCEPTED, QuoteState.DECLINED, QuoteState.WITHDRAWN})}
    id: Mapped[Id]
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    description: Mapped[str] = mapped_column(info=SEALED)
    lead_days: Mapped[int] = mapped_column(info=SEALED)
    valid_until: Mapped[date] = mapped_column(info=SEALED)
    no_subcontract: Mapped[bool]
    rights: Mapped[list[Any]] = mapped_column(default=list, server_default=text("'[]'::jsonb"), info=SEALED)
    """What the buyer may do with it, by the names of a licence's rights."""
    acceptance_criteria: Mapped[str] = mapped_column(default="", server_default="", info=SEALED)
    sample_url: Mapped[str] = mapped_column(default="", server_default="", info=SEALED)
    person_months: Mapped[int] = mapped_column(default=0, server_default="0", info=SEALED)
    """Work of processing, in hundredths of a person-month."""
    nonce: Mapped[str] = mapped_column(default="", server_default="", info=SEALED)
    content_sha256: Mapped[str] = mapped_column(default="", server_default="")
    vat_rate: Mapped[str] = mapped_column(default="1/10", server_default="1/10", info=SEALED)
    """The rate of VAT on what is taxable, as a fraction, by the ruleset of the firm that asked when it was sent."""
    supply_minor: Mapped[Minor | None]
    vat_minor: Mapped[Minor | None]
    state: Mapped[QuoteState] = mapped_column(state_type(QuoteState), default=QuoteState.SENT, server_default="sent")
    reason: Mapped[str] = mapped_column(default="", server_default="")
    """Why it was not chosen, as its supplier was told."""
    sent_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[CreatedAt]
    opened_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("lead_days >= 0 and person_months >= 0", name="amounts"),
        CheckConstraint("(supply_minor is null) = (opened_at is null)", name="opened"),
        CheckConstraint("state <> 'accepted' or opened_at is not null", name="accepted"),
        Index("uq_quote_current", "need_id", "organisation_id", unique=True, postgresql_where=text("state = 'sent'")),
    )


class QuoteLine(Base):
    """One position of a quote; amounts in won. Never changed. Read on the quote's page alone, as the quote is."""

    __tablename__ = "quote_line"
    id: Mapped[Id]
    quote_id: Mapped[int] = mapped_column(ForeignKey("quote.id"))
    position: Mapped[int]
    description: Mapped[str] = mapped_column(info=SEALED)
    unit_label: Mapped[str] = mapped_column(info=SEALED)
    quantity: Mapped[int] = mapped_column(info=SEALED)
    unit_price_minor: Mapped[Minor] = mapped_column(info=SEALED)
    supply_minor: Mapped[Minor] = mapped_column(info=SEALED)
    """quantity x unit price, without VAT."""
    tax_kind: Mapped[TaxKind] = mapped_column(
        state_type(TaxKind), default=TaxKind.TAXABLE, server_default="taxable", info=SEALED
    )
    vat_minor: Mapped[Minor] = mapped_column(info=SEALED)
    """floor(supply x the quote's rate) of a taxable line, 0 of the others."""
    __table_args__ = (
        UniqueConstraint("quote_id", "position"),
        CheckConstraint("quantity > 0 and unit_price_minor > 0 and vat_minor >= 0", name="amounts"),
        CheckConstraint("supply_minor = quantity * unit_price_minor", name="supply"),
        CheckConstraint("tax_kind = 'taxable' or vat_minor = 0", name="tax"),
    )


class PriceFact(Base):
    """What was paid for one unit in a settled order. Written once by the room that settles, for bands of prices."""

    __tablename__ = "price_fact"
    id: Mapped[Id]
    about: Mapped[str] = mapped_column(unique=True)
    """The line that was paid: 'order_line:42'."""
    kind: Mapped[ListingKind] = mapped_column(state_type(ListingKind))
    unit_label: Mapped[str]
    unit_price_minor: Mapped[Minor]
    buyer_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    supplier_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    settled_on: Mapped[date]
    created_at: Mapped[CreatedAt]
    __table_args__ = (
        CheckConstraint("unit_price_minor > 0", name="price"),
        Index(None, "kind", "unit_label", "settled_on"),
    )


refuse_by_constraint("uq_quote_current", N_("이 요청에 이미 낸 견적이 있습니다. 먼저 철회한 뒤 다시 내세요."))
refuse_by_constraint(
    "ck_quote_late", N_("견적 마감이 지났습니다. 마감 뒤에는 견적을 내거나 고치거나 철회할 수 없습니다.")
)
