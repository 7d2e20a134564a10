"""Needs with a way of their own: drafted, open for sealed quotes, opened, decided; invitations, questions and answers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.grants import grant

revision = "0051"
down_revision = "0046"

KINDS = ("dataset", "general_processing", "ai_processing", "open_data")
CLASSES = ("none", "pseudonymised", "consented", "unknown")
STATES = ("draft", "open", "opened", "chosen", "unsuccessful", "cancelled", "withdrawn")


def _listed(values: tuple[str, ...]) -> str:
    return ", ".join(f"'{each}'" for each in values)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def _moment(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=True)


def upgrade() -> None:
    json = postgresql.JSONB(astext_type=sa.Text())
    for name in ("topics", "purposes", "formats"):
        op.add_column("need", sa.Column(name, json, server_default=sa.text("'[]'::jsonb"), nullable=False))
    for name in ("region", "reason", "single_source"):
        op.add_column("need", _text(name))
    for name in ("period_from", "period_to"):
        op.add_column("need", sa.Column(name, sa.Date(), nullable=True))
    for name in ("questions_until", "quotes_until", "posted_at", "opened_at"):
        op.add_column("need", _moment(name))
    op.add_column("need", sa.Column("volume", sa.BigInteger(), nullable=True))
    op.add_column("need", sa.Column("kind", sa.String(32), nullable=True))
    op.add_column("need", sa.Column("personal_data", sa.String(32), server_default="none", nullable=False))
    op.add_column("need", sa.Column("audience", sa.String(32), server_default="all", nullable=False))
    op.execute("update need set audience = 'one' where supplier_id is not null")
    op.execute("update need set posted_at = created_at")
    op.execute("alter table need drop constraint ck_need_needstate")
    op.execute(
        "update need set state = case when exists (select from quote where quote.need_id = need.id and "
        "quote.state = 'accepted') then 'chosen' else 'cancelled' end where state = 'closed'"
    )
    op.create_check_constraint("needstate", "need", f"state in ({_listed(STATES)})")
    op.create_check_constraint("listingkind", "need", f"kind in ({_listed(KINDS)})")
    op.create_check_constraint("personaldata", "need", f"personal_data in ({_listed(CLASSES)})")
    op.create_check_constraint("audience_word", "need", "audience in ('all', 'invited', 'one')")
    op.create_check_constraint("period", "need", "period_from <= period_to")
    op.create_check_constraint("volume", "need", "volume > 0")
    op.create_check_constraint("deadlines", "need", "questions_until <= quotes_until")
    op.create_check_constraint("audience", "need", "(audience = 'one') = (supplier_id is not null)")
    sealed = sa.text("state = 'open' and quotes_until is not null")
    op.create_index("ix_need_sealed", "need", ["quotes_until"], postgresql_where=sealed)
    _invitations()
    _questions()


def _invitations() -> None:
    op.create_table(
        "need_invitation",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("need_id", sa.BigInteger(), nullable=False),
        sa.Column("supplier_id", sa.BigInteger(), nullable=False),
        sa.Column("listing_id", sa.BigInteger(), nullable=True),
        sa.Column("invited_by", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_need_invitation_need_id")),
        sa.ForeignKeyConstraint(["supplier_id"], ["organisation.id"], name=op.f("fk_need_invitation_supplier_id")),
        sa.ForeignKeyConstraint(["listing_id"], ["listing.id"], name=op.f("fk_need_invitation_listing_id")),
        sa.ForeignKeyConstraint(["invited_by"], ["person.id"], name=op.f("fk_need_invitation_invited_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need_invitation")),
        sa.UniqueConstraint("need_id", "supplier_id", name=op.f("uq_need_invitation_need_id_supplier_id")),
    )
    op.create_index(op.f("ix_need_invitation_supplier_id"), "need_invitation", ["supplier_id"])
    grant("select, insert", "need_invitation")


def _questions() -> None:
    op.create_table(
        "need_question",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("need_id", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("asked_by", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        _text("answer"),
        sa.Column("answered_by", sa.BigInteger(), nullable=True),
        _moment("answered_at"),
        sa.CheckConstraint("(answer = '') = (answered_at is null)", name=op.f("ck_need_question_answered")),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_need_question_need_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_need_question_organisation_id")
        ),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_need_question_asked_by")),
        sa.ForeignKeyConstraint(["answered_by"], ["person.id"], name=op.f("fk_need_question_answered_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need_question")),
    )
    op.create_index(op.f("ix_need_question_need_id"), "need_question", ["need_id"])
    grant("select, insert", "need_question")
    grant("update (answer, answered_by, answered_at)", "need_question")


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
