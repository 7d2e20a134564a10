"""What can be found, words that mean the same, and meanings."""

from typing import Any

from pgvector.sqlalchemy import Vector
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, CreatedAt, Id
from marketplace.search.gateway.meaning import SIZE
from marketplace.search.rules import EVERYBODY

NEXT_VERSION = text("nextval('search_version')")


class SearchDocument(Base):
    """One findable thing. The index is made from these rows and follows them by `version`."""

    __tablename__ = "search_document"
    id: Mapped[Id]
    kind: Mapped[str]
    """'listing', 'supplier' or 'need'."""
    ref: Mapped[int]
    title: Mapped[str]
    other_title: Mapped[str] = mapped_column(server_default="")
    """The title in the other language."""
    keywords: Mapped[str] = mapped_column(server_default="")
    columns: Mapped[str] = mapped_column(server_default="")
    """Names of the columns of a table that is on offer."""
    body: Mapped[str]
    source_key: Mapped[str] = mapped_column(server_default="")
    """What the thing is called where it comes from."""
    facets: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    """What can be filtered by: {"kind": "dataset", "free": true, "price": 1200000, "supplier": 7}."""
    audience: Mapped[str] = mapped_column(server_default=EVERYBODY)
    """Who may find it: names of audiences, parted by spaces; the rooms above know who belongs to which."""
    mark: Mapped[str] = mapped_column(server_default="")
    """By what a room that looks for changes tells whether it is still like the record; '' where it is put in with it."""
    live: Mapped[bool] = mapped_column(server_default=text("true"))
    """False once it was taken out: the row stays for a day, so that every index hears of it."""
    version: Mapped[int] = mapped_column(server_default=NEXT_VERSION)
    """A new number at every change, in the order of writing; that is not quite the order of committing."""
    changed_at: Mapped[CreatedAt]
    __table_args__ = (
        UniqueConstraint("kind", "ref"),
        Index(None, "version", unique=True),
        CheckConstraint(r"audience ~ '\S'", name="audience"),
    )


class SearchSynonym(Base):
    """Words that mean the same, parted by commas, kept by operators; `under`: broader words that find these too."""

    __tablename__ = "search_synonym"
    id: Mapped[Id]
    words: Mapped[str]
    under: Mapped[str] = mapped_column(server_default="")
    live: Mapped[bool] = mapped_column(server_default=text("true"))
    version: Mapped[int] = mapped_column(server_default=NEXT_VERSION)
    __table_args__ = (UniqueConstraint("words"),)


class SearchVector(Base):
    """What a document means, as numbers."""

    __tablename__ = "search_vector"
    document_id: Mapped[int] = mapped_column(ForeignKey("search_document.id", ondelete="CASCADE"), primary_key=True)
    told: Mapped[str]
    """The hash of the model's name and the text, so that it is told anew only when either has changed."""
    vector: Mapped[Any] = mapped_column(Vector(SIZE))
