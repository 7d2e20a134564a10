"""What a listing is about."""

import sqlalchemy as sa
from alembic import op

revision = "0075"
down_revision = "0074"

THEMES = (
    "administration",
    "agriculture",
    "culture",
    "disaster",
    "education",
    "environment",
    "finance",
    "food",
    "health",
    "industry",
    "land",
    "language",
    "law",
    "science",
    "transport",
    "unification",
    "welfare",
    "unknown",
)


def upgrade() -> None:
    op.add_column("listing_version", sa.Column("theme", sa.String(32), server_default="unknown", nullable=False))
    listed = ", ".join(f"'{each}'" for each in THEMES)
    op.create_check_constraint("theme", "listing_version", f"theme in ({listed})")
    # In the order of their versions, so that what was newest stays newest.
    op.execute(
        "update search_document d set facets = d.facets || jsonb_build_object('theme', 'unknown'), version = o.version "
        "from (select id, nextval('search_version') as version "
        "from (select * from search_document where kind = 'listing' order by version) ordered) o where o.id = d.id"
    )


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
