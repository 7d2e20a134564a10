"""The approval of a case by two officers, its statement, and the word that it was paid."""

from marketplace.accounts import queries as accounts
from marketplace.core import clock
from marketplace.core.db import locked
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import N_, _
from marketplace.core.names import same_name
from marketplace.core.viewer import SYSTEM, Viewer
from marketplace.evidence.operations import record
from marketplace.grants import operations as grants
from marketplace.notices.operations import notify
from marketplace.orders import operations as orders
from marketplace.orders.models import PurchaseOrder
from marketplace.papers.operations import issue
from marketplace.programmes import queries as programmes
from marketplace.settlement import documents, policies, queries
from marketplace.settlement.models import CaseState, InvoiceState, SettlementCase, TaxInvoice
from marketplace.settlement.operations.amend import turn_to_recovery
from marketplace.settlement.operations.desk import refuse_beyond_limit
from marketplace.settlement.operations.prices import note_prices
from marketplace.settlement.operations.recount import never_paid
from marketplace.settlement.operations.retention import retain
from marketplace.settlement.rules import given_back
from marketplace.vouchers.models import VoucherState
from marketplace.vouchers.operations import approve_spending, release

SAME_PERSON = N_("1차 승인한 사람은 2차 승인을 할 수 없습니다. 다른 담당자가 승인해야 합니다.")


def approve_first(case_id: int, content_sha256: str, *, by: Viewer) -> SettlementCase:
    """The first officer has checked the case. `content_sha256` is of what the page showed; a change refuses."""
    case = locked(SettlementCase, case_id)
    _judge(case, content_sha256, by)
    case.advance(to=CaseState.CHECKED)
    case.first_by = by.person_id
    case.first_at = clock.now()
    record("settlement_case:checked", case, by=by, content_sha256=content_sha256)
    return case


def approve_second(case_id: int, content_sha256: str, *, by: Viewer) -> SettlementCase:
    """Another officer approves: what was reserved for the order becomes a debt to the supplier."""
    case = locked(SettlementCase, case_id)
    if case.state == CaseState.CHECKED and not policies.is_another_person(by, case):
        raise Refused(_(SAME_PERSON))
    sheet = _judge(case, content_sha256, by)
    _refuse_same_name(case, by)
    refuse_beyond_limit(case, by)
    case.advance(to=CaseState.APPROVED)
    case.second_by = by.person_id
    case.second_at = clock.now()
    own_minor = case.own_minor + case.vat_minor
    orders.note_approved(
        case.order_id,
        supply_minor=case.support_minor + case.own_minor,
        support_minor=case.support_minor,
        own_minor=own_minor,
    )
    approve_spending(
        case.voucher_id,
        supplier_id=case.supplier_id,
        support_minor=case.support_minor,
        own_minor=own_minor,
        key=f"{case.subject}:approve",
    )
    retain(case)
    _give_back(case)
    locked(TaxInvoice, case.invoice_id).advance(to=InvoiceState.APPROVED)
    record("settlement_case:approved", case, by=by, content_sha256=content_sha256, total_minor=case.total_minor)
    notify(
        "settlement_approved",
        about=case.subject,
        organisation_id=case.supplier_id,
        number=case.number,
        invoice=sheet.invoice.number,
        total_minor=case.total_minor,
        expected_on=queries.expected_on(case).isoformat(),
    )
    return case


def _give_back(case: SettlementCase) -> None:
    """What is not recognised, or no longer asked for, goes back to the voucher by a posting of its own, as far as nobody can
    claim it any more."""
    cut, cut_vat = never_paid(case)
    if not cut:
        return
    order = locked(PurchaseOrder, case.order_id)
    support, own = given_back(queries.standing_of(order), cut=cut, unit=queries.floor_unit(case))
    case.released_support_minor, case.released_own_minor = support, own
    release(
        case.voucher_id,
        support_minor=support,
        own_minor=own + cut_vat if queries.own_is_posted(case) else 0,
        key=f"{case.subject}:release",
    )
    orders.note_cut(
        case.order_id,
        supply_minor=cut,
        support_minor=support,
        own_minor=own,
        vat_minor=cut_vat,
    )


def _judge(case: SettlementCase, content_sha256: str, by: Viewer) -> queries.Sheet:
    """What both approvals ask: the right, no part in the deal, an unchanged case, a match, and a voucher in use."""
    if not policies.may_decide(by):
        raise NotYours(_("정산 담당자만 정산을 승인할 수 있습니다."))
    sheet = queries.match_of(case)
    parties = {sheet.facts.supplier.id, sheet.facts.buyer.id}
    if parties & {firm.id for firm, _role in accounts.organisations_of(by.person_id or 0)}:
        raise Refused(
            _("이 거래의 당사자 기업에 속한 사람은 정산을 승인할 수 없습니다."), rule="settlement.independence"
        )
    if sheet.content_sha256 != content_sha256:
        raise Refused(_("화면을 연 뒤 이 정산 건의 내용이 바뀌었습니다. 바뀐 내용을 다시 확인하고 승인하세요."))
    wrong = [finding for finding in sheet.findings if not finding.ok]
    if wrong:
        raise Refused(_("대사가 맞지 않는 정산은 승인할 수 없습니다. 사유를 적어 반려하세요."))
    ruleset = programmes.get_ruleset(sheet.facts.voucher.ruleset_id)
    if ruleset.relations.related_blocks.value and accounts.are_related(sheet.facts.buyer.id, sheet.facts.supplier.id):
        raise Refused(
            _("두 기업이 특수관계에 있어 지급할 수 없습니다. 사유를 적어 반려하고 사업 담당자에게 알리세요."),
            rule=ruleset.rule("relations.related_blocks"),
        )
    grants.check_standing(sheet.facts.voucher.id, ruleset)
    if queries.pending_cuts(case.id):
        raise Refused(
            _("불인정 항목에 공급기업의 소명이나 이의 결정을 기다리는 것이 있습니다. 끝난 뒤 승인하세요."),
            rule="settlement.objection_days",
        )
    if sheet.facts.voucher.state == VoucherState.FROZEN:
        raise Refused(
            _(
                "사용이 정지된 바우처입니다(사유: %(reason)s). 정지가 풀린 뒤 승인하세요.",
                reason=sheet.facts.voucher.freeze_reason or _("확인 중"),
            ),
            rule="voucher.state",
        )
    return sheet


def _refuse_same_name(case: SettlementCase, by: Viewer) -> None:
    """One person with two accounts is still one person: two names are asked for, too."""
    names = accounts.people_names({case.first_by or 0, by.person_id or 0})
    if case.first_by != by.person_id and same_name(names.get(case.first_by or 0, ""), names.get(by.person_id or 0, "")):
        raise Refused(_("1차 승인한 사람과 이름이 같습니다. 다른 사람이 2차 승인을 해야 합니다."))


def issue_statement(case_id: int, *, by: Viewer = SYSTEM) -> None:
    """Issue the settlement statement of an approved case to both firms."""
    case = locked(SettlementCase, case_id)
    if case.paper_id is not None:
        return
    sheet = queries.match_of(case)
    names = accounts.people_names({case.first_by or 0, case.second_by or 0})
    paper = issue(
        "settlement_statement",
        case.subject,
        documents.statement_of(sheet, names, queries.cuts_of_case(case.id)),
        title=f"정산서 {case.number}",
        prefix="SS",
        readers=[sheet.facts.supplier.id, sheet.facts.buyer.id],
        by=by,
    )
    case.paper_id = paper.id
    record("settlement_case:stated", case, by=by, paper=paper.number)


def mark_paid(case_id: int, *, by: Viewer) -> SettlementCase:
    """The bank has paid the case. Called by payments, in the transaction that posts it."""
    case = locked(SettlementCase, case_id)
    case.advance(to=CaseState.PAID)
    locked(TaxInvoice, case.invoice_id).advance(to=InvoiceState.PAID)
    # The whole line is settled: for what was not recognised nothing will ever be paid.
    counted = queries.counted_of(queries.get_invoice(case.invoice_id))
    orders.note_paid(case.order_id, counted)
    note_prices(case, set(counted))
    for amendment in queries.held_amendments(case.invoice_id):
        turn_to_recovery(case, locked(TaxInvoice, amendment.id), by=by)
    record("settlement_case:paid", case, by=by, total_minor=case.total_minor)
    return case
