"""Every state of invoice and case against every operation: what is allowed moves money exactly so, what is refused moves
nothing and says why."""

import pytest

from marketplace.core.db import session, transaction
from marketplace.core.errors import Refused
from marketplace.ledger.operations import verify
from marketplace.settlement import operations, queries
from marketplace.settlement.models import CaseState, InvoiceState
from tests import factories
from tests.settlement import makers
from tests.settlement.test_disallow import money

NOTHING = (0, 0, 0, 0, 0)
"""Support available and reserved, own money available and reserved, owed to the supplier: how each changes."""


class World:
    """A case in some state, and everybody who may do something with it."""

    def __init__(self, state):
        self.ready = makers.make_ready(4)
        self.case_id = makers.make_case(self.ready)
        self.officer, self.other = factories.make_settler(), factories.make_settler()
        getattr(self, f"make_{state}")()
        session.rollback()
        case = makers.case_now(self.case_id)
        self.invoice_id, self.line_id = case.invoice_id, queries.lines_of_invoice(case.invoice_id)[0].id
        self.seen = makers.content_of(self.case_id)

    def make_open(self):
        self.cut_id = None

    def make_cut(self):
        self.cut_id = makers.make_cut(self.case_id, 1_000_000, by=self.other)

    def make_objected(self):
        self.make_cut()
        self.do("reply")

    def make_settled(self):
        """Cut, and the supplier has accepted it."""
        self.make_cut()
        with transaction():
            operations.reply_to_disallowance(self.cut_id, accepts=True, reply="", by=self.ready.supplier)

    def make_checked(self):
        self.cut_id = None
        makers.check(self.case_id, self.other)

    def make_approved(self):
        self.make_checked()
        makers.approve(self.case_id)

    def make_paid(self):
        self.make_approved()
        self.do("pay")

    def make_returned(self):
        self.cut_id = None
        self.do("return")

    def make_withdrawn(self):
        self.cut_id, self.invoice_id = None, makers.case_now(self.case_id).invoice_id
        self.do("withdraw")

    def do(self, name):
        """One operation by whoever may do it in its right state."""
        case_id, officer, supplier = self.case_id, self.officer, self.ready.supplier
        cut_id = self.cut_id or 0
        with transaction():
            match name:
                case "approve first":
                    operations.approve_first(case_id, self.seen, by=officer)
                case "approve second":
                    operations.approve_second(case_id, self.seen, by=officer)
                case "return":
                    operations.return_case(case_id, "사유가 있습니다.", by=officer)
                case "withdraw":
                    operations.withdraw_invoice(self.invoice_id, by=supplier)
                case "take":
                    operations.take_case(case_id, by=officer)
                case "escalate":
                    operations.escalate(case_id)
                case "cut":
                    facts = {"line_id": self.line_id, "code": "D02", "supply_minor": 7, "reason": "증빙이 없습니다."}
                    operations.disallow(case_id, **facts, by=officer)
                case "reply":
                    operations.reply_to_disallowance(cut_id, accepts=False, reply="증빙이 있습니다.", by=supplier)
                case "decide":
                    operations.decide_objection(cut_id, upholds=True, reason="증빙이 모자랍니다.", by=officer)
                case "take cut back":
                    operations.withdraw_disallowance(cut_id, by=officer)
                case "pay":
                    operations.mark_paid(case_id, by=officer)

    def standing(self):
        case = makers.case_now(self.case_id)
        amounts = (case.support_minor, case.own_minor, case.vat_minor, case.cut_supply_minor, case.cut_vat_minor)
        return case.state, makers.invoice_of(self.case_id).state, amounts


WHOLE, CUT = (0, -3_750_000, 0, -1_750_000, 5_500_000), (750_000, -3_750_000, 350_000, -1_750_000, 4_400_000)
OPEN, MATCHED = CaseState.OPEN, InvoiceState.MATCHED
BACK = (CaseState.RETURNED, InvoiceState.WITHDRAWN)
ALLOWED = {
    ("open", "approve first"): (NOTHING, CaseState.CHECKED, MATCHED),
    ("open", "return"): (NOTHING, *BACK),
    ("open", "withdraw"): (NOTHING, *BACK),
    ("open", "take"): (NOTHING, OPEN, MATCHED),
    ("open", "escalate"): (NOTHING, OPEN, MATCHED),
    ("open", "cut"): (NOTHING, OPEN, MATCHED),
    ("cut", "reply"): (NOTHING, OPEN, MATCHED),
    ("cut", "take cut back"): (NOTHING, OPEN, MATCHED),
    ("cut", "cut"): (NOTHING, OPEN, MATCHED),
    ("cut", "return"): (NOTHING, *BACK),
    ("objected", "decide"): (NOTHING, OPEN, MATCHED),
    ("settled", "approve first"): (NOTHING, CaseState.CHECKED, MATCHED),
    ("checked", "approve second"): (WHOLE, CaseState.APPROVED, InvoiceState.APPROVED),
    ("checked", "return"): (NOTHING, *BACK),
    ("checked", "take"): (NOTHING, CaseState.CHECKED, MATCHED),
    ("checked", "escalate"): (NOTHING, CaseState.CHECKED, MATCHED),
    ("approved", "pay"): (NOTHING, CaseState.PAID, InvoiceState.PAID),
}
REFUSED = {
    "open": {"approve second": "지금 상태", "pay": "지금 상태"},
    "cut": {
        "approve first": "소명이나 이의", "approve second": "소명이나 이의", "decide": "그 이의신청|지금 상태",
        "pay": "지금 상태",
    },
    "objected": {
        "approve first": "소명이나 이의", "approve second": "소명이나 이의", "reply": "지금 상태",
        "take cut back": "지금 상태", "pay": "지금 상태",
    },
    "settled": {
        "approve second": "지금 상태", "reply": "지금 상태", "decide": "지금 상태", "take cut back": "지금 상태",
        "pay": "지금 상태",
    },
    "checked": {
        "approve first": "지금 상태", "withdraw": "이미 승인이 시작", "cut": "1차 승인 전", "pay": "지금 상태",
    },
    "approved": {
        "approve first": "지금 상태", "approve second": "지금 상태", "return": "지금 상태",
        "withdraw": "이미 승인이 시작", "take": "승인을 기다리는", "escalate": "더 이상 기다리지", "cut": "1차 승인 전",
    },
    "paid": {
        "approve first": "지금 상태", "approve second": "지금 상태", "return": "지금 상태",
        "withdraw": "이미 승인이 시작", "take": "승인을 기다리는", "escalate": "더 이상 기다리지", "cut": "1차 승인 전",
        "pay": "지금 상태",
    },
    "returned": {
        "approve first": "지금 상태", "approve second": "지금 상태", "return": "지금 상태",
        "withdraw": "이미 승인이 시작", "take": "승인을 기다리는", "escalate": "더 이상 기다리지", "cut": "1차 승인 전",
        "pay": "지금 상태",
    },
    "withdrawn": {
        "approve first": "지금 상태", "approve second": "지금 상태", "return": "지금 상태",
        "withdraw": "이미 승인이 시작", "take": "승인을 기다리는", "escalate": "더 이상 기다리지", "cut": "1차 승인 전",
        "pay": "지금 상태",
    },
}  # fmt: skip


@pytest.mark.parametrize(("state", "name"), ALLOWED)
def test_what_is_allowed_moves_money_exactly_so(app, state, name):
    world = World(state)
    before = money(world.ready)
    change, case_state, invoice_state = ALLOWED[state, name]
    world.do(name)
    assert tuple(after - was for after, was in zip(money(world.ready), before, strict=True)) == change
    assert world.standing()[:2] == (case_state, invoice_state)
    with transaction():
        assert verify().ok


def test_a_cut_case_that_is_approved_pays_less_and_gives_the_rest_back(app):
    world = World("settled")
    before = money(world.ready)
    makers.check(world.case_id, world.other)
    world.seen = makers.content_of(world.case_id)
    world.do("approve second")
    assert tuple(after - was for after, was in zip(money(world.ready), before, strict=True)) == CUT


@pytest.mark.parametrize("state", REFUSED)
def test_what_is_refused_moves_nothing_and_says_why(app, state):
    world = World(state)
    before, standing = money(world.ready), world.standing()
    for name, words in REFUSED[state].items():
        with pytest.raises(Refused, match=words):
            world.do(name)
        assert money(world.ready) == before, name
        assert world.standing() == standing, name


def test_the_table_has_no_hole():
    """Each operation is allowed or refused in each state; those about a cut only where there is one."""
    every = {name for _state, name in ALLOWED} | {name for names in REFUSED.values() for name in names}
    about_cuts = {"reply", "decide", "take cut back"}
    for state, refused in REFUSED.items():
        known = set(refused) | {name for at, name in ALLOWED if at == state}
        # A case that is open with a cut is an open case: what does not look at cuts is tried on the plain one.
        plain = {"return", "withdraw", "take", "escalate", "cut"} if state in ("cut", "objected", "settled") else set()
        needed = every - plain - (about_cuts if state not in ("cut", "objected", "settled") else set())
        assert needed <= known, (state, needed - known)
