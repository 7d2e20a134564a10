"""Search: documents with a version that an index follows, words that mean the same, and meanings as vectors."""

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from pgvector.sqlalchemy import Vector

from migrations.grants import grant

revision = "0019"
down_revision = "0018"

SEED = Path(__file__).resolve().parents[1] / "seeds" / "search_synonyms.txt"


def upgrade() -> None:
    op.execute("create sequence search_version")
    op.drop_index("ix_search_document_body", table_name="search_document")
    op.drop_index("ix_search_document_facets", table_name="search_document")
    op.drop_index(op.f("ix_search_document_kind_changed_at"), table_name="search_document")
    for name in ("other_title", "keywords", "columns", "source_key"):
        op.add_column("search_document", sa.Column(name, sa.Text(), server_default="", nullable=False))
    op.add_column("search_document", sa.Column("live", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.add_column(
        "search_document",
        sa.Column("version", sa.BigInteger(), server_default=sa.text("nextval('search_version')"), nullable=False),
    )
    # What was written before kept a form for trigrams behind a line break.
    op.execute("update search_document set body = split_part(body, E'\\n', 1)")
    op.create_index(op.f("ix_search_document_version"), "search_document", ["version"], unique=True)
    op.create_table(
        "search_synonym",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("under", sa.Text(), server_default="", nullable=False),
        sa.Column("live", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("nextval('search_version')"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_synonym")),
        sa.UniqueConstraint("words", name=op.f("uq_search_synonym_words")),
    )
    op.create_table(
        "search_vector",
        sa.Column("document_id", sa.BigInteger(), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("vector", Vector(384), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["search_document.id"],
            name=op.f("fk_search_vector_document_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_search_vector")),
    )
    grant("select, insert, update, delete", "search_synonym", "search_vector")
    op.execute("grant usage on sequence search_version to marketplace_app")
    synonyms = sa.table("search_synonym", sa.column("words"), sa.column("under"))
    op.bulk_insert(synonyms, _seed())


def _seed() -> list[dict[str, str]]:
    """The groups of the file, each once; an operator changes the table, not the file."""
    groups: dict[str, str] = {}
    for line in SEED.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            words, _sign, under = line.partition(">")
            groups[words.strip()] = under.strip()
    return [{"words": words, "under": under} for words, under in groups.items()]


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
