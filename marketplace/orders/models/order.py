"""Purchase orders and their lines."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Numeric, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, CreatedAt, Id, Minor
from marketplace.core.errors import refuse_by_constraint
from marketplace.core.i18n import N_
from marketplace.core.states import State, Stateful, state_type
from marketplace.matching.models import TaxKind


class OrderState(State):
    """The way of an order; delivery, invoice and payout have states of their own."""

    DRAFT = "draft", N_("작성 중"), "neutral"
    ASKED = "asked", N_("결재 대기"), "warning"
    SUBMITTED = "submitted", N_("수락 대기"), "info"
    ACCEPTED = "accepted", N_("수주 확인"), "success"
    CLOSED = "closed", N_("완료"), "done"
    DECLINED = "declined", N_("수주 거절"), "danger"
    CANCELLED = "cancelled", N_("취소"), "neutral"


UNSENT = (OrderState.DRAFT, OrderState.ASKED)
"""Still inside the buying firm: nothing is reserved, and the supplier does not know of it."""


class PurchaseOrder(Base, Stateful):
    """One order on one voucher to one supplier.

    `supply_minor`, `vat_minor`, `support_minor` and `own_minor` are what was agreed when it was submitted;
    `committed_*` is what still counts against the voucher: all of it while the order runs, what was recognised when it
    is closed, nothing when it was declined or cancelled. `spent_*` is what approved invoices have turned from reserved
    into owed; what is released at the end is the difference.
    """

    __tablename__ = "purchase_order"
    NEXT = {
        OrderState.DRAFT: frozenset({OrderState.ASKED, OrderState.SUBMITTED, OrderState.CANCELLED}),
        OrderState.ASKED: frozenset({OrderState.DRAFT, OrderState.SUBMITTED, OrderState.CANCELLED}),
        OrderState.SUBMITTED: frozenset({OrderState.ACCEPTED, OrderState.DECLINED, OrderState.CANCELLED}),
        OrderState.ACCEPTED: frozenset({OrderState.CLOSED, OrderState.CANCELLED}),
    }
    id: Mapped[Id]
    number: Mapped[str | None] = mapped_column(unique=True)
    """PO-YYYY-NNNNNN, given when submitted."""
    voucher_id: Mapped[int] = mapped_column(ForeignKey("voucher.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    supplier_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"), index=True)
    listing_version_id: Mapped[int | None] = mapped_column(ForeignKey("listing_version.id"))
    quote_id: Mapped[int | None] = mapped_column(ForeignKey("quote.id"))
    title: Mapped[str]
    note: Mapped[str] = mapped_column(default="", server_default="")
    unit: Mapped[str] = mapped_column(default="KRW", server_default="KRW")
    supply_minor: Mapped[Minor]
    vat_minor: Mapped[Minor]
    support_minor: Mapped[Minor] = mapped_column(default=0, server_default="0")
    own_minor: Mapped[Minor] = mapped_column(default=0, server_default="0")
    """The own share of the supply value, without VAT."""
    committed_supply_minor: Mapped[Minor] = mapped_column(default=0, server_default="0")
    committed_support_minor: Mapped[Minor] = mapped_column(default=0, server_default="0")
    spent_supply_minor: Mapped[Minor] = mapped_column(default=0, server_default="0")
    spent_support_minor: Mapped[Minor] = mapped_column(default=0, server_default="0")
    spent_own_minor: Mapped[Minor] = mapped_column(default=0, server_default="0")
    """Own share and VAT together, as they are reserved together."""
    cut_supply_minor: Mapped[Minor] = mapped_column(default=0, server_default="0")
    cut_support_minor: Mapped[Minor] = mapped_column(default=0, server_default="0")
    cut_own_minor: Mapped[Minor] = mapped_column(default=0, server_default="0")
    cut_vat_minor: Mapped[Minor] = mapped_column(default=0, server_default="0")
    """What settlement did not recognise of approved invoices, and what went back to the voucher for it already."""
    deliver_by: Mapped[date]
    state: Mapped[OrderState] = mapped_column(state_type(OrderState), default=OrderState.DRAFT, server_default="draft")
    reason: Mapped[str | None]
    """Why it was declined, cancelled or closed short."""
    created_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[CreatedAt]
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who of the buyer asked for it to be approved."""
    asked_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]
    submitted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    closed_at: Mapped[datetime | None]
    paper_id: Mapped[int | None] = mapped_column(ForeignKey("paper.id"))
    """The purchase order as a document; a job issues it."""
    __table_args__ = (
        CheckConstraint(
            "supply_minor > 0 and vat_minor >= 0 and support_minor >= 0 and own_minor >= 0", name="amounts"
        ),
        CheckConstraint(
            "state in ('draft','asked','cancelled') or support_minor + own_minor = supply_minor", name="split"
        ),
        CheckConstraint("organisation_id <> supplier_id", name="two_firms"),
        CheckConstraint("committed_support_minor <= committed_supply_minor", name="committed"),
        CheckConstraint(
            "0 <= spent_supply_minor and spent_supply_minor <= supply_minor "
            "and 0 <= spent_support_minor and spent_support_minor <= support_minor "
            "and 0 <= spent_own_minor and spent_own_minor <= own_minor + vat_minor",
            name="spent",
        ),
        CheckConstraint(
            "cut_supply_minor >= 0 and cut_support_minor >= 0 and cut_own_minor >= 0 and cut_vat_minor >= 0 "
            "and spent_supply_minor + cut_supply_minor <= supply_minor "
            "and spent_support_minor + cut_support_minor <= support_minor "
            "and spent_own_minor + cut_own_minor + cut_vat_minor <= own_minor + vat_minor",
            name="cut",
        ),
        Index(
            "uq_purchase_order_quote_id",
            "quote_id",
            unique=True,
            postgresql_where=text("state not in ('cancelled','declined')"),
        ),
        Index(
            "ix_purchase_order_unpapered",
            "id",
            postgresql_where=text("paper_id is null and state in ('submitted','accepted')"),
        ),
        Index("ix_purchase_order_committed", "voucher_id", postgresql_where=text("committed_supply_minor > 0")),
    )

    @property
    def total_minor(self) -> int:
        return self.supply_minor + self.vat_minor


class OrderLine(Base):
    """One position. Counters are supply value in won and only move by `orders.operations.note_*`."""

    __tablename__ = "order_line"
    id: Mapped[Id]
    order_id: Mapped[int] = mapped_column(ForeignKey("purchase_order.id"))
    position: Mapped[int]
    description: Mapped[str]
    unit_label: Mapped[str]
    quantity: Mapped[Decimal] = mapped_column(Numeric(14, 3))
    unit_price_minor: Mapped[Minor]
    ordered_minor: Mapped[Minor]
    """floor(quantity x unit price), without VAT."""
    vat_minor: Mapped[Minor]
    """floor(ordered x rate) of a taxable line, 0 of the others; each line is rounded by itself, and the order's is their sum."""
    tax_kind: Mapped[TaxKind] = mapped_column(state_type(TaxKind), default=TaxKind.TAXABLE, server_default="taxable")
    kind: Mapped[str | None]
    """The listing's kind when the line was written; None for a quote that was asked for without a listing."""
    listing_version_id: Mapped[int | None] = mapped_column(ForeignKey("listing_version.id"))
    deliver_by: Mapped[date | None]
    """A milestone's own day; None: the order's."""
    delivered_minor: Mapped[Minor] = mapped_column(default=0, server_default="0")
    accepted_minor: Mapped[Minor] = mapped_column(default=0, server_default="0")
    invoiced_minor: Mapped[Minor] = mapped_column(default=0, server_default="0")
    paid_minor: Mapped[Minor] = mapped_column(default=0, server_default="0")
    __table_args__ = (
        UniqueConstraint("order_id", "position"),
        CheckConstraint(
            "unit_price_minor > 0 and vat_minor >= 0 and quantity >= 0 and (quantity > 0 or ordered_minor = 0)",
            name="amounts",
        ),
        CheckConstraint("tax_kind = 'taxable' or vat_minor = 0", name="tax"),
        CheckConstraint(
            "0 <= paid_minor and paid_minor <= invoiced_minor and invoiced_minor <= accepted_minor "
            "and accepted_minor <= delivered_minor and delivered_minor <= ordered_minor",
            name="chain",
        ),
    )


class SpendingRule(Base):
    """Who in a buying firm may bind how much. Without a row: whoever signs, alone. Amounts are totals with VAT.

    `member_limit_minor`: up to so much any member places an order; `second_over_minor`: above so much the one who wrote
    it or asked for it may not also be the one who places it.
    """

    __tablename__ = "spending_rule"
    id: Mapped[Id]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), unique=True)
    member_limit_minor: Mapped[Minor] = mapped_column(default=0, server_default="0")
    second_over_minor: Mapped[int | None] = mapped_column(BigInteger)
    set_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    set_at: Mapped[CreatedAt]
    __table_args__ = (CheckConstraint("member_limit_minor >= 0 and second_over_minor >= 0", name="amounts"),)


refuse_by_constraint(
    "ck_order_line_chain", N_("발주·납품·검수·청구·지급 금액의 순서가 맞지 않습니다. 남은 금액을 확인하세요.")
)
refuse_by_constraint("ck_purchase_order_spent", N_("승인하려는 금액이 이 발주에 예약된 금액보다 큽니다."))
refuse_by_constraint("ck_purchase_order_cut", N_("인정액과 불인정액을 더하면 이 발주에 예약된 금액보다 큽니다."))
refuse_by_constraint("ck_purchase_order_two_firms", N_("자기 기업에는 발주할 수 없습니다."))
refuse_by_constraint("uq_purchase_order_quote_id", N_("이 견적으로 만든 발주서가 이미 있습니다."))
