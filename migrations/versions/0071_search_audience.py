"""Who may find a document, and by what a room tells that it is still like its record."""

import sqlalchemy as sa
from alembic import op

revision = "0071"
down_revision = "0063"


def upgrade() -> None:
    op.add_column("search_document", sa.Column("audience", sa.Text(), server_default="public", nullable=False))
    op.add_column("search_document", sa.Column("mark", sa.Text(), server_default="", nullable=False))
    # A document for nobody would be findable by nobody, which is never meant.
    op.create_check_constraint(op.f("ck_search_document_audience"), "search_document", "audience ~ '\\S'")


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
