"""Every record of every room as rows, for a page or a CSV. Secrets are never among the columns."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, LargeBinary, Table, false, func, select

from marketplace.accounts.models import (
    Bar,
    Membership,
    Organisation,
    Person,
    RegistryCheck,
    Relation,
    SignInSession,
    StaffRole,
    StepUp,
)
from marketplace.amendments.models import ChangeEvidence, ChangeRequest, ChangeSignature, ChangeVote
from marketplace.catalogue.models import (
    HarvestRun,
    HarvestSource,
    Listing,
    ListingReport,
    ListingSample,
    ListingVersion,
    SavedSearch,
)
from marketplace.core.db import Base, session
from marketplace.core.i18n import N_
from marketplace.core.viewer import Viewer
from marketplace.delivery.models import (
    Acceptance,
    AcceptanceCriteria,
    AcceptanceTest,
    Delivery,
    DeliveryFile,
    DeliveryLine,
    Dispute,
    DisputeStatement,
    LabelItem,
    LabelSample,
    ReworkItem,
)
from marketplace.evaluation.models import (
    Assignment,
    BudgetAdjustment,
    ConflictDeclaration,
    Decision,
    DecisionLine,
    Evaluation,
    EvaluatorProfile,
    Objection,
    Panel,
    PanelMember,
    ReserveMove,
    ScoreSheet,
    ScreeningFlag,
    SessionMinutes,
)
from marketplace.evidence.models import Event
from marketplace.grants.models import (
    Agreement,
    AgreementParty,
    AgreementSignature,
    Application,
    ApplicationAnswer,
    ApplicationFile,
    ApplicationMilestone,
    ApplicationParticulars,
    ApplicationParty,
    ApplicationRevision,
    ApplicationSignature,
    Award,
    Call,
    CallInquiry,
    CallTopic,
    CallVersion,
    EligibilityFinding,
    FirmCertificate,
    FixItem,
    FixRequest,
    SectionWriter,
    StageResult,
)
from marketplace.matchday.models import (
    MatchingDay,
    MatchingDayEntry,
    MatchingDayHold,
    MatchingDayPair,
    MatchingDayRanking,
    MatchingDayRound,
    MatchingDaySeat,
)
from marketplace.matching.models import (
    Need,
    NeedInvitation,
    NeedQuestion,
    PreAgreement,
    PreAgreementSignature,
    PriceFact,
    Quote,
    QuoteLine,
    Shortlist,
)
from marketplace.notices.models import Notice
from marketplace.orders.models import (
    OrderChange,
    OrderChangeSignature,
    OrderLine,
    PurchaseOrder,
    SpendingRule,
    VoucherReturn,
)
from marketplace.papers.models import Paper, PaperSeal
from marketplace.payments.models import (
    BankAccount,
    BankStatement,
    CardBalanceLine,
    CardPayment,
    CardRefund,
    Deposit,
    GatewayEvent,
    OwnShareReceipt,
    Payout,
    PayoutBatch,
)
from marketplace.programmes.models import Programme, Ruleset
from marketplace.recovery.models import RecoveryCase, RecoveryInstalment, RecoveryReceipt, RecoveryStatement
from marketplace.settlement.models import (
    ApprovalLimit,
    ApprovalReversal,
    Disallowance,
    InvoiceIssue,
    InvoiceLine,
    InvoiceReminder,
    InvoiceUpload,
    SettlementCase,
    SettlementMonth,
    TaxInvoice,
)
from marketplace.suppliers.models import (
    BuyerAnswer,
    CapacityBooking,
    Designation,
    ImpostorReport,
    PriceEvidence,
    PriceProof,
    RegisterCheck,
    SupplierFigure,
)
from marketplace.vouchers.models import Voucher

PAGE = 50
EXPORT = 200_000
CHUNK = 2_000

GROUPS: tuple[tuple[str, tuple[type[Base], ...]], ...] = (
    (N_("사업과 규정"), (Programme, Ruleset, Call, CallVersion, CallInquiry, CallTopic)),
    (
        N_("신청서 내용"),
        (
            *(ApplicationAnswer, ApplicationRevision, ApplicationFile, ApplicationSignature, SectionWriter),
            *(FixRequest, FixItem, FirmCertificate),
        ),
    ),
    (
        N_("신청과 협약"),
        (
            *(Application, ApplicationParty, ApplicationParticulars, ApplicationMilestone, StageResult),
            *(EligibilityFinding, Award, Agreement, AgreementParty, AgreementSignature),
        ),
    ),
    (N_("협약 변경"), (ChangeRequest, ChangeEvidence, ChangeVote, ChangeSignature)),
    (
        N_("평가와 선정"),
        (
            *(Evaluation, EvaluatorProfile, Panel, PanelMember, Assignment, ScoreSheet, ConflictDeclaration),
            *(SessionMinutes, ScreeningFlag, BudgetAdjustment, Decision, DecisionLine, ReserveMove, Objection),
        ),
    ),
    (
        N_("바우처와 발주"),
        (Voucher, PurchaseOrder, OrderLine, OrderChange, OrderChangeSignature, SpendingRule, VoucherReturn),
    ),
    (
        N_("납품과 검수"),
        (
            *(Delivery, DeliveryLine, DeliveryFile, Acceptance, ReworkItem, Dispute, DisputeStatement),
            *(AcceptanceCriteria, AcceptanceTest, LabelSample, LabelItem),
        ),
    ),
    (
        N_("정산과 지급"),
        (
            TaxInvoice,
            InvoiceLine,
            InvoiceUpload,
            InvoiceReminder,
            SettlementCase,
            Disallowance,
            ApprovalReversal,
            InvoiceIssue,
            SettlementMonth,
            ApprovalLimit,
            OwnShareReceipt,
            Payout,
            PayoutBatch,
        ),
    ),
    (
        N_("카드 결제와 환수"),
        (
            *(BankAccount, BankStatement, Deposit),
            *(CardPayment, CardRefund, CardBalanceLine, GatewayEvent),
            *(RecoveryCase, RecoveryStatement, RecoveryInstalment, RecoveryReceipt),
        ),
    ),
    (
        N_("공급기업 풀"),
        (
            *(Designation, PriceEvidence, PriceProof, CapacityBooking),
            *(SupplierFigure, BuyerAnswer, RegisterCheck, ImpostorReport),
        ),
    ),
    (
        N_("상품과 표본"),
        (Listing, ListingVersion, ListingSample, ListingReport, HarvestSource, HarvestRun, SavedSearch),
    ),
    (
        N_("요청과 견적"),
        (
            Need,
            NeedInvitation,
            NeedQuestion,
            Quote,
            QuoteLine,
            Shortlist,
            PreAgreement,
            PreAgreementSignature,
            PriceFact,
        ),
    ),
    (
        N_("매칭데이"),
        (
            *(MatchingDay, MatchingDayEntry, MatchingDaySeat, MatchingDayRanking),
            *(MatchingDayHold, MatchingDayRound, MatchingDayPair),
        ),
    ),
    (
        N_("사람과 기업"),
        (Organisation, Person, Membership, StaffRole, SignInSession, StepUp, Bar, Relation, RegistryCheck),
    ),
    (N_("문서와 기록"), (Paper, PaperSeal, Notice, Event)),
)
LISTS: dict[str, Table] = {
    model.__tablename__: model.__table__  # type: ignore[misc]
    for _title, models in GROUPS
    for model in models
}


@dataclass(frozen=True)
class Rows:
    """One page of a list, newest first; `before` continues it, None at its end."""

    columns: list[str]
    items: Sequence[Any]
    total: int
    before: int | None


def columns_of(name: str) -> list[Column[Any]]:
    """The columns of a list that may be shown, and read: meanings and scores of a matching day are bytes."""
    shown = [column for column in LISTS[name].columns if not column.info.get("secret")]
    return [column for column in shown if not isinstance(column.type, LargeBinary)]


def counts(viewer: Viewer) -> dict[str, int]:
    """How many records each list has, in one statement. Only for those who see everything."""
    if not viewer.sees_everything:
        return {}
    parts = [select(func.count()).select_from(table).scalar_subquery().label(name) for name, table in LISTS.items()]
    return dict(session.execute(select(*parts)).mappings().one())


def rows_of(viewer: Viewer, name: str, *, before: int | None = None, about: str = "", size: int = PAGE) -> Rows:
    """A page of a list, by falling id from `before`. `about` narrows events and papers to one subject."""
    table = LISTS[name]
    columns = columns_of(name)
    statement = select(*columns).order_by(table.c.id.desc()).limit(size + 1)
    narrowed = select(func.count()).select_from(table)
    subject = table.c.get("subject", table.c.get("about"))
    if about and subject is not None:
        statement = statement.where(subject == about)
        narrowed = narrowed.where(subject == about)
    if not viewer.sees_everything:
        statement = statement.where(false())
    if before is not None:
        statement = statement.where(table.c.id < before)
    found = session.execute(statement).all()
    more = len(found) > size
    items = found[:size]
    return Rows(
        [column.name for column in columns], items, session.scalar(narrowed) or 0, items[-1].id if more else None
    )


def all_rows_of(viewer: Viewer, name: str, *, about: str = "") -> Iterator[Sequence[Any]]:
    """Every row of a list for an export, in pages, so that memory stays small; at most EXPORT rows."""
    before: int | None = None
    for _page in range(EXPORT // CHUNK):
        rows = rows_of(viewer, name, before=before, about=about, size=CHUNK)
        yield from rows.items
        if rows.before is None:
            return
        before = rows.before
