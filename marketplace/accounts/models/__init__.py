"""Organisations, people, and what lets them in."""

from marketplace.accounts.models.firms import (
    Bar,
    BusinessState,
    Invitation,
    MemberRole,
    Membership,
    Organisation,
    Relation,
    SizeClass,
)
from marketplace.accounts.models.grades import FinalGrade, Grade
from marketplace.accounts.models.people import GrantState, Person, StaffRole
from marketplace.accounts.models.registry import CheckState, RegistryCheck
from marketplace.accounts.models.signing import (
    AccountMail,
    MailToken,
    RecoveryCode,
    SessionUse,
    SignInAttempt,
    SignInSession,
)
from marketplace.accounts.models.step_up import StepUp

__all__ = [
    "AccountMail",
    "Bar",
    "BusinessState",
    "CheckState",
    "FinalGrade",
    "Grade",
    "GrantState",
    "Invitation",
    "MailToken",
    "MemberRole",
    "Membership",
    "Organisation",
    "Person",
    "RecoveryCode",
    "RegistryCheck",
    "Relation",
    "SessionUse",
    "SignInAttempt",
    "SignInSession",
    "SizeClass",
    "StaffRole",
    "StepUp",
]
