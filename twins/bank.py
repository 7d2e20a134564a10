"""A bank, for tests and demonstrations: reads a payment file and writes the result file a real bank would send back.

    python -m twins.bank PB-2020-00001.csv --date 2020-09-15 > result.csv

It knows nothing of the program but the two files. It pays everything except what its rules refuse: an account that ends
in 0000 does not exist, one that ends in 9999 is closed, and nothing above ten billion won leaves in one transfer.
"""

import argparse
import csv
import io
import sys
from datetime import date
from pathlib import Path

COLUMNS = ("payout", "amount", "result", "bank_reference", "date", "reason")
LARGEST = 10_000_000_000


def refusal_of(account: str, amount: int) -> str:
    """Why the bank refuses a transfer; '' where it does not."""
    if account.endswith("0000"):
        return "없는 계좌입니다"
    if account.endswith("9999"):
        return "해지된 계좌입니다"
    if amount > LARGEST:
        return "1회 이체 한도를 넘습니다"
    return ""


def _rows(file: str | bytes) -> list[dict[str, str]]:
    """The lines of a CSV file, or of one of fixed width (200 bytes a record, CP949)."""
    if isinstance(file, str):
        return list(csv.DictReader(io.StringIO(file)))
    details = [record for record in file.split(b"\r\n") if record[:1] == b"D"]
    fields = (("payout", 8, 28), ("account", 31, 51), ("amount", 51, 64))
    return [{name: record[a:b].decode("cp949").strip() for name, a, b in fields} for record in details]


def answer(file: str | bytes, on: date) -> str:
    """The result file for a payment file: the same answer for the same file and day."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in _rows(file):
        reason = refusal_of(row["account"], int(row["amount"]))
        reference = "" if reason else f"BK{on:%Y%m%d}-{row['payout']}"
        day = "" if reason else on.isoformat()
        writer.writerow([row["payout"], int(row["amount"]), "NG" if reason else "OK", reference, day, reason])
    return out.getvalue()


def main() -> None:
    """Answer the file named on the command line, on standard output."""
    parser = argparse.ArgumentParser(description="Answers a payment file as a bank would.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--date", type=date.fromisoformat, required=True, help="the day on which the bank paid")
    asked = parser.parse_args()
    data = asked.file.read_bytes()
    sys.stdout.write(answer(data if data.startswith(b"H") else data.decode(), asked.date))


if __name__ == "__main__":
    main()
