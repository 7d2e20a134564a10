"""Files on their way: large ones that come in pieces, links that end, and who took what."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import INET, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, CreatedAt, Id
from marketplace.core.i18n import N_
from marketplace.core.states import State, Stateful, state_type


class UploadState(State):
    """Open while pieces come, whole when all are there, ready when its hash was checked, used in a delivery."""

    OPEN = "open", N_("올리는 중"), "info"
    WHOLE = "whole", N_("확인하는 중"), "info"
    READY = "ready", N_("납품할 수 있음"), "success"
    USED = "used", N_("납품함"), "done"
    FAILED = "failed", N_("쓸 수 없음"), "danger"


class Upload(Base, Stateful):
    """A large file of a supplier that comes in pieces and goes on where a lost connection left it.

    The supplier sends it, or the program fetches it from the supplier's own store.
    """

    __tablename__ = "upload"
    NEXT = {
        UploadState.OPEN: frozenset({UploadState.WHOLE, UploadState.FAILED}),
        UploadState.WHOLE: frozenset({UploadState.READY, UploadState.FAILED}),
        UploadState.READY: frozenset({UploadState.USED, UploadState.FAILED}),
    }
    id: Mapped[Id]
    order_id: Mapped[int] = mapped_column(ForeignKey("purchase_order.id"), index=True)
    path: Mapped[str]
    bytes: Mapped[int]
    reached: Mapped[int] = mapped_column(default=0, server_default="0")
    """How many bytes are kept: where the next piece begins."""
    promised_sha256: Mapped[str | None]
    """What the sender says the whole will hash to."""
    sha256: Mapped[str | None]
    """What it hashed to."""
    state: Mapped[UploadState] = mapped_column(state_type(UploadState), default=UploadState.OPEN, server_default="open")
    problem: Mapped[str] = mapped_column(default="", server_default="")
    """Why it cannot be used, or could not be fetched the last time, as a message id."""
    problem_values: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default="{}")
    source: Mapped[str | None] = mapped_column(info={"secret": True})
    """The https address to fetch it from; whoever knows it may fetch it too, so it stays in the row."""
    source_until: Mapped[datetime | None]
    """Until when that address holds."""
    tries: Mapped[int] = mapped_column(default=0, server_default="0")
    """How often fetching failed since something last came."""
    not_before: Mapped[datetime | None]
    """When to try again."""
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[CreatedAt]
    touched_at: Mapped[CreatedAt]
    __table_args__ = (
        CheckConstraint("bytes > 0 and reached between 0 and bytes", name="reached"),
        CheckConstraint("source is null or (promised_sha256 is not null and source_until is not null)", name="source"),
        CheckConstraint("state not in ('ready','used') or (sha256 is not null and reached = bytes)", name="ready"),
        Index("ix_upload_waiting", "id", postgresql_where=text("state in ('open','whole')")),
    )


class UploadPart(Base):
    """One piece, kept in storage under its own hash until the whole is put together."""

    __tablename__ = "upload_part"
    id: Mapped[Id]
    upload_id: Mapped[int] = mapped_column(ForeignKey("upload.id"))
    begins_at: Mapped[int]
    bytes: Mapped[int]
    sha256: Mapped[str]
    __table_args__ = (UniqueConstraint("upload_id", "begins_at"), CheckConstraint("bytes > 0", name="bytes"))


class DownloadLink(Base):
    """A signed address of one delivered file that ends by itself; whoever holds it may fetch the file without signing in."""

    __tablename__ = "download_link"
    id: Mapped[Id]
    file_id: Mapped[int] = mapped_column(ForeignKey("delivery_file.id"), index=True)
    nonce: Mapped[str] = mapped_column(unique=True, info={"secret": True})
    note: Mapped[str] = mapped_column(default="", server_default="")
    """For whom it is."""
    expires_at: Mapped[datetime]
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[CreatedAt]
    ended_at: Mapped[datetime | None]
    """When it was ended by hand."""
    __table_args__ = (CheckConstraint("expires_at > made_at", name="expires"),)


class DownloadReceipt(Base):
    """Somebody took a file. Append-only."""

    __tablename__ = "download_receipt"
    id: Mapped[Id]
    file_id: Mapped[int] = mapped_column(ForeignKey("delivery_file.id"), index=True)
    link_id: Mapped[int | None] = mapped_column(ForeignKey("download_link.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """None: by a link."""
    address: Mapped[str | None] = mapped_column(INET)
    bytes: Mapped[int]
    taken_at: Mapped[CreatedAt]
    __table_args__ = (CheckConstraint("link_id is not null or person_id is not null", name="whom"),)
