"""Telling people and firms."""

import json
from typing import Any

from sqlalchemy.dialects.postgresql import insert as upsert

from marketplace.core import clock
from marketplace.core.db import locked, session, write
from marketplace.core.viewer import Role, Viewer
from marketplace.notices.models import MailState, Notice, NoticeRead

TRIES = 8
_INSERT = (
    "insert into notice (kind, about, organisation_id, person_id, role, facts) "
    "values (%s, %s, %s::bigint, %s::bigint, %s, %s::jsonb)"
)


def notify(
    kind: str,
    *,
    about: str | None = None,
    organisation_id: int | None = None,
    person_id: int | None = None,
    role: Role | None = None,
    **facts: Any,
) -> None:
    """Write a notice in the transaction at hand: to a person, to a firm (all members, or those with `role`), or to all who
    hold the staff role `role`. The inbox shows it at once, mail leaves by a job.

    `kind` names the words in templates/emails/<kind>.txt (first line the subject); `facts` are plain values for them.
    """
    write(
        _INSERT,
        (
            kind,
            about,
            organisation_id,
            person_id,
            role.value if role else None,
            json.dumps(facts, ensure_ascii=False),
        ),
    )


def mark_read(notice_ids: list[int], *, by: Viewer) -> None:
    """Remember that `by` has seen these notices; again is nothing."""
    if notice_ids:
        session.execute(
            upsert(NoticeRead)
            .values([{"notice_id": identity, "person_id": by.person_id} for identity in notice_ids])
            .on_conflict_do_nothing()
        )


def note_mail(notice_id: int, *, sent: bool) -> None:
    """Write down that the mail of a notice left, or did not; after TRIES it is given up and shown to administrators."""
    notice = locked(Notice, notice_id)
    if notice.state != MailState.QUEUED:
        return
    notice.tries += 1
    if sent:
        notice.sent_at = clock.now()
        notice.advance(to=MailState.SENT)
    elif notice.tries >= TRIES:
        notice.advance(to=MailState.FAILED)
