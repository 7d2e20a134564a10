"""What became of each inspected delivery: the facts behind a supplier's figures."""

import sqlalchemy as sa
from alembic import op

from migrations.grants import append_only

revision = "0042"
down_revision = "0041"


def upgrade() -> None:
    op.create_table(
        "supplier_figure",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("programme_id", sa.BigInteger(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("rejected", sa.Boolean(), nullable=False),
        sa.Column("disputed", sa.Boolean(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_supplier_figure_organisation_id")
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_supplier_figure_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplier_figure")),
        sa.UniqueConstraint("about", name=op.f("uq_supplier_figure_about")),
    )
    op.create_index(
        op.f("ix_supplier_figure_programme_id_organisation_id"), "supplier_figure", ["programme_id", "organisation_id"]
    )
    append_only("supplier_figure")


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
