"""Calls, applications, awards and agreements."""

from marketplace.grants.models.agreements import Agreement, AgreementSignature, AgreementState, Award, Party
from marketplace.grants.models.applications import Application, ApplicationState, EligibilityFinding, Verdict
from marketplace.grants.models.calls import Call, CallState
from marketplace.grants.models.parties import (
    ApplicationMilestone,
    ApplicationParticulars,
    ApplicationParty,
    CallTopic,
    PartyState,
)
from marketplace.grants.models.stages import StageResult

__all__ = [
    "Agreement",
    "AgreementSignature",
    "AgreementState",
    "Application",
    "ApplicationMilestone",
    "ApplicationParticulars",
    "ApplicationParty",
    "ApplicationState",
    "Award",
    "Call",
    "CallState",
    "CallTopic",
    "EligibilityFinding",
    "Party",
    "PartyState",
    "StageResult",
    "Verdict",
]
