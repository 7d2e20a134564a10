"""Papers: the number, facts, bytes, hash, code and public check of every document."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.grants import grant

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "number_series",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_number_series")),
    )
    op.create_table(
        "paper",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("facts_sha256", sa.Text(), nullable=False),
        sa.Column("readers", sa.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "genuine", "superseded", "void", name="paperstate", native_enum=False, create_constraint=True, length=32
            ),
            server_default="genuine",
            nullable=False,
        ),
        sa.Column("superseded_by", sa.BigInteger(), nullable=True),
        sa.Column("issued_by", sa.BigInteger(), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("rendered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.Column("bytes", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["superseded_by"], ["paper.id"], name=op.f("fk_paper_superseded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper")),
        sa.UniqueConstraint("code", name=op.f("uq_paper_code")),
        sa.UniqueConstraint("number", name=op.f("uq_paper_number")),
    )
    op.create_index(op.f("ix_paper_about"), "paper", ["about"], unique=False)
    op.create_index("ix_paper_unrendered", "paper", ["id"], unique=False, postgresql_where="rendered_at is null")
    op.create_index("uq_paper_genuine", "paper", ["kind", "about"], unique=True, postgresql_where="state = 'genuine'")
    grant("select, insert, update", "number_series", "paper")


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
