"""Mid-term checks and visits."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.grants import append_only, grant

revision = "0204"
down_revision = "0203"


def _checks() -> None:
    op.create_table(
        "midterm_check",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("voucher_id", sa.BigInteger(), nullable=False),
        sa.Column("supplier_id", sa.BigInteger(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "asked",
                "answered",
                "fix",
                "ok",
                "fail",
                name="midtermstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            server_default="asked",
            nullable=False,
        ),
        sa.Column("finding", sa.Text(), nullable=True),
        sa.Column("asked_by", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state in ('asked','answered') or (finding is not null and decided_by is not null)",
            name=op.f("ck_midterm_check_decided"),
        ),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_midterm_check_asked_by")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_midterm_check_decided_by")),
        sa.ForeignKeyConstraint(["order_id"], ["purchase_order.id"], name=op.f("fk_midterm_check_order_id")),
        sa.ForeignKeyConstraint(["supplier_id"], ["organisation.id"], name=op.f("fk_midterm_check_supplier_id")),
        sa.ForeignKeyConstraint(["voucher_id"], ["voucher.id"], name=op.f("fk_midterm_check_voucher_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_midterm_check")),
    )
    op.create_index(op.f("ix_midterm_check_order_id"), "midterm_check", ["order_id"], unique=False)
    op.create_index(op.f("ix_midterm_check_supplier_id"), "midterm_check", ["supplier_id"], unique=False)
    op.create_index(op.f("ix_midterm_check_voucher_id"), "midterm_check", ["voucher_id"], unique=False)
    op.create_index(
        "uq_midterm_check_open",
        "midterm_check",
        ["order_id"],
        unique=True,
        postgresql_where=sa.text("state in ('asked','answered','fix')"),
    )
    op.create_table(
        "midterm_answer",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("check_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("progress", sa.Text(), nullable=False),
        sa.Column("percent", sa.BigInteger(), nullable=False),
        sa.Column("workers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("statement_id", sa.BigInteger(), nullable=True),
        sa.Column("made_by", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.CheckConstraint("percent between 0 and 100", name=op.f("ck_midterm_answer_percent")),
        sa.ForeignKeyConstraint(["check_id"], ["midterm_check.id"], name=op.f("fk_midterm_answer_check_id")),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_midterm_answer_made_by")),
        sa.ForeignKeyConstraint(["statement_id"], ["work_statement.id"], name=op.f("fk_midterm_answer_statement_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_midterm_answer")),
        sa.UniqueConstraint("check_id", "number", name=op.f("uq_midterm_answer_check_id_number")),
    )
    op.create_table(
        "midterm_file",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("answer_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["answer_id"], ["midterm_answer.id"], name=op.f("fk_midterm_file_answer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_midterm_file")),
    )
    op.create_index(op.f("ix_midterm_file_answer_id"), "midterm_file", ["answer_id"], unique=False)


def _visits() -> None:
    op.create_table(
        "site_visit",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("voucher_id", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("visited_on", sa.Date(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("met", sa.Text(), nullable=False),
        sa.Column("workers_seen", sa.BigInteger(), nullable=False),
        sa.Column("seen", sa.Text(), nullable=False),
        sa.Column(
            "verdict",
            sa.Enum(
                "fine", "concern", "serious", name="visitverdict", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("corrects_id", sa.BigInteger(), nullable=True),
        sa.Column("visited_by", sa.BigInteger(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.CheckConstraint("workers_seen between 0 and 100000", name=op.f("ck_site_visit_workers")),
        sa.ForeignKeyConstraint(["corrects_id"], ["site_visit.id"], name=op.f("fk_site_visit_corrects_id")),
        sa.ForeignKeyConstraint(["order_id"], ["purchase_order.id"], name=op.f("fk_site_visit_order_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_site_visit_organisation_id")),
        sa.ForeignKeyConstraint(["visited_by"], ["person.id"], name=op.f("fk_site_visit_visited_by")),
        sa.ForeignKeyConstraint(["voucher_id"], ["voucher.id"], name=op.f("fk_site_visit_voucher_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_visit")),
    )
    op.create_index(op.f("ix_site_visit_order_id"), "site_visit", ["order_id"], unique=False)
    op.create_index(op.f("ix_site_visit_organisation_id"), "site_visit", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_site_visit_voucher_id"), "site_visit", ["voucher_id"], unique=False)
    op.create_table(
        "site_photo",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("visit_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("width", sa.BigInteger(), nullable=False),
        sa.Column("height", sa.BigInteger(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("original_sha256", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["visit_id"], ["site_visit.id"], name=op.f("fk_site_photo_visit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_photo")),
    )
    op.create_index(op.f("ix_site_photo_visit_id"), "site_photo", ["visit_id"], unique=False)


def upgrade() -> None:
    _checks()
    _visits()
    grant("select, insert, update", "midterm_check")
    append_only("midterm_answer", "midterm_file", "site_visit", "site_photo")


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
