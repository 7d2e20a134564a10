"""A tax invoice that comes as a file: read, judged, shown beside order and acceptance, then entered or put aside."""

from collections.abc import Sequence

from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _, language
from marketplace.core.viewer import Viewer
from marketplace.evidence.operations import record
from marketplace.orders.models import OrderState, PurchaseOrder
from marketplace.settlement import policies, queries
from marketplace.settlement.models import InvoiceSource, InvoiceUpload, SettlementCase, UploadState
from marketplace.settlement.operations.amend import amend_invoice
from marketplace.settlement.operations.enter import Mismatched, enter_invoice
from marketplace.settlement.rules import (
    Amends,
    KecDocument,
    Signature,
    Unreadable,
    check_signature,
    document_in,
    mismatches,
    nets_off,
    tree_of,
)


def read_upload(data: bytes) -> tuple[KecDocument, Signature]:
    """What a file says, and what its signature is worth. Raises Refused for a file that is no invoice."""
    try:
        root = tree_of(data)
        return document_in(root), check_signature(root)
    except Unreadable as bad:
        raise Refused(bad.phrase.say(_, language()), field="file", rule=f"kec.{bad.rule}") from bad


def receive_upload(
    order_id: int, document: KecDocument, signature: Signature, *, name: str, sha256: str, size: int, by: Viewer
) -> InvoiceUpload:
    """Keep an invoice's file with what is wrong in it today. Nothing is claimed yet."""
    order = session.get_one(PurchaseOrder, order_id)
    if not policies.may_enter(by, order):
        raise NotYours(_("이 발주의 공급기업만 세금계산서를 등록할 수 있습니다."))
    # What was paid may be amended after its order has ended.
    if order.state != OrderState.ACCEPTED and not (order.state == OrderState.CLOSED and nets_off(document)):
        raise Refused(_("지금 상태(%(state)s)의 발주에는 세금계산서를 등록할 수 없습니다.", state=order.state.label))
    seen = queries.look_at(document, signature.seal, queries.order_facts(order))
    upload = InvoiceUpload(
        order_id=order.id,
        supplier_id=order.supplier_id,
        file_name=name[:200],
        sha256=sha256,
        bytes=size,
        seal=signature.seal.value,
        signer=signature.signer,
        document=document.facts(),
        amends_id=seen.original.id if seen.original is not None else None,
        findings=[[each.rule, each.phrase.say(_, language())] for each in mismatches(seen.findings)],
        uploaded_by=by.person_id,
    )
    session.add(upload)
    session.flush()
    record(
        "invoice_upload:received",
        upload,
        by=by,
        order=order.number,
        sha256=sha256,
        approval_number=document.approval_number,
        seal=signature.seal.value,
        wrong=[rule for rule, _sentence in upload.findings],
    )
    return upload


def enter_upload(upload_id: int, places: Sequence[int | None] | None = None, *, by: Viewer) -> SettlementCase:
    """Take the invoice of an uploaded file; an amended one nets the first one off or takes its place, and the case is the
    first one's then. `places` are the order lines that the supplier chose for its lines.

    Judged again from what stands now. Raises Mismatched with everything that is wrong.
    """
    upload = locked(InvoiceUpload, upload_id)
    order = locked(PurchaseOrder, upload.order_id)
    if not policies.may_enter(by, order):
        raise NotYours(_("이 발주의 공급기업만 세금계산서를 등록할 수 있습니다."))
    if not upload.may_become(UploadState.ENTERED):
        upload.advance(to=UploadState.ENTERED)  # says why not, before the match finds nothing left to claim
    seen = queries.look_at_upload(upload, places)
    wrong = mismatches(seen.findings)
    if wrong or seen.typed is None:
        raise Mismatched(wrong)
    amends = None
    if seen.original is not None:
        amends = Amends(seen.original.id, seen.document.amendment, seen.document.note[:1000])
    if amends is not None and seen.below:
        done = amend_invoice(
            amends.invoice_id, amends.code, seen.typed, note=amends.note, by=by, source=InvoiceSource.UPLOADED
        )
        case = queries.case_of_invoice(amends.invoice_id)
        upload.invoice_id = done.id
    else:
        case = enter_invoice(order.id, seen.typed, by=by, source=InvoiceSource.UPLOADED, amends=amends)
        upload.invoice_id = case.invoice_id
    upload.advance(to=UploadState.ENTERED)
    record("invoice_upload:entered", upload, by=by, case=case.number)
    return case


def discard_upload(upload_id: int, *, by: Viewer) -> InvoiceUpload:
    """Put a file aside that shall not be entered. The file is kept."""
    upload = locked(InvoiceUpload, upload_id)
    if not policies.may_enter(by, session.get_one(PurchaseOrder, upload.order_id)):
        raise NotYours(_("이 발주의 공급기업만 세금계산서를 등록할 수 있습니다."))
    upload.advance(to=UploadState.DISCARDED)
    record("invoice_upload:discarded", upload, by=by)
    return upload
