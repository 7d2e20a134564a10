"""Calls, applications, awards and agreements."""

from marketplace.grants.models.agreements import Agreement, AgreementSignature, AgreementState, Award, Party
from marketplace.grants.models.applications import Application, ApplicationState, EligibilityFinding, Verdict
from marketplace.grants.models.calls import Call, CallState

__all__ = [
    "Agreement",
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
