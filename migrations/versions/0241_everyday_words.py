"""Everyday words and English for what listings are called; meanings are told anew, with those words beside the title."""

from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0241"
down_revision = "0234"

SEED = Path(__file__).resolve().parents[1] / "seeds" / "search_synonyms_everyday.txt"


def upgrade() -> None:
    rows = []
    for line in SEED.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            words, _sign, under = line.partition(">")
            rows.append({"words": words.strip(), "under": under.strip()})
    # What an operator has said of the same words stands.
    op.get_bind().execute(
        sa.text("insert into search_synonym (words, under) values (:words, :under) on conflict (words) do nothing"),
        rows,
    )
    op.execute("delete from search_vector")


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
