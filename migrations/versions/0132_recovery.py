"""Recovery: cases with their due process, statements, instalments, money that comes back, and the ways it takes."""

import sqlalchemy as sa
from alembic import op

from migrations.grants import append_only, grant

revision = "0132"
down_revision = "0131"

KINDS = """
restitution        programme  false
surcharge          programme  false
recovery_interest  programme  false
"""

# recovery_due of a case stands below zero while the firm owes.
ROUTES = """
claim_principal   recovery_due       restitution        false
claim_surcharge   recovery_due       surcharge          false
claim_interest    recovery_due       recovery_interest  false
reduce_principal  restitution        recovery_due       false
reduce_surcharge  surcharge          recovery_due       false
reduce_interest   recovery_interest  recovery_due       false
recover           bank_in            recovery_due       false
reverse_recover   recovery_due       bank_in            false
"""


def _moment(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=True)


def _created() -> sa.Column[object]:
    return sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False)


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False)


def _choice(column: str, name: str, *values: str, default: str | None = None, nullable: bool = False) -> sa.Column[str]:
    kind = sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)
    return sa.Column(column, kind, server_default=default, nullable=nullable)


def _case() -> None:
    people = ("noticed_by", "proposed_by", "decided_by", "answered_by", "closed_by")
    op.create_table(
        "recovery_case",
        _id(),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("programme_id", sa.BigInteger(), nullable=False),
        sa.Column("voucher_id", sa.BigInteger(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("principal_minor", sa.BigInteger(), nullable=False),
        sa.Column("self_reported", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        _choice(
            *("ground", "ground"),
            *("false_claim", "other_use", "breach", "requirement", "excess"),
            nullable=True,
        ),
        sa.Column("clause", sa.Text(), nullable=True),
        sa.Column("since_on", sa.Date(), nullable=True),
        sa.Column("slight", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("factor", sa.BigInteger(), nullable=True),
        sa.Column("surcharge_minor", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("interest_minor", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("rule", sa.Text(), nullable=True),
        sa.Column("opinion_due_on", sa.Date(), nullable=True),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("bar_until_on", sa.Date(), nullable=True),
        sa.Column("objection_due_on", sa.Date(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("unpaid_bar_id", sa.BigInteger(), nullable=True),
        _choice(
            *("state", "recoverystate"),
            *("opened", "noticed", "proposed", "decided", "objected", "closed", "dropped"),
            default="opened",
        ),
        sa.Column("opened_by", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=True) for name in people),
        _created(),
        *map(_moment, ("noticed_at", "decided_at", "closed_at")),
        sa.CheckConstraint("principal_minor >= 0", name=op.f("ck_recovery_case_principal")),
        sa.CheckConstraint("surcharge_minor >= 0 and interest_minor >= 0", name=op.f("ck_recovery_case_amounts")),
        sa.CheckConstraint("decided_by <> proposed_by", name=op.f("ck_recovery_case_two_persons")),
        sa.CheckConstraint("answered_by <> decided_by", name=op.f("ck_recovery_case_answer_two_persons")),
        sa.CheckConstraint(
            "state in ('opened','dropped') or (ground is not null and clause is not null and opinion_due_on is not null)",
            name=op.f("ck_recovery_case_noticed"),
        ),
        sa.CheckConstraint(
            "state not in ('decided','objected','closed') or (decided_by is not null and due_on is not null)",
            name=op.f("ck_recovery_case_decided"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_recovery_case_organisation_id")
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_recovery_case_programme_id")),
        sa.ForeignKeyConstraint(["voucher_id"], ["voucher.id"], name=op.f("fk_recovery_case_voucher_id")),
        sa.ForeignKeyConstraint(["unpaid_bar_id"], ["bar.id"], name=op.f("fk_recovery_case_unpaid_bar_id")),
        *(
            sa.ForeignKeyConstraint([name], ["person.id"], name=op.f(f"fk_recovery_case_{name}"))
            for name in ("opened_by", *people)
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_case")),
        sa.UniqueConstraint("number", name=op.f("uq_recovery_case_number")),
    )
    for column in ("organisation_id", "programme_id", "voucher_id"):
        op.create_index(op.f(f"ix_recovery_case_{column}"), "recovery_case", [column])


def _statement() -> None:
    op.create_table(
        "recovery_statement",
        _id(),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        _choice("kind", "statementkind", "opinion", "objection", "self_report"),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=False),
        _created(),
        sa.ForeignKeyConstraint(["case_id"], ["recovery_case.id"], name=op.f("fk_recovery_statement_case_id")),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_recovery_statement_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_statement")),
    )
    op.create_index(op.f("ix_recovery_statement_case_id"), "recovery_statement", ["case_id"])


def _instalment() -> None:
    op.create_table(
        "recovery_instalment",
        _id(),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        _created(),
        sa.CheckConstraint("amount_minor > 0 and position > 0", name=op.f("ck_recovery_instalment_amount")),
        sa.ForeignKeyConstraint(["case_id"], ["recovery_case.id"], name=op.f("fk_recovery_instalment_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_instalment")),
        sa.UniqueConstraint("case_id", "position", name=op.f("uq_recovery_instalment_case_id_position")),
    )


def _receipt() -> None:
    people = ("confirmed_by", "reversal_asked_by", "reversed_by")
    op.create_table(
        "recovery_receipt",
        _id(),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("depositor", sa.Text(), nullable=False),
        sa.Column("bank_reference", sa.Text(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        _choice(
            *("state", "recoveryreceiptstate"), *("entered", "confirmed", "rejected", "reversed"), default="entered"
        ),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("entered_by", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=True) for name in people),
        _created(),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_recovery_receipt_amount")),
        sa.CheckConstraint("confirmed_by <> entered_by", name=op.f("ck_recovery_receipt_two_persons")),
        sa.CheckConstraint("reversed_by <> reversal_asked_by", name=op.f("ck_recovery_receipt_reversal_two_persons")),
        sa.CheckConstraint("state = 'entered' or confirmed_by is not null", name=op.f("ck_recovery_receipt_confirmed")),
        sa.CheckConstraint("state <> 'reversed' or reversed_by is not null", name=op.f("ck_recovery_receipt_reversed")),
        sa.ForeignKeyConstraint(["case_id"], ["recovery_case.id"], name=op.f("fk_recovery_receipt_case_id")),
        *(
            sa.ForeignKeyConstraint([name], ["person.id"], name=op.f(f"fk_recovery_receipt_{name}"))
            for name in ("entered_by", *people)
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_receipt")),
    )
    op.create_index(op.f("ix_recovery_receipt_case_id"), "recovery_receipt", ["case_id"])
    live = sa.text("state not in ('rejected','reversed')")
    op.create_index(
        "uq_recovery_receipt_reference", "recovery_receipt", ["bank_reference"], unique=True, postgresql_where=live
    )


def upgrade() -> None:
    _case()
    _statement()
    _instalment()
    _receipt()
    grant("select, insert, update", "recovery_case", "recovery_receipt")
    grant("select, insert, delete", "recovery_instalment")
    append_only("recovery_statement")
    for line in KINDS.strip().splitlines():
        kind, owner, floor = line.split()
        op.execute(f"insert into ledger_kind (kind, owner, floor) values ('{kind}', '{owner}', {floor})")
    for line in ROUTES.strip().splitlines():
        reason, debit, credit, match = line.split()
        op.execute(
            "insert into ledger_route (reason, debit_kind, credit_kind, owners_match) "
            f"values ('{reason}', '{debit}', '{credit}', {match})"
        )


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
