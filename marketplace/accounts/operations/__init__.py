"""Verbs of the accounts room."""

from marketplace.accounts.operations.attempts import TooSoon, begin_attempt, note_success
from marketplace.accounts.operations.firms import (
    bar,
    edit_organisation,
    lift_bar,
    note_bank_account,
    note_business_state,
    note_representative,
)
from marketplace.accounts.operations.grades import note_final_grade
from marketplace.accounts.operations.links import forget_old_links, note_mail
from marketplace.accounts.operations.members import (
    accept_as_new_person,
    accept_invitation,
    change_member_role,
    end_membership,
    invite,
    withdraw_invitation,
)
from marketplace.accounts.operations.registry import ask_registry, ask_registry_again, note_answer, note_silence
from marketplace.accounts.operations.second_factor import (
    enrol,
    is_secret,
    new_secret,
    remove_second_factor,
    renew_recovery_codes,
    show_second_factor,
)
from marketplace.accounts.operations.sessions import (
    end_other_sessions,
    end_session,
    note_use,
    start_session,
    switch_organisation,
)
from marketplace.accounts.operations.signing_in import (
    ask_reset,
    change_password,
    edit_person,
    enter_as,
    set_password,
    sign_in,
)
from marketplace.accounts.operations.signing_up import FirmFacts, confirm_sign_up, sign_up
from marketplace.accounts.operations.staff import (
    confirm_role,
    disable_person,
    enable_person,
    invite_administrator,
    refuse_role,
    request_role,
    reset_second_factor,
    revoke_role,
)
from marketplace.accounts.operations.step_up import Proof, StepUpNeeded, require_step_up, step_up, step_up_in_demo

__all__ = [
    "FirmFacts",
    "Proof",
    "StepUpNeeded",
    "TooSoon",
    "accept_as_new_person",
    "accept_invitation",
    "ask_registry",
    "ask_registry_again",
    "ask_reset",
    "bar",
    "begin_attempt",
    "change_member_role",
    "change_password",
    "confirm_role",
    "confirm_sign_up",
    "disable_person",
    "edit_organisation",
    "edit_person",
    "enable_person",
    "end_membership",
    "end_other_sessions",
    "end_session",
    "enrol",
    "enter_as",
    "forget_old_links",
    "invite",
    "invite_administrator",
    "is_secret",
    "lift_bar",
    "new_secret",
    "note_answer",
    "note_bank_account",
    "note_business_state",
    "note_final_grade",
    "note_mail",
    "note_representative",
    "note_silence",
    "note_success",
    "note_use",
    "refuse_role",
    "remove_second_factor",
    "renew_recovery_codes",
    "request_role",
    "require_step_up",
    "reset_second_factor",
    "revoke_role",
    "set_password",
    "show_second_factor",
    "sign_in",
    "sign_up",
    "start_session",
    "step_up",
    "step_up_in_demo",
    "switch_organisation",
    "withdraw_invitation",
]
