"""An application may refer to the pre-agreement that its two firms have signed."""

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0053"


def upgrade() -> None:
    op.add_column("application", sa.Column("pre_agreement_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_application_pre_agreement_id"), "application", "pre_agreement", ["pre_agreement_id"], ["id"]
    )


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
