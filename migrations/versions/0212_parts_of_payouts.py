"""What is paid of a settlement case in parts: less what is set off, what was retained later, what was set off by mistake
again; and the papers that tell payees so."""

import sqlalchemy as sa
from alembic import op

from migrations.grants import grant

revision = "0212"
down_revision = "0211"

ROUTES = """
set_off                 payable       recovery_due  false
reverse_set_off         recovery_due  payable       false
set_off_refund          refund_due    recovery_due  false
reverse_set_off_refund  recovery_due  refund_due    false
"""


def states(table: str, name: str, *values: str) -> None:
    """A state's CHECK with new words."""
    for known in (name, f"ck_{table}_{name}"):
        op.execute(f"alter table {table} drop constraint if exists {known}")
    listed = ", ".join(f"'{value}'" for value in values)
    op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, f"state in ({listed})")


def upgrade() -> None:
    states("payout", "payoutstate", "waiting", "batched", "sent", "paid", "bounced", "withdrawn", "set_off")
    part = sa.Enum(
        "main", "retention", "again", name="payoutpart", native_enum=False, create_constraint=True, length=32
    )
    op.add_column("payout", sa.Column("part", part, server_default="main", nullable=False))
    op.add_column("payout", sa.Column("set_off_minor", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("payout", sa.Column("set_offs", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("payout", sa.Column("held_for", sa.Text(), nullable=True))
    op.drop_constraint("ck_payout_amount", "payout")
    op.create_check_constraint(
        op.f("ck_payout_amount"), "payout", "amount_minor > 0 or (amount_minor = 0 and state = 'set_off')"
    )
    op.create_check_constraint(op.f("ck_payout_set_off"), "payout", "set_off_minor >= 0 and set_offs >= 0")
    op.create_check_constraint(op.f("ck_payout_held"), "payout", "held_for is null or state = 'waiting'")
    op.drop_constraint("uq_payout_settlement_case_id", "payout")
    op.create_index(
        "uq_payout_settlement_case_id",
        "payout",
        ["settlement_case_id", "part"],
        unique=True,
        postgresql_where=sa.text("part <> 'again'"),
    )
    op.create_index("ix_payout_settlement_case_id", "payout", ["settlement_case_id"])
    op.drop_index("uq_payout_refund", "payout")
    op.create_index(
        "uq_payout_refund",
        "payout",
        ["voucher_id"],
        unique=True,
        postgresql_where=sa.text("settlement_case_id is null and state not in ('paid','set_off')"),
    )
    for line in ROUTES.strip().splitlines():
        reason, debit, credit, match = line.split()
        op.execute(
            "insert into ledger_route (reason, debit_kind, credit_kind, owners_match) "
            f"values ('{reason}', '{debit}', '{credit}', {match})"
        )
    _advice()


def _advice() -> None:
    op.create_table(
        "payout_advice",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("batch_id", sa.BigInteger(), nullable=False),
        sa.Column("payee_id", sa.BigInteger(), nullable=False),
        sa.Column("paper_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["payout_batch.id"], name=op.f("fk_payout_advice_batch_id")),
        sa.ForeignKeyConstraint(["payee_id"], ["organisation.id"], name=op.f("fk_payout_advice_payee_id")),
        sa.ForeignKeyConstraint(["paper_id"], ["paper.id"], name=op.f("fk_payout_advice_paper_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout_advice")),
        sa.UniqueConstraint("batch_id", "payee_id", name=op.f("uq_payout_advice_batch_id_payee_id")),
    )
    op.create_index("ix_payout_advice_payee_id", "payout_advice", ["payee_id"])
    grant("select, insert, update", "payout_advice")
    # Payouts of before have had their word by mail; papers are for what is paid from now on.
    op.add_column("payout_batch", sa.Column("advised_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("update payout_batch set advised_at = app_now() where state = 'settled'")
    op.create_index(
        "ix_payout_batch_unadvised",
        "payout_batch",
        ["id"],
        postgresql_where=sa.text("state = 'settled' and advised_at is null"),
    )


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
