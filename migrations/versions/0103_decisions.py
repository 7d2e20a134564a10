"""Decisions with frozen inputs, their lines, the moves of the reserve list, cuts of budgets, objections."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.grants import append_only, grant

revision = "0103"
down_revision = "0102"


def upgrade() -> None:
    json = postgresql.JSONB(astext_type=sa.Text())
    op.create_table(
        "decision",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("evaluation_id", sa.BigInteger(), nullable=False),
        sa.Column("call_id", sa.BigInteger(), nullable=False),
        sa.Column("ruleset_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "proposed",
                "confirmed",
                "announced",
                "returned",
                name="decisionstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            server_default="draft",
            nullable=False,
        ),
        sa.Column("terms", json, nullable=False),
        sa.Column("figures", json, nullable=False),
        sa.Column("input_sha256", sa.Text(), nullable=False),
        sa.Column("result_sha256", sa.Text(), nullable=False),
        sa.Column("milliseconds", sa.BigInteger(), nullable=False),
        sa.Column("steps_done", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("steps", sa.BigInteger(), nullable=False),
        sa.Column("drafted_by", sa.BigInteger(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by", sa.BigInteger(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("objections_until", sa.Date(), nullable=True),
        sa.Column("return_reason", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.CheckConstraint(
            "state not in ('confirmed', 'announced') or confirmed_by is not null", name=op.f("ck_decision_confirmed")
        ),
        sa.CheckConstraint("confirmed_by <> drafted_by", name=op.f("ck_decision_two_persons")),
        sa.CheckConstraint("steps_done between 0 and steps", name=op.f("ck_decision_steps")),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_decision_call_id")),
        sa.ForeignKeyConstraint(["confirmed_by"], ["person.id"], name=op.f("fk_decision_confirmed_by")),
        sa.ForeignKeyConstraint(["drafted_by"], ["person.id"], name=op.f("fk_decision_drafted_by")),
        sa.ForeignKeyConstraint(["evaluation_id"], ["evaluation.id"], name=op.f("fk_decision_evaluation_id")),
        sa.ForeignKeyConstraint(["ruleset_id"], ["ruleset.id"], name=op.f("fk_decision_ruleset_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
        sa.UniqueConstraint("evaluation_id", "number", name=op.f("uq_decision_evaluation_id_number")),
    )
    op.create_index(
        "uq_decision_standing",
        "decision",
        ["evaluation_id"],
        unique=True,
        postgresql_where=sa.text("state <> 'returned'"),
    )
    op.create_table(
        "decision_line",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("decision_id", sa.BigInteger(), nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("rank", sa.BigInteger(), nullable=False),
        sa.Column("documents", sa.BigInteger(), nullable=False),
        sa.Column("presentation", sa.BigInteger(), nullable=True),
        sa.Column("base", sa.BigInteger(), nullable=False),
        sa.Column("bonus", sa.BigInteger(), nullable=False),
        sa.Column("minus", sa.BigInteger(), nullable=False),
        sa.Column("score", sa.BigInteger(), nullable=False),
        sa.Column("by_criterion", json, nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "admitted",
                "reserve",
                "refused",
                name="lineoutcome",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("reserve_place", sa.BigInteger(), nullable=True),
        sa.Column("support_minor", sa.BigInteger(), nullable=False),
        sa.Column("facts", json, nullable=False),
        sa.Column("sheets_sha256", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(outcome = 'reserve') = (reserve_place is not null)", name=op.f("ck_decision_line_reserve_place")
        ),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_decision_line_application_id")),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_decision_line_decision_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision_line")),
        sa.UniqueConstraint("decision_id", "application_id", name=op.f("uq_decision_line_decision_id_application_id")),
        sa.UniqueConstraint("decision_id", "rank", name=op.f("uq_decision_line_decision_id_rank")),
    )
    op.create_index(op.f("ix_decision_line_application_id"), "decision_line", ["application_id"], unique=False)
    op.create_table(
        "reserve_move",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("decision_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("entered", sa.Boolean(), nullable=False),
        sa.Column("ahead", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_reserve_move_application_id")),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_reserve_move_decision_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reserve_move")),
        sa.UniqueConstraint("decision_id", "number", name=op.f("uq_reserve_move_decision_id_number")),
    )
    op.create_index(op.f("ix_reserve_move_application_id"), "reserve_move", ["application_id"], unique=False)
    op.create_table(
        "budget_adjustment",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("evaluation_id", sa.BigInteger(), nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("support_minor", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("adjusted_by", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.CheckConstraint("total_minor > 0 and support_minor > 0", name=op.f("ck_budget_adjustment_amounts")),
        sa.ForeignKeyConstraint(["adjusted_by"], ["person.id"], name=op.f("fk_budget_adjustment_adjusted_by")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_budget_adjustment_application_id")
        ),
        sa.ForeignKeyConstraint(["evaluation_id"], ["evaluation.id"], name=op.f("fk_budget_adjustment_evaluation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget_adjustment")),
    )
    op.create_index(op.f("ix_budget_adjustment_application_id"), "budget_adjustment", ["application_id"], unique=False)
    op.create_table(
        "objection",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("decision_id", sa.BigInteger(), nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "filed",
                "upheld",
                "dismissed",
                name="objectionstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            server_default="filed",
            nullable=False,
        ),
        sa.Column("filed_by", sa.BigInteger(), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state = 'filed' or answer is not null", name=op.f("ck_objection_answered")),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_objection_application_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_objection_decided_by")),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_objection_decision_id")),
        sa.ForeignKeyConstraint(["filed_by"], ["person.id"], name=op.f("fk_objection_filed_by")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_objection_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objection")),
        sa.UniqueConstraint("decision_id", "application_id", name=op.f("uq_objection_decision_id_application_id")),
    )
    op.create_index(op.f("ix_objection_application_id"), "objection", ["application_id"], unique=False)
    op.create_index(op.f("ix_objection_decision_id"), "objection", ["decision_id"], unique=False)
    op.create_index(op.f("ix_objection_organisation_id"), "objection", ["organisation_id"], unique=False)
    grant("select, insert", "decision", "objection")
    grant(
        "update (state, steps_done, proposed_at, confirmed_by, confirmed_at, announced_at, objections_until, return_reason)",
        "decision",
    )
    grant("update (state, answer, decided_by, decided_at)", "objection")
    append_only("decision_line", "reserve_move", "budget_adjustment")
    op.execute(
        "create trigger decision_is_frozen before update of terms, figures, input_sha256, result_sha256, call_id, ruleset_id, "
        "evaluation_id, drafted_by on decision for each row execute function refuse_change()"
    )
    op.execute("create trigger decision_stays before delete on decision for each row execute function refuse_change()")


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
