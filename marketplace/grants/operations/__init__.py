"""Verbs of the grants room."""

from marketplace.grants.operations.agreements import draft_agreement, reissue_agreement, terminate_agreement
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
from marketplace.grants.operations.certificates import Certificate, bring_certificate, look_at_certificate
from marketplace.grants.operations.changes import change_last_day, end_agreement, lock_signed, replace_party
from marketplace.grants.operations.conditions import check_parties
from marketplace.grants.operations.consortium import (
    PartyDraft,
    confirm_party,
    decline_party,
    invite_party,
    remove_party,
)
from marketplace.grants.operations.declaring import check_standing, declare_again
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
from marketplace.grants.operations.papers import issue_award_letter, issue_signature_record
from marketplace.grants.operations.particulars import Particulars, write_particulars
from marketplace.grants.operations.parties import refuse_own_case
from marketplace.grants.operations.payments import (
    approve_grant,
    confirm_report,
    mark_grant_paid,
    report_step,
    return_report,
)
from marketplace.grants.operations.receipts import issue_receipt
from marketplace.grants.operations.signing import sign_agreement
from marketplace.grants.operations.stages import record_stage, set_topics

__all__ = [
    "CallDraft",
    "Certificate",
    "Conflict",
    "Draft",
    "Kept",
    "Particulars",
    "PartyDraft",
    "Saved",
    "amend_call",
    "answer_about_call",
    "approve_grant",
    "ask_about_call",
    "ask_for_fix",
    "attach_file",
    "award_application",
    "award_applications",
    "begin_amendment",
    "bring_certificate",
    "cancel_fix",
    "change_application",
    "change_call",
    "change_form",
    "change_last_day",
    "check_parties",
    "check_standing",
    "close_call",
    "confirm_party",
    "confirm_report",
    "decide_call",
    "decide_finding",
    "declare_again",
    "decline_party",
    "draft_agreement",
    "draft_call",
    "end_agreement",
    "give_up_award",
    "give_writers",
    "hand_in_fix",
    "invite_party",
    "issue_award_letter",
    "issue_receipt",
    "issue_signature_record",
    "judge_application",
    "lapse_fix",
    "lock_signed",
    "look_at_certificate",
    "mark_grant_paid",
    "publish_call",
    "record_stage",
    "refuse_own_case",
    "reissue_agreement",
    "reject_application",
    "reject_applications",
    "remove_file",
    "remove_party",
    "reopen_application",
    "replace_application",
    "replace_party",
    "report_step",
    "return_report",
    "save_answers",
    "save_application",
    "set_topics",
    "sign_agreement",
    "submit_application",
    "tell_amendment",
    "terminate_agreement",
    "withdraw_application",
    "write_particulars",
]
