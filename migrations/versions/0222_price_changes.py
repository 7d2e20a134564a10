"""A change order may be for another price."""

from alembic import op

revision = "0222"
down_revision = "0221"

REASONS = ("need", "specification", "schedule", "supply", "price", "slip", "project")


def upgrade() -> None:
    name = op.f("ck_order_change_changeorderreason")
    op.drop_constraint(name, "order_change", type_="check")
    words = ", ".join(f"'{reason}'" for reason in REASONS)
    op.create_check_constraint(name, "order_change", f"reason_code in ({words})")


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
