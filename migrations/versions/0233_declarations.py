"""What a firm declares again after its award: orders and payments rest on the last word."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.grants import append_only

revision = "0233"
down_revision = "0232"


def upgrade() -> None:
    op.create_table(
        "declaration",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("tax_clear", sa.Boolean(), nullable=True),
        sa.Column("declared", postgresql.JSONB(), nullable=False),
        sa.Column("declared_by", sa.BigInteger(), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_declaration_application_id")),
        sa.ForeignKeyConstraint(["declared_by"], ["person.id"], name=op.f("fk_declaration_declared_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declaration")),
    )
    op.create_index(op.f("ix_declaration_application_id"), "declaration", ["application_id"])
    append_only("declaration")


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
