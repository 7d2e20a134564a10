"""Issuing papers: number, facts and hash at once; the bytes follow by a job."""

import hashlib
import json
import secrets
from datetime import timedelta
from typing import Any

from sqlalchemy import func, literal, or_, select, update

from marketplace.core import clock
from marketplace.core.db import locked, session, write
from marketplace.core.viewer import Viewer
from marketplace.evidence.operations import record
from marketplace.papers.models import Paper, PaperSeal, PaperState

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""No 0, O, 1, I: a code is typed from paper."""
LONGEST_STEP_BACK = 30
"""Minutes until a paper that could not be drawn many times is tried once more."""
_NEXT = (
    "insert into number_series (name, last) values (%s, 1) "
    "on conflict (name) do update set last = number_series.last + 1 returning last"
)


def next_number(series: str) -> int:
    """The next number of a series, from 1 and without gaps, under the series' lock until the transaction ends."""
    return int(write(_NEXT, (series,)).scalar_one())


def facts_hash(facts: dict[str, Any]) -> str:
    """SHA-256 of the facts as canonical JSON (sorted keys, no spaces, UTF-8)."""
    text = json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def issue(
    kind: str,
    about: str,
    facts: dict[str, Any],
    *,
    title: str,
    prefix: str,
    readers: list[int],
    by: Viewer,
    bulk: bool = False,
) -> Paper:
    """Issue the document `kind` about a record. `facts` are JSON values, copied now; templates/documents/<kind>.html shows
    them. The number is <prefix>-<year>-<six digits>. A genuine paper of the same kind about the same record is superseded.
    `bulk`: one of thousands, drawn after those for which somebody waits.
    """
    earlier = session.scalars(
        select(Paper.id).where(Paper.kind == kind, Paper.about == about, Paper.state == PaperState.GENUINE)
    ).one_or_none()
    if earlier is not None:
        old = locked(Paper, earlier)
        old.advance(to=PaperState.SUPERSEDED)
        session.flush()
    year = clock.today().year
    paper = Paper(
        kind=kind,
        number=f"{prefix}-{year}-{next_number(f'{prefix}-{year}'):06d}",
        code="-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(4)),
        about=about,
        title=title,
        facts=facts,
        facts_sha256=facts_hash(facts),
        readers=sorted(set(readers)),
        issued_by=by.person_id,
        bulk=bulk,
    )
    session.add(paper)
    session.flush()
    if earlier is not None:
        locked(Paper, earlier).superseded_by = paper.id
    record("paper:issued", paper, by=by, about=about, number=paper.number, facts_sha256=paper.facts_sha256)
    return paper


def void(paper_id: int, reason: str, *, by: Viewer) -> None:
    """Declare a paper void; the public check says so from now on."""
    paper = locked(Paper, paper_id)
    paper.advance(to=PaperState.VOID)
    record("paper:voided", paper, by=by, reason=reason)


def take_paper() -> Paper | None:
    """The next paper to draw, for this process alone: those for which somebody waits first, then the oldest. A process
    that is killed loses nothing: after a minute another one takes its paper. A paper that cannot be drawn steps back,
    longer each time, so that it holds up no other."""
    now = func.clock_timestamp()
    free = or_(Paper.not_before.is_(None), Paper.not_before <= now)
    following = select(Paper.id).where(Paper.rendered_at.is_(None), free).order_by(Paper.bulk, Paper.id).limit(1)
    chosen = session.scalars(following.with_for_update(skip_locked=True)).one_or_none()
    if chosen is None:
        return None
    again = func.least(Paper.tries + 1, LONGEST_STEP_BACK) * literal(timedelta(minutes=1))
    session.execute(update(Paper).where(Paper.id == chosen).values(tries=Paper.tries + 1, not_before=now + again))
    return session.scalars(select(Paper).where(Paper.id == chosen).execution_options(populate_existing=True)).one()


def note_bytes(paper_id: int, sha256: str, size: int, *, by: Viewer) -> None:
    """Write down the bytes that a job rendered; a paper that has its bytes keeps them."""
    paper = locked(Paper, paper_id)
    if paper.rendered_at is None:
        paper.sha256 = sha256
        paper.bytes = size
        paper.rendered_at = clock.now()
        record("paper:rendered", paper, by=by, sha256=sha256, bytes=size)


def ask_seal(paper_id: int, enclosed: dict[str, Any], *, by: Viewer) -> PaperSeal:
    """Have a job make the sealed archive copy of a paper, with `enclosed` (JSON values) inside. At most one a paper."""
    seal = PaperSeal(paper_id=paper_id, enclosed=enclosed)
    session.add(seal)
    session.flush()
    record("paper:seal_asked", f"paper:{paper_id}", by=by)
    return seal


def note_seal(seal_id: int, *, sha256: str, size: int, certificate_sha256: str, by: Viewer) -> None:
    """Write down the archive copy that a job sealed; what is sealed stays."""
    seal = locked(PaperSeal, seal_id)
    if seal.sealed_at is None:
        seal.sha256, seal.bytes, seal.certificate_sha256 = sha256, size, certificate_sha256
        seal.sealed_at = clock.now()
        record("paper:sealed", f"paper:{seal.paper_id}", by=by, sha256=sha256, certificate=certificate_sha256)
