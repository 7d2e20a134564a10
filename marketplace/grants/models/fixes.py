"""What the agency asks to be mended in an application, and the certificates a firm brings once for all its applications."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, CreatedAt, Id
from marketplace.core.errors import refuse_by_constraint
from marketplace.core.i18n import N_
from marketplace.core.states import State, Stateful, state_type


class FixState(State):
    """Asked, then mended or let pass."""

    ASKED = "asked", N_("보완 요청"), "warning"
    MENDED = "mended", N_("보완 제출"), "success"
    LAPSED = "lapsed", N_("보완 기한 지남"), "danger"
    CANCELLED = "cancelled", N_("보완 요청 취소"), "neutral"


class FixRequest(Base, Stateful):
    """The agency asks a firm to mend named sections until the end of a day. One at a time."""

    __tablename__ = "fix_request"
    NEXT = {FixState.ASKED: frozenset({FixState.MENDED, FixState.LAPSED, FixState.CANCELLED})}
    id: Mapped[Id]
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    due_on: Mapped[date]
    state: Mapped[FixState] = mapped_column(state_type(FixState), default=FixState.ASKED, server_default="asked")
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[CreatedAt]
    ended_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("(state = 'asked') = (ended_at is null)", name="ended"),
        Index("uq_fix_request_open", "application_id", unique=True, postgresql_where=text("state = 'asked'")),
    )


class FixItem(Base):
    """One section to be mended, and what is wrong with it."""

    __tablename__ = "fix_item"
    id: Mapped[Id]
    fix_request_id: Mapped[int] = mapped_column(ForeignKey("fix_request.id"))
    section: Mapped[str]
    words: Mapped[str]
    __table_args__ = (UniqueConstraint("fix_request_id", "section"), CheckConstraint("words <> ''", name="words"))


class CertificateKind(State):
    """Proofs that a programme asks of a firm."""

    SIZE = "size", N_("중소기업확인서"), "neutral"
    MICRO = "micro", N_("소상공인확인서"), "neutral"
    NATIONAL_TAX = "national_tax", N_("국세 납세증명서"), "neutral"
    LOCAL_TAX = "local_tax", N_("지방세 납세증명서"), "neutral"
    FINANCIAL = "financial", N_("재무제표(최근 결산)"), "neutral"
    CREDIT = "credit", N_("신용상태 확인서"), "neutral"
    FOUNDING = "founding", N_("사실증명(총사업자등록내역)"), "neutral"


class CertificateState(State):
    """Handed in, then looked at by an officer."""

    HANDED_IN = "handed_in", N_("확인 대기"), "warning"
    VERIFIED = "verified", N_("확인함"), "success"
    REFUSED = "refused", N_("인정하지 않음"), "danger"


class FirmCertificate(Base, Stateful):
    """A certificate of a firm with its days; verified once, every application until `valid_until` rests on it."""

    __tablename__ = "firm_certificate"
    NEXT = {
        CertificateState.HANDED_IN: frozenset({CertificateState.VERIFIED, CertificateState.REFUSED}),
        CertificateState.VERIFIED: frozenset({CertificateState.REFUSED}),
    }
    id: Mapped[Id]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    kind: Mapped[CertificateKind] = mapped_column(state_type(CertificateKind))
    number: Mapped[str]
    issued_on: Mapped[date]
    valid_until: Mapped[date]
    file_name: Mapped[str]
    sha256: Mapped[str]
    bytes: Mapped[int]
    state: Mapped[CertificateState] = mapped_column(
        state_type(CertificateState), default=CertificateState.HANDED_IN, server_default="handed_in"
    )
    added_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    added_at: Mapped[CreatedAt]
    looked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    looked_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(default="", server_default="")
    __table_args__ = (
        UniqueConstraint("organisation_id", "kind", "number"),
        CheckConstraint("valid_until >= issued_on", name="days"),
        CheckConstraint("state <> 'refused' or reason <> ''", name="reason"),
        CheckConstraint("looked_by is null or looked_by <> added_by", name="second_person"),
    )


refuse_by_constraint("uq_fix_request_open", N_("아직 끝나지 않은 보완 요청이 있습니다."))
refuse_by_constraint("ck_firm_certificate_days", N_("유효기간의 끝이 발급일보다 앞섭니다."), "valid_until")
refuse_by_constraint(
    "uq_firm_certificate_organisation_id_kind_number", N_("같은 번호의 증명서가 이미 있습니다."), "number"
)
