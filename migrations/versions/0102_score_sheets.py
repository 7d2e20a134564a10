"""Score sheets that nobody changes once they have a hash; declarations, minutes, signs of proxies."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.grants import append_only, grant

revision = "0102"
down_revision = "0101"


def upgrade() -> None:
    json = postgresql.JSONB(astext_type=sa.Text())
    op.create_table(
        "score_sheet",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("evaluation_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "stage",
            sa.Enum("documents", "presentation", name="stage", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("panel_id", sa.BigInteger(), nullable=False),
        sa.Column("assignment_id", sa.BigInteger(), nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("points", json, server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("opinion", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "locked",
                "recused",
                "void",
                name="sheetstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            server_default="open",
            nullable=False,
        ),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("locked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("void_reason", sa.Text(), nullable=True),
        sa.CheckConstraint("state <> 'locked' or sha256 is not null", name=op.f("ck_score_sheet_hashed")),
        sa.CheckConstraint("state <> 'void' or void_reason is not null", name=op.f("ck_score_sheet_void_has_reason")),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_score_sheet_application_id")),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignment.id"], name=op.f("fk_score_sheet_assignment_id")),
        sa.ForeignKeyConstraint(["evaluation_id"], ["evaluation.id"], name=op.f("fk_score_sheet_evaluation_id")),
        sa.ForeignKeyConstraint(["panel_id"], ["panel.id"], name=op.f("fk_score_sheet_panel_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_score_sheet_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_score_sheet")),
        sa.UniqueConstraint("assignment_id", "person_id", name=op.f("uq_score_sheet_assignment_id_person_id")),
    )
    op.create_index(op.f("ix_score_sheet_application_id"), "score_sheet", ["application_id"], unique=False)
    op.create_index("ix_score_sheet_evaluation_id", "score_sheet", ["evaluation_id", "stage"], unique=False)
    op.create_index(
        "ix_score_sheet_open", "score_sheet", ["person_id"], unique=False, postgresql_where=sa.text("state = 'open'")
    )
    op.create_index(op.f("ix_score_sheet_panel_id"), "score_sheet", ["panel_id"], unique=False)
    op.create_table(
        "conflict_declaration",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("sheet_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("conflict", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.CheckConstraint("not conflict or reason <> ''", name=op.f("ck_conflict_declaration_reason")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_conflict_declaration_person_id")),
        sa.ForeignKeyConstraint(["sheet_id"], ["score_sheet.id"], name=op.f("fk_conflict_declaration_sheet_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conflict_declaration")),
        sa.UniqueConstraint("sheet_id", name=op.f("uq_conflict_declaration_sheet_id")),
    )
    op.create_index(op.f("ix_conflict_declaration_person_id"), "conflict_declaration", ["person_id"], unique=False)
    op.create_table(
        "session_minutes",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("panel_id", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("present", json, nullable=False),
        sa.Column("written_by", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.ForeignKeyConstraint(["panel_id"], ["panel.id"], name=op.f("fk_session_minutes_panel_id")),
        sa.ForeignKeyConstraint(["written_by"], ["person.id"], name=op.f("fk_session_minutes_written_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_minutes")),
    )
    op.create_index(op.f("ix_session_minutes_panel_id"), "session_minutes", ["panel_id"], unique=False)
    op.create_table(
        "screening_flag",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("evaluation_id", sa.BigInteger(), nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("other_id", sa.BigInteger(), nullable=True),
        sa.Column("weight", sa.BigInteger(), nullable=False),
        sa.Column("signs", json, nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open", "cleared", "confirmed", name="flagstate", native_enum=False, create_constraint=True, length=32
            ),
            server_default="open",
            nullable=False,
        ),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_reason", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.CheckConstraint(
            "state = 'open' or decided_reason is not null", name=op.f("ck_screening_flag_decided_has_reason")
        ),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_screening_flag_application_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_screening_flag_decided_by")),
        sa.ForeignKeyConstraint(["evaluation_id"], ["evaluation.id"], name=op.f("fk_screening_flag_evaluation_id")),
        sa.ForeignKeyConstraint(["other_id"], ["application.id"], name=op.f("fk_screening_flag_other_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screening_flag")),
        sa.UniqueConstraint(
            "evaluation_id",
            "application_id",
            "other_id",
            name=op.f("uq_screening_flag_evaluation_id_application_id_other_id"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index(op.f("ix_screening_flag_application_id"), "screening_flag", ["application_id"], unique=False)
    op.create_index(op.f("ix_screening_flag_evaluation_id"), "screening_flag", ["evaluation_id"], unique=False)
    op.create_index(op.f("ix_screening_flag_other_id"), "screening_flag", ["other_id"], unique=False)
    grant("select, insert", "score_sheet", "screening_flag")
    grant("update (points, opinion, state, sha256, saved_at, locked_at, void_reason)", "score_sheet")
    grant("update (weight, signs, state, decided_by, decided_reason, decided_at)", "screening_flag")
    append_only("conflict_declaration", "session_minutes")
    op.execute(
        "create trigger score_sheet_is_locked_once before update of id, evaluation_id, stage, panel_id, assignment_id, "
        "application_id, person_id, points, opinion, sha256, saved_at, locked_at on score_sheet "
        "for each row when (old.sha256 is not null) execute function refuse_change()"
    )
    op.execute(
        "create trigger score_sheet_stays before delete on score_sheet for each row execute function refuse_change()"
    )
    op.execute(
        "create trigger score_sheet_is_not_truncated before truncate on score_sheet "
        "for each statement execute function refuse_change()"
    )


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
