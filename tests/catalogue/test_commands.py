"""The two commands by which anybody may measure the search, also where nothing else was ever run."""

import json

import pytest

from marketplace.core import installation
from marketplace.core.cluster import SUPERUSER
from marketplace.core.db import session
from marketplace.core.installation import Home
from marketplace.search.gateway import meaning

TABLE = "id,title\n71,야간 주행 보행자 영상\n72,수어 영상\n73,버섯 재배 생육 이미지\n"
ASKED = [
    {"id": "가", "query": "야간주행"},
    {"id": 2, "query": "표고 재배 사진이 필요합니다"},
    {"id": None, "query": ""},
    {"id": "x", "query": "qwxz\u2028\ud800"},
]


@pytest.fixture
def run(app, tmp_path, monkeypatch):
    """Runs a command; the threads that it tells meanings with are let go of afterwards."""
    monkeypatch.setattr(meaning, "_workers", None)
    (tmp_path / "table.csv").write_text(TABLE)

    def run(*words):
        session.rollback()
        result = app.test_cli_runner().invoke(args=["catalogue", *map(str, words)])
        session.rollback()
        return result

    return run


def test_a_file_of_queries_is_answered_in_the_sources_own_keys(run, tmp_path):
    assert run("harvest", "csv", tmp_path / "table.csv", "--source", "창고").exit_code == 0
    lines = "\r\n".join(json.dumps(each, ensure_ascii=each["id"] == "x") for each in ASKED)
    (tmp_path / "asked").write_bytes(b"\xef\xbb\xbf" + lines.encode() + b"\n\n")
    result = run("search", "--source", "창고", "--queries", tmp_path / "asked")
    assert result.exit_code == 0, result.output
    found = [json.loads(line) for line in result.stdout.splitlines()]
    assert [each["id"] for each in found] == ["가", 2, None, "x"]
    assert [each["keys"][:1] for each in found[:3]] == [["71"], ["73"], []]
    assert [each["confident"] for each in found] == [True, True, False, False]
    refused = run("search", "--source", "창꼬", "--queries", tmp_path / "asked")
    assert refused.exit_code == 1 and "가져온 출처: 창고" in refused.output
    assert run("search", "--source", " ", "--queries", tmp_path / "asked").exit_code == 2


@pytest.mark.parametrize(
    "line", [b"{", b"[1, 2]", b'{"id": 1}', b'{"id": 1, "query": null}', b'{"id": 1, "query": "\xb0\xa1"}', b'"a"']
)
def test_a_line_that_is_no_query_is_named(run, tmp_path, line):
    (tmp_path / "asked").write_bytes(b'{"id": 1, "query": "a"}\n' + line)
    result = run("search", "--source", "창고", "--queries", tmp_path / "asked")
    assert result.exit_code == 1 and "2행" in result.output and result.stdout == ""


def test_a_command_that_is_the_first_ever_run_has_its_tables(cluster, monkeypatch, tmp_path):
    made = []
    monkeypatch.setattr(installation, "migrate", lambda url, root: made.append(url))
    bare = cluster.url(SUPERUSER, "postgres")
    with pytest.raises(RuntimeError, match="DATABASE_OWNER_URL"):
        installation.make_ready(Home(bare, "", "k", embedded=False), tmp_path)
    installation.make_ready(Home(bare, "owner", "k", embedded=False), tmp_path)
    installation.make_ready(Home("", "beside", "k", embedded=True), tmp_path)
    full = cluster.url(SUPERUSER, "template_marketplace")
    installation.make_ready(Home(full, "", "k", embedded=False), tmp_path)
    assert made == ["owner", "beside"]
