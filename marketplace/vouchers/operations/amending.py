"""What a change of the agreement does to its voucher."""

from datetime import date

from marketplace.core.db import locked
from marketplace.core.errors import Refused
from marketplace.core.i18n import _
from marketplace.core.viewer import Viewer
from marketplace.evidence.operations import record
from marketplace.ledger.operations import Move, post
from marketplace.notices.operations import notify
from marketplace.vouchers.models import Voucher, VoucherState


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
