"""Giving back a part of a voucher early: the firm asks, an officer confirms, and the support lapses to the programme."""

from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _, language
from marketplace.core.viewer import Role, Viewer
from marketplace.evidence.operations import record
from marketplace.notices.operations import notify
from marketplace.orders import policies, queries, rules
from marketplace.orders.models import ReturnState, VoucherReturn
from marketplace.vouchers.models import Voucher
from marketplace.vouchers.operations import change_terms, lock_for_order


def ask_return(voucher_id: int, *, supply_minor: int, reason: str, by: Viewer) -> VoucherReturn:
    """Ask to give back so much of what a usable voucher can buy. Nothing moves yet."""
    voucher = lock_for_order(voucher_id)
    if not policies.may_ask_return(by, voucher):
        raise NotYours(_("바우처 반납은 그 바우처를 가진 기업의 서명권자만 신청할 수 있습니다."))
    plan = _plan(voucher, supply_minor)
    row = VoucherReturn(
        voucher_id=voucher.id,
        organisation_id=voucher.organisation_id,
        supply_minor=supply_minor,
        reason=reason,
        asked_by=by.person_id,
    )
    session.add(row)
    session.flush()
    record("voucher_return:asked", row, by=by, lapses=plan.lapses, refunded=plan.refunded)
    notify(
        "voucher_return_asked",
        about=row.subject,
        role=Role.PROGRAMME_OFFICER,
        number=voucher.number,
        firm=by.organisation_name,
        supply_minor=supply_minor,
        reason=reason,
    )
    return row


def confirm_return(return_id: int, *, by: Viewer) -> VoucherReturn:
    """Let it go, as it is computed now: support lapses, own share and VAT become a refund due, in one posting."""
    row = locked(VoucherReturn, return_id)
    if not policies.may_confirm_return(by, row):
        raise NotYours(_("반납은 신청하지 않은 사업 담당자만 확인할 수 있습니다."))
    voucher = lock_for_order(row.voucher_id)
    plan = _plan(voucher, row.supply_minor)
    with session.no_autoflush:  # the state and its amounts are one UPDATE
        row.advance(to=ReturnState.CONFIRMED)
        row.support_minor, row.deposit_minor = plan.lapses, plan.refunded
        row.decided_by, row.decided_at = by.person_id, clock.now()
    session.flush()
    change_terms(
        voucher.id,
        support_minor=plan.support,
        own_cash_minor=plan.own_cash,
        vat_minor=plan.vat,
        posted=queries.whole_of(voucher).posted,
        key=f"{row.subject}:confirm",
        by=by,
    )
    record("voucher_return:confirmed", row, by=by)
    _tell(row, voucher, lapsed_minor=plan.lapses, refund_minor=plan.refunded)
    return row


def end_return(return_id: int, answer: str = "", *, by: Viewer) -> VoucherReturn:
    """Refuse it (an officer, with the reason) or take it back (the firm); the voucher stays as it is."""
    row = locked(VoucherReturn, return_id)
    voucher = locked(Voucher, row.voucher_id)
    mine = policies.may_ask_return(by, voucher)
    if not mine and not policies.may_confirm_return(by, row):
        raise NotYours(_("반납은 신청하지 않은 사업 담당자만 확인할 수 있습니다."))
    if not mine and not answer:
        raise Refused(_("사유를 입력하세요."), field="reason")
    row.advance(to=ReturnState.WITHDRAWN if mine else ReturnState.REFUSED)
    row.decided_by, row.decided_at, row.answer = by.person_id, clock.now(), answer or None
    record(f"voucher_return:{row.state.value}", row, by=by, reason=answer)
    if not mine:
        _tell(row, voucher, lapsed_minor=0, refund_minor=0)
    return row


def _plan(voucher: Voucher, supply_minor: int) -> rules.ReturnPlan:
    try:
        return rules.plan_return(queries.whole_of(voucher), supply_minor)
    except rules.ChangeForbidden as forbidden:
        words = forbidden.phrase.say(_, language())
        raise Refused(words, field=forbidden.field, rule="voucher.return") from forbidden


def _tell(row: VoucherReturn, voucher: Voucher, *, lapsed_minor: int, refund_minor: int) -> None:
    notify(
        "voucher_return_decided",
        about=row.subject,
        organisation_id=row.organisation_id,
        number=voucher.number,
        state=row.state.word,
        reason=row.answer or "",
        lapsed_minor=lapsed_minor,
        refund_minor=refund_minor,
    )
