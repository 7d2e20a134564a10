"""Applications, and what each rule says of them."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.accounts.models import SizeClass
from marketplace.core.db import Base, CreatedAt, Id, Minor
from marketplace.core.errors import refuse_by_constraint
from marketplace.core.i18n import N_
from marketplace.core.states import State, Stateful, state_type

CURRENT = "state not in ('withdrawn', 'replaced') and (replaces_id is null or state <> 'draft')"
"""A firm has one of these a call. A replacement that is still being written does not count, or there could be none."""


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
    REPLACED = "replaced", N_("다시 낸 신청으로 대체"), "neutral"


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
                ApplicationState.REPLACED,
            }
        ),
        ApplicationState.REFERRED: frozenset(
            {
                ApplicationState.ELIGIBLE,
                ApplicationState.INELIGIBLE,
                ApplicationState.WITHDRAWN,
                ApplicationState.REPLACED,
            }
        ),
        ApplicationState.ELIGIBLE: frozenset(
            {
                ApplicationState.AWARDED,
                ApplicationState.REJECTED,
                ApplicationState.WITHDRAWN,
                ApplicationState.REPLACED,
            }
        ),
        ApplicationState.INELIGIBLE: frozenset({ApplicationState.REPLACED}),
        ApplicationState.REJECTED: frozenset({ApplicationState.ELIGIBLE}),  # an objection was upheld
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
    declared: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'::jsonb"))
    """What else it declared, where the ruleset asks: capital, insolvency, industry, same_support."""
    state: Mapped[ApplicationState] = mapped_column(
        state_type(ApplicationState), default=ApplicationState.DRAFT, server_default="draft"
    )
    receipt_number: Mapped[str | None] = mapped_column(unique=True)
    content_sha256: Mapped[str | None]
    submitted_at: Mapped[datetime | None]
    submitted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decision_reason: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=0, server_default="0")
    """Counts the changes of project, supplier and money, so that a second tab does not overwrite the first."""
    call_version: Mapped[int | None]
    """The version of the call that was signed under; None before submission and where the call has none."""
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("application.id"))
    """The firm's earlier submission, which stands until this one is submitted."""
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
            postgresql_where=text(CURRENT),
        ),
        Index("uq_application_replacement", "replaces_id", unique=True, postgresql_where=text("state = 'draft'")),
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


refuse_by_constraint("uq_application_replacement", N_("다시 낼 신청서를 이미 쓰고 있습니다. 이어서 작성하세요."))
refuse_by_constraint("uq_application_current", N_("이 공고에 이미 신청서가 있습니다. 기존 신청서를 이어서 작성하세요."))
