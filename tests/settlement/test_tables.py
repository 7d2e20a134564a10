"""Every state × every operation of what stands around an invoice: its file, its issue, its cuts, the taking back of an
approval. Invoices and cases themselves stand in test_table."""

from datetime import timedelta

import pytest

from marketplace.core import clock
from marketplace.core.db import session, transaction
from marketplace.settlement import operations
from marketplace.settlement.models import ApprovalReversal, Disallowance, InvoiceIssue, InvoiceUpload
from marketplace.settlement.rules import SENT, Seen
from tests import factories
from tests.orders.makers import make_market
from tests.settlement import makers
from tests.tables import judge

WORDS = {
    "state": "바꿀 수 없습니다",
    "sent": "이미 국세청",
    "late": "소명 기한.*지났습니다",
    "early": "아직 지나지 않았습니다",
    "waits": "이미 요청",
    "not": "지급을 기다리는",
}
MONEY = {"confirm": (("unapprove_support", 3_750_000), ("unapprove_own", 1_750_000))}


class Desk:
    """One market; each record with an order, an invoice or a case of its own, in the state asked for."""

    def __init__(self):
        self.market = make_market(voucher={"support": 67_500_000, "own": 22_500_000})
        self.supplier = self.market.supplier
        self.one, self.two = factories.make_settler(), factories.make_settler()

    def ready(self):
        return makers.make_ready(4, market=self.market)

    def do(self, verb, *words, **more):
        session.rollback()
        with transaction():
            return getattr(operations, verb)(*words, **more)

    # --- the file of an invoice

    def upload(self, state):
        upload_id = makers.make_upload(self.ready())
        if state == "entered":
            self.do("enter_upload", upload_id, by=self.supplier)
        if state == "discarded":
            self.do("discard_upload", upload_id, by=self.supplier)
        return upload_id

    def upload_deeds(self, upload_id):
        return {
            "enter": lambda: operations.enter_upload(upload_id, by=self.supplier),
            "discard": lambda: operations.discard_upload(upload_id, by=self.supplier),
        }

    # --- an invoice that is issued on the supplier's behalf

    def issue(self, state):
        ready = self.ready()
        typed = makers.typed_invoice(ready.order_id)
        session.rollback()
        issue_id = self.do("ask_issue", ready.order_id, typed, by=self.supplier).id
        way = {
            "requested": (), "refused": ("no",), "issued": ("issued",), "entered": ("issued", "enter"),
            "sent": ("issued", "enter", "seen"), "cancelling": ("issued", "cancel"),
            "cancelled": ("issued", "cancel", "cancelled"),
        }[state]  # fmt: skip
        for step in way:
            with transaction():
                operations.note_seen(issue_id, self.seen(SENT)) if step == "seen" else self.issue_deeds(issue_id)[
                    step
                ]()
        return issue_id

    def seen(self, code=300):
        return Seen(code, makers.approval_number(), "")

    def issue_deeds(self, issue_id):
        return {
            "trying": lambda: operations.note_trying(issue_id),
            "issued": lambda: operations.note_issued(issue_id, self.seen()),
            "no": lambda: operations.note_issue_refused(issue_id, "사업자번호가 틀립니다"),
            "enter": lambda: operations.enter_issued(issue_id),
            "cancel": lambda: operations.ask_cancel_issue(issue_id, by=self.supplier),
            "cancelled": lambda: operations.note_cancelled(issue_id),
            "faster": lambda: operations.note_not_cancelled(issue_id, "이미 전송되었습니다"),
        }

    # --- what is not recognised of a case

    def cut(self, state):
        cut_id = makers.make_cut(makers.make_case(self.ready()), by=self.one)
        if state in ("late", "lapsed"):
            with transaction():
                session.get_one(Disallowance, cut_id).reply_by = clock.today() - timedelta(days=1)
        way = {
            "accepted": ("accept",), "objected": ("object",), "lapsed": ("lapse",), "withdrawn": ("withdraw",),
            "upheld": ("object", "uphold"), "overturned": ("object", "overturn"),
        }.get(state, ())  # fmt: skip
        for step in way:
            with transaction():
                self.cut_deeds(cut_id)[step]()
        return cut_id

    def cut_deeds(self, cut_id):
        reply, decide = operations.reply_to_disallowance, operations.decide_objection
        return {
            "accept": lambda: reply(cut_id, accepts=True, reply="", by=self.supplier),
            "object": lambda: reply(cut_id, accepts=False, reply="증빙이 있습니다.", by=self.supplier),
            "uphold": lambda: decide(cut_id, upholds=True, reason="모자랍니다.", by=self.two),
            "overturn": lambda: decide(cut_id, upholds=False, reason="맞습니다.", by=self.two),
            "withdraw": lambda: operations.withdraw_disallowance(cut_id, by=self.one),
            "lapse": lambda: operations.lapse_disallowance(cut_id),
        }

    # --- an approval that is taken back

    def reversal(self, state):
        case_id = makers.make_approved(self.ready())
        reversal_id = self.do("ask_reversal", case_id, "잘못 승인했습니다.", by=self.one).id
        if state != "asked":
            with transaction():
                self.reversal_deeds((reversal_id, case_id))["confirm" if state == "confirmed" else "refuse"]()
        return reversal_id, case_id

    def reversal_deeds(self, thing):
        reversal_id, case_id = thing
        return {
            "confirm": lambda: operations.confirm_reversal(reversal_id, by=self.two),
            "refuse": lambda: operations.refuse_reversal(reversal_id, by=self.two),
            "ask_again": lambda: operations.ask_reversal(case_id, "다시 봅니다.", by=self.one),
        }


TABLES = {
    "upload": (InvoiceUpload, """
           read      entered discarded
enter      entered   state   state
discard    discarded state   state
"""),
    "issue": (InvoiceIssue, """
           requested issued     entered    sent   refused cancelling cancelled
trying     -         -          -          -      -       -          -
issued     issued    -          -          -      -       -          -
no         refused   -          -          -      -       -          -
enter      -         entered    -          -      -       -          -
cancel     state     cancelling cancelling sent   state   state      state
cancelled  -         -          -          -      -       cancelled  -
faster     -         -          -          -      -       issued     -
"""),
    "cut": (Disallowance, """
           proposed  late   accepted objected   lapsed upheld overturned withdrawn
accept     accepted  late   state    state      state  state  state      state
object     objected  late   state    state      state  state  state      state
uphold     state     state  state    upheld     state  state  state      state
overturn   state     state  state    overturned state  state  state      state
withdraw   withdrawn withdrawn state state      state  state  state      state
lapse      early     lapsed early    early      state  early  early      early
"""),
    "reversal": (ApprovalReversal, """
           asked      confirmed refused
confirm    confirmed+ state     state
refuse     refused    state     state
ask_again  waits      not       -
"""),
}  # fmt: skip


@pytest.mark.parametrize("name", TABLES)
def test_every_state_with_every_operation(app, name):
    desk, (model, table) = Desk(), TABLES[name]

    def look(thing):
        return str(session.get_one(model, thing[0] if isinstance(thing, tuple) else thing).state)

    assert judge(table, WORDS, MONEY, getattr(desk, name), getattr(desk, f"{name}_deeds"), look) == []
