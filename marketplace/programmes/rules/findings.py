"""Facts of an application and findings about it: what eligibility is judged on, and what it says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from marketplace.programmes.rules.sourced import Sourced
from marketplace.programmes.rules.words import Phrase


class Verdict(StrEnum):
    PASS = "pass"  # noqa: S105 - no password
    FAIL = "fail"
    REFER = "refer"


@dataclass(frozen=True, kw_only=True, slots=True)
class EligibilityFacts:
    """What is known of an application; None means that nobody knows yet. Amounts are smallest steps.

    `business_status` is "open", "suspended" or "closed"; anything else counts as not known. `receipt` and
    `other_receipts` are the firm's receipt numbers in this call, withdrawn ones left out; `earlier_years` are the
    programme years in which it was supported before; `other_kinds` are the kinds it also applied for this year.
    `insolvency` is "none", "plan" (an approved plan is being kept) or "insolvent"; `industry` is a code of the standard
    industrial classification. `poor_years` are the programme years whose final grade was poor.
    """

    kind: str
    size_class: str | None = None
    youth: bool | None = None
    prefounder_proof: bool | None = None
    business_number_valid: bool | None = None
    business_status: str | None = None
    tax_arrears: bool | None = None
    barred: bool | None = None
    receipt: int | None = None
    other_receipts: tuple[int, ...] | None = None
    earlier_years: tuple[int, ...] | None = None
    other_kinds: frozenset[str] | None = None
    total_minor: int | None = None
    support_minor: int | None = None
    own_cash_minor: int | None = None
    supplier_designated: bool | None = None
    supplier_related: bool | None = None
    capital_impaired: bool | None = None
    insolvency: str | None = None
    industry: str | None = None
    same_support: bool | None = None
    poor_years: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule's verdict. `path` is the rule in the ruleset, `basis` that rule with its source, where there is one."""

    rule_code: str
    verdict: Verdict
    reason: str
    params: Mapping[str, Any] = field(default_factory=dict)
    path: str = ""
    basis: Sourced[Any] | None = None

    @property
    def sentence(self) -> Phrase:
        return Phrase(self.reason, self.params)


def overall(findings: list[Finding]) -> Verdict:
    """Fail if anything fails, else refer if anything is referred, else pass."""
    verdicts = {finding.verdict for finding in findings}
    return next((verdict for verdict in (Verdict.FAIL, Verdict.REFER) if verdict in verdicts), Verdict.PASS)


Outcome = tuple[Verdict, str, dict[str, Any], str]
"""Verdict, reason, parameters, and the path of the rule."""


def passed(path: str, reason: str, **params: Any) -> Outcome:
    return Verdict.PASS, reason, params, path


def failed(path: str, reason: str, **params: Any) -> Outcome:
    return Verdict.FAIL, reason, params, path


def referred(path: str, reason: str, **params: Any) -> Outcome:
    return Verdict.REFER, reason, params, path


def known(path: str, fact: bool | None, good: bool, reasons: tuple[str, str, str]) -> Outcome:
    """A yes-or-no fact: `reasons` are those for the good answer, the bad one, and none at all."""
    if fact is None:
        return referred(path, reasons[2])
    return passed(path, reasons[0]) if fact is good else failed(path, reasons[1])
