"""What a delivery is tested against, what the test finds, and the labels that people judge."""

import random
from collections import Counter

import pytest
from sqlalchemy import select

from marketplace.catalogue.rules.samples import Table, profiled
from marketplace.core.db import session, transaction
from marketplace.core.errors import NotYours, Refused
from marketplace.core.jobs import run_all
from marketplace.delivery import gateway, jobs, operations, queries
from marketplace.delivery.models import AcceptanceTest, CriteriaState, DrawState, LabelSample, TestState
from marketplace.delivery.rules.criteria import (
    BadCriteria,
    Criteria,
    Range,
    check,
    percent,
    typed_columns,
    typed_ranges,
)
from marketplace.delivery.rules.labels import accuracy, allotted, drawn, size_for, wilson
from marketplace.delivery.rules.measuring import Meter, findings
from marketplace.notices.models import Notice
from marketplace.orders.queries import get_order
from tests.delivery.makers import make_delivery, make_file
from tests.orders.makers import make_market, make_order

HEADING = ["id", "area", "age", "label"]


def rows(count, *, age=lambda number: 20 + number % 50, label=lambda number: "cat" if number % 4 else "dog"):
    return [[str(number), f"동{number % 7}", str(age(number)), label(number)] for number in range(count)]


def table(body):
    return ("\n".join([",".join(HEADING), *(",".join(row) for row in body)]) + "\n").encode()


def measured(criteria, body, shown=()):
    meter = Meter(HEADING, criteria, shown)
    profile = profiled(Table("t", HEADING, meter.watch(iter(body))), lambda _row: None)
    return {(each.kind, each.subject): each for each in findings(criteria, meter, profile.columns)}


ASKED = Criteria(
    columns={"id": "integer", "age": "integer", "label": "text", "weight": "decimal"},
    least_rows=100,
    most_rows=1_000,
    ranges=(Range("age", "0", "60"),),
    most_missing=100,
    most_duplicates=100,
    key=("id",),
    most_drift=25,
)


def test_every_criterion_is_judged_with_its_figure():
    body = rows(200)
    shown = profiled(Table("s", HEADING, iter(rows(150))), lambda _row: None).columns
    good = measured(ASKED, body, shown)
    assert (good["columns", ""].passed, good["columns", ""].names) == (False, ("weight",))
    assert good["type", ""].passed and good["rows", ""].found == "200" and good["rows", ""].passed
    assert good["range", "age"].found == "36 / 200" and not good["range", "age"].passed
    assert good["missing", ""].passed and good["duplicates", "id"].found == "0 %"
    assert all(each.passed for (kind, _subject), each in good.items() if kind == "drift")
    bad = measured(ASKED, [*rows(95, age=lambda _n: "모름"), *rows(3), ["", "", "", ""]], shown)
    assert not bad["rows", ""].passed and bad["rows", ""].found == "99"
    assert (bad["type", "age"].found, bad["type", "age"].passed) == ("text", False)
    assert bad["duplicates", "id"].found == "3.03 %" and not bad["duplicates", "id"].passed
    assert not bad["missing", ""].passed
    moved = measured(ASKED, rows(500, label=lambda _n: "dog", age=lambda n: 60 + n % 9), shown)
    assert {subject for (kind, subject), each in moved.items() if kind == "drift" and not each.passed} == {
        "age",
        "label",
        "id",
    }
    assert measured(Criteria(key=("none",)), body)["duplicates", "none"].passed is None


def test_drift_does_not_cry_wolf_over_two_samples_of_one_population():
    """By chance alone the plain index of 20 rows passes 0.25 often; what chance explains is taken off."""
    chance = random.Random(7)
    wrong = 0
    for _round in range(60):
        one, other = ([[str(chance.gauss(0, 1))] for _row in range(40)] for _side in range(2))
        shown = profiled(Table("s", ["x"], iter(one)), lambda _row: None).columns
        meter = Meter(["x"], Criteria(most_drift=25), shown)
        profile = profiled(Table("t", ["x"], meter.watch(iter(other))), lambda _row: None)
        wrong += findings(Criteria(most_drift=25), meter, profile.columns)[-1].passed is False
    assert wrong <= 12


def test_typed_criteria_are_read_or_refused_with_the_line():
    assert typed_columns("나이, integer\n이름\n a, b , text\n") == {"나이": "integer", "이름": "text", "a, b": "text"}
    assert typed_ranges("나이, 0, 120\n가격, ,5000") == (Range("나이", "0", "120"), Range("가격", "", "5000"))
    for wrong in ("나이, 0", "나이, x, 3", "나이, 9, 3", ", 1, 2", "나이, ,"):
        with pytest.raises(BadCriteria):
            typed_ranges(wrong)
    assert typed_columns("나이, 정수", {"정수": "integer"}) == {"나이": "integer"}
    for wrong in ("a\na, integer", "나이, 정슈"):  # what nobody knows for a type does not become a part of the name
        with pytest.raises(BadCriteria):
            typed_columns(wrong, {"정수": "integer"})
    for wrong in (
        Criteria(least_rows=3, most_rows=2),
        Criteria(label="x"),
        Criteria(most_missing=None, most_duplicates=None),
    ):
        with pytest.raises(BadCriteria):
            check(wrong)


def test_a_draw_is_the_same_for_a_seed_in_layers_and_nobody_chooses():
    body = rows(1_000, label=lambda number: "rare" if number < 3 else "dog" if number % 4 else "cat")
    sample, population = drawn(iter(body), 3, "seed")
    assert population == {"rare": 3, "cat": 249, "dog": 748}
    assert len(sample) == size_for(1_000) == 200
    layers = Counter(row.stratum for row in sample)
    assert layers["rare"] == 1 and abs(layers["dog"] - 150) <= 1
    assert drawn(iter(body), 3, "seed")[0] == sample != drawn(iter(body), 3, "other")[0]
    assert [size_for(each) for each in (10, 200, 5_000, 10**6)] == [10, 200, 250, 400]
    assert (
        allotted({"a": 1, "b": 9}, 10) == {"a": 1, "b": 9}
        and sum(allotted(dict.fromkeys("abcdef", 5), 4).values()) == 4
    )


def test_accuracy_weighs_the_layers_and_says_how_sure_it_is():
    marks = [("big", True)] * 90 + [("big", False)] * 10 + [("small", False)] * 100
    found = accuracy(marks, {"big": 9_000, "small": 1_000})
    assert abs(found.share - 0.81) < 1e-9 and found.low < 0.81 < found.high
    assert (found.marked, found.right) == (200, 90)
    low, high = wilson(0.95, 200)
    assert (round(low, 4), round(high, 4)) == (0.9104, 0.9726)
    assert wilson(1.0, 10)[1] > 0.999 and 0 < wilson(0.0, 10)[1] < 0.4


def test_two_firms_agree_on_criteria_and_the_delivery_is_tested_and_judged(app, as_):
    """The whole way over HTTP: written, agreed, handed over, tested by the job, a label sample drawn, marked, counted."""
    market = make_market()
    order_id = make_order(market, 4)
    sme, supplier = as_(market.sme), as_(market.supplier)
    page = f"/orders/{order_id}/criteria"
    typed = {
        "columns": "id, integer\nage, integer\nlabel",
        "least_rows": "300",
        "most_missing": "1",
        "most_duplicates": "0.5",
        "key": "id",
        "ranges": "age, 0, 120",
        "label": "label",
        "least_accuracy": "95",
    }
    assert sme.send(page, {**typed, "ranges": "age, x"}).status_code == 422
    assert sme.send(page, typed).status_code == 303
    assert queries.waiting_for(market.supplier)[-1].endpoint == "delivery.criteria"
    criteria = queries.find_proposed_criteria(order_id)
    assert sme.send(f"{page}/{criteria.id}/agree").status_code == 403
    assert supplier.send(f"{page}/{criteria.id}/agree").status_code == 303
    assert queries.find_agreed_criteria(order_id).id == criteria.id
    body = table(rows(250))
    delivery_id = make_delivery(market, order_id, None, make_file("a.csv", body), make_file("그림.png", b"\x89PNG"))
    with pytest.raises(Refused, match="이미 납품이 시작"), transaction():
        operations.propose_criteria(order_id, Criteria(), by=market.sme)
    here = f"/deliveries/{delivery_id}"
    assert "견주어 읽고 있습니다" in sme.get(here).text
    run_all(app, "delivery.test")
    test = session.scalars(select(AcceptanceTest)).one()
    assert (test.state, test.percent, test.criteria_id) == (TestState.READY, 100, criteria.id)
    assert {each["kind"]: each["passed"] for each in test.findings} == {
        **dict.fromkeys(("readable", "columns", "type", "missing", "duplicates", "range"), True),
        "rows": False,
    }
    text = sme.get(here).text
    assert "기준 1가지에 미치지 못합니다" in text and "<svg" in text and "라벨 표본 뽑기" in text
    assert "라벨 표본 뽑기" not in supplier.get(here).text
    assert session.scalars(select(Notice).where(Notice.kind == "delivery_tested")).first().facts["failed"] == 1
    assert sme.send(f"{here}/labels").status_code == 303
    run_all(app, "delivery.draw_labels")
    sample = session.scalars(select(LabelSample)).one()
    assert (sample.state, sample.population) == (DrawState.READY, {"dog": 63, "cat": 187})
    _judge(sme, sample, here)
    session.rollback()
    sample = session.scalars(select(LabelSample)).one()
    assert sample.state == DrawState.COUNTED and sample.result["marked"] == 200 and sample.result["right"] == 190
    assert percent(sample.result["share"]) in supplier.get(here).text
    with pytest.raises(NotYours), transaction():
        operations.draw_sample(delivery_id, by=market.supplier)
    with pytest.raises(Refused, match="판정이 끝났거나"), transaction():
        operations.mark_labels(sample.id, {}, by=market.sme)


def _judge(sme, sample, here):
    """Mark page by page; every twentieth is wrong."""
    left, seen = 200, 0
    while left:
        items, left = queries.unmarked(sample.id, 20)
        marks = {f"mark_{item.id}": "wrong" if number == 0 else "right" for number, item in enumerate(items)}
        session.rollback()
        if items:
            assert sme.send(f"{here}/labels/{sample.id}", marks).status_code == 303
        seen += len(items)
    assert seen == 200


def test_what_cannot_be_read_is_said_and_decides_nothing(app, monkeypatch):
    market = make_market()
    order_id = make_order(market, 4)
    odd = make_delivery(market, order_id, 1, make_file("x.csv", b"a,b\n1,2,3\n"))
    picture = make_delivery(market, order_id, 1, make_file("x.png", b"\x89PNG"))
    parts = [make_file(f"p{number}.csv", table(rows(30))) for number in range(2)]
    several = make_delivery(market, order_id, 1, *parts, make_file("read.csv", b"who,what\nx,y\n"))
    run_all(app, "delivery.test")
    session.rollback()
    found = {each: queries.find_test(each) for each in (odd, picture, several)}
    assert [each["passed"] for each in found[odd].findings] == [False] and "칸이" in found[odd].findings[0]["words"]
    assert [each["passed"] for each in found[picture].findings] == [None]
    assert (found[several].tables[0]["rows"], found[several].tables[0]["others"]) == (60, ["read.csv"])
    assert {each["kind"]: each["passed"] for each in found[several].findings}["duplicates"] is False
    # A reader that dies is not begun for ever.
    lost = make_delivery(market, order_id, 1, make_file("y.csv", table(rows(3))))
    monkeypatch.setattr(gateway, "measured", lambda *_all: (_ for _ in ()).throw(MemoryError))
    for _turn in range(3):
        with pytest.raises(MemoryError):
            jobs.run_tests()
        session.rollback()
        with transaction():
            session.get_one(AcceptanceTest, queries.find_test(lost).id).begun_at = None
            row = session.get_one(AcceptanceTest, queries.find_test(lost).id)
            row.advance(to=TestState.WAITING)
    assert jobs.run_tests() == 1
    session.rollback()
    assert queries.find_test(lost).state == TestState.FAILED


def test_a_firm_does_not_agree_with_itself_and_the_newest_criteria_count(app):
    market = make_market()
    order_id = make_order(market, 4)
    with transaction():
        written = operations.propose_criteria(order_id, Criteria(), by=market.supplier).id
    with pytest.raises(NotYours, match="상대 기업이"), transaction():
        operations.agree_criteria(written, by=market.supplier)
    with transaction():
        again = operations.propose_criteria(order_id, Criteria(least_rows=5), by=market.supplier).id
    session.rollback()
    assert queries.find_criteria(order_id, written).state == CriteriaState.REPLACED
    with transaction():
        operations.agree_criteria(again, by=market.sme)
    assert queries.criteria_of(_order(order_id))[0].least_rows == 5


def _order(order_id):
    session.rollback()
    return get_order(order_id)
