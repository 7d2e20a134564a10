"""Awards, and the agreements that follow them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import INET
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, CreatedAt, Id, Minor
from marketplace.core.errors import refuse_by_constraint
from marketplace.core.i18n import N_
from marketplace.core.states import State, Stateful, state_type
from marketplace.grants.models.signing import Party


class Award(Base):
    """The agency's decision to support an application with these amounts."""

    __tablename__ = "award"
    id: Mapped[Id]
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), unique=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"), index=True)
    total_minor: Mapped[Minor]
    support_minor: Mapped[Minor]
    own_cash_minor: Mapped[Minor]
    in_kind_minor: Mapped[Minor]
    vat_minor: Mapped[Minor]
    awarded_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    awarded_at: Mapped[CreatedAt]
    cancelled_at: Mapped[datetime | None]
    __table_args__ = (CheckConstraint("support_minor + own_cash_minor + in_kind_minor = total_minor", name="split"),)


class AgreementState(State):
    """Signed by all, or ended."""

    SIGNING = "signing", N_("서명 진행 중"), "warning"
    SIGNED = "signed", N_("협약 체결"), "success"
    TERMINATED = "terminated", N_("해약"), "danger"


class Agreement(Base, Stateful):
    """An agreement of three or more (다자간 협약). `content` is what is agreed, `paper_id` the PDF that shows it and whose
    bytes are signed. Drawn up anew, it is another `version`: signatures of the one before no longer count."""

    __tablename__ = "agreement"
    NEXT = {
        AgreementState.SIGNING: frozenset({AgreementState.SIGNED, AgreementState.TERMINATED}),
        AgreementState.SIGNED: frozenset({AgreementState.TERMINATED}),
    }
    id: Mapped[Id]
    number: Mapped[str] = mapped_column(unique=True)
    award_id: Mapped[int] = mapped_column(ForeignKey("award.id"), unique=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"), index=True)
    ruleset_id: Mapped[int] = mapped_column(ForeignKey("ruleset.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    supplier_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    """Of a grant: the leader, who does the work itself."""
    voucher_id: Mapped[int | None] = mapped_column(ForeignKey("voucher.id"), unique=True)
    voucherless: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """A grant: no supplier is chosen and no voucher issued."""
    content: Mapped[dict[str, Any]]
    content_sha256: Mapped[str]
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    paper_id: Mapped[int | None] = mapped_column(ForeignKey("paper.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    state: Mapped[AgreementState] = mapped_column(
        state_type(AgreementState), default=AgreementState.SIGNING, server_default="signing"
    )
    created_at: Mapped[CreatedAt]
    signed_at: Mapped[datetime | None]
    terminated_at: Mapped[datetime | None]
    termination_reason: Mapped[str | None]
    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="days"),
        CheckConstraint("state <> 'terminated' or termination_reason is not null", name="termination"),
        CheckConstraint("state <> 'signed' or voucherless = (voucher_id is null)", name="voucher"),
    )


class AgreementSignature(Base):
    """One party's signature: over which content, over which bytes of the PDF, by whom, when, how proved, from where."""

    __tablename__ = "agreement_signature"
    id: Mapped[Id]
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id"))
    party: Mapped[Party] = mapped_column(state_type(Party))
    party_id: Mapped[int] = mapped_column(ForeignKey("agreement_party.id"))
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    content_sha256: Mapped[str]
    paper_sha256: Mapped[str | None]
    """Of the PDF that the signer was shown; None on signatures from before PDFs were drawn first."""
    factor: Mapped[str | None]
    """How the signer was known: 'password', 'totp', or 'demo'."""
    address: Mapped[str | None] = mapped_column(INET)
    signed_at: Mapped[CreatedAt]
    __table_args__ = (
        UniqueConstraint("agreement_id", "version", "party_id", name="uq_agreement_signature_agreement_id_party"),
        UniqueConstraint("agreement_id", "version", "person_id", name="uq_agreement_signature_agreement_id_person_id"),
    )


refuse_by_constraint("uq_agreement_signature_agreement_id_party", N_("이미 서명했습니다."))
refuse_by_constraint(
    "uq_agreement_signature_agreement_id_person_id", N_("한 사람이 두 당사자를 대신해 서명할 수 없습니다.")
)
refuse_by_constraint("uq_agreement_award_id", N_("이 선정의 협약이 이미 있습니다. 협약 목록에서 확인하세요."))
