"""P14: electronic tax invoices a second on one core: parse the XML, check it by itself, match it with its order.

Invoices of one to thirty lines, every tenth of them wrong. No database: what is measured is what every upload waits for.
The first argument, or BENCH_INVOICES, is how many.
"""

import os
import random
import sys
import time
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from bench import common
from marketplace.settlement.rules import (
    AcceptedPart,
    Bounds,
    Expected,
    OrderedLine,
    PartyNumbers,
    Tolerances,
    check_signature,
    document_in,
    judge_kec,
    mismatches,
    places_of,
    three_way_match,
    tree_of,
    typed_of,
)
from tests.settlement.kec import xml_of

ALONE = sys.argv[0].endswith("p14_kec_xml.py")
COUNT = int(sys.argv[1]) if ALONE and len(sys.argv) > 1 else int(os.environ.get("BENCH_INVOICES", "2000"))
DAY = date(2020, 9, 15)
SELLER, BUYER = "1111111119", "2222222227"
EXPECTED = Expected(SELLER, "파는 곳", BUYER, "사는 곳", Fraction(1, 10), 10)
Case = tuple[bytes, tuple[OrderedLine, ...], dict[int, list[AcceptedPart]], bool]


def invented(number: int) -> Case:
    """One invoice's file with its order and what was accepted of it, and whether it is right."""
    chance = random.Random(common.SEED * 1_000_003 + number)
    right = number % 10 != 0
    lines, rows = [], []
    for place in range(1, chance.choice((1, 1, 1, 2, 3, 5, 10, 30)) + 1):
        quantity, price = chance.randint(1, 400), chance.randint(100, 90_000) * 10
        lines.append(OrderedLine(place, place, f"품목 {place}", Decimal(quantity), price, quantity * price))
        supply = quantity * price
        rows.append(
            {
                "sequence": str(place), "name": f"품목 {place}", "spec": "", "day": "20200915",
                "quantity": str(quantity), "unit_price": str(price), "supply": str(supply), "vat": str(supply // 10),
            }
        )  # fmt: skip
    supply, vat = (sum(int(row[name]) for row in rows) for name in ("supply", "vat"))
    fields = {
        "own_number": f"N{number}", "issued_at": "20200915101500", "type_code": "0101", "written_on": "20200915",
        "approval_number": f"2020091541000008{number:08d}", "amendment": "", "purpose": "02", "original": "",
        "note": "", "invoicer": {"number": SELLER, "name": "파는 곳"}, "invoicee": {"number": BUYER, "name": "사는 곳"},
        "means": [("40", str(supply + vat))], "supply": str(supply), "vat": str(vat),
        "total": str(supply + vat + (0 if right else chance.randint(1, 99))), "lines": rows,
    }  # fmt: skip
    accepted = {line.id: [AcceptedPart(DAY - timedelta(days=1), line.quantity, line.ordered_minor)] for line in lines}
    return xml_of(fields), tuple(lines), accepted, right


def judged(case: Case) -> bool:
    """What an upload does with one file."""
    data, lines, accepted, _right = case
    root = tree_of(data)
    document = document_in(root)
    check_signature(root)
    wrong = mismatches(judge_kec(document, EXPECTED))
    typed = typed_of(document, places_of(document, lines))
    if typed is None:
        return False
    bounds = Bounds(date(2020, 8, 1), date(2020, 12, 31), date(2020, 9, 20), 10**12)
    parties = PartyNumbers(SELLER, BUYER)
    found = three_way_match(lines, accepted, {}, typed, Tolerances(), parties, bounds)
    return not wrong and not mismatches(found)


def main() -> bool:
    """One core, one thread; the verdicts are compared with what was made."""
    cases = [invented(number) for number in range(COUNT)]
    for case in cases[:50]:
        judged(case)
    begun = time.process_time()
    verdicts = [judged(case) for case in cases]
    spent = time.process_time() - begun
    wrong = sum(verdict != case[3] for verdict, case in zip(verdicts, cases, strict=True))
    rate = COUNT / spent
    lines = sum(len(case[1]) for case in cases)
    ok = rate >= 200 and wrong == 0
    words = {"invoices": COUNT, "lines": lines, "wrong_verdicts": wrong, "cpu_seconds": round(spent, 2)}
    return common.figure(
        "P14",
        "KEC XML parsed, checked, matched on one core (a second)",
        rate,
        ">= 200",
        ok,
        **words,
    )


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
