"""Every state of a case with every operation: what is allowed moves money exactly so, what is refused moves nothing and says
why."""

from datetime import timedelta

import pytest

from marketplace.core import clock
from marketplace.core.errors import Refused
from marketplace.recovery.models import Ground
from tests.orders.makers import make_market
from tests.recovery.makers import Docket, transfers

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
