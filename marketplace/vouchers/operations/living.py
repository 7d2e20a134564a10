"""The life of a voucher: issued, active, frozen, expired, closed."""

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
