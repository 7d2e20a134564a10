"""The closing note of a voucher: what was awarded, spent, returned and lapsed, and why."""

from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, CreatedAt, Id


class VoucherClosing(Base):
    """The facts of a closed voucher as they were when it was closed; the paper shows these. Append-only."""

    __tablename__ = "voucher_closing"
    id: Mapped[Id]
    voucher_id: Mapped[int] = mapped_column(ForeignKey("voucher.id"), unique=True)
    paper_id: Mapped[int] = mapped_column(ForeignKey("paper.id"), unique=True)
    facts: Mapped[dict[str, Any]]
    noted_at: Mapped[CreatedAt]
