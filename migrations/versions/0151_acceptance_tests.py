"""What a delivery is tested against, what the test found, and the labels that people judged."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.grants import grant

revision = "0151"
down_revision = "0143"


def _acceptance_criteria() -> None:
    op.create_table(
        "acceptance_criteria",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("terms", JSONB(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "proposed",
                "agreed",
                "replaced",
                name="criteriastate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            server_default="proposed",
            nullable=False,
        ),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("written_by", sa.BigInteger(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("agreed_by", sa.BigInteger(), nullable=True),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state <> 'agreed' or agreed_by is not null", name=op.f("ck_acceptance_criteria_agreed")),
        sa.CheckConstraint("agreed_by <> written_by", name=op.f("ck_acceptance_criteria_two_persons")),
        sa.ForeignKeyConstraint(["agreed_by"], ["person.id"], name=op.f("fk_acceptance_criteria_agreed_by")),
        sa.ForeignKeyConstraint(["order_id"], ["purchase_order.id"], name=op.f("fk_acceptance_criteria_order_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_acceptance_criteria_organisation_id")
        ),
        sa.ForeignKeyConstraint(["written_by"], ["person.id"], name=op.f("fk_acceptance_criteria_written_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_acceptance_criteria")),
        sa.UniqueConstraint("order_id", "number", name=op.f("uq_acceptance_criteria_order_id_number")),
    )
    op.create_index(
        "uq_acceptance_criteria_agreed",
        "acceptance_criteria",
        ["order_id"],
        unique=True,
        postgresql_where=sa.text("state = 'agreed'"),
    )
    op.create_index(
        "uq_acceptance_criteria_proposed",
        "acceptance_criteria",
        ["order_id"],
        unique=True,
        postgresql_where=sa.text("state = 'proposed'"),
    )


def _acceptance_test() -> None:
    op.create_table(
        "acceptance_test",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("delivery_id", sa.BigInteger(), nullable=False),
        sa.Column("criteria_id", sa.BigInteger(), nullable=True),
        sa.Column("terms", JSONB(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "running",
                "ready",
                "failed",
                name="teststate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            server_default="waiting",
            nullable=False,
        ),
        sa.Column("attempts", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("percent", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("findings", JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False),
        sa.Column("tables", JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False),
        sa.Column("problem", JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("percent between 0 and 100", name=op.f("ck_acceptance_test_percent")),
        sa.ForeignKeyConstraint(
            ["criteria_id"], ["acceptance_criteria.id"], name=op.f("fk_acceptance_test_criteria_id")
        ),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name=op.f("fk_acceptance_test_delivery_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_acceptance_test")),
        sa.UniqueConstraint("delivery_id", name=op.f("uq_acceptance_test_delivery_id")),
    )
    op.create_index(
        "ix_acceptance_test_waiting",
        "acceptance_test",
        ["id"],
        unique=False,
        postgresql_where=sa.text("state in ('waiting','running')"),
    )


def _label_sample() -> None:
    op.create_table(
        "label_sample",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("delivery_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("strata", sa.Text(), nullable=False),
        sa.Column("seed", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "ready",
                "counted",
                "failed",
                name="drawstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            server_default="waiting",
            nullable=False,
        ),
        sa.Column("attempts", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("heading", JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False),
        sa.Column("population", JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("result", JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("problem", JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("by_agency", sa.Boolean(), nullable=False),
        sa.Column("drawn_by", sa.BigInteger(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name=op.f("fk_label_sample_delivery_id")),
        sa.ForeignKeyConstraint(["drawn_by"], ["person.id"], name=op.f("fk_label_sample_drawn_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_sample")),
        sa.UniqueConstraint("delivery_id", "number", name=op.f("uq_label_sample_delivery_id_number")),
    )
    op.create_index(
        "ix_label_sample_waiting", "label_sample", ["id"], unique=False, postgresql_where=sa.text("state = 'waiting'")
    )
    op.create_index(
        "uq_label_sample_open",
        "label_sample",
        ["delivery_id", "by_agency"],
        unique=True,
        postgresql_where=sa.text("state = 'waiting'"),
    )


def _label_item() -> None:
    op.create_table(
        "label_item",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("sample_id", sa.BigInteger(), nullable=False),
        sa.Column("row_number", sa.BigInteger(), nullable=False),
        sa.Column("stratum", sa.Text(), nullable=False),
        sa.Column("cells", JSONB(), nullable=False),
        sa.Column("right", sa.Boolean(), nullable=True),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("marked_by", sa.BigInteger(), nullable=True),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint('("right" is null) = (marked_at is null)', name=op.f("ck_label_item_marked")),
        sa.ForeignKeyConstraint(["marked_by"], ["person.id"], name=op.f("fk_label_item_marked_by")),
        sa.ForeignKeyConstraint(["sample_id"], ["label_sample.id"], name=op.f("fk_label_item_sample_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_item")),
        sa.UniqueConstraint("sample_id", "row_number", name=op.f("uq_label_item_sample_id_row_number")),
    )


def upgrade() -> None:
    _acceptance_criteria()
    _acceptance_test()
    _label_sample()
    _label_item()
    grant("select, insert, update", "acceptance_criteria", "acceptance_test", "label_sample", "label_item")


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
