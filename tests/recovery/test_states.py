"""Every state of a case with every operation: what is allowed moves money exactly so, what is refused moves nothing and says
why."""

from datetime import timedelta

import pytest

from marketplace.core import clock
from marketplace.core.db import session, transaction
from marketplace.core.errors import Refused
from marketplace.recovery import operations
from marketplace.recovery.models import Ground, RecoveryReceipt, SetOff
from tests.orders.makers import make_market
from tests.recovery.makers import Docket, transfers
from tests.recovery.test_set_off import Debt
from tests.tables import judge

STATES = ("opened", "noticed", "proposed", "decided", "objected", "closed", "dropped")
# operation: the states it is allowed in -> the state it leads to, and how many postings it makes
ALLOWED = {
    "give_notice": {"opened": ("noticed", 0)},
    "give_opinion": {"noticed": ("noticed", 0)},
    "propose": {"noticed": ("proposed", 0)},
    "decide": {"proposed": ("decided", 3)},
    "send_back": {"proposed": ("noticed", 0)},
    "drop_case": {"opened": ("dropped", 0), "noticed": ("dropped", 0), "proposed": ("dropped", 0)},
    "object_to": {"decided": ("objected", 0)},
    "answer_objection": {"objected": ("decided", 1)},
    "grant_instalments": {"decided": ("decided", 0)},
    "enter_receipt": {"decided": ("decided", 0), "objected": ("objected", 0)},
    "close_case": {},  # something is owed still; the way to the end has a test of its own
}


def put_into(docket: Docket, state: str) -> None:
    getattr(docket, state)()
    if state == "noticed":
        docket.do("give_opinion", docket.id, "먼저 낸 의견입니다", by=docket.firm)


def attempt(docket: Docket, operation: str) -> None:
    today = clock.today()
    words = {
        "give_notice": lambda: docket.do(
            operation, docket.id, ground=Ground.BREACH, clause="제1조", since_on=today, slight=False
        ),
        "give_opinion": lambda: docket.do(operation, docket.id, "의견입니다", by=docket.firm),
        "propose": lambda: docket.do(operation, docket.id, "이유입니다", bar_until_on=None),
        "decide": lambda: docket.do(operation, docket.id, by=docket.second),
        "send_back": lambda: docket.do(operation, docket.id, "다시 보세요", by=docket.second),
        "drop_case": lambda: docket.do(operation, docket.id, "아닙니다"),
        "object_to": lambda: docket.do(operation, docket.id, "아닙니다", by=docket.firm),
        "answer_objection": lambda: docket.do(
            operation,
            docket.id,
            "일부만 인정합니다",
            principal_minor=docket.now().principal_minor - 1_000_000,
            surcharge_minor=docket.now().surcharge_minor,
            interest_minor=docket.now().interest_minor,
            by=docket.third,
        ),
        "grant_instalments": lambda: docket.do(operation, docket.id, count=3, first_on=today + timedelta(days=10)),
        "enter_receipt": lambda: docket.entered(1000),
        "close_case": lambda: docket.do(operation, docket.id),
    }
    words[operation]()


@pytest.mark.parametrize("state", STATES)
def test_each_operation_in_this_state(app, clock_at, owner, state):
    docket = Docket(clock_at)
    put_into(docket, state)
    for operation, ways in ALLOWED.items():
        if state in ways:
            continue
        before, books = transfers(owner), docket.books()
        with pytest.raises(Refused) as refusal:
            attempt(docket, operation)
        assert len(refusal.value.sentence) > 10, operation
        assert (transfers(owner), docket.books(), docket.now().state.value) == (before, books, state), operation


@pytest.mark.parametrize("operation", [name for name, ways in ALLOWED.items() if ways])
def test_each_allowed_way_moves_money_exactly_so(app, clock_at, owner, operation):
    market = make_market()
    for state, (after, postings) in ALLOWED[operation].items():
        docket = Docket(clock_at, market)
        put_into(docket, state)
        before = transfers(owner)
        attempt(docket, operation)
        assert docket.now().state.value == after
        assert transfers(owner) - before == postings
        assert docket.books_are_right()


WORDS = {"state": "바꿀 수 없습니다", "none": "입금만|상계만|상계가 아닙니다|요청한", "asked": "요청"}


def test_every_state_of_a_receipt_with_every_operation(app, clock_at):
    table = """
             entered    confirmed asked     rejected reversed
confirm      confirmed+ state     state     state    state
reject       rejected   state     state     state    state
ask_reversal none       -         -         none     none
reverse      none       none      reversed+ none     state
"""
    docket = Docket(clock_at).decided()

    def begin(state):
        receipt = docket.entered(1_000)
        way = {"rejected": ("reject",), "confirmed": ("confirm",), "asked": ("confirm", "ask_reversal")}
        for step in way.get(state, ("confirm", "ask_reversal", "reverse") if state == "reversed" else ()):
            with transaction():
                deeds(receipt)[step]()
        return receipt

    def deeds(receipt):
        return {
            "confirm": lambda: operations.confirm_receipt(receipt, by=docket.second),
            "reject": lambda: operations.reject_receipt(receipt, "없습니다", by=docket.second),
            "ask_reversal": lambda: operations.ask_reversal(receipt, "은행이 되돌렸습니다", by=docket.second),
            "reverse": lambda: operations.reverse_receipt(receipt, by=docket.third),
        }

    money = {"confirm": (("recover", 1_000),), "reverse": (("reverse_recover", 1_000),)}
    assert (
        judge(table, WORDS, money, begin, deeds, lambda each: str(session.get_one(RecoveryReceipt, each).state)) == []
    )


def test_every_state_of_a_set_off_with_every_operation(app, clock_at):
    table = """
             dropped reversed asked     decided proposed agreed
agree        none    none     none      none    -        none
decide       state   state    state     state   early    decided+
drop         state   state    state     state   dropped  dropped
ask_undoing  none    none     -         -       none     none
undo         none    state    reversed+ none    none     none
"""
    words = WORDS | {"early": "기한이|기한\\("}
    debt = Debt(clock_at)

    def begin(state):
        if state == "agreed":  # a payout waits for one notice at a time
            debt.do("drop_set_off", begin.last, "다시 봅니다")
        set_off = begin.last = debt.propose(1_000)
        way = {
            "dropped": ("drop",), "agreed": ("agree",), "decided": ("agree", "decide"),
            "asked": ("agree", "decide", "ask_undoing"), "reversed": ("agree", "decide", "ask_undoing", "undo"),
        }.get(state, ())  # fmt: skip
        for step in way:
            with transaction():
                deeds(set_off)[step]()
        return set_off

    def deeds(set_off):
        return {
            "agree": lambda: operations.agree_set_off(set_off, by=debt.firm),
            "decide": lambda: operations.decide_set_off(set_off, by=debt.second),
            "drop": lambda: operations.drop_set_off(set_off, "다시 봅니다", by=debt.first),
            "ask_undoing": lambda: operations.ask_undoing(set_off, "잘못 상계했습니다", by=debt.first),
            "undo": lambda: operations.undo_set_off(set_off, by=debt.second),
        }

    money = {"decide": (("set_off", 1_000),), "undo": (("reverse_set_off", 1_000),)}
    assert judge(table, words, money, begin, deeds, lambda each: str(session.get_one(SetOff, each).state)) == []
    assert debt.books_are_right()
