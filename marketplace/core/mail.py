"""Sending mail by SMTP. Only jobs call it; operations write a notice instead."""

import smtplib
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from urllib.parse import unquote, urlsplit

from flask import current_app


def send(to: str, subject: str, body: str, *, message_id: str | None = None, stop: str = "") -> bool:
    """Send one text mail. `stop`: the address that a mail program posts to when its reader wants no more such letters
    (RFC 2369; by one click, RFC 8058). Returns False where no SMTP server is configured. Raises OSError, smtplib.SMTPException.
    """
    settings = current_app.config["MARKETPLACE"]
    if not settings.smtp_url:
        current_app.logger.info("mail to %s: %s", to, subject)
        return False
    message = EmailMessage()
    message["From"] = settings.mail_from
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = formatdate()
    message["Message-ID"] = message_id or make_msgid()
    message["Auto-Submitted"] = "auto-generated"
    if stop:
        message["List-Unsubscribe"] = f"<{stop}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(body)
    server = urlsplit(settings.smtp_url)
    connect = smtplib.SMTP_SSL if server.scheme == "smtps" else smtplib.SMTP
    with connect(server.hostname or "127.0.0.1", server.port or 25, timeout=15) as connection:
        if server.username:
            connection.starttls()
            connection.login(unquote(server.username), unquote(server.password or ""))
        connection.send_message(message)
    return True
