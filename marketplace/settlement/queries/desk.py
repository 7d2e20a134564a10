"""The match desk: what does not match across all open invoices, each mismatch named. A bounded number of statements."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from marketplace.accounts.models import Organisation
from marketplace.core.db import session
from marketplace.core.i18n import N_, _, language
from marketplace.orders.models import OrderLine, PurchaseOrder
from marketplace.settlement.models import (
    CaseState,
    InvoiceIssue,
    InvoiceLine,
    InvoiceState,
    InvoiceUpload,
    IssueState,
    SettlementCase,
    TaxInvoice,
    UploadState,
)
from marketplace.settlement.queries.match import OrderFacts, day_of, facts_of, typed_again
from marketplace.settlement.rules import Finding, TypedInvoice, netted

CASES, FILES = 300, 100
"""The most that is looked at: what is open at one time, the oldest first."""
KINDS = {"case": N_("정산 건"), "upload": N_("올린 파일"), "issue": N_("여기에서 발급")}


@dataclass(frozen=True)
class DeskRow:
    """One open invoice beside its order. Amounts are supply values in won, None where they cannot be read."""

    kind: str
    id: int
    number: str
    order_id: int
    order_number: str
    supplier: str
    buyer: str
    ordered_minor: int
    accepted_minor: int
    invoiced_minor: int | None
    wrong: tuple[str, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class DeskFilter:
    """What narrows the desk: `show` is wrong, warnings (those too) or all."""

    show: str = "wrong"
    kind: str = ""
    text: str = ""


def match_desk(wanted: DeskFilter) -> list[DeskRow]:
    """Open invoices, those that were there first on top."""
    found: list[DeskRow] = []
    if wanted.kind in ("", "case"):
        found += _cases()
    if wanted.kind in ("", "upload"):
        found += _uploads()
    if wanted.kind in ("", "issue"):
        found += _issues()
    text = wanted.text.casefold()
    return [
        row
        for row in found
        if (row.wrong or wanted.show == "all" or (wanted.show == "warnings" and row.warnings))
        and (
            not text or any(text in each.casefold() for each in (row.number, row.order_number, row.supplier, row.buyer))
        )
    ]


def _cases() -> list[DeskRow]:
    cases = session.scalars(
        select(SettlementCase)
        .where(SettlementCase.state.in_([CaseState.OPEN, CaseState.CHECKED]))
        .order_by(SettlementCase.id)
        .limit(CASES)
    ).all()
    orders = _orders([case.order_id for case in cases])
    typed, entered = _typed([case.invoice_id for case in cases])
    facts = facts_of([(orders[case.order_id], case.invoice_id) for case in cases])
    rows = []
    for case, fact in zip(cases, facts, strict=True):
        invoice = typed[case.invoice_id]
        findings = fact.match(invoice, day_of(entered[case.invoice_id].entered_at) or invoice.written_on)
        rows.append(_row("case", case.id, case.number, fact, invoice.supply_minor, findings))
    return rows


def _row(
    kind: str, identity: int, number: str, facts: OrderFacts, supply: int | None, findings: Sequence[Finding]
) -> DeskRow:
    def said(wanted: Sequence[Finding]) -> tuple[str, ...]:
        return tuple(each.phrase.say(_, language()) for each in wanted)

    return DeskRow(
        *(kind, identity, number, facts.order.id, facts.order.number or "", facts.supplier.name, facts.buyer.name),
        sum(line.ordered_minor for line in facts.lines),
        sum(part.supply_minor for parts in facts.accepted.values() for part in parts),
        supply,
        said([each for each in findings if not each.ok]),
        said([each for each in findings if each.ok and each.warning]),
    )


def _orders(ids: Sequence[int]) -> dict[int, PurchaseOrder]:
    return {order.id: order for order in session.scalars(select(PurchaseOrder).where(PurchaseOrder.id.in_(ids)))}


def _typed(ids: Sequence[int]) -> tuple[dict[int, TypedInvoice], dict[int, TaxInvoice]]:
    """Invoices with their amendments taken off, and the rows themselves."""
    rows = session.scalars(
        select(TaxInvoice).where(or_(TaxInvoice.id.in_(ids), TaxInvoice.amends_id.in_(ids))).order_by(TaxInvoice.id)
    ).all()
    lines: dict[int, list[InvoiceLine]] = {}
    statement = select(InvoiceLine).where(InvoiceLine.invoice_id.in_([row.id for row in rows])).order_by(InvoiceLine.id)
    for line in session.scalars(statement):
        lines.setdefault(line.invoice_id, []).append(line)
    entered = {row.id: row for row in rows if row.id in set(ids)}
    found = {}
    for identity, row in entered.items():
        typed = typed_again(row, lines.get(identity, ()))
        taken = [
            (each.amend_code or "", typed_again(each, lines.get(each.id, ())).lines)
            for each in rows
            if each.amends_id == identity and each.state == InvoiceState.NETTED
        ]
        left = netted(typed.lines, taken)
        supply, vat = sum(line.supply_minor for line in left), sum(line.vat_minor for line in left)
        found[identity] = (
            TypedInvoice(typed.number, typed.approval_number, typed.written_on, supply, vat, supply + vat, left)
            if taken
            else typed
        )
    return found, entered


def _uploads() -> list[DeskRow]:
    """Files that wait to be entered, with what was wrong in them when they came."""
    uploads = session.scalars(
        select(InvoiceUpload).where(InvoiceUpload.state == UploadState.READ).order_by(InvoiceUpload.id).limit(FILES)
    ).all()
    beside = _beside([row.order_id for row in uploads])
    return [
        DeskRow(
            *("upload", row.id, str(row.document.get("approval_number") or row.file_name), *beside[row.order_id]),
            _amount(str(row.document.get("supply", ""))),
            tuple(sentence for _rule, sentence in row.findings),
            (),
        )
        for row in uploads
    ]


def _issues() -> list[DeskRow]:
    """Issued here, and not entered because they no longer match."""
    issues = session.scalars(
        select(InvoiceIssue)
        .where(InvoiceIssue.state == IssueState.ISSUED, InvoiceIssue.problem.is_not(None))
        .order_by(InvoiceIssue.id)
        .limit(FILES)
    ).all()
    beside = _beside([row.order_id for row in issues])
    return [
        DeskRow(
            *("issue", row.id, row.approval_number or row.key, *beside[row.order_id]),
            int(row.content["supplyCostTotal"]),
            (row.problem or "",),
            (),
        )
        for row in issues
    ]


def _amount(text: str) -> int | None:
    return int(text) if text.lstrip("-").isascii() and text.lstrip("-").isdigit() and len(text) < 19 else None


def _beside(order_ids: Sequence[int]) -> dict[int, tuple[int, str, str, str, int, int]]:
    """Order -> id, number, supplier, buyer, and what was ordered and accepted of it."""
    buyer, supplier = aliased(Organisation), aliased(Organisation)
    rows = session.execute(
        select(
            *(PurchaseOrder.id, PurchaseOrder.number, supplier.name, buyer.name),
            *(func.sum(OrderLine.ordered_minor), func.sum(OrderLine.accepted_minor)),
        )
        .join(buyer, buyer.id == PurchaseOrder.organisation_id)
        .join(supplier, supplier.id == PurchaseOrder.supplier_id)
        .join(OrderLine, OrderLine.order_id == PurchaseOrder.id)
        .where(PurchaseOrder.id.in_(order_ids))
        .group_by(PurchaseOrder.id, supplier.name, buyer.name)
    )
    return {row[0]: (row[0], row[1] or "", row[2], row[3], int(row[4]), int(row[5])) for row in rows}
