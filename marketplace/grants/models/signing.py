"""Who is party to an agreement, in which order, and whose signature it takes."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, CreatedAt, Id
from marketplace.core.errors import refuse_by_constraint
from marketplace.core.i18n import N_
from marketplace.core.states import State, state_type


class Party(State):
    """In which part somebody signs. There may be any number of members of a consortium."""

    SME = "sme", N_("수요기업"), "neutral"
    SUPPLIER = "supplier", N_("공급기업"), "neutral"
    AGENCY = "agency", N_("전담기관"), "neutral"
    MEMBER = "member", N_("참여기업"), "neutral"


class AgreementParty(Base):
    """One place at the table. A firm that is replaced leaves its place, and the one that follows takes a new row."""

    __tablename__ = "agreement_party"
    id: Mapped[Id]
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id"))
    role: Mapped[Party] = mapped_column(state_type(Party))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    """None for the agency alone."""
    position: Mapped[int]
    required: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    """Whether the agreement waits for this signature."""
    joined_at: Mapped[CreatedAt]
    left_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("(role = 'agency') = (organisation_id is null)", name="firm"),
        Index(
            "uq_agreement_party_place",
            "agreement_id",
            "position",
            unique=True,
            postgresql_where=text("left_at is null"),
        ),
        Index(
            "uq_agreement_party_firm",
            "agreement_id",
            "organisation_id",
            unique=True,
            postgresql_where=text("left_at is null"),
        ),
    )


refuse_by_constraint("uq_agreement_party_firm", N_("한 기업은 협약의 한 자리에만 설 수 있습니다."))
