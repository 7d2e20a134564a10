"""What a supplier can carry in a programme year, and what accepted orders take of it."""

import sqlalchemy as sa
from alembic import op

from migrations.grants import grant

revision = "0041"
down_revision = "0034"


def upgrade() -> None:
    for name in ("headcount", "capacity_hundredths"):
        op.add_column("designation", sa.Column(name, sa.BigInteger(), server_default="0", nullable=False))
    op.create_check_constraint(
        op.f("ck_designation_capacity"), "designation", "headcount >= 0 and capacity_hundredths >= 0"
    )
    states = sa.Enum("booked", "released", name="bookingstate", native_enum=False, create_constraint=True, length=32)
    op.create_table(
        "capacity_booking",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("programme_id", sa.BigInteger(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("hundredths", sa.BigInteger(), nullable=False),
        sa.Column("state", states, server_default="booked", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("hundredths > 0", name=op.f("ck_capacity_booking_hundredths")),
        sa.CheckConstraint(
            "(state = 'released') = (released_at is not null)", name=op.f("ck_capacity_booking_released")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "programme_id"],
            ["designation.organisation_id", "designation.programme_id"],
            name=op.f("fk_capacity_booking_organisation_id_programme_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_capacity_booking")),
        sa.UniqueConstraint("about", name=op.f("uq_capacity_booking_about")),
    )
    op.create_index(
        "ix_capacity_booking_held",
        "capacity_booking",
        ["programme_id", "organisation_id"],
        postgresql_where=sa.text("state = 'booked'"),
    )
    grant("select, insert", "capacity_booking")
    grant("update (state, released_at)", "capacity_booking")


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
