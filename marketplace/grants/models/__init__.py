"""Calls, applications, awards and agreements."""

from marketplace.grants.models.agreements import Agreement, AgreementSignature, AgreementState, Award
from marketplace.grants.models.applications import Application, ApplicationState, EligibilityFinding, Verdict
from marketplace.grants.models.calls import Call, CallState
from marketplace.grants.models.signing import AgreementParty, Party

__all__ = [
    "Agreement",
    "AgreementParty",
    "AgreementSignature",
    "AgreementState",
    "Application",
    "ApplicationState",
    "Award",
    "Call",
    "CallState",
    "EligibilityFinding",
    "Party",
    "Verdict",
]
