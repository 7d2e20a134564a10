"""Final reports and final evaluations, and the grades that later applications are judged by."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.grants import append_only, grant

revision = "0201"
down_revision = "0194"


def _reports() -> None:
    op.create_table(
        "final_report",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("voucher_id", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "due",
                "submitted",
                "fixing",
                "accepted",
                name="reportstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            server_default="due",
            nullable=False,
        ),
        sa.Column("fix_reason", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.CheckConstraint("(state = 'accepted') = (accepted_at is not null)", name=op.f("ck_final_report_accepted")),
        sa.CheckConstraint(
            "state not in ('accepted','fixing') or decided_by is not null", name=op.f("ck_final_report_decided")
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_final_report_decided_by")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_final_report_organisation_id")),
        sa.ForeignKeyConstraint(["voucher_id"], ["voucher.id"], name=op.f("fk_final_report_voucher_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_final_report")),
        sa.UniqueConstraint("voucher_id", name=op.f("uq_final_report_voucher_id")),
    )
    op.create_index(op.f("ix_final_report_organisation_id"), "final_report", ["organisation_id"], unique=False)
    op.create_table(
        "final_report_version",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("report_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("used", sa.Text(), nullable=False),
        sa.Column("results", sa.Text(), nullable=False),
        sa.Column("plans", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("submitted_by", sa.BigInteger(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["final_report.id"], name=op.f("fk_final_report_version_report_id")),
        sa.ForeignKeyConstraint(["submitted_by"], ["person.id"], name=op.f("fk_final_report_version_submitted_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_final_report_version")),
        sa.UniqueConstraint("report_id", "number", name=op.f("uq_final_report_version_report_id_number")),
    )
    op.create_table(
        "final_report_file",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("version_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["final_report_version.id"], name=op.f("fk_final_report_file_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_final_report_file")),
    )
    op.create_index(op.f("ix_final_report_file_version_id"), "final_report_file", ["version_id"], unique=False)


def _evaluations() -> None:
    op.create_table(
        "final_evaluation",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("voucher_id", sa.BigInteger(), nullable=False),
        sa.Column("report_id", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("criteria", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("marks", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("first_id", sa.BigInteger(), nullable=False),
        sa.Column("second_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "scoring",
                "graded",
                "objected",
                "confirmed",
                name="gradingstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            server_default="scoring",
            nullable=False,
        ),
        sa.Column("points", sa.BigInteger(), nullable=True),
        sa.Column(
            "grade",
            sa.Enum(
                "excellent",
                "normal",
                "insufficient",
                "poor",
                name="grade",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.Column("graded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("object_until", sa.Date(), nullable=True),
        sa.Column("objection", sa.Text(), nullable=True),
        sa.Column("objected_by", sa.BigInteger(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_by", sa.BigInteger(), nullable=True),
        sa.Column("answer_grade", sa.Text(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_by", sa.BigInteger(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.CheckConstraint(
            "(state = 'confirmed') = (confirmed_at is not null)", name=op.f("ck_final_evaluation_confirmed")
        ),
        sa.CheckConstraint(
            "(state = 'scoring') = (grade is null) and (grade is null) = (points is null) "
            "and (grade is null) = (sha256 is null) and (grade is null) = (object_until is null)",
            name=op.f("ck_final_evaluation_graded"),
        ),
        sa.CheckConstraint(
            "answer_grade is null or answered_by is not null and answer_grade in ('excellent','normal','insufficient','poor')",
            name=op.f("ck_final_evaluation_answer_grade"),
        ),
        sa.CheckConstraint("(objection is null) = (objected_by is null)", name=op.f("ck_final_evaluation_objection")),
        sa.CheckConstraint(
            "answered_by <> first_id and answered_by <> second_id", name=op.f("ck_final_evaluation_answer_third_person")
        ),
        sa.CheckConstraint("first_id <> second_id", name=op.f("ck_final_evaluation_two_persons")),
        sa.CheckConstraint("points between 0 and 10000", name=op.f("ck_final_evaluation_points")),
        sa.ForeignKeyConstraint(["answered_by"], ["person.id"], name=op.f("fk_final_evaluation_answered_by")),
        sa.ForeignKeyConstraint(["first_id"], ["person.id"], name=op.f("fk_final_evaluation_first_id")),
        sa.ForeignKeyConstraint(["objected_by"], ["person.id"], name=op.f("fk_final_evaluation_objected_by")),
        sa.ForeignKeyConstraint(["opened_by"], ["person.id"], name=op.f("fk_final_evaluation_opened_by")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_final_evaluation_organisation_id")
        ),
        sa.ForeignKeyConstraint(["report_id"], ["final_report.id"], name=op.f("fk_final_evaluation_report_id")),
        sa.ForeignKeyConstraint(["second_id"], ["person.id"], name=op.f("fk_final_evaluation_second_id")),
        sa.ForeignKeyConstraint(["voucher_id"], ["voucher.id"], name=op.f("fk_final_evaluation_voucher_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_final_evaluation")),
        sa.UniqueConstraint("report_id", name=op.f("uq_final_evaluation_report_id")),
        sa.UniqueConstraint("voucher_id", name=op.f("uq_final_evaluation_voucher_id")),
    )
    op.create_index(op.f("ix_final_evaluation_first_id"), "final_evaluation", ["first_id"], unique=False)
    op.create_index(op.f("ix_final_evaluation_organisation_id"), "final_evaluation", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_final_evaluation_second_id"), "final_evaluation", ["second_id"], unique=False)
    op.create_table(
        "final_sheet",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("evaluation_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("points", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("opinion", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.ForeignKeyConstraint(["evaluation_id"], ["final_evaluation.id"], name=op.f("fk_final_sheet_evaluation_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_final_sheet_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_final_sheet")),
        sa.UniqueConstraint("evaluation_id", "person_id", name=op.f("uq_final_sheet_evaluation_id_person_id")),
    )
    op.create_index(op.f("ix_final_sheet_person_id"), "final_sheet", ["person_id"], unique=False)


def upgrade() -> None:
    _reports()
    _evaluations()
    grant("select, insert, update", "final_report", "final_evaluation")
    append_only("final_report_version", "final_report_file", "final_sheet")


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
