"""Papers are drawn by several processes at once: each paper once, whoever waits first, and nothing is lost with a process."""

import os
import signal
import threading
import time
from collections import Counter

import pytest
from sqlalchemy import func, select

from marketplace.core.db import session, transaction
from marketplace.core.jobs import run_all
from marketplace.core.storage import storage
from marketplace.core.viewer import SYSTEM
from marketplace.papers import jobs, operations
from marketplace.papers.models import Paper

KIND = "decision_letter"
FACTS = {
    "programme": "사업", "call": "공고", "ruleset": "DV-2022 v1", "firm": "한빛", "business_number": None,
    "representative": "김한빛", "project": "과제", "receipt_number": "1", "reserve_place": None, "reason": "순위", "criteria": [],
    "band": [40, 60], "bonus": "0.00", "minus": "0.00", "score": "70.00", "objections_until": "2022-04-08",
}  # fmt: skip


def issue(many: int = 1, *, bulk: bool = True, start: int = 0) -> list[int]:
    with transaction():
        return [
            operations.issue(
                KIND, f"probe:{start + n}", FACTS, title="통지서", prefix="T", readers=[], by=SYSTEM, bulk=bulk
            ).id
            for n in range(many)
        ]


def waiting() -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(Paper).where(Paper.rendered_at.is_(None))) or 0


def race(app, many: int) -> None:
    """So many renderers at once, each until no paper waits."""

    def work() -> None:
        with app.app_context():
            while jobs.draw_next() is not None:
                pass
            session.remove()

    threads = [threading.Thread(target=work) for _each in range(many)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()


@pytest.fixture
def drawn(monkeypatch) -> list[int]:
    """The papers that were drawn, in order; drawing itself is made quick."""
    seen: list[int] = []

    def draw(paper: Paper) -> bytes:
        seen.append(paper.id)
        time.sleep(0.01)
        return f"%PDF- {paper.id}".encode()

    monkeypatch.setattr(jobs, "pdf_of", draw)
    return seen


def test_whoever_waits_for_a_paper_goes_before_a_thousand_letters(app, drawn):
    letters = issue(3)
    agreement = issue(bulk=False, start=10)
    assert jobs.draw_next() and jobs.draw_next()
    assert drawn == [*agreement, letters[0]]


def test_renderers_beside_each_other_draw_every_paper_once(app, drawn):
    ids = issue(30)
    race(app, 4)
    assert sorted(drawn) == ids
    assert waiting() == 0


def test_twin_without_taking_them_papers_are_drawn_again_and_again(app, drawn, monkeypatch):
    issue(30)
    oldest = select(Paper).where(Paper.rendered_at.is_(None)).order_by(Paper.id).limit(1)
    monkeypatch.setattr(operations, "take_paper", lambda: session.scalars(oldest).first())
    race(app, 4)
    assert max(Counter(drawn).values()) > 1


def test_a_paper_that_cannot_be_drawn_steps_back_and_holds_up_nobody(app, drawn, monkeypatch, owner):
    broken, *others = issue(3)
    quick = jobs.pdf_of

    def draw(paper: Paper) -> bytes:
        if paper.id == broken:
            raise ValueError("a font is missing")
        return quick(paper)

    monkeypatch.setattr(jobs, "pdf_of", draw)
    assert run_all(app, "papers.render") == 2
    assert (drawn, waiting()) == (others, 1)
    monkeypatch.setattr(jobs, "pdf_of", quick)
    assert run_all(app, "papers.render") == 0, "not before its minute is over"
    owner.execute("update paper set not_before = now() where rendered_at is null")
    assert run_all(app, "papers.render") == 1
    assert session.get_one(Paper, broken).tries == 2


def test_a_renderer_that_is_killed_loses_nothing(app, owner):
    """A real process, killed with -9 while it draws: its paper and those behind it are drawn by the next one."""
    ids = issue(3)
    session.remove()
    child = os.fork()
    if child == 0:  # the renderer: it never comes to the end of its first paper
        app.extensions["engine"].dispose(close=False)
        jobs.pdf_of = lambda paper: time.sleep(60)
        with app.app_context():
            jobs.draw_next()
        os._exit(0)
    taken = "select count(*) from paper where tries > 0 and rendered_at is null"
    try:
        for _try in range(200):
            if owner.execute(taken).fetchone()[0]:
                break
            time.sleep(0.05)
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    assert (waiting(), owner.execute(taken).fetchone()[0]) == (3, 1)
    assert run_all(app, "papers.render") == 2, "the third is its own until its minute is over"
    owner.execute("update paper set not_before = now() where rendered_at is null")
    assert run_all(app, "papers.render") == 1
    for paper in session.scalars(select(Paper).where(Paper.id.in_(ids))):
        assert storage().read(paper.sha256).startswith(b"%PDF-")
