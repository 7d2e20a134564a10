"""The price band of each listing, to be counted beside the filter."""

from alembic import op

revision = "0074"
down_revision = "0073"

BAND = """
case when jsonb_typeof(facets -> 'price') is distinct from 'number' then 'request'
     when (facets ->> 'price')::bigint = 0 then 'free'
     when (facets ->> 'price')::bigint <= 1000000 then 'u1'
     when (facets ->> 'price')::bigint <= 5000000 then '1-5'
     when (facets ->> 'price')::bigint <= 10000000 then '5-10'
     when (facets ->> 'price')::bigint <= 30000000 then '10-30'
     else 'o30' end
"""


def upgrade() -> None:
    # In the order of their versions, so that what was newest stays newest.
    op.execute(
        f"update search_document d set facets = d.facets || jsonb_build_object('band', o.band), version = o.version "
        f"from (select id, {BAND} as band, nextval('search_version') as version "
        "from (select * from search_document where kind = 'listing' order by version) ordered) o where o.id = d.id"
    )


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
