"""Random lives of cases of recovery against an oracle that shares no code with the program: principal + surcharge + interest
- paid - set off is what is open, nothing is closed before that is zero, and the ledger says the same."""

import os
import random

import pytest

from marketplace.core.db import session
from marketplace.core.errors import Refused
from marketplace.ledger import queries as ledger
from marketplace.recovery.models import Ground
from tests.recovery.test_set_off import Debt

STEPS = 35
VERBS = (
    *(
        "enter",
        "enter",
        "confirm",
        "confirm",
        "reject",
        "ask_back",
        "take_back",
        "propose",
        "propose",
        "agree",
        "decide",
    ),
    *("decide", "drop", "ask_undo", "undo", "object", "answer", "instalments", "close"),
)


class Life:
    """What an onlooker with pencil and paper would write down. Receipts and set-offs: id -> [amount, what became of it]."""

    def __init__(self, debt, chance):
        self.debt, self.chance = debt, chance
        self.total = debt.now().total_minor
        self.parts = [debt.now().principal_minor, debt.now().surcharge_minor, debt.now().interest_minor]
        self.receipts, self.offs = {}, {}
        self.objected = self.answered = self.closed = False

    def sum_of(self, book, *ends):
        return sum(amount for amount, end in book.values() if end in ends)

    @property
    def open(self):
        return self.total - self.sum_of(self.receipts, "in", "asked") - self.sum_of(self.offs, "off", "asked")

    @property
    def spoken_for(self):
        return self.sum_of(self.receipts, "entered") + self.sum_of(self.offs, "told", "agreed")

    def pick(self, book, *ends):
        known = [identity for identity, (_amount, end) in book.items() if end in ends]
        return self.chance.choice(known) if known else None

    def amount(self):
        """Often too much, sometimes all of it."""
        return self.chance.choice((1, 10, max(self.open, 1), self.open // 3 + 1, self.open + 1, 200_000))

    def step(self, verb):
        """Do one thing and say whether it should have gone through, and whether it did."""
        should, deed, then = getattr(self, f"_{verb}")()
        if deed is None:
            return
        try:
            made = deed()
        except Refused:
            assert not should, (verb, "was refused")
            return
        assert should, (verb, "went through")
        then(made)

    def _enter(self):
        amount = self.amount()
        return (
            not self.closed and amount <= self.open - self.spoken_for,
            lambda: self.debt.entered(amount),
            lambda identity: self.receipts.update({identity: [amount, "entered"]}),
        )

    def _moved(self, book, verb, from_, to, *, by, should=True, words=()):
        identity = self.pick(book, *from_)
        if identity is None:
            return False, None, None
        return (
            should and not self.closed,
            lambda: self.debt.do(verb, identity, *words, by=by),
            lambda _made: book[identity].__setitem__(1, to),
        )

    def _confirm(self):
        identity = self.pick(self.receipts, "entered")
        if identity is None:
            return False, None, None
        return (
            self.receipts[identity][0] <= self.open,  # an objection may have made it less meanwhile
            lambda: self.debt.do("confirm_receipt", identity, by=self.debt.second),
            lambda _made: self.receipts[identity].__setitem__(1, "in"),
        )

    def _reject(self):
        return self._moved(self.receipts, "reject_receipt", ("entered",), "out", by=self.debt.second, words=("없음",))

    def _ask_back(self):
        return self._moved(self.receipts, "ask_reversal", ("in", "asked"), "asked", by=self.debt.first, words=("오류",))

    def _take_back(self):
        asked = self.pick(self.receipts, "asked") is not None
        ends = ("asked",) if asked else ("in",)
        return self._moved(self.receipts, "reverse_receipt", ends, "out", by=self.debt.second, should=asked)

    def _propose(self):
        amount, left = self.amount(), self.debt.payout().amount_minor
        free = not self.closed and not self.objected and not self.sum_of(self.offs, "told", "agreed")
        waiting = self.debt.payout().state.value == "waiting"
        return (
            free and waiting and amount <= self.open - self.spoken_for and amount <= left,
            lambda: self.debt.propose(amount),
            lambda identity: self.offs.update({identity: [amount, "told"]}),
        )

    def _agree(self):
        return self._moved(self.offs, "agree_set_off", ("told",), "agreed", by=self.debt.firm)

    def _decide(self):
        identity = self.pick(self.offs, "told", "agreed")
        if identity is None:
            return False, None, None
        agreed = self.offs[identity][1] == "agreed"
        enough = self.offs[identity][0] <= self.open - self.spoken_for + self.offs[identity][0]
        return (
            agreed and enough and not self.objected and not self.closed,
            lambda: self.debt.do("decide_set_off", identity, by=self.debt.second),
            lambda _made: self.offs[identity].__setitem__(1, "off"),
        )

    def _drop(self):
        return self._moved(self.offs, "drop_set_off", ("told", "agreed"), "out", by=self.debt.first, words=("그만둠",))

    def _ask_undo(self):
        return self._moved(self.offs, "ask_undoing", ("off", "asked"), "asked", by=self.debt.first, words=("오류",))

    def _undo(self):
        asked = self.pick(self.offs, "asked") is not None
        ends = ("asked",) if asked else ("off",)
        return self._moved(self.offs, "undo_set_off", ends, "out", by=self.debt.second, should=asked)

    def _object(self):
        return (
            not self.objected and not self.answered and not self.closed,
            lambda: self.debt.do("object_to", self.debt.id, "다시 살펴봐 주세요", by=self.debt.firm),
            lambda _made: setattr(self, "objected", True),
        )

    def _answer(self):
        wanted = [self.chance.choice((part, part * 2 // 3, part + 1 if part == 0 else part)) for part in self.parts]
        fair = all(new <= old for new, old in zip(wanted, self.parts, strict=True))
        less = self.total - sum(wanted)

        def then(_made):
            self.parts, self.total = wanted, sum(wanted)
            self.objected, self.answered = False, True

        names = dict(zip(("principal_minor", "surcharge_minor", "interest_minor"), wanted, strict=True))
        return (
            self.objected and fair and less <= self.open,
            lambda: self.debt.do("answer_objection", self.debt.id, "일부를 받아들입니다", **names, by=self.debt.third),
            then,
        )

    def _instalments(self):
        count = self.chance.randint(1, 5)
        return (
            not self.objected and not self.closed and count >= 2 and self.open >= 10 * count,
            lambda: self.debt.do("grant_instalments", self.debt.id, count=count, first_on=self.debt.today()),
            lambda _made: None,
        )

    def _close(self):
        return (
            not self.closed and not self.objected and self.open == 0 and self.spoken_for == 0,
            lambda: self.debt.do("close_case", self.debt.id),
            lambda _made: setattr(self, "closed", True),
        )


@pytest.mark.parametrize("seed", range(1, int(os.environ.get("RECOVERY_LIVES", "1")) + 1))
def test_whatever_happens_to_a_case_its_money_adds_up(app, clock_at, seed):
    chance = random.Random(seed)
    debt = Debt(clock_at, owes=1_200_000, ground=Ground.OTHER_USE)
    supplier, programme = debt.firm.organisation_id, debt.market.programme_id
    due = debt.payable()
    fixed = debt.books()["bank_in"]
    claimed = paid = off = 0
    for number in range(2):
        if number:
            debt.id = 0
            debt.opened(400_000).decided(bar_days=None, ground=Ground.REQUIREMENT)
        life = Life(debt, chance)
        for _step in range(STEPS):
            life.step(chance.choice(VERBS))
            session.rollback()
            books = ledger.balances(
                ("recovery_due", debt.id), ("payable", supplier), ("bank_in", programme), ("restitution", programme)
            )
            assert books["recovery_due", debt.id] == -life.open
            assert life.open >= 0 and (life.open == 0 or not life.closed)
            now_off, now_paid = life.sum_of(life.offs, "off", "asked"), life.sum_of(life.receipts, "in", "asked")
            assert books["payable", supplier] == due - off - now_off
            assert books["bank_in", programme] == fixed - paid - now_paid
            assert books["restitution", programme] == claimed + life.parts[0]
            payouts = debt.waiting_minor()
            assert payouts == books["payable", supplier]
        for identity, (_amount, end) in life.offs.items():  # the next case finds the payout free
            if end in ("told", "agreed"):
                debt.do("drop_set_off", identity, "그만둠")
        claimed, paid, off = claimed + life.parts[0], paid + now_paid, off + now_off
    assert debt.books_are_right()
