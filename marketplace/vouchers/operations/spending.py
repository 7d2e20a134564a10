"""What orders do with a voucher: set aside, give back, owe, use up."""

from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import Refused
from marketplace.core.i18n import _
from marketplace.ledger.operations import Move, post
from marketplace.vouchers import queries
from marketplace.vouchers.models import Voucher, VoucherState


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
    voucher = _spendable(voucher_id)
    post(*_owed(voucher, supplier_id, support_minor, own_minor), key=key)


def use(voucher_id: int, *, supplier_id: int, support_minor: int, own_minor: int, key: str) -> None:
    """Use up reserved capacity that was provided: owed and settled in one posting, since nobody sends anything for it.
    Refused while the voucher is frozen."""
    voucher = _spendable(voucher_id)
    total, programme_id = support_minor + own_minor, voucher.programme_id
    post(
        *_owed(voucher, supplier_id, support_minor, own_minor),
        Move("send", supplier_id, programme_id, total, voucher.unit),
        Move("settle", programme_id, programme_id, total, voucher.unit),
        key=key,
    )


def _spendable(voucher_id: int) -> Voucher:
    voucher = locked(Voucher, voucher_id)
    if voucher.state not in (VoucherState.ACTIVE, VoucherState.EXPIRED):
        raise Refused(
            _("지금 상태(%(state)s)의 바우처로는 정산을 승인할 수 없습니다.", state=voucher.state.label),
            rule="voucher.state",
        )
    return voucher


def _owed(voucher: Voucher, supplier_id: int, support_minor: int, own_minor: int) -> list[Move]:
    parts = (("support", support_minor), ("own", own_minor))
    return [Move(f"approve_{pot}", voucher.id, supplier_id, amount, voucher.unit) for pot, amount in parts if amount]


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
