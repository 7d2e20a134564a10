"""What pages of settlement show: rows for tables, made from facts. No decisions."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

from marketplace.core.i18n import _, language
from marketplace.core.money import floor_to
from marketplace.core.viewer import Viewer
from marketplace.evidence.models import Event
from marketplace.settlement import policies, queries
from marketplace.settlement.forms import InvoiceForm
from marketplace.settlement.models import CaseState, Disallowance, DisallowanceState, SettlementCase
from marketplace.settlement.queries import OrderFacts, Sheet
from marketplace.settlement.rules import (
    CODES,
    EVENT_WORDS,
    Finding,
    InvoicedPart,
    OrderedLine,
    accepted_sum,
    plain,
    supply_due,
)


@dataclass(frozen=True)
class Said:
    """A finding in the reader's language."""

    ok: bool
    warning: bool
    sentence: str
    basis: str


@dataclass(frozen=True)
class EntryRow:
    """One position of the invoice form: what was ordered and accepted, what may still be invoiced, and its fields."""

    line: OrderedLine
    unit_label: str
    ordered: str
    accepted: str
    open_quantity: str
    open_minor: int
    form: Any


@dataclass(frozen=True)
class MatchRow:
    """One position of the three-way match; quantities as text."""

    line: OrderedLine
    unit_label: str
    ordered: str
    accepted: str
    accepted_minor: int
    before_minor: int
    invoiced: str | None
    supply_minor: int | None
    vat_minor: int | None
    ok: bool
    findings: list[Said]


Kind = TypeVar("Kind", bound=InvoiceForm)


def said(findings: Sequence[Finding]) -> list[Said]:
    """Findings for the reader."""
    return [Said(finding.ok, finding.warning, finding.phrase.say(_, language()), finding.basis) for finding in findings]


def _open_parts(facts: OrderFacts, line: OrderedLine) -> tuple[Decimal, int]:
    """What is accepted and not invoiced yet of a line."""
    accepted = accepted_sum(facts.accepted.get(line.id, ()))
    before = facts.invoiced.get(line.id, InvoicedPart())
    quantity = max(accepted.quantity - before.quantity, Decimal(0))
    return quantity, supply_due(line, accepted, before, quantity) if quantity else 0


def empty_form(facts: OrderFacts, kind: type[Kind]) -> Kind:
    """The form with everything that may be invoiced now filled in; the numbers are the supplier's to type."""
    form = kind(formdata=None)
    supply = vat = 0
    for line in facts.lines:
        quantity, minor = _open_parts(facts, line)
        tax = floor_to(minor * facts.tolerances.vat_rate) if line.taxed else 0
        supply, vat = supply + minor, vat + tax
        form.lines.append_entry(
            {"order_line_id": line.id, "quantity": quantity.normalize() if quantity else None}
            | ({"supply": minor, "vat": tax} if quantity else {"supply": None, "vat": None})
        )
    form.supply_total.data, form.vat_total.data, form.total.data = supply, vat, supply + vat
    return form


def entry_rows(form: InvoiceForm, facts: OrderFacts) -> list[EntryRow]:
    """The positions of the form in the order's order; a position that is not the order's is not shown."""
    lines = {line.id: line for line in facts.lines}
    rows = []
    for entry in form.lines:
        line = lines.get(entry.form.line_id)
        if line is None:
            continue
        quantity, minor = _open_parts(facts, line)
        rows.append(
            EntryRow(
                line=line,
                unit_label=facts.unit_labels[line.id],
                ordered=plain(line.quantity),
                accepted=plain(accepted_sum(facts.accepted.get(line.id, ())).quantity),
                open_quantity=plain(quantity),
                open_minor=minor,
                form=entry.form,
            )
        )
    return rows


def match_rows(sheet: Sheet) -> list[MatchRow]:
    """The positions of a case, order, acceptance and invoice side by side."""
    return [
        MatchRow(
            line=position.line,
            unit_label=position.unit_label,
            ordered=plain(position.line.quantity),
            accepted=plain(position.accepted.quantity),
            accepted_minor=position.accepted.supply_minor,
            before_minor=position.before.supply_minor,
            invoiced=plain(position.invoice.quantity) if position.invoice else None,
            supply_minor=position.invoice.supply_minor if position.invoice else None,
            vat_minor=position.invoice.vat_minor if position.invoice else None,
            ok=position.ok,
            findings=said(position.findings),
        )
        for position in sheet.positions
    ]


@dataclass(frozen=True)
class CutView:
    """One cut as the viewer sees it, and what the viewer may do about it."""

    item: Disallowance
    line: str
    code: str
    may_reply: bool
    may_decide: bool
    may_withdraw: bool


def cut_rows(viewer: Viewer, case: SettlementCase) -> list[CutView]:
    """The cuts of a case with what the viewer may do about each."""
    open_, officer = case.state == CaseState.OPEN, policies.may_decide(viewer)
    return [
        CutView(
            item=row.item,
            line=row.line,
            code=_(CODES[row.item.code]),
            may_reply=open_ and policies.may_reply(viewer, case) and row.item.state == DisallowanceState.PROPOSED,
            may_decide=open_
            and officer
            and row.item.state == DisallowanceState.OBJECTED
            and policies.is_another_than_decided(viewer, row.item),
            may_withdraw=open_ and officer and row.item.state == DisallowanceState.PROPOSED,
        )
        for row in queries.cuts_of_case(case.id)
    ]


def timeline_of(events: Sequence[Event], names: dict[int, str] | None = None) -> list[dict[str, Any]]:
    """Evidence of this room as the timeline wants it; what other rooms recorded stands on their pages."""
    return [
        {
            "title": _(EVENT_WORDS[event.action]),
            "at": event.happened_at,
            "by": (names or {}).get(event.actor_id or 0),
            "text": event.facts.get("reason"),
            "colour": {"refused": "danger", "returned": "danger", "reversed": "danger", "paid": "done"}.get(
                event.action.partition(":")[2], "neutral"
            ),
        }
        for event in events
        if event.action in EVENT_WORDS
    ]
