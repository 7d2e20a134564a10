"""English words of every day for what listings are about. Meanings told already stand: they gain by it when a text changes."""

from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0271"
down_revision = "0261"

SEED = Path(__file__).resolve().parents[1] / "seeds" / "search_synonyms_english.txt"


def upgrade() -> None:
    lines = SEED.read_text(encoding="utf-8").splitlines()
    # What an operator has said of the same words stands.
    op.get_bind().execute(
        sa.text("insert into search_synonym (words) values (:words) on conflict (words) do nothing"),
        [{"words": line.strip()} for line in lines if line.strip() and not line.startswith("#")],
    )


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
