"""The rules of a programme year, pure: what a ruleset says, who may apply, and who pays what."""

from marketplace.core.money import floor_to
from marketplace.programmes.rules.eligibility import RULES, judge
from marketplace.programmes.rules.eligibility_declared import declarations_asked
from marketplace.programmes.rules.findings import EligibilityFacts, Finding, Verdict, overall
from marketplace.programmes.rules.kinds import (
    PartyShare,
    RuleBroken,
    SupplierLoad,
    check_parties,
    check_supplier_amount,
    check_supplier_load,
    check_tier,
    leader_share,
    leading_role,
    milestone_amounts,
    prize_of,
    prizes_total,
    ranked,
    tier_by_need,
    top_prize,
)
from marketplace.programmes.rules.parse import Mistake, RulesetInvalid, parse_ruleset
from marketplace.programmes.rules.rows import Change, ChangeKind, Row, difference, ruleset_rows
from marketplace.programmes.rules.ruleset import BUYS, Ruleset
from marketplace.programmes.rules.sections import SIZE_CLASSES
from marketplace.programmes.rules.sourced import BASES, Sourced
from marketplace.programmes.rules.split import (
    Split,
    SplitRefused,
    SplitTerms,
    order_ratio,
    order_support,
    own_cash_minimum,
    settlement_support,
    split,
    support_due,
    support_of,
    vat_on,
)
from marketplace.programmes.rules.words import Phrase, Text, spoken

__all__ = [
    "BASES",
    "BUYS",
    "RULES",
    "SIZE_CLASSES",
    "Change",
    "ChangeKind",
    "EligibilityFacts",
    "Finding",
    "Mistake",
    "PartyShare",
    "Phrase",
    "Row",
    "RuleBroken",
    "Ruleset",
    "RulesetInvalid",
    "Sourced",
    "Split",
    "SplitRefused",
    "SplitTerms",
    "SupplierLoad",
    "Text",
    "Verdict",
    "check_parties",
    "check_supplier_amount",
    "check_supplier_load",
    "check_tier",
    "declarations_asked",
    "difference",
    "floor_to",
    "judge",
    "leader_share",
    "leading_role",
    "milestone_amounts",
    "order_ratio",
    "order_support",
    "overall",
    "own_cash_minimum",
    "parse_ruleset",
    "prize_of",
    "prizes_total",
    "ranked",
    "ruleset_rows",
    "settlement_support",
    "split",
    "spoken",
    "support_due",
    "support_of",
    "tier_by_need",
    "top_prize",
    "vat_on",
]
