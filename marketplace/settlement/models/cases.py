"""Invoices and settlement cases."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, CreatedAt, Id, Minor
from marketplace.core.errors import refuse_by_constraint
from marketplace.core.i18n import N_
from marketplace.core.states import State, Stateful, state_type


class InvoiceState(State):
    """A matching invoice waits for approval; a withdrawn one frees its numbers. The last four are of amended ones: one
    that was netted off altogether is cancelled, what nets it off has taken effect, waits for an approval to be taken back,
    or names money that has to come back."""

    MATCHED = "matched", N_("대사 일치"), "info"
    APPROVED = "approved", N_("정산 승인"), "success"
    PAID = "paid", N_("지급 완료"), "done"
    WITHDRAWN = "withdrawn", N_("철회"), "neutral"
    CANCELLED = "cancelled", N_("수정으로 취소"), "neutral"
    NETTED = "netted", N_("상쇄 반영"), "done"
    HELD = "held", N_("승인 취소 대기"), "warning"
    RECOVER = "recover", N_("환수 검토"), "danger"


class InvoiceSource(StrEnum):
    """How an invoice came in."""

    TYPED = "typed"
    UPLOADED = "uploaded"
    ISSUED = "issued"


class TaxInvoice(Base, Stateful):
    """An electronic tax invoice (전자세금계산서) as the supplier entered it. Supply, tax and total are three facts."""

    __tablename__ = "tax_invoice"
    NEXT = {
        InvoiceState.MATCHED: frozenset({InvoiceState.APPROVED, InvoiceState.WITHDRAWN, InvoiceState.CANCELLED}),
        InvoiceState.APPROVED: frozenset({InvoiceState.PAID, InvoiceState.MATCHED}),
        InvoiceState.HELD: frozenset({InvoiceState.NETTED, InvoiceState.RECOVER}),
        InvoiceState.NETTED: frozenset({InvoiceState.WITHDRAWN}),
    }
    id: Mapped[Id]
    order_id: Mapped[int] = mapped_column(ForeignKey("purchase_order.id"), index=True)
    supplier_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    number: Mapped[str]
    """The supplier's own number as typed."""
    number_key: Mapped[str]
    """The number without case, spaces, hyphens and leading zeros: what counts as the same."""
    approval_number: Mapped[str]
    """승인번호: 24 characters, date + issuer + serial."""
    written_on: Mapped[date]
    supply_minor: Mapped[Minor]
    vat_minor: Mapped[Minor]
    total_minor: Mapped[Minor]
    state: Mapped[InvoiceState] = mapped_column(
        state_type(InvoiceState), default=InvoiceState.MATCHED, server_default="matched"
    )
    source: Mapped[str] = mapped_column(default=InvoiceSource.TYPED, server_default="typed")
    amends_id: Mapped[int | None] = mapped_column(ForeignKey("tax_invoice.id"), index=True)
    """The invoice that this one amends; below zero it nets it off, above zero it takes its place."""
    amend_code: Mapped[str | None]
    """수정 사유: 01 to 06 of the electronic tax invoice standard."""
    amend_note: Mapped[str | None]
    recover_support_minor: Mapped[Minor] = mapped_column(default=0, server_default="0")
    recover_own_minor: Mapped[Minor] = mapped_column(default=0, server_default="0")
    """What was paid too much by the amendment: support, and own share with VAT."""
    recovery_note: Mapped[str | None]
    """Under which number it was taken up."""
    entered_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    entered_at: Mapped[CreatedAt]
    __table_args__ = (
        CheckConstraint("source in ('typed','uploaded','issued')", name="source"),
        CheckConstraint(
            "total_minor = supply_minor + vat_minor and (supply_minor > 0 and vat_minor >= 0 "
            "or supply_minor < 0 and vat_minor <= 0 and amends_id is not null)",
            name="sum",
        ),
        CheckConstraint(
            "(amends_id is null) = (amend_code is null) and amend_code between '01' and '06' and amends_id <> id",
            name="amends",
        ),
        CheckConstraint(
            "recover_support_minor >= 0 and recover_own_minor >= 0 and "
            "(state = 'recover' or recovery_note is not null or recover_support_minor + recover_own_minor = 0)",
            name="recover",
        ),
        CheckConstraint("approval_number ~ '^[0-9]{8}[0-9A-Za-z]{16}$'", name="approval_shape"),
        Index(
            "uq_tax_invoice_approval_number",
            text("upper(approval_number)"),
            unique=True,
            postgresql_where=text("state <> 'withdrawn'"),
        ),
        Index(
            "uq_tax_invoice_number",
            "supplier_id",
            "number_key",
            unique=True,
            postgresql_where=text("state <> 'withdrawn'"),
        ),
    )


class InvoiceLine(Base):
    """One line of an invoice, against one order line."""

    __tablename__ = "invoice_line"
    id: Mapped[Id]
    invoice_id: Mapped[int] = mapped_column(ForeignKey("tax_invoice.id"))
    order_line_id: Mapped[int] = mapped_column(ForeignKey("order_line.id"), index=True)
    description: Mapped[str]
    quantity: Mapped[Decimal] = mapped_column(Numeric(14, 3))
    supply_minor: Mapped[Minor]
    vat_minor: Mapped[Minor]
    accepted_quantity: Mapped[Decimal | None] = mapped_column(Numeric(14, 3))
    accepted_minor: Mapped[Minor | None]
    """All that had been accepted of the order's line when the invoice was taken; not known of the oldest rows."""
    __table_args__ = (
        UniqueConstraint("invoice_id", "order_line_id"),
        CheckConstraint(
            "quantity > 0 and supply_minor > 0 and vat_minor >= 0 "
            "or quantity <= 0 and supply_minor < 0 and vat_minor <= 0",
            name="amounts",
        ),
    )


class UploadState(State):
    """An uploaded file is looked at beside order and acceptance before it is entered."""

    READ = "read", N_("확인 대기"), "warning"
    ENTERED = "entered", N_("등록됨"), "success"
    DISCARDED = "discarded", N_("등록하지 않음"), "neutral"


class InvoiceUpload(Base, Stateful):
    """The XML file of an electronic tax invoice as the supplier sent it, and what was found in it that day."""

    __tablename__ = "invoice_upload"
    NEXT = {UploadState.READ: frozenset({UploadState.ENTERED, UploadState.DISCARDED})}
    id: Mapped[Id]
    order_id: Mapped[int] = mapped_column(ForeignKey("purchase_order.id"), index=True)
    supplier_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    file_name: Mapped[str]
    sha256: Mapped[str]
    bytes: Mapped[int]
    seal: Mapped[str]
    """What came of looking at the signature: none, intact, broken, unchecked."""
    signer: Mapped[str]
    document: Mapped[dict[str, Any]]
    """What was read, every value as written."""
    findings: Mapped[list[Any]]
    """What was wrong on the day it came: [rule, sentence]."""
    state: Mapped[UploadState] = mapped_column(state_type(UploadState), default=UploadState.READ, server_default="read")
    invoice_id: Mapped[int | None] = mapped_column(ForeignKey("tax_invoice.id"), unique=True)
    amends_id: Mapped[int | None] = mapped_column(ForeignKey("tax_invoice.id"))
    """The invoice that the file amends, where it is an amended one."""
    uploaded_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    uploaded_at: Mapped[CreatedAt]
    __table_args__ = (
        CheckConstraint("(state = 'entered') = (invoice_id is not null)", name="entered"),
        CheckConstraint("seal in ('none','intact','broken','unchecked')", name="seal"),
    )


class CaseState(State):
    """Two approvals, then the money moves. Two others may take an approval back before the payout leaves."""

    OPEN = "open", N_("1차 승인 대기"), "warning"
    CHECKED = "checked", N_("2차 승인 대기"), "warning"
    APPROVED = "approved", N_("지급 대기"), "info"
    PAID = "paid", N_("지급 완료"), "done"
    RETURNED = "returned", N_("반려"), "danger"
    REVERSED = "reversed", N_("승인 취소"), "danger"


DEAD = (CaseState.RETURNED, CaseState.REVERSED)
"""States in which a case claims nothing of its order any more."""


class SettlementCase(Base, Stateful):
    """The settlement of one invoice: what support and own money pay of it."""

    __tablename__ = "settlement_case"
    NEXT = {
        CaseState.OPEN: frozenset({CaseState.CHECKED, CaseState.RETURNED}),
        CaseState.CHECKED: frozenset({CaseState.APPROVED, CaseState.RETURNED, CaseState.OPEN}),
        CaseState.APPROVED: frozenset({CaseState.PAID, CaseState.REVERSED}),
    }
    id: Mapped[Id]
    number: Mapped[str] = mapped_column(unique=True)
    invoice_id: Mapped[int] = mapped_column(ForeignKey("tax_invoice.id"))
    order_id: Mapped[int] = mapped_column(ForeignKey("purchase_order.id"), index=True)
    voucher_id: Mapped[int] = mapped_column(ForeignKey("voucher.id"), index=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"), index=True)
    supplier_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    support_minor: Mapped[Minor]
    own_minor: Mapped[Minor]
    vat_minor: Mapped[Minor]
    total_minor: Mapped[Minor]
    """What is recognised: what support, own share and VAT pay. With `cut_*` it is what the invoice asked for."""
    cut_supply_minor: Mapped[Minor] = mapped_column(default=0, server_default="0")
    cut_vat_minor: Mapped[Minor] = mapped_column(default=0, server_default="0")
    released_support_minor: Mapped[Minor] = mapped_column(default=0, server_default="0")
    released_own_minor: Mapped[Minor] = mapped_column(default=0, server_default="0")
    """What went back to the voucher for what was cut, when the case was approved; own share without VAT."""
    retained_minor: Mapped[Minor] = mapped_column(default=0, server_default="0")
    """What of the total is kept back at approval, until the warranty that runs from the order's last acceptance is over."""
    retained_days: Mapped[int | None]
    retained_rule: Mapped[str | None]
    released_at: Mapped[datetime | None]
    released_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    state: Mapped[CaseState] = mapped_column(state_type(CaseState), default=CaseState.OPEN, server_default="open")
    first_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    first_at: Mapped[datetime | None]
    second_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    second_at: Mapped[datetime | None]
    return_reason: Mapped[str | None]
    handler_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """The officer who has the case in hand; any officer may decide, but this one is asked."""
    escalated_on: Mapped[date | None]
    """The day on which it was reported as waiting too long."""
    paper_id: Mapped[int | None] = mapped_column(ForeignKey("paper.id"))
    """The settlement statement; a job issues it once two have approved."""
    claimed_at: Mapped[datetime | None]
    """Since when a payout of it is in a bank file: from then on its approval stays."""
    created_at: Mapped[CreatedAt]
    __table_args__ = (
        CheckConstraint("support_minor + own_minor + vat_minor = total_minor", name="sum"),
        CheckConstraint("support_minor >= 0 and own_minor >= 0 and vat_minor >= 0", name="amounts"),
        CheckConstraint("cut_supply_minor >= 0 and cut_vat_minor >= 0", name="cut"),
        CheckConstraint(
            "retained_minor between 0 and total_minor "
            "and (retained_minor = 0 or (retained_days is not null and retained_rule is not null))",
            name="retained",
        ),
        CheckConstraint(
            "released_at is null or (retained_minor > 0 and released_by is not null and state = 'paid')",
            name="released",
        ),
        Index("ix_settlement_case_retained", "id", postgresql_where=text("retained_minor > 0 and state = 'paid'")),
        CheckConstraint("second_by <> first_by", name="two_persons"),
        CheckConstraint(
            "state not in ('approved','paid') or (first_by is not null and second_by is not null)", name="approved"
        ),
        CheckConstraint("state <> 'reversed' or claimed_at is null", name="reversed"),
        Index("uq_settlement_case_invoice_id", "invoice_id", unique=True, postgresql_where=text("state <> 'reversed'")),
        Index(
            "ix_settlement_case_unpapered",
            "id",
            postgresql_where=text("paper_id is null and state in ('approved','paid')"),
        ),
        Index("ix_settlement_case_second_by", "second_by", "second_at", postgresql_where=text("second_by is not null")),
        Index("ix_settlement_case_waiting", "id", postgresql_where=text("state in ('open','checked')")),
    )


refuse_by_constraint(
    "uq_tax_invoice_approval_number",
    N_("이미 제출된 승인번호입니다. 한 세금계산서는 전체 사업에서 한 번만 청구할 수 있습니다."),
    "approval_number",
)
refuse_by_constraint("uq_tax_invoice_number", N_("이미 제출된 세금계산서 번호입니다. 번호를 확인하세요."), "number")
refuse_by_constraint(
    "ck_settlement_case_two_persons", N_("1차 승인한 사람은 2차 승인을 할 수 없습니다. 다른 담당자가 승인해야 합니다.")
)
refuse_by_constraint(
    "ck_settlement_case_reversed",
    N_("지급 파일에 들어간 정산의 승인은 취소할 수 없습니다. 지급 파일을 먼저 취소하세요."),
)
refuse_by_constraint(
    "tax_invoice_nets_no_more",
    N_("수정세금계산서를 모두 더한 금액이 당초 세금계산서보다 큽니다. 남은 금액을 확인하세요."),
)
