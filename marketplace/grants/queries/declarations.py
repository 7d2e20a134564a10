"""A firm's last word on itself, and what its certificates prove without asking it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from marketplace.core import clock
from marketplace.core.db import session
from marketplace.grants.models import Application, CertificateKind, Declaration
from marketplace.programmes.rules import Ruleset, declarations_asked

TAX = "tax"
PROVEN = {
    TAX: frozenset({CertificateKind.NATIONAL_TAX, CertificateKind.LOCAL_TAX}),
    "capital": frozenset({CertificateKind.FINANCIAL}),
    "insolvency": frozenset({CertificateKind.CREDIT}),
}
"""What need not be declared while these certificates are verified and valid."""


@dataclass(frozen=True)
class Said:
    """What the firm said of itself, and when."""

    tax_clear: bool | None
    declared: dict[str, str]
    at: datetime | None


def last_said(application: Application, ruleset: Ruleset) -> Said:
    """The last word: one given after the award, else that of the application. Looked up only where the rules ask."""
    if declarations_asked(ruleset):
        statement = select(Declaration).where(Declaration.application_id == application.id)
        last = session.scalars(statement.order_by(Declaration.id.desc()).limit(1)).one_or_none()
        if last is not None:
            return Said(last.tax_clear, last.declared, last.declared_at)
    return Said(application.tax_clear, application.declared, application.submitted_at)


def still_to_declare(ruleset: Ruleset, proofs: frozenset[CertificateKind]) -> frozenset[str]:
    """What the rules ask and no valid certificate proves."""
    proven = {name for name, kinds in PROVEN.items() if kinds <= proofs}
    return frozenset({TAX, *declarations_asked(ruleset)} - proven)


def good_until(said: Said, ruleset: Ruleset) -> datetime | None:
    """Until when the firm's word may be rested on; None: for as long as the case lasts."""
    days = ruleset.eligibility.declared_days
    return None if days is None or said.at is None else said.at + timedelta(days=days.value)


def is_stale(said: Said, ruleset: Ruleset, proofs: frozenset[CertificateKind]) -> bool:
    """Whether the firm has to say it again before it is bound or paid."""
    until = good_until(said, ruleset)
    return until is not None and until < clock.now() and bool(still_to_declare(ruleset, proofs))
