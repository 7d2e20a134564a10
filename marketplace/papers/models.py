"""Numbers and papers."""

from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, CreatedAt, Id
from marketplace.core.i18n import N_
from marketplace.core.states import State, Stateful, state_type


class NumberSeries(Base):
    """A series of numbers without gaps; the next one is taken under the row's lock."""

    __tablename__ = "number_series"
    name: Mapped[str] = mapped_column(primary_key=True)
    last: Mapped[int]


class PaperState(State):
    """What the public check says of a code."""

    GENUINE = "genuine", N_("진본"), "success"
    SUPERSEDED = "superseded", N_("대체됨"), "warning"
    VOID = "void", N_("무효"), "danger"


class Paper(Base, Stateful):
    """One numbered document: facts copied when issued, rendered once by a job."""

    __tablename__ = "paper"
    NEXT = {PaperState.GENUINE: frozenset({PaperState.SUPERSEDED, PaperState.VOID})}
    id: Mapped[Id]
    kind: Mapped[str]
    """Names the template: templates/documents/<kind>.html."""
    number: Mapped[str] = mapped_column(unique=True)
    code: Mapped[str] = mapped_column(unique=True)
    """Random, printed with a QR; anybody may ask whether it is genuine."""
    about: Mapped[str]
    """The record it is about: 'purchase_order:42'."""
    title: Mapped[str]
    facts: Mapped[dict[str, Any]]
    facts_sha256: Mapped[str]
    readers: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    """The organisations that may read it; staff who see everything may too."""
    state: Mapped[PaperState] = mapped_column(
        state_type(PaperState), default=PaperState.GENUINE, server_default="genuine"
    )
    superseded_by: Mapped[int | None] = mapped_column(ForeignKey("paper.id"))
    issued_by: Mapped[int | None]
    issued_at: Mapped[CreatedAt]
    bulk: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """One of thousands, for which nobody waits at a screen: drawn after those for which somebody does."""
    tries: Mapped[int] = mapped_column(default=0, server_default="0")
    """How often a process has taken it to draw, and by the wall clock until when no other one takes it."""
    not_before: Mapped[datetime | None]
    rendered_at: Mapped[datetime | None]
    sha256: Mapped[str | None]
    """Of the PDF's bytes, which storage keeps under this name."""
    bytes: Mapped[int | None]
    __table_args__ = (
        Index(None, "about"),
        Index("ix_paper_unrendered", "bulk", "id", postgresql_where="rendered_at is null"),
        Index("uq_paper_genuine", "kind", "about", unique=True, postgresql_where="state = 'genuine'"),
    )


class PaperSeal(Base):
    """The archive copy of a paper: its bytes, behind them what is enclosed, and the seal over both. The paper's own bytes
    stay as people signed them; the copy is a file of its own in the storage."""

    __tablename__ = "paper_seal"
    id: Mapped[Id]
    paper_id: Mapped[int] = mapped_column(ForeignKey("paper.id"), unique=True)
    enclosed: Mapped[dict[str, Any]]
    """Who signed which hash, when and how proved: goes into the copy as signatures.json."""
    asked_at: Mapped[CreatedAt]
    sealed_at: Mapped[datetime | None]
    sha256: Mapped[str | None]
    """Of the sealed copy."""
    bytes: Mapped[int | None]
    certificate_sha256: Mapped[str | None]
    __table_args__ = (
        CheckConstraint("(sealed_at is null) = (sha256 is null)", name="whole"),
        Index("ix_paper_seal_waiting", "id", postgresql_where="sealed_at is null"),
    )
