"""Mail leaves here: read what waits, send with no transaction open, write down what happened."""

import logging
import smtplib

from flask import current_app, url_for
from sqlalchemy import select

from marketplace.accounts import queries as accounts
from marketplace.core import mail
from marketplace.core.db import session, transaction
from marketplace.core.jobs import every
from marketplace.notices import operations, queries
from marketplace.notices.documents import letter_of
from marketplace.notices.models import Notice
from marketplace.notices.rules import page_of

AT_ONCE = 50
log = logging.getLogger("marketplace.notices")


def address_of(notice: Notice) -> str:
    """The absolute address of the page a notice is about."""
    public = current_app.config["MARKETPLACE"].public_url
    link = accounts.mail_link(notice.facts["mail_token_id"]) if "mail_token_id" in notice.facts else None
    page = page_of(notice.about)
    if link:
        return f"{public}{link}"
    with current_app.test_request_context(base_url=public or None):
        return f"{public}{url_for(page[0], **page[1])}" if page else public


def stop_address(notice: Notice) -> str:
    """Where one click ends letters of this kind, for the kinds that a room has named in `stop_paths`; else ''. It is made
    for each letter, since whoever reads notices shall not be able to end them."""
    path = current_app.extensions.get("stop_paths", {}).get(notice.kind)
    return f"{current_app.config['MARKETPLACE'].public_url}{path(notice.facts)}" if path else ""


@every("*/3 * * * * *", "notices.mail")
def send_mail() -> int:
    """Send the mail of queued notices. Returns how many notices were taken up; a refused one waits for its next turn."""
    done = 0
    for notice_id in queries.notices_to_mail(AT_ONCE):
        notice = session.scalars(select(Notice).where(Notice.id == notice_id)).one()
        readers = accounts.people_to_tell(
            organisation_id=notice.organisation_id, person_id=notice.person_id, role=notice.role
        )
        url, stop = address_of(notice), stop_address(notice)
        letters = [(reader, letter_of(notice, name=reader.name, url=url, locale=reader.locale)) for reader in readers]
        session.rollback()
        sent = True
        for reader, letter in letters:
            try:
                mail.send(
                    reader.email,
                    letter.subject,
                    letter.body,
                    message_id=f"<notice-{notice_id}-{reader.person_id}@marketplace>",
                    stop=stop,
                )
            except (OSError, smtplib.SMTPException) as trouble:
                log.warning("notice %s to %s: %s", notice_id, reader.email, trouble)
                sent = False
        with transaction():
            operations.note_mail(notice_id, sent=sent)
        done += sent
    return done
