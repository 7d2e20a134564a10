"""Files that come in pieces, links that end, receipts of who took what, and the conversation of an order."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import INET

from migrations.grants import append_only, grant

revision = "0153"
down_revision = "0152"


def _upload() -> None:
    op.create_table(
        "upload",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("reached", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("promised_sha256", sa.Text(), nullable=True),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "whole",
                "ready",
                "used",
                "failed",
                name="uploadstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            server_default="open",
            nullable=False,
        ),
        sa.Column("problem", sa.Text(), server_default="", nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("touched_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.CheckConstraint(
            "state not in ('ready','used') or (sha256 is not null and reached = bytes)", name=op.f("ck_upload_ready")
        ),
        sa.CheckConstraint("bytes > 0 and reached between 0 and bytes", name=op.f("ck_upload_reached")),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_upload_made_by")),
        sa.ForeignKeyConstraint(["order_id"], ["purchase_order.id"], name=op.f("fk_upload_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
    )
    op.create_index(op.f("ix_upload_order_id"), "upload", ["order_id"], unique=False)
    op.create_index(
        "ix_upload_waiting", "upload", ["id"], unique=False, postgresql_where=sa.text("state in ('open','whole')")
    )


def _upload_part() -> None:
    op.create_table(
        "upload_part",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("upload_id", sa.BigInteger(), nullable=False),
        sa.Column("begins_at", sa.BigInteger(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.CheckConstraint("bytes > 0", name=op.f("ck_upload_part_bytes")),
        sa.ForeignKeyConstraint(["upload_id"], ["upload.id"], name=op.f("fk_upload_part_upload_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload_part")),
        sa.UniqueConstraint("upload_id", "begins_at", name=op.f("uq_upload_part_upload_id_begins_at")),
    )


def _download_link() -> None:
    op.create_table(
        "download_link",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=False),
        sa.Column("nonce", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("expires_at > made_at", name=op.f("ck_download_link_expires")),
        sa.ForeignKeyConstraint(["file_id"], ["delivery_file.id"], name=op.f("fk_download_link_file_id")),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_download_link_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_download_link")),
        sa.UniqueConstraint("nonce", name=op.f("uq_download_link_nonce")),
    )
    op.create_index(op.f("ix_download_link_file_id"), "download_link", ["file_id"], unique=False)


def _download_receipt() -> None:
    op.create_table(
        "download_receipt",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=False),
        sa.Column("link_id", sa.BigInteger(), nullable=True),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("address", INET(), nullable=True),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.CheckConstraint("link_id is not null or person_id is not null", name=op.f("ck_download_receipt_whom")),
        sa.ForeignKeyConstraint(["file_id"], ["delivery_file.id"], name=op.f("fk_download_receipt_file_id")),
        sa.ForeignKeyConstraint(["link_id"], ["download_link.id"], name=op.f("fk_download_receipt_link_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_download_receipt_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_download_receipt")),
    )
    op.create_index(op.f("ix_download_receipt_file_id"), "download_receipt", ["file_id"], unique=False)


def _message() -> None:
    op.create_table(
        "message",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column(
            "audience",
            sa.Enum("parties", "officers", name="audience", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_message_author_id")),
        sa.ForeignKeyConstraint(["order_id"], ["purchase_order.id"], name=op.f("fk_message_order_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_message_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
    )
    op.create_index("ix_message_order_id_id", "message", ["order_id", "id"], unique=False)


def _message_file() -> None:
    op.create_table(
        "message_file",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_message_file_message_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_file")),
    )
    op.create_index(op.f("ix_message_file_message_id"), "message_file", ["message_id"], unique=False)


def upgrade() -> None:
    _upload()
    _upload_part()
    _download_link()
    _download_receipt()
    _message()
    _message_file()
    grant("select, insert, update", "upload", "upload_part", "download_link")
    append_only("download_receipt", "message", "message_file")


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
