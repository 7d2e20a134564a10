"""What the registry of businesses said of firms, and whether that is fresh enough to rest on."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from flask import current_app
from sqlalchemy import ColumnElement, SQLColumnExpression, exists, inspect, literal_column, or_, select
from sqlalchemy.orm import aliased

from config import Config
from marketplace.accounts.models import Bar, BusinessState, CheckState, Organisation, RegistryCheck
from marketplace.core import clock
from marketplace.core.db import session

STATUS_CODES = {BusinessState.OPEN: "open", BusinessState.SUSPENDED: "suspended", BusinessState.CLOSED: "closed"}
OUT_OF_BUSINESS = (BusinessState.SUSPENDED, BusinessState.CLOSED)


def registry_is_asked() -> bool:
    """Whether there is a registry to ask; without one, officers write down what they looked up, and that stands."""
    config: Config = current_app.config["MARKETPLACE"]
    return bool(config.registry_service_key)


def fresh_since() -> datetime:
    """From which moment on a word on a firm still counts."""
    config: Config = current_app.config["MARKETPLACE"]
    return clock.now() - timedelta(hours=config.registry_hours)


def is_fresh(firm: Organisation) -> bool:
    """Whether what is written of the firm's state may be rested on now."""
    return not registry_is_asked() or (firm.state_noted_at is not None and firm.state_noted_at >= fresh_since())


def business_status_of(firm: Organisation) -> str | None:
    """The firm's state for the rules: 'open', 'suspended', 'closed', or None where nobody knows (any more).

    Bad news does not grow old: who was closed yesterday stays so until somebody says otherwise.
    """
    known = STATUS_CODES.get(firm.business_state)
    return known if known != "open" or is_fresh(firm) else None


def out_of_business_among(*organisation_ids: int) -> set[int]:
    """Which of some firms are known to be suspended or closed. One statement."""
    statement = select(Organisation.id).where(
        Organisation.id.in_(organisation_ids), Organisation.business_state.in_(OUT_OF_BUSINESS)
    )
    return set(session.scalars(statement.order_by(Organisation.id)))


def any_barred(firms: Sequence[ColumnElement[int]], day: ColumnElement[date]) -> ColumnElement[bool]:
    """Whether one of the firms that some values name is barred from taking part on a day: for the statement of a room above
    that asks this each time an order is placed. On plain tables, as that statement is."""
    bar = inspect(Bar).local_table
    return exists().where(
        bar.c.organisation_id.in_(firms),
        bar.c.lifted_at.is_(None),
        bar.c.from_on <= day,
        or_(bar.c.until_on.is_(None), bar.c.until_on >= day),
    )


def any_out_of_business(firms: Sequence[ColumnElement[int]]) -> ColumnElement[bool]:
    """Whether one of the firms that some values name is known to be suspended or closed."""
    firm = inspect(Organisation).local_table
    out = [firm.c.business_state == literal_column(f"'{each}'") for each in OUT_OF_BUSINESS]
    return exists().where(firm.c.id.in_(firms), or_(*out))


def waits_for_registry(organisation_id: SQLColumnExpression[int]) -> ColumnElement[bool]:
    """Whether the registry has yet to answer about the firm that a column names."""
    return exists().where(RegistryCheck.organisation_id == organisation_id, RegistryCheck.state == CheckState.ASKED)


def held_by_registry(organisation_id: SQLColumnExpression[int]) -> ColumnElement[bool]:
    """Whether money waits for the firm that a column names: it is out of business, or is being looked up."""
    payee = aliased(Organisation)  # the statement around may read firms of its own
    out = exists().where(payee.id == organisation_id, payee.business_state.in_(OUT_OF_BUSINESS))
    return out | waits_for_registry(organisation_id)


def checks_of(organisation_id: int, limit: int = 5) -> Sequence[RegistryCheck]:
    """The last questions about a firm, the newest first."""
    statement = select(RegistryCheck).where(RegistryCheck.organisation_id == organisation_id)
    return session.scalars(statement.order_by(RegistryCheck.id.desc()).limit(limit)).all()


def checks_due(limit: int) -> list[tuple[int, str]]:
    """Questions whose time has come, with their numbers, the oldest first."""
    rows = session.execute(
        select(RegistryCheck.id, RegistryCheck.business_number)
        .where(RegistryCheck.state == CheckState.ASKED, RegistryCheck.not_before <= clock.now())
        .order_by(RegistryCheck.not_before, RegistryCheck.id)
        .limit(limit)
    )
    return [(identity, number) for identity, number in rows]
