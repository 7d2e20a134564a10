"""The second half of the way: a listing, an order, its delivery, the invoice, the money."""

import csv
import hashlib
import io
import subprocess
import sys
from pathlib import Path
from typing import Any

from flask import Flask

from marketplace.core import clock
from marketplace.orders import queries as orders
from tests.journeys.page import Page
from tests.journeys.walk import ROOT, Walk

PRICE = 1_250_000
FILES = {"상권-2020-06.csv": b"area,hour,count\n1168010100,9,2104\n", "열정의.txt": "area 행정동\n".encode()}


def uploads(files: dict[str, bytes] = FILES) -> list[tuple[io.BytesIO, str]]:
    """Files as a browser sends them."""
    return [(io.BytesIO(content), name) for name, content in files.items()]


class Trade(Walk):
    """Everything from the listing on. Numbers are as the thirteen steps."""

    # --- 8 -------------------------------------------------------------------------------------------------------

    def lists_data(self) -> None:
        """The supplier writes a listing, an officer reviews and publishes it, anybody finds it."""
        path = self.supplier.sends(
            "/catalogue/new",
            kind="dataset",
            theme="industry",
            title="상권별 유동 인구 월간 집계",
            title_en="Monthly foot traffic",
            summary="전국 2,300개 상권의 시간대별 유동 인구",
            description="성별과 나이로 나누어 매월 집계합니다.",
            keywords="상권, 유동인구",
            unit_price_minor="1,250,000",
            unit_label="세트",
            commercial="y",
            personal_data="none",
            acceptance_criteria="행 수와 열 정의가 명세와 같을 것",
        )
        self.names.paths["listing"] = path
        self.sme.reads("/catalogue?q=유동인구").silent_on("상권별 유동 인구 월간 집계")
        self.supplier.sends(path, "/submit")
        self.officer.has_to("상품 검토: 상권별 유동 인구").is_told("상품 검토 요청이 들어왔습니다")
        self.officer.sends(path, "/publish", comment="확인했습니다.")
        self.officer.need_not("상품 검토:")
        self.supplier.is_told("상품이 게시되었습니다")
        self.happened("listing:published", f"listing:{self.number('listing')}", "officer")

    def finds_and_drafts(self, quantity: str = "8", by: str = "member") -> None:
        """Step 8: found by its words, drafted for a voucher; the page shows who pays what before anything binds."""
        found = self.sme.reads("/catalogue?q=유동인구").says("상권별 유동 인구 월간 집계", "1,250,000원")
        assert found.link("상권별 유동 인구 월간 집계") == self.path("listing")
        order_page = self.sme.reads(self.path("listing")).says("지정 공급기업").link("발주하기")
        self.names.paths["order"] = self.person(by).sends(order_page, "", quantity=quantity, deliver_by="2020-09-01")

    def looks_at_the_sums(self) -> None:
        """The three sums, what remains, what lapses and when."""
        before = self.pots()
        page = self.sme.reads(self.path("order"))
        page.says("바우처 지원금 7,500,000원", "자부담 2,500,000원", "부가가치세 1,000,000원", "합계 11,000,000원")
        page.says("주문 뒤 남는 바우처 6,000,000원", "남는 지원금 6,000,000원은 2020. 11. 30.까지 쓰지 않으면 소멸")
        page.says("쓰지 않은 자부담과 부가가치세 2,800,000원")
        assert self.supplier.asks(self.path("order")).status_code == 404  # what was never sent is not the supplier's
        assert self.pots() == before

    def submits(self) -> None:
        """The signatory places the order; its money is set aside."""
        assert self.member.forces(f"{self.path('order')}/submit").status_code == 403
        self.sme.has_to("발주서를 확인하고 제출하세요")
        self.sme.sends(self.path("order"), "/submit")
        self.sme.need_not("발주서를 확인하고 제출하세요").reads(self.path("order")).says("공급기업의 답을 기다립니다")
        self.supplier.has_to("발주를 수락하거나 거절하세요").is_told("발주를 받았습니다")
        self.happened("purchase_order:submitted", f"purchase_order:{self.number('order')}", "sme")

    # --- 9 and 10 ------------------------------------------------------------------------------------------------

    def accepts(self) -> None:
        """Step 9: the supplier takes the order; a purchase order is issued for both."""
        page = self.supplier.reads(self.path("order")).says("이 발주를 수락할까요?", "11,000,000원")
        page.silent_on("남은 지원금")  # what is left on the voucher is no business of the supplier
        self.supplier.sends(self.path("order"), "/accept")
        self.supplier.need_not("발주를 수락하거나 거절하세요").has_to("납품")
        self.runs("orders.issue_papers")
        self.sme.is_told("공급기업이 발주를 수락했습니다").reads(self.path("order")).says("발주서: 상권별")
        self.happened("purchase_order:accepted", f"purchase_order:{self.number('order')}", "supplier")

    def hands_over(self, quantity: str = "8", files: dict[str, bytes] = FILES) -> None:
        """Step 10, first half: files with a manifest."""
        page = f"{self.path('order')}/deliveries/new"
        line = self.line()
        typed: dict[str, Any] = {"files": uploads(files), f"quantity_{line}": quantity, "note": "확인해 주세요."}
        self.names.paths["delivery"] = self.supplier.sends(page, "", **typed)
        self.member.has_to("검수").is_told("납품을 검수하세요")
        self.happened("delivery:handed_over", f"delivery:{self.number('delivery')}", "supplier")

    def downloads(self) -> None:
        """Step 10: the buyer takes the files and finds them as the manifest says."""
        path = self.path("delivery")
        page = self.member.reads(path)
        manifest = self.member.asks(page.link("매니페스트 내려받기")).text
        hrefs = [href for _words, href in page.links if href.startswith(f"{path}/files/")]
        contents = {self.member.asks(href).data for href in hrefs}
        assert contents == set(FILES.values())
        for name, content in FILES.items():
            assert f"{hashlib.sha256(content).hexdigest()}" in manifest and name in manifest
        self.happened("delivery:downloaded", f"delivery:{self.number('delivery')}", "member")

    def inspects(self, accepted: str | None = None, reason: str = "") -> None:
        """Step 10, second half: accepted as a whole, or in part with a reason."""
        form = self.member.reads(self.path("delivery")).form("/inspect")
        (quantity,) = [name for name in form.names if name.startswith("quantity_")]
        typed = {quantity: accepted, quantity.replace("quantity_", "reason_"): reason} if accepted else {}
        self.member.sends(self.path("delivery"), "/inspect", **typed)
        self.runs("delivery.issue_certificates")
        self.member.reads(self.path("delivery")).says("검수확인서")
        self.happened("purchase_order:inspected", f"purchase_order:{self.number('order')}", "member")

    def answers(self) -> None:
        """After it: five facts about what was delivered, once."""
        self.member.has_to("납품이 어땠는지 답하세요")
        facts = {"usable": "yes", "matched": "yes", "on_time": "yes", "used": "not_yet", "again": "yes"}
        self.member.sends(self.path("delivery"), "/answer", **facts)
        self.member.need_not("납품이 어땠는지 답하세요").reads(self.path("delivery")).says("수요기업의 답")
        self.supplier.reads(self.path("delivery")).says("수요기업의 답")

    def line(self) -> int:
        """The id of the order's one line."""
        (line,) = orders.lines_of(self.number("order"))
        return line.id

    def counters(self) -> tuple[int, int, int, int, int]:
        """Ordered, delivered, accepted, invoiced, paid: in won, without VAT."""
        (line,) = orders.lines_of(self.number("order"))
        return line.ordered_minor, line.delivered_minor, line.accepted_minor, line.invoiced_minor, line.paid_minor

    # --- 11 and 12 -----------------------------------------------------------------------------------------------

    def invoice_form(self, serial: int, **typed: Any) -> dict[str, Any]:
        """What the supplier types beside what the form proposes."""
        day = clock.today()
        numbers = {"number": f"2020-{serial}", "approval_number": f"{day:%Y%m%d}-41000008-{serial:08d}"}
        return {**numbers, "written_on": day.isoformat(), **typed}

    def invoices(self, serial: int = 1, **typed: Any) -> None:
        """Step 11: the tax invoice is matched with order and acceptance, position by position."""
        self.supplier.has_to("세금계산서를 등록하세요")
        page = f"/settlement/invoices/new?order_id={self.number('order')}"
        self.names.paths["invoice"] = self.supplier.sends(page, "", **self.invoice_form(serial, **typed))
        for person in (self.supplier, self.sme):
            person.reads(self.path("invoice")).says("발주·검수·세금계산서 대사")
        self.settler.has_to("정산을 승인하세요").is_told("정산 승인을 기다립니다")
        cases = self.settler.reads("/settlement/cases")
        self.names.paths["case"] = cases.link("SC-2020-")
        self.happened("settlement_case:opened", f"settlement_case:{self.number('case')}", "supplier")

    def is_approved(self) -> None:
        """Step 12: two officers, the second not the first."""
        case = self.path("case")
        self.settler.sends(case, "/approve-first")
        self.settler.need_not("정산을 승인하세요").reads(case).says("2차 승인은 다른 담당자가 합니다")
        assert not self.settler.reads(case).offers("/approve-second")
        self.second.has_to("정산을 승인하세요").sends(case, "/approve-second")
        self.second.need_not("정산을 승인하세요")
        self.supplier.is_told("정산이 승인되었습니다")
        self.happened("settlement_case:approved", f"settlement_case:{self.number('case')}", "second")

    def is_sent(self) -> None:
        """Payouts are queued by the job, put into a file by one officer and sent by another."""
        self.runs("payments.queue_payouts", "payments.queue_refunds")
        self.names.paths["batch"] = self.settler.sends("/payments/batches", "/payments/batches/new")
        self.settler.reads(self.path("batch")).says("전송은 다른 담당자가 합니다")
        assert not self.settler.reads(self.path("batch")).offers("/send")
        self.second.is_told("지급 파일을 전송해 주세요").has_to("지급 파일을 전송하세요")
        self.second.sends(self.path("batch"), "/send")
        self.second.has_to("은행 결과를 반영하세요")
        self.happened("payout_batch:sent", f"payout_batch:{self.number('batch')}", "second")

    def bank_answers(self, folder: Path) -> None:
        """The bank reads the file and answers; the answer is taken over."""
        file = folder / "payments.csv"
        file.write_bytes(self.second.asks(f"{self.path('batch')}/file").data)
        command = [sys.executable, "-m", "twins.bank", str(file), "--date", clock.today().isoformat()]
        answer = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout
        self.second.sends(self.path("batch"), "/result", file=(io.BytesIO(answer), "result.csv"))
        self.second.need_not("은행 결과를 반영하세요")
        self.happened("payout_batch:settled", f"payout_batch:{self.number('batch')}", "second")

    def is_paid(self, folder: Path) -> None:
        """Step 12, second half: batch, bank file, result file, paid."""
        self.is_sent()
        self.bank_answers(folder)
        self.runs("settlement.statements")
        self.supplier.is_told("대금이 지급되었습니다").reads("/payments/mine").says("지급 완료")
        self.sme.reads(self.path("order")).says("지급")
        self.happened("settlement_case:paid", f"settlement_case:{self.number('case')}", "second")

    # --- 13 ------------------------------------------------------------------------------------------------------

    def closes(self, folder: Path) -> None:
        """Step 13: the order is complete, the voucher is closed, and what is left returns to where it came from."""
        self.runs("orders.close_complete")
        self.sme.reads(self.path("order")).says("완료")
        self.officer.sends(self.path("voucher"), "/close")
        self.sme.is_told("바우처 정산이 끝났습니다")
        self.happened("voucher:closed", f"voucher:{self.number('voucher')}", "officer")
        self.is_sent()
        self.bank_answers(folder)
        self.sme.is_told("남은 자부담을 돌려드렸습니다")

    def table(self, path: str) -> list[dict[str, str]]:
        """A CSV as the auditor gets it."""
        answer = self.auditor.asks(path)
        assert answer.status_code == 200 and answer.mimetype == "text/csv", answer.text
        return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))

    def where_the_money_is(self) -> dict[str, int]:
        """Every account with something on it, added up from the auditor's CSV of all postings."""
        sums: dict[str, int] = {}
        for row in self.table("/audit/postings?format=csv"):
            amount = int(row["amount"])
            sums[row["debit_kind"]] = sums.get(row["debit_kind"], 0) - amount
            sums[row["credit_kind"]] = sums.get(row["credit_kind"], 0) + amount
        return {kind: amount for kind, amount in sums.items() if amount}


def guest(app: Flask, path: str) -> Page:
    """A page as somebody who is not signed in reads it."""
    answer = app.test_client().get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return Page(answer.text, path)
