"""A file that the program fetches itself from a supplier's own store: where from, until when, and how often it was tried."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0221"
down_revision = "0214"


def upgrade() -> None:
    op.add_column("upload", sa.Column("source", sa.Text(), nullable=True))
    op.add_column("upload", sa.Column("source_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("upload", sa.Column("tries", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("upload", sa.Column("not_before", sa.DateTime(timezone=True), nullable=True))
    op.add_column("upload", sa.Column("problem_values", JSONB(), server_default="{}", nullable=False))
    # What comes from elsewhere is only taken for what it was said to be.
    op.create_check_constraint(
        op.f("ck_upload_source"),
        "upload",
        "source is null or (promised_sha256 is not null and source_until is not null)",
    )


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
