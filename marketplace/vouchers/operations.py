"""Verbs of vouchers. Only this room knows that a voucher has ledger accounts."""

from datetime import date

from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _
from marketplace.core.viewer import SYSTEM, Viewer
from marketplace.evidence.operations import record
from marketplace.ledger.operations import Move, post
from marketplace.notices.operations import notify
from marketplace.papers.operations import next_number
from marketplace.programmes import queries as programmes
from marketplace.vouchers import policies, queries
from marketplace.vouchers.models import Voucher, VoucherState
from marketplace.vouchers.rules import voucher_number


def issue_voucher(
    *,
    programme_id: int,
    ruleset_id: int,
    organisation_id: int,
    kind: str,
    support_minor: int,
    own_cash_minor: int,
    vat_minor: int,
    valid_from: date,
    expires_on: date,
    by: Viewer,
) -> Voucher:
    """Make the voucher of a signed agreement. It holds no money until the own share is in."""
    programme = programmes.get_programme(programme_id)
    voucher = Voucher(
        number=voucher_number(programme.year, next_number(f"voucher-{programme.year}")),
        programme_id=programme_id,
        ruleset_id=ruleset_id,
        organisation_id=organisation_id,
        kind=kind,
        unit=programme.unit,
        support_minor=support_minor,
        own_cash_minor=own_cash_minor,
        vat_minor=vat_minor,
        valid_from=valid_from,
        expires_on=expires_on,
    )
    session.add(voucher)
    session.flush()
    record("voucher:issued", voucher, by=by, support_minor=support_minor, deposit_minor=voucher.deposit_minor)
    notify(
        "voucher_issued",
        about=voucher.subject,
        organisation_id=organisation_id,
        number=voucher.number,
        support_minor=support_minor,
        deposit_minor=voucher.deposit_minor,
        unit=voucher.unit,
        expires_on=expires_on.isoformat(),
    )
    return voucher


def activate(voucher_id: int, *, by: Viewer = SYSTEM) -> Voucher:
    """Put the money on the voucher: support from the pool, own share and VAT from what the bank received."""
    voucher = locked(Voucher, voucher_id)
    voucher.advance(to=VoucherState.ACTIVE)
    voucher.activated_at = clock.now()
    moves = [Move("activate_support", voucher.programme_id, voucher.id, voucher.support_minor, voucher.unit)]
    if voucher.deposit_minor:
        moves.append(Move("activate_own", voucher.programme_id, voucher.id, voucher.deposit_minor, voucher.unit))
    post(*moves, key=f"{voucher.subject}:activate")
    record("voucher:activated", voucher, by=by)
    notify(
        "voucher_activated",
        about=voucher.subject,
        organisation_id=voucher.organisation_id,
        number=voucher.number,
        support_minor=voucher.support_minor,
        unit=voucher.unit,
        expires_on=voucher.expires_on.isoformat(),
    )
    return voucher


def cancel_issued(voucher_id: int, reason: str, *, by: Viewer) -> Voucher:
    """Take back a voucher that never became active (its agreement was terminated)."""
    voucher = locked(Voucher, voucher_id)
    voucher.advance(to=VoucherState.CANCELLED)
    record("voucher:cancelled", voucher, by=by, reason=reason)
    return voucher


def lock_for_order(voucher_id: int) -> Voucher:
    """The voucher under its lock, usable for a new order today; else Refused with the reason and the rule."""
    voucher = locked(Voucher, voucher_id)
    if voucher.state == VoucherState.FROZEN:
        raise Refused(
            _(
                "사용이 정지된 바우처입니다(사유: %(reason)s). 전담기관에 문의하세요.",
                reason=voucher.freeze_reason or _("확인 중"),
            ),
            rule="voucher.state",
        )
    if voucher.expires_on < clock.today():
        raise Refused(
            _("바우처 사용 기한(%(day)s)이 지나 발주할 수 없습니다.", day=voucher.expires_on.isoformat()),
            rule="voucher.expiry",
        )
    if voucher.state != VoucherState.ACTIVE:
        raise Refused(
            _("지금 상태(%(state)s)의 바우처로는 발주할 수 없습니다.", state=voucher.state.label), rule="voucher.state"
        )
    return voucher


def reserve(voucher_id: int, *, support_minor: int, own_minor: int, key: str) -> None:
    """Set money of a usable voucher aside; `own_minor` includes VAT. Call after `lock_for_order` in one transaction."""
    voucher = session.get_one(Voucher, voucher_id)
    _move(voucher, "reserve", support_minor, own_minor, key)


def release(voucher_id: int, *, support_minor: int, own_minor: int, key: str) -> None:
    """Give reserved money back to the voucher, in whatever state it is: releasing never spends."""
    _move(queries.get_voucher(voucher_id), "release", support_minor, own_minor, key)


def _move(voucher: Voucher, verb: str, support_minor: int, own_minor: int, key: str) -> None:
    parts = (("support", support_minor), ("own", own_minor))
    moves = [Move(f"{verb}_{pot}", voucher.id, voucher.id, amount, voucher.unit) for pot, amount in parts if amount]
    if moves:
        post(*moves, key=key)


def approve_spending(voucher_id: int, *, supplier_id: int, support_minor: int, own_minor: int, key: str) -> None:
    """Turn reserved money into a debt to the supplier. Refused while the voucher is frozen."""
    voucher = locked(Voucher, voucher_id)
    if voucher.state not in (VoucherState.ACTIVE, VoucherState.EXPIRED):
        raise Refused(
            _("지금 상태(%(state)s)의 바우처로는 정산을 승인할 수 없습니다.", state=voucher.state.label),
            rule="voucher.state",
        )
    parts = (("support", support_minor), ("own", own_minor))
    moves = [Move(f"approve_{pot}", voucher.id, supplier_id, amount, voucher.unit) for pot, amount in parts if amount]
    post(*moves, key=key)


def unapprove_spending(voucher_id: int, *, supplier_id: int, support_minor: int, own_minor: int, key: str) -> None:
    """Turn a debt to the supplier that was not paid back into reserved money. A closed voucher holds nothing any more."""
    voucher = locked(Voucher, voucher_id)
    if voucher.state not in (VoucherState.ACTIVE, VoucherState.EXPIRED, VoucherState.FROZEN):
        raise Refused(
            _("지금 상태(%(state)s)의 바우처로는 정산 승인을 취소할 수 없습니다.", state=voucher.state.label),
            rule="voucher.state",
        )
    parts = (("support", support_minor), ("own", own_minor))
    moves = [Move(f"unapprove_{pot}", supplier_id, voucher.id, amount, voucher.unit) for pot, amount in parts if amount]
    post(*moves, key=key)


def freeze(voucher_id: int, reason: str, *, by: Viewer) -> Voucher:
    """Stop a voucher: no order, no approval, until it is unfrozen."""
    if not policies.may_freeze(by):
        raise NotYours(_("사업 담당자만 바우처를 정지할 수 있습니다."))
    voucher = locked(Voucher, voucher_id)
    voucher.advance(to=VoucherState.FROZEN)
    voucher.freeze_reason = reason
    record("voucher:frozen", voucher, by=by, reason=reason)
    notify(
        "voucher_frozen",
        about=voucher.subject,
        organisation_id=voucher.organisation_id,
        number=voucher.number,
        reason=reason,
    )
    return voucher


def unfreeze(voucher_id: int, *, by: Viewer) -> Voucher:
    """Allow a frozen voucher again."""
    if not policies.may_freeze(by):
        raise NotYours(_("사업 담당자만 바우처 정지를 풀 수 있습니다."))
    voucher = locked(Voucher, voucher_id)
    voucher.advance(to=VoucherState.ACTIVE)
    voucher.freeze_reason = None
    record("voucher:unfrozen", voucher, by=by)
    notify("voucher_unfrozen", about=voucher.subject, organisation_id=voucher.organisation_id, number=voucher.number)
    return voucher


def expire(voucher_id: int, *, by: Viewer = SYSTEM) -> Voucher:
    """End the time for new orders. What is reserved stays reserved until it is settled or released."""
    voucher = locked(Voucher, voucher_id)
    if voucher.expires_on >= clock.today():
        raise Refused(_("사용 기한이 아직 지나지 않았습니다."), rule="voucher.expiry")
    voucher.advance(to=VoucherState.EXPIRED)
    record("voucher:expired", voucher, by=by)
    notify("voucher_expired", about=voucher.subject, organisation_id=voucher.organisation_id, number=voucher.number)
    return voucher


def close(voucher_id: int, *, by: Viewer) -> Voucher:
    """Return what is unused: support lapses to the programme, own money becomes a refund due to the firm.

    Refused while anything is still reserved for an order.
    """
    if not policies.may_close(by):
        raise NotYours(_("담당자만 바우처를 종료할 수 있습니다."))
    voucher = locked(Voucher, voucher_id)
    pots = queries.pots_of(voucher.id)
    if pots.reserved:
        raise Refused(
            _("아직 끝나지 않은 발주가 있어 종료할 수 없습니다. 발주를 완료하거나 취소한 뒤 다시 시도하세요."),
            rule="voucher.close",
        )
    voucher.advance(to=VoucherState.CLOSED)
    voucher.closed_at = clock.now()
    moves = []
    if pots.support_available:
        moves.append(Move("lapse", voucher.id, voucher.programme_id, pots.support_available, voucher.unit))
    if pots.own_available:
        moves.append(Move("refund", voucher.id, voucher.id, pots.own_available, voucher.unit))
    if moves:
        post(*moves, key=f"{voucher.subject}:close")
    record("voucher:closed", voucher, by=by, lapsed=pots.support_available, refunded=pots.own_available)
    notify(
        "voucher_closed",
        about=voucher.subject,
        organisation_id=voucher.organisation_id,
        number=voucher.number,
        lapsed_minor=pots.support_available,
        refund_minor=pots.own_available,
        unit=voucher.unit,
    )
    return voucher


def change_terms(
    voucher_id: int, *, support_minor: int, own_cash_minor: int, vat_minor: int, posted: bool, key: str, by: Viewer
) -> Voucher:
    """Write down amended amounts. What an active voucher holds too much goes back: support lapses, own money is refunded
    (where it stands in the ledger, `posted`). Support never rises; a trigger holds to that as well."""
    voucher = locked(Voucher, voucher_id)
    _require_running(voucher)
    if support_minor > voucher.support_minor:
        raise Refused(
            _("지원금은 늘릴 수 없습니다. 기업 부담금만 늘릴 수 있습니다."), rule="changes.support_never_rises"
        )
    lapsed = voucher.support_minor - support_minor
    refunded = voucher.deposit_minor - own_cash_minor - vat_minor
    if voucher.state != VoucherState.ISSUED:
        if refunded < 0:
            raise Refused(_("이미 입금을 마친 바우처의 현금 부담은 늘릴 수 없습니다. 늘어난 부담은 현물로 적으세요."))
        moves = [Move("lapse", voucher.id, voucher.programme_id, lapsed, voucher.unit)] if lapsed else []
        if refunded and posted:
            moves.append(Move("refund", voucher.id, voucher.id, refunded, voucher.unit))
        if moves:
            post(*moves, key=key)
    voucher.support_minor, voucher.own_cash_minor, voucher.vat_minor = support_minor, own_cash_minor, vat_minor
    record("voucher:terms_changed", voucher, by=by, lapsed=lapsed, refunded=refunded)
    return voucher


def extend(voucher_id: int, *, expires_on: date, by: Viewer) -> Voucher:
    """Let a running voucher be used longer."""
    voucher = locked(Voucher, voucher_id)
    _require_running(voucher)
    voucher.expires_on = max(voucher.expires_on, expires_on)
    record("voucher:extended", voucher, by=by)
    return voucher


def end_early(voucher_id: int, reason: str, *, by: Viewer) -> Voucher:
    """No more orders on this voucher; what is reserved is settled or released, and then it is closed."""
    voucher = locked(Voucher, voucher_id)
    voucher.advance(to=VoucherState.EXPIRED)
    record("voucher:ended_early", voucher, by=by, reason=reason)
    notify("voucher_expired", about=voucher.subject, organisation_id=voucher.organisation_id, number=voucher.number)
    return voucher


def hand_over(voucher_id: int, organisation_id: int, *, by: Viewer) -> Voucher:
    """Another firm holds the voucher from now on, having taken over the first one. The money stays where it is."""
    voucher = locked(Voucher, voucher_id)
    _require_running(voucher)
    voucher.organisation_id = organisation_id
    record("voucher:handed_over", voucher, by=by)
    return voucher


def _require_running(voucher: Voucher) -> None:
    if voucher.state not in (VoucherState.ISSUED, VoucherState.ACTIVE):
        raise Refused(
            _("지금 상태(%(state)s)의 바우처는 바꿀 수 없습니다.", state=voucher.state.label), rule="voucher.state"
        )
