"""A part of what is settled stays with the programme until the work has proved itself: its ways and its facts."""

import sqlalchemy as sa
from alembic import op

revision = "0214"
down_revision = "0213"

ROUTES = """
retain            payable   retained  true
unretain          retained  payable   true
release_retained  retained  payable   true
"""


def upgrade() -> None:
    op.add_column("settlement_case", sa.Column("retained_minor", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("settlement_case", sa.Column("retained_days", sa.BigInteger(), nullable=True))
    op.add_column("settlement_case", sa.Column("retained_rule", sa.Text(), nullable=True))
    op.add_column("settlement_case", sa.Column("released_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("settlement_case", sa.Column("released_by", sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f("fk_settlement_case_released_by"), "settlement_case", "person", ["released_by"], ["id"])
    op.create_check_constraint(
        op.f("ck_settlement_case_retained"),
        "settlement_case",
        "retained_minor between 0 and total_minor "
        "and (retained_minor = 0 or (retained_days is not null and retained_rule is not null))",
    )
    op.create_check_constraint(
        op.f("ck_settlement_case_released"),
        "settlement_case",
        "released_at is null or (retained_minor > 0 and released_by is not null and state = 'paid')",
    )
    op.create_index(
        "ix_settlement_case_retained",
        "settlement_case",
        ["id"],
        postgresql_where=sa.text("retained_minor > 0 and state = 'paid'"),
    )
    for line in ROUTES.strip().splitlines():
        reason, debit, credit, match = line.split()
        op.execute(
            "insert into ledger_route (reason, debit_kind, credit_kind, owners_match) "
            f"values ('{reason}', '{debit}', '{credit}', {match})"
        )


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
