"""Calls, applications, awards and agreements."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.accounts.models import SizeClass
from marketplace.core.db import Base, CreatedAt, Id, Minor
from marketplace.core.errors import refuse_by_constraint
from marketplace.core.i18n import N_
from marketplace.core.states import State, Stateful, state_type


class CallState(State):
    """Published calls take applications between two moments."""

    DRAFT = "draft", N_("작성 중"), "neutral"
    PUBLISHED = "published", N_("공고 중"), "success"
    CLOSED = "closed", N_("접수 마감"), "warning"
    DECIDED = "decided", N_("선정 완료"), "done"


class Call(Base, Stateful):
    """One round of one programme under one ruleset."""

    __tablename__ = "call"
    NEXT = {
        CallState.DRAFT: frozenset({CallState.PUBLISHED}),
        CallState.PUBLISHED: frozenset({CallState.CLOSED}),
        CallState.CLOSED: frozenset({CallState.DECIDED}),
    }
    id: Mapped[Id]
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"), index=True)
    ruleset_id: Mapped[int] = mapped_column(ForeignKey("ruleset.id"))
    title: Mapped[str]
    title_en: Mapped[str | None]
    body: Mapped[str]
    kinds: Mapped[list[Any]]
    """The ruleset's kinds that may be applied for."""
    budget_minor: Mapped[Minor]
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    """The first moment at which it is too late."""
    performs_until: Mapped[date]
    """The last day of the agreements of this call."""
    state: Mapped[CallState] = mapped_column(state_type(CallState), default=CallState.DRAFT, server_default="draft")
    created_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[CreatedAt]
    published_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("closes_at > opens_at", name="window"),
        CheckConstraint("budget_minor > 0", name="budget"),
    )


class ApplicationState(State):
    """From the first line to the decision."""

    DRAFT = "draft", N_("작성 중"), "neutral"
    SUBMITTED = "submitted", N_("접수"), "info"
    REFERRED = "referred", N_("자격 검토 중"), "warning"
    ELIGIBLE = "eligible", N_("자격 적격"), "info"
    INELIGIBLE = "ineligible", N_("자격 부적격"), "danger"
    AWARDED = "awarded", N_("선정"), "success"
    REJECTED = "rejected", N_("미선정"), "neutral"
    WITHDRAWN = "withdrawn", N_("철회"), "neutral"


class Application(Base, Stateful):
    """What a firm asks for: project, supplier, total, and the split that the ruleset makes of it."""

    __tablename__ = "application"
    NEXT = {
        ApplicationState.DRAFT: frozenset({ApplicationState.SUBMITTED, ApplicationState.WITHDRAWN}),
        ApplicationState.SUBMITTED: frozenset(
            {
                ApplicationState.ELIGIBLE,
                ApplicationState.INELIGIBLE,
                ApplicationState.REFERRED,
                ApplicationState.WITHDRAWN,
            }
        ),
        ApplicationState.REFERRED: frozenset(
            {ApplicationState.ELIGIBLE, ApplicationState.INELIGIBLE, ApplicationState.WITHDRAWN}
        ),
        ApplicationState.ELIGIBLE: frozenset(
            {ApplicationState.AWARDED, ApplicationState.REJECTED, ApplicationState.WITHDRAWN}
        ),
    }
    id: Mapped[Id]
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    supplier_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    pre_agreement_id: Mapped[int | None] = mapped_column(ForeignKey("pre_agreement.id"))
    """What the two firms have agreed on beforehand, where they have."""
    kind: Mapped[str]
    title: Mapped[str]
    plan: Mapped[str]
    total_minor: Mapped[Minor]
    """T: the project's supply value without VAT."""
    in_kind_minor: Mapped[Minor]
    """Pk as asked for; own staff's time, proved by payroll."""
    support_minor: Mapped[Minor]
    own_cash_minor: Mapped[Minor]
    vat_minor: Mapped[Minor]
    size_class: Mapped[SizeClass] = mapped_column(state_type(SizeClass))
    youth: Mapped[bool]
    regional: Mapped[bool]
    tax_clear: Mapped[bool | None]
    """The firm's declaration that no tax is owed; None: not said."""
    state: Mapped[ApplicationState] = mapped_column(
        state_type(ApplicationState), default=ApplicationState.DRAFT, server_default="draft"
    )
    receipt_number: Mapped[str | None] = mapped_column(unique=True)
    content_sha256: Mapped[str | None]
    submitted_at: Mapped[datetime | None]
    submitted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decision_reason: Mapped[str | None]
    created_at: Mapped[CreatedAt]
    __table_args__ = (
        CheckConstraint("support_minor + own_cash_minor + in_kind_minor = total_minor", name="split"),
        CheckConstraint(
            "total_minor >= 0 and in_kind_minor >= 0 and own_cash_minor >= 0 and support_minor >= 0", name="amounts"
        ),
        Index(
            "uq_application_current",
            "call_id",
            "organisation_id",
            unique=True,
            postgresql_where=text("state <> 'withdrawn'"),
        ),
    )


class Verdict(State):
    """What a rule says of a case."""

    PASS = "pass", N_("적합"), "success"
    FAIL = "fail", N_("부적합"), "danger"
    REFER = "refer", N_("사람이 확인"), "warning"


class EligibilityFinding(Base):
    """One rule's word on one application; a referred one is decided by an officer."""

    __tablename__ = "eligibility_finding"
    id: Mapped[Id]
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    rule: Mapped[str]
    verdict: Mapped[Verdict] = mapped_column(state_type(Verdict))
    reason: Mapped[str]
    """A message id; `facts` fills it."""
    facts: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    basis: Mapped[str]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_reason: Mapped[str | None]
    created_at: Mapped[CreatedAt]
    __table_args__ = (UniqueConstraint("application_id", "rule"),)


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
    """Signed by three, or ended."""

    SIGNING = "signing", N_("서명 진행 중"), "warning"
    SIGNED = "signed", N_("협약 체결"), "success"
    TERMINATED = "terminated", N_("해약"), "danger"


class Party(State):
    """The three who sign."""

    SME = "sme", N_("수요기업"), "neutral"
    SUPPLIER = "supplier", N_("공급기업"), "neutral"
    AGENCY = "agency", N_("전담기관"), "neutral"


class Agreement(Base, Stateful):
    """The three-party agreement (다자간 협약). `content` is what is signed, `content_sha256` names its bytes."""

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
    voucher_id: Mapped[int | None] = mapped_column(ForeignKey("voucher.id"), unique=True)
    content: Mapped[dict[str, Any]]
    content_sha256: Mapped[str]
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
        CheckConstraint("state <> 'signed' or voucher_id is not null", name="voucher"),
    )


class AgreementSignature(Base):
    """One party's signature over the agreement's bytes."""

    __tablename__ = "agreement_signature"
    id: Mapped[Id]
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id"))
    party: Mapped[Party] = mapped_column(state_type(Party))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    content_sha256: Mapped[str]
    signed_at: Mapped[CreatedAt]
    __table_args__ = (UniqueConstraint("agreement_id", "party"), UniqueConstraint("agreement_id", "person_id"))


refuse_by_constraint("uq_application_current", N_("이 공고에 이미 신청서가 있습니다. 기존 신청서를 이어서 작성하세요."))
refuse_by_constraint("uq_agreement_signature_agreement_id_party", N_("이미 서명했습니다."))
refuse_by_constraint(
    "uq_agreement_signature_agreement_id_person_id", N_("한 사람이 두 당사자를 대신해 서명할 수 없습니다.")
)
refuse_by_constraint("uq_agreement_award_id", N_("이 선정의 협약이 이미 있습니다. 협약 목록에서 확인하세요."))
