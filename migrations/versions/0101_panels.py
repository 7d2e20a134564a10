"""Evaluators, how a call is judged, panels drawn by lot and their cases."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.grants import grant

revision = "0101"
down_revision = "0091"


def upgrade() -> None:
    json = postgresql.JSONB(astext_type=sa.Text())
    op.create_table(
        "evaluator_profile",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("fields", json, nullable=False),
        sa.Column("institution", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=True),
        sa.Column("available", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_evaluator_profile_created_by")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_evaluator_profile_organisation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_evaluator_profile_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluator_profile")),
        sa.UniqueConstraint("person_id", name=op.f("uq_evaluator_profile_person_id")),
    )
    op.create_table(
        "evaluation",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("call_id", sa.BigInteger(), nullable=False),
        sa.Column("ruleset_id", sa.BigInteger(), nullable=False),
        sa.Column("names_hidden", sa.Boolean(), nullable=False),
        sa.Column("documents_share", sa.BigInteger(), nullable=False),
        sa.Column("shortlist", sa.BigInteger(), nullable=True),
        sa.Column("places", sa.BigInteger(), nullable=True),
        sa.Column("reserve", sa.BigInteger(), nullable=True),
        sa.Column("minus_points", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("seed", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "preparing",
                "documents",
                "presentation",
                "decided",
                name="evaluationstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            server_default="preparing",
            nullable=False,
        ),
        sa.Column("opened_by", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("screened_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("documents_share between 1 and 100", name=op.f("ck_evaluation_share")),
        sa.CheckConstraint(
            "shortlist > 0 and places > 0 and reserve >= 0 and minus_points between 0 and 100",
            name=op.f("ck_evaluation_sizes"),
        ),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_evaluation_call_id")),
        sa.ForeignKeyConstraint(["opened_by"], ["person.id"], name=op.f("fk_evaluation_opened_by")),
        sa.ForeignKeyConstraint(["ruleset_id"], ["ruleset.id"], name=op.f("fk_evaluation_ruleset_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation")),
        sa.UniqueConstraint("call_id", name=op.f("uq_evaluation_call_id")),
    )
    op.create_table(
        "panel",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("evaluation_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "stage",
            sa.Enum("documents", "presentation", name="stage", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("drawn_by", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.ForeignKeyConstraint(["drawn_by"], ["person.id"], name=op.f("fk_panel_drawn_by")),
        sa.ForeignKeyConstraint(["evaluation_id"], ["evaluation.id"], name=op.f("fk_panel_evaluation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel")),
        sa.UniqueConstraint("evaluation_id", "stage", "number", name=op.f("uq_panel_evaluation_id_stage_number")),
    )
    op.create_table(
        "panel_member",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("panel_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("presides", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["panel_id"], ["panel.id"], name=op.f("fk_panel_member_panel_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_panel_member_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_member")),
        sa.UniqueConstraint("panel_id", "person_id", name=op.f("uq_panel_member_panel_id_person_id")),
    )
    op.create_index(op.f("ix_panel_member_person_id"), "panel_member", ["person_id"], unique=False)
    op.create_index(
        "uq_panel_member_presides", "panel_member", ["panel_id"], unique=True, postgresql_where=sa.text("presides")
    )
    op.create_table(
        "assignment",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("panel_id", sa.BigInteger(), nullable=False),
        sa.Column("evaluation_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "stage",
            sa.Enum("documents", "presentation", name="stage", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("presents_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_assignment_application_id")),
        sa.ForeignKeyConstraint(["evaluation_id"], ["evaluation.id"], name=op.f("fk_assignment_evaluation_id")),
        sa.ForeignKeyConstraint(["panel_id"], ["panel.id"], name=op.f("fk_assignment_panel_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
        sa.UniqueConstraint("application_id", "stage", name=op.f("uq_assignment_application_id_stage")),
        sa.UniqueConstraint("evaluation_id", "stage", "number", name=op.f("uq_assignment_evaluation_id_stage_number")),
    )
    op.create_index(op.f("ix_assignment_panel_id"), "assignment", ["panel_id"], unique=False)
    grant("select, insert", "evaluator_profile", "evaluation", "panel", "panel_member", "assignment")
    grant("update (fields, institution, organisation_id, available)", "evaluator_profile")
    grant("update (state, screened_at)", "evaluation")
    grant("update (presents_at)", "assignment")


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
