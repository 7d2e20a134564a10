"""How a firm's projects were graded at their end: what evaluations of later years ask."""

import sqlalchemy as sa
from alembic import op

from migrations.grants import append_only

revision = "0231"
down_revision = "0222"


def upgrade() -> None:
    grades = ("excellent", "normal", "insufficient", "poor")
    op.create_table(
        "final_grade",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("programme_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "grade",
            sa.Enum(*grades, name="grade", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("graded_on", sa.Date(), nullable=False),
        sa.Column("noted_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_final_grade_organisation_id")),
        sa.ForeignKeyConstraint(["noted_by"], ["person.id"], name=op.f("fk_final_grade_noted_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_final_grade")),
    )
    op.create_index(
        op.f("ix_final_grade_organisation_id_programme_id"), "final_grade", ["organisation_id", "programme_id"]
    )
    append_only("final_grade")


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
