"""What is for some is found, counted, guessed and told by nobody else, whichever door is tried."""

import psycopg
import pytest
from sqlalchemy import func, select

from marketplace.core.db import session, transaction
from marketplace.search import operations, queries
from marketplace.search.gateway.index import Index
from marketplace.search.models import SearchVector
from marketplace.search.operations import Document

INSIDE = queries.PUBLIC | {"designated"}
SECRET = "극저온 펌프 누설 시험"


@pytest.fixture
def documents(app):
    with transaction():
        operations.put_all(
            [
                Document("need", 1, SECRET, "헬륨 배관", {"budget": 70}, audience="designated"),
                Document("need", 2, "두 무리에게 보이는 요청", audience="staff designated"),
                Document("need", 3, "누구나 보는 요청"),
                Document("listing", 1, "상온 펌프 진동 기록"),
            ]
        )


def leaks(audience):
    """By which doors anything of the secret comes out."""
    found = queries.search(SECRET, "need", facets=("budget",), audience=audience, elsewhere=("need",))
    ways = {
        "hits": 1 in [hit.ref for hit in found.page.items],
        "everything": 1 in [hit.ref for hit in queries.search("", "need", audience=audience).page.items],
        "counts": bool(found.counts["budget"]),
        "total": queries.search("헬륨", "need", audience=audience).page.total > 0,
        "elsewhere": queries.search("헬륨", "listing", audience=audience, elsewhere=("need",)).elsewhere["need"] > 0,
        "found": 1 in [ref for ref, _score in queries.found(SECRET, "need", audience=audience).items],
        "told": 1 in [each.ref for each in queries.told("need", [1, 2, 3], audience)],
        "meant": SECRET.split(maxsplit=1)[0]
        in (queries.search("극저운", "need", audience=audience).did_you_mean or ""),
    }
    return {way for way, out in ways.items() if out}


def test_what_is_for_some_comes_out_by_no_door(documents):
    assert leaks(queries.PUBLIC) == set()
    assert leaks({"staff"}) == set() and leaks(set()) == set() and leaks({"design", "designated "}) == set()
    assert queries.complete("극저온", "need") == [] and queries.complete("ㄱㅈㅇ", "need") == []
    assert queries.counts("", "need", {}, "budget") == {} and queries.count("need", {}) == 1
    assert queries.newest("헬륨", "need", {}, 9) == [] and queries.good_ones(SECRET, "need", {}) == []
    assert queries.ranked_keys(SECRET, "need", {}) == ([], False)


def test_those_whom_it_is_for_find_it(documents):
    assert leaks(INSIDE) == {"hits", "everything", "counts", "total", "elsewhere", "found", "told", "meant"}
    assert [hit.ref for hit in queries.search("", "need", audience=INSIDE).page.items] == [3, 2, 1]
    assert [hit.ref for hit in queries.search("", "need", audience={"staff"}).page.items] == [2]


def test_without_its_audience_it_would_come_out(documents, monkeypatch):
    """The twin: conditions of the kind and the filters alone."""
    monkeypatch.setattr(Index, "filters", lambda self, kind, filters, audience=(): [self.term("kind", kind, "basic")])
    assert leaks(queries.PUBLIC) >= {"hits", "everything", "found", "total"}


def test_what_its_record_says_of_the_audience_counts_at_once(documents):
    with transaction():
        operations.put("need", 1, SECRET, audience="public")
    assert "hits" in leaks(queries.PUBLIC)
    with transaction():
        operations.put("need", 1, SECRET, audience="staff")
    assert leaks(INSIDE) == set()


def test_a_word_that_only_a_hidden_document_has_is_unknown(documents):
    """Otherwise the confidence of a public search would tell what others have asked for."""
    assert queries.ranked_keys("극저온 펌프", "listing", {})[0] == [1]
    with transaction():
        operations.withdraw("need", 1)
    assert queries.ranked_keys("극저온 펌프", "listing", {})[0] == [1]


def test_meaning_is_told_of_listings_alone(documents):
    waiting = operations.to_tell()
    assert len(waiting) == 1
    with transaction():
        operations.tell(range(1, 9))
    assert session.scalar(select(func.count()).select_from(SearchVector)) == 1


def test_a_document_for_nobody_is_refused_by_the_database(app, owner):
    with pytest.raises(psycopg.errors.CheckViolation):
        owner.execute("insert into search_document (kind, ref, title, body, audience) values ('need', 9, '', '', ' ')")
