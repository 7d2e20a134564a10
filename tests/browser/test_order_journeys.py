"""Three ways from an order to its settlement, in a real browser on the running program: a purchase that is accepted in part
and paid for by card, work in milestones with people behind it and a second round, and a late delivery that was too dear, whose
money is asked back."""

import os
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from marketplace.accounts.queries import get_organisation
from marketplace.core import clock
from marketplace.core.db import session
from marketplace.settlement.models import SettlementCase
from tests import factories
from tests.browser.town import Town
from tests.orders import makers
from tests.programmes.rulesets import document

pytestmark = pytest.mark.browser

PIECE = 8 * 1024 * 1024
TABLE = "area,hour,count\n" + "".join(f"{1000 + row % 40},{row % 24},{row}\n" for row in range(2_000))


@pytest.fixture(scope="module")
def market(place: Town) -> makers.Market:
    """A year with one firm that buys, one that sells, an officer and two who settle."""
    with place.inside():
        made = makers.make_market(price=1_250_000)
        place.invites("한수요", made.sme)
        place.invites("윤공급", made.supplier)
        place.invites("차담당", made.officer)
        place.invites("정정산", factories.make_settler())
        place.invites("박책임", factories.make_settler())
    return made


def orders_data(market, sme, voucher, quantity, days=30) -> str:
    """From the listing's page to an order on this voucher that is placed; returns its address."""
    sme.opens(f"/catalogue/{market.listing_id}").follows("발주하기")
    sme.page.locator(f"input[name=voucher][value='{voucher}']").check()
    day = (day_of(sme.town) + timedelta(days=days)).isoformat()
    sme.fills({"수량": str(quantity), "납기일": day}).looks("order-new").presses("다음: 금액 확인")
    sme.reads("제출하기 전에 확인하세요").looks("order-draft").presses("발주서 제출")
    return sme.reads("공급기업의 답을 기다립니다").page.url.removeprefix(sme.town.url)


def approves(people, number: str) -> None:
    """Two officers, one after the other, from their own lists of tasks."""
    first = people("정정산").opens("/settlement/cases").follows(number).looks("case-open")
    first.agrees_to("1차 승인하기").reads("2차 승인은 다른 담당자가 합니다")
    second = people("박책임").opens("/settlement/cases").follows(number)
    second.agrees_to("2차 승인하기").reads("지급 예상일").looks("case-approved")


def invoices(supplier, order: str, serial: int) -> str:
    """The supplier enters the tax invoice of what is accepted; returns the number of its case."""
    number = number_of(supplier, order)
    supplier.opens("/").follows(f"세금계산서를 등록하세요: {number}")
    supplier.fills(numbers(supplier.town, serial)).looks("invoice-new")
    supplier.presses("대사하고 등록하기").reads("발주·검수·세금계산서 대사").looks("invoice")
    with supplier.town.inside():
        return session.scalars(select(SettlementCase.number).order_by(SettlementCase.id.desc()).limit(1)).one()


def test_a_purchase_paid_by_card_sent_in_pieces_accepted_in_part_and_approved(place, market, people, tmp_path):
    with place.inside():
        voucher = market.add_voucher(active=False)
    sme = people("한수요").opens(f"/vouchers/{voucher}").reads("자부담 입금을 기다립니다").follows("자부담 내기")
    sme.looks("pay").presses("카드로 내기")
    sme.waits_for("결제하기", 20)
    sme.looks("card-open").page.get_by_role("link", name=re.compile("결제하기$")).click()
    sme.page.get_by_role("button", name="신용카드").click()
    sme.page.wait_for_url(re.compile(re.escape(place.url)))
    sme.waits_for("결제가 끝나 자부담으로 확인했습니다", 20)
    sme.looks("card-paid").opens(f"/vouchers/{voucher}").waits_for("상품 찾아 발주하기", 20)
    sme.looks("voucher-active")
    order = orders_data(market, sme, voucher, 8)

    supplier = people("윤공급").opens("/").follows("발주를 수락하거나 거절하세요").looks("order-to-answer")
    supplier.presses("수락").reads("진행 상황").follows("납품과 검수").looks("deliveries-none")
    supplier.follows("검수 기준").fills({"있어야 할 열": "area, 글자\nhour, 정수\ncount, 정수", "최소 행 수": "1000"})
    supplier.looks("criteria").presses("상대 기업에 동의 요청").reads("동의를 기다리는 기준")
    people("한수요").opens("/").follows("검수 기준").looks("criteria-to-agree").presses("이 기준에 동의")

    # A file of three pieces: the connection breaks, the sender stops and goes on, and comes back to a closed page.
    large = tmp_path / "흐름.bin"
    large.write_bytes(os.urandom(2 * PIECE + 300_000))
    (tmp_path / "area.csv").write_text(TABLE)
    supplier.opens(order).follows("납품과 검수").follows("납품하기").looks("hand-over")
    sends_in_pieces(supplier, large)
    supplier.page.locator("input[name=files]").set_input_files(tmp_path / "area.csv")
    supplier.page.get_by_label("이번에 납품할 수량").fill("8")
    supplier.presses("납품").reads("납품했습니다", "흐름.bin", "area.csv")
    supplier.waits_for("판정한 기준을 모두 지켰습니다", 30)
    supplier.looks("delivery")

    sme.opens("/").follows("납품을 검수하세요").reads("8 세트").looks("inspect")
    with sme.page.expect_download() as taken:
        sme.page.get_by_role("link", name="흐름.bin").click()
    assert Path(taken.value.path()).read_bytes() == large.read_bytes()
    sme.page.get_by_label("합격 수량").fill("5")
    sme.presses("검수 결과 남기기").reads("합격하지 않은 까닭")  # a refusal needs its reason
    sme.fills({"합격하지 않은 까닭": "세 달 치의 열이 모자랍니다."}).looks("inspect-part").presses("검수 결과 남기기")
    sme.reads("일부 합격", "세 달 치의 열이 모자랍니다.").waits_for("검수확인서", 20)
    sme.looks("delivery-part")
    number = invoices(supplier, order, 1)
    approves(people, number)
    sme.opens(order).reads("6,250,000원").looks("order-part-paid")
    forgets(sme, "/pay/", "422")  # the twin has no icon; what was refused on purpose


def sends_in_pieces(supplier, large: Path) -> None:
    page, asked = supplier.page, []
    broken = {"left": 1}

    def passes(route):
        request = route.request
        if request.method == "PATCH":
            asked.append(int(request.headers["upload-offset"]))
            if len(asked) == 2 and broken["left"]:
                broken["left"] = 0
                return route.abort("connectionreset")
            if len(asked) == 4:  # the last piece takes its time, so that somebody can stop it
                page.get_by_role("button", name="멈추기").click(no_wait_after=True)
                return route.abort("connectionreset")
        return route.continue_()

    page.route("**/uploads/*", passes)
    page.get_by_label("큰 파일 나누어 올리기").set_input_files(large)
    supplier.reads("이어서 올리기를 누르면")
    supplier.looks("upload-paused")
    page.get_by_role("button", name="이어서 올리기").click()
    supplier.reads("납품할 수 있음").looks("upload-ready")
    assert asked == [0, PIECE, PIECE, 2 * PIECE, 2 * PIECE]
    page.unroute("**/uploads/*")
    assert page.get_by_role("checkbox", name="흐름.bin").is_checked()
    # What the browser says of a connection that was cut on purpose is no fault of the page.
    forgets(supplier, "ERR_CONNECTION_RESET")


def forgets(visitor, *words: str) -> None:
    """What the console said of something that was done on purpose."""
    visitor.noise[:] = [line for line in visitor.noise if not any(each in line for each in words)]


WORK = """worker,date,from,to,pieces,inspected,unit_pay,training_minutes,person,account
w-1,2026-10-05,09:00,12:00,300,60,120,60,010-1111-2222,110-1
w-2,2026-10-05,09:00,17:00,9000,10,5,0,010-3333-4444,110-1
"""


def test_work_in_milestones_with_the_people_behind_it_and_a_second_round(place, market, people, tmp_path):
    with place.inside():
        market_b = makers.make_market(
            document=document("ai_convergence_2020_v2"), code="AIX", voucher={"kind": "CONVERGENCE"}
        )
        place.invites("오수요", market_b.sme)
        place.invites("임공급", market_b.supplier)
        quote = makers.make_accepted_quote(market_b, quantity=4)
    sme, supplier = people("오수요"), people("임공급")
    day = day_of(place)
    sme.opens(f"/orders/from-quote/{quote}").fills({"납기일": str(day + timedelta(days=60))}).looks("quote-order")
    sme.presses("다음: 금액 확인").follows("품목 고치기").looks("lines")
    for n, (title, share, days) in enumerate((("수집", "40", 20), ("가공", "60", 60)), 1):
        step = sme.page.get_by_role("group", name=f"{n}단계")
        sme.fills({"단계": title, "비율(%)": share, "납기일": str(day + timedelta(days=days))}, step)
    sme.presses("단계로 나누기").reads("1. 수집", "2. 가공").looks("milestones")
    sme.follows("금액 확인하고 제출하기").presses("발주서 제출").reads("공급기업의 답을 기다립니다")
    order = sme.page.url.removeprefix(place.url)
    supplier.opens(order).presses("수락").reads("진행 상황")
    supplier.opens("/").reads((day + timedelta(days=20)).strftime("%Y. %-m. %-d.")).looks("home-supplier")

    def hands_over(content: str, *, second: str = "0") -> None:
        (tmp_path / "step.csv").write_text(content)
        supplier.opens(f"{order}/deliveries/new").page.locator("input[name=files]").set_input_files(
            tmp_path / "step.csv"
        )
        supplier.page.get_by_label("2. 가공").fill(second)

    hands_over("area,label\n1,a\n")
    supplier.looks("hand-over-step").presses("납품").reads("납품했습니다")
    supplier.opens(f"{order}/work").fills({"작업 명세": WORK}).looks("work-new").presses("명세 제출").reads(
        "w-1", "w-2"
    )
    supplier.looks("work")
    worker = people("").opens(supplier.page.locator("main code", has_text="/work/").first.inner_text())
    worker.page.get_by_text("이의 남기기").first.click()
    worker.fills({"무엇이 다른가요": "그날은 네 시간 일했습니다."}).looks("worker").presses("이의 남기기")
    worker.reads("그날은 네 시간 일했습니다.")
    supplier.opens(f"{order}/work").fills({"답": "기록을 확인해 고치겠습니다."}).presses("답하기")
    sme.opens(f"{order}/work").reads("물어볼 것", "기록을 확인해 고치겠습니다.").looks("work-buyer")

    sme.opens("/").follows("납품을 검수하세요").page.get_by_label("합격 수량").fill("0")
    sme.fills({"합격하지 않은 까닭": "라벨이 하나뿐입니다.", "고칠 것": "라벨을 세 가지로\n행을 100개 이상"})
    sme.presses("검수 결과 남기기").reads("반려", "라벨을 세 가지로").looks("rejected")
    supplier.opens("/").follows("다시 납품").looks("rework-task")
    hands_over("area,label\n" + "".join(f"{row},{'abc'[row % 3]}\n" for row in range(120)))
    supplier.page.get_by_label("라벨을 세 가지로").fill("세 라벨로 다시 붙였습니다.")
    supplier.looks("rework").presses("납품").reads("납품했습니다")
    sme.opens("/").follows("납품을 검수하세요").reads("다시 한 것", "세 라벨로 다시 붙였습니다.").looks("inspect-again")
    sme.presses("검수 결과 남기기").reads("검수 합격")
    invoices(supplier, order, 2)
    supplier.opens(order).reads("1. 수집").looks("order-milestones")


def test_a_late_delivery_that_was_too_dear_is_cut_disallowed_and_recovered(place, market, people, tmp_path):
    sme, supplier, officer = people("한수요"), people("윤공급"), people("차담당")
    with place.inside():
        voucher = market.add_voucher()
    order = orders_data(market, sme, voucher, 4, days=8)
    supplier.opens(order).presses("수락").reads("진행 상황")
    place.moves_clock(days=10)
    for visitor in (sme, supplier):
        visitor.enters()
    supplier.opens("/").reads("납품").looks("home-late").opens(f"{order}/deliveries").reads("납품이 늦었습니다")
    supplier.looks("late").follows("납품하기")
    (tmp_path / "late.csv").write_text(TABLE)
    supplier.page.locator("input[name=files]").set_input_files(tmp_path / "late.csv")
    supplier.presses("납품").reads("납품했습니다")
    sme.opens(order).looks("order-late").follows("납품과 검수").looks("deliveries")
    sme.opens("/").follows("납품을 검수하세요").presses("검수 결과 남기기").reads("검수 합격")

    # Too dear: more than was ordered is refused by the match itself, the right invoice is cut by an officer.
    supplier.opens("/").follows("세금계산서를 등록하세요")
    supplier.fills(numbers(place, 30))
    supplier.fills({"공급가액": "6,000,000", "세액": "600,000", "공급가액 합계": "6,000,000", "세액 합계": "600,000"})
    supplier.fills({"합계 금액": "6,600,000"}).presses("대사하고 등록하기").reads("5,000,000원").looks("too-dear")
    forgets(supplier, "422")
    number = invoices(supplier, order, 31)
    first = people("정정산").opens("/settlement/cases").follows(number).follows("불인정 항목 넣기")
    first.page.get_by_label("불인정 코드").select_option(value="D17")
    first.fills({"불인정 공급가액": "1,000,000", "불인정 사유": "같은 데이터를 시장에서 세트당 1,000,000원에 팝니다."})
    first.looks("cut-new").presses("불인정 통지하기").reads("검토한 가격보다 비쌈").looks("case-cut")
    supplier.opens("/").follows("불인정").looks("cut-supplier")
    supplier.fills({"답변": "이의를 제기합니다", "소명 내용": "갱신 주기가 더 짧아 값이 다릅니다."}).presses(
        "답변 보내기"
    )
    second = people("박책임").opens("/settlement/cases").follows(number).follows("결정하기")
    second.fills({"결정": "불인정을 유지합니다", "결정 이유": "계약에 갱신 주기가 없습니다."}).looks("cut-decide")
    second.presses("결정하기").reads("유지")
    approves(people, number)
    supplier.opens(order).looks("order-cut")

    held = officer.opens(f"/vouchers/{voucher}").reads("사용 가능").text()
    officer.goes_to("환수·제재").looks("recoveries").follows("환수 건 열기")
    officer.fills({
        "바우처 번호": re.search(r"DV-[0-9]+-[0-9A-Z-]+", held)[0],
        "기업의 사업자등록번호": business_number_of(place, market.sme), "환수할 원금": "3,000,000",
        "사실관계": "납기일 뒤에 다른 기업의 데이터를 그대로 납품받았습니다.",
    }).looks("recovery-new").presses("건 열기").reads("조사")  # fmt: skip
    officer.fills({"근거 조항": "협약서 제12조 제3항", "이자를 셈하기 시작하는 날(지급일)": str(day_of(place))})
    officer.looks("recovery").presses("사전통지 보내기").reads("사전통지와 의견")
    sme.opens("/").follows("의견").reads("의견을 낼 수 있습니다").looks("recovery-firm")
    sme.fills({"내용": "납품받은 파일의 출처를 확인하고 있습니다."}).presses("의견 내기").reads("기업이 낸 의견")


def day_of(place: Town) -> Any:
    """Today, as the town has it."""
    with place.inside():
        return clock.today()


def numbers(place: Town, serial: int) -> dict[str, str]:
    """What the supplier copies from an invoice that was issued today."""
    day = day_of(place)
    approval = f"{day:%Y%m%d}-41000008-{serial:08d}"
    return {"세금계산서 번호": f"2020-{serial}", "국세청 승인번호": approval, "작성일자": day.isoformat()}


def number_of(visitor, order: str) -> str:
    """The number of an order, from its page."""
    return re.search(r"PO-[0-9A-Z-]+", visitor.opens(order).text())[0]


def business_number_of(place, firm):
    with place.inside():
        return get_organisation(firm.organisation_id or 0).business_number
