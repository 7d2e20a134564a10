"""Handing over files for the lines of an order, all at once or in parts."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType

from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _
from marketplace.core.korea import add_working_days
from marketplace.core.viewer import Viewer
from marketplace.delivery import policies, queries
from marketplace.delivery.models import Delivery, DeliveryFile, DeliveryLine
from marketplace.delivery.operations.rework import answer_items, check_rework
from marketplace.delivery.operations.testing import ask_for_test
from marketplace.delivery.operations.uploading import use_uploads
from marketplace.delivery.rules import KeptFile, OpenLine, manifest_hash, part_amount
from marketplace.evidence.operations import record
from marketplace.notices.operations import notify
from marketplace.orders.models import OrderState, PurchaseOrder
from marketplace.orders.operations import note_delivered
from marketplace.programmes.queries import get_ruleset
from marketplace.programmes.rules import Ruleset
from marketplace.vouchers.queries import get_voucher


def hand_over(
    order_id: int,
    *,
    quantities: Mapping[int, Decimal],
    files: Sequence[KeptFile],
    note: str = "",
    uploads: Sequence[int] = (),
    answers: Mapping[int, str] = MappingProxyType({}),
    by: Viewer,
) -> Delivery:
    """Hand files over for `quantities` ({order_line_id: quantity}); the buyer then has so many working days to inspect.

    `uploads` are ids of files that came in pieces; `answers` say to each thing that had to be done again
    ({rework_item_id: text}) what was done. Refused for an order that is not accepted, after the voucher's last day, beyond
    what was ordered, while an officer decides a dispute, after the last day of rework, and when its rounds are used up.
    Storage holds the files already.
    """
    order = locked(PurchaseOrder, order_id)
    if not policies.may_hand_over(by, order):
        raise NotYours(_("이 발주를 받은 공급기업의 구성원만 납품할 수 있습니다."))
    voucher = get_voucher(order.voucher_id)
    ruleset = get_ruleset(voucher.ruleset_id)
    _check_time(order, ruleset, voucher.expires_on)
    files = [*files, *use_uploads(order, tuple(uploads))]
    if len({file.path for file in files}) < len(files):
        raise Refused(_("이름이 같은 파일이 있습니다: %(names)s", names=_twice(files)), field="files")
    if not files:
        raise Refused(_("납품할 파일을 하나 이상 올리세요."), field="files")
    check_rework(order)
    number = _next_number(order, ruleset)
    parts = _parts(queries.deliverable_lines(order.id), quantities)
    delivery = Delivery(
        order_id=order.id,
        number=number,
        note=note,
        manifest_sha256=manifest_hash(files),
        inspect_by=add_working_days(clock.today(), ruleset.delivery.inspection_days.value),
        handed_over_by=by.person_id,
    )
    session.add(delivery)
    session.flush()
    session.add_all(
        DeliveryLine(delivery_id=delivery.id, order_line_id=line.id, quantity=quantity, supply_minor=amount)
        for line, quantity, amount in parts
    )
    session.add_all(
        DeliveryFile(delivery_id=delivery.id, path=file.path, bytes=file.bytes, sha256=file.sha256) for file in files
    )
    ask_for_test(delivery, order)
    answer_items(delivery, answers)
    note_delivered(order.id, {line.id: amount for line, _quantity, amount in parts})
    supply = sum(amount for _line, _quantity, amount in parts)
    facts = {"number": number, "files": len(files), "supply_minor": supply, "manifest_sha256": delivery.manifest_sha256}
    record("delivery:handed_over", delivery, by=by, order=order.number, **facts)
    record("purchase_order:delivered", order, by=by, delivery=delivery.id, **facts)
    notify(
        "delivery_handed_over",
        about=delivery.subject,
        organisation_id=order.organisation_id,
        order=order.number,
        title=order.title,
        supplier=by.organisation_name,
        number=number,
        files=len(files),
        supply_minor=supply,
        unit=order.unit,
        inspect_by=delivery.inspect_by.isoformat(),
    )
    return delivery


def _twice(files: Sequence[KeptFile]) -> str:
    paths = [file.path for file in files]
    return ", ".join(sorted({path for path in paths if paths.count(path) > 1}))


def _check_time(order: PurchaseOrder, ruleset: Ruleset, expires_on: object) -> None:
    if order.state != OrderState.ACCEPTED:
        raise Refused(_("수락한 발주에만 납품할 수 있습니다. 지금 상태는 ‘%(state)s’입니다.", state=order.state.label))
    if clock.today() > expires_on:  # type: ignore[operator]
        raise Refused(
            _(
                "바우처 사용 기한(%(day)s)이 지나 납품할 수 없습니다. 기한 뒤의 납품은 인정되지 않습니다.",
                day=str(expires_on),
            ),
            rule=ruleset.rule("voucher.expiry"),
        )


def _next_number(order: PurchaseOrder, ruleset: Ruleset) -> int:
    """First, second, … of the order, which is locked; refused when it was sent back too often."""
    made, returned = queries.returned_rounds(order.id)
    rounds = ruleset.delivery.rework_rounds.value
    if returned > rounds + queries.ordered_rounds(order.id):
        raise Refused(
            _(
                "반려된 뒤 다시 납품할 수 있는 횟수(%(rounds)s회)를 모두 썼습니다. 수요기업과 협의하거나 분쟁을 제기하세요.",
                rounds=rounds,
            ),
            rule=ruleset.rule("delivery.rework_rounds"),
        )
    return made + 1


def _parts(lines: Sequence[OpenLine], quantities: Mapping[int, Decimal]) -> list[tuple[OpenLine, Decimal, int]]:
    """(line, quantity, won) for each line that is handed over now."""
    known = {line.id: line for line in lines}
    if set(quantities) - set(known):
        raise Refused(_("이 발주에 없는 품목입니다."))
    parts = []
    for line in lines:
        quantity = quantities.get(line.id, Decimal(0))
        if not quantity:
            continue
        _check_quantity(line, quantity)
        amount = part_amount(line, quantity)
        if amount < 1:
            raise Refused(_("수량이 너무 적어 금액이 없습니다. 수량을 늘리세요."), field=f"quantity_{line.id}")
        parts.append((line, quantity, amount))
    if not parts:
        raise Refused(_("납품할 수량을 하나 이상 입력하세요."))
    return parts


def _check_quantity(line: OpenLine, quantity: Decimal) -> None:
    field = f"quantity_{line.id}"
    if quantity < 0:
        raise Refused(_("수량은 0보다 커야 합니다."), field=field)
    if not line.divisible and quantity != quantity.to_integral_value():
        raise Refused(_("단위가 ‘%(unit)s’인 상품의 수량은 정수로 입력하세요.", unit=line.unit_label), field=field)
    if quantity > line.left:
        raise Refused(
            _(
                "남은 수량은 %(left)s %(unit)s입니다. 그보다 많이 납품할 수 없습니다.",
                left=f"{line.left.normalize():,f}",
                unit=line.unit_label,
            ),
            field=field,
        )
