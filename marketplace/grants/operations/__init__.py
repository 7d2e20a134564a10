"""Verbs of the grants room."""

from marketplace.grants.operations.agreements import draft_agreement, sign_agreement, terminate_agreement
from marketplace.grants.operations.answers import (
    Kept,
    Saved,
    attach_file,
    give_writers,
    remove_file,
    save_answers,
)
from marketplace.grants.operations.applications import replace_application, submit_application, withdraw_application
from marketplace.grants.operations.awards import award_application, reject_application
from marketplace.grants.operations.calls import (
    CallDraft,
    change_call,
    close_call,
    decide_call,
    draft_call,
    publish_call,
)
from marketplace.grants.operations.certificates import Certificate, bring_certificate, look_at_certificate
from marketplace.grants.operations.drafting import Conflict, Draft, change_application, save_application
from marketplace.grants.operations.eligibility import decide_finding, judge_application
from marketplace.grants.operations.fixes import ask_for_fix, cancel_fix, hand_in_fix, lapse_fix
from marketplace.grants.operations.forms import (
    amend_call,
    answer_about_call,
    ask_about_call,
    begin_amendment,
    change_form,
    tell_amendment,
)
from marketplace.grants.operations.papers import issue_agreement_paper, issue_award_letter
from marketplace.grants.operations.receipts import issue_receipt

__all__ = [
    "CallDraft",
    "Certificate",
    "Conflict",
    "Draft",
    "Kept",
    "Saved",
    "amend_call",
    "answer_about_call",
    "ask_about_call",
    "ask_for_fix",
    "attach_file",
    "award_application",
    "begin_amendment",
    "bring_certificate",
    "cancel_fix",
    "change_application",
    "change_call",
    "change_form",
    "close_call",
    "decide_call",
    "decide_finding",
    "draft_agreement",
    "draft_call",
    "give_writers",
    "hand_in_fix",
    "issue_agreement_paper",
    "issue_award_letter",
    "issue_receipt",
    "judge_application",
    "lapse_fix",
    "look_at_certificate",
    "publish_call",
    "reject_application",
    "remove_file",
    "replace_application",
    "save_answers",
    "save_application",
    "sign_agreement",
    "submit_application",
    "tell_amendment",
    "terminate_agreement",
    "withdraw_application",
]
