"""Each line of a quote says how it is taxed, and each quote at which rate."""

import sqlalchemy as sa
from alembic import op

revision = "0193"
down_revision = "0192"


def upgrade() -> None:
    kind = sa.Enum("taxable", "zero", "exempt", name="taxkind", native_enum=False, create_constraint=True, length=32)
    op.add_column("quote_line", sa.Column("tax_kind", kind, server_default="taxable", nullable=False))
    op.create_check_constraint(op.f("ck_quote_line_tax"), "quote_line", "tax_kind = 'taxable' or vat_minor = 0")
    op.add_column("quote", sa.Column("vat_rate", sa.Text(), server_default="1/10", nullable=False))


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
