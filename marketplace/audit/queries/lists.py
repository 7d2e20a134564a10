"""Which records of which rooms the auditors read, and which of their columns. Secrets are never among them."""

from typing import Any

from sqlalchemy import Column, LargeBinary, Table

from marketplace.accounts.models import (
    Bar,
    FinalGrade,
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
from marketplace.core.db import Base
from marketplace.core.i18n import N_
from marketplace.delivery.models import RECORDS as DELIVERIES
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
    Declaration,
    EligibilityFinding,
    FirmCertificate,
    FixItem,
    FixRequest,
    GrantPayment,
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
    PayoutAdvice,
    PayoutBatch,
)
from marketplace.programmes.models import Programme, Ruleset
from marketplace.recovery.models import RecoveryCase, RecoveryInstalment, RecoveryReceipt, RecoveryStatement, SetOff
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
from marketplace.supervision.models import RECORDS as SUPERVISION
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

GROUPS: tuple[tuple[str, tuple[type[Base], ...]], ...] = (
    (N_("사업과 규정"), (Programme, Ruleset, Call, CallVersion, CallInquiry, CallTopic)),
    (
        N_("신청서 내용"),
        (
            *(ApplicationAnswer, ApplicationRevision, ApplicationFile, ApplicationSignature, SectionWriter),
            *(FixRequest, FixItem, FirmCertificate, Declaration),
        ),
    ),
    (
        N_("신청과 협약"),
        (
            *(Application, ApplicationParty, ApplicationParticulars, ApplicationMilestone, StageResult),
            *(EligibilityFinding, Award, Agreement, AgreementParty, AgreementSignature, GrantPayment),
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
    (N_("납품과 검수"), DELIVERIES),
    (N_("감리와 최종평가"), SUPERVISION),
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
            PayoutAdvice,
        ),
    ),
    (
        N_("카드 결제와 환수"),
        (
            *(BankAccount, BankStatement, Deposit),
            *(CardPayment, CardRefund, CardBalanceLine, GatewayEvent),
            *(RecoveryCase, RecoveryStatement, RecoveryInstalment, RecoveryReceipt, SetOff),
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
            *(Need, NeedInvitation, NeedQuestion, Quote, QuoteLine, Shortlist),
            *(PreAgreement, PreAgreementSignature, PriceFact),
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
        (Organisation, Person, Membership, StaffRole, SignInSession, StepUp, Bar, Relation, RegistryCheck, FinalGrade),
    ),
    (N_("문서와 기록"), (Paper, PaperSeal, Notice, Event)),
)
LISTS: dict[str, Table] = {
    model.__tablename__: model.__table__  # type: ignore[misc]
    for _title, models in GROUPS
    for model in models
}


def columns_of(name: str) -> list[Column[Any]]:
    """The columns of a list that may be shown, and read: meanings and scores of a matching day are bytes."""
    shown = [column for column in LISTS[name].columns if not column.info.get("secret")]
    return [column for column in shown if not isinstance(column.type, LargeBinary)]
