"""The catalogue: listings, their versions and prices, and open data harvested from elsewhere."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.grants import grant

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "listing",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("source_key", sa.Text(), nullable=True),
        sa.Column("source_url", sa.Text(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "review",
                "published",
                "withdrawn",
                name="listingstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            server_default="draft",
            nullable=False,
        ),
        sa.Column("published_version", sa.BigInteger(), nullable=True),
        sa.Column("submitted_version", sa.BigInteger(), nullable=True),
        sa.Column("review_comment", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.CheckConstraint("(organisation_id is null) = (source is not null)", name=op.f("ck_listing_whose")),
        sa.CheckConstraint("state <> 'published' or published_version is not null", name=op.f("ck_listing_published")),
        sa.CheckConstraint("state <> 'review' or submitted_version is not null", name=op.f("ck_listing_submitted")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_listing_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing")),
        sa.UniqueConstraint("source", "source_key", name=op.f("uq_listing_source_source_key")),
    )
    op.create_index(op.f("ix_listing_organisation_id"), "listing", ["organisation_id"], unique=False)
    op.create_index(
        "ix_listing_submitted",
        "listing",
        ["id"],
        unique=False,
        postgresql_where=sa.text("submitted_version is not null"),
    )
    op.create_table(
        "listing_version",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("listing_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "dataset",
                "general_processing",
                "ai_processing",
                "open_data",
                name="listingkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=True),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("unit_label", sa.Text(), nullable=False),
        sa.Column("unit_price_minor", sa.BigInteger(), nullable=True),
        sa.Column("minimum_quantity", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("lead_days", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column(
            "licence",
            sa.Enum(
                "internal",
                "commercial",
                "redistribution",
                "open",
                "source",
                name="licence",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "personal_data",
            sa.Enum(
                "none",
                "pseudonymised",
                "consented",
                "unknown",
                name="personaldata",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("format", sa.Text(), server_default="", nullable=False),
        sa.Column("coverage", sa.Text(), server_default="", nullable=False),
        sa.Column("refresh", sa.Text(), server_default="", nullable=False),
        sa.Column("acceptance_criteria", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "attributes", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'::jsonb"), nullable=False
        ),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column("reviewed_by", sa.BigInteger(), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "unit_price_minor >= 0 and minimum_quantity > 0 and lead_days >= 0", name=op.f("ck_listing_version_amounts")
        ),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_listing_version_created_by")),
        sa.ForeignKeyConstraint(["listing_id"], ["listing.id"], name=op.f("fk_listing_version_listing_id")),
        sa.ForeignKeyConstraint(["reviewed_by"], ["person.id"], name=op.f("fk_listing_version_reviewed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing_version")),
        sa.UniqueConstraint("listing_id", "number", name=op.f("uq_listing_version_listing_id_number")),
    )
    op.create_index(op.f("ix_listing_version_kind"), "listing_version", ["kind"], unique=False)
    grant("select, insert, update", "listing")
    grant("select, insert, update (reviewed_by, reviewed_at)", "listing_version")
    _freeze_versions()


def _freeze_versions() -> None:
    """What a version says never changes, not even by the owner's hand: only the review is written later."""
    op.execute(
        """
        create function refuse_version_change() returns trigger language plpgsql as $$
        begin
          if tg_op = 'UPDATE' and to_jsonb(new) - 'reviewed_by' - 'reviewed_at'
                                = to_jsonb(old) - 'reviewed_by' - 'reviewed_at' then
            return new;
          end if;
          raise exception 'a version of a listing is not changed' using errcode = '42501';
        end $$
        """
    )
    op.execute(
        "create trigger listing_version_is_frozen before update or delete on listing_version "
        "for each row execute function refuse_version_change()"
    )
    op.execute(
        "create trigger listing_version_is_not_truncated before truncate on listing_version "
        "for each statement execute function refuse_change()"
    )


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
