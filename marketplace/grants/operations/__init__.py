"""Verbs of the grants room."""

from marketplace.grants.operations.agreements import draft_agreement, reissue_agreement, terminate_agreement
from marketplace.grants.operations.applications import (
    Draft,
    change_application,
    save_application,
    submit_application,
    withdraw_application,
)
from marketplace.grants.operations.awards import award_application, reject_application
from marketplace.grants.operations.calls import (
    CallDraft,
    change_call,
    close_call,
    decide_call,
    draft_call,
    publish_call,
)
from marketplace.grants.operations.changes import change_last_day, end_agreement, lock_signed, replace_party
from marketplace.grants.operations.conditions import check_parties
from marketplace.grants.operations.eligibility import decide_finding, judge_application
from marketplace.grants.operations.papers import issue_award_letter, issue_signature_record
from marketplace.grants.operations.parties import refuse_own_case
from marketplace.grants.operations.signing import sign_agreement

__all__ = [
    "CallDraft",
    "Draft",
    "award_application",
    "change_application",
    "change_call",
    "change_last_day",
    "check_parties",
    "close_call",
    "decide_call",
    "decide_finding",
    "draft_agreement",
    "draft_call",
    "end_agreement",
    "issue_award_letter",
    "issue_signature_record",
    "judge_application",
    "lock_signed",
    "publish_call",
    "refuse_own_case",
    "reissue_agreement",
    "reject_application",
    "replace_party",
    "save_application",
    "sign_agreement",
    "submit_application",
    "terminate_agreement",
    "withdraw_application",
]
