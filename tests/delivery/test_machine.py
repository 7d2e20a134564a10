"""Every state of a delivery x every operation: the allowed ones move exactly so, the refused ones move nothing and say why.
And the rules of rework and of disputes."""

from datetime import timedelta
from decimal import Decimal

import psycopg
import pytest
from sqlalchemy import select

from marketplace.core import clock
from marketplace.core.db import session, transaction
from marketplace.core.errors import NotYours, Refused
from marketplace.delivery import jobs, operations, queries
from marketplace.delivery.models import Delivery, DeliveryState, Dispute, DisputeState, Outcome
from marketplace.delivery.operations import Decision, disputes
from marketplace.evidence.models import Event
from marketplace.notices.models import Notice
from marketplace.orders.queries import lines_of
from tests import factories
from tests.delivery.makers import inspect_delivery, make_delivery, make_file
from tests.orders.makers import line_of, make_market, make_order

H, A, P, R, D = DeliveryState
WHOLE, HALF = 5_000_000, 2_500_000


class Undo(Exception):
    """Takes a cell of the table back, so that the next one finds the state untouched."""


def fresh():
    """Look at the rows anew, but not away from a transaction that is open."""
    if not session().info.get("transaction"):
        session.rollback()


class Case:
    """One order of 4 sets in a fresh world, and its first delivery in the state asked for."""

    def __init__(self, market, clock_at):
        self.market, self.clock_at = market, clock_at
        self.other = factories.make_officer()

    def bring(self, state):
        self.order_id = make_order(self.market, 4)
        self.delivery_id = make_delivery(self.market, self.order_id)
        if state in (A, P, R):
            inspect_delivery(self.market, self.delivery_id, {A: 4, P: 2, R: 0}[state])
        elif state == D:
            self.do("raise_dispute", self.delivery_id, "약속과 다릅니다", by=self.market.sme)
            self.hear(self.market.supplier)

    def do(self, verb, *facts, **more):
        if session().info.get("transaction"):
            getattr(operations, verb)(*facts, **more)
            return
        session.rollback()
        with transaction():
            getattr(operations, verb)(*facts, **more)
        session.rollback()

    def hear(self, viewer):
        self.do("state_view", self.dispute, "저희 생각은 다릅니다", by=viewer)

    @property
    def dispute(self):
        fresh()
        return session.scalars(select(Dispute.id).order_by(Dispute.id.desc())).first() or 0

    def line(self):
        (line,) = queries.lines_of(self.delivery_id)
        fresh()
        return line.id

    def look(self):
        """(state of the first delivery, deliveries, delivered, accepted, open disputes, events)."""
        fresh()
        found = session.get_one(Delivery, self.delivery_id).state
        made, _returned = queries.returned_rounds(self.order_id)
        open_ = session.scalars(select(Dispute.id).where(Dispute.state == DisputeState.RAISED)).all()
        events = session.scalars(select(Event.id)).all()
        (line,) = lines_of(self.order_id)
        return found, made, line.delivered_minor, line.accepted_minor, len(open_), len(events)


def inspecting(quantity):
    return lambda case: case.do(
        "inspect", case.delivery_id, {case.line(): Decision(Decimal(quantity), "까닭")}, by=case.market.sme
    )


def deciding(outcome, quantity=0):
    def decide(case):
        accepted = {case.line(): Decimal(quantity)}
        case.do("decide_dispute", case.dispute, outcome, "살펴보니", accepted=accepted, by=case.market.officer)

    return decide


def handing(case):
    (line,) = lines_of(case.order_id)
    wanted = {line.id: Decimal(1)}
    case.do("hand_over", case.order_id, quantities=wanted, files=[make_file()], by=case.market.supplier)


def raising(side):
    return lambda case: case.do("raise_dispute", case.delivery_id, "약속과 다릅니다", by=getattr(case.market, side))


def withdrawing(case):
    case.do("withdraw_dispute", case.dispute, by=case.market.sme)


def extending(case):
    day = clock.today() + timedelta(days=40)
    case.do("extend_rework", case.delivery_id, day, by=case.market.sme)


def answering(case):
    good = {"usable": "yes", "matched": "yes", "on_time": "yes", "used": "yes", "again": "yes"}
    case.do("answer", case.delivery_id, good, by=case.market.sme)


GONE, NOT_NOW = "그런 기록이 없습니다", "바꿀 수 없습니다"
TABLE = {
    # operation: {state before: what is then (state, deliveries, delivered, accepted, open disputes), or words of a refusal}
    ("inspect all", inspecting(4)): {
        H: (A, 1, WHOLE, WHOLE, 0),
        A: NOT_NOW,
        P: NOT_NOW,
        R: NOT_NOW,
        D: "운영기관이 결정",
    },
    ("inspect a part", inspecting(2)): {
        H: (P, 1, HALF, HALF, 0),
        A: NOT_NOW,
        P: NOT_NOW,
        R: NOT_NOW,
        D: "운영기관이 결정",
    },
    ("inspect nothing", inspecting(0)): {H: (R, 1, 0, 0, 0), A: NOT_NOW, P: NOT_NOW, R: NOT_NOW, D: "운영기관이 결정"},
    ("hand over again", handing): {
        H: "남은 수량은 0",
        A: "남은 수량은 0",
        P: (P, 2, HALF + 1_250_000, HALF, 0),
        R: (R, 2, 1_250_000, 0, 0),
        D: "분쟁 중인 납품이 있습니다",
    },
    ("the buyer disputes", raising("sme")): {
        H: (D, 1, WHOLE, 0, 1),
        A: "분쟁을 제기할 수 없습니다",
        P: (D, 1, HALF, HALF, 1),
        R: (D, 1, 0, 0, 1),
        D: "분쟁을 제기할 수 없습니다",
    },
    ("the supplier disputes", raising("supplier")): {
        H: "검수 기한",
        A: "분쟁을 제기할 수 없습니다",
        P: (D, 1, HALF, HALF, 1),
        R: (D, 1, 0, 0, 1),
        D: "분쟁을 제기할 수 없습니다",
    },
    ("the agency disputes", raising("officer")): {
        H: "기한이 지나지 않았습니다",
        A: "분쟁을 제기할 수 없습니다",
        P: "기한이 지나지 않았습니다",
        R: "기한이 지나지 않았습니다",
        D: "분쟁을 제기할 수 없습니다",
    },
    ("withdraw", withdrawing): {H: GONE, A: GONE, P: GONE, R: GONE, D: (H, 1, WHOLE, 0, 0)},
    ("decide: all", deciding(Outcome.ACCEPTED)): {H: GONE, A: GONE, P: GONE, R: GONE, D: (A, 1, WHOLE, WHOLE, 0)},
    ("decide: a part", deciding(Outcome.PARTLY, 2)): {H: GONE, A: GONE, P: GONE, R: GONE, D: (P, 1, HALF, HALF, 0)},
    ("decide: nothing", deciding(Outcome.REJECTED)): {H: GONE, A: GONE, P: GONE, R: GONE, D: (R, 1, 0, 0, 0)},
    ("decide: again", deciding(Outcome.REWORK)): {H: GONE, A: GONE, P: GONE, R: GONE, D: (R, 1, 0, 0, 0)},
    ("give longer", extending): {
        H: "기다리는 납품이 아닙니다",
        A: "기다리는 납품이 아닙니다",
        P: (P, 1, HALF, HALF, 0),
        R: (R, 1, 0, 0, 0),
        D: "기다리는 납품이 아닙니다",
    },
    ("answer", answering): {
        H: "먼저 검수",
        A: (A, 1, WHOLE, WHOLE, 0),
        P: (P, 1, HALF, HALF, 0),
        R: "먼저 검수",
        D: "먼저 검수",
    },
}


def test_every_state_and_every_operation(app, clock_at):
    """One order a state; what an allowed operation did is looked at inside its transaction, which is then taken back."""
    moved = refused = 0
    case = Case(make_market(voucher={"support": 67_500_000, "own": 22_500_000}), clock_at)
    for state in DeliveryState:
        case.bring(state)
        for (name, verb), cells in TABLE.items():
            wanted, before = cells[state], case.look()
            if isinstance(wanted, str):
                with pytest.raises(Refused, match=wanted):
                    verb(case if wanted != GONE else _without_dispute(case))
                refused += 1
            else:
                with pytest.raises(Undo), transaction():
                    verb(case)
                    session.flush()
                    assert case.look()[:5] == wanted, (state, name)
                    raise Undo
                moved += 1
            assert case.look() == before, (state, name)
    assert (moved, refused) == (19, 51)
    assert set(DeliveryState) == {H, A, P, R, D}


class _without_dispute:  # noqa: N801 - a lens on a case
    """The same case, asked about a dispute that there is not."""

    def __init__(self, case):
        self._case = case

    def __getattr__(self, name):
        return 10**9 if name == "dispute" else getattr(self._case, name)


@pytest.fixture
def case(app, clock_at):
    return Case(make_market(), clock_at)


def test_a_rejection_names_items_and_a_day_and_the_next_round_answers_them(case, as_):
    case.bring(H)
    sme, supplier = as_(case.market.sme), as_(case.market.supplier)
    here, line = f"/deliveries/{case.delivery_id}", case.line()
    said = {f"quantity_{line}": "3", f"reason_{line}": "열이 모자랍니다", "items": "단위 열을 넣기\n\n7월 자료를 넣기"}
    late = (clock.today() + timedelta(days=400)).isoformat()
    assert sme.send(f"{here}/inspect", {**said, "rework_by": late}).status_code == 422
    assert case.look()[0] == H
    day = clock.today() + timedelta(days=6)
    assert sme.send(f"{here}/inspect", {**said, "rework_by": day.isoformat()}).status_code == 303
    assert [item.body for item in queries.items_to_redo(case.delivery_id)] == ["단위 열을 넣기", "7월 자료를 넣기"]
    task = next(each for each in queries.waiting_for(case.market.supplier) if "고쳐서" in each.title)
    assert task.due_on == day
    case.clock_at(days=7)
    assert (jobs.miss_rework(), jobs.miss_rework()) == (1, 0)
    assert len(session.scalars(select(Notice).where(Notice.kind == "rework_overdue")).all()) == 3
    with pytest.raises(Refused, match="재작업 기한"):
        handing(case)
    assert as_(case.market.supplier).send(f"{here}/rework", {"rework_by": "2099-01-01"}).status_code == 403
    longer = clock.today() + timedelta(days=5)
    assert sme.send(f"{here}/rework", {"rework_by": "2001-01-01"}).status_code == 422
    assert sme.send(f"{here}/rework", {"rework_by": longer.isoformat()}).status_code == 303
    page = supplier.get(f"/orders/{case.order_id}/deliveries/new").text
    assert "단위 열을 넣기" in page and "어떻게 고쳤는지" in page
    first, _second = queries.items_to_redo(case.delivery_id)
    wanted = {line_of(case.order_id).id: Decimal(1)}
    case.do(
        *("hand_over", case.order_id),
        quantities=wanted,
        files=[make_file()],
        answers={first.id: "unit 열을 넣었습니다"},
        by=case.market.supplier,
    )
    assert "unit 열을 넣었습니다" in sme.get(f"/deliveries/{case.delivery_id + 1}").text
    assert not [each for each in queries.waiting_for(case.market.supplier) if "고쳐서" in each.title]


def test_both_are_heard_and_another_officer_decides(case, as_):
    case.bring(R)
    sme, supplier, officer = as_(case.market.sme), as_(case.market.supplier), as_(case.market.officer)
    here = f"/deliveries/{case.delivery_id}"
    assert as_(factories.make_settler()).send(f"{here}/dispute", {"reason": "x"}).status_code == 403
    assert supplier.send(f"{here}/dispute", {"reason": ""}).status_code == 422
    assert supplier.send(f"{here}/dispute", {"reason": "합의한 기준을 지켰습니다"}).status_code == 303
    assert "분쟁에 의견을" in queries.waiting_for(case.market.sme)[-1].title
    decision = {"outcome": "partly", "reason": "시험 결과가 그렇습니다", f"quantity_{case.line()}": "3"}
    assert officer.send(f"{here}/dispute/decide", decision).status_code == 422
    assert "두 기업의 의견을 모두" in officer.send(f"{here}/dispute/decide", decision).text
    assert sme.send(f"{here}/dispute/statement", {"body": "기준에 못 미칩니다"}).status_code == 303
    assert "분쟁을 결정하세요" in queries.waiting_for(case.market.officer)[0].title
    assert sme.send(f"{here}/dispute/decide", decision).status_code == 403
    assert officer.send(f"{here}/dispute/decide", {**decision, f"quantity_{case.line()}": "4"}).status_code == 422
    assert case.look()[:5] == (D, 1, 0, 0, 1)
    assert officer.send(f"{here}/dispute/decide", decision).status_code == 303
    # The buyer's word stays; what the decision accepts is a delivery of its own, of the day of the first one.
    assert case.look()[:5] == (R, 2, 3_750_000, 3_750_000, 0)
    second = session.get_one(Delivery, case.delivery_id + 1)
    first = session.get_one(Delivery, case.delivery_id)
    assert (second.state, second.handed_over_at, second.number) == (A, first.handed_over_at, 2)
    assert queries.find_acceptance(second.id).decided_by == case.market.officer.person_id
    for person in (sme, supplier):
        assert "시험 결과가 그렇습니다" in person.get(here).text
    assert len(session.scalars(select(Notice).where(Notice.kind == "dispute_decided")).all()) == 2


def test_a_silent_buyer_is_escalated_and_the_agency_steps_in_with_two_officers(case, superuser):
    case.bring(H)
    case.clock_at(days=25)
    assert jobs.escalate() == 1
    raising("officer")(case)
    with pytest.raises(NotYours, match="다른 담당자"):
        deciding(Outcome.ACCEPTED)(case)
    with pytest.raises(Refused, match="모두 듣거나"):
        case.do("decide_dispute", case.dispute, Outcome.ACCEPTED, "x", by=case.other)
    case.hear(case.market.supplier)
    with pytest.raises(NotYours):
        case.hear(case.market.officer)
    case.clock_at(days=14)
    with pytest.raises(psycopg.errors.CheckViolation):
        superuser.execute(
            "update dispute set state = 'decided', outcome = 'accepted', decision = 'x', decided_by = raised_by, "
            "decided_at = now() where id = %s",
            (case.dispute,),
        )
    case.do("decide_dispute", case.dispute, Outcome.ACCEPTED, "수요기업이 답하지 않았고 시험에 맞습니다", by=case.other)
    assert case.look()[:5] == (A, 1, WHOLE, WHOLE, 0)


def test_what_is_rejected_for_good_never_comes_again_and_an_ordered_round_does_not_count(case):
    case.bring(H)
    for _round in range(2):
        inspect_delivery(case.market, case.delivery_id, 0)
        case.delivery_id = make_delivery(case.market, case.order_id)
    inspect_delivery(case.market, case.delivery_id, 0)
    assert session.get_one(Delivery, case.delivery_id).rework_by is None
    with pytest.raises(Refused, match="2회"):
        handing(case)
    raising("supplier")(case)
    case.hear(case.market.sme)
    deciding(Outcome.REWORK)(case)
    handing(case)
    case.delivery_id += 1
    inspect_delivery(case.market, case.delivery_id, 0)
    raising("supplier")(case)
    case.hear(case.market.sme)
    deciding(Outcome.REJECTED)(case)
    assert queries.barred_quantities(case.order_id) == {line_of(case.order_id).id: Decimal(1)}
    with pytest.raises(Refused):
        handing(case)


def test_without_the_ear_for_both_an_officer_could_decide_alone(case, monkeypatch):
    case.bring(R)
    raising("supplier")(case)
    with pytest.raises(Refused, match="모두 듣거나"):
        deciding(Outcome.ACCEPTED)(case)
    monkeypatch.setattr(disputes.queries, "is_heard", lambda dispute: True)
    deciding(Outcome.ACCEPTED)(case)
    assert case.look()[:5] == (R, 2, WHOLE, WHOLE, 0)
