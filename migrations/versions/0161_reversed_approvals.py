"""An approval can be taken back by two before its payout leaves; money returns by postings of their own."""

import sqlalchemy as sa
from alembic import op

from migrations.grants import grant

revision = "0161"
down_revision = "0154"

ROUTES = """
unapprove_support payable support_reserved false
unapprove_own     payable own_reserved     false
"""


def states(table: str, name: str, *values: str) -> None:
    """A state's CHECK with new words."""
    for known in (name, f"ck_{table}_{name}"):
        op.execute(f"alter table {table} drop constraint if exists {known}")
    listed = ", ".join(f"'{value}'" for value in values)
    op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, f"state in ({listed})")


def upgrade() -> None:
    states("settlement_case", "casestate", "open", "checked", "approved", "paid", "returned", "reversed")
    states("payout", "payoutstate", "waiting", "batched", "sent", "paid", "bounced", "withdrawn")
    op.add_column("settlement_case", sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True))
    for name in ("released_support_minor", "released_own_minor"):
        op.add_column("settlement_case", sa.Column(name, sa.BigInteger(), server_default="0", nullable=False))
    op.execute(
        "update settlement_case c set released_support_minor = coalesce(t.support, 0), "
        "released_own_minor = greatest(coalesce(t.own, 0) - c.cut_vat_minor, 0) from ("
        "select split_part(key, ':', 2)::bigint as id, sum(amount) filter (where reason = 'release_support') as support, "
        "sum(amount) filter (where reason = 'release_own') as own from ledger_transfer "
        "where key ~ '^settlement_case\\:[0-9]+\\:release$' group by 1) t where t.id = c.id and c.cut_supply_minor > 0"
    )
    # What is on its way already has left.
    op.execute(
        "update settlement_case c set claimed_at = app_now() where exists "
        "(select from payout p where p.settlement_case_id = c.id and p.state <> 'waiting')"
    )
    op.create_check_constraint(
        op.f("ck_settlement_case_reversed"), "settlement_case", "state <> 'reversed' or claimed_at is null"
    )
    # An invoice has one case that counts; the one whose approval was taken back stays beside it.
    op.execute("alter table settlement_case drop constraint uq_settlement_case_invoice_id")
    op.create_index(
        "uq_settlement_case_invoice_id",
        "settlement_case",
        ["invoice_id"],
        unique=True,
        postgresql_where=sa.text("state <> 'reversed'"),
    )
    op.create_table(
        "approval_reversal",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "asked",
                "confirmed",
                "refused",
                name="reversalstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            server_default="asked",
            nullable=False,
        ),
        sa.Column("asked_by", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("new_case_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("decided_by <> asked_by", name=op.f("ck_approval_reversal_two_persons")),
        sa.CheckConstraint(
            "(state = 'asked') = (decided_by is null) and (state = 'confirmed') = (new_case_id is not null)",
            name=op.f("ck_approval_reversal_decided"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["settlement_case.id"], name=op.f("fk_approval_reversal_case_id")),
        sa.ForeignKeyConstraint(["new_case_id"], ["settlement_case.id"], name=op.f("fk_approval_reversal_new_case_id")),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_approval_reversal_asked_by")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_approval_reversal_decided_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_reversal")),
    )
    op.create_index(
        "uq_approval_reversal_open",
        "approval_reversal",
        ["case_id"],
        unique=True,
        postgresql_where=sa.text("state = 'asked'"),
    )
    op.create_index(op.f("ix_approval_reversal_case_id"), "approval_reversal", ["case_id"])
    grant("select, insert, update", "approval_reversal")
    for line in ROUTES.strip().splitlines():
        reason, debit, credit, match = line.split()
        op.execute(
            "insert into ledger_route (reason, debit_kind, credit_kind, owners_match) "
            f"values ('{reason}', '{debit}', '{credit}', {match})"
        )


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
