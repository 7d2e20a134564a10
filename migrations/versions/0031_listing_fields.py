"""What a version of a listing says in more detail: coverage, volume, dictionary, terms, prices and the labour card."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0031"
down_revision = "0019"

FREQUENCIES = ("real_time", "daily", "weekly", "monthly", "quarterly", "yearly", "irregular", "never", "unknown")


def upgrade() -> None:
    for name in ("region", "provenance"):
        op.add_column("listing_version", sa.Column(name, sa.Text(), server_default="", nullable=False))
    for name in ("period_from", "period_to"):
        op.add_column("listing_version", sa.Column(name, sa.Date(), nullable=True))
    for name in ("record_count", "byte_size"):
        op.add_column("listing_version", sa.Column(name, sa.BigInteger(), nullable=True))
    for name, empty in (("dictionary", "[]"), ("terms", "{}"), ("plans", "[]"), ("labour", "{}")):
        kind = postgresql.JSONB(astext_type=sa.Text())
        default = sa.text(f"'{empty}'::jsonb")
        op.add_column("listing_version", sa.Column(name, kind, server_default=default, nullable=False))
    frequency = sa.Enum(*FREQUENCIES, name="frequency", native_enum=False, length=32)
    op.add_column("listing_version", sa.Column("frequency", frequency, server_default="unknown", nullable=False))
    listed = ", ".join(f"'{each}'" for each in FREQUENCIES)
    op.create_check_constraint("frequency", "listing_version", f"frequency in ({listed})")
    op.create_check_constraint("volume", "listing_version", "record_count >= 0 and byte_size >= 0")
    op.create_check_constraint("period", "listing_version", "period_from <= period_to")


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
