"""Work statements: what is read, what is asked, what each worker sees."""

import pytest
from sqlalchemy import select

from marketplace.core.db import session, transaction
from marketplace.core.errors import NotYours, Refused
from marketplace.delivery import operations, queries
from marketplace.delivery.models import StatementState, WorkShift, WorkStatement
from marketplace.delivery.rules.work import BadTable, flags_of, floor_on, typed_shifts
from marketplace.notices.models import Notice
from tests import factories
from tests.catalogue.makers import make_listing
from tests.delivery.makers import WORK
from tests.orders.makers import Market, designate, make_market, make_order

DAY = "2026-01-05"


def line(
    worker, begins="09:00", ends="11:00", pieces=300, *, inspected=60, pay=100, trained=60, person=None, account=None
):
    told = [
        worker,
        DAY,
        begins,
        ends,
        pieces,
        inspected,
        pay,
        trained,
        person or f"010-{worker}",
        account or f"acc-{worker}",
    ]
    return ",".join(map(str, told)) + "\n"


def kinds(text, **facts):
    return sorted((flag.kind, flag.values.get("worker", "")) for flag in flags_of(typed_shifts(WORK + text), **facts))


CALM = "".join(line(f"a-{number}") for number in range(6))


def test_every_question_says_its_figure_and_people_at_work_raise_none():
    assert kinds(CALM, floor=10_320, inspection_percent=20, training_minutes=60) == []
    assert kinds(CALM + line("fast", pieces=9_000, inspected=9_000)) == [("throughput", "fast")]
    flag = flags_of(typed_shifts(WORK + CALM + line("fast", pieces=9_000, inspected=9_000)))[0]
    assert (flag.values["found"], flag.values["usual"], flag.values["times"]) == ("4500", "150", "30.0")
    assert kinds(CALM + line("long", "06:00", "20:00", 2_000)) == [("long_day", "long")]
    assert kinds(CALM + line("b", "22:00", "01:30", 500)) == []
    twice = line("x", person="010-9") + line("y", "10:00", "12:00", person="01 0-9")
    assert kinds(CALM + twice) == [("overlap", "y")]
    assert kinds(CALM + line("x", account="1-2") + line("y", account="12")) == [("account", "x, y")]
    assert kinds(CALM + line("cheap", pay=60)) == [("floor", "cheap")]
    assert kinds(CALM, floor=20_000)[0][0] == "floor" and floor_on(typed_shifts(WORK + CALM)[0].day, None) == 10_320
    assert kinds(CALM, inspection_percent=30) == [("inspection", "")]
    assert kinds(CALM + line("new", trained=0), training_minutes=60) == [("training", "new")]


@pytest.mark.parametrize(
    "text",
    [
        "worker,date\n",
        WORK,
        WORK + line("a", "25:00"),
        WORK + line("a", pieces="x"),
        WORK + line("a", pieces=-1),
        WORK + line("a", pieces=10, inspected=11),
        WORK + line(""),
        WORK + line("900101-1234567"),
        WORK + "a,b\n",
        WORK + line("a") * 5_001,
        WORK + '"a,',
    ],
)
def test_a_table_that_says_nonsense_is_refused(text):
    with pytest.raises(BadTable):
        typed_shifts(text)


def test_a_statement_is_filed_flagged_and_each_worker_sees_and_objects(app, as_, client):
    market = make_market()
    order_id = make_order(market, 4)
    supplier, sme, page = as_(market.supplier), as_(market.sme), f"/orders/{order_id}/work"
    assert sme.send(page, {"table": WORK + CALM}).status_code == 403
    assert supplier.send(page, {"table": "x"}).status_code == 422
    assert supplier.send(page, {"table": WORK + CALM}).status_code == 303
    assert "물어볼 것이 없습니다" in sme.get(page).text
    assert supplier.send(page, {"table": WORK + line("a-1", person="010-77") + line("a-2", pay=10)}).status_code == 303
    states = session.scalars(select(WorkStatement.state).order_by(WorkStatement.number)).all()
    assert states == [StatementState.REPLACED, StatementState.FILED]
    kept = session.scalars(select(WorkShift)).first()
    assert len(kept.person_key) == len(kept.account_key) == 64 and "010" not in kept.person_key[:3]
    text = sme.get(page).text
    assert "최저 보수" in text and "/work/" not in text.replace(page, "")
    # The same person at the same hour at another supplier.
    other = factories.make_supplier()
    designate(other, market.programme_id, market.officer)
    assert "다른 공급기업" not in text
    _elsewhere(market, other, as_)
    assert "다른 공급기업의 명세에도" in sme.get(page).text
    statement = queries.find_statement(order_id)
    worker = queries.workers_of(statement.id)[0]
    own = f"/work/{worker.token}"
    shown = client.get(own).text
    assert "a-1" in shown and "a-2" not in shown and "30,000" in shown
    assert client.get(own[:-1] + "x").status_code == client.get("/work/한글").status_code == 404
    assert client.send(f"{own}/statements/{statement.id}", {"body": "두 시간이 아니라 세 시간"}).status_code == 303
    assert client.send(f"{own}/statements/999", {"body": "x"}).status_code == 422
    told = session.scalars(select(Notice).where(Notice.kind == "work_objection")).all()
    assert {(notice.organisation_id, notice.role) for notice in told} == {
        (market.supplier.organisation_id, None),
        (None, "programme_officer"),
    }
    (objection,) = queries.objections_of(statement_id=statement.id)
    answer = f"{page}/objections/{objection.id}"
    assert sme.send(answer, {"answer": "x"}).status_code == 403
    assert supplier.send(answer, {"answer": "고쳐 내겠습니다"}).status_code == 303
    with pytest.raises(Refused, match="이미 답한"), transaction():
        operations.answer_objection(objection.id, "x", by=market.supplier)
    assert "고쳐 내겠습니다" in client.get(own).text and "두 시간이 아니라" in as_(market.officer).get(page).text
    with pytest.raises(NotYours), transaction():
        operations.file_statement(order_id, WORK + CALM, by=market.officer)


def _elsewhere(market: Market, other, as_):
    """The other supplier's statement, with the person of a-1 at an hour that overlaps."""
    listing_id, version_id = make_listing(other, market.officer, price=1_250_000)
    theirs = Market(
        market.officer,
        market.sme,
        other,
        market.programme_id,
        market.ruleset_id,
        market.voucher_id,
        listing_id,
        version_id,
    )
    order_id = make_order(theirs, 1)
    assert (
        as_(other).send(f"/orders/{order_id}/work", {"table": WORK + line("z-9", "10:00", person="01077")}).status_code
        == 303
    )
