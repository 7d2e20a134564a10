"""The bank file as records of fixed width, for banks that take no CSV: CP949, 200 bytes a record and CRLF behind each.

    header   H · batch 20 · day 8 · lines 7 · total 15 · blank 149
    detail   D · line 7 · payout 20 · bank 3 · account 20 · amount 13 · holder 40 · memo 40 · blank 56
    trailer  T · lines 7 · total 15 · blank 177

Text stands left and is filled with blanks, numbers stand right and are filled with zeros. Widths are bytes: a Korean syllable
takes two, and a name that is too long ends before the syllable that does not fit. The layout is this program's own.
"""

from collections.abc import Sequence
from datetime import date

from marketplace.payments.rules.bank_file import BankFacts, Line

WIDTH = 200
ENCODING = "cp949"
DETAIL = (("line", 7), ("payout", 20), ("bank", 3), ("account", 20), ("amount", 13), ("holder", 40), ("memo", 40))


def _text(text: str, width: int) -> bytes:
    """Raises UnicodeEncodeError for what the encoding has no letters for."""
    cut = b""
    for letter in text:
        written = letter.encode(ENCODING)
        if len(cut) + len(written) > width:
            break
        cut += written
    return cut.ljust(width)


def _number(value: int, width: int) -> bytes:
    written = f"{value:0{width}d}"
    if len(written) != width:
        raise ValueError(f"{value} does not fit into {width} digits")
    return written.encode()


def _record(kind: str, *fields: bytes) -> bytes:
    return (kind.encode() + b"".join(fields)).ljust(WIDTH) + b"\r\n"


def fixed_width_file(batch: str, day: date, lines: Sequence[Line]) -> bytes:
    """The same bytes for the same lines."""
    count, total = _number(len(lines), 7), _number(sum(line.amount for line in lines), 15)
    records = [_record("H", _text(batch, 20), f"{day:%Y%m%d}".encode(), count, total)]
    for place, line in enumerate(lines, 1):
        bank = line.bank
        texts = (_text(line.payout, 20), _text(bank.code, 3), _text(bank.account, 20))
        amount, names = _number(line.amount, 13), (_text(bank.holder, 40), _text(line.memo, 40))
        records.append(_record("D", _number(place, 7), *texts, amount, *names))
    return b"".join([*records, _record("T", count, total)])


def lines_of_fixed(data: bytes) -> list[Line]:
    """The lines of such a file. Raises ValueError where a width, a count or a total is wrong."""
    records = data.split(b"\r\n")
    if records.pop() != b"" or len(records) < 2 or any(len(each) != WIDTH for each in records):
        raise ValueError("a record is not as wide as it has to be")
    lines = []
    for record in records[1:-1]:
        at, found = 1, {}
        for name, width in DETAIL:
            found[name] = record[at : at + width].decode(ENCODING).rstrip()
            at += width
        facts = BankFacts(found["bank"], found["account"], found["holder"])
        lines.append(Line(found["payout"], facts, int(found["amount"]), found["memo"]))
    closing = _number(len(lines), 7) + _number(sum(line.amount for line in lines), 15)
    if records[0][29:51] != closing or records[-1][1:23] != closing:
        raise ValueError("header, lines and trailer do not agree")
    return lines
