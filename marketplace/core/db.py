"""The database: one session, one place that commits, one spelling of a lock."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from functools import cache
from typing import Annotated, Any, TypeVar

from flask import Flask, current_app, g, has_request_context, request
from flask.globals import app_ctx
from sqlalchemy import (
    BigInteger,
    CursorResult,
    Date,
    DateTime,
    Engine,
    Identity,
    MetaData,
    Select,
    Text,
    bindparam,
    event,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    ORMExecuteState,
    Session,
    mapped_column,
    scoped_session,
    sessionmaker,
)

from marketplace.core.engine import create_application_engine
from marketplace.core.errors import CONSTRAINTS, Busy, Missing, Refused
from marketplace.core.i18n import _

Id = Annotated[int, mapped_column(BigInteger, Identity(always=True), primary_key=True)]
Minor = Annotated[int, mapped_column(BigInteger)]
"""An amount in the unit's smallest step."""
Moment = Annotated[datetime, mapped_column(DateTime(timezone=True))]
CreatedAt = Annotated[datetime, mapped_column(DateTime(timezone=True), server_default=text("app_now()"))]
"""Business time of creation, set by the database."""


class Base(DeclarativeBase):
    """All tables. Names of constraints follow one convention, since refusals are found by them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {
        str: Text,
        int: BigInteger,
        datetime: DateTime(timezone=True),
        date: Date,
        dict[str, Any]: JSONB,
        list[Any]: JSONB,
    }

    @property
    def subject(self) -> str:
        """How evidence, papers and ledger keys name this row: 'purchase_order:42'."""
        return f"{self.__tablename__}:{self.id}"  # type: ignore[attr-defined]


class OnceToken(Base):
    """A form's once-token that was used; the primary key makes a double click a refusal instead of a second record."""

    __tablename__ = "once_token"
    token: Mapped[str] = mapped_column(primary_key=True)
    used_at: Mapped[CreatedAt]


class AppSession(Session):
    """A session on the engine of the current application."""

    def get_bind(self, *args: Any, **kwargs: Any) -> Engine:
        engine: Engine = current_app.extensions["engine"]
        return engine


def _scope() -> int:
    return id(app_ctx._get_current_object())  # type: ignore[attr-defined]


session = scoped_session(sessionmaker(class_=AppSession), scopefunc=_scope)


@event.listens_for(AppSession, "before_flush")
def _refuse_stray_writes(writing: Session, context: object, instances: object) -> None:
    if not writing.info.get("transaction"):
        raise RuntimeError("a write outside transaction()")


@event.listens_for(AppSession, "do_orm_execute")
def _refuse_stray_statements(state: ORMExecuteState) -> None:
    if (state.is_insert or state.is_update or state.is_delete) and not state.session.info.get("transaction"):
        raise RuntimeError("a write outside transaction()")


@contextmanager
def transaction(*, after_response: bool = False) -> Iterator[Session]:
    """The one place that commits: everything inside becomes true together, or nothing does.

    Raises Refused when the database refuses by a constraint whose words are registered, and Busy when a lock or the
    database is not to be had in time. `after_response` is for the append-only access tables, which a GET may fill.
    """
    current = session()
    if current.info.get("transaction"):
        raise RuntimeError("transactions do not nest")
    if has_request_context() and request.method in ("GET", "HEAD", "OPTIONS") and not after_response:
        raise RuntimeError("a GET does not write")
    current.info["transaction"] = True
    try:
        yield current
        current.commit()
    except IntegrityError as error:
        current.rollback()
        raise _refusal_of(error) from error
    except OperationalError as error:
        current.rollback()
        if type(error.orig).__name__ in ("LockNotAvailable", "DeadlockDetected", "QueryCanceled"):
            raise Busy(_("다른 작업이 같은 기록을 쓰고 있습니다. 잠시 뒤 다시 시도하세요.")) from error
        raise
    except BaseException:
        current.rollback()
        raise
    finally:
        current.info.pop("transaction", None)
        current.info.pop("changes", None)


def constraint_of(error: DBAPIError) -> str:
    """The name of the constraint that was violated, or ''."""
    return getattr(getattr(error.orig, "diag", None), "constraint_name", None) or ""


def _refusal_of(error: IntegrityError) -> Exception:
    known = CONSTRAINTS.get(constraint_of(error))
    return error if known is None else Refused(_(known[0]), field=known[1])


Row = TypeVar("Row", bound=Base)


def locked(model: type[Row], identity: int) -> Row:
    """The row under its lock and as it is now: a plain `with_for_update` hands back the stale copy. Raises Missing."""
    row: Row | None = session.execute(_lock_of(model), {"identity": identity}).scalar_one_or_none()
    if row is None:
        raise Missing(_("그런 기록이 없습니다."))
    return row


def get_row(model: type[Row], identity: int) -> Row:
    """The row as the session knows it or the database has it. Raises NoResultFound."""
    row: Row = session.scalars(_look_at(model), {"identity": identity}).one()
    return row


def find_row(model: type[Row], identity: int) -> Row | None:
    """The row, or None where there is none."""
    row: Row | None = session.scalars(_look_at(model), {"identity": identity}).one_or_none()
    return row


@cache
def _look_at(model: type[Row]) -> Select[Row]:
    """The statement of `get_row`, made once for a model, as that of `locked` is."""
    return select(model).where(model.id == bindparam("identity", type_=BigInteger))  # type: ignore[attr-defined]


@cache
def _lock_of(model: type[Base]) -> Select[Any]:
    """The statement of `locked`, made once for a model: building it costs as much as running it."""
    return (
        select(model)
        .where(model.id == bindparam("identity", type_=BigInteger))  # type: ignore[attr-defined]
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )


def write(statement: str, values: tuple[Any, ...]) -> CursorResult[Any]:
    """Send a change in the driver's own spelling (`%s`), for what every deed writes: building a statement out of tables and
    columns would cost more than running it."""
    current = session()
    if not current.info.get("transaction"):
        raise RuntimeError("a write outside transaction()")
    return current.connection().exec_driver_sql(statement, values)


def spend_once(token: str) -> None:
    """Use up a form's once-token; a second use is refused by the primary key."""
    session.add(OnceToken(token=token))
    session.flush()


def close_session(error: BaseException | None = None) -> None:
    """Give the connection back at the end of a request or job."""
    session.remove()


def init_app(app: Flask, url: str, pool_size: int = 8) -> None:
    """Give `app` its engine. The pool opens on first use, so after any fork."""
    app.extensions["engine"] = create_application_engine(url, pool_size)
    app.teardown_appcontext(close_session)


def is_demo() -> bool:
    """Whether this database was created as a demo. Asked once per application."""
    known = current_app.extensions.get("is_demo")
    if known is None:
        kind = session.execute(text("select kind from database_mark")).scalar()
        known = current_app.extensions["is_demo"] = kind == "demo"
    return bool(known)


def request_cache() -> dict[str, Any]:
    """A place for what is asked more than once while one request is answered."""
    cache: dict[str, Any] = g.setdefault("cache", {})
    return cache
