"""Vouchers."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, CreatedAt, Id, Minor
from marketplace.core.i18n import N_
from marketplace.core.states import State, Stateful, state_type


class VoucherState(State):
    """Issued when all have signed, active when the own share is in."""

    ISSUED = "issued", N_("자부담 입금 대기"), "warning"
    ACTIVE = "active", N_("사용 가능"), "success"
    FROZEN = "frozen", N_("사용 정지"), "danger"
    EXPIRED = "expired", N_("기간 만료"), "neutral"
    CLOSED = "closed", N_("정산 종료"), "done"
    CANCELLED = "cancelled", N_("취소"), "neutral"


class Voucher(Base, Stateful):
    """One voucher per agreement. Amounts are what was agreed; balances are asked of the ledger."""

    __tablename__ = "voucher"
    NEXT = {
        VoucherState.ISSUED: frozenset({VoucherState.ACTIVE, VoucherState.CANCELLED}),
        VoucherState.ACTIVE: frozenset({VoucherState.FROZEN, VoucherState.EXPIRED, VoucherState.CLOSED}),
        VoucherState.FROZEN: frozenset({VoucherState.ACTIVE, VoucherState.EXPIRED, VoucherState.CLOSED}),
        VoucherState.EXPIRED: frozenset({VoucherState.CLOSED}),
    }
    id: Mapped[Id]
    number: Mapped[str] = mapped_column(unique=True)
    """DV-YYYY-NNNNNN-C, the last a check digit."""
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"), index=True)
    ruleset_id: Mapped[int] = mapped_column(ForeignKey("ruleset.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    kind: Mapped[str]
    """The ruleset's kind: PURCHASE, GENERAL_PROCESSING, AI_PROCESSING, INTEGRATED."""
    unit: Mapped[str] = mapped_column(default="KRW", server_default="KRW")
    support_minor: Mapped[Minor]
    """G: what the state gives."""
    own_cash_minor: Mapped[Minor]
    """Pc: what the firm pays itself, without VAT."""
    vat_minor: Mapped[Minor]
    """VAT on G + Pc, paid in by the firm with its own share."""
    valid_from: Mapped[date]
    expires_on: Mapped[date]
    """The last day on which an order may be placed (included)."""
    state: Mapped[VoucherState] = mapped_column(
        state_type(VoucherState), default=VoucherState.ISSUED, server_default="issued"
    )
    freeze_reason: Mapped[str | None]
    issued_at: Mapped[CreatedAt]
    activated_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("support_minor > 0 and own_cash_minor >= 0 and vat_minor >= 0", name="amounts"),
        CheckConstraint("expires_on >= valid_from", name="days"),
        Index("ix_voucher_running", "expires_on", postgresql_where="state in ('active','frozen','expired')"),
    )

    @property
    def deposit_minor(self) -> int:
        """What the firm has to pay in before the voucher is active: own share and VAT."""
        return self.own_cash_minor + self.vat_minor

    @property
    def purchase_minor(self) -> int:
        """What can be bought in all, without VAT: G + Pc."""
        return self.support_minor + self.own_cash_minor
