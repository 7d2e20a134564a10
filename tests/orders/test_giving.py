"""Giving back a part of a voucher early: previewed, confirmed by another person, in one posting, never what orders hold."""

from dataclasses import replace
from fractions import Fraction

import psycopg
import pytest
from sqlalchemy import select

from marketplace.core.db import session, transaction
from marketplace.core.errors import NotYours, Refused
from marketplace.ledger import operations as ledger_operations
from marketplace.ledger import queries as ledger
from marketplace.orders import operations, policies, queries, rules
from marketplace.orders.models import VoucherReturn
from marketplace.vouchers.queries import accounts_of, get_voucher
from tests import factories
from tests.orders.makers import make_market, make_order
from tests.tables import judge

WHOLE = rules.Whole(
    support=13_500_000, own_cash=4_500_000, vat=1_800_000, committed_supply=5_000_000, committed_support=3_750_000,
    support_available=9_750_000, own_available=4_550_000, vat_mode="EXCLUDED_BUYER_PAYS", vat_rate=Fraction(1, 10),
    posted=True,
)  # fmt: skip


def test_parts_keep_the_agreed_ratio_and_the_firms_own_share_takes_the_remainder():
    plan = rules.plan_return(WHOLE, 6_000_000)
    assert (plan.support, plan.own_cash, plan.vat) == (9_000_000, 3_000_000, 1_200_000)
    assert (plan.lapses, plan.refunded) == (4_500_000, 2_100_000)
    for supply in range(1, 13_000_000, 999_983):
        plan = rules.plan_return(WHOLE, supply)
        assert plan.purchase == WHOLE.purchase - supply
        assert plan.lapses + plan.refunded == supply + WHOLE.vat - plan.vat
        assert 0 <= 4 * plan.lapses - 3 * supply <= 4  # at most a won from three quarters
    with pytest.raises(rules.ChangeForbidden, match="13,000,000원까지"):
        rules.plan_return(WHOLE, 13_000_001)
    with pytest.raises(rules.ChangeForbidden, match="더 적게"):
        rules.plan_return(replace(WHOLE, support_available=100), 6_000_000)
    direct = rules.plan_return(replace(WHOLE, posted=False, own_available=0), 6_000_000)
    assert (direct.lapses, direct.refunded) == (4_500_000, 0)


def test_the_firm_asks_with_a_preview_and_an_officer_confirms_once(app, as_):
    market = make_market()
    make_order(market, 4)
    path = f"/orders/vouchers/{market.voucher_id}/returns"
    buyer, officer = as_(market.sme), as_(market.officer)
    assert path in buyer.get(f"/vouchers/{market.voucher_id}").text and "13,000,000원" in buyer.get(path).text
    typed = {"supply": "6,000,000", "reason": "과제가 줄었습니다"}
    preview = buyer.send(path, typed | {"preview": "1"})
    assert preview.status_code == 200 and "4,500,000원" in preview.text and "2,100,000원" in preview.text
    for bad in (
        {},
        typed | {"supply": "0"},
        typed | {"supply": "13,000,001", "preview": "1"},
        typed | {"supply": "13,000,001"},
    ):
        assert buyer.send(path, bad).status_code == 422
    assert session.scalars(select(VoucherReturn.id)).all() == []
    assert buyer.send(path, typed).status_code == 303
    before = market.pots()
    assert buyer.send(path, typed).status_code == 422  # one at a time
    return_id = session.scalars(select(VoucherReturn.id)).one()
    assert any("반납을 확인" in task.title for task in queries.waiting_for(market.officer))
    assert buyer.send(f"/orders/returns/{return_id}/confirm").status_code == 403
    assert as_(factories.make_sme()).get(f"/orders/returns/{return_id}").status_code == 404
    assert "4,500,000원" in officer.get(path).text and market.pots() == before
    assert officer.get(f"/orders/returns/{return_id}").status_code == 302
    assert officer.send(f"/orders/returns/{return_id}/confirm").status_code == 303
    pots, voucher = market.pots(), get_voucher(market.voucher_id)
    assert (voucher.support_minor, voucher.own_cash_minor, voucher.vat_minor) == (9_000_000, 3_000_000, 1_200_000)
    assert pots.support_available == before.support_available - 4_500_000
    assert (pots.own_available, pots.refund_due) == (before.own_available - 2_100_000, 2_100_000)
    posted = [
        (each.reason, each.amount)
        for each in ledger.transfers_of(*accounts_of(market.voucher_id))
        if each.key == f"voucher_return:{return_id}:confirm"
    ]
    assert sorted(posted) == [("lapse", 4_500_000), ("refund", 2_100_000)]
    assert officer.send(f"/orders/returns/{return_id}/confirm").status_code == 422
    assert market.pots() == pots
    make_order(market, 5)  # what is left is bought in the same ratio
    assert market.pots().support_reserved == 9 * 937_500
    session.rollback()
    with transaction():
        assert ledger_operations.verify().ok


def test_it_is_refused_withdrawn_or_overtaken_and_nobody_confirms_their_own(
    app, owner: psycopg.Connection, monkeypatch
):
    market = make_market()
    before = market.pots()

    def ask(supply=13_000_000):
        with transaction():
            return operations.ask_return(market.voucher_id, supply_minor=supply, reason="남음", by=market.sme).id

    for who in (market.supplier, market.officer):
        with pytest.raises(NotYours), transaction():
            operations.ask_return(market.voucher_id, supply_minor=1, reason="x", by=who)
    first = ask()
    with pytest.raises(Refused, match="사유"), transaction():
        operations.end_return(first, by=market.officer)
    with transaction():
        operations.end_return(first, "다시 계산하세요", by=market.officer)
    second = ask()
    with transaction():
        operations.end_return(second, by=market.sme)
    third = ask()
    make_order(market, 5)  # meanwhile more is ordered than would be left
    held = market.pots()
    with pytest.raises(Refused, match="발주에 묶이지 않은 11,750,000원까지"), transaction():
        operations.confirm_return(third, by=market.officer)
    assert market.pots() == held != before
    session.rollback()
    monkeypatch.setattr(policies, "may_confirm_return", lambda *_facts: True)
    with transaction():
        operations.end_return(third, by=market.sme)
    own = ask(1_000_000)
    with pytest.raises(Refused, match="스스로 결정할 수"), transaction():
        operations.confirm_return(own, by=market.sme)  # the policy is off: the database refuses
    assert market.pots() == held
    owner.execute("alter table voucher_return drop constraint ck_voucher_return_two_persons")
    owner.commit()
    with transaction():  # and without it too, one person lets their own request go
        operations.confirm_return(own, by=market.sme)
    assert market.pots().support_available == held.support_available - 750_000


TABLE = """
           asked      confirmed refused withdrawn
confirm    confirmed+ state     state   state
refuse     refused    state     state   state
withdraw   withdrawn  state     state   state
ask_again  waits      -         -       -
"""


def test_every_state_of_a_return_with_every_operation(app):
    market = make_market()

    def ask(voucher_id):
        return operations.ask_return(voucher_id, supply_minor=1_000_000, reason="남음", by=market.sme)

    def begin(state):
        voucher_id = market.add_voucher()
        with transaction():
            return_id = ask(voucher_id).id
        if state != "asked":
            with transaction():
                deeds((return_id, voucher_id))[{"confirmed": "confirm", "refused": "refuse"}.get(state, "withdraw")]()
        return return_id, voucher_id

    def deeds(thing):
        return_id, voucher_id = thing
        return {
            "confirm": lambda: operations.confirm_return(return_id, by=market.officer),
            "refuse": lambda: operations.end_return(return_id, "다시 계산하세요", by=market.officer),
            "withdraw": lambda: operations.end_return(return_id, by=market.sme),
            "ask_again": lambda: ask(voucher_id),
        }

    money = {"confirm": (("lapse", 750_000), ("refund", 350_000))}
    words = {"state": "바꿀 수 없습니다", "waits": "이미|기다리는"}
    assert (
        judge(TABLE, words, money, begin, deeds, lambda thing: str(session.get_one(VoucherReturn, thing[0]).state))
        == []
    )
