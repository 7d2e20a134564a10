"""Step-up before signing, parties of an agreement by number, signatures over the paper's bytes, seals of archive copies."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.grants import append_only, grant

revision = "0111"
down_revision = "0103"

NOW = sa.text("app_now()")
PARTIES = ("sme", "supplier", "agency", "member")


def _party() -> sa.Enum:
    return sa.Enum(*PARTIES, name="party", native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    _step_up()
    _parties()
    _signatures()
    _seals()


def _step_up() -> None:
    op.create_table(
        "step_up",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("session_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("factor", sa.Text(), nullable=False),
        sa.Column("address", postgresql.INET(), nullable=True),
        sa.Column(
            "recorded_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.CheckConstraint("factor in ('password','totp','demo')", name=op.f("ck_step_up_factor")),
        sa.ForeignKeyConstraint(["session_id"], ["sign_in_session.id"], name=op.f("fk_step_up_session_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_step_up_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_step_up")),
    )
    op.create_index(op.f("ix_step_up_session_id_recorded_at"), "step_up", ["session_id", "recorded_at"])
    append_only("step_up")


def _parties() -> None:
    op.add_column("agreement", sa.Column("version", sa.BigInteger(), server_default="1", nullable=False))
    op.add_column("agreement", sa.Column("paper_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f("fk_agreement_paper_id"), "agreement", "paper", ["paper_id"], ["id"])
    op.create_table(
        "agreement_party",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("agreement_id", sa.BigInteger(), nullable=False),
        sa.Column("role", _party(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("required", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(role = 'agency') = (organisation_id is null)", name=op.f("ck_agreement_party_firm")),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_agreement_party_agreement_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_agreement_party_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_party")),
    )
    op.create_index(
        "uq_agreement_party_place",
        "agreement_party",
        ["agreement_id", "position"],
        unique=True,
        postgresql_where=sa.text("left_at is null"),
    )
    op.create_index(
        "uq_agreement_party_firm",
        "agreement_party",
        ["agreement_id", "organisation_id"],
        unique=True,
        postgresql_where=sa.text("left_at is null"),
    )
    op.create_index(op.f("ix_agreement_party_organisation_id"), "agreement_party", ["organisation_id"])
    op.execute(
        "insert into agreement_party (agreement_id, role, organisation_id, position, joined_at) "
        "select id, 'sme', organisation_id, 1, created_at from agreement union all "
        "select id, 'supplier', supplier_id, 2, created_at from agreement union all "
        "select id, 'agency', null, 3, created_at from agreement"
    )
    grant("select, insert", "agreement_party")
    grant("update (left_at)", "agreement_party")


def _signatures() -> None:
    table = "agreement_signature"
    for column in (
        sa.Column("party_id", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("paper_sha256", sa.Text(), nullable=True),
        sa.Column("factor", sa.Text(), nullable=True),
        sa.Column("address", postgresql.INET(), nullable=True),
    ):
        op.add_column(table, column)
    op.execute(
        "update agreement_signature s set party_id = p.id from agreement_party p "
        "where p.agreement_id = s.agreement_id and p.role = s.party"
    )
    op.alter_column(table, "party_id", nullable=False)
    op.create_foreign_key(op.f("fk_agreement_signature_party_id"), table, "agreement_party", ["party_id"], ["id"])
    op.drop_constraint("ck_agreement_signature_party", table)
    op.create_check_constraint("party", table, f"party in {PARTIES}")
    op.drop_constraint("uq_agreement_signature_agreement_id_party", table)
    op.drop_constraint("uq_agreement_signature_agreement_id_person_id", table)
    # One place signs one version once; one person signs one version once, for whomever.
    op.create_unique_constraint(
        op.f("uq_agreement_signature_agreement_id_party"), table, ["agreement_id", "version", "party_id"]
    )
    op.create_unique_constraint(
        op.f("uq_agreement_signature_agreement_id_person_id"), table, ["agreement_id", "version", "person_id"]
    )
    # A signature is a fact: nobody changes one or takes one away.
    op.execute("revoke update, delete on agreement_signature from marketplace_app")


def _seals() -> None:
    op.create_table(
        "paper_seal",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("paper_id", sa.BigInteger(), nullable=False),
        sa.Column("enclosed", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.Column("bytes", sa.BigInteger(), nullable=True),
        sa.Column("certificate_sha256", sa.Text(), nullable=True),
        sa.CheckConstraint("(sealed_at is null) = (sha256 is null)", name=op.f("ck_paper_seal_whole")),
        sa.ForeignKeyConstraint(["paper_id"], ["paper.id"], name=op.f("fk_paper_seal_paper_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_seal")),
        sa.UniqueConstraint("paper_id", name=op.f("uq_paper_seal_paper_id")),
    )
    op.create_index("ix_paper_seal_waiting", "paper_seal", ["id"], postgresql_where=sa.text("sealed_at is null"))
    grant("select, insert", "paper_seal")
    grant("update (sealed_at, sha256, bytes, certificate_sha256)", "paper_seal")


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
