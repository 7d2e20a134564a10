"""An index that follows the database: rebuilt while it is searched, never written by two, made again when it is lost."""

import shutil
import subprocess
import sys
import threading
import time

import psycopg
import pytest
from flask import current_app

from marketplace.core.db import session, transaction
from marketplace.search import following, operations, queries
from marketplace.search.gateway import folders, meaning
from marketplace.search.operations import Busy, keeping
from marketplace.search.queries import shelves
from tests.conftest import make_app
from tests.search.counting import statements


@pytest.fixture
def shop(cluster, database, tmp_path, monkeypatch):
    """A program whose index another process would keep; `shop()` does what that process does until all is done."""
    monkeypatch.setattr(shelves, "LOOK_SECONDS", 0.0)
    monkeypatch.setattr(meaning, "of_passages", lambda texts: [[float(len(text))] + [1.0] * 383 for text in texts])
    monkeypatch.setattr(meaning, "can_spare", lambda texts: False)
    app = make_app(cluster, database, tmp_path, search_follow="process")
    with app.app_context(), keeping(queries.home()) as keeper:

        def catch_up():
            busy = True
            while busy:
                with transaction():
                    busy = keeper.step()
            return keeper

        yield catch_up
        session.remove()
    app.extensions["engine"].dispose()


def put(*titles, start=1):
    with transaction():
        for ref, title in enumerate(titles, start):
            operations.put("listing", ref, title)


def refs(words):
    return [ref for ref, _score in queries.found(words, "listing").items]


def test_what_is_committed_is_found_once_it_was_followed(shop):
    assert refs("강수량") == []
    put("강수량 관측", "유동 인구")
    assert refs("강수량") == []
    shop()
    assert refs("강수량") == [1]
    with transaction():
        operations.withdraw("listing", 1)
    shop()
    assert refs("강수량") == []
    put("강수량 관측")
    shop()
    assert refs("강수량") == [1]


def test_what_commits_late_with_a_low_number_is_found(shop, cluster, database):
    """A sequence gives numbers in another order than transactions commit in."""
    with psycopg.connect(cluster.url("marketplace_app", database)) as slow:
        slow.execute("insert into search_document (kind, ref, title, body) values ('listing', 77, '늦은 문서', '')")
        put("빠른 문서")
        shop()
        assert refs("문서") == [1]
    shop()
    assert sorted(refs("문서")) == [1, 77]


def test_without_looking_back_it_would_be_lost(shop, cluster, database, monkeypatch):
    """The twin: an index that only looks ahead never sees it."""
    monkeypatch.setattr(following, "LOOK_BACK_SECONDS", -1.0)
    with psycopg.connect(cluster.url("marketplace_app", database)) as slow:
        slow.execute("insert into search_document (kind, ref, title, body) values ('listing', 77, '늦은 문서', '')")
        put("빠른 문서")
        shop()
    shop()
    assert refs("문서") == [1]


def test_an_index_is_made_anew_while_it_is_searched(shop):
    put(*(f"강수량 관측 {number}호" for number in range(300)))
    shop()
    before, misses, ended = folders.present(queries.home()), [], threading.Event()
    here = shelves.shelf()

    def look():
        while not ended.is_set():
            found = here.index.count(here.index.term("syllables", "강수", "freq"))
            if found != 300:
                misses.append(found)

    looking = threading.Thread(target=look)
    looking.start()
    folder, number = operations.rebuild(queries.home())
    ended.set()
    looking.join()
    assert (number, misses) == (300, [])
    assert folders.present(queries.home()) == folder != before
    assert len(refs("강수량 관측 7호")) == 20
    put("강수량 관측 다음", start=999)
    shop()
    assert 999 in refs("강수량 관측 다음")


def test_an_index_made_anew_hides_what_the_old_one_hid(shop):
    put("강수량 관측")
    with transaction():
        operations.put("listing", 9, "강수량 비밀", audience="designated")
    shop()
    operations.rebuild(queries.home())
    assert refs("강수량") == [1]
    seen = queries.found("강수량", "listing", audience={"designated", "public"}).items
    assert sorted(ref for ref, _score in seen) == [1, 9]


def test_a_second_writer_is_refused(shop, app):
    with pytest.raises(Busy), keeping(queries.home()):
        pass
    program = """
import sys, pathlib
from marketplace.search.gateway import folders
try:
    with folders.sole_writer(pathlib.Path(sys.argv[1])):
        print("mine")
except folders.Busy:
    print("busy")
"""
    done = subprocess.run([sys.executable, "-c", program, str(queries.home())], capture_output=True, text=True)
    assert done.stdout.strip() == "busy", done.stderr


@pytest.mark.parametrize("harm", ["all", "pointer", "meta", "segment", "state"])
def test_an_index_that_is_lost_is_made_again(shop, harm):
    put("강수량 관측")
    keeper = shop()
    folder = folders.present(queries.home())
    if harm == "all":
        shutil.rmtree(folder)
    elif harm == "pointer":
        (queries.home() / "current").unlink()
    elif harm == "meta":
        (folder / folders.META).unlink()
    elif harm == "state":
        (folder / folders.STATE).write_text("{torn")
        keeper._follower = None
    else:
        for file in folder.glob("*.term"):
            file.write_bytes(b"")
        keeper._follower = None
    shop()
    assert refs("강수량") == [1]
    assert queries.home().joinpath("current").exists()


def test_an_index_of_another_database_is_not_taken_over(shop, owner, monkeypatch):
    put("강수량 관측")
    keeper = shop()
    before = folders.present(queries.home())
    monkeypatch.setattr(following, "mark_of_database", lambda: "another one")
    keeper._follower = None
    shop()
    assert folders.present(queries.home()) != before


def test_meanings_are_told_in_the_background_and_kept(shop):
    put("강수량 관측", "유동 인구")
    shop()
    assert len(shelves.shelf().meanings) == 2
    assert operations.to_tell() == []
    put("강수량 관측소")
    assert operations.to_tell() == []
    with transaction():
        assert len(operations.tell([1, 2])) <= 2


def test_many_documents_are_followed_in_order_of_writing(shop):
    put(*(f"문서 {number}" for number in range(1200)))
    started = time.monotonic()
    shop()
    assert queries.count("listing", {}) == 1200
    assert refs("")[:3] == [1200, 1199, 1198]
    assert time.monotonic() - started < 60


def test_completions_take_few_milliseconds_and_no_statement(shop):
    put(*(f"{name} {number}호 관측" for number in range(400) for name in ("강수량", "유동 인구", "반려견", "교량")))
    shop()
    took = []
    for typed in ("강", "강수", "유동 인구 7", "ㅂㄹ", "없는 말", "교량 12호") * 5:
        began = time.perf_counter()
        queries.complete(typed, "listing")
        took.append(time.perf_counter() - began)
    assert sorted(took)[len(took) // 2] < 0.015
    assert statements(current_app, lambda: queries.complete("강수", "listing")) == 0
