"""What a firm declares of its capital, credit, industry and other support, and the certificates that prove it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0182"
down_revision = "0181"

KINDS = ("size", "micro", "national_tax", "local_tax", "financial", "credit", "founding")


def upgrade() -> None:
    empty = sa.text("'{}'::jsonb")
    op.add_column("application", sa.Column("declared", postgresql.JSONB(), server_default=empty, nullable=False))
    op.execute("alter table firm_certificate drop constraint if exists certificatekind")
    op.execute("alter table firm_certificate drop constraint if exists ck_firm_certificate_certificatekind")
    op.create_check_constraint(
        op.f("ck_firm_certificate_certificatekind"),
        "firm_certificate",
        "kind in (" + ", ".join(f"'{kind}'" for kind in KINDS) + ")",
    )


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
