"""Papers: numbers without gaps, one genuine paper a record, bytes that stay, and a public check that tells little."""

import psycopg
import pytest
from sqlalchemy import select

from marketplace.core.db import session, transaction
from marketplace.core.jobs import run_all
from marketplace.core.storage import storage
from marketplace.core.viewer import SYSTEM
from marketplace.papers import operations
from marketplace.papers.models import Paper, PaperState
from tests import factories

TEMPLATE = '{% extends "documents/base.html" %}{% block body %}<p>{{ facts.sum|money }} 뷁</p>{% endblock %}'


@pytest.fixture
def issue(app, tmp_path):
    from jinja2 import ChoiceLoader, DictLoader

    app.jinja_env.loader = ChoiceLoader([DictLoader({"documents/probe.html": TEMPLATE}), app.jinja_env.loader])

    def one(about="probe:1", readers=(), **facts):
        with transaction():
            paper = operations.issue(
                "probe", about, {"sum": 1000, **facts}, title="시험 문서", prefix="T", readers=list(readers), by=SYSTEM
            )
            return paper.id

    return one


def test_numbers_have_no_gaps_even_when_an_issue_fails(issue):
    issue("probe:1")
    with pytest.raises(ZeroDivisionError), transaction():
        operations.issue("probe", "probe:2", {}, title="x", prefix="T", readers=[], by=SYSTEM)
        raise ZeroDivisionError
    issue("probe:3")
    numbers = session.scalars(select(Paper.number).order_by(Paper.id)).all()
    assert [number[-6:] for number in numbers] == ["000001", "000002"]


def test_a_second_paper_about_the_same_record_supersedes_the_first(issue):
    first, second = issue(), issue(sum=2000)
    old = session.get_one(Paper, first)
    assert old.state == PaperState.SUPERSEDED
    assert old.superseded_by == second


def test_two_genuine_papers_about_one_record_are_refused_by_the_database(issue, owner):
    issue()
    copy = (
        "insert into paper (kind, number, code, about, title, facts, facts_sha256, readers) "
        "select kind, 'T-x', 'x', about, title, facts, facts_sha256, readers from paper"
    )
    with pytest.raises(psycopg.errors.UniqueViolation):
        owner.execute(copy)
    owner.execute("drop index uq_paper_genuine")
    assert owner.execute(copy).rowcount == 1


def test_a_job_makes_the_bytes_once_and_they_are_the_same_again(app, issue):
    paper_id = issue()
    assert run_all(app, "papers.render") == 1
    paper = session.get_one(Paper, paper_id)
    data = storage().read(paper.sha256)
    assert data.startswith(b"%PDF-")
    from marketplace.papers.documents import pdf_of

    assert pdf_of(paper) == data
    assert run_all(app, "papers.render") == 0


def test_only_readers_and_those_who_see_everything_open_a_paper(app, issue, as_):
    sme, other, auditor = factories.make_sme(), factories.make_sme(), factories.make_auditor()
    paper_id = issue(readers=[sme.organisation_id])
    assert as_(sme).get(f"/papers/{paper_id}").status_code == 200
    assert as_(auditor).get(f"/papers/{paper_id}").status_code == 200
    assert as_(other).get(f"/papers/{paper_id}").status_code == 404
    assert as_(sme).get(f"/papers/{paper_id}/file").status_code == 404
    run_all(app, "papers.render")
    assert as_(sme).get(f"/papers/{paper_id}/file").data.startswith(b"%PDF-")


def test_a_damaged_file_is_refused_and_not_shown(app, issue, as_, tmp_path):
    sme = factories.make_sme()
    paper_id = issue(readers=[sme.organisation_id])
    run_all(app, "papers.render")
    sha256 = session.get_one(Paper, paper_id).sha256
    (tmp_path / "files" / sha256[:2] / sha256).write_bytes(b"%PDF-forged")
    response = as_(sme).get(f"/papers/{paper_id}/file")
    assert response.status_code == 422
    assert "관리자" in response.text


def test_the_public_check_says_genuine_superseded_void_or_unknown_and_nothing_else(client, issue):
    first = session.get_one(Paper, issue()).code
    second_id = issue(sum=2000)
    second = session.get_one(Paper, second_id).code
    assert "진본입니다" in client.get(f"/check/{second}").text
    answer = client.get(f"/check?code={first.lower().replace('-', ' ')}").text
    assert "대체되었습니다" in answer
    assert "시험 문서" not in answer and "2,000" not in answer
    with transaction():
        operations.void(second_id, "잘못 발급", by=SYSTEM)
    assert "무효인 문서입니다" in client.get(f"/check/{second}").text
    assert "발급 기록이 없습니다" in client.get("/check/AAAA-AAAA-AAAA-AAAA").text
