"""Change requests with their evidence, votes and signatures; and support that never rises once a voucher is issued."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.grants import append_only, grant

revision = "0112"
down_revision = "0111"

NOW = sa.text("app_now()")
JSON = postgresql.JSONB(astext_type=sa.Text())
KINDS = ("contact", "lines", "supplier", "period", "amount", "scope", "merger", "withdrawal", "termination")
STATES = ("asked", "signing", "applied", "refused", "objected", "upheld", "withdrawn")
OPEN = "state in ('asked','signing','objected')"
CEILING = """
create function voucher_support_never_rises() returns trigger language plpgsql as $$
begin
  if new.support_minor > old.support_minor then
    raise exception 'the support of a voucher never rises'
      using errcode = 'check_violation', constraint = 'voucher_support_never_rises';
  end if;
  return new;
end $$
"""


def upgrade() -> None:
    _requests()
    _parts()
    op.execute(CEILING)
    op.execute(
        "create trigger voucher_support_never_rises before update of support_minor on voucher "
        "for each row execute function voucher_support_never_rises()"
    )


def _requests() -> None:
    op.create_table(
        "change_request",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("agreement_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", _one_of("changekind", *KINDS), nullable=False),
        sa.Column("terms_version", sa.BigInteger(), nullable=False),
        sa.Column("reason_code", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("wanted", JSON, nullable=False),
        sa.Column("state", _one_of("changestate", *STATES), server_default="asked", nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=True),
        sa.Column("asked_by", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("round", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("plan", JSON, nullable=True),
        sa.Column("plan_sha256", sa.Text(), nullable=True),
        sa.Column("paper_id", sa.BigInteger(), nullable=True),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=True),
        sa.Column("objection", sa.Text(), nullable=True),
        sa.Column("objected_by", sa.BigInteger(), nullable=True),
        sa.Column("objected_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(state = 'applied') = (applied_at is not null)", name=op.f("ck_change_request_applied")),
        sa.CheckConstraint(
            "state not in ('refused','upheld') or decision_reason is not null", name=op.f("ck_change_request_refusal")
        ),
        sa.CheckConstraint("state <> 'signing' or paper_id is not null", name=op.f("ck_change_request_paper")),
        sa.CheckConstraint("asked_by <> decided_by", name=op.f("ck_change_request_two_persons")),
        _to("change_request", "agreement_id", "agreement"),
        _to("change_request", "organisation_id", "organisation"),
        _to("change_request", "asked_by", "person"),
        _to("change_request", "decided_by", "person"),
        _to("change_request", "objected_by", "person"),
        _to("change_request", "paper_id", "paper"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_request")),
        sa.UniqueConstraint("number", name=op.f("uq_change_request_number")),
    )
    op.create_index(op.f("ix_change_request_agreement_id"), "change_request", ["agreement_id"])
    op.create_index(
        "uq_change_request_open", "change_request", ["agreement_id"], unique=True, postgresql_where=sa.text(OPEN)
    )
    op.create_index("ix_change_request_due", "change_request", ["due_on"], postgresql_where=sa.text(OPEN))
    grant("select, insert", "change_request")
    columns = "state, due_on, round, plan, plan_sha256, paper_id, decided_by, decided_at, decision_reason, objection"
    grant(f"update ({columns}, objected_by, objected_at, applied_at)", "change_request")


def _parts() -> None:
    op.create_table(
        "change_evidence",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("request_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        _to("change_evidence", "request_id", "change_request"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_evidence")),
        sa.UniqueConstraint("request_id", "name", name=op.f("uq_change_evidence_request_id_name")),
    )
    op.create_table(
        "change_vote",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("request_id", sa.BigInteger(), nullable=False),
        sa.Column("round", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("plan_sha256", sa.Text(), nullable=False),
        sa.Column("voted_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        _to("change_vote", "request_id", "change_request"),
        _to("change_vote", "person_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_vote")),
        sa.UniqueConstraint(
            "request_id", "round", "person_id", "plan_sha256", name=op.f("uq_change_vote_request_id_person_id")
        ),
    )
    op.create_table(
        "change_signature",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("request_id", sa.BigInteger(), nullable=False),
        sa.Column("paper_id", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("paper_sha256", sa.Text(), nullable=True),
        sa.Column("plan_sha256", sa.Text(), nullable=False),
        sa.Column("factor", sa.Text(), nullable=False),
        sa.Column("address", postgresql.INET(), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        _to("change_signature", "request_id", "change_request"),
        _to("change_signature", "paper_id", "paper"),
        _to("change_signature", "organisation_id", "organisation"),
        _to("change_signature", "person_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_signature")),
        sa.UniqueConstraint("paper_id", "organisation_id", name=op.f("uq_change_signature_paper_id_organisation_id")),
        sa.UniqueConstraint("paper_id", "person_id", name=op.f("uq_change_signature_paper_id_person_id")),
    )
    append_only("change_evidence", "change_vote", "change_signature")


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
