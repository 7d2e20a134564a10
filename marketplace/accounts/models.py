"""Organisations, people, and what lets them in."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import INET
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.db import Base, CreatedAt, Id
from marketplace.core.errors import refuse_by_constraint
from marketplace.core.i18n import N_
from marketplace.core.states import State, Stateful, state_type


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


class Person(Base):
    """A human being who signs in. Addresses are kept in lower case."""

    __tablename__ = "person"
    id: Mapped[Id]
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    phone: Mapped[str | None]
    password_hash: Mapped[str] = mapped_column(info={"secret": True})
    email_confirmed_at: Mapped[datetime | None]
    totp_secret: Mapped[str | None] = mapped_column(info={"secret": True})
    totp_confirmed_at: Mapped[datetime | None]
    totp_last_step: Mapped[int | None] = mapped_column(info={"secret": True})
    """The last 30-second step whose code was used: a code works once."""
    locale: Mapped[str] = mapped_column(default="ko", server_default="ko")
    disabled_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]
    __table_args__ = (CheckConstraint("email = lower(email)", name="email_lower"),)


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
        Index("uq_membership_current", "person_id", "organisation_id", unique=True, postgresql_where=text("ended_at is null")),
        Index(None, "organisation_id"),
    )


class Invitation(Base):
    """A firm asks an address to join. Only the token's hash is kept."""

    __tablename__ = "invitation"
    id: Mapped[Id]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    email: Mapped[str]
    role: Mapped[MemberRole] = mapped_column(state_type(MemberRole))
    token_hash: Mapped[str] = mapped_column(unique=True, info={"secret": True})
    invited_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[CreatedAt]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]


class GrantState(State):
    """A staff role is asked for by one person and confirmed by another."""

    REQUESTED = "requested", N_("승인 대기"), "warning"
    ACTIVE = "active", N_("유효"), "success"
    REFUSED = "refused", N_("거절"), "neutral"
    REVOKED = "revoked", N_("회수"), "danger"


class StaffRole(Base, Stateful):
    """A role of the agency's own people."""

    __tablename__ = "staff_role"
    NEXT = {
        GrantState.REQUESTED: frozenset({GrantState.ACTIVE, GrantState.REFUSED}),
        GrantState.ACTIVE: frozenset({GrantState.REVOKED}),
    }
    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    role: Mapped[str]
    state: Mapped[GrantState] = mapped_column(
        state_type(GrantState), default=GrantState.REQUESTED, server_default="requested"
    )
    requested_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """None only for the first administrators, who are invited from the command line of the machine."""
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[CreatedAt]
    ended_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("confirmed_by <> requested_by and confirmed_by <> person_id", name="two_persons"),
        CheckConstraint(
            "role in ('evaluator','programme_officer','settlement_officer','auditor','administrator')", name="staff_role"
        ),
        CheckConstraint(
            "state <> 'active' or confirmed_by is not null or requested_by is null", name="active_is_confirmed"
        ),
        Index(
            "uq_staff_role_current",
            "person_id",
            "role",
            unique=True,
            postgresql_where=text("state in ('requested','active')"),
        ),
    )


class RecoveryCode(Base):
    """A code that replaces the second factor once."""

    __tablename__ = "recovery_code"
    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    code_hash: Mapped[str] = mapped_column(info={"secret": True})
    used_at: Mapped[datetime | None]
    replaced_at: Mapped[datetime | None]


class SignInSession(Base):
    """One signed-in browser. The cookie holds a random token, the table only its hash."""

    __tablename__ = "sign_in_session"
    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True, info={"secret": True})
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    second_factor_at: Mapped[datetime | None]
    address: Mapped[str | None] = mapped_column(INET)
    user_agent: Mapped[str] = mapped_column(default="", server_default="")
    created_at: Mapped[CreatedAt]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class SignInAttempt(Base):
    """A try to sign in or to reset, for throttling; appended in a transaction of its own so that it outlives a refusal."""

    __tablename__ = "sign_in_attempt"
    id: Mapped[Id]
    kind: Mapped[str]
    """'password', 'second_factor', 'reset', 'sign_up'."""
    subject: Mapped[str]
    """The address of the account as typed, in lower case."""
    address: Mapped[str | None] = mapped_column(INET)
    succeeded: Mapped[bool]
    recorded_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    __table_args__ = (Index(None, "subject", "recorded_at"), Index(None, "address", "recorded_at"))


class MailToken(Base):
    """A link sent by mail: confirms an address or resets a password, once."""

    __tablename__ = "mail_token"
    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    purpose: Mapped[str]
    """'confirm' or 'reset'."""
    token_hash: Mapped[str] = mapped_column(unique=True, info={"secret": True})
    created_at: Mapped[CreatedAt]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Bar(Base):
    """A firm is barred from taking part between two days (sanction, unpaid recovery)."""

    __tablename__ = "bar"
    id: Mapped[Id]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    reason: Mapped[str]
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    created_at: Mapped[CreatedAt]


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
refuse_by_constraint("uq_membership_current", N_("이미 이 기업의 구성원입니다."), "email")
refuse_by_constraint("uq_staff_role_current", N_("이미 요청되었거나 부여된 역할입니다."), "role")
refuse_by_constraint("ck_staff_role_two_persons", N_("요청한 사람과 받는 사람은 승인할 수 없습니다. 다른 사람이 승인해야 합니다."))
refuse_by_constraint("pk_once_token", N_("이미 처리된 요청입니다. 목록에서 결과를 확인하세요."))
