"""The closing note: issued once for a closed voucher, from the ledger and its orders."""

from marketplace.accounts import queries as accounts
from marketplace.core.db import locked, session
from marketplace.core.errors import Refused
from marketplace.core.i18n import _
from marketplace.core.viewer import SYSTEM, Viewer
from marketplace.evidence.operations import record
from marketplace.notices.operations import notify
from marketplace.papers.operations import issue
from marketplace.programmes.queries import get_programme, get_ruleset
from marketplace.supervision import documents, queries
from marketplace.supervision.models import VoucherClosing
from marketplace.vouchers.models import Voucher, VoucherState


def note_closing(voucher_id: int, *, by: Viewer = SYSTEM) -> VoucherClosing:
    """Say of a closed voucher what was awarded, spent, given back and lapsed, and why; the firm gets the paper."""
    voucher = locked(Voucher, voucher_id)
    if voucher.state != VoucherState.CLOSED:
        raise Refused(_("종료한 바우처에만 종료 통지서를 냅니다(현재 %(state)s).", state=voucher.state.label))
    sums = queries.closing_sums(voucher)
    if not sums.balances:
        # A mistake in the books is not to be put on paper: the job tries again when it is found.
        raise Refused(_("바우처의 금액이 맞지 않아 종료 통지서를 낼 수 없습니다. 원장을 확인하세요."))
    firm, rules = accounts.get_organisation(voucher.organisation_id), get_ruleset(voucher.ruleset_id)
    missing = queries.missing_of(voucher.id)
    if missing is not None and missing in queries.awaited_by(rules):
        raise Refused(missing.label, rule=rules.rule("settlement.closing_after"))
    graded = queries.find_evaluation_of_voucher(voucher.id)
    grade = graded.final_grade if graded and graded.confirmed_at else None
    facts = documents.note_of(
        voucher,
        firm,
        sums,
        queries.closed_orders(voucher.id),
        programme=get_programme(voucher.programme_id).name,
        ruleset=rules.edition,
        min_use_percent=int(rules.voucher.min_use.value * 100),
        rule=rules.rule("voucher.min_use"),
        returns=queries.returns_given(voucher.id),
        grade=grade.word if grade else "",
        missing=missing.word if missing else "",
    )
    title = f"바우처 종료 통지서 {voucher.number}"
    paper = issue("voucher_closing", voucher.subject, facts, title=title, prefix="VC", readers=[firm.id], by=by)
    closing = VoucherClosing(voucher_id=voucher.id, paper_id=paper.id, facts=facts)
    session.add(closing)
    session.flush()
    record("voucher_closing:noted", closing, by=by, voucher=voucher.number, paper=paper.number)
    notify(
        "voucher_closing_noted",
        about=voucher.subject,
        organisation_id=firm.id,
        voucher=voucher.number,
        spent_minor=sums.support_spent,
        lapsed_minor=sums.support_lapsed,
        unit=voucher.unit,
    )
    return closing
