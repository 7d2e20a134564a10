"""Uploaded invoices: who sees them, and what an invoice's file says beside its order."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from marketplace.core import clock
from marketplace.core.db import session
from marketplace.core.i18n import N_
from marketplace.core.viewer import Viewer
from marketplace.orders import queries as orders
from marketplace.orders.models import PurchaseOrder
from marketplace.programmes import queries as programmes
from marketplace.settlement.models import InvoiceUpload, TaxInvoice
from marketplace.settlement.queries.amend import find_original, original_of
from marketplace.settlement.queries.find import visible
from marketplace.settlement.queries.match import OrderFacts, order_facts
from marketplace.settlement.rules import (
    Expected,
    Finding,
    KecDocument,
    Seal,
    TypedInvoice,
    document_of,
    is_amended,
    judge_amendment,
    judge_kec,
    nets_off,
    normal_approval_number,
    places_of,
    typed_of,
)


@dataclass(frozen=True)
class Looked:
    """An invoice's file beside its order. `places` says for each of its lines which order line it is about."""

    document: KecDocument
    facts: OrderFacts
    places: tuple[int | None, ...]
    typed: TypedInvoice | None
    findings: tuple[Finding, ...]
    original: TaxInvoice | None = None
    """The invoice that it amends."""

    @property
    def below(self) -> bool:
        """Whether it nets the original off."""
        return self.original is not None and nets_off(self.document)


def find_upload_seen_by(viewer: Viewer, upload_id: int) -> InvoiceUpload | None:
    """A file of the supplier's own, or any for those who see everything. The buyer sees what is entered."""
    upload = session.scalars(
        select(InvoiceUpload)
        .join(PurchaseOrder, PurchaseOrder.id == InvoiceUpload.order_id)
        .where(InvoiceUpload.id == upload_id, visible(viewer))
    ).one_or_none()
    own = upload is not None and (viewer.sees_everything or upload.supplier_id == viewer.organisation_id)
    return upload if own else None


def upload_of_invoice(invoice_id: int) -> InvoiceUpload | None:
    """The file that an invoice was entered from."""
    return session.scalars(select(InvoiceUpload).where(InvoiceUpload.invoice_id == invoice_id)).one_or_none()


def look_at_upload(upload: InvoiceUpload, places: Sequence[int | None] | None = None) -> Looked:
    """A stored file beside what its order says now."""
    facts = order_facts(orders.get_order(upload.order_id))
    return look_at(document_of(upload.document), Seal(upload.seal), facts, places)


def look_at(document: KecDocument, seal: Seal, facts: OrderFacts, places: Sequence[int | None] | None = None) -> Looked:
    """Everything that is right and wrong in an invoice's file: by itself, and against order and acceptance."""
    original = None
    if is_amended(document):
        original = find_original(facts.order.id, normal_approval_number(document.original))
    expected = Expected(
        supplier_number=facts.supplier.business_number,
        supplier_name=facts.supplier.name,
        buyer_number=facts.buyer.business_number,
        buyer_name=facts.buyer.name,
        taxes=frozenset(line.tax for line in facts.lines) if facts.tolerances.vat_rate else frozenset({"exempt"}),
        issue_by_day=programmes.get_ruleset(facts.voucher.ruleset_id).invoice.issue_by_day.value,
        amends=original is not None,
    )
    known = {line.id for line in facts.lines}
    chosen = list(places or [])
    guessed = places_of(document, facts.lines)
    where = tuple(
        chosen[index] if index < len(chosen) and chosen[index] in known else guess
        for index, guess in enumerate(guessed)
    )
    found = [*_seal(seal), *judge_kec(document, expected)]
    typed = typed_of(document, where)
    if typed is not None and original is not None and nets_off(document):
        before = order_facts(facts.order, before=original.id)
        first = original_of(original, before)
        found += judge_amendment(typed, document.amendment, first, facts.tolerances, clock.today())
    elif typed is not None:
        found += facts.match(typed, clock.today())
    return Looked(document, facts, where, typed, tuple(found), original)


def _seal(seal: Seal) -> list[Finding]:
    if seal == Seal.BROKEN:
        sentence = N_(
            "전자서명이 맞지 않습니다. 서명한 뒤에 내용이 바뀐 파일입니다. 원본 XML을 다시 내려받아 올리세요."
        )
        return [Finding("signature", None, False, sentence)]
    if seal == Seal.INTACT:
        sentence = N_("서명한 뒤에 바뀐 것이 없습니다. 인증서의 발급 경로는 확인하지 않습니다.")
        return [Finding("signature", None, True, sentence)]
    sentence = (
        N_("전자서명이 없는 파일입니다.") if seal == Seal.NONE else N_("이 방식의 전자서명은 확인하지 못했습니다.")
    )
    return [Finding("signature", None, True, sentence, warning=True)]
