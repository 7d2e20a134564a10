"""Mail of this room leaves here, and links that ran out are emptied."""

import logging
import smtplib

from marketplace.accounts import operations, queries
from marketplace.accounts.documents import letter_of
from marketplace.core import mail
from marketplace.core.db import session, transaction
from marketplace.core.jobs import every

AT_ONCE = 50
log = logging.getLogger("marketplace.accounts")


@every("*/2 * * * * *", "accounts.mail")
def send_mail() -> int:
    """Send what waits, the oldest first. Returns how many left; a mail that the server refused waits for its next turn.

    A crash between sending and writing that down sends a mail again, under the same Message-ID.
    """
    waiting = [(row.id, row.email, letter_of(row)) for row in queries.mails_to_send(AT_ONCE)]
    session.rollback()
    done = 0
    for mail_id, email, letter in waiting:
        sent = True
        try:
            mail.send(email, letter.subject, letter.body, message_id=f"<account-{mail_id}@marketplace>")
        except (OSError, smtplib.SMTPException) as trouble:
            log.warning("account mail %s: %s", mail_id, trouble)
            sent = False
        with transaction():
            operations.note_mail(mail_id, sent=sent)
        done += sent
    return done


@every("0 7 * * * *", "accounts.forget")
def forget_old_links() -> int:
    """What was typed at a sign-up that nobody confirmed is removed when its link has run out."""
    with transaction():
        return operations.forget_old_links()
