"""Verbs of matching: a firm says what it needs, suppliers ask and quote, the firm chooses, both agree."""

from marketplace.matching.operations.choosing import accept_quote, decline_quote
from marketplace.matching.operations.inviting import invite, take_back_invitation
from marketplace.matching.operations.needs import (
    Wish,
    change_need,
    close_need,
    draft_need,
    post_draft,
    post_need,
)
from marketplace.matching.operations.pre_agreements import (
    draft_pre_agreement,
    end_pre_agreement,
    issue_pre_agreement_paper,
    sign_pre_agreement,
)
from marketplace.matching.operations.prices import note_price
from marketplace.matching.operations.questions import answer_question, ask_question
from marketplace.matching.operations.quotes import Offer, OfferLine, is_intact, open_quotes, send_quote, withdraw_quote
from marketplace.matching.operations.shortlists import keep_shortlist

__all__ = [
    "Offer",
    "OfferLine",
    "Wish",
    "accept_quote",
    "answer_question",
    "ask_question",
    "change_need",
    "close_need",
    "decline_quote",
    "draft_need",
    "draft_pre_agreement",
    "end_pre_agreement",
    "invite",
    "is_intact",
    "issue_pre_agreement_paper",
    "keep_shortlist",
    "note_price",
    "open_quotes",
    "post_draft",
    "post_need",
    "send_quote",
    "sign_pre_agreement",
    "take_back_invitation",
    "withdraw_quote",
]
