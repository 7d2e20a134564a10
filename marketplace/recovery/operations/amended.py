"""An amended invoice that makes a paid one smaller: the officer takes up what it names as a case, in one step."""

from marketplace.core.db import session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _
from marketplace.core.money import Money
from marketplace.core.viewer import Viewer
from marketplace.evidence.operations import record
from marketplace.recovery import policies, queries
from marketplace.recovery.models import RecoveryCase
from marketplace.recovery.operations.cases import new_number
from marketplace.settlement import operations as settlement
from marketplace.settlement import queries as invoices


def take_up(amendment_id: int, *, by: Viewer) -> RecoveryCase:
    """Open the case of what an amended invoice made too much: all that was paid on it to the supplier, support and the
    buyer's own share. The supplier amended it itself, so it has reported itself. The amendment bears the case's number."""
    if not policies.may_take_up(by):
        raise NotYours(_("사업 담당자만 환수를 기록할 수 있습니다."))
    found = next(iter(invoices.invoices_to_recover(invoice_id=amendment_id)), None)
    if found is None:
        raise Refused(_("환수를 기다리는 수정세금계산서가 아닙니다."))
    principal = found.support_minor + found.own_minor
    if not principal:
        raise Refused(
            _("이 수정세금계산서로 더 지급된 돈이 없습니다. 세금계산서 화면에서 환수 번호 대신 이유를 적으세요.")
        )
    known = queries.amended_of(amendment_id)
    case = RecoveryCase(
        number=new_number(),
        organisation_id=found.supplier_id,
        programme_id=queries.programme_of(found.voucher_id),
        voucher_id=found.voucher_id,
        facts=(
            f"지급된 세금계산서 {known.invoice}을(를) 수정세금계산서 {known.number}(사유 {known.code} {known.note})로 "
            f"줄여, 지원금 {Money(found.support_minor).text('ko')}과 자부담·세액 {Money(found.own_minor).text('ko')}이 "
            "더 지급되었습니다."
        ),
        principal_minor=principal,
        own_minor=found.own_minor,
        amendment_id=amendment_id,
        self_reported=True,
        opened_by=by.person_id,
    )
    session.add(case)
    session.flush()
    settlement.note_recovery(amendment_id, case.number, by=by)
    record(
        "recovery_case:opened", case, by=by, voucher=found.voucher, principal_minor=principal, amendment=known.number
    )
    return case
