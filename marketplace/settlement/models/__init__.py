"""Tables of settlement."""

from marketplace.settlement.models.cases import (
    CaseState,
    InvoiceLine,
    InvoiceSource,
    InvoiceState,
    InvoiceUpload,
    SettlementCase,
    TaxInvoice,
    UploadState,
)
from marketplace.settlement.models.cuts import STANDING, Disallowance, DisallowanceState
from marketplace.settlement.models.desk import ApprovalLimit, InvoiceReminder, SettlementMonth

__all__ = [
    "STANDING",
    "ApprovalLimit",
    "CaseState",
    "Disallowance",
    "DisallowanceState",
    "InvoiceLine",
    "InvoiceReminder",
    "InvoiceSource",
    "InvoiceState",
    "InvoiceUpload",
    "SettlementCase",
    "SettlementMonth",
    "TaxInvoice",
    "UploadState",
]
