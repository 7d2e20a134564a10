"""What of a grant is to be paid and was paid."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select

from marketplace.core.db import session
from marketplace.core.i18n import _, language
from marketplace.core.tasks import Task
from marketplace.core.viewer import Role, Viewer
from marketplace.grants.models import Application, Award, GrantPayment, GrantPaymentState
from marketplace.grants.queries.applications import find_award_of
from marketplace.grants.queries.parties import milestones_of
from marketplace.grants.queries.stages import prize_won
from marketplace.programmes.rules import Ruleset

PRIZE = "PRIZE"


@dataclass(frozen=True)
class GrantStep:
    """A step of an award, with how far its payment has come; `amount_minor` in won."""

    code: str
    name: str
    deliverable: str
    due_on: date | None
    amount_minor: int
    payment: GrantPayment | None


def grant_steps_of(application: Application, ruleset: Ruleset) -> list[GrantStep]:
    """The steps by which an award is paid without a voucher: its milestones or its prize. None before the award, and none
    of other programmes."""
    award = find_award_of(application.id)
    if award is None or award.cancelled_at is not None or ruleset.outcome not in ("GRANT", "PRIZE"):
        return []
    rows = session.scalars(select(GrantPayment).where(GrantPayment.award_id == award.id))
    known = {row.code: row for row in rows}
    if ruleset.outcome == "PRIZE":
        won = prize_won(application.id)
        return [GrantStep(PRIZE, _("상금"), "", None, won, known.get(PRIZE))] if won else []
    names = {each.code: each.name.say(language=language()) for each in ruleset.milestones}
    return [
        GrantStep(row.code, names[row.code], row.deliverable, row.due_on, row.amount_minor, known.get(row.code))
        for row in milestones_of(application.id)
        if row.amount_minor
    ]


def application_of_payment(payment: GrantPayment) -> Application:
    """The application whose award a payment belongs to."""
    statement = select(Application).join(Award, Award.application_id == Application.id)
    return session.scalars(statement.where(Award.id == payment.award_id)).one()


def find_grant_payment_seen_by(viewer: Viewer, payment_id: int) -> GrantPayment | None:
    """A payment: to its firm, and to those who see everything."""
    statement = select(GrantPayment).where(GrantPayment.id == payment_id)
    if not viewer.sees_everything:
        statement = statement.where(GrantPayment.organisation_id == (viewer.organisation_id or 0))
    return session.scalars(statement).one_or_none()


def has_approved_grant(award_id: int) -> bool:
    """Whether money of an award is owed or paid already."""
    states = (GrantPaymentState.APPROVED, GrantPaymentState.PAID)
    statement = select(GrantPayment.id).where(GrantPayment.award_id == award_id, GrantPayment.state.in_(states))
    return session.scalars(statement.limit(1)).first() is not None


def grants_to_pay(limit: int, *, taken: Select[Any]) -> Sequence[GrantPayment]:
    """Approved payments in the order of approval; `taken` selects the ids that the caller has in hand already."""
    statement = select(GrantPayment).where(
        GrantPayment.state == GrantPaymentState.APPROVED, GrantPayment.id.not_in(taken)
    )
    return session.scalars(statement.order_by(GrantPayment.approved_at, GrantPayment.id).limit(limit)).all()


def grants_of_programme(programme_id: int) -> tuple[int, int]:
    """What of a programme's grants was approved in all, and what of that was paid."""
    of = GrantPayment.state
    row = session.execute(
        select(
            _sum(of.in_((GrantPaymentState.APPROVED, GrantPaymentState.PAID))), _sum(of == GrantPaymentState.PAID)
        ).where(GrantPayment.programme_id == programme_id)
    ).one()
    return int(row[0]), int(row[1])


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, GrantPayment.amount_minor), else_=0)), 0)


def grants_to_approve(viewer: Viewer) -> list[Task]:
    """Payments that somebody else has confirmed; one statement for a settlement officer, none for others."""
    if not viewer.has(Role.SETTLEMENT_OFFICER):
        return []
    rows = session.execute(
        select(GrantPayment.number, Award.application_id)
        .join(Award, Award.id == GrantPayment.award_id)
        .where(GrantPayment.state == GrantPaymentState.CONFIRMED, GrantPayment.confirmed_by != viewer.person_id)
        .order_by(GrantPayment.id)
        .limit(50)
    )
    return [
        Task(
            _("출연금 지급을 승인하세요: %(number)s", number=number),
            "grants.payments",
            {"application_id": identity},
            kind="grant",
        )
        for number, identity in rows
    ]
