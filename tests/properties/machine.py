"""Random lives of vouchers, lived by the program's operations and by an oracle at once (goal R1).

A step draws a deed and some luck; the luck picks who does it to what. Three steps of four pick what the oracle says will
be done, the fourth anything: a stranger, a wrong amount, a number used before, a deed out of turn. The oracle says whether
the program must do it; afterwards the books, in SQL, must say what the oracle says, to the won.
"""

import random
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from typing import Any, ClassVar

import psycopg
from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from marketplace.core.db import spend_once
from marketplace.core.errors import Refused
from marketplace.core.viewer import Viewer
from marketplace.delivery import operations as delivery
from marketplace.delivery import queries as delivery_queries
from marketplace.delivery.rules import KeptFile
from marketplace.orders import operations as orders
from marketplace.payments import operations as payments
from marketplace.settlement import operations as settlement
from marketplace.settlement import queries as settlement_queries
from marketplace.settlement.rules import TypedInvoice, TypedLine
from marketplace.vouchers import operations as vouchers
from tests.properties import books
from tests.properties.oracle import Case, Oracle, Order, Part, Payout, Voucher
from tests.properties.tally import Tally
from tests.properties.world import Firm, World, serial

WEIGHTS = {
    "draft": 12, "change": 9, "submit": 40, "accept": 50, "decline": 26, "cancel": 4, "close": 70, "hand_over": 60,
    "inspect": 60, "enter": 60, "withdraw": 26, "give_back": 24, "approve_first": 60, "approve_second": 70, "freeze": 2,
    "unfreeze": 40, "expire": 70, "close_voucher": 5, "pass_days": 4, "again": 8, "issue": 2,
    "queue": 80, "refund": 60, "batch": 40, "cancel_batch": 26, "send": 50, "result": 90, "requeue": 90,
}  # fmt: skip
"""How gladly each deed is tried in a step that may go wrong; a fair step does what its life has done least."""
DEEDS = [deed for deed, weight in WEIGHTS.items() for _ in range(weight)]
KINDS = [kind for kind in WEIGHTS if kind not in ("pass_days", "again")]
KINDS_AND_DAYS = [*KINDS, "pass_days"]
GLADLY = {
    "draft": 2, "submit": 3, "accept": 3.4, "hand_over": 3, "inspect": 3, "enter": 4, "approve_first": 8,
    "approve_second": 8, "queue": 10, "close": 30, "expire": 14, "give_back": 3, "withdraw": 3.6, "pass_days": 1.3,
    "send": 14, "result": 20, "requeue": 40, "refund": 3, "unfreeze": 6, "decline": 2, "issue": 1.4, "batch": 1.4,
    "cancel_batch": 9, "change": 0.8, "freeze": 0.4, "close_voucher": 0.35,
}  # fmt: skip
"""How much more of a deed a life needs than of others, since others live from it or it is rarely possible; else once."""


class Machine(RuleBasedStateMachine):
    """One life: two or three vouchers, and up to sixty steps."""

    world: ClassVar[World]
    reader: ClassVar[psycopg.Connection[Any]]
    tally: ClassVar[Tally]
    gladly: ClassVar[dict[str, float]] = GLADLY

    def __init__(self) -> None:
        super().__init__()
        self.luck = random.Random(0)
        self.age = 0
        self.fair = True
        self.since = self.seen = books.last_transfer(self.reader)
        self.pool = 0
        self.oracle = Oracle(0)
        self.last: Callable[[], None] | None = None
        self.lived: Counter[str] = Counter()

    # --- beginning, steps, end -----------------------------------------------------------------------------------

    @initialize(luck=st.integers(0, 2**32 - 1))
    def begin(self, luck: int) -> None:
        self.luck = random.Random(luck)
        self.tally.lives += 1
        self.world.set_day(0)
        self.oracle = Oracle(self.world.begin_programme())
        self.since = self.seen = books.last_transfer(self.reader)
        self.pool = self._pool()
        for _ in range(2):
            self.issue()
        self.check("begin")

    @rule(deed=st.sampled_from(DEEDS), luck=st.integers(0, 2**32 - 1))
    def step(self, deed: str, luck: int) -> None:
        self.age += 1
        self.luck = random.Random(luck * 1_000 + self.age)  # small numbers are drawn often
        self.fair = self.luck.random() < 0.78
        tried = self.tally.steps
        for kind in [*self._wishes(deed), "draft", "issue"]:
            getattr(self, kind)()
            if self.tally.steps > tried:
                break
        assert self.tally.steps > tried, "a step in which nothing could be tried"
        self.check(deed)

    def _wishes(self, deed: str) -> list[str]:
        """What is tried, in this order, until something can be: in a fair step what this life has done least."""
        if self.fair:
            return sorted(
                KINDS_AND_DAYS, key=lambda kind: (self.lived[kind] + 2 * self.luck.random()) / self.gladly.get(kind, 1)
            )
        return list(dict.fromkeys([deed, *self.luck.sample(DEEDS, len(DEEDS))]))

    def teardown(self) -> None:
        if self.tally.lives % 20 == 0:
            assert books.faults(self.reader) == []

    def attempt(self, kind: str, expected: bool | None, deed: Callable[[], Any], then: Callable[[Any], None]) -> None:
        """Do it, and compare the answer with what the oracle expects; None where both answers are right."""
        self.tally.tried[kind] += 1
        self.tally.either += expected is None
        try:
            answer = self.world.act(deed)
        except Refused as refusal:
            note(f"{kind}: refused: {refusal}")
            if expected:
                raise AssertionError(f"{kind} should have been done, and was refused: {refusal}") from refusal
            return
        note(f"{kind}: done")
        assert expected is not False, f"{kind} should have been refused, and was done"
        self.tally.done[kind] += 1
        self.lived[kind] += 1
        then(answer)
        if kind != "again":
            self.last = lambda: self.attempt("again", False, deed, lambda _answer: None)

    def check(self, deed: str) -> None:
        """The books, after every step."""
        said, found, total = self.oracle.pots(), {}, 0
        for kind, owner, floor, kept, moved in books.accounts_of_life(self.reader, self.since):
            total += moved
            if moved:
                found[kind, owner] = moved
            if floor:
                assert kept >= 0, f"{kind} of {owner} is below its floor"
                assert kept == (self.pool if kind == "pool" else 0) + moved, (
                    f"{kind} of {owner}: kept {kept}, moved {moved}"
                )
        assert total == 0, f"all balances together are {total}"
        assert found == said, f"after {deed}: {sorted(found.items() ^ said.items())}"
        ids = [voucher.id for voucher in self.oracle.vouchers]
        self._check_orders(books.orders_of_life(self.reader, ids))
        cases = [(case.id, case.state, case.support, case.own, case.vat, case.total) for case in self.oracle.cases]
        assert books.cases_of_life(self.reader, ids) == sorted(cases)
        payouts = [(payout.id, payout.state, payout.amount, payout.attempt) for payout in self.oracle.payouts]
        assert books.payouts_of_life(self.reader, ids) == sorted(payouts)
        assert books.strays(self.reader, self.seen) == []
        self.seen = books.last_transfer(self.reader)

    def _pool(self) -> int:
        question = "select balance from ledger_account where kind = 'pool' and owner_id = %s"
        return int(self.reader.execute(question, (self.oracle.programme,)).fetchone()[0])

    def _check_orders(self, rows: list[Any]) -> None:
        expected = []
        for order in self.oracle.orders:
            sums = (order.support, order.own) if order.state != "draft" else (0, 0)
            expected.append(
                (order.id, order.state, order.supply, order.vat, *sums, order.held_supply, order.held_support,
                 order.spent_supply, order.spent_support, order.spent_own,
                 order.supply, order.delivered, order.accepted, order.invoiced, order.paid)
            )  # fmt: skip
        assert rows == sorted(expected)
        for row in rows:
            assert row[11] >= row[12] >= row[13] >= row[14] >= row[15] >= 0
        for voucher in self.oracle.vouchers:
            mine = [order for order in self.oracle.orders if order.voucher is voucher]
            running = [order for order in mine if order.state in ("submitted", "accepted")]
            support = sum(order.support - order.spent_support for order in running)
            own = sum(order.own + order.vat - order.spent_own for order in running)
            assert (support, own) == (voucher.support_reserved, voucher.own_reserved)
            assert sum(order.held_support for order in mine) <= voucher.granted
            assert sum(order.held_supply - order.held_support for order in mine) <= voucher.own

    # --- choosing ------------------------------------------------------------------------------------------------

    def pick(self, candidates: list[Any], good: Callable[[Any], bool]) -> Any:
        """One of `candidates`: of the good ones in a fair step (None where there is none), else any."""
        if self.fair:
            candidates = [each for each in candidates if good(each)]
        return self.luck.choice(candidates) if candidates else None

    def buyer(self, firm: int) -> Firm:
        return next(each for each in self.world.buyers if each.id == firm)

    def supplier(self, firm: int) -> Firm:
        return next(each for each in self.world.suppliers if each.id == firm)

    def somebody(self, right: list[Viewer]) -> tuple[Viewer, bool]:
        """Who does it, and whether they may: mostly one of `right`."""
        if self.fair or self.luck.random() < 0.7:
            return self.luck.choice(right), True
        world = self.world
        firms = [person for firm in (*world.buyers, *world.suppliers) for person in (firm.signs, firm.member)]
        wrong = [one for one in (*firms, world.officer, *world.settlers) if one not in right]
        return self.luck.choice(wrong), False

    def buying(self, order: Order, *, signs: bool) -> tuple[Viewer, bool]:
        firm = self.buyer(order.voucher.firm)
        return self.somebody([firm.signs] if signs else [firm.signs, firm.member])

    def selling(self, order: Order) -> tuple[Viewer, bool]:
        firm = self.supplier(order.supplier)
        right = [firm.signs, firm.member]
        if firm.id == self.world.suppliers[0].id:
            right.append(self.world.settlers[3])
        return self.somebody(right)

    # --- orders --------------------------------------------------------------------------------------------------

    def draft(self) -> None:
        voucher = self.pick(self.oracle.vouchers, self.oracle.usable)
        if voucher is None or len(self.oracle.orders) > 14:
            return
        stalls = [stall for stall in self.world.stalls if stall.designated or not self.fair]
        stall = self.luck.choice(stalls)
        left = voucher.whole - sum(o.held_supply for o in self.oracle.orders if o.voucher is voucher)
        most = max(1000, min(left, voucher.whole) * 1000 // stall.price)
        thousandths = max(1000, int(most * self.luck.choice((0.2, 0.34, 0.5, 1.0))))
        if not stall.divisible and (self.fair or self.luck.random() < 0.8):
            thousandths -= thousandths % 1000
        if not self.fair and self.luck.random() < 0.2:
            thousandths = self.luck.choice((0, -1000, 999, 2 * most))
        by_day = self._day_until(voucher)
        by, mine = self.somebody([self.buyer(voucher.firm).signs, self.buyer(voucher.firm).member])
        firm = by.organisation_id or 0
        expected = mine and self.oracle.may_draft(
            voucher, firm=firm, designated=stall.designated, divisible=stall.divisible, price=stall.price,
            quantity=thousandths, by_day=by_day,
        )  # fmt: skip
        world, made = self.world, {}

        def deed() -> None:
            order = orders.draft_order(
                stall.offer, voucher_id=voucher.id, quantity=Decimal(thousandths) / 1000,
                deliver_by=world.date_of(by_day), by=by,
            )  # fmt: skip
            made["id"] = order.id

        def then(_answer: Any) -> None:
            order = Order(made["id"], voucher, stall.supplier.id, stall.designated, stall.divisible, stall.price, 0, 0)
            order.reprice(thousandths, by_day)
            order.line = self.reader.execute("select id from order_line where order_id = %s", (order.id,)).fetchone()[0]
            self.oracle.orders.append(order)

        token = f"machine-{serial()}"
        self.attempt("draft", expected, lambda: (spend_once(token), deed()), then)

    def _day_until(self, voucher: Voucher) -> int:
        if self.fair:
            return self.luck.randint(self.oracle.today, max(self.oracle.today, voucher.expires))
        return self.luck.choice((self.oracle.today - 1, self.oracle.today, voucher.expires, voucher.expires + 1))

    def change(self) -> None:
        order = self.pick(self.oracle.orders, lambda o: o.state == "draft" and self.oracle.usable(o.voucher))
        if order is None:
            return
        thousandths = max(1000, order.quantity // 2000 * 1000) if self.fair else self.luck.choice((500, 1500, 3000))
        by_day = self._day_until(order.voucher)
        by, mine = self.buying(order, signs=False)
        self.attempt(
            "change",
            mine and self.oracle.may_change(order, thousandths, by_day),
            lambda: orders.change_draft(
                order.id, quantity=Decimal(thousandths) / 1000, deliver_by=self.world.date_of(by_day), by=by
            ),
            lambda _answer: order.reprice(thousandths, by_day),
        )
        self.last = None  # the same change again is no harm

    def submit(self) -> None:
        order = self.pick(self.oracle.orders, self.oracle.may_submit)
        if order is None:
            return
        by, mine = self.buying(order, signs=True)
        self.attempt(
            "submit", mine and self.oracle.may_submit(order), lambda: orders.submit_order(order.id, by=by),
            lambda _answer: self.oracle.submit(order),
        )  # fmt: skip

    def accept(self) -> None:
        order = self.pick(self.oracle.orders, self.oracle.may_accept)
        if order is None:
            return
        by, mine = self.selling(order)
        self.attempt(
            "accept", mine and self.oracle.may_accept(order), lambda: orders.accept_order(order.id, by=by),
            lambda _answer: setattr(order, "state", "accepted"),
        )  # fmt: skip

    def decline(self) -> None:
        order = self.pick(self.oracle.orders, lambda o: o.state == "submitted")
        if order is None:
            return
        by, mine = self.selling(order)
        self.attempt(
            "decline", mine and order.state == "submitted", lambda: orders.decline_order(order.id, "사정", by=by),
            lambda _answer: self.oracle.end(order, "declined"),
        )  # fmt: skip

    def cancel(self) -> None:
        order = self.pick(self.oracle.orders, self.oracle.may_cancel)
        if order is None:
            return
        by, mine = self.buying(order, signs=order.state != "draft")
        self.attempt(
            "cancel", mine and self.oracle.may_cancel(order), lambda: orders.cancel_order(order.id, "변경", by=by),
            lambda _answer: self.oracle.end(order, "cancelled"),
        )  # fmt: skip

    def close(self) -> None:
        reason = self.fair or self.luck.random() < 0.5
        order = self.pick(self.oracle.orders, lambda o: self.oracle.may_close(o, reason))
        if order is None:
            return
        by, mine = self.buying(order, signs=True)
        self.attempt(
            "close", mine and self.oracle.may_close(order, reason),
            lambda: orders.close_order(order.id, "그만 받음" if reason else "", by=by),
            lambda _answer: self.oracle.end(order, "closed"),
        )  # fmt: skip

    # --- delivery ------------------------------------------------------------------------------------------------

    def hand_over(self) -> None:
        order = self.pick(self.oracle.orders, lambda o: self.oracle.may_hand_over(o, o.quantity - o.standing))
        if order is None:
            return
        left = order.quantity - order.standing
        thousandths = left
        if self.luck.random() < 0.5:
            thousandths = max(1, int(left * self.luck.choice((0.1, 0.34, 0.5, 0.9))))
            thousandths = thousandths if order.divisible else max(1000, thousandths // 1000 * 1000)
        if not self.fair:
            thousandths = self.luck.choice((thousandths, left + 1000, 500, left, -1000))
        by, mine = self.selling(order)
        file = KeptFile(path="data.csv", bytes=12, sha256=f"{serial():064x}")
        self.attempt(
            "hand_over",
            mine and self.oracle.may_hand_over(order, thousandths),
            lambda: (
                delivery.hand_over(
                    order.id, quantities={order.line: Decimal(thousandths) / 1000}, files=[file], by=by
                ).id
            ),
            lambda identity: self.oracle.hand_over(order, thousandths, identity),
        )
        self.last = None  # as much again may still be left to deliver

    def inspect(self) -> None:
        pairs = [(order, part) for order in self.oracle.orders for part in order.parts]
        pair = self.pick(pairs, lambda pair: pair[1].state == "handed_over")
        if pair is None:
            return
        order, part = pair
        accepted = self.luck.choices((part.quantity, 0, part.quantity // 2), (8, 1, 2))[0]
        if not order.divisible:
            accepted -= accepted % 1000
        if not self.fair:
            accepted = self.luck.choice((accepted, part.quantity + 1000, -1000, 500))
        reason = self.fair or self.luck.random() < 0.5
        by, mine = self.buying(order, signs=False)
        line = self._line_of(part)
        decision = delivery.Decision(Decimal(accepted) / 1000, "모자람" if reason else "")
        self.attempt(
            "inspect",
            mine and self.oracle.may_inspect(order, part, accepted, reason),
            lambda: delivery.inspect(part.id, {line: decision}, by=by),
            lambda _answer: self.oracle.inspect(order, part, accepted),
        )

    def _line_of(self, part: Part) -> int:
        return self.world.look(lambda: delivery_queries.lines_of(part.id)[0].id)

    # --- settlement ----------------------------------------------------------------------------------------------

    def enter(self) -> None:
        def left(order: Order) -> int:
            counted = sum(case.quantity for case in order.cases if case.counts)
            return sum(part.accepted for part in order.accepted_parts()) - counted

        order = self.pick(self.oracle.orders, lambda o: o.state == "accepted" and left(o) > 0)
        if order is None:
            return
        rest = left(order)
        thousandths = rest if self.luck.random() < 0.75 else max(1, int(rest * self.luck.choice((0.3, 0.5))))
        thousandths = thousandths if order.divisible else max(1000, thousandths // 1000 * 1000)
        earlier = [case for case in order.cases if case.counts]
        supply = self.oracle.due(order, thousandths, earlier)
        vat = min(supply // 10 + self.luck.choice((0, 0, 0, -1, 1)), order.vat - sum(case.vat for case in earlier))
        written, total = self.oracle.today, supply + vat
        number, approval = f"T-{serial():06d}", f"20200803{serial():016d}"
        if not self.fair:
            wrong = self.luck.choice(("supply", "vat", "total", "more", "late", "early", "number", "approval", "shape"))
            known = self.luck.choice(self.oracle.cases) if self.oracle.cases else None
            supply += self.luck.choice((-1, 1, 1000)) if wrong == "supply" else 0
            vat += 2 if wrong == "vat" else 0
            thousandths += rest if wrong == "more" else 0
            written += {"late": 1, "early": -1}.get(wrong, 0)
            number = known.number.replace("-", " 0").lower() if wrong == "number" and known else number
            approval = known.approval if wrong == "approval" and known else approval
            approval = "20201340" + approval[8:] if wrong == "shape" else approval
            total = supply + vat + (1 if wrong == "total" else 0)
        by, mine = self.selling(order)
        expected = (
            mine
            and total == supply + vat
            and not approval.startswith("20201340")
            and vat >= 0
            and self.oracle.may_enter(order, thousandths, supply, vat, written, number, approval)
        )
        if self.fair and not expected:
            return  # what is left of the tax reserve does not allow a right invoice
        typed = TypedInvoice(
            number, approval, self.world.date_of(written), supply, vat, total,
            (TypedLine(order.line, Decimal(thousandths) / 1000, supply, vat),),
        )  # fmt: skip
        made = {}

        def deed() -> None:
            case = settlement.enter_invoice(order.id, typed, by=by)
            made.update(case=case.id, invoice=case.invoice_id)

        def then(_answer: Any) -> None:
            case = Case(made["case"], made["invoice"], order, number, approval, thousandths, supply, vat, 0, written,
                        self.oracle.today)  # fmt: skip
            self.oracle.enter(order, case)

        self.attempt("enter", expected, deed, then)

    def withdraw(self) -> None:
        case = self.pick(self.oracle.cases, lambda c: c.state == "open")
        if case is None:
            return
        by, mine = self.selling(case.order)
        self.attempt(
            "withdraw", mine and case.state == "open", lambda: settlement.withdraw_invoice(case.invoice_id, by=by),
            lambda _answer: self.oracle.take_back(case),
        )  # fmt: skip

    def give_back(self) -> None:
        case = self.pick(self.oracle.cases, lambda c: c.state in ("open", "checked"))
        if case is None:
            return
        by, mine = self.somebody(self.world.settlers)
        self.attempt(
            "give_back", mine and case.state in ("open", "checked"),
            lambda: settlement.return_case(case.id, "다시 확인", by=by), lambda _answer: self.oracle.take_back(case),
        )  # fmt: skip

    def approve_first(self) -> None:
        self._approve("approve_first", "open")

    def approve_second(self) -> None:
        self._approve("approve_second", "checked")

    def _approve(self, kind: str, state: str) -> None:
        """Both approvals. An invoice that later acceptances or returns no longer fit may be refused or approved."""
        case = self.pick(
            self.oracle.cases,
            lambda c: c.state == state and c.order.voucher.state != "frozen" and self.oracle.still_matches(c),
        )
        if case is None:
            return
        second = kind == "approve_second"
        right = self._officers(case, second)
        by, mine = self.somebody(right) if right else (self.world.officer, False)
        shown = self.world.look(
            lambda: settlement_queries.match_of(settlement_queries.get_case(case.id)).content_sha256
        )
        stale = not self.fair and self.luck.random() < 0.2
        sha256 = "0" * 64 if stale else shown
        voucher = case.order.voucher
        usable = voucher.state in ("active", "expired") if second else voucher.state != "frozen"
        expected: bool | None = mine and not stale and case.state == state and usable
        if expected and not self.oracle.still_matches(case):
            expected = None
        do = settlement.approve_second if second else settlement.approve_first

        def then(_answer: Any) -> None:
            if second:
                self.oracle.approve(case)
            else:
                case.state = "checked"
                case.first = by.person_id

        self.attempt(kind, expected, lambda: do(case.id, sha256, by=by), then)

    def _officers(self, case: Case, second: bool) -> list[Viewer]:
        """Who may: no member of a party, and the second neither the first person nor of the first one's name."""
        free = self.world.settlers[: 3 if case.order.supplier == self.world.suppliers[0].id else 4]
        if not second or case.first is None:
            return free
        first = next(one for one in self.world.settlers if one.person_id == case.first)
        bare = first.name.replace(" ", "")
        return [one for one in free if one.person_id != case.first and one.name.replace(" ", "") != bare]

    # --- payments ------------------------------------------------------------------------------------------------

    def queue(self) -> None:
        cases = [case for case in self.oracle.cases if case.state == "approved" and case.payout is None]
        if not cases:
            return

        def then(_answer: Any) -> None:
            for case in cases:
                question = "select id from payout where settlement_case_id = %s"
                identity = self.reader.execute(question, (case.id,)).fetchone()[0]
                self.oracle.queue(Payout(identity, case.total, case.order.supplier, case=case))

        self.attempt("queue", True, payments.queue_payouts, then)
        self.last = None  # a job: it finds nothing the second time

    def refund(self) -> None:
        """A job as well: for a voucher that nothing is due on it answers with nothing."""
        voucher = self.pick(self.oracle.vouchers, self.oracle.may_refund)
        if voucher is None:
            return
        due = self.oracle.may_refund(voucher)
        made = {}

        def deed() -> None:
            payout = payments.queue_refund(voucher.id)
            made["id"] = payout.id if payout else None
            if payout is None:
                raise Refused("nothing is due")

        def then(_answer: Any) -> None:
            self.oracle.queue(Payout(made["id"], voucher.refund_due, voucher.firm, voucher=voucher))

        self.attempt("refund", due, deed, then)

    def batch(self) -> None:
        if self.fair and not self.oracle.waiting():
            return
        by, mine = self.somebody(self.world.settlers)
        programme = self.oracle.programme
        self.attempt(
            "batch", mine and bool(self.oracle.waiting()), lambda: payments.make_batch(programme, by=by).id,
            lambda identity: self.oracle.make_batch(identity, by.person_id or 0),
        )  # fmt: skip

    def cancel_batch(self) -> None:
        batch = self.pick(self.oracle.batches, lambda b: b.state == "made")
        if batch is None:
            return
        by, mine = self.somebody(self.world.settlers)
        self.attempt(
            "cancel_batch", mine and batch.state == "made", lambda: payments.cancel_batch(batch.id, "다시", by=by),
            lambda _answer: self.oracle.cancel_batch(batch),
        )  # fmt: skip

    def send(self) -> None:
        batch = self.pick(self.oracle.batches, lambda b: b.state == "made")
        if batch is None:
            return
        by, mine = self.somebody([one for one in self.world.settlers if one.person_id != batch.made_by])
        self.attempt(
            "send", mine and batch.state == "made", lambda: payments.send_batch(batch.id, by=by),
            lambda _answer: self.oracle.send_batch(batch),
        )  # fmt: skip

    def result(self) -> None:
        """The bank's answer, right or with one mistake in one row."""
        batch = self.pick(self.oracle.batches, lambda b: b.state == "sent")
        if batch is None:
            return
        wrong = "" if self.fair else self.luck.choice(("", "amount", "missing", "result", "unknown", "day"))
        rows, answers = [], []
        day = self.world.date_of(self.oracle.today + (1 if wrong == "day" else 0))
        for payout in batch.payouts:
            paid = self.luck.random() < 0.4 or wrong == "day"
            answers.append((payout, paid))
            amount = payout.amount + (1 if wrong == "amount" else 0)
            answer = "MAYBE" if wrong == "result" else "OK" if paid else "NG"
            end = f"BANK-{serial():06d}-{payout.id},{day}," if paid else ",,계좌 없음"
            rows.append(f"P{payout.id + (1 if wrong == 'unknown' else 0):07d}-{payout.attempt},{amount},{answer},{end}")
        if wrong == "missing":
            rows = rows[1:]
        data = "\r\n".join(["payout,amount,result,bank_reference,date,reason", *rows]).encode() + b"\r\n"
        by, mine = self.somebody(self.world.settlers)

        def then(_answer: Any) -> None:
            batch.state = "settled"
            for payout, paid in answers:
                (self.oracle.settle if paid else self.oracle.bounce)(payout)

        self.attempt(
            "result", mine and not wrong and batch.state == "sent",
            lambda: payments.read_bank_result(batch.id, data, by=by), then,
        )  # fmt: skip

    def requeue(self) -> None:
        payout = self.pick(self.oracle.payouts, lambda p: p.state == "bounced")
        if payout is None:
            return
        checked = self.fair or self.luck.random() < 0.5
        by, mine = self.somebody(self.world.settlers)
        self.attempt(
            "requeue", mine and checked and payout.state == "bounced",
            lambda: payments.requeue_payout(payout.id, checked=checked, by=by),
            lambda _answer: self.oracle.requeue(payout),
        )  # fmt: skip

    # --- vouchers and time ---------------------------------------------------------------------------------------

    def issue(self) -> None:
        """One more voucher, with its money on it. Its tax reserve is now and then too small."""
        buyer = self.luck.choice(self.world.buyers)
        granted = self.luck.choice((750_000, 1_000_000, 4_499_999, 13_500_000))
        own = self.luck.choice((0, granted // 3, granted // 3, 333_333))
        vat = (granted + own) // (10 if self.luck.random() < 0.9 else 15)
        days = self.oracle.today + self.luck.choice((0, 0, 1, 2, 4, 20))
        made = {}

        def deed() -> None:
            made["id"] = self.world.put_voucher(buyer, support=granted, own=own, vat=vat, days=days)

        def then(_answer: Any) -> None:
            self.oracle.activate(Voucher(made["id"], buyer.id, granted, own, vat, days, begins=self.oracle.today))

        self.attempt("issue", True, deed, then)
        self.last = lambda: self.attempt("again", False, lambda: vouchers.activate(made["id"]), lambda _answer: None)

    def _on_voucher(
        self, kind: str, good: Callable[[Voucher], bool], right: list[Viewer], deed: Callable[[int, Viewer], Any],
        then: Callable[[Voucher], None],
    ) -> None:  # fmt: skip
        voucher = self.pick(self.oracle.vouchers, good)
        if voucher is None:
            return
        by, mine = self.somebody(right)
        self.attempt(kind, mine and good(voucher), lambda: deed(voucher.id, by), lambda _answer: then(voucher))

    def freeze(self) -> None:
        self._on_voucher(
            "freeze", lambda v: v.state == "active", [self.world.officer],
            lambda identity, by: vouchers.freeze(identity, "점검", by=by), lambda v: setattr(v, "state", "frozen"),
        )  # fmt: skip

    def unfreeze(self) -> None:
        self._on_voucher(
            "unfreeze", lambda v: v.state == "frozen", [self.world.officer],
            lambda identity, by: vouchers.unfreeze(identity, by=by), lambda v: setattr(v, "state", "active"),
        )  # fmt: skip

    def expire(self) -> None:
        voucher = self.pick(self.oracle.vouchers, self.oracle.may_expire)
        if voucher is None:
            return
        self.attempt(
            "expire", self.oracle.may_expire(voucher), lambda: vouchers.expire(voucher.id),
            lambda _answer: setattr(voucher, "state", "expired"),
        )  # fmt: skip

    def close_voucher(self) -> None:
        if self.fair and self.luck.random() < 0.4 and len(self.oracle.orders) < 6:
            return  # not too soon
        self._on_voucher(
            "close_voucher", self.oracle.may_close_voucher, [self.world.officer, *self.world.settlers],
            lambda identity, by: vouchers.close(identity, by=by), self.oracle.close_voucher,
        )  # fmt: skip

    def pass_days(self) -> None:
        days = self.luck.choices((1, 3, 12), (5, 3, 2))[0]
        self.tally.tried["pass_days"] += 1
        self.tally.done["pass_days"] += 1
        self.lived["pass_days"] += 1
        self.oracle.today += days
        self.world.set_day(self.oracle.today)
        note(f"pass_days: {days}")

    def again(self) -> None:
        """The very same deed once more, as a double click would send it: the second time it is refused."""
        if self.last is not None and not self.fair:
            self.last()
            self.last = None
