"""Five factual questions that a buyer answers once about a delivery it accepted."""

import sqlalchemy as sa
from alembic import op

from migrations.grants import append_only

revision = "0044"
down_revision = "0043"

QUESTIONS = ("usable", "matched", "on_time", "used", "again")


def upgrade() -> None:
    op.create_table(
        "buyer_answer",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("programme_id", sa.BigInteger(), nullable=False),
        sa.Column("buyer_id", sa.BigInteger(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in QUESTIONS),
        sa.Column("words", sa.Text(), server_default="", nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        *(
            sa.CheckConstraint(f"{name} in ('yes', 'no', 'not_yet')", name=op.f(f"ck_buyer_answer_{name}"))
            for name in QUESTIONS
        ),
        sa.CheckConstraint("organisation_id <> buyer_id", name=op.f("ck_buyer_answer_two_firms")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_buyer_answer_organisation_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_buyer_answer_programme_id")),
        sa.ForeignKeyConstraint(["buyer_id"], ["organisation.id"], name=op.f("fk_buyer_answer_buyer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_buyer_answer")),
        sa.UniqueConstraint("about", name=op.f("uq_buyer_answer_about")),
    )
    op.create_index(
        op.f("ix_buyer_answer_organisation_id_programme_id"), "buyer_answer", ["organisation_id", "programme_id"]
    )
    append_only("buyer_answer")


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
