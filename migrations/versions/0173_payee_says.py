"""Payees say whether a payout has reached them; what did not is answered by an officer."""

import sqlalchemy as sa
from alembic import op

revision = "0173"
down_revision = "0172"


def upgrade() -> None:
    kind = sa.Enum(
        "received", "missing", "answered", name="payeeword", native_enum=False, create_constraint=False, length=32
    )
    op.add_column("payout", sa.Column("payee_word", kind, nullable=True))
    op.create_check_constraint(op.f("ck_payout_payeeword"), "payout", "payee_word in ('received','missing','answered')")
    for name in ("payee_note", "missing_answer"):
        op.add_column("payout", sa.Column(name, sa.Text(), nullable=True))
    op.add_column("payout", sa.Column("payee_word_at", sa.DateTime(timezone=True), nullable=True))
    for name in ("payee_word_by", "missing_answered_by"):
        op.add_column("payout", sa.Column(name, sa.BigInteger(), nullable=True))
        op.create_foreign_key(op.f(f"fk_payout_{name}"), "payout", "person", [name], ["id"])
    op.create_check_constraint(op.f("ck_payout_payee_word_paid"), "payout", "payee_word is null or state = 'paid'")
    missing = sa.text("payee_word = 'missing'")
    op.create_index("ix_payout_missing", "payout", ["id"], postgresql_where=missing)


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
