"""Where firms are paid: an account is asked for, verified, agreed to by a second person, and waits before it is used."""

import sqlalchemy as sa
from alembic import op

from migrations.grants import grant

revision = "0171"
down_revision = "0164"

STATES = ("asked", "waiting", "active", "replaced", "refused", "withdrawn")


def upgrade() -> None:
    kind = sa.Enum(*STATES, name="bankaccountstate", native_enum=False, create_constraint=True, length=32)
    op.create_table(
        "bank_account",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("code", "account", "holder")),
        sa.Column("state", kind, server_default="asked", nullable=False),
        sa.Column("taken_over", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("document_sha256", sa.Text(), nullable=True),
        sa.Column("document_name", sa.Text(), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("found_holder", sa.Text(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("agreed", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("asked_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("usable_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "code ~ '^[0-9]{3}$' and account ~ '^[0-9]{6,20}$' and holder <> ''", name=op.f("ck_bank_account_facts")
        ),
        sa.CheckConstraint("decided_by <> asked_by or state = 'withdrawn'", name=op.f("ck_bank_account_two_persons")),
        sa.CheckConstraint(
            "taken_over or state = 'asked' or (asked_by is not null and decided_by is not null)",
            name=op.f("ck_bank_account_decided"),
        ),
        sa.CheckConstraint(
            "state not in ('waiting','active','replaced') or usable_on is not null", name=op.f("ck_bank_account_usable")
        ),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_bank_account_organisation_id")),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_bank_account_asked_by")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_bank_account_decided_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_account")),
    )
    op.create_index(op.f("ix_bank_account_organisation_id"), "bank_account", ["organisation_id"])
    for name, states in (("live", "state in ('asked','waiting')"), ("active", "state = 'active'")):
        op.create_index(
            f"uq_bank_account_{name}",
            "bank_account",
            ["organisation_id"],
            unique=True,
            postgresql_where=sa.text(states),
        )
    grant("select, insert, update", "bank_account")
    op.add_column("payout", sa.Column("bank_account_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f("fk_payout_bank_account_id"), "payout", "bank_account", ["bank_account_id"], ["id"])
    # What firms were paid to until now stays theirs.
    op.execute(
        r"""
        insert into bank_account (organisation_id, code, account, holder, state, taken_over, usable_on)
        select id, bank_code, regexp_replace(bank_account, '[\s-]', '', 'g'), btrim(bank_holder), 'active', true,
          app_now()::date
        from organisation
        where bank_code ~ '^[0-9]{3}$' and regexp_replace(bank_account, '[\s-]', '', 'g') ~ '^[0-9]{6,20}$'
          and btrim(bank_holder) <> ''
        """
    )


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
