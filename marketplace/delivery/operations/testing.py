"""The acceptance test of a delivery, and the labels that people judge. Reading happens in jobs, between transactions."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import func, insert, select

from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import N_, _
from marketplace.core.viewer import SYSTEM, Role, Viewer
from marketplace.delivery import policies, queries
from marketplace.delivery.models import AcceptanceTest, Delivery, DrawState, LabelItem, LabelSample, TestState
from marketplace.delivery.rules.criteria import read
from marketplace.delivery.rules.labels import DrawnRow, accuracy, told
from marketplace.evidence.operations import record
from marketplace.notices.operations import notify
from marketplace.orders.models import PurchaseOrder
from marketplace.orders.queries import get_order

ATTEMPTS = 3
PATIENCE = timedelta(minutes=10)
"""After which a test that nobody finished is begun again."""
STUCK = N_("파일을 읽다가 여러 번 멈췄습니다. 직접 확인하고 검수하세요.")


def ask_for_test(delivery: Delivery, order: PurchaseOrder) -> AcceptanceTest:
    """Write down what a delivery is tested against today; the worker does it. Called where a delivery is made."""
    criteria, criteria_id = queries.criteria_of(order)
    test = AcceptanceTest(delivery_id=delivery.id, criteria_id=criteria_id, terms=criteria.stored())
    session.add(test)
    session.flush()
    return test


def begin_test(test_id: int) -> AcceptanceTest | None:
    """Count an attempt before anything is read; None where there is nothing to do any more."""
    test = locked(AcceptanceTest, test_id)
    if test.state == TestState.RUNNING and test.begun_at and test.begun_at + PATIENCE < clock.now():
        test.advance(to=TestState.WAITING)
    if test.state != TestState.WAITING:
        return None
    test.advance(to=TestState.RUNNING)
    test.begun_at, test.percent = clock.now(), 0
    test.attempts += 1
    if test.attempts > ATTEMPTS:
        fail_test(test_id, STUCK, {})
        return None
    return test


def note_percent(test_id: int, percent: int) -> None:
    """How much is read."""
    test = locked(AcceptanceTest, test_id)
    if test.state == TestState.RUNNING and percent > test.percent:
        test.percent, test.begun_at = percent, clock.now()


def finish_test(
    test_id: int, findings: Sequence[Mapping[str, Any]], tables: Sequence[Mapping[str, Any]]
) -> AcceptanceTest:
    """Keep what the test found and tell both firms."""
    test = locked(AcceptanceTest, test_id)
    test.advance(to=TestState.READY)
    test.findings, test.tables = list(findings), list(tables)
    test.percent, test.finished_at = 100, clock.now()
    counts: dict[str, Any] = {
        "passed": sum(each["passed"] is True for each in findings),
        "failed": sum(each["passed"] is False for each in findings),
    }
    delivery = queries.get_delivery(test.delivery_id)
    record("acceptance_test:finished", test, by=SYSTEM, delivery=test.delivery_id, **counts)
    order = get_order(delivery.order_id)
    for firm in (order.organisation_id, order.supplier_id):
        notify(
            "delivery_tested",
            about=delivery.subject,
            organisation_id=firm,
            order=order.number,
            title=order.title,
            number=delivery.number,
            **counts,
        )
    return test


def fail_test(test_id: int, words: str, values: Mapping[str, Any]) -> AcceptanceTest:
    """Why it could not be read, as a message id and its values. Nothing is accepted or rejected by that."""
    test = locked(AcceptanceTest, test_id)
    test.advance(to=TestState.FAILED)
    test.problem, test.finished_at = {"words": words, "values": dict(values)}, clock.now()
    record("acceptance_test:failed", test, by=SYSTEM, delivery=test.delivery_id, reason=words)
    return test


def draw_sample(delivery_id: int, *, by: Viewer) -> LabelSample:
    """Ask for a label sample: the seed is made and written down before a row is read. The buyer draws for its inspection,
    an officer for the agency's own check."""
    delivery = locked(Delivery, delivery_id)
    order = get_order(delivery.order_id)
    if not policies.may_judge_labels(by, order):
        raise NotYours(_("라벨은 수요기업과 운영기관만 판정합니다."))
    test = queries.find_test(delivery.id)
    criteria = read(test.terms) if test else None
    if criteria is None or not criteria.label:
        raise Refused(_("이 납품의 검수 기준에는 라벨 정확도가 없습니다."))
    number = session.scalar(
        select(func.coalesce(func.max(LabelSample.number), 0)).where(LabelSample.delivery_id == delivery.id)
    )
    sample = LabelSample(
        delivery_id=delivery.id,
        number=(number or 0) + 1,
        label=criteria.label,
        strata=criteria.strata or criteria.label,
        seed=secrets.token_hex(8),
        by_agency=by.has(Role.PROGRAMME_OFFICER),
        drawn_by=by.person_id,
    )
    session.add(sample)
    session.flush()
    record("label_sample:drawn", sample, by=by, delivery=delivery.id, seed=sample.seed, strata=sample.strata)
    return sample


def begin_draw(sample_id: int) -> LabelSample | None:
    """Count an attempt before the files are read."""
    sample = locked(LabelSample, sample_id)
    if sample.state != DrawState.WAITING:
        return None
    sample.attempts += 1
    if sample.attempts > ATTEMPTS:
        fail_draw(sample_id, STUCK, {})
        return None
    return sample


def fill_sample(
    sample_id: int, heading: Sequence[str], rows: Sequence[DrawnRow], population: Mapping[str, int]
) -> LabelSample:
    """The drawn rows."""
    sample = locked(LabelSample, sample_id)
    sample.advance(to=DrawState.READY)
    sample.heading, sample.population = list(heading), dict(population)
    session.execute(
        insert(LabelItem),
        [
            {"sample_id": sample.id, "row_number": row.number, "stratum": row.stratum, "cells": row.cells}
            for row in rows
        ],
    )
    record("label_sample:filled", sample, by=SYSTEM, rows=len(rows), population=sample.population)
    return sample


def fail_draw(sample_id: int, words: str, values: Mapping[str, Any]) -> None:
    """Why nothing could be drawn."""
    sample = locked(LabelSample, sample_id)
    sample.advance(to=DrawState.FAILED)
    sample.problem = {"words": words, "values": dict(values)}
    record("label_sample:failed", sample, by=SYSTEM, reason=words)


def mark_labels(sample_id: int, marks: Mapping[int, tuple[bool, str]], *, by: Viewer) -> LabelSample:
    """Mark labels right or wrong ({item id: (right, note)}); the last mark counts the sample, and then nothing moves."""
    sample = locked(LabelSample, sample_id)
    order = get_order(queries.get_delivery(sample.delivery_id).order_id)
    if not policies.may_mark(by, order, by_agency=sample.by_agency):
        raise NotYours(_("표본을 뽑은 쪽만 판정할 수 있습니다."))
    if sample.state != DrawState.READY:
        raise Refused(_("판정이 끝났거나 아직 준비되지 않은 표본입니다."))
    items = {item.id: item for item in queries.items_of(sample.id)}
    if set(marks) - set(items):
        raise Refused(_("이 표본에 없는 행입니다. 화면을 새로 고치세요."))
    for item_id, (right, note) in marks.items():
        item = items[item_id]
        item.right, item.note, item.marked_by, item.marked_at = right, note, by.person_id, clock.now()
    session.flush()
    record("label_sample:marked", sample, by=by, marks={str(each): mark[0] for each, mark in marks.items()})
    if all(item.right is not None for item in items.values()):
        sample.advance(to=DrawState.COUNTED)
        sample.counted_at = clock.now()
        sample.result = told(accuracy([(item.stratum, bool(item.right)) for item in items.values()], sample.population))
        record("label_sample:counted", sample, by=by, **sample.result)
    return sample
