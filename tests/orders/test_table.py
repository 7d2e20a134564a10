"""Every state of an order × every operation, and every state of a change order × every operation.

Allowed ones move exactly so much money and no more; refused ones move nothing and say why. One world; each cell is done
in a transaction that is taken back.
"""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from marketplace.core.db import session, transaction
from marketplace.core.errors import Refused
from marketplace.core.viewer import SYSTEM
from marketplace.orders import operations, queries
from marketplace.orders.models import ChangeOrderKind, ChangeOrderReason, OrderChange, TaxKind
from marketplace.vouchers.queries import pots_of
from tests.delivery.makers import inspect_delivery, make_delivery
from tests.orders.makers import Market, in_days, line_of, make_draft, make_market, make_order, propose, sign
from tests.orders.test_end import settle
from tests.tables import TakenBack, cells

UNIT = 1_250_000
SUPPORT, OWN = 1_875_000, 875_000  # of two units: three quarters; a quarter and the VAT
MOVES = {
    "ok": (0, 0),
    "reserves": (SUPPORT, OWN),
    "releases": (-SUPPORT, -OWN),
    "rest": (-SUPPORT // 2 - SUPPORT % 2, -OWN // 2 - OWN % 2),  # of the one unit that will not come
}
WORDS = {
    "state": "바꿀 수 없습니다",  # no such way, with both states named
    "sent": "이미 제출한 발주서는",
    "lines": "작성 중인 발주서의 품목만",
    "both": "두 기업이 함께 서명해야",
    "came": "이미 납품된 것이 있어",
    "none": "검수를 마친 납품이 없습니다",
    "due": "검수를 기다리는 납품이",
    "run": "기록할 수 없습니다",
    "much": "금액은 .*원인데",
    "open": "수락된 발주만",
    "first": "아직 승인되지 않았습니다",
    "held": "예약된 금액보다",
    "twice": "이미 서명했습니다",
    "over": "서명을 받는 변경이 아닙니다",
    "waits": "서명을 기다리는 변경이",
}
STATES = ["draft", "asked", "submitted", "accepted", "delivered", "settled", "closed", "declined", "cancelled"]
TABLE = """
                draft    asked    submitted accepted delivered settled closed declined cancelled
change_draft    ok       sent     sent      sent     sent      sent    sent   sent     sent
change_line     ok       lines    lines     lines    lines     lines   lines  lines    lines
ask             ok       state    state     state    state     state   state  state    state
return          state    ok       state     state    state     state   state  state    state
submit          reserves reserves state     state    state     state   state  state    state
accept          state    state    ok        state    state     state   state  state    state
decline         state    state    releases  state    state     state   state  state    state
cancel          ok       ok       releases  both     came      came    state  state    state
cancel_expired  ok       ok       releases  releases came      came    state  state    state
close           state    state    state     none     due       rest    state  state    state
propose         open     open     open      ok       ok        ok      open   open     open
note_delivered  run      run      run       ok       ok        ok      run    run      run
note_returned   run      run      run       much     ok        much    run    run      run
note_accepted   run      run      run       much     ok        much    run    run      run
note_invoiced   run      run      run       much     much      much    run    run      run
note_uninvoiced run      run      run       much     much      much    run    run      run
note_approved   run      run      run       ok       ok        ok      run    run      run
note_too_much   run      run      run       held     held      held    run    run      run
note_paid       run      run      run       much     much      much    much   run      run
"""
CHANGE_TABLE = """
               signing half     applied  refused  withdrawn
sign_buyer     ok      twice    over     over     over
sign_supplier  ok      rest     over     over     over
refuse         ok      ok       state    state    state
withdraw       ok      ok       state    state    state
propose_again  waits   waits    ok       ok       ok
cancel_order   both    both     both     both     both
"""
"""Of a change from two units to one, of which the buyer signs first."""


def made_in(market: Market, state: str) -> int:
    """An order of two units in this state, on a voucher of its own."""
    voucher = market.add_voucher()
    if state in ("draft", "asked"):
        order_id = make_draft(market, 2, voucher_id=voucher)
        if state == "asked":
            with transaction():
                operations.ask_approval(order_id, by=market.sme)
        return order_id
    order_id = make_order(market, 2, voucher_id=voucher, accepted=state not in ("submitted", "declined", "cancelled"))
    if state in ("settled", "closed"):
        inspect_delivery(market, make_delivery(market, order_id, 1))
        pay_one(market, order_id, voucher)
    if state == "delivered":
        make_delivery(market, order_id, 1)
    with transaction():
        if state == "closed":
            operations.close_order(order_id, "나머지는 오지 않음", by=market.sme)
        elif state == "declined":
            operations.decline_order(order_id, "사정", by=market.supplier)
        elif state == "cancelled":
            operations.cancel_order(order_id, "취소", by=market.sme)
    return order_id


def pay_one(market: Market, order_id: int, voucher_id: int) -> None:
    """The one unit that came is invoiced, approved and paid."""
    before, market.voucher_id = market.voucher_id, voucher_id
    settle(market, order_id, UNIT)
    market.voucher_id = before


def operations_of(market: Market, order_id: int, line: int) -> dict[str, Callable[[], Any]]:
    sme, supplier, unit = market.sme, market.supplier, {line: UNIT}
    wish = {"quantity": Decimal(2), "deliver_by": in_days(30)}
    facts = {"supply_minor": 1, "support_minor": 1, "own_minor": 0}
    much = {"supply_minor": 3 * UNIT, "support_minor": 0, "own_minor": 0}
    ops = operations
    return {
        "change_draft": lambda: ops.change_draft(order_id, **wish, by=sme),
        "change_line": lambda: ops.change_line(order_id, line, quantity=Decimal(2), tax_kind=TaxKind.ZERO, by=sme),
        "ask": lambda: ops.ask_approval(order_id, by=sme),
        "return": lambda: ops.return_draft(order_id, "고치세요", by=sme),
        "submit": lambda: ops.submit_order(order_id, by=sme),
        "accept": lambda: ops.accept_order(order_id, by=supplier),
        "decline": lambda: ops.decline_order(order_id, "사정", by=supplier),
        "cancel": lambda: ops.cancel_order(order_id, "취소", by=sme),
        "cancel_expired": lambda: ops.cancel_order(order_id, "기한", by=SYSTEM),
        "close": lambda: ops.close_order(order_id, "더 받지 않음", by=sme),
        "propose": lambda: proposed(order_id, sme),
        "note_delivered": lambda: ops.note_delivered(order_id, unit),
        "note_returned": lambda: ops.note_returned(order_id, unit),
        "note_accepted": lambda: ops.note_accepted(order_id, unit),
        "note_invoiced": lambda: ops.note_invoiced(order_id, unit),
        "note_uninvoiced": lambda: ops.note_uninvoiced(order_id, unit),
        "note_approved": lambda: ops.note_approved(order_id, **facts),
        "note_too_much": lambda: ops.note_approved(order_id, **much),
        "note_paid": lambda: ops.note_paid(order_id, unit),
    }


def proposed(order_id: int, by: Any) -> OrderChange:
    facts = {"kind": ChangeOrderKind.TERMS, "reason_code": ChangeOrderReason.NEED, "reason": "x"}
    return operations.propose_change(order_id, **facts, deliver_by=in_days(31), by=by)


def outcome(voucher_id: int, deed: Callable[[], Any]) -> str | tuple[int, int]:
    """The refusal's words, or what the deed moved from available to reserved; nothing of it is kept."""
    session.rollback()
    before, answer = pots_of(voucher_id), ""
    session.rollback()
    moved = (0, 0)
    try:
        with transaction():
            deed()
            session.flush()
            after = pots_of(voucher_id)
            moved = (after.support_reserved - before.support_reserved, after.own_reserved - before.own_reserved)
            gone = (after.support_available - before.support_available, after.own_available - before.own_available)
            assert gone == (-moved[0], -moved[1])  # what is set aside was available, and the other way round
            raise TakenBack
    except TakenBack:
        return moved
    except Refused as refusal:
        answer = str(refusal)
    session.rollback()
    assert pots_of(voucher_id) == before
    session.rollback()
    return answer


def test_every_state_of_an_order_with_every_operation(app):
    market = make_market()
    expected, wrong = cells(TABLE), []
    assert {state for _deed, state in expected} == set(STATES)
    for state in STATES:
        order_id = made_in(market, state)
        line, voucher_id = line_of(order_id).id, queries.get_order(order_id).voucher_id
        deeds = operations_of(market, order_id, line)
        assert set(deeds) == {deed for deed, _state in expected}
        for name, deed in deeds.items():
            wrong += judged(f"{name} in {state}", expected[name, state], outcome(voucher_id, deed))
    assert wrong == []


def judged(what: str, cell: str, found: str | tuple[int, int]) -> list[str]:
    if cell in MOVES:
        return [] if found == MOVES[cell] else [f"{what}: {found} is not {MOVES[cell]}"]
    return [] if isinstance(found, str) and re.search(WORDS[cell], found) else [f"{what}: {found} does not say {cell}"]


def changed_in(market: Market, state: str) -> tuple[int, int]:
    """(order, change order) in this state."""
    order_id = make_order(market, 2, voucher_id=market.add_voucher())
    change_id = propose(order_id, market.sme, quantities={line_of(order_id).id: Decimal(1)})
    if state in ("half", "applied"):
        sign(change_id, market.sme, *([market.supplier] if state == "applied" else []))
    with transaction():
        if state == "refused":
            operations.refuse_change_order(change_id, "어렵습니다", by=market.supplier)
        elif state == "withdrawn":
            operations.withdraw_change_order(change_id, by=market.sme)
    return order_id, change_id


def changes_of(market: Market, order_id: int, change_id: int) -> dict[str, Callable[[], Any]]:
    ops, sme, supplier = operations, market.sme, market.supplier
    return {
        "sign_buyer": lambda: ops.sign_change_order(change_id, by=sme),
        "sign_supplier": lambda: ops.sign_change_order(change_id, by=supplier),
        "refuse": lambda: ops.refuse_change_order(change_id, "아니요", by=supplier),
        "withdraw": lambda: ops.withdraw_change_order(change_id, by=sme),
        "propose_again": lambda: proposed(order_id, supplier),
        "cancel_order": lambda: ops.cancel_order(order_id, "취소", by=sme),
    }


def test_every_state_of_a_change_order_with_every_operation(app):
    market = make_market()
    expected, wrong = cells(CHANGE_TABLE), []
    for state in dict.fromkeys(state for _deed, state in expected):
        order_id, change_id = changed_in(market, state)
        voucher_id = queries.get_order(order_id).voucher_id
        deeds = changes_of(market, order_id, change_id)
        assert set(deeds) == {deed for deed, _state in expected}
        for name, deed in deeds.items():
            wrong += judged(f"{name} in {state}", expected[name, state], outcome(voucher_id, deed))
    assert wrong == []
