"""Crowd processing: who worked when and for how much, and what workers object to."""

import sqlalchemy as sa
from alembic import op

from migrations.grants import append_only, grant

revision = "0154"
down_revision = "0153"


def _crowd_worker() -> None:
    op.create_table(
        "crowd_worker",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("pseudonym", sa.Text(), nullable=False),
        sa.Column("nonce", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_crowd_worker_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crowd_worker")),
        sa.UniqueConstraint("nonce", name=op.f("uq_crowd_worker_nonce")),
        sa.UniqueConstraint("organisation_id", "pseudonym", name=op.f("uq_crowd_worker_organisation_id_pseudonym")),
    )


def _work_statement() -> None:
    op.create_table(
        "work_statement",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("filed", "replaced", name="statementstate", native_enum=False, create_constraint=True, length=32),
            server_default="filed",
            nullable=False,
        ),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("filed_by", sa.BigInteger(), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.ForeignKeyConstraint(["filed_by"], ["person.id"], name=op.f("fk_work_statement_filed_by")),
        sa.ForeignKeyConstraint(["order_id"], ["purchase_order.id"], name=op.f("fk_work_statement_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_statement")),
        sa.UniqueConstraint("order_id", "number", name=op.f("uq_work_statement_order_id_number")),
    )
    op.create_index(
        "uq_work_statement_filed",
        "work_statement",
        ["order_id"],
        unique=True,
        postgresql_where=sa.text("state = 'filed'"),
    )


def _work_shift() -> None:
    op.create_table(
        "work_shift",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("statement_id", sa.BigInteger(), nullable=False),
        sa.Column("worker_id", sa.BigInteger(), nullable=False),
        sa.Column("begins_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("pieces", sa.BigInteger(), nullable=False),
        sa.Column("inspected", sa.BigInteger(), nullable=False),
        sa.Column("unit_pay_minor", sa.BigInteger(), nullable=False),
        sa.Column("training_minutes", sa.BigInteger(), nullable=False),
        sa.Column("person_key", sa.Text(), nullable=False),
        sa.Column("account_key", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "ends_at > begins_at and ends_at <= begins_at + interval '24 hours'", name=op.f("ck_work_shift_time")
        ),
        sa.CheckConstraint(
            "pieces >= 0 and inspected between 0 and pieces and unit_pay_minor >= 0", name=op.f("ck_work_shift_amounts")
        ),
        sa.ForeignKeyConstraint(["statement_id"], ["work_statement.id"], name=op.f("fk_work_shift_statement_id")),
        sa.ForeignKeyConstraint(["worker_id"], ["crowd_worker.id"], name=op.f("fk_work_shift_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_shift")),
    )
    op.create_index("ix_work_shift_account_key", "work_shift", ["account_key"], unique=False)
    op.create_index("ix_work_shift_person_key_begins_at", "work_shift", ["person_key", "begins_at"], unique=False)
    op.create_index("ix_work_shift_statement_id_id", "work_shift", ["statement_id", "id"], unique=False)
    op.create_index(op.f("ix_work_shift_worker_id"), "work_shift", ["worker_id"], unique=False)


def _work_objection() -> None:
    op.create_table(
        "work_objection",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("worker_id", sa.BigInteger(), nullable=False),
        sa.Column("statement_id", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_by", sa.BigInteger(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(answer is null) = (answered_at is null)", name=op.f("ck_work_objection_answered")),
        sa.ForeignKeyConstraint(["answered_by"], ["person.id"], name=op.f("fk_work_objection_answered_by")),
        sa.ForeignKeyConstraint(["statement_id"], ["work_statement.id"], name=op.f("fk_work_objection_statement_id")),
        sa.ForeignKeyConstraint(["worker_id"], ["crowd_worker.id"], name=op.f("fk_work_objection_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_objection")),
    )
    op.create_index(op.f("ix_work_objection_statement_id"), "work_objection", ["statement_id"], unique=False)
    op.create_index(op.f("ix_work_objection_worker_id"), "work_objection", ["worker_id"], unique=False)


def upgrade() -> None:
    _crowd_worker()
    _work_statement()
    _work_shift()
    _work_objection()
    grant("select, insert, update", "crowd_worker", "work_statement", "work_objection")
    append_only("work_shift")


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
