"""What a firm can still carry, and how its deliveries went: facts noted down by the rooms above."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import and_, distinct, func, or_, select, tuple_

from marketplace.core import clock
from marketplace.core.db import session
from marketplace.core.i18n import _
from marketplace.suppliers.models import (
    QUESTIONS,
    SAID,
    BookingState,
    BuyerAnswer,
    CapacityBooking,
    Designation,
    SupplierFigure,
)
from marketplace.suppliers.rules import ENOUGH_BUYERS, programme_mean, room_from, shrunk_rate, written_hundredths


@dataclass(frozen=True)
class Capacity:
    """Person-months of a firm in a programme, in hundredths."""

    declared_hundredths: int
    booked_hundredths: int
    room_from: date | None = None
    """The first day on which something is free again, of a firm that is full; None where nobody knows."""

    @property
    def free_hundredths(self) -> int:
        return max(0, self.declared_hundredths - self.booked_hundredths)

    @property
    def free(self) -> str:
        """What is left, as people write person-months."""
        return written_hundredths(self.free_hundredths)

    @property
    def declared(self) -> str:
        return written_hundredths(self.declared_hundredths)

    @property
    def is_full(self) -> bool:
        """Whether everything declared is booked. A firm that declared nothing only sells: it carries no processing, and
        is not full."""
        return self.declared_hundredths > 0 and not self.free_hundredths

    @property
    def room_month(self) -> str:
        """The first month with room of a firm that is full, as '2026-10'; '' where it is not, or nobody knows."""
        return f"{self.room_from:%Y-%m}" if self.room_from else ""


@dataclass(frozen=True)
class Figures:
    """How a firm's deliveries in a programme went; the rates are drawn to the programme's mean while they are few."""

    deliveries: int
    late: int
    rejected: int
    disputed: int
    on_time_rate: float
    accepted_rate: float


def capacity_of(programme_id: int, organisation_ids: Collection[int]) -> dict[int, Capacity]:
    """{organisation_id: what it declared and what is booked}, for each firm asked for; nothing outside of the pool."""
    held = and_(
        CapacityBooking.organisation_id == Designation.organisation_id,
        CapacityBooking.programme_id == Designation.programme_id,
        CapacityBooking.state == BookingState.BOOKED,
    )
    statement = (
        select(
            Designation.organisation_id,
            Designation.capacity_hundredths,
            func.array_agg(CapacityBooking.hundredths),
            func.array_agg(CapacityBooking.until_on),
        )
        .outerjoin(CapacityBooking, held)
        .where(Designation.programme_id == programme_id, Designation.organisation_id.in_(organisation_ids))
        .group_by(Designation.id)
        .order_by(Designation.organisation_id)
    )
    today, found = clock.today(), {}
    for firm, declared, hundredths, days in session.execute(statement):
        bookings = [(day, each) for day, each in zip(days, hundredths, strict=True) if each]
        full = Capacity(declared, sum(each for _day, each in bookings))
        found[firm] = replace(full, room_from=room_from(declared, bookings, today)) if full.is_full else full
    return {firm: found.get(firm, Capacity(0, 0)) for firm in organisation_ids}


def booked_for(about: str) -> str | None:
    """The person-months that were booked for an order, as people write them; released or not."""
    statement = select(CapacityBooking.hundredths).where(CapacityBooking.about == about)
    found = session.scalars(statement).one_or_none()
    return None if found is None else written_hundredths(found)


def figures_of(programme_id: int, organisation_ids: Collection[int]) -> dict[int, Figures]:
    """{organisation_id: its figures}, for each firm asked for, in one statement; without deliveries, the mean.
    Disputed is what was sent back again, and what the buyer could not use as it was described."""
    sums = (
        func.count(SupplierFigure.id),
        func.count(SupplierFigure.id).filter(SupplierFigure.late),
        func.count(SupplierFigure.id).filter(SupplierFigure.rejected),
        func.count(SupplierFigure.id).filter(or_(SupplierFigure.disputed, BuyerAnswer.usable == "no")),
    )
    firm, of_all = SupplierFigure.organisation_id, func.grouping(SupplierFigure.organisation_id) == 1
    statement = (
        select(firm, of_all, *sums)
        .outerjoin(BuyerAnswer, BuyerAnswer.about == SupplierFigure.about)
        .where(SupplierFigure.programme_id == programme_id)
        .group_by(func.grouping_sets(tuple_(firm), tuple_()))
        .having(or_(of_all, firm.in_(organisation_ids)))
        .order_by(firm)
    )
    counted = {row[0] if not row[1] else None: tuple(row[2:]) for row in session.execute(statement)}
    deliveries, late, rejected, _disputed = counted.get(None, (0, 0, 0, 0))
    on_time = programme_mean(deliveries - late, deliveries)
    accepted = programme_mean(deliveries - rejected, deliveries)
    return {each: _figures(counted.get(each, (0, 0, 0, 0)), on_time, accepted) for each in organisation_ids}


def _figures(counts: tuple[int, ...], on_time: float, accepted: float) -> Figures:
    deliveries, late, rejected, disputed = counts
    return Figures(
        deliveries,
        late,
        rejected,
        disputed,
        shrunk_rate(deliveries - late, deliveries, on_time),
        shrunk_rate(deliveries - rejected, deliveries, accepted),
    )


@dataclass(frozen=True)
class AnswerCount:
    """How the buyers of a firm answered one question."""

    question: str
    yes: int
    no: int
    not_yet: int

    @property
    def words(self) -> str:
        """The question in the reader's words."""
        return _(QUESTIONS[self.question])


def answers_of(programme_id: int, organisation_id: int) -> list[AnswerCount] | None:
    """What the buyers of a firm say, question by question; None while fewer than three firms have answered, since then
    one could tell who said what."""
    columns = {question: getattr(BuyerAnswer, question) for question in QUESTIONS}
    sums = [func.count().filter(column == said) for column in columns.values() for said in SAID]
    buyers, *counts = session.execute(
        select(func.count(distinct(BuyerAnswer.buyer_id)), *sums).where(
            BuyerAnswer.organisation_id == organisation_id, BuyerAnswer.programme_id == programme_id
        )
    ).one()
    if buyers < ENOUGH_BUYERS:
        return None
    return [
        AnswerCount(question, *counts[number * len(SAID) : (number + 1) * len(SAID)])
        for number, question in enumerate(QUESTIONS)
    ]


def find_answer(about: str) -> BuyerAnswer | None:
    """What a buyer said of a delivery; the caller has asked whether the reader may see it."""
    return session.scalars(select(BuyerAnswer).where(BuyerAnswer.about == about)).one_or_none()
