"""The thirteen steps from a call to the last won."""

import re

from tests.journeys.trade import Trade
from tests.journeys.walk import MORNING


def test_a_voucher_goes_all_the_way(app, clock_at, tmp_path):
    clock_at(MORNING)
    walk = Trade.begun(app)
    walk.opens_programme()
    walk.publishes_call()
    walk.applies()
    walk.is_judged()
    walk.is_awarded(clock_at)
    walk.is_agreed()
    walk.pays_own_share()
    walk.is_active()
    walk.lists_data()
    walk.finds_and_drafts()
    walk.looks_at_the_sums()
    walk.submits()
    assert walk.pots() == (6_000_000, 7_500_000, 2_800_000, 3_500_000)
    walk.accepts()
    walk.hands_over()
    walk.downloads()
    walk.inspects()
    walk.answers()
    walk.supplier.is_told("납품이 검수에 합격했습니다")
    walk.invoices()
    assert walk.counters() == (10_000_000,) * 4 + (0,)
    assert walk.pots() == (6_000_000, 7_500_000, 2_800_000, 3_500_000)  # an invoice moves nothing
    walk.is_approved()
    assert walk.pots() == (6_000_000, 0, 2_800_000, 0)
    walk.is_paid(tmp_path)
    assert walk.counters() == (10_000_000,) * 5
    walk.closes(tmp_path)
    assert walk.pots() == (0, 0, 0, 0)
    the_auditor_finds_every_won(walk)
    everybody_has_done_everything(walk)


def the_auditor_finds_every_won(walk):
    """The voucher's page, its postings with their papers, the lists as CSV, and the books added up anew."""
    page = walk.auditor.reads(walk.path("voucher"))
    parts = re.search(r"사용 가능 (\S+)원, .*? (\S+)원, .*? (\S+)원, 지급 완료 (\S+)원, \S+ (\S+)원", page.said)
    sums = [int(part.replace(",", "")) for part in parts.groups()]
    assert sums == [0, 0, 0, 11_000_000, 8_800_000]
    assert sum(sums) == 13_500_000 + 4_500_000 + 1_800_000
    money = walk.where_the_money_is()
    assert money == {
        "appropriation": -57_500_000_000,
        "bank_in": -6_300_000,
        "pool": 57_500_000_000 - 13_500_000,
        "paid": 11_000_000 + 2_800_000,  # the supplier's, and the own money that nobody needed
        "lapsed": 6_000_000,
    }
    assert money["paid"] + money["lapsed"] == sum(sums)
    page.says("지원금 배정", "자부담금 입금", "지원금 묶음", "지원금 지급 승인", "지원금 소멸", "자부담금 환불 결정")
    the_papers_can_be_read(walk, page)
    (voucher,) = walk.table("/vouchers?format=csv")
    assert (voucher["지급 완료"], voucher["소멸·환급"]) == ("11000000", "8800000")
    for name in ("purchase_order", "tax_invoice", "settlement_case", "payout", "payout_batch", "event", "notice"):
        assert walk.table(f"/audit/lists/{name}?format=csv")
    walk.auditor.reads(walk.path("programme")).says("57,486,500,000원", "6,000,000원")
    answer = walk.app.test_cli_runner().invoke(args=["ledger", "verify"])
    assert answer.exit_code == 0 and "no difference" in answer.output, answer.output


def the_papers_can_be_read(walk, page):
    """Order, certificate, statement, award and agreement: a PDF each, whose code anybody may check."""
    walk.runs()
    papers = {href for _words, href in page.links if href.startswith("/papers/")}
    assert len(papers) >= 2
    kinds = {row["kind"] for row in walk.table("/audit/lists/paper?format=csv")}
    agreed = {"application_receipt", "award_letter", "agreement", "agreement_record"}
    paid = {"settlement_statement", "payout_advice", "voucher_closing"}
    assert kinds == agreed | paid | {"purchase_order", "acceptance_certificate"}
    for path in sorted(papers):
        walk.auditor.reads(path)
        file = walk.auditor.asks(f"{path}/file")
        assert file.status_code == 200 and file.data.startswith(b"%PDF")
        assert walk.sme.asks(path).status_code == 200


def everybody_has_done_everything(walk):
    """No task is left but the firm's final report, and what evidence there is can be read by the auditor only."""
    for name in ("officer", "settler", "second", "supplier"):
        walk.person(name).reads("/").says("지금 할 일이 없습니다")
    walk.sme.reads("/").says("결과보고서를 내세요")
    for name in ("officer", "settler", "sme", "supplier"):
        assert walk.person(name).asks("/audit/lists/event").status_code == 403
    answer = walk.auditor.forces(f"{walk.path('voucher')}/close")
    assert answer.status_code == 403
