"""Every state against every deed, deeds at the same moment, and any sequence of changes: the books balance, G never rises."""

import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from sqlalchemy import select

from marketplace.amendments import operations
from marketplace.amendments.models import ChangeSignature, ChangeVote
from marketplace.core.db import session, transaction
from marketplace.core.errors import Refused
from marketplace.grants import operations as grants
from marketplace.vouchers.models import Voucher
from tests import factories
from tests.amendments import makers
from tests.grants.test_signing import race


@pytest.fixture
def case(app):
    return makers.make_case()


def deed(work, *, anew=False):
    """A verb in a transaction; `anew`: by an officer who had nothing to do with it before."""

    def do(case, request_id):
        who = factories.make_officer() if anew else case.sme
        with transaction():
            work(request_id, who)

    return do


VERBS = {
    "approve": lambda case, request_id: makers.approve(case, request_id, by=factories.make_officer()),
    "refuse": deed(lambda each, who: operations.refuse_change(each, "아닙니다", by=who), anew=True),
    "reopen": deed(lambda each, who: operations.reopen_change(each, by=who), anew=True),
    "sign": lambda case, request_id: makers.sign(request_id, case.sme),
    "withdraw": deed(lambda each, who: operations.withdraw_change(each, by=who)),
    "object": deed(lambda each, who: operations.object_to_refusal(each, "아닙니다", by=who)),
}
ALLOWED = {
    "asked": {"approve", "refuse", "withdraw"},
    "signing": {"sign", "reopen", "withdraw"},
    "applied": set(),
    "refused": {"object"},
    "objected": {"approve", "refuse"},
    "upheld": set(),
    "withdrawn": set(),
}
WAY = {
    "asked": (),
    "signing": ("approve",),
    "applied": ("approve", "sign", "last"),
    "refused": ("refuse",),
    "objected": ("refuse", "object"),
    "upheld": ("refuse", "object", "refuse"),
    "withdrawn": ("withdraw",),
}


@pytest.mark.parametrize("state", ALLOWED)
def test_every_state_and_every_deed(app, state):
    case = makers.make_case()
    for verb, do in VERBS.items():
        if verb not in ALLOWED[state]:
            request_id = _brought(case, state)
            before = (case.pots, state, _rows())
            with pytest.raises(Refused):
                do(case, request_id)
            assert (case.pots, makers.state_of(request_id), _rows()) == before, verb
            _end(case, request_id, state)
    for verb in sorted(ALLOWED[state]):
        request_id = _brought(case, state)
        VERBS[verb](case, request_id)
        assert makers.state_of(request_id) != state or verb == "sign", verb
        _end(case, request_id, makers.state_of(request_id))


_days = itertools.count(1)


def _brought(case, state):
    """A request for an amendment of work in kind, brought into this state."""
    wanted = {"support": 13_500_000, "own_cash": 4_500_000, "in_kind": next(_days) * 1_000}
    request_id = makers.ask(case, "amount", **wanted)
    for verb in WAY[state]:
        if verb == "last":
            makers.sign(request_id, case.supplier)
        else:
            VERBS[verb](case, request_id)
    assert makers.state_of(request_id) == state
    return request_id


def _rows():
    return len(session.scalars(select(ChangeVote.id)).all()), len(session.scalars(select(ChangeSignature.id)).all())


def _end(case, request_id, state):
    """Out of the way, so that the next one can be asked for."""
    if state in ("asked", "signing"):
        VERBS["withdraw"](case, request_id)
    elif state == "objected":
        VERBS["refuse"](case, request_id)


def test_two_officers_at_once_allow_once(app, case):
    request_id = makers.ask(case, "withdrawal")
    seen = makers.preview(case, request_id)
    others = [factories.make_officer(), factories.make_officer()]
    ends = race(
        app,
        *(lambda who=who: operations.approve_change(request_id, seen_sha256=seen, by=who) for who in others),
    )
    assert sorted(end == "done" for end in ends.values()) == [False, True], ends
    assert makers.state_of(request_id) == "applied"
    assert case.pots == (0, 0, 0, 0, 6_300_000) and makers.balanced()


def test_signing_while_it_is_taken_back_leaves_one_truth(app, case):
    request_id = makers.ask(case, "amount")
    makers.approve(case, request_id)
    makers.sign(request_id, case.supplier)
    race(
        app,
        lambda: operations.sign_change(request_id, by=case.sme),
        lambda: operations.withdraw_change(request_id, by=case.sme),
    )
    state, support = makers.state_of(request_id), session.get_one(Voucher, case.voucher_id).support_minor
    assert (state, support) in [("applied", 12_000_000), ("withdrawn", 13_500_000)]
    assert makers.balanced()


def test_a_change_and_the_end_of_its_agreement_do_not_both_happen(app, case):
    request_id = makers.ask(case, "amount")
    makers.approve(case, request_id)
    makers.sign(request_id, case.supplier)
    race(
        app,
        lambda: operations.sign_change(request_id, by=case.sme),
        lambda: grants.end_agreement(case.agreement_id, "끝", by=case.officer),
    )
    with pytest.raises(Refused):
        makers.ask(case, "scope")
    assert makers.state_of(request_id) in ("applied", "signing") and makers.balanced()


amounts = some.fixed_dictionaries(
    {
        "support": some.integers(1, 14_000_000),
        "own_cash": some.integers(0, 5_000_000),
        "in_kind": some.integers(0, 3_000_000),
    }
)
steps = some.lists(
    some.one_of(
        some.tuples(some.just("amount"), amounts),
        some.tuples(some.just("order"), some.integers(1, 6)),
        some.tuples(some.just("withdrawal"), some.just({})),
    ),
    min_size=2,
    max_size=5,
)


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps)
def test_after_any_sequence_of_changes_the_books_balance_and_support_never_rises(app, sequence):
    session.rollback()
    case = makers.make_case(year=2020)
    support = 13_500_000
    for kind, wanted in sequence:
        try:
            if kind == "order":
                makers.place_order(case, wanted, 500_000)
            else:
                request_id = makers.ask(case, kind, **wanted)
                makers.approve(case, request_id)
                if kind == "amount":
                    makers.sign(request_id, case.sme, case.supplier)
        except Refused:
            session.rollback()
            for each in makers.requests():
                if str(each.state) in ("asked", "signing"):
                    VERBS["withdraw"](case, each.id)
        session.rollback()
        voucher = session.get_one(Voucher, case.voucher_id, populate_existing=True)
        assert voucher.support_minor <= support
        support = voucher.support_minor
        pots = case.pots
        assert min(pots) >= 0
        if str(voucher.state) == "active":
            assert pots[0] + pots[1] == support
            assert pots[2] + pots[3] == voucher.deposit_minor
    assert makers.balanced()
