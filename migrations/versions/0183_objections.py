"""An objection is answered by one officer and confirmed by another."""

import sqlalchemy as sa
from alembic import op

revision = "0183"
down_revision = "0182"


def upgrade() -> None:
    op.add_column("objection", sa.Column("upheld", sa.Boolean(), nullable=True))
    op.add_column("objection", sa.Column("answered_by", sa.BigInteger(), nullable=True))
    op.add_column("objection", sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("objection", sa.Column("return_reason", sa.Text(), nullable=True))
    op.create_foreign_key(op.f("fk_objection_answered_by"), "objection", "person", ["answered_by"], ["id"])
    op.execute("alter table objection drop constraint if exists objectionstate")
    op.execute("alter table objection drop constraint if exists ck_objection_objectionstate")
    op.create_check_constraint(
        op.f("ck_objection_objectionstate"), "objection", "state in ('filed', 'answered', 'upheld', 'dismissed')"
    )
    op.create_check_constraint(op.f("ck_objection_two_persons"), "objection", "decided_by <> answered_by")
    op.create_check_constraint(
        op.f("ck_objection_answer"),
        "objection",
        "state <> 'answered' or (answered_by is not null and upheld is not null)",
    )
    op.execute("grant update (upheld, answered_by, answered_at, return_reason) on objection to marketplace_app")


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
