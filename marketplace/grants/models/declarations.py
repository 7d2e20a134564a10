"""What a firm declares again after its award."""

from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, CreatedAt, Id


class Declaration(Base):
    """A signatory's word on the firm as it is now. What was signed with the application stays; the last word counts."""

    __tablename__ = "declaration"
    id: Mapped[Id]
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    tax_clear: Mapped[bool | None]
    declared: Mapped[dict[str, Any]]
    declared_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    declared_at: Mapped[CreatedAt]
