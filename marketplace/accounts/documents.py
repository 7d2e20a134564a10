"""The words of this room's mails: templates/emails/<kind>.txt, first line the subject."""

from dataclasses import dataclass

from flask import current_app, render_template
from flask_babel import force_locale

from marketplace.accounts.models import AccountMail
from marketplace.accounts.queries import link_path
from marketplace.core.i18n import LANGUAGES

PAGES = {"account_known": "/sign-in", "account_unknown": "/sign-up", "account_role_requested": "/staff"}
"""Where mails without a secret link lead; the others lead to the first page."""


@dataclass(frozen=True)
class Letter:
    """What the reader sees."""

    subject: str
    body: str


def letter_of(mail: AccountMail) -> Letter:
    """A mail in its reader's language. The secret part of its link is computed here and nowhere kept."""
    facts = dict(mail.facts)
    nonce, purpose = facts.pop("nonce", None), facts.pop("purpose", None)
    path = link_path(purpose, nonce) if nonce else PAGES.get(mail.kind, "/")
    url = current_app.config["MARKETPLACE"].public_url + path
    with force_locale(mail.locale if mail.locale in LANGUAGES else "ko"):
        text = render_template(f"emails/{mail.kind}.txt", **{**facts, "name": mail.name, "url": url})
    subject, _newline, body = text.strip().partition("\n")
    return Letter(subject.strip(), body.strip() + "\n")
