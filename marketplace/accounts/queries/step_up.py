"""Whether a person has shown again who they are, and how they are asked."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from marketplace.accounts.models import Person, StepUp
from marketplace.core.db import session
from marketplace.core.viewer import Viewer

STEP_UP_MINUTES = 10
"""How long a proof holds. Assumed: long enough to read an agreement, shorter than a pause."""


def find_fresh_step_up(viewer: Viewer) -> StepUp | None:
    """The viewer's latest proof in this very session, if it is young enough."""
    if viewer.session_id is None:
        return None
    statement = select(StepUp).where(
        StepUp.session_id == viewer.session_id,
        StepUp.person_id == viewer.person_id,
        StepUp.recorded_at > datetime.now(UTC) - timedelta(minutes=STEP_UP_MINUTES),
    )
    return session.scalars(statement.order_by(StepUp.recorded_at.desc()).limit(1)).first()


def has_second_factor(person_id: int) -> bool:
    """Whether the person proves themselves by a code rather than by the password."""
    statement = select(Person.id).where(Person.id == person_id, Person.totp_confirmed_at.is_not(None))
    return session.scalars(statement).first() is not None
