"""What was sent back: what has to be done, until when, and what happens when nothing comes."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import update

from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _
from marketplace.core.korea import add_working_days
from marketplace.core.viewer import SYSTEM, Role, Viewer
from marketplace.delivery import policies, queries
from marketplace.delivery.models import RETURNED_STATES, Delivery, ReworkItem
from marketplace.evidence.operations import record
from marketplace.notices.operations import notify
from marketplace.orders.models import PurchaseOrder
from marketplace.orders.queries import get_order
from marketplace.programmes.queries import get_ruleset
from marketplace.vouchers.queries import get_voucher

MOST_ITEMS, LONGEST_ITEM = 100, 500


def ask_again(delivery: Delivery, order: PurchaseOrder, items: Sequence[str], rework_by: date | None) -> None:
    """Write down what has to be done again, one thing a line, and until when. No day where no round is left or the voucher
    ends: then only a dispute or a shorter order is left."""
    bodies = [text for item in items for line in item.splitlines() if (text := line.strip())]
    if len(bodies) > MOST_ITEMS or any(len(body) > LONGEST_ITEM for body in bodies):
        raise Refused(
            _(
                "고칠 것은 한 줄에 하나씩, %(most)s줄까지 %(length)s자 이내로 적으세요.",
                most=MOST_ITEMS,
                length=LONGEST_ITEM,
            ),
            field="items",
        )
    before = len(queries.items_to_redo(delivery.id))
    session.add_all(
        ReworkItem(delivery_id=delivery.id, position=before + number, body=body)
        for number, body in enumerate(bodies, 1)
    )
    delivery.rework_by = rework_day(order, rework_by)


def rework_day(order: PurchaseOrder, wished: date | None) -> date | None:
    """The last day to hand over again: the day wished for, else as many working days as an inspection has, and never past
    the voucher's own last day."""
    voucher = get_voucher(order.voucher_id)
    ruleset = get_ruleset(voucher.ruleset_id)
    _made, returned = queries.returned_rounds(order.id)
    if returned > ruleset.delivery.rework_rounds.value + queries.ordered_rounds(order.id):
        return None
    today = clock.today()
    if wished is None:
        return max(today, min(add_working_days(today, ruleset.delivery.inspection_days.value), voucher.expires_on))
    if not today < wished <= voucher.expires_on:
        raise Refused(
            _("재작업 기한은 내일부터 바우처 사용 기한(%(day)s)까지로 정하세요.", day=voucher.expires_on.isoformat()),
            field="rework_by",
            rule=ruleset.rule("voucher.expiry"),
        )
    return wished


def check_rework(order: PurchaseOrder) -> None:
    """Refused while an officer decides, and after the last day of rework. The order is locked."""
    if queries.has_open_dispute(order.id):
        raise Refused(_("분쟁 중인 납품이 있습니다. 운영기관이 결정한 뒤에 납품하세요."))
    day = queries.rework_due(order.id)
    if day is not None and day < clock.today():
        raise Refused(
            _(
                "재작업 기한(%(day)s)이 지났습니다. 수요기업에 기한을 늘려 달라고 하거나 분쟁을 제기하세요.",
                day=day.isoformat(),
            )
        )


def answer_items(delivery: Delivery, answers: Mapping[int, str]) -> None:
    """What the supplier says was done about each open thing; all of them are answered by the new delivery."""
    items = queries.open_items(delivery.order_id)
    if set(answers) - {item.id for item in items}:
        raise Refused(_("이 발주에 없는 재작업 항목입니다. 화면을 새로 고치세요."))
    for item in items:
        session.execute(
            update(ReworkItem)
            .where(ReworkItem.id == item.id)
            .values(answer=answers.get(item.id, ""), answered_in=delivery.id)
            .execution_options(synchronize_session=False)
        )


def extend_rework(delivery_id: int, until: date, *, by: Viewer) -> Delivery:
    """Give the supplier longer; the buyer does, or an officer."""
    delivery = locked(Delivery, delivery_id)
    order = locked(PurchaseOrder, delivery.order_id)
    if not policies.may_extend(by, order):
        raise NotYours(_("재작업 기한은 수요기업이나 운영기관이 늘립니다."))
    open_ = any(item.answered_in is None for item in queries.items_to_redo(delivery.id))
    if delivery.state not in RETURNED_STATES or delivery.rework_by is None or not open_:
        raise Refused(_("재작업을 기다리는 납품이 아닙니다."))
    if until <= delivery.rework_by:
        raise Refused(
            _("지금 기한(%(day)s)보다 뒤의 날을 고르세요.", day=delivery.rework_by.isoformat()), field="rework_by"
        )
    delivery.rework_by, delivery.rework_told_at = rework_day(order, until), None
    record("delivery:rework_extended", delivery, by=by, order=order.number, until=until)
    notify(
        "rework_extended",
        about=delivery.subject,
        organisation_id=order.supplier_id,
        order=order.number,
        title=order.title,
        number=delivery.number,
        rework_by=until.isoformat(),
    )
    return delivery


def miss_rework(delivery_id: int, *, by: Viewer = SYSTEM) -> bool:
    """Tell both firms and the agency, once, that nothing was handed over again in time."""
    delivery = locked(Delivery, delivery_id)
    late = delivery.state in RETURNED_STATES and delivery.rework_by is not None and delivery.rework_by < clock.today()
    if not late or delivery.rework_told_at is not None:
        return False
    order = get_order(delivery.order_id)
    delivery.rework_told_at = clock.now()
    record("delivery:rework_missed", delivery, by=by, rework_by=delivery.rework_by)
    for whom in (
        {"organisation_id": order.organisation_id},
        {"organisation_id": order.supplier_id},
        {"role": Role.PROGRAMME_OFFICER},
    ):
        notify(
            "rework_overdue",
            about=delivery.subject,
            order=order.number,
            title=order.title,
            number=delivery.number,
            rework_by=str(delivery.rework_by),
            **whom,  # type: ignore[arg-type]
        )
    return True
