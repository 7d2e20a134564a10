"""Bank statements of the agency's account: deposits that are matched, held, given to a voucher or sent back."""

import sqlalchemy as sa
from alembic import op

from migrations.grants import append_only, grant

revision = "0172"
down_revision = "0171"


def _choice(column: str, name: str, *values: str, default: str | None = None) -> sa.Column[str]:
    kind = sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)
    return sa.Column(column, kind, server_default=default, nullable=default is None)


def _common() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("programme_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
    )


def _statement() -> None:
    op.create_table(
        "bank_statement",
        *_common(),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("lines", "new_lines", "held_lines", "read_by")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_bank_statement_programme_id")),
        sa.ForeignKeyConstraint(["read_by"], ["person.id"], name=op.f("fk_bank_statement_read_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_statement")),
        sa.UniqueConstraint("sha256", name=op.f("uq_bank_statement_sha256")),
    )
    op.create_index(op.f("ix_bank_statement_programme_id"), "bank_statement", ["programme_id"])


def _deposit() -> None:
    why = ("unknown_payer", "nothing_due", "other_amount", "ambiguous", "known_reference", "taken_back")
    op.create_table(
        "deposit",
        *_common(),
        sa.Column("statement_id", sa.BigInteger(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("payer_code", "payer_account", "payer_name", "memo")),
        _choice("state", "depositstate", "held", "taken", "returning", "returned", default="held"),
        _choice("held_for", "heldfor", *why),
        sa.Column("receipt_id", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("brought_by", sa.BigInteger(), nullable=False),
        sa.Column("asked_by", sa.BigInteger(), nullable=True),
        sa.Column("returned_by", sa.BigInteger(), nullable=True),
        sa.Column("return_reference", sa.Text(), nullable=True),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_deposit_amount")),
        sa.CheckConstraint("returned_by <> asked_by", name=op.f("ck_deposit_two_persons")),
        sa.CheckConstraint("(state = 'taken') = (receipt_id is not null)", name=op.f("ck_deposit_taken")),
        sa.CheckConstraint("state <> 'held' or held_for is not null", name=op.f("ck_deposit_held")),
        sa.CheckConstraint(
            "state <> 'returned' or (returned_by is not null and asked_by is not null and return_reference is not null)",
            name=op.f("ck_deposit_returned"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_deposit_programme_id")),
        sa.ForeignKeyConstraint(["statement_id"], ["bank_statement.id"], name=op.f("fk_deposit_statement_id")),
        sa.ForeignKeyConstraint(["receipt_id"], ["own_share_receipt.id"], name=op.f("fk_deposit_receipt_id")),
        *(
            sa.ForeignKeyConstraint([name], ["person.id"], name=op.f(f"fk_deposit_{name}"))
            for name in ("brought_by", "asked_by", "returned_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deposit")),
        sa.UniqueConstraint("reference", name=op.f("uq_deposit_reference")),
        sa.UniqueConstraint("return_reference", name=op.f("uq_deposit_return_reference")),
    )
    op.create_index(op.f("ix_deposit_programme_id"), "deposit", ["programme_id"])
    op.create_index(op.f("ix_deposit_statement_id"), "deposit", ["statement_id"])
    op.create_index("uq_deposit_receipt_id", "deposit", ["receipt_id"], unique=True)
    waits = sa.text("state in ('held','returning')")
    op.create_index("ix_deposit_held", "deposit", ["id"], postgresql_where=waits)


def upgrade() -> None:
    _statement()
    _deposit()
    append_only("bank_statement")
    grant("select, insert, update", "deposit")
    op.execute("insert into ledger_route values ('return_deposit', 'suspense', 'bank_in', true)")


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
