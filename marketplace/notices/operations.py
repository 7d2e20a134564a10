"""Telling people and firms."""

from typing import Any

from sqlalchemy import insert

from marketplace.core.db import session
from marketplace.core.viewer import Role
from marketplace.notices.models import Notice


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
    session.execute(
        insert(Notice),
        [
            {
                "kind": kind,
                "about": about,
                "organisation_id": organisation_id,
                "person_id": person_id,
                "role": role.value if role else None,
                "facts": facts,
            }
        ],
    )
