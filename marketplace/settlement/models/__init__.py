"""Tables of settlement."""

from marketplace.settlement.models.cases import (
    DEAD,
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
from marketplace.settlement.models.issues import InvoiceIssue, IssueState
from marketplace.settlement.models.reversals import ApprovalReversal, ReversalState

__all__ = [
    "DEAD",
    "STANDING",
    "ApprovalLimit",
    "ApprovalReversal",
    "CaseState",
    "Disallowance",
    "DisallowanceState",
    "InvoiceIssue",
    "InvoiceLine",
    "InvoiceReminder",
    "InvoiceSource",
    "InvoiceState",
    "InvoiceUpload",
    "IssueState",
    "ReversalState",
    "SettlementCase",
    "SettlementMonth",
    "TaxInvoice",
    "UploadState",
]
