"""Posting: what is entered, what is refused, and that a refusal leaves nothing."""

import pytest
from flask_babel import force_locale
from sqlalchemy import text

from marketplace.core.db import session, transaction
from marketplace.core.errors import Refused
from marketplace.ledger import queries
from marketplace.ledger.operations import Move, _overdraft, post, post_each
from tests.ledger.makers import PROGRAMME, SUPPLIER, VOUCHER, balance, enter, give


def transfers() -> int:
    return session.execute(text("select count(*) from ledger_transfer")).scalar_one()


def test_a_posting_moves_money_and_the_books_still_add_up_to_nothing(app):
    give(support=1_000, own=500)
    assert enter(
        Move("reserve_support", VOUCHER, VOUCHER, 300),
        Move("reserve_own", VOUCHER, VOUCHER, 100),
        key="order:1:reserve",
    )
    pots = [(kind, VOUCHER) for kind in ("support_available", "support_reserved", "own_available", "own_reserved")]
    everything = queries.balances(*pots, ("pool", 1), ("appropriation", 1), ("bank_in", 1))
    assert [everything[pot] for pot in pots] == [700, 300, 400, 100]
    assert sum(everything.values()) == 0


def test_an_overdraft_is_refused_with_amounts_and_nothing_moves(app):
    give(support=100_000)
    with pytest.raises(Refused, match="20,000원 많습니다") as refusal:
        enter(Move("reserve_support", VOUCHER, VOUCHER, 120_000), key="order:1:reserve")
    assert "잔액은 100,000원이고 필요한 금액은 120,000원입니다" in str(refusal.value)
    assert refusal.value.status == 422
    assert (balance("support_available"), balance("support_reserved"), transfers()) == (100_000, 0, 2)


def test_an_overdraft_in_the_second_move_undoes_the_first(app):
    give(support=1_000, own=10)
    with pytest.raises(Refused, match="쓸 수 있는 자부담금"):
        enter(
            Move("reserve_support", VOUCHER, VOUCHER, 300), Move("reserve_own", VOUCHER, VOUCHER, 11), key="order:1:a"
        )
    assert (balance("support_available"), balance("own_available")) == (1_000, 10)


def test_a_refusal_takes_everything_else_of_its_transaction_with_it(app):
    give(support=1_000)
    with pytest.raises(Refused), transaction():
        post(Move("reserve_support", VOUCHER, VOUCHER, 400), key="order:1:reserve")
        post(Move("reserve_support", VOUCHER, VOUCHER, 601), key="order:2:reserve")
    assert balance("support_reserved") == 0


def test_what_one_posting_brings_in_it_may_also_spend(app):
    assert enter(
        Move("fund", PROGRAMME, PROGRAMME, 50),
        Move("activate_support", PROGRAMME, VOUCHER, 50),
        key="programme:1:begin",
    )
    assert balance("support_available") == 50


def test_the_same_posting_again_does_nothing_and_says_so(app):
    give(support=1_000)
    moves = (Move("reserve_support", VOUCHER, VOUCHER, 1_000),)
    assert enter(*moves, key="order:1:reserve")
    assert not enter(*moves, key="order:1:reserve")  # though nothing would be left for a second one
    assert balance("support_reserved") == 1_000


def test_a_posting_twice_in_one_transaction_counts_once(app):
    give(support=1_000)
    with transaction():
        assert post(Move("reserve_support", VOUCHER, VOUCHER, 100), key="order:1:reserve")
        assert not post(Move("reserve_support", VOUCHER, VOUCHER, 100), key="order:1:reserve")
    assert balance("support_reserved") == 100


OTHERS = (
    (Move("reserve_support", VOUCHER, VOUCHER, 101),),
    (Move("reserve_own", VOUCHER, VOUCHER, 100),),
    (Move("reserve_support", 8, 8, 100),),
    (Move("reserve_support", VOUCHER, VOUCHER, 100), Move("reserve_own", VOUCHER, VOUCHER, 1)),
    (Move("reserve_support", VOUCHER, VOUCHER, 100, "USD"),),
)


def test_the_same_key_with_another_amount_route_owner_leg_or_unit_is_refused_and_nothing_moves(app):
    give(support=1_000, own=1_000)
    enter(Move("reserve_support", VOUCHER, VOUCHER, 100), key="order:1:reserve")
    for other in OTHERS:
        with pytest.raises(Refused, match="이미 다른 금액이나 내용"):
            enter(*other, key="order:1:reserve")
        assert (balance("support_reserved"), balance("own_reserved"), transfers()) == (100, 0, 4)


def test_the_same_key_with_a_leg_less_is_refused(app):
    give(support=1_000, own=1_000)
    enter(Move("reserve_support", VOUCHER, VOUCHER, 1), Move("reserve_own", VOUCHER, VOUCHER, 1), key="order:1:reserve")
    with pytest.raises(Refused, match="이미 다른"):
        enter(Move("reserve_support", VOUCHER, VOUCHER, 1), key="order:1:reserve")


def test_a_route_that_does_not_exist_is_a_fault_of_the_program(app):
    with pytest.raises(ValueError, match="no such way: pocket"):
        enter(Move("pocket", VOUCHER, VOUCHER, 1), key="order:1:pocket")


def test_owners_of_one_voucher_must_match(app):
    give(support=1_000)
    with pytest.raises(ValueError, match="one owner"):
        enter(Move("reserve_support", VOUCHER, VOUCHER + 1, 1), key="order:1:reserve")
    assert transfers() == 2


def test_an_amount_is_a_whole_number_above_zero(app):
    for amount in (0, -5, 1.5, True, None):
        with pytest.raises(ValueError, match="above 0"):
            enter(Move("fund", 1, 1, amount), key="programme:1:fund")


def test_a_posting_has_one_unit(app):
    with pytest.raises(ValueError, match="one unit"):
        enter(Move("fund", 1, 1, 1), Move("fund", 1, 1, 1, "USD"), key="programme:1:fund")


def test_units_are_kept_apart(app):
    enter(Move("fund", 1, 1, 700, "TFLOPS_HOUR"), key="programme:1:hours")
    enter(Move("fund", 1, 1, 5), key="programme:1:fund")
    assert balance("pool", 1) == 5
    assert queries.balances(("pool", 1), unit="TFLOPS_HOUR") == {("pool", 1): 700}


def test_a_posting_outside_a_transaction_is_refused(app):
    with pytest.raises(RuntimeError, match="outside"):
        post(Move("fund", 1, 1, 1), key="programme:1:fund")


def test_money_goes_all_the_way_to_the_supplier_and_back_when_the_bank_returns_it(app):
    give(support=1_000, own=400)
    enter(Move("reserve_support", VOUCHER, VOUCHER, 600), Move("reserve_own", VOUCHER, VOUCHER, 400), key="order:1:r")
    enter(Move("approve_support", VOUCHER, SUPPLIER, 600), Move("approve_own", VOUCHER, SUPPLIER, 400), key="case:1:a")
    enter(Move("send", SUPPLIER, PROGRAMME, 1_000), key="payout:1:send")
    enter(Move("bounce", PROGRAMME, SUPPLIER, 1_000), key="payout:1:bounce")
    assert (balance("payable", SUPPLIER), balance("in_transit", PROGRAMME)) == (1_000, 0)
    enter(Move("send", SUPPLIER, PROGRAMME, 1_000), key="payout:2:send")
    enter(Move("settle", PROGRAMME, PROGRAMME, 1_000), key="payout:2:settle")
    assert (balance("payable", SUPPLIER), balance("in_transit", PROGRAMME), balance("paid", PROGRAMME)) == (0, 0, 1_000)
    enter(Move("lapse", VOUCHER, PROGRAMME, 400), key="voucher:7:lapse")
    assert (balance("support_available"), balance("lapsed", PROGRAMME)) == (0, 400)


def test_own_money_goes_back_through_the_bank(app):
    give(own=400)
    enter(Move("refund", VOUCHER, VOUCHER, 400), key="voucher:7:refund")
    enter(Move("send_refund", VOUCHER, PROGRAMME, 400), key="refund:1:send")
    enter(Move("bounce_refund", PROGRAMME, VOUCHER, 400), key="refund:1:bounce")
    assert (balance("refund_due"), balance("in_transit", PROGRAMME)) == (400, 0)
    with pytest.raises(Refused):
        enter(Move("send_refund", VOUCHER, PROGRAMME, 401), key="refund:2:send")


def test_an_overdraft_is_told_in_english_to_who_reads_english(app):
    give(support=100_000)
    with app.test_request_context(), force_locale("en"):
        sentence = str(_overdraft(kind="pool", owner=1, available=100_000, wanted=120_000, unit="KRW"))
    assert sentence.startswith("₩20,000 more than can be spent.")


def test_many_postings_in_one_round_trip_are_what_they_would_be_one_by_one(app):
    give(support=1_000)
    lines = {f"order:{number}:reserve": Move("reserve_support", VOUCHER, VOUCHER, 100) for number in range(1, 6)}
    with transaction():
        assert (post_each(lines), post_each(lines), post_each({})) == (5, 0, 0)
    assert (balance("support_reserved"), transfers()) == (500, 7)
    with transaction():  # the same key says the same, whichever door it comes through
        assert post(lines["order:3:reserve"], key="order:3:reserve") is False
    for more, words in (
        (
            {
                "order:7:reserve": Move("reserve_support", VOUCHER, VOUCHER, 100),
                "order:3:reserve": Move("reserve_support", VOUCHER, VOUCHER, 101),
            },
            "다른 금액",
        ),
        (
            {f"order:{number}:reserve": Move("reserve_support", VOUCHER, VOUCHER, 300) for number in (8, 9)},
            "100원 많습니다",
        ),
    ):
        with pytest.raises(Refused, match=words), transaction():
            post_each(more)
        assert (balance("support_reserved"), transfers()) == (500, 7)
    for move in (Move("reserve_support", VOUCHER, VOUCHER, 0), Move("no_such", VOUCHER, VOUCHER, 1)):
        with pytest.raises(ValueError, match=r"posting|way"), transaction():
            post_each({"order:9:reserve": move})
    with pytest.raises(RuntimeError):
        post_each(lines)
