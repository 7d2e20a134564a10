"""Bank files and result files, pure."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.payments.rules import (
    BankFacts,
    Line,
    bank_facts,
    bank_file,
    fixed_width_file,
    lines_of_file,
    lines_of_fixed,
    normal_reference,
    payout_number,
    read_result,
    same_depositor,
)
from twins import bank

SENT, TODAY = date(2020, 9, 15), date(2020, 9, 17)
HEAD = "payout,amount,result,bank_reference,date,reason\r\n"
DUE = {"P0000001-1": 100, "P0000002-1": 200}
GOOD = HEAD + "P0000001-1,100,OK,BK-0001,2020-09-16,\r\nP0000002-1,200,NG,,,없는 계좌입니다\r\n"


def read(text, due=None):
    answers, errors = read_result(
        text.encode() if isinstance(text, str) else text, DUE if due is None else due, sent_on=SENT, today=TODAY
    )
    return answers, [(error.row, str(error.phrase)) for error in errors]


def test_a_right_file_is_read():
    answers, errors = read(GOOD)
    assert errors == []
    assert [(each.payout, each.paid, each.on) for each in answers] == [
        ("P0000001-1", True, date(2020, 9, 16)),
        ("P0000002-1", False, None),
    ]
    assert read("\ufeff" + GOOD)[1] == []
    assert read(GOOD.replace("2020-09-16", "20200916"))[1] == []


@pytest.mark.parametrize(
    ("text", "row", "words"),
    [
        ("", 0, "첫 줄은"),
        ("payout;amount\r\n", 0, "첫 줄은"),
        (b"\xff\xfe\x00", 0, "UTF-8"),
        (GOOD.replace("없는", "없\x00는"), 0, "UTF-8"),
        (HEAD + '"P0000001-1,100', 0, "따옴표"),
        (b"x" * (4 * 1024 * 1024 + 1), 0, "너무 큽니다"),
        (HEAD + "P0000001-1,100,OK,BK-0001,2020-09-16,\r\n", 0, "결과가 없는 지급이 1건"),
        (GOOD.replace("P0000001-1", "P0000009-1"), 2, "없는 지급 번호"),
        (GOOD.replace(",100,", ",101,"), 2, "금액이 다릅니다"),
        (GOOD.replace(",100,", ",100.0,"), 2, "금액이 다릅니다"),
        (GOOD.replace(",OK,", ",ok,"), 2, "OK 또는 NG"),
        (GOOD.replace("BK-0001", ""), 2, "은행 거래번호"),
        (GOOD.replace("2020-09-16", "2020-09-31"), 2, "날짜"),
        (GOOD.replace("2020-09-16", "2020-09-14"), 2, "사이가 아닙니다"),
        (GOOD.replace("2020-09-16", "2020-09-18"), 2, "사이가 아닙니다"),
        (GOOD.replace("없는 계좌입니다", ""), 3, "사유"),
        (GOOD + "P0000001-1,100,OK,BK-0002,2020-09-16,\r\n", 4, "2행에 이미"),
        (GOOD + "P0000001-1,100\r\n", 4, "칸이 2개"),
    ],
)
def test_each_mistake_is_named_with_its_row(text, row, words):
    errors = read(text)[1]
    assert errors
    assert errors[0][0] == row
    assert words in errors[0][1]


def test_one_bank_reference_pays_one_payout():
    twice = HEAD + "P0000001-1,100,OK,BK-0001,2020-09-16,\r\nP0000002-1,200,OK,BK-0001,2020-09-16,\r\n"
    assert read(twice)[1] == [(3, "은행 거래번호 BK-0001이(가) 2행에 이미 있습니다.")]


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reading(data):
    answers, errors = read_result(data, DUE, sent_on=SENT, today=TODAY)
    assert errors or len(answers) == len(DUE)


facts = st.builds(
    BankFacts,
    st.from_regex(r"[0-9]{3}", fullmatch=True),
    st.from_regex(r"[0-9]{6,20}", fullmatch=True),
    st.text(st.characters(categories=("L", "N"), include_characters=' ,"'), min_size=1, max_size=30),
)


@given(st.lists(st.builds(Line, st.just("P0000001-1"), facts, st.integers(1, 10**12), st.just("SC-2020-000001"))))
def test_a_bank_file_says_what_was_put_in(lines):
    text = bank_file(lines)
    assert lines_of_file(text) == lines
    assert bank_file(lines_of_file(text)) == text


@pytest.mark.parametrize(
    ("code", "account", "holder"),
    [
        (None, "123456", "가"), ("04", "123456", "가"), ("004", "12-34", "가"), ("004", "12345x", "가"),
        ("004", "123456", ""), ("004", "123456", "=cmd()"), ("004", "123456", "가\n나"), ("٠٠٤", "123456", "가"),
    ],
)  # fmt: skip
def test_bank_facts_that_cannot_be_paid_to(code, account, holder):
    assert bank_facts(code, account, holder) is None


def test_usable_bank_facts_lose_their_hyphens():
    assert bank_facts("004", "123-456-7890", " 한빛데이터 ") == BankFacts("004", "1234567890", "한빛데이터")
    assert payout_number(42, 3) == "P0000042-3"


@pytest.mark.parametrize(
    "depositor", ["한빛데이터", "(주)한빛데이터", "주식회사 한빛 데이터", "㈜한빛데이터", "HANBIT DATA", "한빛데이"]
)
def test_a_depositor_that_is_the_firm(depositor):
    assert same_depositor(depositor, "주식회사 한빛데이터", "Hanbit Data Inc.", None)


@pytest.mark.parametrize("depositor", ["김철수", "한빛", "다른데이터", ""])
def test_a_depositor_that_is_somebody_else(depositor):
    assert not same_depositor(depositor, "주식회사 한빛데이터", None)


def test_a_bank_reference_has_one_spelling():
    assert normal_reference(" ｔ2020 0001 ") == "T20200001"


def test_the_bank_twin_answers_every_line_and_the_program_reads_it():
    lines = [
        Line("P0000001-1", BankFacts("004", "1234567890", "가"), 100, "SC-2020-000001"),
        Line("P0000002-1", BankFacts("088", "1234560000", "나"), 200, "SC-2020-000002"),
    ]
    answers, errors = read(bank.answer(bank_file(lines), date(2020, 9, 16)))
    assert errors == []
    assert [each.paid for each in answers] == [True, False]


def test_a_file_of_fixed_width_has_exact_bytes_and_comes_back_and_the_bank_reads_it():
    lines = [
        Line("P0000001-1", BankFacts("004", "1234567890", "가" * 21), 100, "SC-2020-000001"),
        Line("P0000002-1", BankFacts("088", "1234560000", "A나 (주)"), 9_999_999_999_999, "DV-2020-GEN-000001-5"),
    ]
    data = fixed_width_file("PB-2020-00001", SENT, lines)
    records = data.split(b"\r\n")
    assert [len(record) for record in records] == [200, 200, 200, 200, 0]
    assert records[0][:51] == b"HPB-2020-00001       " + f"{SENT:%Y%m%d}".encode() + b"0000002010000000000099"
    assert records[1][64:104] == ("가" * 20).encode("cp949")  # the syllable that does not fit is left out whole
    back = lines_of_fixed(data)
    assert back == [replace(lines[0], bank=replace(lines[0].bank, holder="가" * 20)), lines[1]]
    assert fixed_width_file("PB-2020-00001", SENT, back) == data
    answers, errors = read(bank.answer(data, TODAY), {"P0000001-1": 100, "P0000002-1": 9_999_999_999_999})
    assert (errors, [each.paid for each in answers]) == ([], [True, False])
    for bad in (
        data[:-1],
        data[1:],
        data.replace(b"0000000000100", b"0000000000101"),
        b"",
        data.replace(b"H", b"H ", 1),
    ):
        with pytest.raises(ValueError, match=r"wide|agree"):
            lines_of_fixed(bad)
    assert bank_facts("004", "1234567890", "뷁データ😀") is None
