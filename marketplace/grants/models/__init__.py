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
from marketplace.grants.models.fixes import (
    CertificateKind,
    CertificateState,
    FirmCertificate,
    FixItem,
    FixRequest,
    FixState,
)
from marketplace.grants.models.forms import CallAmendmentTold, CallInquiry, CallVersion
from marketplace.grants.models.signing import AgreementParty, Party

__all__ = [
    "Agreement",
    "AgreementParty",
    "AgreementSignature",
    "AgreementState",
    "Application",
    "ApplicationAnswer",
    "ApplicationFile",
    "ApplicationRevision",
    "ApplicationSignature",
    "ApplicationState",
    "Award",
    "Call",
    "CallAmendmentTold",
    "CallInquiry",
    "CallState",
    "CallVersion",
    "CertificateKind",
    "CertificateState",
    "EligibilityFinding",
    "FirmCertificate",
    "FixItem",
    "FixRequest",
    "FixState",
    "Party",
    "SectionWriter",
    "Verdict",
]
