"""Finding papers."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from marketplace.core.db import find_row, get_row, session
from marketplace.core.viewer import Viewer
from marketplace.core.web import Page
from marketplace.papers.models import Paper, PaperSeal, PaperState
from marketplace.papers.policies import may_read

PAGE = 50


def find_paper_seen_by(viewer: Viewer, paper_id: int) -> Paper | None:
    """A paper the viewer may read."""
    paper = find_row(Paper, paper_id)
    return paper if paper is not None and may_read(viewer, paper) else None


def papers_about(viewer: Viewer, *subjects: str) -> Sequence[Paper]:
    """The papers about these records that the viewer may read, the newest first."""
    statement = select(Paper).where(Paper.about.in_(subjects)).order_by(Paper.id.desc()).limit(200)
    return [paper for paper in session.scalars(statement).all() if may_read(viewer, paper)]


def papers_page(viewer: Viewer, *, kind: str = "", page: int = 1) -> Page:
    """All papers, for those who see everything; the newest first."""
    statement = select(Paper)
    if not viewer.sees_everything:
        statement = statement.where(Paper.readers.contains([viewer.organisation_id or 0]))
    if kind:
        statement = statement.where(Paper.kind == kind)
    total = session.scalar(select(func.count()).select_from(statement.subquery())) or 0
    rows = session.scalars(statement.order_by(Paper.id.desc()).limit(PAGE).offset((page - 1) * PAGE)).all()
    return Page(rows, page, PAGE, total)


def find_paper_by_code(typed: str) -> Paper | None:
    """The paper with a code as typed: case, spaces and hyphens do not matter."""
    letters = re.sub(r"[^0-9A-Z]", "", typed.upper())[:16]
    code = "-".join(letters[place : place + 4] for place in range(0, len(letters), 4))
    return session.scalars(select(Paper).where(Paper.code == code)).one_or_none() if len(letters) == 16 else None


def has_paper(kind: str, about: str) -> bool:
    """Whether a genuine paper of this kind about this record exists: jobs ask before they issue one."""
    statement = select(Paper.id).where(Paper.kind == kind, Paper.about == about, Paper.state == PaperState.GENUINE)
    return session.scalars(statement.limit(1)).first() is not None


def letters_wait() -> bool:
    """Whether papers written by the thousand wait to be drawn."""
    statement = select(Paper.id).where(Paper.rendered_at.is_(None), Paper.bulk).limit(1)
    return session.scalars(statement).first() is not None


@dataclass(frozen=True)
class SealToMake:
    """An archive copy that a job has to seal."""

    id: int
    paper_sha256: str
    enclosed: dict[str, Any]
    asked_at: datetime


def seals_to_make(limit: int) -> list[SealToMake]:
    """Copies that were asked for, of papers that have their bytes, the oldest first."""
    rows = session.execute(
        select(PaperSeal.id, Paper.sha256, PaperSeal.enclosed, PaperSeal.asked_at)
        .join(Paper, Paper.id == PaperSeal.paper_id)
        .where(PaperSeal.sealed_at.is_(None), Paper.sha256.is_not(None))
        .order_by(PaperSeal.id)
        .limit(limit)
    )
    return [SealToMake(identity, sha256 or "", enclosed, asked_at) for identity, sha256, enclosed, asked_at in rows]


def find_seal_of(paper_id: int) -> PaperSeal | None:
    """The archive copy of a paper once it is sealed; the caller has asked whether the paper may be read."""
    statement = select(PaperSeal).where(PaperSeal.paper_id == paper_id, PaperSeal.sealed_at.is_not(None))
    return session.scalars(statement).one_or_none()


def get_paper(paper_id: int) -> Paper:
    """A paper by its id, for operations above that lean on its bytes. Raises NoResultFound."""
    return get_row(Paper, paper_id)
