"""What the rooms above note down: person-months that an order holds, and what became of a delivery."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from marketplace.core import clock
from marketplace.core.db import locked, session
from marketplace.core.errors import NotYours, Refused
from marketplace.core.i18n import _
from marketplace.core.viewer import SYSTEM, Viewer
from marketplace.evidence.operations import record
from marketplace.programmes.queries import get_programme, get_ruleset
from marketplace.suppliers.models import (
    QUESTIONS,
    SAID,
    BookingState,
    BuyerAnswer,
    CapacityBooking,
    Designation,
    DesignationState,
    SupplierFigure,
)
from marketplace.suppliers.policies import may_book
from marketplace.suppliers.queries import capacity_of, find_designation_of
from marketplace.suppliers.rules import written_hundredths


def book_capacity(
    *, programme_id: int, organisation_id: int, about: str, hundredths: int, until_on: date | None = None, by: Viewer
) -> None:
    """Hold person-months (in hundredths) of a firm for `about`, an order, until it ends, which is planned for `until_on`;
    once, and never beyond what it declared.

    The designation is locked before what is booked is summed up, so that two orders cannot share one remainder.
    """
    if not may_book(by, organisation_id):
        raise NotYours(_("수행 인력은 그 공급기업의 구성원만 배정할 수 있습니다."))
    found = find_designation_of(organisation_id, programme_id)
    if found is None:
        raise Refused(_("이 사업의 공급기업 풀에 없는 기업이라 인력을 배정할 수 없습니다."))
    if hundredths <= 0:
        raise Refused(_("투입할 인력은 0.01인월 이상이어야 합니다."), field="person_months")
    locked(Designation, found.id)
    capacity = capacity_of(programme_id, [organisation_id])[organisation_id]
    if hundredths > capacity.free_hundredths:
        raise Refused(
            _(
                "등록한 수행 인력 %(declared)s인월 가운데 %(free)s인월이 남아 %(wanted)s인월을 배정할 수 없습니다. "
                "남은 만큼만 배정하거나, 진행 중인 발주가 끝난 뒤에 수락하세요.",
                declared=written_hundredths(capacity.declared_hundredths),
                free=written_hundredths(capacity.free_hundredths),
                wanted=written_hundredths(hundredths),
            ),
            field="person_months",
            rule=get_ruleset(get_programme(programme_id).ruleset_id).rule("supplier.capacity_checked"),
        )
    booking = CapacityBooking(
        organisation_id=organisation_id,
        programme_id=programme_id,
        about=about,
        hundredths=hundredths,
        until_on=until_on,
    )
    session.add(booking)
    record("capacity_booking:booked", booking, by=by, about=about, hundredths=hundredths)


def release_capacity(about: str, *, by: Viewer = SYSTEM) -> None:
    """Give back what `about` holds. Again, or where nothing is held, is nothing."""
    booking_id = session.scalars(select(CapacityBooking.id).where(CapacityBooking.about == about)).one_or_none()
    if booking_id is None:
        return
    booking = locked(CapacityBooking, booking_id)
    if booking.state == BookingState.RELEASED:
        return
    booking.advance(to=BookingState.RELEASED)
    booking.released_at = clock.now()
    record("capacity_booking:released", booking, by=by, about=about)


def note_delivery(
    about: str, *, programme_id: int, organisation_id: int, late: bool, rejected: bool, disputed: bool
) -> None:
    """Note what became of an inspected delivery, once; again is nothing. Evidence of the deed is the caller's."""
    facts = {"late": late, "rejected": rejected, "disputed": disputed}
    session.execute(
        upsert(SupplierFigure)
        .values(about=about, programme_id=programme_id, organisation_id=organisation_id, **facts)
        .on_conflict_do_nothing()
    )


def note_answers(
    about: str,
    *,
    programme_id: int,
    organisation_id: int,
    buyer_id: int,
    answers: Mapping[str, str],
    words: str = "",
    by: Viewer,
) -> None:
    """Keep what a buyer says of a delivery: for each of QUESTIONS one of SAID. Once; the table refuses a second time."""
    for question in QUESTIONS:
        if answers.get(question) not in SAID:
            raise Refused(_("다섯 가지 물음에 모두 답하세요."), field=question)
    given = {question: answers[question] for question in QUESTIONS}
    answer = BuyerAnswer(
        about=about,
        programme_id=programme_id,
        organisation_id=organisation_id,
        buyer_id=buyer_id,
        words=words.strip(),
        **given,
    )
    session.add(answer)
    record("buyer_answer:given", answer, by=by, about=about, **given)


def note_activity(organisation_id: int, on: date, *, by: Viewer = SYSTEM) -> None:
    """The firm did something on that day: it stays awake, or wakes, in every programme it is designated in."""
    mine = (Designation.organisation_id == organisation_id, Designation.state == DesignationState.DESIGNATED)
    asleep = select(Designation.id).where(*mine, Designation.dormant_since.is_not(None)).order_by(Designation.id)
    for designation_id in session.scalars(asleep).all():
        designation = locked(Designation, designation_id)
        designation.dormant_since = None
        record("designation:woken", designation, by=by)
    session.execute(
        update(Designation)
        .where(*mine, Designation.last_active_on < on)
        .values(last_active_on=on)
        .execution_options(synchronize_session=False)
    )
