"""Tables of matching."""

from marketplace.matching.models.decisions import (
    Occasion,
    PreAgreement,
    PreAgreementSignature,
    PreAgreementState,
    Shortlist,
    Side,
)
from marketplace.matching.models.needs import Audience, Need, NeedInvitation, NeedQuestion, NeedState, Purpose
from marketplace.matching.models.quotes import PriceFact, Quote, QuoteLine, QuoteState, TaxKind

__all__ = [
    "Audience",
    "Need",
    "NeedInvitation",
    "NeedQuestion",
    "NeedState",
    "Occasion",
    "PreAgreement",
    "PreAgreementSignature",
    "PreAgreementState",
    "PriceFact",
    "Purpose",
    "Quote",
    "QuoteLine",
    "QuoteState",
    "Shortlist",
    "Side",
    "TaxKind",
]
