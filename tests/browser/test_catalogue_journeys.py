"""Ways through the catalogue as people go them, in a real browser on the running program: from a messy file to a found
listing, and from a sentence to a signed pre-agreement. And a stream without end, which is turned away."""

import os
import re
import select
import socket
import time
from contextlib import suppress
from pathlib import Path

import pytest

from marketplace.catalogue.models import Licence
from marketplace.core.jobs import run_job
from tests import factories
from tests.browser.town import Town
from tests.catalogue import files, makers
from tests.faults.kills import children
from tests.suppliers.makers import make_designated_supplier, make_programme_row

pytestmark = pytest.mark.browser
MEGABYTE = 1024**2
SENTENCE = "매장 앞 유동 인구를 시간대별로 알고 싶어요"
FOUND_SECONDS = 2.0
"""From the officer's click to the guest's page, on a machine with nothing else to do."""


@pytest.fixture(scope="module")
def market(place: Town) -> Town:
    """An officer, a buyer, two suppliers with something to sell, and one thing that nobody may use for a product."""
    with place.inside():
        officer = place.invites("차담당", factories.make_officer())
        place.invites("한수요", factories.make_sme(name="한빛제조"))
        programme = make_programme_row()
        first = place.invites("새봄이", make_designated_supplier(programme, officer, name="새봄데이터"))
        second = place.invites("가람이", make_designated_supplier(programme, officer, name="가람정보"))
        makers.make_listing(first, officer, title="상권별 유동 인구 월간 집계")
        makers.make_listing(second, officer, title="시간대별 매장 유동 인구", price=900_000)
        makers.make_listing(second, officer, title="유동 인구 연구용 표본", licence=Licence.INTERNAL, price=300_000)
    return place


def patience(seconds: float) -> float:
    """As long, or longer where the machine is busy with other tests."""
    return seconds * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


def test_from_a_messy_file_to_a_listing_that_a_guest_finds(market, people):
    supplier, officer, guest = people("새봄이"), people("차담당"), people()
    supplier.goes_to("내 상품").follows("상품 등록").looks("listing-new")
    supplier.fills({
        "데이터 구매": "", "분야": "산업고용", "상품 이름": "전통시장 점포별 결제 내역",
        "한 줄 소개": "점포마다 하루 결제 금액을 모은 표",
        "형식": "CSV", "단가 (부가세 제외)": "1500000", "상업적 이용": "",
    })  # fmt: skip
    supplier.fills({"단위": "세트"}, supplier.part("가격과 납기")).presses("초안 저장")
    supplier.reads("전통시장 점포별 결제 내역").looks("listing-draft")

    messy = files.MESSY.encode("cp949")
    supplier.follows("표본").page.get_by_label("표본 파일").set_input_files(
        {"name": "방문 기록(최종).csv", "mimeType": "text/csv", "buffer": messy}
    )
    supplier.presses("올려서 살펴보기")
    supplier.reads("개인정보를 찾아 가렸습니다", "900101-1******", "홍**", "결제금액")  # the page looks again by itself
    assert not re.search("홍길동|1234-5678|1234568|4111 1111", supplier.page.content())
    supplier.looks("listing-sample")
    supplier.presses("이 표본으로 새 판 만들기").looks("listing-dictionary")
    names = [box.input_value() for box in supplier.page.get_by_label("열 이름").all()]
    assert names[:3] == ["성명", "휴대폰", "주민번호"]
    supplier.fills({"개인정보": "가명정보"}).presses("새 판으로 저장").presses("검토 요청하기")
    supplier.reads("3판이 검토를 기다립니다.")

    officer.goes_to("상품 검토").follows("전통시장 점포별 결제 내역").reads("데이터 사전").looks("listing-review")
    officer.agrees_to("돌려보내기", **{"검토 의견": "설명에 수집 기간을 적어 주세요."})
    supplier.goes_to("내 상품").reads("고칠 것 있음").follows("전통시장 점포별 결제 내역")
    supplier.reads("검토에서 돌아왔습니다", "설명에 수집 기간을 적어 주세요.").looks("listing-returned")
    supplier.follows("고치기").fills({"설명": "2020년 1월부터 6월까지 가맹점 단말기에서 모았습니다."})
    supplier.presses("새 판으로 저장").presses("검토 요청하기").reads("4판이 검토를 기다립니다.")

    guest.opens("/catalogue?q=전통시장 결제").looks("search-nothing")
    assert "점포별 결제 내역" not in guest.text()
    officer.goes_to("상품 검토").follows("전통시장 점포별 결제 내역").presses("4판 게시하기")
    limit = patience(FOUND_SECONDS)
    guest.waits_for("전통시장 점포별 결제 내역", limit)
    guest.looks("search-found").follows("전통시장 점포별 결제 내역").reads("홍**", "1,500,000원").looks(
        "listing-public"
    )
    guest.follows("표본과 열의 모습 보기").reads("900101-1******").looks("sample-public")


def test_from_a_sentence_to_a_signed_pre_agreement(market, people):
    sme, first, second = people("한수요"), people("새봄이"), people("가람이")
    sme.opens("/").searches(SENTENCE)
    sme.waits_for("시간대별 매장 유동 인구", 20)
    sme.looks("need-search").follows("필요한 것 적어 견적 받기")
    assert sme.page.get_by_label("제목").input_value() == SENTENCE
    sme.fills({
        "필요한 것": "강남 매장 12곳 주변 300m의 시간대별 유동 인구가 필요합니다.", "유형": "데이터 구매",
        "주제어": "상권, 유동인구", "제품·서비스에 사용": "", "받을 형식": "CSV", "예산 (부가세 제외)": "20000000",
    }).looks("need-new").presses("저장하고 맞는 상품 보기")  # fmt: skip
    sme.waits_for("시간대별 매장 유동 인구", 20)
    here = sme.page.url
    sme.page.get_by_text("왜 이 점수인가요").first.click()
    sme.reads("점수를 올리려면").looks("need-match")
    assert re.search(r"조건을 모두 갖추었습니다", sme.text()) and "유동 인구 연구용 표본" not in sme.text()
    sme.page.get_by_role("navigation", name="조건으로 거르기").get_by_role("link").nth(1).click()
    sme.reads("제외", "유동 인구 연구용 표본").looks("need-excluded").opens(here)
    for count in (1, 2):
        sme.presses("초대하기").reads(f"지금까지 {count}곳을 초대했습니다")
    assert sme.page.get_by_label("초대한 공급기업", exact=True).is_checked()
    sme.presses("요청 올리기").reads("초대한 공급기업", "그때까지는 누구도")
    need = sme.looks("need-open").page.url

    first.goes_to("요청·견적").follows(SENTENCE).reads("강남 매장 12곳")
    first.fills({"질문": "주말도 들어가야 하나요?"}).presses("질문 보내기").reads("답을 기다립니다.")
    sme.opens(need).fills({"답": "네, 주말과 공휴일도 필요합니다."}).looks("need-question").presses("답 올리기")
    second.opens(need).reads("네, 주말과 공휴일도 필요합니다.")
    assert "새봄데이터" not in second.text()
    quote(first, need, 1_200_000, 600_000).looks("quote-sealed")
    quote(second, need, 1_100_000, 700_000)
    sme.opens(need).reads("봉인된 견적").looks("need-sealed")
    assert not re.search("15,000,000|13,900,000|1,200,000|1,100,000", sme.page.content())

    market.moves_clock(days=8)
    run_job(market.app, "matching.open")  # the worker does it every ten seconds
    sme.enters()
    sme.opens(need).waits_for("15,000,000원", 20)
    sme.looks("need-opened").follows("나란히 비교하기").reads("13,900,000원", "보낸 그대로임").looks("need-compare")
    sme.follows("보고 고르기 – 가람정보")
    sme.looks("quote-choose").agrees_to("채택하기", **{"고른 까닭": "값이 낮고 필요한 항목을 모두 갖추었습니다."})
    sme.reads("채택된 견적입니다").agrees_to("사전협의서 만들기").reads("서명할 차례입니다.")
    agreement = sme.looks("agreement").page.url
    second.enters()
    for signer in (sme, second):
        signer.opens(agreement).fills({"내용을 모두 읽었고, 회사를 대표해 서명합니다.": ""}).presses("서명하기")
        signer.reads("서명했습니다.")
    second.reads("두 기업이 모두 서명했습니다.")
    run_job(market.app, "matching.papers")  # every fifteen
    second.waits_for("문서 보기", 20)
    second.looks("agreement-signed").follows("문서 보기").looks("paper")
    code = re.search(r"\b[0-9A-Z]{4}(-[0-9A-Z]{4}){3}\b", second.text())
    assert code, second.text()
    guest = people().opens("/check").fills({"확인 코드": code[0]}).presses("확인")
    guest.reads("진본입니다").looks("check")


def quote(supplier, need: str, price: int, fee: int):
    """Offer twelve months at a price, and a fee for delivery, in two lines."""
    supplier.opens(need).follows("견적 내기")
    supplier.fills({"제공 내용": "12개 지점 반경 300m, 시간대별 집계 CSV", "납기 (일)": "14"})
    supplier.presses("품목 더하기").reads("2번째 품목")
    for number, (what, many, unit, each) in enumerate((("집계", 12, "개월", price), ("납품", 1, "회", fee)), 1):
        row = supplier.page.get_by_role("group", name=f"{number}번째 품목")
        line = {"품목": what, "수량": str(many), "단위": unit, "단가 (부가세 제외)": str(each)}
        supplier.fills(line, row)
        supplier.page.keyboard.press("Tab")
        assert (
            row.get_by_label("단가").input_value() == f"{each:,}"
        )  # a line that came later is as helpful as the first
    supplier.fills({
        "상업적 이용": "",
        "맡은 일을 다른 기업에 다시 맡기지 않겠습니다(재위탁 금지 서약).": "",
    }).looks("quote-form").presses("견적 보내기")  # fmt: skip
    return supplier.reads("견적을 보냈습니다")


@pytest.mark.parametrize("chunked", [False, True], ids=["of a told length", "without an end"])
def test_a_stream_of_two_gigabytes_is_turned_away_at_once(market, people, chunked):
    supplier = people("새봄이")
    listing = supplier.goes_to("내 상품").page.locator("main tbody a").first.get_attribute("href")
    supplier.opens(f"{listing}/sample")
    token = supplier.page.locator("main input[name=csrf_token]").first.get_attribute("value")
    cookie = "; ".join(f"{each['name']}={each['value']}" for each in supplier.context.cookies())
    before = left_behind(market)
    told = Stream(market, f"{listing}/sample", cookie, token or "", chunked)
    assert "413" in told.status and "파일이 너무 큽니다" in told.answer, (told.status, told.answer[:300])
    assert told.sent < 96 * MEGABYTE and told.seconds < patience(10), (told.sent, told.seconds)
    assert told.grown < 64 * MEGABYTE, told.grown
    limit = time.monotonic() + 10
    while left_behind(market) != before and time.monotonic() < limit:
        time.sleep(0.1)
    assert left_behind(market) == before
    assert supplier.opens(f"{listing}/sample").reads("표본 올리기")


def test_a_person_who_picks_too_large_a_file_reads_why(market, people):
    supplier = people("새봄이")
    supplier.goes_to("내 상품").page.locator("main tbody a").first.click()
    supplier.follows("표본")
    for megabytes, words in ((33, "표본은 32 MB까지 올릴 수 있습니다"), (90, "파일이 너무 큽니다")):
        large = market.folder / f"{megabytes}.csv"
        with large.open("wb") as file:
            file.truncate(megabytes * MEGABYTE)
        supplier.page.get_by_label("표본 파일").set_input_files(large)
        supplier.presses("올려서 살펴보기").reads(words).looks(f"sample-{megabytes}")
        large.unlink()
    assert all("status of 4" in line for line in supplier.noise), supplier.noise
    supplier.noise.clear()


def left_behind(place: Town) -> set[str]:
    """Files in storage and in the server's temporary folder, and files without a name that its processes hold open."""
    named = {str(path) for part in ("files", "tmp") for path in (place.folder / part).rglob("*") if path.is_file()}
    held = set[str]()
    for process in web_processes(place):
        for descriptor in Path(f"/proc/{process}/fd").glob("*"):
            with suppress(OSError):
                goal = str(descriptor.readlink())
                if goal.endswith("(deleted)") and goal.startswith(str(place.folder)):
                    held.add(f"{process} {descriptor.name} {goal}")
    return named | held


def web_processes(place: Town) -> list[int]:
    """Gunicorn and its children."""
    masters = [number for number, words in children(place.process.pid).items() if "gunicorn" in words]
    return [*masters, *(number for master in masters for number in children(master))]


def memory_of(processes: list[int]) -> int:
    """What they hold in memory now, in bytes."""
    pages = [int(Path(f"/proc/{each}/statm").read_text().split()[1]) for each in processes]
    return sum(pages) * os.sysconf("SC_PAGE_SIZE")


class Stream:
    """A form with a file of two gigabytes, sent until the server has had enough; and what it answered."""

    SIZE, BLOCK = 2 * 1024**3, b"1,2,3,4\n" * 8192

    def __init__(self, place: Town, path: str, cookie: str, token: str, chunked: bool) -> None:
        self.chunked, self.sent, self.answer = chunked, 0, ""
        processes = web_processes(place)
        at_rest = memory = memory_of(processes)
        began = time.monotonic()
        with socket.create_connection(("127.0.0.1", place.port), timeout=30) as line:
            line.sendall(self._head(place.port, path, cookie))
            with suppress(ConnectionError):
                self._put(line, self._form(token))
                while self.sent < self.SIZE and not self._answered(line):
                    self._put(line, self.BLOCK)
                    if self.sent // len(self.BLOCK) % 16 == 0:
                        memory = max(memory, memory_of(processes))
            with suppress(ConnectionError):
                while part := line.recv(65536):
                    self.answer += part.decode(errors="replace")
        memory = max(memory, memory_of(processes))
        self.seconds, self.grown = time.monotonic() - began, memory - at_rest
        self.status = self.answer.partition("\r\n")[0]

    def _head(self, port: int, path: str, cookie: str) -> bytes:
        size = "Transfer-Encoding: chunked" if self.chunked else f"Content-Length: {self.SIZE}"
        kind = "Content-Type: multipart/form-data; boundary=seam"
        rest = f"Host: 127.0.0.1:{port}\r\nCookie: {cookie}\r\nAccept-Language: ko\r\n{kind}\r\n{size}"
        return f"POST {path} HTTP/1.1\r\n{rest}\r\n\r\n".encode()

    def _form(self, token: str) -> bytes:
        field = f'--seam\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token}\r\n'
        file = '--seam\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
        return (field + file).encode()

    def _put(self, line: socket.socket, block: bytes) -> None:
        line.sendall(b"%x\r\n%b\r\n" % (len(block), block) if self.chunked else block)
        self.sent += len(block)

    def _answered(self, line: socket.socket) -> bool:
        return bool(select.select([line], [], [], 0)[0])
