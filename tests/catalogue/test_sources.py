"""Taking in from other catalogues over real HTTP: DCAT, CKAN, CSV; stopped and gone on with; and never from inside."""

import json
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from sqlalchemy import select

from marketplace.catalogue import jobs, operations, queries
from marketplace.catalogue.gateway import fetching
from marketplace.catalogue.models import HarvestRun, Listing, RunState, SourceKind
from marketplace.catalogue.rules.dcat_in import ckan_page, dcat_page
from marketplace.catalogue.rules.tables import OpenRow, Problem
from marketplace.core import outside
from marketplace.core.db import session, transaction
from marketplace.core.errors import NotYours, Refused
from marketplace.core.jobs import run_all
from tests import factories

TURTLE = """@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix hydra: <http://www.w3.org/ns/hydra/core#> . @prefix foaf: <http://xmlns.com/foaf/0.1/> .
<#catalogue> a dcat:Catalog . {next}
"""
DATASET = """<http://data.example.org/{n}> a dcat:Dataset ; dct:identifier "{n}" ;
  dct:title "무료 교통량 {n}"@ko, "Free traffic {n}"@en ; dct:description "{told}"@ko ; dcat:keyword "교통"@ko ;
  dct:publisher [ foaf:name "교통공사" ] ; dcat:landingPage <http://data.example.org/page/{n}> ;
  dcat:distribution [ a dcat:Distribution ; dct:format <http://publications.europa.eu/resource/authority/file-type/CSV> ] .
"""


def turtle(numbers, following="", told="매일 셉니다."):
    text = TURTLE.replace("{next}", f"<> hydra:next <{following}> ." if following else "")
    return text + "".join(DATASET.format(n=number, told=told) for number in numbers)


class Elsewhere:
    """Another catalogue: `pages` by path as (status, type, body), or a path to be sent on to."""

    def __init__(self):
        self.pages, self.asked = {}, []
        elsewhere = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                elsewhere.asked.append(self.path)
                found = elsewhere.pages.get(self.path) or elsewhere.pages.get(
                    self.path.partition("?")[0], (404, "text/plain", "")
                )
                status, kind, body = found(self.path) if callable(found) else found
                data = body if isinstance(body, bytes) else body.encode()
                self.send_response(status)
                self.send_header("Location" if status in (301, 302) else "Content-Type", kind)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self.server.server_port}"
        self.url = f"http://{self.host}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def elsewhere(app):
    """Another catalogue on this machine, which this test alone allows to be fetched from."""
    place = Elsewhere()
    app.config["MARKETPLACE"] = replace(app.config["MARKETPLACE"], harvest_hosts=place.host)
    yield place
    place.server.shutdown()
    place.server.server_close()


def command(app, *words):
    return app.test_cli_runner().invoke(args=["catalogue", "harvest", *words])


def runs():
    session.rollback()
    return session.scalars(select(HarvestRun).order_by(HarvestRun.id)).all()


def test_dcat_page_by_page_then_changed_and_gone(app, client, elsewhere):
    elsewhere.pages["/one"] = (200, "text/turtle", turtle("12", following="/two"))
    elsewhere.pages["/two"] = (200, "text/turtle", turtle("3") + "<http://x.org/4> a dcat:Dataset ; dct:title '' .")
    output = command(app, "dcat", f"{elsewhere.url}/one", "--source", "교통 창고").output
    assert "추가 3, 변경 0, 그대로 0, 사라짐 0, 거절 1" in output
    assert "http://x.org/4" in output and "비어 있습니다" in output
    listing = session.scalars(select(Listing).where(Listing.source_key == "1")).one()
    version = queries.latest_version(listing.id)
    assert (version.title_en, version.format, listing.source_url) == (
        "Free traffic 1",
        "CSV",
        "http://data.example.org/page/1",
    )
    assert version.attributes == {"publisher": "교통공사", "keywords": ["교통"]}
    assert "무료 교통량 1" in client.get("/catalogue?q=무료 교통량").text
    elsewhere.pages["/one"] = (200, "text/turtle", turtle("1") + turtle("2", told="매시 셉니다."))
    output = command(app, "dcat", f"{elsewhere.url}/one", "--source", "교통 창고").output
    assert "추가 0, 변경 1, 그대로 1, 사라짐 1, 거절 0" in output
    assert runs()[-1].details == {"changed": ["무료 교통량 2"], "gone": ["무료 교통량 3"]}
    gone = session.scalars(select(Listing).where(Listing.source_key == "3")).one()
    assert gone.gone_at is not None
    assert "출처의 목록에서 사라짐" in client.get(f"/catalogue/{gone.id}").text
    elsewhere.pages["/one"] = (200, "text/turtle", turtle("123"))
    command(app, "dcat", f"{elsewhere.url}/one", "--source", "교통 창고")
    session.rollback()
    assert session.get(Listing, gone.id).gone_at is None


def test_dcat_from_a_file_in_json(app, tmp_path):
    document = {
        "@context": {"dcat": "http://www.w3.org/ns/dcat#", "dct": "http://purl.org/dc/terms/"},
        "@id": "http://data.example.org/7",
        "@type": "dcat:Dataset",
        "dct:title": {"@language": "ko", "@value": "파일에서 온 자료"},
    }
    file = tmp_path / "one.jsonld"
    file.write_text(json.dumps(document))
    assert "추가 1" in command(app, "dcat", str(file), "--source", "파일").output
    missing = command(app, "dcat", str(tmp_path / "two.ttl"), "--source", "파일")
    assert missing.exit_code == 1 and "파일을 찾을 수 없습니다" in missing.output


def ckan(packages, count=None):
    return json.dumps({"success": True, "result": {"count": count or len(packages), "results": packages}})


def test_ckan_by_its_offsets(app, elsewhere, monkeypatch):
    monkeypatch.setattr("marketplace.catalogue.gateway.pages.CKAN_ROWS", 2)
    packages = [
        {"id": str(n), "name": f"data-{n}", "title": f"공공 자료 {n}", "notes": "설명", "license_title": "공공누리",
         "tags": [{"display_name": "교통"}], "organization": {"title": "시청"}, "resources": [{"format": "csv"}]}
        for n in range(5)
    ]  # fmt: skip

    def answer(path):
        start = int(path.partition("start=")[2].partition("&")[0])
        return 200, "application/json", ckan(packages[start : start + 2], 5)

    elsewhere.pages["/api/3/action/package_search"] = answer
    assert "추가 5" in command(app, "ckan", elsewhere.url, "--source", "시청").output
    assert [run.pages for run in runs()] == [3]
    listing = session.scalars(select(Listing).where(Listing.source_key == "4")).one()
    assert listing.source_url == f"{elsewhere.url}/dataset/data-4"
    assert queries.latest_version(listing.id).attributes["license"] == "공공누리"
    assert "그대로 5" in command(app, "ckan", f"{elsewhere.url}/api/3/action", "--source", "시청").output


def test_what_stops_goes_on_where_it_stopped(app, as_, elsewhere):
    elsewhere.pages["/one"] = (200, "text/turtle", turtle("12", following="/two"))
    elsewhere.pages["/two"] = (503, "text/plain", "")
    failed = command(app, "dcat", f"{elsewhere.url}/one", "--source", "교통 창고")
    assert (failed.exit_code, "HTTP 503" in failed.output) == (1, True)
    assert [(run.state, run.added, run.cursor) for run in runs()] == [(RunState.STOPPED, 2, f"{elsewhere.url}/two")]
    page = as_(factories.make_officer()).get(f"/catalogue/sources/{runs()[0].source_id}").text
    assert "멈춘 곳부터 이어서" in page and "HTTP 503" in page
    elsewhere.pages["/two"] = (200, "text/turtle", turtle("3"))
    elsewhere.asked.clear()
    assert "추가 3" in command(app, "dcat", f"{elsewhere.url}/one", "--source", "교통 창고").output
    assert elsewhere.asked == ["/two"]
    assert [(run.state, run.pages) for run in runs()] == [(RunState.FINISHED, 2)]


def test_one_that_died_goes_on_after_its_claim(app, elsewhere, clock_at):
    elsewhere.pages["/one"] = (200, "text/turtle", turtle("1"))
    with transaction():
        source = operations.source_named("창고", SourceKind.DCAT, f"{elsewhere.url}/one")
        run_id = operations.start_run(source.id).id
        assert operations.claim_run(run_id)
    assert jobs.work_on_harvests() == 0
    again = command(app, "dcat", f"{elsewhere.url}/one", "--source", "창고")
    assert (again.exit_code, "다른 프로세스가" in again.output) == (1, True)
    clock_at(minutes=5)
    assert jobs.work_on_harvests() == 1
    assert runs()[-1].state == RunState.FINISHED


def test_a_source_that_lost_most_is_rather_broken(app, elsewhere):
    elsewhere.pages["/one"] = (200, "text/turtle", turtle(range(30)))
    command(app, "dcat", f"{elsewhere.url}/one", "--source", "창고")
    elsewhere.pages["/one"] = (200, "text/turtle", turtle(range(3)))
    output = command(app, "dcat", f"{elsewhere.url}/one", "--source", "창고").output
    assert "사라짐 0" in output and "27건이 한꺼번에" in output
    assert session.scalars(select(Listing).where(Listing.gone_at.is_not(None))).all() == []


def test_officers_add_a_source_and_the_night_takes_it_in(app, as_, elsewhere, clock_at):
    elsewhere.pages["/table"] = (200, "text/csv", "번호,제목\n1,무료 소음\n2,무료 진동\n,없음\n")
    officer = as_(factories.make_officer())
    typed = {"name": "소음 창고", "kind": "csv", "url": f"{elsewhere.url}/table", "nightly": "y"}
    assert officer.send("/catalogue/sources", typed).status_code == 303
    again = officer.send("/catalogue/sources", typed)
    assert (again.status_code, "이미 있습니다" in again.text, elsewhere.url in again.text) == (422, True, True)
    assert officer.send("/catalogue/sources", {**typed, "name": "x", "url": "/etc/passwd"}).status_code == 422
    work = ("catalogue.start_harvests", "catalogue.harvest")
    assert run_all(app, *work) == 2
    assert [(run.added, run.refused) for run in runs()] == [(2, 1)]
    assert run_all(app, *work) == 0
    clock_at(days=1)
    assert run_all(app, *work) == 2
    assert [run.unchanged for run in runs()] == [0, 2]
    text = officer.get("/catalogue/sources").text
    assert "소음 창고" in text and "CSV 표" in text
    source = f"/catalogue/sources/{runs()[0].source_id}"
    assert officer.send(f"{source}/run").status_code == 303
    assert "가져오는 중" in officer.get(source).text
    assert officer.send(source, {"url": f"{elsewhere.url}/other"}).status_code == 303
    assert "비어 있습니다" in officer.get(source).text or jobs.work_on_harvests() == 1


def test_only_programme_officers_say_where_from(app, as_):
    for person in (factories.make_supplier(), factories.make_sme()):
        assert as_(person).get("/catalogue/sources").status_code == 403
    for person in (factories.make_auditor(), factories.make_settler()):
        assert as_(person).get("/catalogue/sources").status_code == 200
        assert as_(person).send("/catalogue/sources", {}).status_code == 403
        with pytest.raises(NotYours), transaction():
            operations.add_source("x", SourceKind.CSV, "https://example.com", nightly=False, by=person)
    officer = factories.make_officer()
    with pytest.raises(Refused, match="http"), transaction():
        operations.add_source("x", SourceKind.CSV, "file:///etc/passwd", nightly=False, by=officer)


INSIDE = ["127.0.0.1", "10.0.0.1", "192.168.1.1", "172.16.0.1", "169.254.169.254", "0.0.0.0", "::1", "fe80::1", "fc00::1",
          "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "224.0.0.1", "100.64.0.1", "fe80::1%eth0"]  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_no_address_inside_is_public(address):
    assert not outside.is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700:4700::1111"])
def test_addresses_of_the_internet_are(address):
    assert outside.is_public(address)


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1/x", "http://localhost:80/x", "http://[::1]/", "http://2130706433/", "http://0x7f.1/", "http://127.1/",
     "http://user:password@example.com/", "ftp://example.com/x", "file:///etc/passwd", "http://", "http://exa mple/",
     "http://a\0b/", "http://[", "http://example.com:99999/", "gopher://127.0.0.1:25/"],
)  # fmt: skip
def test_odd_addresses_are_refused_with_a_sentence(url):
    with pytest.raises(Problem):
        fetching.fetch(url, "*/*")


def test_a_public_name_that_leads_inside_is_refused_and_so_is_being_sent_inside(elsewhere, monkeypatch):
    with pytest.raises(Problem) as refused:
        fetching.fetch(f"{elsewhere.url}/x", "*/*")
    assert (refused.value.words, elsewhere.asked) == (outside.PRIVATE, [])
    other = Elsewhere()
    elsewhere.pages["/away"] = (302, f"{other.url}/secret", "")
    with pytest.raises(Problem) as refused:
        fetching.fetch(f"{elsewhere.url}/away", "*/*", allowed=(elsewhere.host,))
    assert (refused.value.words, other.asked) == (outside.PRIVATE, [])
    monkeypatch.setattr(outside, "is_public", lambda address: True)
    other.pages["/secret"] = (200, "text/plain", "reached")
    assert fetching.fetch(f"{elsewhere.url}/away", "*/*").content == b"reached"
    other.server.shutdown()
    other.server.server_close()


def test_answers_that_are_too_large_or_go_in_circles_end(elsewhere, monkeypatch):
    monkeypatch.setattr(fetching, "LARGEST", 1024 * 1024)
    elsewhere.pages["/large"] = (200, "text/plain", "x" * 2_000_000)
    elsewhere.pages["/round"] = (302, "/round", "")
    for path, words in (("large", "MB를 넘습니다"), ("round", "너무 여러 번")):
        with pytest.raises(Problem) as refused:
            fetching.fetch(f"{elsewhere.url}/{path}", "*/*", allowed=(elsewhere.host,))
        assert words in refused.value.words


BAD = [
    (b"\xff\xfe", "text/turtle", "UTF-8"),
    (b"<a> <b>", "text/turtle", "DCAT 문서로"),
    (b'{"@context": "http://127.0.0.1/secret"}', "application/ld+json", "@context"),
    (b'{"@context": [{"x": {"@id": "u:x", "@context": "http://127.0.0.1/"}}]}', "text/plain", "@context"),
    (b'{"@context": {"@import": "http://127.0.0.1/"}}', "application/ld+json", "@context"),
    (b"[" * 100_000, "application/ld+json", "JSON"),
]


@pytest.mark.parametrize(("content", "kind", "words"), BAD)
def test_documents_that_cannot_be_read_or_lean_on_another_are_refused(content, kind, words):
    with pytest.raises(Problem) as refused:
        dcat_page(content, kind, "http://example.com/x")
    assert words in refused.value.words


def test_odd_entries_are_refused_one_by_one():
    odd = [None, [], {"id": 7}, {"id": "1"}, {"id": "2", "title": "가" * 300}, {"id": "3", "title": "좋음", "tags": 5},
           {"id": "3", "title": "또"}]  # fmt: skip
    rows, _count = ckan_page(json.dumps({"result": {"count": 7, "results": odd}}).encode(), "https://x.org")
    assert [isinstance(row, OpenRow) for row in rows] == [False, False, False, False, False, True, False]
    with pytest.raises(Problem):
        ckan_page(b'{"result": null}', "https://x.org")


def test_what_is_free_stands_beside_what_is_paid(app, client):
    from tests.catalogue import makers

    listing_id, _ = makers.make_listing(factories.make_supplier(), factories.make_officer())
    with transaction():
        operations.harvest([OpenRow("1", "상권별 유동 인구 월간")], "공공")
    assert "비슷한 무료 데이터" in client.get(f"/catalogue/{listing_id}").text
