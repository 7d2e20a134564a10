"""Verbs of the grants room."""

from marketplace.grants.operations.agreements import draft_agreement, sign_agreement, terminate_agreement
from marketplace.grants.operations.applications import (
    Draft,
    change_application,
    save_application,
    submit_application,
    withdraw_application,
)
from marketplace.grants.operations.awards import award_application, reject_application
from marketplace.grants.operations.bulk import (
    award_applications,
    give_up_award,
    reject_applications,
    reopen_application,
)
from marketplace.grants.operations.calls import (
    CallDraft,
    change_call,
    close_call,
    decide_call,
    draft_call,
    publish_call,
)
from marketplace.grants.operations.eligibility import decide_finding, judge_application
from marketplace.grants.operations.papers import issue_agreement_paper, issue_award_letter

__all__ = [
    "CallDraft",
    "Draft",
    "award_application",
    "award_applications",
    "change_application",
    "change_call",
    "close_call",
    "decide_call",
    "decide_finding",
    "draft_agreement",
    "draft_call",
    "give_up_award",
    "issue_agreement_paper",
    "issue_award_letter",
    "judge_application",
    "publish_call",
    "reject_application",
    "reject_applications",
    "reopen_application",
    "save_application",
    "sign_agreement",
    "submit_application",
    "terminate_agreement",
    "withdraw_application",
]
