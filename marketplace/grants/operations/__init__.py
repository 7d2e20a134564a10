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
from marketplace.grants.operations.calls import (
    CallDraft,
    change_call,
    close_call,
    decide_call,
    draft_call,
    publish_call,
)
from marketplace.grants.operations.consortium import (
    PartyDraft,
    confirm_party,
    decline_party,
    invite_party,
    remove_party,
)
from marketplace.grants.operations.eligibility import decide_finding, judge_application
from marketplace.grants.operations.papers import issue_agreement_paper, issue_award_letter
from marketplace.grants.operations.particulars import Particulars, write_particulars
from marketplace.grants.operations.stages import record_stage, set_topics

__all__ = [
    "CallDraft",
    "Draft",
    "Particulars",
    "PartyDraft",
    "award_application",
    "change_application",
    "change_call",
    "close_call",
    "confirm_party",
    "decide_call",
    "decide_finding",
    "decline_party",
    "draft_agreement",
    "draft_call",
    "invite_party",
    "issue_agreement_paper",
    "issue_award_letter",
    "judge_application",
    "publish_call",
    "record_stage",
    "reject_application",
    "remove_party",
    "save_application",
    "set_topics",
    "sign_agreement",
    "submit_application",
    "terminate_agreement",
    "withdraw_application",
    "write_particulars",
]
