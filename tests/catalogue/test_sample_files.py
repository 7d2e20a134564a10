"""What is read out of an upload, and what is refused with a sentence; memory stays bounded."""

import io
import tracemalloc

import pytest

from marketplace.catalogue.rules.persons import Hider, hidden, is_resident_number, passes_luhn
from marketplace.catalogue.rules.samples import profiled, tables_of
from marketplace.catalogue.rules.samples.profile import classified
from marketplace.catalogue.rules.tables import Problem
from tests.catalogue import files


def look(content, name):
    written = []
    profiles = [profiled(table, written.append) for table in tables_of(io.BytesIO(content), name)]
    return profiles, written


@pytest.mark.parametrize("codec", ["cp949", "utf-8", "utf-8-sig", "utf-16"])
def test_a_messy_table_reads_the_same_in_every_spelling(codec):
    (table,), written = look(files.MESSY.encode(codec), "고객.csv")
    assert [column["name"] for column in table.columns] == [
        "성명", "휴대폰", "주민번호", "결제금액", "방문일", "메모", "사업자번호",
    ]  # fmt: skip
    assert table.preview[0] == [
        "홍**", "010-****-5678", "900101-1******", "1,200", "2020-01-03", "a***@example.co.kr로 연락", "123-45-67891",
    ]  # fmt: skip
    assert table.personal == {"name": 3, "phone": 2, "resident": 1, "email": 1, "card": 1}
    assert [column["type"] for column in table.columns][3:5] == ["integer", "date"]
    assert table.columns[1]["missing"] == 1
    text = repr(written) + repr(table)
    assert not any(secret in text for secret in ("1234568", "1234-5678", "98765432", "4111 1111", "a.kim", "홍길동"))


def test_hangul_that_begins_late_is_not_guessed_at():
    late = "a,b\r\n" + "1,2\r\n" * 50_000 + "서울,부산\r\n"
    (table,), _ = look(late.encode("cp949"), "a.csv")
    assert table.rows == 50_001
    assert "서울" in [value for value, _count in table.columns[0]["top"]]


def test_letters_of_no_spelling_are_refused_by_their_line():
    with pytest.raises(Problem) as refused:
        look("가,나\n".encode() * 3 + b"\xff\xff\xfe,1\n", "a.csv")
    assert refused.value.row == 4
    mixed = "가,나\n".encode() + "다,라\n".encode("cp949") * 2
    with pytest.raises(Problem) as refused:
        look(mixed, "a.csv")
    assert refused.value.row == 2


def test_a_workbook_shows_formulas_as_text_and_every_visible_sheet():
    book = files.workbook([["이름", "값"], ["a", "=1+1"], [None, 2.0], ["b", True]], 둘째=[["x"], [1]], 빈=[])
    (first, second), written = look(book, "b.xlsx")
    assert first.preview == [["a", "=1+1"], ["", "2"], ["b", "TRUE"]]
    assert (second.name, second.preview) == ("b.xlsx – 둘째", [["1"]])
    assert ["a", "=1+1"] in written


def test_lines_of_json_and_a_zip_of_many(tmp_path):
    lines = b'{"a": 1, "b": {"mail": "kim@example.com"}}\n\n{"c": [1, 2], "a": null}\n'
    (table,), _ = look(lines, "x.jsonl")
    assert table.preview == [["1", '{"mail": "k***@example.com"}', ""], ["", "", "[1, 2]"]]
    made = files.parquet(tmp_path, "select range as id, date '2020-01-01' as d, range / 3 as v from range(10)")
    packed = files.archive({"안/표.csv": files.clean_csv(), "x.jsonl": lines, "y.parquet": made, "__MACOSX/._x": b"\0"})
    profiles, _ = look(packed, "all.zip")
    assert [(each.name, each.rows) for each in profiles] == [("안/표.csv", 100), ("x.jsonl", 2), ("y.parquet", 10)]
    assert [column["type"] for column in profiles[2].columns] == ["integer", "date", "decimal"]


def test_names_in_an_archive_of_korean_windows():
    data = files.archive({"AAAA.csv": b"a\n1\n"}).replace(b"AAAA.csv", "자료".encode("cp949") + b".csv")
    (table,), _ = look(data, "a.zip")
    assert table.name == "자료.csv"


def test_the_profile_of_clean_columns():
    (table,), _ = look(files.clean_csv(100), "a.csv")
    number, amount, day, region, remark = table.columns
    assert (number["type"], number["distinct"], number["min"], number["max"]) == ("integer", 100, "1", "100")
    assert sum(count for _low, _high, count in number["bins"]) == 100
    assert (amount["type"], amount["mean"]) == ("decimal", "74.25")
    assert (day["type"], day["min"], day["max"]) == ("date", "2020-01-01", "2020-01-28")
    assert (region["top"], remark["missing"]) == ([["서울", 34], ["부산", 33], ["대구", 33]], 75)
    assert table.personal == {}


def test_different_values_beyond_the_counter_are_estimated():
    lines = files.csv_bytes([["n"], *[[f"v{number}"] for number in range(30_000)]])
    (table,), _ = look(lines, "a.csv")
    assert not table.columns[0]["exact"]
    assert abs(table.columns[0]["distinct"] - 30_000) < 1_500


@pytest.mark.parametrize(
    ("text", "kind"),
    [("007", "text"), ("12", "integer"), ("-1,200", "integer"), ("1.5e3", "decimal"), ("20200131", "date"),
     ("20201331", "integer"), ("2020.1.3.", "date"), ("2020-02-30", "text"), ("2020-01-01T10:00:00Z", "datetime"),
     ("예", "boolean"), ("1" * 30, "text"), ("=1+1", "text")],
)  # fmt: skip
def test_what_a_value_looks_like(text, kind):
    assert classified(text)[0] == kind


BAD = {
    "a program": (b"MZ\x90\0" + b"\0" * 100, "a.csv", "내용이 이름"),
    "a picture": (b"GIF89a,b\n1,2\n", "a.csv", "내용이 이름"),
    "a page": (b"<html><script>alert(1)</script>", "a.csv", "내용이 이름"),
    "a document inside a table": (b"a,b\n1,%PDF-1.4\n", "a.csv", "내용이 이름"),
    "a workbook named csv": (files.workbook([["a"], [1]]), "a.csv", "내용이 이름"),
    "a table named xlsx": (b"a,b\n1,2\n", "a.xlsx", "압축 파일이 깨졌거나"),
    "a table named parquet": (b"a,b\n1,2\n", "a.parquet", "Parquet 파일을 읽을 수"),
    "no parquet inside": (b"PAR1" + b"x" * 100 + b"PAR1", "a.parquet", "Parquet 파일을 읽을 수"),
    "an old workbook": (b"\xd0\xcf\x11\xe0", "a.xls", "올릴 수 있습니다"),
    "a program by name": (b"a", "a.exe", "올릴 수 있습니다"),
    "no name": (b"a", "a", "올릴 수 있습니다"),
    "empty": (b"", "a.csv", "빈 파일"),
    "no rows": (b"a,b\n", "a.csv", "행이 없습니다"),
    "no names": (b",,\n1,2,3\n", "a.csv", "열 이름이 없습니다"),
    "too many columns": (b",".join(b"c%d" % n for n in range(201)) + b"\n1\n", "a.csv", "열이 201개"),
    "too many columns in a workbook": (files.workbook([[f"c{n}" for n in range(201)], [1]]), "a.xlsx", "열이 201개"),
    "a cell too many": (b"a,b\n1,2,3\n", "a.csv", "2행의 칸이 3개"),
    "an open quotation": (b'a,b\n1,"' + b"x\n" * 600_000, "a.csv", "따옴표가 닫히지"),
    "not lines of json": (b'{"a": 1}\n[1]\n', "a.jsonl", "2행이 JSON 객체"),
    "deep json": (b'{"a":' + b"[" * 100_000 + b"\n", "a.jsonl", "1행이 JSON 객체"),
    "a bomb": (files.bomb(), "a.zip", "지나치게 커지는"),
    "a bomb that lies": (files.lying_bomb(), "a.zip", "깨졌거나"),
    "files over each other": (files.overlapping(), "a.zip", "지나치게 커지는"),
    "a bomb in a workbook": (files.changed(files.workbook([["a"]]), xl__x_xml=b"<a>" + b" " * 30_000_000), "a.xlsx",
                             "지나치게 커지는"),
    "a way out": (files.archive({"../../etc/cron.d/x.csv": b"a\n1\n"}), "a.zip", "쓸 수 없는 이름"),
    "an absolute way": (files.archive({"/etc/x.csv": b"a\n1\n"}, plain=True), "a.zip", "쓸 수 없는 이름"),
    "a drive": (files.archive({"C:x.csv": b"a\n1\n"}), "a.zip", "쓸 수 없는 이름"),
    "backslashes": (files.archive({"AA": b"a"}).replace(b"AA", b"\\a"), "a.zip", "쓸 수 없는 이름"),
    "a link": (files.symlink(), "a.zip", "쓸 수 없는 이름"),
    "a password": (files.encrypted(), "a.zip", "암호가 걸린"),
    "an archive in an archive": (files.archive({"b.zip": files.archive({"a.csv": b"a"})}), "a.zip", "또 압축 파일"),
    "twice one name": (files.archive({"a.csv": b"a\n1\n", "b.csv": b"a\n1\n"}).replace(b"b.csv", b"a.csv"), "a.zip",
                       "이름이 같은"),
    "nothing to read": (files.archive({"__MACOSX/x": b"1"}), "a.zip", "읽을 파일이 없습니다"),
    "something before": (b"#!/bin/sh\n" + files.archive({"a.csv": b"a\n1\n"}), "a.zip", "깨졌거나"),
    "something after": (files.archive({"a.csv": b"a\n1\n"}) + b"%PDF-1.4", "a.zip", "깨졌거나"),
    "cut off": (files.archive({"a.csv": b"a\n1\n"})[:-5], "a.zip", "깨졌거나"),
    "an entity": (files.changed(files.workbook([["a"], [1]]),
                  xl__workbook_xml=b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><workbook>&e;</workbook>'),
                  "a.xlsx", "DOCTYPE"),
    "an entity in wide letters": (files.changed(files.workbook([["a"], [1]]),
                  xl__styles_xml='<!doctype x [<!entity e "x">]><a/>'.encode("utf-16")), "a.xlsx", "DOCTYPE"),
    "a macro": (files.changed(files.workbook([["a"], [1]]), xl__vbaProject_bin=b"x"), "a.xlsx", "매크로"),
    "an archive named xlsx": (files.archive({"a.csv": b"a\n1\n"}), "a.xlsx", "통합 문서가 아닙니다"),
    "a sheet of nonsense": (files.changed(files.workbook([["a"], [1]]), xl__worksheets__sheet1_xml=b"<worksheet><"),
                            "a.xlsx", "통합 문서를 읽을 수"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "name", "words"), BAD.values(), ids=list(BAD))
def test_a_bad_file_is_refused_with_a_sentence_and_little_memory(content, name, words):
    tracemalloc.start()
    try:
        with pytest.raises(Problem) as refused:
            look(content, name)
        assert words in refused.value.words % refused.value.values
        assert tracemalloc.get_traced_memory()[1] < 60_000_000
    finally:
        tracemalloc.stop()


def test_a_workbook_that_claims_a_far_row_ends_soon():
    sheet = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    sheet += b'<row r="1"><c r="A1"><v>1</v></c></row><row r="999999999"><c r="A999999999"><v>2</v></c></row>'
    book = files.changed(files.workbook([["a"]]), xl__worksheets__sheet1_xml=sheet + b"</sheetData></worksheet>")
    with pytest.raises(Problem) as refused:
        look(book, "a.xlsx")
    assert "행이 없습니다" in refused.value.words


def test_without_the_counting_a_lying_bomb_would_be_believed(monkeypatch):
    from marketplace.catalogue.rules.samples import archive

    monkeypatch.setattr(archive, "_fit", lambda members: None)
    monkeypatch.setattr(archive.Counted, "read", lambda self, size=-1: self.stream.read(262_144))
    content = files.archive({"a.csv": b"a\n" + b"0" * 70_000_000})
    table = next(iter(tables_of(io.BytesIO(content), "a.zip")))
    assert table.heading == ["a"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("900101-1234568", "900101-1******"),
        ("9001011234568", "900101-1******"),
        ("9001011234567", "9001011234567"),  # no check digit, no hyphen: some other number
        ("900101-1234567", "900101-1******"),  # since October 2020 without a check digit
        ("901301-1234567", "901301-1234567"),  # nobody was born in a thirteenth month
        ("010-1234-5678", "010-****-5678"),
        ("+82 10-1234-5678", "+82-****-5678"),
        ("01012345678", "010-****-5678"),
        ("02-123-4567", "02-123-4567"),
        ("kim.min-su@mail.example.co.kr", "k***@mail.example.co.kr"),
        ("4111-1111-1111-1111", "****-****-****-1111"),
        ("4111111111111112", "4111111111111112"),
        ("123-45-67891", "123-45-67891"),
        ("신한은행 110-123-456789", "신한은행 ***-***-***789"),
        ("110-123-456789", "110-123-456789"),  # nothing says that this is an account
        ("37.566535, 126.977969", "37.566535, 126.977969"),
        ("2020-01-01 10:00:00", "2020-01-01 10:00:00"),
        ("", ""),
    ],
)
def test_what_is_personal_in_a_text_is_hidden(text, shown):
    assert hidden(text) == shown


def test_the_name_of_a_column_helps():
    assert Hider("계좌번호").hide("11012345678901") == "***********901"
    assert Hider("연락처").hide("1012345678") == "101-****-5678"
    assert Hider("법인등록번호").hide("110111-1234567") == "110111-1234567"
    assert Hider("성명").hide("홍길동") == "홍**"
    assert Hider("상품명").hide("홍길동") == "홍길동"


def test_check_digits():
    assert is_resident_number("9001011234568") and not is_resident_number("9001011234567")
    assert passes_luhn("4111111111111111") and not passes_luhn("4111111111111112") and not passes_luhn("0" * 16)
