"""Taking in open data from tables that others made."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from marketplace.catalogue import operations, queries
from marketplace.catalogue.models import Listing, ListingKind, ListingState
from marketplace.catalogue.rules import OpenRow, Problem, decoded, recognised, table_rows
from marketplace.core.db import session, transaction
from marketplace.evidence.models import Event
from tests import factories

AI_HUB = Path(__file__).resolve().parents[3] / "shared" / "data" / "aihub_datasets.csv"
KOREAN = "번호,데이터명,설명,링크,분류\n7,강수량 관측,1분 자료,https://example.org/7,기상\n8,미세먼지,,https://example.org/8,환경\n"


def rows(text, **given):
    return list(table_rows(text, given))


def run(app, path, *arguments):
    session.rollback()
    result = app.test_cli_runner().invoke(args=["catalogue", "harvest", "csv", str(path), *arguments])
    session.rollback()
    return result


def file(tmp_path, content, encoding="utf-8"):
    path = tmp_path / "table.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def test_columns_are_known_by_their_names():
    assert recognised(["dataset_key", "Title", "Modality"], {}) == {
        "key": "dataset_key",
        "title": "Title",
        "modality": "Modality",
    }
    assert recognised(["번 호", "데이터 명", "링크"], {}) == {"key": "번 호", "title": "데이터 명", "url": "링크"}
    assert recognised(["자료", "코드", "id"], {"title": "자료", "key": "코드"})["key"] == "코드"
    assert recognised(["name", "url"], {})["key"] == "url"


@pytest.mark.parametrize(
    ("heading", "given", "words"),
    [
        (["a", "b"], {}, "열을 찾을 수"),
        (["title", "id"], {"title": "x"}, "열이 없습니다"),
        (["title", "id"], {"x": "id"}, "항목이"),
    ],
)
def test_what_cannot_be_told_is_asked_for(heading, given, words):
    with pytest.raises(Problem) as problem:
        recognised(heading, given)
    assert words in problem.value.words


def test_a_row_is_read_with_its_other_columns():
    first, second = rows(KOREAN)
    assert first == OpenRow(
        "7", "강수량 관측", "https://example.org/7", "1분 자료", "1분 자료", "", {"theme": "기상"}, theme="기상"
    )
    assert second.summary == ""
    extra = rows("id,title,기관,비고\n1,가,기상청,\n")[0]
    assert extra.attributes == {"기관": "기상청"}


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("1,가,나", "칸이"),
        (",가", "비어 있습니다"),
        ("1,", "비어 있습니다"),
        ("1," + "가" * 201, "넘습니다"),
        ("1,가\0", "제어 문자"),
    ],
)
def test_a_row_that_cannot_be_taken_in_is_named_with_its_line(line, words):
    good, bad, last = rows(f"id,title\n9,좋음\n{line}\n10,끝\n")
    assert isinstance(good, OpenRow)
    assert isinstance(last, OpenRow)
    assert isinstance(bad, Problem)
    assert (bad.row, words in bad.words) == (3, True)


def test_a_key_stands_once_and_an_address_is_of_the_web():
    assert "이미 있습니다" in rows("id,title\n1,가\n1,나\n")[1].words
    assert "http" in rows("id,title,url\n1,가,javascript:alert(1)\n")[0].words


def test_letters_are_utf8_or_cp949_and_nothing_is_guessed():
    assert decoded("\ufeff제목".encode()) == "제목"
    late = ("id,title\n" + "1,a\n" * 3000 + "2,뷁 데이터\n").encode("cp949")
    assert decoded(late).endswith("2,뷁 데이터\n")
    for content, line in [(b"id,title\n1,\xff\xff\n", 2), ("제목".encode() + b"\n\n\x81\xff", 3)]:
        with pytest.raises(Problem) as problem:
            decoded(content)
        assert problem.value.row == line
    with pytest.raises(Problem, match="UTF-16"):
        decoded("제목".encode("utf-16"))


def test_the_same_file_twice_changes_nothing(app, tmp_path, client):
    path = file(tmp_path, KOREAN, "cp949")
    first = run(app, path, "--source", "기상 창고")
    assert first.exit_code == 0, first.output
    assert "추가 2, 변경 0, 그대로 0" in first.output
    assert "추가 0, 변경 0, 그대로 2" in run(app, path, "--source", "기상 창고").output
    listings = session.scalars(select(Listing).order_by(Listing.id)).all()
    assert [(each.source_key, each.state, each.source) for each in listings] == [
        ("7", ListingState.PUBLISHED, "기상 창고"),
        ("8", ListingState.PUBLISHED, "기상 창고"),
    ]
    version = queries.find_published_version(listings[0].id)
    assert (version.kind, version.unit_price_minor) == (ListingKind.OPEN_DATA, 0)
    text = client.get(f"/catalogue/{listings[0].id}").text
    assert 'href="https://example.org/7"' in text
    assert "발주하기" not in text
    assert "강수량" in client.get("/catalogue?q=강수량관측").text
    assert session.scalar(select(func.count()).select_from(Event).where(Event.action == "catalogue:harvested")) == 1


def test_what_changed_becomes_a_new_version_and_what_is_gone_stays(app, tmp_path):
    run(app, file(tmp_path, KOREAN), "--source", "창고")
    output = run(app, file(tmp_path, KOREAN.replace("강수량", "강우량").split("8,")[0]), "--source", "창고").output
    assert "추가 0, 변경 1, 그대로 0, 파일에 없음(그대로 둠) 1, 거절 0" in output
    listing = session.scalars(select(Listing).where(Listing.source_key == "7")).one()
    assert [each.number for each in queries.versions_seen_by(factories.make_sme(), listing)] == [2, 1]
    assert queries.find_published_version(listing.id).title == "강우량 관측"
    assert [card.title for card in queries.found_listings("강우량", {}).items] == ["강우량 관측"]
    assert session.scalar(select(func.count()).select_from(Listing).where(Listing.state == "published")) == 2


def test_sources_are_told_apart_and_what_was_taken_down_stays_down(app, tmp_path):
    path = file(tmp_path, KOREAN)
    run(app, path, "--source", "하나")
    assert "추가 2" in run(app, path, "--source", "둘").output
    officer = factories.make_officer()
    down = session.scalars(select(Listing.id).order_by(Listing.id)).first()
    with transaction():
        operations.withdraw_listing(down, "권리 침해", by=officer)
    run(app, file(tmp_path, KOREAN.replace("강수량", "강우량")), "--source", "하나")
    assert session.get(Listing, down).state == ListingState.WITHDRAWN
    assert down not in [card.listing.id for card in queries.found_listings("강우량", {}).items]


def test_refused_rows_are_told_and_the_others_taken_in(app, tmp_path):
    output = run(app, file(tmp_path, "id,title\n1,가\n,나\n3,다\n"), "--source", "창고").output
    assert "추가 2" in output
    assert "거절 1" in output
    assert "3행: ‘id’ 칸이 비어 있습니다." in output


@pytest.mark.parametrize(
    ("content", "arguments", "words"),
    [
        ("a,b\n1,2\n", (), "--map key=열이름"),
        ("", (), "빈 파일입니다"),
        (b"id,title\n1,\xff\xff\n", (), "2행에"),
        ("자료,코드\n가,1\n", ("--map", "title"), "title=열이름"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_words(app, tmp_path, content, arguments, words):
    result = run(app, file(tmp_path, content), "--source", "창고", *arguments)
    assert result.exit_code != 0
    assert words in result.output
    assert session.scalar(select(func.count()).select_from(Listing)) == 0


def test_columns_can_be_given(app, tmp_path):
    result = run(app, file(tmp_path, "자료;코드\n가나다;1\n"), "--source", "창고", "--map", "title=자료,key=코드")
    assert "추가 1" in result.output
    assert session.scalars(select(Listing.source_key)).all() == ["1"]


@pytest.mark.skipif(not AI_HUB.exists(), reason="the table of a real catalogue is not here")
def test_a_real_catalogue_is_taken_in_whole(app):
    output = run(app, AI_HUB, "--source", "AI Hub").output
    assert "추가 797, 변경 0, 그대로 0, 파일에 없음(그대로 둠) 0, 거절 0" in output
    assert "추가 0, 변경 0, 그대로 797" in run(app, AI_HUB, "--source", "AI Hub").output
    titles = [card.title for card in queries.found_listings("유동인구", {}).items]
    assert titles[0] == "유동 인구 분석을 위한 CCTV 영상 데이터"


def test_paid_listings_show_free_ones_that_are_alike(app, tmp_path, client):
    from tests.catalogue.makers import make_listing

    run(app, file(tmp_path, "id,title\n1,상권별 유동 인구 표본\n2,강수량\n"), "--source", "창고")
    listing_id, _version = make_listing(factories.make_supplier(), factories.make_officer())
    text = client.get(f"/catalogue/{listing_id}").text
    assert "비슷한 무료 데이터" in text
    assert "상권별 유동 인구 표본" in text
    assert "강수량" not in text
