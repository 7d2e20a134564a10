"""What decisions rest on and lead to: prices that were paid, locked shortlists, pre-agreements signed by both."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.grants import append_only, grant

revision = "0053"
down_revision = "0052"


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False)


def _number(name: str, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def _words(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _created(name: str = "created_at") -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False)


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    _prices()
    _shortlists()
    _pre_agreements()


def _prices() -> None:
    kinds = _one_of("listingkind", "dataset", "general_processing", "ai_processing", "open_data")
    op.create_table(
        "price_fact",
        _id(),
        _words("about"),
        sa.Column("kind", kinds, nullable=False),
        _words("unit_label"),
        _number("unit_price_minor"),
        _number("buyer_id"),
        _number("supplier_id"),
        sa.Column("settled_on", sa.Date(), nullable=False),
        _created(),
        sa.CheckConstraint("unit_price_minor > 0", name=op.f("ck_price_fact_price")),
        _to("price_fact", "buyer_id", "organisation"),
        _to("price_fact", "supplier_id", "organisation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_fact")),
        sa.UniqueConstraint("about", name=op.f("uq_price_fact_about")),
    )
    op.create_index(
        op.f("ix_price_fact_kind_unit_label_settled_on"), "price_fact", ["kind", "unit_label", "settled_on"]
    )
    append_only("price_fact")


def _shortlists() -> None:
    op.create_table(
        "shortlist",
        _id(),
        _number("need_id"),
        sa.Column("occasion", _one_of("occasion", "posted", "chosen", "kept"), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        _words("content_sha256"),
        _words("weights_version"),
        _number("locked_by", nullable=True),
        _created("locked_at"),
        _to("shortlist", "need_id", "need"),
        _to("shortlist", "locked_by", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shortlist")),
    )
    op.create_index(op.f("ix_shortlist_need_id"), "shortlist", ["need_id"])
    append_only("shortlist")


def _pre_agreements() -> None:
    op.create_table(
        "pre_agreement",
        _id(),
        _words("number"),
        _number("need_id"),
        _number("quote_id"),
        _number("organisation_id"),
        _number("supplier_id"),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        _words("content_sha256"),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column(
            "state",
            _one_of("preagreementstate", "signing", "signed", "ended"),
            server_default="signing",
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        _number("created_by"),
        _created(),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        _number("paper_id", nullable=True),
        sa.CheckConstraint("(state = 'ended') = (ended_at is not null)", name=op.f("ck_pre_agreement_ended")),
        sa.CheckConstraint("organisation_id <> supplier_id", name=op.f("ck_pre_agreement_two_firms")),
        _to("pre_agreement", "need_id", "need"),
        _to("pre_agreement", "quote_id", "quote"),
        _to("pre_agreement", "organisation_id", "organisation"),
        _to("pre_agreement", "supplier_id", "organisation"),
        _to("pre_agreement", "created_by", "person"),
        _to("pre_agreement", "paper_id", "paper"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pre_agreement")),
        sa.UniqueConstraint("number", name=op.f("uq_pre_agreement_number")),
    )
    for name in ("need_id", "organisation_id", "supplier_id"):
        op.create_index(op.f(f"ix_pre_agreement_{name}"), "pre_agreement", [name])
    running, unpapered = sa.text("state <> 'ended'"), sa.text("state = 'signed' and paper_id is null")
    op.create_index("uq_pre_agreement_current", "pre_agreement", ["quote_id"], unique=True, postgresql_where=running)
    op.create_index("ix_pre_agreement_unpapered", "pre_agreement", ["id"], postgresql_where=unpapered)
    grant("select, insert", "pre_agreement")
    grant("update (state, reason, signed_at, ended_at, paper_id)", "pre_agreement")
    table = "pre_agreement_signature"
    op.create_table(
        table,
        _id(),
        _number("pre_agreement_id"),
        sa.Column("side", _one_of("side", "buyer", "supplier"), nullable=False),
        _number("person_id"),
        _words("content_sha256"),
        _created("signed_at"),
        _to(table, "pre_agreement_id", "pre_agreement"),
        _to(table, "person_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("pre_agreement_id", "side", name=op.f(f"uq_{table}_pre_agreement_id_side")),
        sa.UniqueConstraint("pre_agreement_id", "person_id", name=op.f(f"uq_{table}_pre_agreement_id_person_id")),
    )
    append_only(table)


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
