"""Papers get their bytes here, one transaction each; drawing happens with no transaction open."""

import io
import logging

from marketplace.core.db import session, transaction
from marketplace.core.jobs import every
from marketplace.core.storage import storage
from marketplace.core.viewer import SYSTEM
from marketplace.papers import operations, queries, sealing
from marketplace.papers.documents import pdf_of

AT_ONCE = 20
log = logging.getLogger("marketplace.papers")


def draw_next() -> bool | None:
    """Draw one paper. True: it has its bytes; False: it could not be drawn, which is in the log; None: none waits. Several
    processes may do this at once, each with a paper of its own."""
    with transaction():
        paper = operations.take_paper()
        if paper is None:
            return None
        session.flush()
        session.expunge(paper)
    try:
        sha256, size = storage().put(io.BytesIO(pdf_of(paper)))
        session.rollback()
        with transaction():
            operations.note_bytes(paper.id, sha256, size, by=SYSTEM)
    except Exception:  # whatever is wrong with this one, the next ones are drawn
        log.exception("paper %s (%s) cannot be drawn, try %s", paper.number, paper.kind, paper.tries)
        session.rollback()
        return False
    return True


@every("*/2 * * * * *", "papers.render")
def render_papers() -> int:
    """Draw some papers that have no bytes yet. Returns how many. Where `flask papers draw` runs, the worker leaves this
    to it."""
    drawn = 0
    for _number in range(AT_ONCE):
        done = draw_next()
        if done is None:
            break
        drawn += done
    return drawn


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
