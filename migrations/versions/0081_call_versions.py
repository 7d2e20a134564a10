"""Versions of a call with its questions, answers with their history, files, writers, signatures, fixes, certificates.

What is published or signed is append-only by trigger; an answer as it stands may change, its history may not.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.grants import append_only, grant

revision = "0081"
down_revision = "0075"

JSON = postgresql.JSONB(astext_type=sa.Text())
CURRENT = "state not in ('withdrawn', 'replaced') and (replaces_id is null or state <> 'draft')"
STATES = ["draft", "submitted", "referred", "eligible", "ineligible", "awarded", "rejected", "withdrawn", "replaced"]


def upgrade() -> None:
    _application()
    _call()
    _answers()
    _fixes()


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")


def _id() -> sa.Column:
    return sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False)


def _moment(name: str, nullable: bool = False, default: bool = False) -> sa.Column:
    preset = sa.text("app_now()") if default else None
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable, server_default=preset)


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))


def _states(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _application() -> None:
    op.drop_constraint(op.f("ck_application_applicationstate"), "application", type_="check")
    op.create_check_constraint(
        op.f("ck_application_applicationstate"), "application", "state in (" + ", ".join(f"'{s}'" for s in STATES) + ")"
    )
    op.add_column("application", sa.Column("version", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("application", sa.Column("call_version", sa.BigInteger(), nullable=True))
    op.add_column("application", sa.Column("replaces_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f("fk_application_replaces_id"), "application", "application", ["replaces_id"], ["id"])
    op.drop_index("uq_application_current", "application")
    op.create_index(
        "uq_application_current",
        "application",
        ["call_id", "organisation_id"],
        unique=True,
        postgresql_where=sa.text(CURRENT),
    )
    op.create_index(
        "uq_application_replacement",
        "application",
        ["replaces_id"],
        unique=True,
        postgresql_where=sa.text("state = 'draft'"),
    )


def _call() -> None:
    op.add_column("call", sa.Column("version", sa.BigInteger(), server_default="0", nullable=False))
    op.create_table(
        "call_version",
        _id(),
        sa.Column("call_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("form", JSON, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        _moment("closes_at"),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("content_sha256", sa.Text(), nullable=True),
        _moment("created_at", default=True),
        _moment("published_at", nullable=True),
        sa.Column("published_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("number > 0", name=op.f("ck_call_version_number")),
        sa.CheckConstraint("(published_at is null) = (content_sha256 is null)", name=op.f("ck_call_version_published")),
        sa.CheckConstraint("number = 1 or published_at is null or reason <> ''", name=op.f("ck_call_version_reason")),
        _to("call_version", "call_id", "call"),
        _to("call_version", "published_by", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_version")),
        sa.UniqueConstraint("call_id", "number", name=op.f("uq_call_version_call_id_number")),
    )
    op.create_index(
        "uq_call_version_open",
        "call_version",
        ["call_id"],
        unique=True,
        postgresql_where=sa.text("published_at is null"),
    )
    op.create_table(
        "call_inquiry",
        _id(),
        sa.Column("call_id", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("asked_by", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        _moment("asked_at", default=True),
        sa.Column("answer", sa.Text(), server_default="", nullable=False),
        sa.Column("answered_by", sa.BigInteger(), nullable=True),
        _moment("answered_at", nullable=True),
        sa.CheckConstraint("(answer = '') = (answered_at is null)", name=op.f("ck_call_inquiry_answered")),
        _to("call_inquiry", "call_id", "call"),
        _to("call_inquiry", "organisation_id", "organisation"),
        _to("call_inquiry", "asked_by", "person"),
        _to("call_inquiry", "answered_by", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_inquiry")),
    )
    op.create_index(op.f("ix_call_inquiry_call_id"), "call_inquiry", ["call_id"])
    op.create_table(
        "call_amendment_told",
        _id(),
        sa.Column("call_version_id", sa.BigInteger(), nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        _moment("told_at", default=True),
        _to("call_amendment_told", "call_version_id", "call_version"),
        _to("call_amendment_told", "application_id", "application"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_amendment_told")),
        sa.UniqueConstraint(
            "call_version_id", "application_id", name=op.f("uq_call_amendment_told_call_version_id_application_id")
        ),
    )
    grant("select, insert, update", "call_version")
    append_only("call_amendment_told")
    grant("select, insert", "call_inquiry")
    grant("update (answer, answered_by, answered_at)", "call_inquiry")
    op.execute(
        "create trigger call_version_is_published_once before update or delete on call_version "
        "for each row when (old.published_at is not null) execute function refuse_change()"
    )


def _answers() -> None:
    op.create_table(
        "application_answer",
        _id(),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("value", JSON, nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("changed_by", sa.BigInteger(), nullable=False),
        _moment("changed_at"),
        sa.CheckConstraint("version > 0", name=op.f("ck_application_answer_version")),
        _to("application_answer", "application_id", "application"),
        _to("application_answer", "changed_by", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_answer")),
        sa.UniqueConstraint("application_id", "question", name=op.f("uq_application_answer_application_id_question")),
    )
    op.create_table(
        "application_revision",
        _id(),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("old", JSON, nullable=True),
        sa.Column("new", JSON, nullable=True),
        sa.Column("changed_by", sa.BigInteger(), nullable=False),
        _moment("changed_at", default=True),
        _to("application_revision", "application_id", "application"),
        _to("application_revision", "changed_by", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_revision")),
        sa.UniqueConstraint(
            "application_id",
            "question",
            "version",
            name=op.f("uq_application_revision_application_id_question_version"),
        ),
    )
    op.create_table(
        "application_file",
        _id(),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("added_by", sa.BigInteger(), nullable=False),
        _moment("added_at", default=True),
        sa.Column("removed_by", sa.BigInteger(), nullable=True),
        _moment("removed_at", nullable=True),
        sa.CheckConstraint("bytes > 0", name=op.f("ck_application_file_bytes")),
        sa.CheckConstraint("(removed_at is null) = (removed_by is null)", name=op.f("ck_application_file_removed")),
        _to("application_file", "application_id", "application"),
        _to("application_file", "added_by", "person"),
        _to("application_file", "removed_by", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_file")),
    )
    op.create_index(op.f("ix_application_file_application_id"), "application_file", ["application_id"])
    op.create_index(
        "uq_application_file_same",
        "application_file",
        ["application_id", "question", "sha256"],
        unique=True,
        postgresql_where=sa.text("removed_at is null"),
    )
    op.create_table(
        "section_writer",
        _id(),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("section", sa.Text(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("given_by", sa.BigInteger(), nullable=False),
        _moment("given_at", default=True),
        _moment("ended_at", nullable=True),
        _to("section_writer", "application_id", "application"),
        _to("section_writer", "person_id", "person"),
        _to("section_writer", "given_by", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_section_writer")),
    )
    op.create_index(
        "uq_section_writer_current",
        "section_writer",
        ["application_id", "section", "person_id"],
        unique=True,
        postgresql_where=sa.text("ended_at is null"),
    )
    op.create_table(
        "application_signature",
        _id(),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("content", JSON, nullable=False),
        sa.Column("content_sha256", sa.Text(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        _moment("signed_at", default=True),
        _to("application_signature", "application_id", "application"),
        _to("application_signature", "person_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_signature")),
        sa.UniqueConstraint("application_id", "number", name=op.f("uq_application_signature_application_id_number")),
    )
    grant("select, insert", "application_answer", "application_file", "section_writer")
    grant("update (value, version, changed_by, changed_at)", "application_answer")
    grant("update (removed_by, removed_at)", "application_file")
    grant("update (ended_at)", "section_writer")
    append_only("application_revision", "application_signature")


def _fixes() -> None:
    op.create_table(
        "fix_request",
        _id(),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column(
            "state",
            _states("fixstate", "asked", "mended", "lapsed", "cancelled"),
            server_default="asked",
            nullable=False,
        ),
        sa.Column("asked_by", sa.BigInteger(), nullable=False),
        _moment("asked_at", default=True),
        _moment("ended_at", nullable=True),
        sa.CheckConstraint("(state = 'asked') = (ended_at is null)", name=op.f("ck_fix_request_ended")),
        _to("fix_request", "application_id", "application"),
        _to("fix_request", "asked_by", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fix_request")),
    )
    op.create_index(op.f("ix_fix_request_application_id"), "fix_request", ["application_id"])
    op.create_index(
        "uq_fix_request_open",
        "fix_request",
        ["application_id"],
        unique=True,
        postgresql_where=sa.text("state = 'asked'"),
    )
    op.create_table(
        "fix_item",
        _id(),
        sa.Column("fix_request_id", sa.BigInteger(), nullable=False),
        sa.Column("section", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.CheckConstraint("words <> ''", name=op.f("ck_fix_item_words")),
        _to("fix_item", "fix_request_id", "fix_request"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fix_item")),
        sa.UniqueConstraint("fix_request_id", "section", name=op.f("uq_fix_item_fix_request_id_section")),
    )
    op.create_table(
        "firm_certificate",
        _id(),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind",
            _states("certificatekind", "size", "micro", "national_tax", "local_tax", "founding"),
            nullable=False,
        ),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column(
            "state",
            _states("certificatestate", "handed_in", "verified", "refused"),
            server_default="handed_in",
            nullable=False,
        ),
        sa.Column("added_by", sa.BigInteger(), nullable=False),
        _moment("added_at", default=True),
        sa.Column("looked_by", sa.BigInteger(), nullable=True),
        _moment("looked_at", nullable=True),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("valid_until >= issued_on", name=op.f("ck_firm_certificate_days")),
        sa.CheckConstraint("state <> 'refused' or reason <> ''", name=op.f("ck_firm_certificate_reason")),
        sa.CheckConstraint(
            "looked_by is null or looked_by <> added_by", name=op.f("ck_firm_certificate_second_person")
        ),
        _to("firm_certificate", "organisation_id", "organisation"),
        _to("firm_certificate", "added_by", "person"),
        _to("firm_certificate", "looked_by", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_firm_certificate")),
        sa.UniqueConstraint(
            "organisation_id", "kind", "number", name=op.f("uq_firm_certificate_organisation_id_kind_number")
        ),
    )
    op.create_index(op.f("ix_firm_certificate_organisation_id"), "firm_certificate", ["organisation_id"])
    grant("select, insert", "fix_request", "fix_item", "firm_certificate")
    grant("update (state, ended_at)", "fix_request")
    grant("update (state, looked_by, looked_at, reason)", "firm_certificate")
