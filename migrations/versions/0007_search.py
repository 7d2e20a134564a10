"""Search: documents to be found. Rooms above put them in; this room finds them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.grants import grant

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "search_document",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("ref", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column(
            "facets", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'::jsonb"), nullable=False
        ),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_document")),
        sa.UniqueConstraint("kind", "ref", name=op.f("uq_search_document_kind_ref")),
    )
    op.create_index(
        "ix_search_document_body",
        "search_document",
        ["body"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"body": "gin_trgm_ops"},
    )
    op.create_index("ix_search_document_facets", "search_document", ["facets"], unique=False, postgresql_using="gin")
    op.create_index(op.f("ix_search_document_kind_changed_at"), "search_document", ["kind", "changed_at"], unique=False)
    # Documents are made from records and can be made again, so that taking one out is a true delete.
    grant("select, insert, update, delete", "search_document")


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
