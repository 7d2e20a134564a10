"""Users called back: who was drawn by lot, and what they said. No firm ever sees these."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, CreatedAt, Id
from marketplace.core.i18n import N_
from marketplace.core.states import State, Stateful, state_type


class CallbackDraw(Base):
    """One drawing: from whom, with which seed, how many. Append-only, so that anybody can draw again."""

    __tablename__ = "callback_draw"
    id: Mapped[Id]
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"), index=True)
    seed: Mapped[str]
    population: Mapped[list[Any]]
    """The vouchers that could be drawn, by id."""
    population_sha256: Mapped[str]
    size: Mapped[int]
    drawn_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    drawn_at: Mapped[CreatedAt]
    __table_args__ = (CheckConstraint("size > 0", name="size"),)


class CallbackState(State):
    """To be called, answered, or given up after several tries."""

    WAITING = "waiting", N_("통화 대기"), "warning"
    ANSWERED = "answered", N_("답변 기록"), "success"
    UNREACHED = "unreached", N_("연락되지 않음"), "neutral"


class Callback(Base, Stateful):
    """One user to be called about one voucher."""

    __tablename__ = "callback"
    NEXT = {CallbackState.WAITING: frozenset({CallbackState.ANSWERED, CallbackState.UNREACHED})}
    id: Mapped[Id]
    draw_id: Mapped[int] = mapped_column(ForeignKey("callback_draw.id"))
    position: Mapped[int]
    voucher_id: Mapped[int] = mapped_column(ForeignKey("voucher.id"), index=True)
    state: Mapped[CallbackState] = mapped_column(
        state_type(CallbackState), default=CallbackState.WAITING, server_default="waiting"
    )
    answers: Mapped[dict[str, Any] | None]
    """Question -> answer, by the codes of callback.yml."""
    said: Mapped[str | None]
    alarming: Mapped[bool] = mapped_column(default=False, server_default="false")
    """Whether an answer is one that an officer must follow up."""
    called_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    called_at: Mapped[datetime | None]
    __table_args__ = (
        UniqueConstraint("draw_id", "voucher_id"),
        UniqueConstraint("draw_id", "position"),
        CheckConstraint("(state = 'answered') = (answers is not null)", name="answered"),
        CheckConstraint("(state = 'waiting') = (called_by is null)", name="called"),
    )


class CallbackTry(Base):
    """A call that nobody took. Append-only."""

    __tablename__ = "callback_try"
    id: Mapped[Id]
    callback_id: Mapped[int] = mapped_column(ForeignKey("callback.id"), index=True)
    note: Mapped[str]
    tried_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    tried_at: Mapped[CreatedAt]
