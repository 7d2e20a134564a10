"""Mail of this room leaves here, links that ran out are emptied, and the registry of businesses is asked."""

import logging
import smtplib

from marketplace.accounts import gateway, operations, queries
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


@every("*/3 * * * * *", "accounts.registry")
def ask_registry() -> int:
    """Ask the registry about the firms that wait, up to a hundred in one call with no transaction open, and keep each
    answer in a transaction of its own. Returns how many were answered."""
    due = queries.checks_due(gateway.AT_ONCE) if queries.registry_is_asked() else []
    session.rollback()
    if not due:
        return 0
    words, problem = {}, "left out"
    try:
        words = gateway.ask([number for _check, number in due])
    except gateway.RegistryAway as away:
        problem = str(away)
        log.warning("registry of businesses: %s", problem)
    for check_id, number in due:
        with transaction():
            if number in words:
                word, source = words[number], gateway.source()
                operations.note_answer(
                    check_id, code=word.code, tax_type=word.tax_type, closed_on=word.closed_on, source=source
                )
            else:
                operations.note_silence(check_id, problem)
    return len(words)
