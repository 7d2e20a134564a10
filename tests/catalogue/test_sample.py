"""Samples over HTTP: uploaded, looked at, attached, seen, downloaded; and what becomes of the upload."""

import io

import pytest
from sqlalchemy import select

from marketplace.catalogue import gateway, jobs, operations, queries
from marketplace.catalogue.models import Listing, ListingSample, SampleState
from marketplace.catalogue.operations import sampling
from marketplace.catalogue.rules.score import CHECKS, facts_of, score
from marketplace.core.db import session, transaction
from marketplace.core.errors import Refused
from marketplace.core.jobs import run_all
from marketplace.core.storage import storage
from tests import factories
from tests.catalogue import files, makers


def sample():
    session.rollback()
    return session.scalars(select(ListingSample).order_by(ListingSample.id.desc())).first()


def send(browser, listing_id, content, name):
    return browser.send(
        f"/catalogue/{listing_id}/sample", {"file": (io.BytesIO(content), name)}, content_type="multipart/form-data"
    )


def look(app):
    return run_all(app, "catalogue.look_at_samples", "catalogue.settle_uploads")


def kept(digest):
    try:
        return bool(storage().read(digest))
    except FileNotFoundError:
        return False


def held(digest):
    try:
        return bool(gateway.quarantine().read(digest))
    except FileNotFoundError:
        return False


def test_from_a_messy_file_of_korean_windows_to_a_published_sample(app, as_, client):
    supplier, officer = factories.make_supplier(), factories.make_officer()
    listing_id, _ = makers.make_listing(supplier, officer)
    browser = as_(supplier)
    assert client.get(f"/catalogue/{listing_id}/sample").status_code == 404
    assert send(browser, listing_id, files.MESSY.encode("cp949"), "방문.csv").status_code == 303
    assert sample().name == "방문.csv"
    assert "표본을 살펴보고 있습니다" in browser.get(f"/catalogue/{listing_id}/sample").text
    assert look(app) == 2
    shown = browser.get(f"/catalogue/{listing_id}/sample").text
    for words in ("개인정보를 찾아 가렸습니다", "주민등록번호 1", "900101-1******", "<svg", "결제금액", "3행 7열"):
        assert words in shown, words
    assert not any(secret in shown for secret in ("홍길동", "1234568", "1234-5678", "4111 1111", "41111111"))
    assert client.get(f"/catalogue/{listing_id}/sample?sample={sample().id}").status_code == 404
    path = f"/catalogue/{listing_id}/sample/{sample().id}"
    assert browser.send(f"{path}/attach", {"fill": "y", "since": "1"}).status_code == 303
    version = queries.latest_version(listing_id)
    assert (version.number, version.sample_id) == (2, sample().id)
    assert [row["name_ko"] for row in version.dictionary][:2] == ["성명", "휴대폰"]
    assert client.get(f"{path}/1.csv").status_code == 404
    with transaction():
        operations.submit_for_review(listing_id, by=supplier)
        operations.publish_listing(listing_id, 2, by=officer)
    download = client.get(f"{path}/1.csv")
    assert download.headers["Content-Disposition"].startswith("attachment")
    text = download.data.decode("utf-8-sig")
    assert "홍**" in text and "'=1+1" in text and "홍길동" not in text
    assert client.get(f"{path}/2.csv").status_code == 404
    assert client.get(f"/catalogue/{listing_id}/sample").status_code == 200
    assert "표본과 열의 모습 보기" in client.get(f"/catalogue/{listing_id}").text


def test_an_upload_with_personal_data_is_gone_and_a_clean_one_is_kept(app, as_):
    supplier = factories.make_supplier()
    listing_id = makers.make_draft(supplier)
    for content, name, stays in (
        (files.MESSY.encode(), "a.csv", False),
        (files.clean_csv(), "b.csv", True),
        (b"GIF89a,b\n1,2\n", "c.csv", False),
    ):
        assert send(as_(supplier), listing_id, content, name).status_code == 303
        digest = sample().sha256
        assert (held(digest), kept(digest)) == (True, False)
        look(app)
        assert (held(digest), kept(digest)) == (False, stays)
        assert sample().upload == ("kept" if stays else "removed")
    assert sample().state == SampleState.REFUSED
    assert "내용이 이름" in as_(supplier).get(f"/catalogue/{listing_id}/sample").text


def test_a_number_below_zero_is_no_formula(app, as_, client):
    supplier = factories.make_supplier()
    listing_id = makers.make_draft(supplier)
    sample_id = makers.make_sample(listing_id, supplier, b"a,b\n-5,-1.5\n+7,-1+cmd|x\n@x,=1\n")
    text = as_(supplier).get(f"/catalogue/{listing_id}/sample/{sample_id}/1.csv").data.decode("utf-8-sig")
    assert text.splitlines() == ["a,b", "-5,-1.5", "+7,'-1+cmd|x", "'@x,'=1"]


def test_what_another_record_holds_under_the_same_hash_is_not_taken_away(app, as_):
    supplier = factories.make_supplier()
    listing_id = makers.make_draft(supplier)
    digest, _size = storage().put(io.BytesIO(files.MESSY.encode()))
    send(as_(supplier), listing_id, files.MESSY.encode(), "a.csv")
    assert sample().sha256 == digest
    look(app)
    assert kept(digest) and not held(digest)


def test_two_samples_of_the_same_bytes_are_both_read(app, as_):
    supplier = factories.make_supplier()
    first, second = makers.make_draft(supplier), makers.make_draft(supplier)
    send(as_(supplier), first, files.MESSY.encode(), "a.csv")
    run_all(app, "catalogue.look_at_samples")
    send(as_(supplier), second, files.MESSY.encode(), "b.csv")
    assert jobs.settle_uploads() == 0
    look(app)
    assert sample().state == SampleState.READY
    assert not held(sample().sha256)


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "a.csv", "빈 파일"),
        (b"x", "a.exe", "올릴 수 있습니다"),
        (b"x", "", "올릴 파일을 고르세요"),
        (b"x", "가" * 250 + ".csv", "이름이 너무 길거나"),
    ],
)
def test_what_cannot_be_a_sample_is_refused_at_once_and_nothing_is_left(app, as_, content, name, words):
    supplier = factories.make_supplier()
    listing_id = makers.make_draft(supplier)
    response = send(as_(supplier), listing_id, content, name)
    assert (response.status_code, words in response.text, sample()) == (422, True, None)


def test_one_larger_than_a_sample_may_be_is_refused_before_it_is_kept(app, as_, monkeypatch):
    supplier = factories.make_supplier()
    listing_id = makers.make_draft(supplier)
    monkeypatch.setattr("marketplace.catalogue.gateway.samples.LARGEST", 10)
    assert send(as_(supplier), listing_id, b"a,b\n1,2\n3,4\n", "a.csv").status_code == 422
    assert sample() is None
    app.config["MAX_CONTENT_LENGTH"] = 1000
    browser, page = as_(supplier), f"/catalogue/{listing_id}/sample"
    assert send(browser, listing_id, b"a" * 2000, "a.csv").status_code == 413
    for came_from, back in (
        (f"http://localhost{page}", True),
        ("http://elsewhere.example/", False),
        ("http://localhost//x", False),
    ):
        answer = browser.send(
            page,
            {"file": (io.BytesIO(b"a" * 2000), "a.csv")},
            content_type="multipart/form-data",
            headers={"Referer": came_from},
        )
        assert (answer.status_code, f'href="{page}"' in answer.text, "//x" in answer.text) == (413, back, False)


def test_one_at_a_time_and_only_so_many_a_day(app, as_):
    supplier = factories.make_supplier()
    listing_id = makers.make_draft(supplier)
    assert send(as_(supplier), listing_id, files.clean_csv(), "a.csv").status_code == 303
    again = send(as_(supplier), listing_id, files.clean_csv(), "b.csv")
    assert (again.status_code, "아직 살펴보고" in again.text) == (422, True)
    facts = {"name": "a.csv", "byte_size": 1, "sha256": "0"}
    with pytest.raises(Refused, match="하루에 20번"), transaction():
        operations.upload_sample(listing_id, **facts, recent=sampling.MOST_DAILY, by=supplier)


def test_without_the_index_two_could_wait(app, as_, owner):
    supplier = factories.make_supplier()
    listing_id = makers.make_draft(supplier)
    owner.execute("drop index uq_listing_sample_waiting")
    assert send(as_(supplier), listing_id, files.clean_csv(), "a.csv").status_code == 303
    assert send(as_(supplier), listing_id, files.clean_csv(5), "b.csv").status_code == 303


def test_a_file_that_kills_its_reader_is_given_up(app, as_, monkeypatch):
    supplier = factories.make_supplier()
    listing_id = makers.make_draft(supplier)
    send(as_(supplier), listing_id, files.clean_csv(), "a.csv")

    def dies(sha256, name):
        raise MemoryError

    monkeypatch.setattr(gateway, "looked_at", dies)
    for _time in range(sampling.MOST_ATTEMPTS):
        with pytest.raises(MemoryError):
            jobs.look_at_samples()
    assert jobs.look_at_samples() == 1
    assert (sample().state, sample().attempts) == (SampleState.REFUSED, 3)
    assert "여러 번 멈췄습니다" in as_(supplier).get(f"/catalogue/{listing_id}/sample").text


def test_strangers_upload_attach_and_see_nothing(app, as_):
    supplier, officer = factories.make_supplier(), factories.make_officer()
    listing_id, _ = makers.make_listing(supplier, officer)
    send(as_(supplier), listing_id, files.clean_csv(), "a.csv")
    look(app)
    attach = f"/catalogue/{listing_id}/sample/{sample().id}/attach"
    for person in (factories.make_supplier(), factories.make_sme(), officer, factories.make_auditor()):
        assert send(as_(person), listing_id, files.clean_csv(), "b.csv").status_code == 403
        assert as_(person).send(attach, {"since": "1"}).status_code == 403
    stale = as_(supplier).send(attach, {"since": "7"})
    assert (stale.status_code, "그사이 1판이" in stale.text) == (422, True)
    other = makers.make_draft(supplier)
    assert as_(supplier).send(f"/catalogue/{other}/sample/{sample().id}/attach", {"since": "1"}).status_code == 404
    assert queries.latest_version(listing_id).number == 1


def test_editing_keeps_the_sample(app, as_):
    from tests.catalogue.test_write import TYPED

    supplier = factories.make_supplier()
    listing_id = makers.make_draft(supplier)
    send(as_(supplier), listing_id, files.clean_csv(), "a.csv")
    look(app)
    with transaction():
        operations.attach_sample(listing_id, sample().id, fill=False, since=1, by=supplier)
    as_(supplier).send(f"/catalogue/{listing_id}/edit", {**TYPED, "since": "2"})
    version = queries.latest_version(listing_id)
    assert (version.number, version.sample_id, version.dictionary) == (3, sample().id, [])


def test_the_score_counts_what_is_there_and_names_what_is_not(app, as_):
    supplier = factories.make_supplier()
    listing_id = makers.make_draft(supplier)
    bare = score(facts_of(queries.latest_version(listing_id), processing=False))
    assert 0 < bare.points < 50
    assert sum(hint.points for hint in bare.hints) + bare.points in range(97, 104)
    text = as_(supplier).get(f"/catalogue/{listing_id}").text
    assert f"{bare.points} / 100" in text and "표본을 올리면 채워 드립니다" in text
    everything = {name: True for name, *_rest in CHECKS}
    assert score({**everything, "_processing": False}).points == 100
    assert score({**everything, "_processing": True}).hints == ()
    assert score({**everything, "labour": False, "_processing": True}).points < 100
    assert score({**everything, "labour": False, "_processing": False}).points == 100
    assert session.get(Listing, listing_id) is not None
