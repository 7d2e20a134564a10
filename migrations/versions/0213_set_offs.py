"""What a firm owes is set off against what it is to be paid: told first, decided and taken back by two."""

import sqlalchemy as sa
from alembic import op

from migrations.grants import grant

revision = "0213"
down_revision = "0212"


def _moment(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=True)


def upgrade() -> None:
    people = ("agreed_by", "decided_by", "reversal_asked_by", "reversed_by")
    state = sa.Enum(
        "proposed", "decided", "dropped", "reversed", name="setoffstate", native_enum=False, create_constraint=True,
        length=32,
    )  # fmt: skip
    op.create_table(
        "set_off",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("payout_id", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=True),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("heard_until_on", sa.Date(), nullable=False),
        sa.Column("state", state, server_default="proposed", nullable=False),
        sa.Column("reversal_reason", sa.Text(), nullable=True),
        sa.Column("proposed_by", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=True) for name in people),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        *map(_moment, ("agreed_at", "decided_at")),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_set_off_amount")),
        sa.CheckConstraint("decided_by <> proposed_by", name=op.f("ck_set_off_two_persons")),
        sa.CheckConstraint("reversed_by <> reversal_asked_by", name=op.f("ck_set_off_reversal_two_persons")),
        sa.CheckConstraint(
            "state in ('proposed','dropped') or (decided_by is not null and place is not null)",
            name=op.f("ck_set_off_decided"),
        ),
        sa.CheckConstraint("state <> 'reversed' or reversed_by is not null", name=op.f("ck_set_off_reversed")),
        sa.ForeignKeyConstraint(["case_id"], ["recovery_case.id"], name=op.f("fk_set_off_case_id")),
        sa.ForeignKeyConstraint(["payout_id"], ["payout.id"], name=op.f("fk_set_off_payout_id")),
        *(
            sa.ForeignKeyConstraint([name], ["person.id"], name=op.f(f"fk_set_off_{name}"))
            for name in ("proposed_by", *people)
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_set_off")),
        sa.UniqueConstraint("number", name=op.f("uq_set_off_number")),
    )
    op.create_index(op.f("ix_set_off_case_id"), "set_off", ["case_id"])
    op.create_index(
        "uq_set_off_payout_id", "set_off", ["payout_id"], unique=True, postgresql_where=sa.text("state = 'proposed'")
    )
    grant("select, insert, update", "set_off")


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
