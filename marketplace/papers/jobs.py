"""Papers get their bytes here, one transaction each; drawing happens with no transaction open."""

import io

from sqlalchemy import select

from marketplace.core.db import session, transaction
from marketplace.core.jobs import every
from marketplace.core.storage import storage
from marketplace.core.viewer import SYSTEM
from marketplace.papers import operations, queries, sealing
from marketplace.papers.documents import pdf_of
from marketplace.papers.models import Paper

AT_ONCE = 20


@every("*/2 * * * * *", "papers.render")
def render_papers() -> int:
    """Render papers that have no bytes yet. Returns how many."""
    ids = queries.papers_to_render(AT_ONCE)
    for paper_id in ids:
        paper = session.scalars(select(Paper).where(Paper.id == paper_id)).one()
        session.expunge(paper)
        session.rollback()
        sha256, size = storage().put(io.BytesIO(pdf_of(paper)))
        with transaction():
            operations.note_bytes(paper_id, sha256, size, by=SYSTEM)
    return len(ids)


@every("*/3 * * * * *", "papers.seal")
def seal_papers() -> int:
    """Seal the archive copies that were asked for and whose paper has its bytes. Returns how many."""
    waiting = queries.seals_to_make(AT_ONCE)
    session.rollback()
    for each in waiting:
        copy = sealing.sealed(storage().read(each.paper_sha256), each.enclosed, each.asked_at)
        sha256, size = storage().put(io.BytesIO(copy))
        with transaction():
            operations.note_seal(
                each.id, sha256=sha256, size=size, certificate_sha256=sealing.certificate_sha256(), by=SYSTEM
            )
    return len(waiting)
