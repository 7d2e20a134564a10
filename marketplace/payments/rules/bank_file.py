"""The bank file: one line a payout, the same bytes for the same payouts."""

import csv
import hashlib
import io
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

COLUMNS = ("payout", "bank_code", "account", "holder", "amount", "memo")


@dataclass(frozen=True, slots=True)
class BankFacts:
    """Where money is sent: the bank's three digits, the account's digits, and whose it is."""

    code: str
    account: str
    holder: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the bank file; `amount` in won."""

    payout: str
    bank: BankFacts
    amount: int
    memo: str


def bank_facts(code: str | None, account: str | None, holder: str | None) -> BankFacts | None:
    """Usable bank facts, the account without hyphens; None where something is missing or could break the file.

    A holder that a spreadsheet would run as a formula is refused instead of being changed: banks compare the name.
    """
    digits = re.sub(r"[\s-]", "", account or "")
    name = unicodedata.normalize("NFKC", holder or "").strip()
    if not re.fullmatch(r"[0-9]{3}", code or "") or not re.fullmatch(r"[0-9]{6,20}", digits):
        return None
    if not 1 <= len(name) <= 100 or name[0] in "=+-@" or re.search(r"[\x00-\x1f\x7f]", name):
        return None
    return BankFacts(code or "", digits, name) if _is_written_at_banks(name) else None


def _is_written_at_banks(name: str) -> bool:
    """Korean banks write CP949: a name with other letters cannot be compared with theirs."""
    try:
        return bool(name.encode("cp949"))
    except UnicodeEncodeError:
        return False


def payout_number(payout_id: int, attempt: int) -> str:
    """How the bank names a payout: P0000042-1; each attempt has a number of its own."""
    return f"P{payout_id:07d}-{attempt}"


def bank_file(lines: Iterable[Line]) -> str:
    """CSV, UTF-8, CRLF, a header, no quotes unless needed."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for line in lines:
        writer.writerow([line.payout, line.bank.code, line.bank.account, line.bank.holder, line.amount, line.memo])
    return out.getvalue()


def lines_of_file(text: str) -> list[Line]:
    """The lines of a bank file that `bank_file` wrote."""
    rows = list(csv.reader(io.StringIO(text)))[1:]
    return [Line(row[0], BankFacts(row[1], row[2], row[3]), int(row[4]), row[5]) for row in rows]


def hash_of(text: str) -> str:
    """SHA-256 of a file's bytes."""
    return hashlib.sha256(text.encode()).hexdigest()
