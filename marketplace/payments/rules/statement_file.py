"""The statement of the agency's account as its bank gives it, read strictly: one mistake refuses the file.

CSV in UTF-8 with the columns reference, date, amount, payer_bank, payer_account, payer_name, memo; deposits only.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from marketplace.core.i18n import N_
from marketplace.payments.rules.depositor import normal_reference
from marketplace.payments.rules.result_file import RowError, day_of, rows_of

COLUMNS = ("reference", "date", "amount", "payer_bank", "payer_account", "payer_name", "memo")
MOST = 20_000
"""Lines of one statement."""


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One deposit as the bank shows it; `amount` in won, accounts as digits, '' where the bank says nothing."""

    reference: str
    on: date
    amount: int
    payer_code: str
    payer_account: str
    payer_name: str
    memo: str


def read_statement(data: bytes, today: date) -> tuple[list[StatementLine], list[RowError]]:
    """The deposits of a statement, in its order, and every mistake in it."""
    rows, mistake = rows_of(data, COLUMNS)
    if mistake is not None:
        return [], [mistake]
    lines: list[StatementLine] = []
    errors: list[RowError] = []
    seen: dict[str, int] = {}
    for number, row in enumerate(rows, start=2):
        if not any(cell.strip() for cell in row):
            continue
        line = _line(number, [unicodedata.normalize("NFKC", cell).strip() for cell in row], today, errors)
        if line is None:
            continue
        if line.reference in seen:
            sentence = N_("은행 거래번호 %(reference)s이(가) %(first)s행에 이미 있습니다.")
            errors.append(RowError(number, sentence, {"reference": line.reference, "first": seen[line.reference]}))
        seen.setdefault(line.reference, number)
        lines.append(line)
    if len(lines) > MOST:
        errors.append(RowError(0, N_("거래가 %(most)s건보다 많습니다. 파일을 나누어 올리세요."), {"most": MOST}))
    if not lines and not errors:
        errors.append(RowError(0, N_("입금 내역이 없는 파일입니다."), {}))
    return lines, errors


def _line(number: int, row: list[str], today: date, errors: list[RowError]) -> StatementLine | None:
    if len(row) != len(COLUMNS):
        sentence = N_("칸이 %(count)s개입니다. %(due)s개여야 합니다.")
        errors.append(RowError(number, sentence, {"count": len(row), "due": len(COLUMNS)}))
        return None
    reference, day, amount, code, account, name, memo = row
    before = len(errors)
    if not re.fullmatch(r"\S{4,60}", normal_reference(reference), re.ASCII):
        errors.append(
            RowError(number, N_("은행 거래번호는 4–60자입니다: %(reference)s"), {"reference": reference[:40]})
        )
    on = day_of(day)
    if on is None or on > today:
        errors.append(RowError(number, N_("입금일이 오늘까지의 날짜가 아닙니다: %(day)s"), {"day": day[:20] or "–"}))
    if not re.fullmatch(r"[1-9][0-9]{0,14}", amount):
        errors.append(RowError(number, N_("금액은 1원 이상의 정수여야 합니다: %(amount)s"), {"amount": amount[:20]}))
    digits = re.sub(r"[\s-]", "", account)
    if not re.fullmatch(r"([0-9]{3})?", code) or not re.fullmatch(r"([0-9]{6,20})?", digits):
        errors.append(RowError(number, N_("보낸 계좌가 올바르지 않습니다: %(account)s"), {"account": account[:30]}))
    if len(name) > 100 or len(memo) > 200 or not name:
        errors.append(RowError(number, N_("입금자는 1–100자, 적요는 200자까지입니다."), {}))
    if len(errors) > before or on is None:
        return None
    return StatementLine(normal_reference(reference), on, int(amount), code, digits, name, memo)
