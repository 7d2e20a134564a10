"""Random postings against an oracle of a few lines that shares no code with the ledger."""

from collections import Counter

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace.core.db import transaction
from marketplace.core.errors import Refused
from marketplace.ledger import operations, queries
from marketplace.ledger.operations import Move
from tests.ledger.makers import enter

# reason -> (debit kind, credit kind); owners: a programme is 1, vouchers are 11 and 12, suppliers 21 and 22.
WAYS = {
    "fund": ("appropriation", "pool"),
    "activate_support": ("pool", "support_available"),
    "activate_own": ("bank_in", "own_available"),
    "reserve_support": ("support_available", "support_reserved"),
    "reserve_own": ("own_available", "own_reserved"),
    "release_support": ("support_reserved", "support_available"),
    "approve_support": ("support_reserved", "payable"),
    "approve_own": ("own_reserved", "payable"),
    "send": ("payable", "in_transit"),
    "settle": ("in_transit", "paid"),
    "lapse": ("support_available", "lapsed"),
    "refund": ("own_available", "refund_due"),
    "send_refund": ("refund_due", "in_transit"),
}
PROGRAMMES = {"appropriation", "pool", "bank_in", "in_transit", "paid", "lapsed"}
MAY_OWE = {"appropriation", "bank_in", "payable", "in_transit", "paid", "lapsed"}
ROUND = iter(range(1, 10**9))


def owner_of(kind: str, voucher: int, supplier: int) -> int:
    if kind in PROGRAMMES:
        return 1
    return supplier if kind == "payable" else voucher


moves = st.tuples(
    st.sampled_from(sorted(WAYS)), st.sampled_from([11, 12]), st.sampled_from([21, 22]), st.integers(1, 100)
)
postings = st.tuples(st.integers(1, 12), st.lists(moves, min_size=1, max_size=3))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(postings, min_size=5, max_size=20))
def test_the_ledger_and_the_oracle_agree_after_every_posting(app, history):
    game = next(ROUND) * 1_000  # another world of accounts for each history, in one database
    books: Counter[tuple[str, int]] = Counter()
    known: dict[int, list] = {}
    begin = [
        ("fund", 11, 21, 300),
        *((f"activate_{pot}", voucher, 21, 100) for pot in ("support", "own") for voucher in (11, 12)),
    ]
    for number, wanted in [(0, begin), *history]:
        changed = books.copy()
        steps = []
        for reason, voucher, supplier, amount in wanted:
            debit, credit = WAYS[reason]
            giver, taker = (game + owner_of(kind, voucher, supplier) for kind in (debit, credit))
            changed[debit, giver] -= amount
            changed[credit, taker] += amount
            steps.append(Move(reason, giver, taker, amount))
        if number in known:
            expected = "again" if known[number] == steps else "refused"
        elif any(value < 0 and kind not in MAY_OWE for (kind, _owner), value in changed.items()):
            expected = "refused"
        else:
            expected, books, known[number] = "entered", changed, steps
        try:
            outcome = "entered" if enter(*steps, key=f"game:{game}:{number}") else "again"
        except Refused:
            outcome = "refused"
        assert outcome == expected
        if books:
            assert queries.balances(*books) == dict(books)
    with transaction():
        check = operations.verify()
    assert check.ok, check.report
    assert sum(books.values()) == 0
