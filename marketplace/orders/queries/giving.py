"""Parts of vouchers that are given back early."""

from collections.abc import Sequence

from sqlalchemy import select

from marketplace.core.db import session
from marketplace.core.i18n import _
from marketplace.core.tasks import Task
from marketplace.core.viewer import Role, Viewer
from marketplace.orders import rules
from marketplace.orders.models import ReturnState, VoucherReturn
from marketplace.orders.queries.find import standing_of
from marketplace.programmes import queries as programmes
from marketplace.vouchers import queries as vouchers
from marketplace.vouchers.models import Voucher


def whole_of(voucher: Voucher) -> rules.Whole:
    """What decides how much of a voucher can be given back; two statements."""
    ruleset = programmes.get_ruleset(voucher.ruleset_id)
    pots, standing = vouchers.pots_of(voucher.id), standing_of(voucher.id, 0, voucher.programme_id)
    return rules.Whole(
        support=voucher.support_minor,
        own_cash=voucher.own_cash_minor,
        vat=voucher.vat_minor,
        committed_supply=standing.committed_supply,
        committed_support=standing.committed_support,
        support_available=pots.support_available,
        own_available=pots.own_available,
        vat_mode=ruleset.vat.mode.value,
        vat_rate=ruleset.vat.rate.value,
        posted=ruleset.own_money.route.value == "PROGRAMME_ACCOUNT",
    )


def find_return_seen_by(viewer: Viewer, return_id: int) -> tuple[VoucherReturn, Voucher] | None:
    """A return of a voucher that the viewer may see, with it."""
    row = session.scalars(select(VoucherReturn).where(VoucherReturn.id == return_id)).one_or_none()
    voucher = vouchers.find_voucher_seen_by(viewer, row.voucher_id) if row else None
    return (row, voucher) if row and voucher else None


def returns_of(voucher_id: int) -> Sequence[VoucherReturn]:
    """The returns of a voucher, the newest first."""
    statement = select(VoucherReturn).where(VoucherReturn.voucher_id == voucher_id)
    return session.scalars(statement.order_by(VoucherReturn.id.desc()).limit(50)).all()


def returns_to_confirm(viewer: Viewer) -> list[Task]:
    """Returns that wait for an officer; one statement."""
    if not viewer.has(Role.PROGRAMME_OFFICER):
        return []
    rows = session.execute(
        select(VoucherReturn.voucher_id, Voucher.number, Voucher.expires_on)
        .join(Voucher, Voucher.id == VoucherReturn.voucher_id)
        .where(VoucherReturn.state == ReturnState.ASKED, VoucherReturn.asked_by != (viewer.person_id or 0))
        .order_by(VoucherReturn.id)
        .limit(50)
    )
    return [
        Task(
            _("바우처 일부 반납을 확인하세요: %(number)s", number=number),
            "orders.returns",
            {"voucher_id": identity},
            due_on=expires_on,
            kind="order",
        )
        for identity, number, expires_on in rows
    ]
