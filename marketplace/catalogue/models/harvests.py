"""Other catalogues that open data is taken in from, and each time that was done."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, CreatedAt, Id
from marketplace.core.errors import refuse_by_constraint
from marketplace.core.i18n import N_
from marketplace.core.states import State, Stateful, state_type


class SourceKind(State):
    """How another catalogue tells what it has."""

    DCAT = "dcat", N_("DCAT 3 (JSON-LD 또는 Turtle)"), "neutral"
    CKAN = "ckan", N_("CKAN 접점"), "neutral"
    CSV = "csv", N_("CSV 표"), "neutral"


class RunState(State):
    """Taking in goes page by page; what stops goes on where it stopped."""

    RUNNING = "running", N_("가져오는 중"), "info"
    STOPPED = "stopped", N_("멈춤"), "warning"
    FINISHED = "finished", N_("끝남"), "success"


class HarvestSource(Base):
    """Another catalogue. Its name is the one that its listings carry."""

    __tablename__ = "harvest_source"
    id: Mapped[Id]
    name: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[SourceKind] = mapped_column(state_type(SourceKind))
    url: Mapped[str]
    """An address; for what was once taken in from a file of this machine, its path."""
    nightly: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    created_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[CreatedAt]


class HarvestRun(Base, Stateful):
    """One taking-in, whole or still on its way: `cursor` is where it goes on ('' at the beginning)."""

    __tablename__ = "harvest_run"
    NEXT = {
        RunState.RUNNING: frozenset({RunState.STOPPED, RunState.FINISHED}),
        RunState.STOPPED: frozenset({RunState.RUNNING}),
    }
    id: Mapped[Id]
    source_id: Mapped[int] = mapped_column(ForeignKey("harvest_source.id"), index=True)
    state: Mapped[RunState] = mapped_column(state_type(RunState), default=RunState.RUNNING, server_default="running")
    cursor: Mapped[str] = mapped_column(default="", server_default="")
    pages: Mapped[int] = mapped_column(default=0, server_default="0")
    added: Mapped[int] = mapped_column(default=0, server_default="0")
    changed: Mapped[int] = mapped_column(default=0, server_default="0")
    unchanged: Mapped[int] = mapped_column(default=0, server_default="0")
    gone: Mapped[int] = mapped_column(default=0, server_default="0")
    refused: Mapped[int] = mapped_column(default=0, server_default="0")
    details: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'::jsonb"))
    """{"added": [title], "changed": […], "gone": […], "refused": [{"where", "words", "values"}]}, the first of each."""
    failure: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'::jsonb"))
    """Why it stopped: {"words": message id, "values": {…}}."""
    claimed_until: Mapped[datetime | None]
    """Until then whoever works on it has it; who died loses it."""
    started_at: Mapped[CreatedAt]
    finished_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("added >= 0 and changed >= 0 and unchanged >= 0 and gone >= 0 and refused >= 0", name="counts"),
        Index("uq_harvest_run_open", "source_id", unique=True, postgresql_where=text("state <> 'finished'")),
    )


refuse_by_constraint("uq_harvest_source_name", N_("이 이름의 출처가 이미 있습니다. 다른 이름을 쓰세요."), "name")
refuse_by_constraint("uq_harvest_run_open", N_("이 출처는 이미 가져오는 중입니다."))
