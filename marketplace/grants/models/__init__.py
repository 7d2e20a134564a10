"""Calls, applications, awards and agreements."""

from marketplace.grants.models.agreements import Agreement, AgreementSignature, AgreementState, Award
from marketplace.grants.models.answers import (
    ApplicationAnswer,
    ApplicationFile,
    ApplicationRevision,
    ApplicationSignature,
    SectionWriter,
)
from marketplace.grants.models.applications import Application, ApplicationState, EligibilityFinding, Verdict
from marketplace.grants.models.calls import Call, CallState
from marketplace.grants.models.declarations import Declaration
from marketplace.grants.models.fixes import (
    CertificateKind,
    CertificateState,
    FirmCertificate,
    FixItem,
    FixRequest,
    FixState,
)
from marketplace.grants.models.forms import CallAmendmentTold, CallInquiry, CallVersion
from marketplace.grants.models.parties import (
    ApplicationMilestone,
    ApplicationParticulars,
    ApplicationParty,
    CallTopic,
    PartyState,
)
from marketplace.grants.models.payments import GrantPayment, GrantPaymentState
from marketplace.grants.models.signing import AgreementParty, Party
from marketplace.grants.models.stages import StageResult

__all__ = [
    "Agreement",
    "AgreementParty",
    "AgreementSignature",
    "AgreementState",
    "Application",
    "ApplicationAnswer",
    "ApplicationFile",
    "ApplicationMilestone",
    "ApplicationParticulars",
    "ApplicationParty",
    "ApplicationRevision",
    "ApplicationSignature",
    "ApplicationState",
    "Award",
    "Call",
    "CallAmendmentTold",
    "CallInquiry",
    "CallState",
    "CallTopic",
    "CallVersion",
    "CertificateKind",
    "CertificateState",
    "Declaration",
    "EligibilityFinding",
    "FirmCertificate",
    "FixItem",
    "FixRequest",
    "FixState",
    "GrantPayment",
    "GrantPaymentState",
    "Party",
    "PartyState",
    "SectionWriter",
    "StageResult",
    "Verdict",
]
