"""Own share by card: payments, refunds, the gateway's events and its balance; the ways that such money takes."""

import sqlalchemy as sa
from alembic import op

from migrations.grants import append_only, grant

revision = "0131"
down_revision = "0124"

# What the card company holds for a programme (below zero: it holds money of ours), what it kept for its work, what it
# took back and somebody has to look at, and money that has come in and belongs to nobody yet.
KINDS = """
card_in     programme  false
card_fee    programme  false
card_claim  programme  false
suspense    programme  false
"""

# reason, debit kind, credit kind, whether both accounts belong to the same owner.
ROUTES = """
card_receive        card_in        bank_in     true
card_hold           card_in        suspense    true
card_refund         bank_in        in_transit  true
card_refund_held    suspense       in_transit  true
card_refunded       in_transit     card_in     true
card_refund_failed  in_transit     suspense    true
card_taken          card_claim     card_in     true
card_given_back     card_in        card_claim  true
card_unapply        bank_in        card_claim  true
card_unhold         suspense       card_claim  true
card_claim_held     card_claim     suspense    true
card_fee            card_fee       card_in     true
hold_deposit        bank_in        suspense    true
reverse_own         own_available  bank_in     false
"""


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False)


def _states(name: str, default: str, *values: str) -> sa.Column[str]:
    kind = sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)
    return sa.Column("state", kind, server_default=default, nullable=False)


def _created(name: str = "created_at") -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False)


def _card_payment() -> None:
    op.create_table(
        "card_payment",
        _id(),
        sa.Column("voucher_id", sa.BigInteger(), nullable=False),
        sa.Column("programme_id", sa.BigInteger(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=False),
        sa.Column("session_id", sa.Text(), nullable=True),
        sa.Column("session_url", sa.Text(), nullable=True),
        sa.Column("payment_intent", sa.Text(), nullable=True),
        sa.Column("charge_id", sa.Text(), nullable=True),
        sa.Column("method", sa.Text(), nullable=True),
        sa.Column("dispute_id", sa.Text(), nullable=True),
        sa.Column("tries", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        _states(
            *("cardpaymentstate", "started"),
            *("started", "open", "paid", "held", "refunding", "refunded", "disputed", "lost", "expired"),
        ),
        sa.Column("started_by", sa.BigInteger(), nullable=False),
        _created(),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("amount_minor between 100 and 99999999", name=op.f("ck_card_payment_amount")),
        sa.CheckConstraint(
            "state in ('started','expired') or session_id is not null", name=op.f("ck_card_payment_session")
        ),
        sa.CheckConstraint(
            "state in ('started','open','expired') or (paid_at is not null and payment_intent is not null)",
            name=op.f("ck_card_payment_paid"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_card_payment_programme_id")),
        sa.ForeignKeyConstraint(["started_by"], ["person.id"], name=op.f("fk_card_payment_started_by")),
        sa.ForeignKeyConstraint(["voucher_id"], ["voucher.id"], name=op.f("fk_card_payment_voucher_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_payment")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_card_payment_idempotency_key")),
        sa.UniqueConstraint("session_id", name=op.f("uq_card_payment_session_id")),
        sa.UniqueConstraint("payment_intent", name=op.f("uq_card_payment_payment_intent")),
        sa.UniqueConstraint("charge_id", name=op.f("uq_card_payment_charge_id")),
        sa.UniqueConstraint("dispute_id", name=op.f("uq_card_payment_dispute_id")),
    )
    op.create_index(op.f("ix_card_payment_voucher_id"), "card_payment", ["voucher_id"])
    op.create_index(op.f("ix_card_payment_programme_id"), "card_payment", ["programme_id"])
    live = sa.text("state in ('started','open')")
    op.create_index("uq_card_payment_live", "card_payment", ["voucher_id"], unique=True, postgresql_where=live)


def _card_refund() -> None:
    op.create_table(
        "card_refund",
        _id(),
        sa.Column("card_payment_id", sa.BigInteger(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=False),
        sa.Column("refund_id", sa.Text(), nullable=True),
        sa.Column("tries", sa.BigInteger(), server_default="0", nullable=False),
        _states("cardrefundstate", "asked", "asked", "refused", "approved", "sent", "done", "failed"),
        sa.Column("asked_by", sa.BigInteger(), nullable=False),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        _created(),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_card_refund_amount")),
        sa.CheckConstraint("decided_by <> asked_by", name=op.f("ck_card_refund_two_persons")),
        sa.CheckConstraint("state = 'asked' or decided_by is not null", name=op.f("ck_card_refund_decided")),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_card_refund_asked_by")),
        sa.ForeignKeyConstraint(["card_payment_id"], ["card_payment.id"], name=op.f("fk_card_refund_card_payment_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_card_refund_decided_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_refund")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_card_refund_idempotency_key")),
        sa.UniqueConstraint("refund_id", name=op.f("uq_card_refund_refund_id")),
    )
    live = sa.text("state in ('asked','approved','sent')")
    op.create_index("uq_card_refund_live", "card_refund", ["card_payment_id"], unique=True, postgresql_where=live)


def _events() -> None:
    op.create_table(
        "gateway_event",
        _id(),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("session_id", sa.Text(), nullable=True),
        sa.Column("payment_intent", sa.Text(), nullable=True),
        sa.Column("hint", sa.BigInteger(), nullable=True),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body_sha256", sa.Text(), nullable=False),
        _states("eventstate", "received", "received", "done", "ignored"),
        sa.Column("tries", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("not_before", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        _created("received_at"),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gateway_event")),
        sa.UniqueConstraint("event_id", name=op.f("uq_gateway_event_event_id")),
    )
    waiting = sa.text("state = 'received'")
    op.create_index("ix_gateway_event_waiting", "gateway_event", ["not_before", "id"], postgresql_where=waiting)
    op.create_table(
        "card_balance_line",
        _id(),
        sa.Column("transaction_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("card_payment_id", sa.BigInteger(), nullable=True),
        sa.Column("programme_id", sa.BigInteger(), nullable=True),
        sa.Column("gross_minor", sa.BigInteger(), nullable=False),
        sa.Column("fee_minor", sa.BigInteger(), nullable=False),
        sa.Column("net_minor", sa.BigInteger(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        _created(),
        sa.CheckConstraint("gross_minor - fee_minor = net_minor", name=op.f("ck_card_balance_line_net")),
        sa.ForeignKeyConstraint(
            ["card_payment_id"], ["card_payment.id"], name=op.f("fk_card_balance_line_card_payment_id")
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_card_balance_line_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_balance_line")),
        sa.UniqueConstraint("transaction_id", name=op.f("uq_card_balance_line_transaction_id")),
    )
    op.create_index(op.f("ix_card_balance_line_card_payment_id"), "card_balance_line", ["card_payment_id"])
    op.create_index(op.f("ix_card_balance_line_programme_id"), "card_balance_line", ["programme_id"])


def _receipts() -> None:
    """A receipt may be a card payment, which nobody enters; a confirmed one may be taken back."""
    op.alter_column("own_share_receipt", "entered_by", nullable=True)
    op.add_column("own_share_receipt", sa.Column("card_payment_id", sa.BigInteger(), nullable=True))
    op.add_column("own_share_receipt", sa.Column("reversal_asked_by", sa.BigInteger(), nullable=True))
    op.add_column("own_share_receipt", sa.Column("reversed_by", sa.BigInteger(), nullable=True))
    op.add_column("own_share_receipt", sa.Column("reversal_reason", sa.Text(), nullable=True))
    op.add_column("own_share_receipt", sa.Column("reversed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_foreign_key(
        op.f("fk_own_share_receipt_card_payment_id"), "own_share_receipt", "card_payment", ["card_payment_id"], ["id"]
    )
    for column in ("reversal_asked_by", "reversed_by"):
        op.create_foreign_key(op.f(f"fk_own_share_receipt_{column}"), "own_share_receipt", "person", [column], ["id"])
    op.drop_constraint("ck_own_share_receipt_confirmed", "own_share_receipt")
    op.create_check_constraint(
        op.f("ck_own_share_receipt_confirmed"),
        "own_share_receipt",
        "state not in ('confirmed','reversed') or confirmed_by is not null or card_payment_id is not null",
    )
    op.create_check_constraint(
        op.f("ck_own_share_receipt_entered"),
        "own_share_receipt",
        "(entered_by is null) = (card_payment_id is not null)",
    )
    op.create_check_constraint(
        op.f("ck_own_share_receipt_reversal_two_persons"), "own_share_receipt", "reversed_by <> reversal_asked_by"
    )
    op.execute("alter table own_share_receipt drop constraint if exists receiptstate")
    op.execute("alter table own_share_receipt drop constraint if exists ck_own_share_receipt_receiptstate")
    op.create_check_constraint(
        op.f("ck_own_share_receipt_receiptstate"),
        "own_share_receipt",
        "state in ('entered','confirmed','rejected','reversed')",
    )
    op.drop_index("uq_own_share_receipt_reference", "own_share_receipt")
    op.create_index(
        "uq_own_share_receipt_reference",
        "own_share_receipt",
        ["bank_reference"],
        unique=True,
        postgresql_where=sa.text("state not in ('rejected','reversed')"),
    )
    op.create_index(
        "uq_own_share_receipt_card_payment",
        "own_share_receipt",
        ["card_payment_id"],
        unique=True,
        postgresql_where=sa.text("state <> 'reversed'"),
    )


def upgrade() -> None:
    _card_payment()
    _card_refund()
    _events()
    _receipts()
    grant("select, insert, update", "card_payment", "card_refund", "gateway_event")
    append_only("card_balance_line")
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
