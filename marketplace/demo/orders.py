"""The life of an order: placed, answered, delivered, inspected, invoiced, approved by two; paying stands in `money.py`."""

import io
from collections.abc import Generator
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from marketplace.core import clock
from marketplace.core.storage import storage
from marketplace.core.viewer import Viewer
from marketplace.delivery import operations as delivery
from marketplace.delivery import queries as delivered
from marketplace.delivery.operations import Decision
from marketplace.delivery.rules import KeptFile
from marketplace.demo.clockwork import Clockwork, Life
from marketplace.demo.issuing import is_issued_here, issued
from marketplace.demo.needs import quoted
from marketplace.demo.testing import agree, amend, disputing, fuller_file, is_tested
from marketplace.demo.world import Seller, World
from marketplace.orders import operations as orders
from marketplace.orders import queries as placed
from marketplace.orders.models import ChangeOrderKind, ChangeOrderReason
from marketplace.settlement import operations as settlement
from marketplace.settlement import queries as claimed
from marketplace.settlement.rules import TypedInvoice, TypedLine
from marketplace.vouchers import operations as vouchers
from marketplace.vouchers import queries as held

SHARES = ((1.0,), (0.55, 0.4), (0.4, 0.3, 0.25), (0.6, 0.2))


def buying(world: World, time: Clockwork, voucher_id: int, sme: Viewer, supplier: Seller) -> Life:
    """One to three orders on a voucher; a few vouchers are frozen for a while, some money is never spent."""
    voucher = held.get_voucher(voucher_id)
    if voucher.state != "active":
        return
    for share in world.chance.choice(SHARES):
        yield world.after(clock.now(), 2, 25)
        order_id = yield from placing(world, voucher_id, share, sme, supplier, by_quote=voucher_id % 8 == 3)
        if order_id is not None:
            time.live(ordering(world, order_id, sme, supplier.viewer))
    if voucher_id % 33 == 32:
        yield world.after(clock.now(), 1, 10)
        world.attempt(
            "voucher frozen", lambda: vouchers.freeze(voucher_id, "이중 지원 여부 확인", by=world.officers[0])
        )


def placing(
    world: World, voucher_id: int, share: float, sme: Viewer, supplier: Seller, *, by_quote: bool = False
) -> Generator[datetime, None, int | None]:
    """An order for a share of the voucher, drafted and then placed; None where it came to nothing."""
    voucher = held.get_voucher(voucher_id)
    last_day = voucher.expires_on  # kept: a row does not outlive the days of a life
    if clock.today() > last_day or voucher.state != "active":
        return None
    listing_id, price = world.chance.choice(supplier.listings[voucher.kind])
    quantity = int(voucher.purchase_minor * share) // price
    offer = placed.find_offer_of_listing(listing_id)
    if offer is None or quantity < offer.minimum:
        return None
    if by_quote:
        quote_id = yield from quoted(world, listing_id, offer.unit_label, price, quantity, sme, supplier)
        offer = placed.find_offer_of_quote(quote_id) if quote_id is not None else None
        if offer is None or clock.today() >= last_day:
            return None
    day = min(last_day, world.after(clock.now(), 15, 45).date())
    order_id = world.attempt(
        "order drafted",
        lambda: orders.draft_order(offer, voucher_id=voucher_id, quantity=Decimal(quantity), deliver_by=day, by=sme).id,
    )
    if order_id is None:
        return None
    yield world.after(clock.now(), 0.05, 1)
    if world.either(0.03) or world.attempt("order placed", lambda: orders.submit_order(order_id, by=sme)) is None:
        return None
    return order_id


def ordering(world: World, order_id: int, sme: Viewer, supplier: Viewer, *, smooth: bool = False) -> Life:
    """What becomes of a placed order; a smooth one is neither declined nor cancelled."""
    yield world.after(clock.now(), 0.3, 4)
    fate = 1.0 if smooth else world.chance.random()
    if fate < 0.03:
        world.attempt("order declined", lambda: orders.decline_order(order_id, "일정이 맞지 않습니다.", by=supplier))
        return
    if fate < 0.06:
        world.attempt("order cancelled", lambda: orders.cancel_order(order_id, "계획이 바뀌었습니다.", by=sme))
        return
    if accept(world, order_id, supplier) is None:
        return
    if is_tested(order_id):
        agree(world, order_id, sme, supplier)
    if order_id % 11 == 5:
        _postpone(world, order_id, sme, supplier)
    parts = (Decimal("0.5"), Decimal(1)) if world.either(0.25) else (Decimal(1),)
    for part in parts:
        yield from _deliver(world, order_id, part, sme, supplier)
        yield from _claim(world, order_id, supplier)


def _postpone(world: World, order_id: int, sme: Viewer, supplier: Viewer) -> None:
    """Ten days more, agreed by both in a change order. Which orders, their number says, so that chance is kept."""
    order = placed.get_order(order_id)
    day = min(order.deliver_by + timedelta(days=10), held.get_voucher(order.voucher_id).expires_on)
    if day <= order.deliver_by:
        return
    change_id = world.attempt(
        "order change proposed",
        lambda: (
            orders.propose_change(
                order_id,
                kind=ChangeOrderKind.TERMS,
                reason_code=ChangeOrderReason.SCHEDULE,
                reason="수집 일정이 늦어졌습니다.",
                deliver_by=day,
                by=supplier,
            ).id
        ),
    )
    if change_id is not None:
        hands = [replace(who, session_id=None) for who in (supplier, sme)]  # without a browser, as a demo may
        world.attempt("order change signed", lambda: orders.sign_change_order(change_id, by=hands[0]))
        world.attempt("order change signed", lambda: orders.sign_change_order(change_id, by=hands[1]))


def accept(world: World, order_id: int, supplier: Viewer) -> object:
    """The supplier takes it on, with what its price pays for at six million won a person-month; None where refused."""
    hundredths = max(25, placed.get_order(order_id).supply_minor // 60_000)
    return world.attempt("order accepted", lambda: orders.accept_order(order_id, hundredths=hundredths, by=supplier))


def _deliver(world: World, order_id: int, part: Decimal, sme: Viewer, supplier: Viewer) -> Life:
    """Hand over, inspect, and once again what was rejected."""
    for again in range(2):
        yield world.after(clock.now(), 3, 10 if again else 18)  # rework has its last day
        delivery_id = hand_over(world, order_id, part, supplier)
        if delivery_id is None:
            return
        yield world.after(clock.now(), 1, 12)
        share = world.chance.choices((Decimal(1), Decimal("0.9"), Decimal(0)), (0.92, 0.05, 0.03))[0]
        decisions = {
            line.id: Decision(
                (line.quantity * share).to_integral_value(), "" if share == 1 else "라벨 오류가 기준을 넘습니다."
            )
            for line in delivered.lines_of(delivery_id)
        }
        world.attempt(
            "inspected", lambda decisions=decisions, identity=delivery_id: delivery.inspect(identity, decisions, by=sme)
        )
        if share:
            answers = _answers(delivery_id)
            world.attempt(
                "answered", lambda answers=answers, identity=delivery_id: delivery.answer(identity, answers, by=sme)
            )
        if share == 1:
            return
        yield from disputing(world, delivery_id, sme, supplier)


def _answers(delivery_id: int) -> dict[str, str]:
    """What the buyer says: most are content, and few have used it by then. From the number, so that chance is kept."""
    return {
        "usable": "no" if delivery_id % 31 == 0 else "yes",
        "matched": "no" if delivery_id % 17 == 0 else "yes",
        "on_time": "no" if delivery_id % 13 == 0 else "yes",
        "used": "yes" if delivery_id % 3 == 0 else "not_yet",
        "again": ("yes", "yes", "yes", "not_yet", "no")[delivery_id % 5],
    }


def hand_over(world: World, order_id: int, part: Decimal, supplier: Viewer) -> int | None:
    """Files for `part` of what is still to be delivered; the delivery, or None where there was nothing or a refusal."""
    lines = delivered.open_lines(order_id)
    wanted = {line.id: (line.left * part).to_integral_value() or line.left for line in lines if line.left > 0}
    if not wanted:
        return None
    files = [_file(world, order_id, number) for number in range(world.chance.randint(1, 3))]
    return world.attempt(
        "delivered", lambda: delivery.hand_over(order_id, quantities=wanted, files=files, by=supplier).id
    )


def _file(world: World, order_id: int, number: int) -> KeptFile:
    rows = "\n".join(f"{order_id},{number},{world.chance.randint(0, 9999)}" for _row in range(20))
    if is_tested(order_id):
        return fuller_file(order_id, number)
    digest, size = storage().put(io.BytesIO(f"order,part,value\n{rows}\n".encode()))
    return KeptFile(f"data/part-{number + 1}.csv", size, digest)


def _open_claims(order_id: int) -> tuple[TypedLine, ...]:
    """What is accepted and not yet invoiced, line by line, with VAT cut to the won."""
    facts = claimed.order_facts(placed.get_order(order_id))
    lines = []
    for line in facts.lines:
        accepted = facts.accepted.get(line.id, ())
        before = facts.invoiced.get(line.id)
        quantity = sum((part.quantity for part in accepted), Decimal(0)) - (before.quantity if before else 0)
        supply = sum(part.supply_minor for part in accepted) - (before.supply_minor if before else 0)
        if supply > 0:
            lines.append(TypedLine(line.id, quantity, supply, supply // 10))
    return tuple(lines)


def _claim(world: World, order_id: int, supplier: Viewer) -> Life:
    """The tax invoice for what was accepted, and two approvals."""
    yield world.after(clock.now(), 1, 9)
    lines = _open_claims(order_id)
    if not lines:
        return
    serial = world.counted["invoice entered"] + 1
    supply, vat = sum(line.supply_minor for line in lines), sum(line.vat_minor for line in lines)
    typed = TypedInvoice(
        number=f"{clock.today():%Y%m}-{serial:04d}",
        approval_number=f"{clock.today():%Y%m%d}41000099{serial:08d}",
        written_on=clock.today(),
        supply_minor=supply,
        vat_minor=vat,
        total_minor=supply + vat,
        lines=lines,
    )
    if is_issued_here(world):
        case_id = issued(world, order_id, replace(typed, approval_number=""), supplier)
    else:
        case_id = world.attempt("invoice entered", lambda: settlement.enter_invoice(order_id, typed, by=supplier).id)
    if case_id is None:
        return
    amend(world, order_id, case_id, supplier)
    for step, officer, approve in (
        ("approved first", world.settlers[case_id % 2], settlement.approve_first),
        ("approved second", world.settlers[(case_id + 1) % 2], settlement.approve_second),
    ):
        yield world.after(clock.now(), 0.5, 4)
        if step == "approved first" and world.either(0.03):
            world.attempt(
                "case returned",
                lambda officer=officer: settlement.return_case(
                    case_id, "검수 확인서의 수량을 다시 확인하세요.", by=officer
                ),
            )
            yield from _claim(world, order_id, supplier)
            return
        seen = claimed.match_of(claimed.get_case(case_id)).content_sha256
        if (
            world.attempt(step, lambda approve=approve, officer=officer, seen=seen: approve(case_id, seen, by=officer))
            is None
        ):
            return
    world.counted["won approved"] += claimed.get_case(case_id).total_minor
