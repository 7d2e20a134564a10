"""Looking at the conversation of an order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from marketplace.accounts.models import Organisation, Person
from marketplace.core.db import session
from marketplace.core.viewer import Viewer
from marketplace.core.web import Page
from marketplace.delivery.models import Audience, Message, MessageFile

SIZE = 30


@dataclass(frozen=True)
class Said:
    """A message with its author and files."""

    id: int
    about: str
    audience: Audience
    body: str
    author: str
    firm: str | None
    written_at: datetime
    files: Sequence[MessageFile]


def conversation_of(viewer: Viewer, order_id: int, page: int) -> Page:
    """A page of what was said about an order that the viewer may see, the newest first."""
    wanted = [Message.order_id == order_id]
    if not viewer.sees_everything:
        wanted.append(Message.audience == Audience.PARTIES)
    total = session.scalar(select(func.count()).select_from(Message).where(*wanted)) or 0
    statement = (
        select(Message, Person.name, Organisation.name)
        .join(Person, Person.id == Message.author_id)
        .outerjoin(Organisation, Organisation.id == Message.organisation_id)
        .where(*wanted)
        .order_by(Message.id.desc())
        .limit(SIZE)
        .offset((page - 1) * SIZE)
    )
    found = session.execute(statement).all()
    files: dict[int, list[MessageFile]] = {}
    of_these = select(MessageFile).where(MessageFile.message_id.in_([row[0].id for row in found]))
    for file in session.scalars(of_these.order_by(MessageFile.id)):
        files.setdefault(file.message_id, []).append(file)
    items = [
        Said(each.id, each.about, each.audience, each.body, author, firm, each.written_at, files.get(each.id, []))
        for each, author, firm in found
    ]
    return Page(items, page, SIZE, total)


def find_message_file(viewer: Viewer, order_id: int, file_id: int) -> MessageFile | None:
    """A file of a message of an order that the viewer may see."""
    statement = (
        select(MessageFile)
        .join(Message, Message.id == MessageFile.message_id)
        .where(MessageFile.id == file_id, Message.order_id == order_id)
    )
    if not viewer.sees_everything:
        statement = statement.where(Message.audience == Audience.PARTIES)
    return session.scalars(statement).one_or_none()
