"""What can be found."""

from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, CreatedAt, Id


class SearchDocument(Base):
    """One findable thing. `body` is the text prepared for trigram search: lower case, words and their unspaced form."""

    __tablename__ = "search_document"
    id: Mapped[Id]
    kind: Mapped[str]
    """'listing' or 'supplier'."""
    ref: Mapped[int]
    title: Mapped[str]
    body: Mapped[str]
    facets: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    """What can be filtered by: {"kind": "dataset", "free": true, "price": 1200000, "supplier": 7}."""
    changed_at: Mapped[CreatedAt]
    __table_args__ = (
        UniqueConstraint("kind", "ref"),
        Index("ix_search_document_body", "body", postgresql_using="gin", postgresql_ops={"body": "gin_trgm_ops"}),
        Index("ix_search_document_facets", "facets", postgresql_using="gin"),
        Index(None, "kind", "changed_at"),
    )
