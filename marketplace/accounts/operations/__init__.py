"""Verbs of the accounts room."""

from marketplace.accounts.operations.attempts import TooSoon, begin_attempt, note_success
from marketplace.accounts.operations.links import forget_old_links, note_mail
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

__all__ = [
    "FirmFacts",
    "TooSoon",
    "ask_reset",
    "begin_attempt",
    "change_password",
    "confirm_sign_up",
    "edit_person",
    "end_other_sessions",
    "end_session",
    "enrol",
    "enter_as",
    "forget_old_links",
    "is_secret",
    "new_secret",
    "note_mail",
    "note_success",
    "note_use",
    "remove_second_factor",
    "renew_recovery_codes",
    "set_password",
    "show_second_factor",
    "sign_in",
    "sign_up",
    "start_session",
    "switch_organisation",
]
