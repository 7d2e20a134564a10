"""Every state × every operation of what goes with a delivery: uploads, criteria, tests, label samples, work statements,
disputes. No money moves by any of them. Deliveries themselves stand in test_machine."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.core.db import session, transaction
from marketplace.delivery import operations, queries
from marketplace.delivery.models import (
    AcceptanceCriteria,
    AcceptanceTest,
    Dispute,
    LabelItem,
    LabelSample,
    Outcome,
    Upload,
    WorkStatement,
)
from marketplace.delivery.rules.criteria import Criteria
from marketplace.delivery.rules.labels import DrawnRow
from marketplace.orders.models import PurchaseOrder
from tests.delivery.makers import WORK, inspect_delivery, make_criteria_and_labels, make_delivery
from tests.orders.makers import make_market, make_order
from tests.tables import judge

GOOD, BAD = "a" * 64, "b" * 64
SHIFT = f"{WORK}a-1,2026-01-05,09:00,11:00,300,60,100,60,010-1111-2222,110-1\n"
WORDS = {
    "state": "바꿀 수 없습니다",
    "step": "이어 올릴 자리가 다릅니다",
    "notnow": "지울 수 없습니다",
    "cannot": "아직 쓸 수 없거나",
    "other": "상대 기업이 동의",
    "begun": "이미 납품이 시작되어",
    "over": "판정이 끝났거나",
    "done": "이미 끝난 분쟁",
}


class Bench:
    """One market; each record on an order of its own, in the state asked for."""

    def __init__(self):
        self.market = make_market(voucher={"support": 67_500_000, "own": 22_500_000})
        self.sme, self.supplier, self.officer = self.market.sme, self.market.supplier, self.market.officer

    def do(self, verb, *words, **more):
        session.rollback()
        with transaction():
            return getattr(operations, verb)(*words, **more)

    # --- a large file that comes in pieces

    def upload(self, state):
        order_id = make_order(self.market, 1)
        path = {"path": "big.csv", "size": 4, "sha256": GOOD}
        self.upload_id = self.do("begin_upload", order_id, **path, by=self.supplier).id
        if state in ("whole", "ready", "used"):
            self.do("take_part", self.upload_id, begins_at=0, size=4, sha256=BAD, by=self.supplier)
        if state in ("ready", "used"):
            self.do("finish_upload", self.upload_id, sha256=GOOD)
        if state == "used":
            self.do("use_uploads", session.get_one(PurchaseOrder, order_id), (self.upload_id,))
        if state == "failed":
            self.do("give_up_upload", self.upload_id, by=self.supplier)
        return self.upload_id, order_id

    def upload_deeds(self, thing):
        upload_id, order_id = thing
        return {
            "part": lambda: operations.take_part(upload_id, begins_at=0, size=4, sha256=BAD, by=self.supplier),
            "finish": lambda: operations.finish_upload(upload_id, sha256=GOOD),
            "finish_wrong": lambda: operations.finish_upload(upload_id, sha256=BAD),
            "throw_away": lambda: operations.throw_away(upload_id),
            "throw_old": lambda: self.thrown_when_old(upload_id),
            "give_up": lambda: operations.give_up_upload(upload_id, by=self.supplier),
            "use": lambda: operations.use_uploads(session.get_one(PurchaseOrder, order_id), (upload_id,)),
        }

    def thrown_when_old(self, upload_id):
        session.get_one(Upload, upload_id).touched_at -= timedelta(days=8)
        session.flush()
        operations.throw_away(upload_id)

    # --- the criteria of an order

    def criteria(self, state):
        order_id = make_order(self.market, 1)
        criteria_id = self.do("propose_criteria", order_id, Criteria(least_rows=1), by=self.supplier).id
        if state in ("agreed", "begun"):
            self.do("agree_criteria", criteria_id, by=self.sme)
        if state == "begun":
            make_delivery(self.market, order_id)
        if state == "replaced":
            self.do("propose_criteria", order_id, Criteria(least_rows=2), by=self.supplier)
        return criteria_id, order_id

    def criteria_deeds(self, thing):
        criteria_id, order_id = thing
        return {
            "agree": lambda: operations.agree_criteria(criteria_id, by=self.sme),
            "agree_own": lambda: operations.agree_criteria(criteria_id, by=self.supplier),
            "propose": lambda: operations.propose_criteria(order_id, Criteria(least_rows=3), by=self.sme),
        }

    # --- the test of a delivery

    def test(self, state):
        delivery_id = make_delivery(self.market, make_order(self.market, 1))
        test_id = queries.find_test(delivery_id).id
        session.rollback()
        if state not in ("waiting", "worn"):
            self.do("begin_test", test_id)
        if state == "ready":
            self.do("finish_test", test_id, [], [])
        if state == "failed":
            self.do("fail_test", test_id, "읽지 못함", {})
        with transaction():
            test = session.get_one(AcceptanceTest, test_id)
            if state == "worn":
                test.attempts = operations.testing.ATTEMPTS
            if state == "left":
                test.begun_at -= timedelta(hours=1)
        return test_id

    def test_deeds(self, test_id):
        return {
            "begin": lambda: operations.begin_test(test_id),
            "note_percent": lambda: operations.note_percent(test_id, 40),
            "finish": lambda: operations.finish_test(test_id, [], []),
            "fail": lambda: operations.fail_test(test_id, "읽지 못함", {}),
        }

    # --- a label sample

    def sample(self, state):
        _criteria, sample_id = make_criteria_and_labels(self.market, make_order(self.market, 1), self.delivery_id())
        if state in ("ready", "counted"):
            self.do("fill_sample", sample_id, ["area"], [DrawnRow(1, "강남", ["강남"])], {"강남": 1})
        if state == "counted":
            self.do("mark_labels", sample_id, self.marks(sample_id), by=self.sme)
        if state == "failed":
            self.do("fail_draw", sample_id, "뽑지 못함", {})
        return sample_id

    def delivery_id(self):
        return make_delivery(self.market, make_order(self.market, 1))

    def marks(self, sample_id):
        found = session.scalars(select(LabelItem.id).where(LabelItem.sample_id == sample_id)).all()
        session.rollback() if not session().info.get("transaction") else None
        return dict.fromkeys(found, (True, ""))

    def sample_deeds(self, sample_id):
        rows = [DrawnRow(7, "종로", ["종로"])]
        return {
            "begin": lambda: operations.begin_draw(sample_id),
            "fill": lambda: operations.fill_sample(sample_id, ["area"], rows, {"종로": 1}),
            "fail": lambda: operations.fail_draw(sample_id, "뽑지 못함", {}),
            "mark": lambda: operations.mark_labels(sample_id, self.marks(sample_id), by=self.sme),
        }

    # --- a work statement

    def statement(self, state):
        order_id = make_order(self.market, 1)
        statement_id = self.do("file_statement", order_id, SHIFT, by=self.supplier).id
        if state == "replaced":
            self.do("file_statement", order_id, SHIFT.replace("300", "301"), by=self.supplier)
        return statement_id, order_id

    def statement_deeds(self, thing):
        statement_id, order_id = thing
        worker = queries.workers_of(statement_id)[0].id
        return {
            "file": lambda: operations.file_statement(order_id, SHIFT.replace("300", "302"), by=self.supplier),
            "object": lambda: operations.object_to_statement(worker, statement_id, "시간이 다릅니다."),
        }

    # --- a dispute

    def dispute(self, state):
        delivery_id = make_delivery(self.market, make_order(self.market, 1))
        inspect_delivery(self.market, delivery_id, 0)
        dispute_id = self.do("raise_dispute", delivery_id, "약속과 다릅니다", by=self.sme).id
        self.do("state_view", dispute_id, "지켰습니다", by=self.supplier)
        if state == "withdrawn":
            self.do("withdraw_dispute", dispute_id, by=self.sme)
        if state == "decided":
            self.decide(dispute_id)
        return dispute_id

    def decide(self, dispute_id):
        words = (dispute_id, Outcome.ACCEPTED, "살펴보니")
        if session().info.get("transaction"):
            return operations.decide_dispute(*words, accepted={}, by=self.officer)
        return self.do("decide_dispute", *words, accepted={}, by=self.officer)

    def dispute_deeds(self, dispute_id):
        return {
            "state_view": lambda: operations.state_view(dispute_id, "다시 말합니다", by=self.supplier),
            "withdraw": lambda: operations.withdraw_dispute(dispute_id, by=self.sme),
            "decide": lambda: self.decide(dispute_id),
        }


TABLES = {
    "upload": (Upload, """
             open   whole  ready  used   failed
part         whole  step   step   step   step
finish       state  ready  state  state  state
finish_wrong state  failed state  state  state
throw_away   -      -      -      -      -
throw_old    failed -      failed -      -
give_up      failed notnow failed notnow notnow
use          cannot cannot used   cannot cannot
"""),
    "criteria": (AcceptanceCriteria, """
             proposed agreed   replaced begun
agree        agreed   state    state    begun
agree_own    other    other    other    other
propose      replaced -        -        begun
"""),
    "test": (AcceptanceTest, """
             waiting running ready  failed left    worn
begin        running -       -      -      running failed
note_percent -       -       -      -      -       -
finish       state   ready   state  state  ready   state
fail         state   failed  state  state  failed  state
"""),
    "sample": (LabelSample, """
             waiting ready   counted failed
begin        -       -       -       -
fill         ready   state   state   state
fail         failed  state   state   state
mark         over    counted over    over
"""),
    "statement": (WorkStatement, """
             filed    replaced
file         replaced -
object       -        -
"""),
    "dispute": (Dispute, """
             raised    withdrawn decided
state_view   -         done      done
withdraw     withdrawn done      done
decide       decided   done      done
"""),
}  # fmt: skip


@pytest.mark.parametrize("name", TABLES)
def test_every_state_with_every_operation(app, name):
    bench, (model, table) = Bench(), TABLES[name]

    def look(thing):
        return str(session.get_one(model, thing[0] if isinstance(thing, tuple) else thing).state)

    assert judge(table, WORDS, {}, getattr(bench, name), getattr(bench, f"{name}_deeds"), look) == []
