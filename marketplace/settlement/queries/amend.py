"""Amended invoices: what is left of an invoice, what waits for a reversal, and what has to come back."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, and_, exists, or_, select, true
from sqlalchemy.orm import aliased

from marketplace.accounts.models import Organisation
from marketplace.core.db import session
from marketplace.core.i18n import _, language
from marketplace.core.money import Money
from marketplace.core.tasks import Task
from marketplace.core.viewer import Role, Viewer
from marketplace.orders.models import PurchaseOrder
from marketplace.settlement.models import (
    ApprovalReversal,
    CaseState,
    InvoiceState,
    ReversalState,
    SettlementCase,
    TaxInvoice,
)
from marketplace.settlement.queries.match import OrderFacts, lines_of_invoice, typed_again
from marketplace.settlement.rules import InvoicedPart, Original, TypedInvoice, accepted_sum, basis, netted, supply_due
from marketplace.vouchers.models import Voucher

IN_EFFECT = (InvoiceState.NETTED,)
REGISTERED = (InvoiceState.NETTED, InvoiceState.HELD, InvoiceState.RECOVER)


def amendments_of(invoice_id: int) -> Sequence[TaxInvoice]:
    """All amended invoices of an invoice, the oldest first."""
    return session.scalars(select(TaxInvoice).where(TaxInvoice.amends_id == invoice_id).order_by(TaxInvoice.id)).all()


def replacement_of(invoice_id: int) -> TaxInvoice | None:
    """The invoice that took the place of one that was netted off."""
    return session.scalars(
        select(TaxInvoice)
        .where(
            TaxInvoice.amends_id == invoice_id,
            TaxInvoice.supply_minor > 0,
            TaxInvoice.amend_code != "02",
            TaxInvoice.state != InvoiceState.WITHDRAWN,
        )
        .order_by(TaxInvoice.id)
        .limit(1)
    ).one_or_none()


def held_amendments(invoice_id: int) -> Sequence[TaxInvoice]:
    """Amendments that wait for the approval of their invoice to be taken back."""
    return [each for each in amendments_of(invoice_id) if each.state == InvoiceState.HELD]


def net_of(invoice: TaxInvoice, states: Sequence[InvoiceState] = IN_EFFECT) -> TypedInvoice:
    """What an invoice claims with the amendments that took effect (or those in `states`) taken off; nothing may be left."""
    typed = typed_again(invoice, lines_of_invoice(invoice.id))
    taken = [
        (each.amend_code or "", typed_again(each, lines_of_invoice(each.id)).lines)
        for each in amendments_of(invoice.id)
        if each.supply_minor < 0 and each.state in states
    ]
    if not taken:
        return typed
    lines = netted(typed.lines, taken)
    supply, vat = sum(line.supply_minor for line in lines), sum(line.vat_minor for line in lines)
    return replace(typed, lines=lines, supply_minor=supply, vat_minor=vat, total_minor=supply + vat)


def counted_of(invoice: TaxInvoice) -> dict[int, int]:
    """Order line -> won of the order's counters that an invoice holds. A change of the supply value alone (02) leaves them:
    the line is invoiced, and the difference will never be asked for."""
    counted = {line.order_line_id: line.supply_minor for line in lines_of_invoice(invoice.id)}
    for each in amendments_of(invoice.id):
        if each.supply_minor < 0 and each.state in IN_EFFECT and each.amend_code != "02":
            for line in lines_of_invoice(each.id):
                counted[line.order_line_id] += line.supply_minor
    return {line: minor for line, minor in counted.items() if minor}


def reduced_of(invoice_id: int) -> tuple[int, int]:
    """Supply value and VAT by which amendments of the supply value alone (02) have lowered an invoice."""
    lowered = [
        each for each in amendments_of(invoice_id)
        if each.amend_code == "02" and each.supply_minor < 0 and each.state in IN_EFFECT
    ]  # fmt: skip
    return -sum(each.supply_minor for each in lowered), -sum(each.vat_minor for each in lowered)


def original_of(invoice: TaxInvoice, facts: OrderFacts) -> Original:
    """An invoice as an amendment sees it: what is left, whatever became of earlier amendments. `facts` are of the order
    with the invoices before this one."""
    left = {line.order_line_id: line for line in net_of(invoice, REGISTERED).lines}
    ordered = {line.id: line for line in facts.lines}

    def due(line_id: int, quantity) -> int:  # type: ignore[no-untyped-def]
        accepted = basis(left[line_id], accepted_sum(facts.accepted.get(line_id, ())))
        before = facts.invoiced.get(line_id, InvoicedPart())
        return supply_due(ordered[line_id], accepted, before, quantity) if quantity > 0 else 0

    positions = {line.id: line.position for line in facts.lines}
    return Original(invoice.approval_number, invoice.written_on, left, positions, due)


def find_original(order_id: int, approval_number: str) -> TaxInvoice | None:
    """The invoice of an order that an amended one names by its approval number."""
    return session.scalars(
        select(TaxInvoice)
        .where(
            TaxInvoice.order_id == order_id,
            TaxInvoice.approval_number == approval_number,
            TaxInvoice.state != InvoiceState.WITHDRAWN,
        )
        .order_by(TaxInvoice.id.desc())
        .limit(1)
    ).one_or_none()


def is_payable() -> ColumnElement[bool]:
    """Whether a case may go into a bank file: approved, nobody is taking the approval back, and no amendment waits for
    that. True where there is no case, for refunds. Also asked inside an UPDATE of the cases themselves."""
    held = aliased(TaxInvoice)
    asked = exists().where(ApprovalReversal.case_id == SettlementCase.id, ApprovalReversal.state == ReversalState.ASKED)
    amended = exists().where(held.amends_id == SettlementCase.invoice_id, held.state == InvoiceState.HELD)
    return or_(
        SettlementCase.id.is_(None),
        and_(
            SettlementCase.state == CaseState.APPROVED,
            ~asked.correlate(SettlementCase),
            ~amended.correlate(SettlementCase),
        ),
    )


def reversals_of(case_id: int) -> Sequence[ApprovalReversal]:
    """Every attempt to take the approval of a case back, the oldest first."""
    statement = select(ApprovalReversal).where(ApprovalReversal.case_id == case_id).order_by(ApprovalReversal.id)
    return session.scalars(statement).all()


def find_reversal(reversal_id: int) -> ApprovalReversal | None:
    """An attempt to take an approval back; who may see it is who may see its case."""
    return session.scalars(select(ApprovalReversal).where(ApprovalReversal.id == reversal_id)).one_or_none()


def case_before(case_id: int) -> SettlementCase | None:
    """The case whose approval was taken back and in whose place this one came."""
    return session.scalars(
        select(SettlementCase)
        .join(ApprovalReversal, ApprovalReversal.case_id == SettlementCase.id)
        .where(ApprovalReversal.new_case_id == case_id)
    ).one_or_none()


@dataclass(frozen=True)
class ToRecover:
    """Money that was paid on an invoice that was amended afterwards. Amounts in won."""

    invoice_id: int
    number: str
    supplier_id: int
    supplier: str
    voucher_id: int
    voucher: str
    support_minor: int
    own_minor: int


def invoices_to_recover(limit: int = 50, *, invoice_id: int | None = None) -> list[ToRecover]:
    """Amendments of paid invoices that nobody has taken up as recovery, the oldest first; or the one of that id."""
    rows = session.execute(
        select(TaxInvoice, Organisation.name, Voucher.id, Voucher.number)
        .join(PurchaseOrder, PurchaseOrder.id == TaxInvoice.order_id)
        .join(Voucher, Voucher.id == PurchaseOrder.voucher_id)
        .join(Organisation, Organisation.id == TaxInvoice.supplier_id)
        .where(TaxInvoice.state == InvoiceState.RECOVER, TaxInvoice.recovery_note.is_(None))
        .where(true() if invoice_id is None else TaxInvoice.id == invoice_id)
        .order_by(TaxInvoice.id)
        .limit(limit)
    )
    return [
        ToRecover(
            *(row.id, row.number, row.supplier_id, supplier, voucher_id, voucher),
            *(row.recover_support_minor, row.recover_own_minor),
        )
        for row, supplier, voucher_id, voucher in rows
    ]


def reversal_tasks(viewer: Viewer) -> list[Task]:
    """Settlement officers: reversals that another asked for, and approvals that an amendment undoes. Programme officers:
    what has to come back."""
    tasks: list[Task] = []
    if viewer.has(Role.SETTLEMENT_OFFICER):
        held = exists().where(TaxInvoice.amends_id == SettlementCase.invoice_id, TaxInvoice.state == InvoiceState.HELD)
        rows = session.execute(
            select(SettlementCase, ApprovalReversal)
            .outerjoin(
                ApprovalReversal,
                and_(ApprovalReversal.case_id == SettlementCase.id, ApprovalReversal.state == ReversalState.ASKED),
            )
            .where(
                SettlementCase.state == CaseState.APPROVED,
                or_(ApprovalReversal.asked_by != viewer.person_id, and_(ApprovalReversal.id.is_(None), held)),
            )
            .order_by(SettlementCase.id)
            .limit(50)
        )
        for case, asked in rows:
            title = (
                _("승인 취소를 확인하세요: %(number)s", number=case.number)
                if asked
                else _("수정세금계산서로 승인 취소가 필요합니다: %(number)s", number=case.number)
            )
            tasks.append(
                Task(title, "settlement.case", {"case_id": case.id}, asked.reason if asked else "", kind="settlement")
            )
    if viewer.has(Role.PROGRAMME_OFFICER):
        tasks += [
            Task(
                _("수정세금계산서로 더 지급된 돈을 환수하세요: %(number)s", number=row.number),
                "recovery.amended",
                {},
                f"{row.supplier} · {Money(row.support_minor + row.own_minor).text(language())}",
                kind="recovery",
            )
            for row in invoices_to_recover()
        ]
    return tasks
