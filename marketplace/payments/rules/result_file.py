"""The bank's result file, read strictly: every mistake is named with its row, and one mistake refuses the file."""

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from marketplace.core.i18n import N_
from marketplace.core.money import Money
from marketplace.programmes.rules import Phrase

COLUMNS = ("payout", "amount", "result", "bank_reference", "date", "reason")
LARGEST = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """The bank's word on one payout. `reference` and `on` stand on what was paid, `reason` on what was not."""

    payout: str
    amount: int
    paid: bool
    reference: str
    on: date | None
    reason: str


@dataclass(frozen=True, slots=True)
class RowError:
    """A mistake in one row of the file (the header is row 1), or in the file as a whole (row 0)."""

    row: int
    sentence: str
    params: Mapping[str, Any]

    @property
    def phrase(self) -> Phrase:
        return Phrase(self.sentence, self.params)


def read_result(
    data: bytes, expected: Mapping[str, int], *, sent_on: date, today: date
) -> tuple[list[Answer], list[RowError]]:
    """The bank's answers to the payouts of a batch: `expected` holds each payout number with its amount.

    Answers and mistakes; if there is any mistake, no answer may be acted on. Every payout needs exactly one answer.
    """
    rows, mistake = rows_of(data, COLUMNS)
    if mistake is not None:
        return [], [mistake]
    answers: list[Answer] = []
    errors: list[RowError] = []
    seen: dict[str, int] = {}
    references: dict[str, int] = {}
    for number, row in enumerate(rows, start=2):
        if not any(cell.strip() for cell in row):
            continue
        answer = _answer(number, [cell.strip() for cell in row], expected, (sent_on, today), errors)
        if answer is None:
            continue
        if answer.payout in seen:
            errors.append(_error(number, N_("지급 번호 %(payout)s이(가) %(first)s행에 이미 있습니다."), answer, seen))
        if answer.reference and answer.reference in references:
            sentence = N_("은행 거래번호 %(reference)s이(가) %(first)s행에 이미 있습니다.")
            params = {"reference": answer.reference, "first": references[answer.reference]}
            errors.append(RowError(number, sentence, params))
        seen.setdefault(answer.payout, number)
        references.setdefault(answer.reference, number)
        answers.append(answer)
    missing = sorted(set(expected) - set(seen))
    if missing and not errors:
        sentence = N_("결과가 없는 지급이 %(count)s건 있습니다: %(payouts)s. 모든 지급의 결과가 든 파일을 올리세요.")
        errors.append(RowError(0, sentence, {"count": len(missing), "payouts": ", ".join(missing[:5])}))
    return answers, errors


def rows_of(data: bytes, columns: tuple[str, ...]) -> tuple[list[list[str]], RowError | None]:
    """The rows of a CSV file without its header, which has to name `columns`; or what is wrong with it as a whole."""
    if len(data) > LARGEST:
        return [], RowError(0, N_("파일이 너무 큽니다. 4MB 이하의 결과 파일을 올리세요."), {})
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return [], RowError(0, N_("UTF-8로 저장된 CSV 파일이 아닙니다."), {})
    if "\0" in text:
        return [], RowError(0, N_("UTF-8로 저장된 CSV 파일이 아닙니다."), {})
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error:
        return [], RowError(0, N_("CSV 파일의 따옴표나 줄이 잘못되었습니다."), {})
    if not rows or tuple(cell.strip() for cell in rows[0]) != columns:
        sentence = N_("첫 줄은 %(columns)s이어야 합니다.")
        return [], RowError(0, sentence, {"columns": ",".join(columns)})
    return rows[1:], None


def _error(number: int, sentence: str, answer: Answer, seen: Mapping[str, int]) -> RowError:
    return RowError(number, sentence, {"payout": answer.payout, "first": seen[answer.payout]})


def _answer(
    number: int, row: list[str], expected: Mapping[str, int], days: tuple[date, date], errors: list[RowError]
) -> Answer | None:
    """One row; its mistakes go to `errors`."""
    if len(row) != len(COLUMNS):
        sentence = N_("칸이 %(count)s개입니다. %(due)s개여야 합니다.")
        errors.append(RowError(number, sentence, {"count": len(row), "due": len(COLUMNS)}))
        return None
    payout, amount, result, reference, day, reason = row
    if payout not in expected:
        errors.append(RowError(number, N_("이 지급 파일에 없는 지급 번호입니다: %(payout)s"), {"payout": payout[:40]}))
        return None
    whole = int(amount) if re.fullmatch(r"[0-9]{1,15}", amount) else -1
    if whole != expected[payout]:
        sentence = N_("금액이 다릅니다. 보낸 금액은 %(due)s인데 결과 파일에는 %(typed)s입니다.")
        errors.append(RowError(number, sentence, {"due": Money(expected[payout]), "typed": amount[:20] or "–"}))
    if result not in ("OK", "NG"):
        errors.append(RowError(number, N_("결과는 OK 또는 NG여야 합니다: %(result)s"), {"result": result[:20] or "–"}))
        return None
    if result == "NG":
        if not 1 <= len(reason) <= 200:
            errors.append(RowError(number, N_("NG에는 사유가 있어야 합니다(200자 이내)."), {}))
        return Answer(payout, whole, False, "", None, reason)
    return _paid(number, (payout, whole, reference, day), days, errors)


def _paid(number: int, row: tuple[str, int, str, str], days: tuple[date, date], errors: list[RowError]) -> Answer:
    payout, amount, reference, day = row
    if not re.fullmatch(r"[0-9A-Za-z-]{4,40}", reference):
        sentence = N_("은행 거래번호는 영문, 숫자, 붙임표 4–40자입니다: %(reference)s")
        errors.append(RowError(number, sentence, {"reference": reference[:40] or "–"}))
    on = day_of(day)
    if on is None:
        errors.append(
            RowError(number, N_("지급일은 2020-09-15처럼 적힌 날짜여야 합니다: %(day)s"), {"day": day[:20] or "–"})
        )
    elif not days[0] <= on <= days[1]:
        sentence = N_("지급일 %(day)s이 전송한 날(%(sent)s)과 오늘(%(today)s) 사이가 아닙니다.")
        errors.append(RowError(number, sentence, {"day": on, "sent": days[0], "today": days[1]}))
    return Answer(payout, amount, True, reference, on, "")


def day_of(text: str) -> date | None:
    """A day written as 2020-09-15 or 20200915; None for anything else."""
    if not re.fullmatch(r"[0-9]{4}-?[0-9]{2}-?[0-9]{2}", text):
        return None
    try:
        return datetime.strptime(text.replace("-", ""), "%Y%m%d").date()  # noqa: DTZ007 - a day, not a moment
    except ValueError:
        return None
