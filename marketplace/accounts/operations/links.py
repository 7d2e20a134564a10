"""Links sent by mail, and the mail that carries them.

A link's token is kept nowhere. It is computed from a random nonce and the installation's secret key, once to store its
hash and once more by the job that writes the mail. So a copy of the database opens no account, and neither does the
outbox. (A token drawn at random would have to wait in the outbox in clear until the mail has left.)
"""

import secrets
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select, update

from marketplace.accounts.models import AccountMail, MailToken, Person
from marketplace.accounts.queries import token_hash
from marketplace.accounts.queries.telling import link_token
from marketplace.core import clock
from marketplace.core.db import session
from marketplace.core.errors import Refused
from marketplace.core.i18n import _

LINK_HOURS = 24


def write_mail(kind: str, email: str, *, name: str, locale: str, **facts: Any) -> None:
    """Put a mail of `kind` into this room's outbox, in the transaction of what it tells."""
    row = {"kind": kind, "email": email, "name": name, "locale": locale, "facts": facts}
    session.execute(insert(AccountMail), [row])


def tell(kind: str, person: Person, /, **facts: Any) -> None:
    """The same to a person who has an account."""
    write_mail(kind, person.email, name=person.name, locale=person.locale, **facts)


def make_link(purpose: str, *, person_id: int | None = None, facts: dict[str, Any] | None = None) -> MailToken:
    """A link that works once within 24 hours: 'confirm', 'reset' or 'welcome'. Its nonce goes into the mail's facts."""
    nonce = secrets.token_urlsafe(18)
    link = MailToken(
        person_id=person_id,
        purpose=purpose,
        nonce=nonce,
        token_hash=token_hash(link_token(purpose, nonce)),
        facts=facts or {},
        expires_at=clock.now() + timedelta(hours=LINK_HOURS),
    )
    session.add(link)
    session.flush()
    return link


def take_link(token: str, *purposes: str) -> MailToken:
    """The link behind a token, under its lock and still good. Raises Refused where it is used, run out, or none."""
    link = session.execute(
        select(MailToken)
        .where(MailToken.token_hash == token_hash(token), MailToken.purpose.in_(purposes))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if link is None or link.used_at is not None or link.expires_at <= clock.now():
        raise Refused(_("이 링크는 이미 쓰였거나 기한이 지났습니다. 처음부터 다시 요청하세요."))
    return link


def spend_link(link: MailToken) -> None:
    """Use a link up; what it carried is forgotten, and so are the person's other links of its kind."""
    link.used_at = clock.now()
    link.facts = {}
    session.flush()
    if link.person_id is not None:
        session.execute(
            update(MailToken)
            .where(MailToken.person_id == link.person_id, MailToken.used_at.is_(None))
            .values(used_at=clock.now(), facts={})
        )


def forget_old_links(limit: int = 500) -> int:
    """Empty links that have run out, so that what somebody typed at sign-up is not kept for nothing."""
    old = (
        select(MailToken.id)
        .where(MailToken.used_at.is_(None), MailToken.expires_at < clock.now())
        .order_by(MailToken.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    ids = session.scalars(old).all()
    if ids:
        session.execute(update(MailToken).where(MailToken.id.in_(ids)).values(used_at=clock.now(), facts={}))
    return len(ids)


def note_mail(mail_id: int, *, sent: bool) -> None:
    """Write down that a mail left, or that it did not this time."""
    values: dict[str, Any] = {"tries": AccountMail.tries + 1}
    if sent:
        values["sent_at"] = clock.now()
    session.execute(update(AccountMail).where(AccountMail.id == mail_id).values(**values))
