"""P13: a one-page settlement statement with its invoice's XML inside, as PDF/A-3a, in a warm worker, against WeasyPrint on
the same page bare; and many of them in one worker: memory and size.

Bare is the finished HTML handed to WeasyPrint with the same variant: what is compared is our template, QR code, closed
fetcher, fixed dates and enclosure. The first argument, or BENCH_PDFS, is how many the worker makes.
"""

import io
import json
import os
import resource
import subprocess
import sys
import time
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction

from flask import Flask

from bench import common
from marketplace.core import pdf
from marketplace.core.db import session
from marketplace.papers.documents import html_of, pdf_of
from marketplace.papers.models import Paper
from marketplace.settlement.rules.ubl import UblInvoice, UblLine, UblParty, ubl_of

ALONE = sys.argv[0].endswith("p13_invoice_pdf.py")
ASKED = [word for word in sys.argv[1:] if word.isdigit()] if ALONE else []
COUNT = int(ASKED[0]) if ASKED else int(os.environ.get("BENCH_PDFS", "1000"))
WORKER = "worker"
ROUNDS = 15
LINES = 8


def statement(number: int) -> Paper:
    """A statement that was never stored: its facts are all that the PDF is made of."""
    supply = [1_250_000 + 1_000 * number + place for place in range(LINES)]
    whole, vat = sum(supply), sum(supply) // 10
    invoice = UblInvoice(
        f"INV-{number}", f"2020091541000008{number:08d}", datetime(2020, 9, 15, tzinfo=UTC).date(), "PO-2020-000001", "",
        "", UblParty("한빛데이터", "1111111119", "서울"), UblParty("새벽제조", "2222222227", "부산"), Fraction(1, 10),
        whole, vat, whole + vat,
        tuple(UblLine(f"품목 {place + 1}", "건", Decimal(1), each, each) for place, each in enumerate(supply)),
    )  # fmt: skip
    firm = {"name": "한빛데이터", "business_number": "111-11-11119", "representative": "김한빛"}
    lines = [
        {
            "position": place + 1, "description": f"품목 {place + 1} 데이터 가공", "unit": "건", "ordered_quantity": "1",
            "accepted_quantity": "1", "quantity": "1", "supply_minor": each, "vat_minor": each // 10,
        }
        for place, each in enumerate(supply)
    ]  # fmt: skip
    facts = {
        "case": f"SC-2020-{number:06d}", "programme": "데이터바우처 2020", "voucher": "DV-2020-00001",
        "order": "PO-2020-000001", "order_title": "고객 데이터 가공", "supplier": firm, "buyer": firm,
        "invoice": invoice.number, "approval_number": invoice.approval_number, "written_on": "2020-09-15",
        "delivered_on": "2020-09-10", "accepted_on": "2020-09-14", "lines": lines, "supply_minor": whole,
        "support_minor": whole * 3 // 4, "own_minor": whole - whole * 3 // 4, "vat_minor": vat,
        "total_minor": whole + vat, "support_of_order_minor": whole, "cuts": [], "cut_supply_minor": 0, "cut_vat_minor": 0,
        "invoiced_minor": whole + vat, "first_name": "김하나", "first_on": "2020-09-16", "second_name": "이두리",
        "second_on": "2020-09-17", "ruleset": "DV-2020 v1",
        "enclosed": [{"name": "invoice-ubl.xml", "text": ubl_of(invoice).decode(), "description": "UBL 2.1"}],
    }  # fmt: skip
    return Paper(
        id=number, kind="settlement_statement", number=f"SS-2020-{number:06d}", code="ABCD-EFGH-JKLM-NPQR",
        about=f"settlement_case:{number}", title=f"정산서 SC-2020-{number:06d}", facts=facts,
        facts_sha256=f"{number:064x}", readers=[1, 2], issued_at=datetime(2020, 9, 17, 1, tzinfo=UTC),
    )  # fmt: skip


def _seconds(work) -> float:  # type: ignore[no-untyped-def]
    start = time.process_time()
    work()
    spent = time.process_time() - start
    session.rollback()
    return spent


def _ratio(app: Flask) -> float:
    """Bare's time as a share of ours."""
    with app.app_context(), app.test_request_context():
        paper = statement(1)
        html = html_of(paper)
        session.rollback()  # nothing is open while a page is drawn, as in the job

        def bare() -> None:
            page = pdf.weasyprint.HTML(string=html, base_url="paper:///", url_fetcher=pdf._fetcher())
            page.write_pdf(io.BytesIO(), pdf_variant="pdf/a-3a")

        pdf_of(paper), bare()
        values = common.pairs(ROUNDS, ours=lambda: _seconds(lambda: pdf_of(paper)), bare=lambda: _seconds(bare))
        return common.ratio(values, "bare", "ours")


def work(url: str) -> None:
    """A worker that draws COUNT statements: the largest in bytes, CPU seconds for each, and its largest memory in MB."""
    app = common.application(url)
    with app.app_context(), app.test_request_context():
        largest = 0
        start = time.process_time()
        for number in range(COUNT):
            largest = max(largest, len(pdf_of(statement(number + 2))))
            session.rollback()
        each = (time.process_time() - start) / max(COUNT, 1)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"largest": largest, "each": each, "memory": memory}))


def _worked(url: str) -> dict[str, float]:
    """What a fresh process says of its work, so that nothing else counts as its memory."""
    asked = [sys.executable, "-m", "bench.p13_invoice_pdf", WORKER, url, str(COUNT)]
    done = subprocess.run(asked, capture_output=True, text=True, check=True, cwd=common.ROOT)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def main() -> bool:
    """Ours and bare by turns, then many in this one process."""
    with common.server() as cluster:
        worked = _worked(common.application_url(cluster))
        ratio = _ratio(common.application(common.application_url(cluster)))
    memory, largest = worked["memory"], worked["largest"]
    fast = common.figure("P13", "one-page statement PDF/A-3a against WeasyPrint bare", ratio, ">= 0.9", ratio >= 0.9)
    name = f"largest memory of a worker that made {COUNT:,} (MB)"
    small = memory <= 250 and largest <= 40 * 1024
    details = {"largest_kilobytes": round(largest / 1024, 1), "cpu_seconds_each": round(worked["each"], 3)}
    return common.figure("P13", name, memory, "<= 250", small, **details) and fast


if __name__ == "__main__" and WORKER in sys.argv:
    work(sys.argv[2])
elif __name__ == "__main__":
    sys.exit(0 if main() else 1)
