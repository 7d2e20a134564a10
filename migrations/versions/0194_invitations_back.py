"""An invitation to quote can be taken back, and the firm invited again."""

import sqlalchemy as sa
from alembic import op

from migrations.grants import grant

revision = "0194"
down_revision = "0193"


def upgrade() -> None:
    op.add_column("need_invitation", sa.Column("taken_back_by", sa.BigInteger(), nullable=True))
    op.add_column("need_invitation", sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True))
    op.create_foreign_key(
        op.f("fk_need_invitation_taken_back_by"), "need_invitation", "person", ["taken_back_by"], ["id"]
    )
    op.create_check_constraint(
        op.f("ck_need_invitation_taken_back"),
        "need_invitation",
        "(taken_back_at is null) = (taken_back_by is null)",
    )
    name = op.f("uq_need_invitation_need_id_supplier_id")
    op.drop_constraint(name, "need_invitation", type_="unique")
    standing = sa.text("taken_back_at is null")
    op.create_index(name, "need_invitation", ["need_id", "supplier_id"], unique=True, postgresql_where=standing)
    grant("update (taken_back_by, taken_back_at)", "need_invitation")


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
