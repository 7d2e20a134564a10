"""Reading evidence."""

from collections.abc import Sequence

from sqlalchemy import select

from marketplace.core.db import session
from marketplace.evidence.models import Event


def events_about(*subjects: str, limit: int = 200) -> Sequence[Event]:
    """The events of these records, newest first. The caller has asked whether the reader may see the records."""
    statement = select(Event).where(Event.subject.in_(subjects)).order_by(Event.id.desc()).limit(limit)
    return session.scalars(statement).all()
