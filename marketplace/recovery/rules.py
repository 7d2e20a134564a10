"""What has to come back, pure: surcharge by the table of the ruleset's legal basis, interest, instalments.

Amounts are whole won; what a treasury takes in drops everything under ten won (국고금 관리법 §47), and what is left over
of an equal division goes into the first instalment, as there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from marketplace.core.money import floor_to

UNIT = 10
INTEREST_PERCENT = 5
"""A year, simple: the civil law's rate (민법 §379). Assumed for recovery; no ruleset says otherwise."""
SMALL = 1_000_000
"""Up to this principal the Public Finance Recovery Act asks no surcharge."""
LONGEST_MONTHS = 24
MOST_INSTALMENTS = 24
PUBLIC_FINANCE = {"false_claim": 5, "excess": 3, "other_use": 2, "breach": 0, "requirement": 0}
"""공공재정환수법 (2020). A subsidy has the ruleset's own table (보조금법) instead."""


@dataclass(frozen=True, slots=True)
class Amounts:
    """What a firm has to give back. `rule` names the table, `why` what was left off: '', 'self_report', 'small', 'slight'."""

    principal: int
    factor: int
    surcharge: int
    interest: int
    rule: str
    why: str

    @property
    def total(self) -> int:
        return self.principal + self.surcharge + self.interest


def factor_of(ground: str, basis: str | None, sanctions: Mapping[str, int]) -> tuple[int, str]:
    """How many times the principal the surcharge is, and in which table that stands.

    `basis` is the ruleset's legal basis: SUBSIDY, CONTRIBUTION, FUND, or None where it is not established; then the
    ruleset's own table counts, which is the subsidy law's.
    """
    if basis in ("CONTRIBUTION", "FUND"):
        return PUBLIC_FINANCE[ground], f"public_finance.{ground}"
    # The subsidy law has no name for having got too much: what the requirements did not carry.
    name = "requirement" if ground == "excess" else ground
    return sanctions[name], f"sanctions.{name}"


def amounts_of(
    principal: int,
    ground: str,
    *,
    basis: str | None,
    sanctions: Mapping[str, int],
    since: date,
    until: date,
    self_reported: bool = False,
    slight: bool = False,
) -> Amounts:
    """Principal, surcharge and interest from `since` to `until`, each floored to ten won."""
    factor, rule = factor_of(ground, basis, sanctions)
    surcharge, why = principal * factor, ""
    if basis != "SUBSIDY" and self_reported:
        surcharge, why = 0, "self_report"
    elif basis != "SUBSIDY" and principal <= SMALL:
        surcharge, why = 0, "small"
    elif basis != "SUBSIDY" and slight:
        surcharge, why = surcharge // 2, "slight"
    days = max((until - since).days, 0)
    interest = 0 if ground == "requirement" else principal * INTEREST_PERCENT * days // (100 * 365)
    return Amounts(principal, factor, floor_to(surcharge, UNIT), floor_to(interest, UNIT), rule, why)


def instalments_of(owed: int, count: int, first_on: date) -> list[tuple[date, int]]:
    """`owed` in `count` parts, thirty days apart, equal but for the first, which takes what is left over."""
    part = floor_to(owed // count, UNIT)
    amounts = [owed - part * (count - 1), *[part] * (count - 1)]
    return [(first_on + timedelta(days=30 * place), amount) for place, amount in enumerate(amounts)]


def overdue_of(plan: list[tuple[date, int]], paid: int, today: date) -> int:
    """What of a plan should have been paid before `today` and was not."""
    return max(sum(amount for due, amount in plan if due < today) - paid, 0)
