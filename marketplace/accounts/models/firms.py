"""Firms, who acts for them, and who is barred."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, CreatedAt, Id
from marketplace.core.errors import refuse_by_constraint
from marketplace.core.i18n import N_
from marketplace.core.states import State, state_type


class SizeClass(State):
    """The legal size class of a firm; it decides ratios and eligibility."""

    PRE_FOUNDER = "pre_founder", N_("예비창업자"), "neutral"
    MICRO = "micro", N_("소상공인"), "neutral"
    SMALL = "small", N_("소기업"), "neutral"
    MEDIUM = "medium", N_("중기업"), "neutral"
    MID_SIZE = "mid_size", N_("중견기업"), "neutral"


class BusinessState(State):
    """What the tax authority says of a business number."""

    UNVERIFIED = "unverified", N_("미확인"), "warning"
    OPEN = "open", N_("계속사업자"), "success"
    SUSPENDED = "suspended", N_("휴업"), "warning"
    CLOSED = "closed", N_("폐업"), "danger"


class Organisation(Base):
    """A firm: it may buy with vouchers, sell as a supplier, or both."""

    __tablename__ = "organisation"
    id: Mapped[Id]
    name: Mapped[str]
    name_en: Mapped[str | None]
    business_number: Mapped[str | None] = mapped_column(unique=True)
    """Ten digits; None only for a pre-founder, who has none yet."""
    size_class: Mapped[SizeClass] = mapped_column(state_type(SizeClass))
    business_state: Mapped[BusinessState] = mapped_column(
        state_type(BusinessState), default=BusinessState.UNVERIFIED, server_default="unverified"
    )
    state_noted_at: Mapped[datetime | None]
    """When that was last looked up, and where: the registry's gateway, or an officer by hand."""
    state_source: Mapped[str | None]
    tax_type: Mapped[str | None]
    """How the tax authority taxes the firm, in its own words."""
    region: Mapped[str]
    """Two digits of the province of the head office; core.korea.REGIONS."""
    address: Mapped[str | None]
    representative: Mapped[str]
    youth_from: Mapped[date | None]
    youth_until: Mapped[date | None]
    """The days between which the firm counts as a youth firm (representative aged 19 to 39)."""
    buys: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    sells: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    bank_code: Mapped[str | None]
    bank_account: Mapped[str | None]
    bank_holder: Mapped[str | None]
    created_at: Mapped[CreatedAt]
    __table_args__ = (
        CheckConstraint("business_number ~ '^[0-9]{10}$'", name="business_number_shape"),
        CheckConstraint("business_number is not null or size_class = 'pre_founder'", name="business_number_needed"),
        CheckConstraint("youth_until >= youth_from", name="youth_dates"),
    )

    def is_youth(self, day: date) -> bool:
        """Whether the firm counts as a youth firm on `day`."""
        return bool(self.youth_from and self.youth_until and self.youth_from <= day <= self.youth_until)


class MemberRole(State):
    """What a member may do for the firm: a signatory also binds it."""

    MEMBER = "member", N_("담당자"), "neutral"
    SIGNATORY = "signatory", N_("서명권자"), "info"


class Membership(Base):
    """A person acts for an organisation. Ended by `ended_at`, never deleted."""

    __tablename__ = "membership"
    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    role: Mapped[MemberRole] = mapped_column(state_type(MemberRole))
    created_at: Mapped[CreatedAt]
    ended_at: Mapped[datetime | None]
    __table_args__ = (
        Index(
            "uq_membership_current",
            "person_id",
            "organisation_id",
            unique=True,
            postgresql_where=text("ended_at is null"),
        ),
        Index(None, "organisation_id"),
    )


class Invitation(Base):
    """A firm asks an address to join. Only the token's hash is kept."""

    __tablename__ = "invitation"
    id: Mapped[Id]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    email: Mapped[str]
    role: Mapped[MemberRole] = mapped_column(state_type(MemberRole))
    nonce: Mapped[str] = mapped_column(unique=True)
    token_hash: Mapped[str] = mapped_column(unique=True, info={"secret": True})
    invited_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[CreatedAt]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]


class Bar(Base):
    """A firm is barred from taking part between two days (sanction, unpaid recovery)."""

    __tablename__ = "bar"
    id: Mapped[Id]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    reason: Mapped[str]
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    created_at: Mapped[CreatedAt]
    lifted_at: Mapped[datetime | None]
    """The sanction was withdrawn or has done its work; until then the days above count."""
    __table_args__ = (CheckConstraint("until_on >= from_on", name="dates"),)


class Relation(Base):
    """Two organisations are related (equity, family, shared representative); read both ways."""

    __tablename__ = "relation"
    id: Mapped[Id]
    from_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    to_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    kind: Mapped[str]
    source: Mapped[str]
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    __table_args__ = (CheckConstraint("from_id <> to_id", name="two_organisations"),)


refuse_by_constraint(
    "uq_organisation_business_number",
    N_("이미 등록된 사업자등록번호입니다. 같은 기업의 관리자에게 초대를 요청하세요."),
    "business_number",
)
refuse_by_constraint("ck_bar_dates", N_("끝나는 날이 시작하는 날보다 빠릅니다. 날짜를 다시 확인하세요."), "until_on")
refuse_by_constraint("uq_membership_current", N_("이미 이 기업의 구성원입니다."), "email")
