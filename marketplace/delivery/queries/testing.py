"""Looking at criteria, tests and label samples."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import func, or_, select

from marketplace.catalogue.models import ListingVersion
from marketplace.catalogue.queries import sample_of
from marketplace.core import clock
from marketplace.core.db import session
from marketplace.delivery.models import (
    AcceptanceCriteria,
    AcceptanceTest,
    CriteriaState,
    DrawState,
    LabelItem,
    LabelSample,
    TestState,
)
from marketplace.delivery.rules.criteria import Criteria, from_listing, read
from marketplace.orders.models import PurchaseOrder

PATIENCE = timedelta(minutes=10)


def _criteria_in(order_id: int, state: CriteriaState) -> AcceptanceCriteria | None:
    statement = select(AcceptanceCriteria).where(
        AcceptanceCriteria.order_id == order_id, AcceptanceCriteria.state == state
    )
    return session.scalars(statement).one_or_none()


def find_proposed_criteria(order_id: int) -> AcceptanceCriteria | None:
    """What one firm wrote and the other has not agreed to."""
    return _criteria_in(order_id, CriteriaState.PROPOSED)


def find_agreed_criteria(order_id: int) -> AcceptanceCriteria | None:
    """What both firms agreed on, and holds."""
    return _criteria_in(order_id, CriteriaState.AGREED)


def find_criteria(order_id: int, criteria_id: int) -> AcceptanceCriteria | None:
    """One set of criteria of an order that the caller may see."""
    statement = select(AcceptanceCriteria).where(
        AcceptanceCriteria.id == criteria_id, AcceptanceCriteria.order_id == order_id
    )
    return session.scalars(statement).one_or_none()


def _version_of(order: PurchaseOrder) -> ListingVersion | None:
    if order.listing_version_id is None:
        return None
    return session.scalars(select(ListingVersion).where(ListingVersion.id == order.listing_version_id)).one()


def criteria_of(order: PurchaseOrder) -> tuple[Criteria, int | None]:
    """(criteria that hold, id of the agreed ones): without an agreement, what the listing promised by itself."""
    agreed = find_agreed_criteria(order.id)
    if agreed is not None:
        return read(agreed.terms), agreed.id
    version = _version_of(order)
    if version is None:
        return Criteria(), None
    return from_listing(version.dictionary, sampled=version.sample_id is not None), None


def shown_sample(order: PurchaseOrder) -> list[dict[str, Any]]:
    """The profile of the columns of the sample that the listing showed before the order; empty without one."""
    version = _version_of(order)
    sample = sample_of(version) if version is not None else None
    return list(sample.tables[0]["columns"]) if sample is not None and sample.tables else []


def find_test(delivery_id: int) -> AcceptanceTest | None:
    """The test of a delivery; deliveries of before there were tests have none."""
    return session.scalars(select(AcceptanceTest).where(AcceptanceTest.delivery_id == delivery_id)).one_or_none()


def tests_to_run(limit: int) -> Sequence[int]:
    """Tests that wait, and those whose reader was not heard of for ten minutes."""
    lost = (AcceptanceTest.state == TestState.RUNNING) & (AcceptanceTest.begun_at < clock.now() - PATIENCE)
    statement = select(AcceptanceTest.id).where(or_(AcceptanceTest.state == TestState.WAITING, lost))
    return session.scalars(statement.order_by(AcceptanceTest.id).limit(limit)).all()


def samples_to_draw(limit: int) -> Sequence[int]:
    """Label samples that nobody has drawn."""
    statement = select(LabelSample.id).where(LabelSample.state == DrawState.WAITING)
    return session.scalars(statement.order_by(LabelSample.id).limit(limit)).all()


def label_samples_of(delivery_id: int) -> Sequence[LabelSample]:
    """The label samples of a delivery, the newest first."""
    statement = select(LabelSample).where(LabelSample.delivery_id == delivery_id)
    return session.scalars(statement.order_by(LabelSample.number.desc()).limit(50)).all()


def find_label_sample(delivery_id: int, sample_id: int) -> LabelSample | None:
    """One label sample of a delivery that the caller may see."""
    statement = select(LabelSample).where(LabelSample.id == sample_id, LabelSample.delivery_id == delivery_id)
    return session.scalars(statement).one_or_none()


def items_of(sample_id: int) -> Sequence[LabelItem]:
    """All rows of a sample, in the order of the table; at most 400."""
    statement = select(LabelItem).where(LabelItem.sample_id == sample_id).order_by(LabelItem.row_number)
    return session.scalars(statement.execution_options(populate_existing=True)).all()


def unmarked(sample_id: int, limit: int) -> tuple[Sequence[LabelItem], int]:
    """(the next rows to mark, how many are left)."""
    left = LabelItem.sample_id == sample_id, LabelItem.right.is_(None)
    statement = select(LabelItem).where(*left).order_by(LabelItem.row_number).limit(limit)
    return session.scalars(statement).all(), session.scalar(select(func.count()).where(*left)) or 0
