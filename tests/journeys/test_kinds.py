"""The five other programmes, each from notice to award over HTTP: what differs between them is data.

Everybody acts on the forms of their own pages, as in the way of the data voucher.
"""

import csv
import io
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from marketplace.accounts import operations as accounts_operations
from marketplace.accounts import queries as accounts
from marketplace.accounts.models import SizeClass
from marketplace.core import clock
from marketplace.core.db import session, transaction
from marketplace.core.jobs import run_all
from marketplace.grants import queries as grants
from marketplace.grants.models import GrantPayment
from marketplace.grants.operations import payments as grant_payments
from marketplace.ledger import queries as ledger
from marketplace.ledger.operations import verify
from marketplace.orders import queries as orders
from marketplace.papers.queries import papers_about
from marketplace.payments.models import Payout
from marketplace.vouchers import queries as vouchers
from tests import factories
from tests.grants import makers
from tests.journeys.person import Person
from tests.programmes.rulesets import document
from tests.tables import TakenBack
from twins import bank

MORNING = datetime(2025, 3, 3, 10, 0, tzinfo=clock.SEOUL)


class Round:
    """One call of one programme, its people, and the way from notice to award."""

    def __init__(self, app, clock_at, name, kind, budget):
        clock_at(MORNING)
        self.app, self.clock_at, self.kind = app, clock_at, kind
        self.officer = Person(app, factories.make_officer("사업담당"))
        self.programme = makers.make_programme(officer=self.officer.viewer, rules=document(name), budget=budget)
        self.budget = budget

    def drafts_call(self, **more):
        self.call = self.officer.sends(
            f"/programmes/{self.programme}/calls/new",
            title="공고",
            title_en="Call",
            body="함께할 기업을 찾습니다.",
            kinds=[self.kind],
            budget=f"{self.budget:,}",
            opens_at="2025-03-03T09:00",
            closes_at="2025-03-10T18:00",
            performs_until="2026-01-20",
        )
        return self.call

    def publishes(self):
        self.officer.sends(self.call, "/publish")

    def applies(self, person, total="", **more):
        said = {"title": "과제", "plan": "계획입니다.", "kind": self.kind, "total": total, "do": "save"}
        return person.sends(f"{self.call}/apply", **said, **more)

    def submits(self, person, path):
        person.sends(path, "/submit", submit__tax="clear", submit__declaration="y")
        self.runs("grants.judge")
        return person.reads(path)

    def is_refused(self, person, path, *words):
        person.is_refused(path, "/submit", submit__tax="clear", submit__declaration="y").says(*words)

    def signs(self, person, agreement):
        """The worker has drawn the PDF; the person shows again who they are, and signs it."""
        self.runs("papers.render")
        page = person.reads(agreement)
        if not page.offers("/sign"):
            step_up = next(href for _words, href in page.links if href.startswith("/account/step-up"))
            person.sends(step_up, "/account/step-up/demo")
        person.sends(agreement, "/sign", sign__agree="y")

    def agree(self, path, *people):
        """The officer draws the agreement up, and everybody signs: all but the last leave it open."""
        agreement = self.officer.sends(path, "/agreement", agreement__starts_on="2025-03-12")
        for person in (*people, self.officer):
            person.reads(agreement).silent_on("모든 당사자가 서명해")
            self.signs(person, agreement)
        self.runs("grants.papers")
        return agreement

    def runs(self, *jobs):
        session.rollback()
        run_all(self.app, *jobs)

    def closes(self):
        self.clock_at(MORNING + timedelta(days=8))
        self.runs("grants.close")

    def supplier(self, name="솔루션"):
        return Person(self.app, makers.make_designated_supplier(self.programme, officer=self.officer.viewer, name=name))

    def firm(self, name, **facts):
        return Person(self.app, factories.make_sme(name=name, **facts))

    def invites(self, person, path, other, role, share="", work="맡은 일"):
        firm = accounts.get_organisation(other.viewer.organisation_id)
        number = firm.business_number
        person.sends(
            path, "/parties", party__business_number=number, party__role=role, party__share=share, party__work=work
        )
        other.has_to("과제 참여를 확인하세요")
        return [href for words, href in person.reads(path).links if words == firm.name][-1]

    def confirms(self, other, party):
        other.is_told("과제 참여를 확인해 주세요")
        other.sends(party, "/answer", answer="confirm")
        other.need_not("과제 참여를 확인하세요")


@pytest.fixture
def begin(app, clock_at):
    return lambda *facts: Round(app, clock_at, *facts)


def events(auditor_app):
    person = Person(auditor_app, factories.make_auditor())
    answer = person.asks("/audit/lists/event?format=csv")
    return {row["action"] for row in csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff")))}


def test_the_ai_voucher_with_a_supplier_that_joins(begin, app):
    way = begin("ai_voucher_2025", "AI_GENERAL", 27_600_000_000)
    guest = way.officer.reads(way.drafts_call())
    guest.says("200,000,000원", "AIV-2025 v1")
    way.publishes()
    sme, supplier, other = way.firm("바른진단"), way.supplier(), way.supplier("다른솔루션")
    hospital = way.firm("한마음병원")
    path = way.applies(sme, "250,000,000", supplier_id=str(supplier.viewer.organisation_id))
    sme.reads(path).says("200,000,000원", "50,000,000원")
    way.is_refused(sme, path, "공급기업은(는) 1곳 이상이어야 합니다", "AIV-2025 v1 roles.SUPPLIER.least")
    wrong = way.invites(sme, path, other, "SUPPLIER")
    way.is_refused(sme, path, "아직 참여를 확인하지 않았습니다", "AIV-2025 v1 roles.SUPPLIER")
    way.confirms(other, wrong)
    way.is_refused(sme, path, "고른 공급기업이 다릅니다")
    sme.sends(wrong, "/remove")
    way.confirms(supplier, way.invites(sme, path, supplier, "SUPPLIER"))
    ward = way.invites(sme, path, hospital, "HOSPITAL")
    assert other.asks(ward).status_code == 404
    assert sme.forces(f"{ward}/answer", {"answer": "confirm"}).status_code == 403
    hospital.is_refused(ward, "/answer", answer="decline").says("이유를 적으세요")
    hospital.sends(ward, "/answer", answer="confirm")
    way.submits(sme, path).says("자격 적격")
    assert hospital.forces(f"{ward}/answer", {"answer": "decline", "reason": "늦었다"}).status_code == 422

    second = way.firm("두번째진단")  # the hospital may take part once a year
    elsewhere = way.applies(second, "100,000,000", supplier_id=str(other.viewer.organisation_id))
    way.confirms(other, way.invites(second, elsewhere, other, "SUPPLIER"))
    way.confirms(hospital, way.invites(second, elsewhere, hospital, "HOSPITAL"))
    way.is_refused(second, elsewhere, "한도 1개에 이르렀습니다", "AIV-2025 v1 roles.HOSPITAL.projects_max")

    way.closes()
    way.officer.sends(path, "/award")
    way.runs("grants.papers")
    sme.is_told("선정되었습니다").reads(path).says("선정되었습니다", "200,000,000원", "선정 통지서")
    agreement = way.officer.sends(path, "/agreement", agreement__starts_on="2025-03-12")
    for person in (sme, supplier, hospital, way.officer):
        way.signs(person, agreement)
    voucher = vouchers.get_voucher(grants.get_agreement(int(agreement.rsplit("/")[-1])).voucher_id)
    assert (voucher.support_minor, voucher.own_cash_minor, voucher.vat_minor) == (200_000_000, 50_000_000, 25_000_000)
    assert {"application_party:confirmed", "application_party:removed", "application:awarded"} <= events(app)


def test_the_ai_voucher_of_small_merchants_is_led_by_the_supplier(begin):
    way = begin("ai_voucher_2025", "AI_SMALL_MERCHANT", 27_600_000_000)
    way.drafts_call()
    way.publishes()
    leader = Person(way.app, factories.make_sme(name="골목솔루션", sells=True))
    makers.designate(way.programme, leader.viewer, officer=way.officer.viewer)
    path = way.applies(leader, "120,000,000", supplier_id=str(leader.viewer.organisation_id))
    leader.reads(path).says("120,000,000원")  # the own contribution is waived
    way.is_refused(leader, path, "소상공인은(는) 10곳 이상이어야 합니다", "AIV-2025 v1 roles.MERCHANT.least")
    for number in range(10):
        merchant = way.firm(f"상점{number}", size_class=SizeClass.MICRO)
        way.confirms(merchant, way.invites(leader, path, merchant, "MERCHANT"))
    way.submits(leader, path).says("자격 적격")
    way.closes()
    way.officer.sends(path, "/award")
    leader.is_told("선정되었습니다").reads(path).says("선정되었습니다")


def test_a_firm_cannot_lead_where_the_supplier_does(begin):
    way = begin("ai_voucher_2025", "AI_SMALL_MERCHANT", 27_600_000_000)
    way.drafts_call()
    way.publishes()
    sme, supplier = way.firm("한 상점"), way.supplier()
    path = way.applies(sme, "50,000,000", supplier_id=str(supplier.viewer.organisation_id))
    way.is_refused(sme, path, "공급기업이 이끌어 신청합니다", "AIV-2025 v1 kinds.AI_SMALL_MERCHANT.lead")


def test_computing_is_a_voucher_of_capacity_decided_as_it_comes(begin, app):
    way = begin("shared_computing_2020", "COMPUTE", 200_000)
    way.drafts_call()
    way.publishes()
    guest = Person(app, factories.make_sme()).reads(way.call)
    guest.says("40 TFLOPS 구간", "172,800 TFLOPS·시간", "200,000 TFLOPS·시간", "들어오는 대로 결정합니다")
    guest.silent_on("200,000원")
    sme, provider = way.firm("학습소"), way.supplier("연산제공")
    path = way.applies(sme, supplier_id=str(provider.viewer.organisation_id))
    way.is_refused(sme, path, "자원 구간을 골라야", "HPC-2020 v1 tiers")
    sme.is_refused(path, "/particulars", more__need_power="15", more__tier="T40").says(
        "‘20 TFLOPS 구간’ 구간까지", "HPC-2020 v1 tiers.T40.power"
    )
    sme.sends(path, "/particulars", more__need_power="15", more__tier="T20")
    sme.reads(path).says("86,400 TFLOPS·시간", "20 TFLOPS 구간")
    way.submits(sme, path).says("자격 적격")
    way.officer.has_to("선정 여부를 결정하세요: 1건")
    way.officer.sends(path, "/award")  # the call is still open
    way.runs("grants.papers")
    sme.is_told("선정되었습니다").reads(path).says("86,400 TFLOPS·시간").silent_on("86,400원")
    way.officer.reads(way.call).says("남은 예산은 113,600 TFLOPS·시간입니다")

    late = way.firm("늦은학습소")
    too_much = way.applies(late, supplier_id=str(provider.viewer.organisation_id))
    late.sends(too_much, "/particulars", more__need_power="40", more__tier="T40")
    way.is_refused(late, too_much, "남은 예산은 113,600 TFLOPS·시간입니다")

    agreement = way.officer.sends(path, "/agreement", agreement__starts_on="2025-03-03")
    for person in (sme, provider, way.officer):
        person.reads(agreement).says("86,400 TFLOPS·시간")
        way.signs(person, agreement)
    number = grants.get_agreement(int(agreement.rsplit("/")[-1])).voucher_id
    way.runs("payments.activate")
    session.rollback()
    voucher = vouchers.get_voucher(number)
    assert (voucher.unit, voucher.support_minor, voucher.deposit_minor) == ("TFLOPS_HOUR", 86_400, 0)
    assert vouchers.pots_of(number).support_available == 86_400
    assert ledger.balances(("pool", way.programme), unit="TFLOPS_HOUR") == {("pool", way.programme): 113_600}
    assert ledger.balances(("pool", way.programme)) == {("pool", way.programme): 0}  # and not a won
    sme.reads(f"/vouchers/{number}").says("86,400 TFLOPS·시간").silent_on("86,400원")
    sme.reads("/vouchers").says("86,400 TFLOPS·시간").silent_on("86,400원")
    uses_capacity(way, sme, provider, number)


def uses_capacity(way, sme, provider, number):
    """From the order to what lapses: a usage statement is accepted in part, and taken off; not a won is owed."""

    def held():
        session.rollback()
        pots = vouchers.pots_of(number)
        paid = ledger.balances(("paid", way.programme), unit="TFLOPS_HOUR")[("paid", way.programme)]
        return pots.support_available, pots.support_reserved, paid

    asks = sme.reads(f"/vouchers/{number}").link("연산 자원 신청하기")
    assert provider.asks(asks).status_code == 403  # it buys nothing
    sme.is_refused(asks, "", quantity="0.5", deliver_by="2025-06-30").says("정수로 입력하세요")
    order = sme.sends(asks, "", quantity="60,000", deliver_by="2025-06-30")
    sme.reads(order).says("60,000 TFLOPS·시간", "26,400 TFLOPS·시간").silent_on("부가가치세", "자부담", "₩", "0원")
    sme.sends(order, "/submit")
    assert held() == (26_400, 60_000, 0)
    provider.is_told("발주를 받았습니다").sends(order, "/accept")
    page = f"{order}/deliveries/new"
    provider.reads(page).says("사용 명세를 올리세요")
    (line,) = orders.lines_of(int(order.rsplit("/")[-1]))
    statement = (io.BytesIO(b"day,tflops,hours\n2025-04-01,20,2500\n"), "usage.csv")
    delivery = provider.sends(page, "", files=statement, **{f"quantity_{line.id}": "50,000"})
    form = sme.reads(delivery).says("50,000 TFLOPS·시간", "바우처에서 바로 차감됩니다").form("/inspect")
    (quantity,) = [name for name in form.names if name.startswith("quantity_")]
    reason = {quantity.replace("quantity_", "reason_"): "2,000은 점검하느라 쓰지 못했습니다."}
    sme.sends(delivery, "/inspect", **{quantity: "48,000"}, **reason)
    assert held() == (26_400, 12_000, 48_000)
    for person in (sme, provider):
        person.reads(order).says("48,000 TFLOPS·시간").silent_on("세금계산서를", "48,000원")
        person.reads(delivery).says("48,000 TFLOPS·시간").silent_on("48,000원")
        person.reads("/orders/").says("60,000 TFLOPS·시간").silent_on("60,000원")
    provider.need_not("세금계산서를 등록하세요")
    assert provider.forces(f"/settlement/invoices/new?order_id={order.rsplit('/')[-1]}").status_code == 422
    way.runs("orders.issue_papers", "delivery.issue_certificates", "papers.render", "payments.queue_payouts")
    way.officer.reads(f"/vouchers/{number}").says("사용함", "48,000 TFLOPS·시간")
    sme.sends(order, "/close", reason="학습을 마쳤습니다.")
    assert held() == (38_400, 0, 48_000)
    way.officer.reads(f"/programmes/{way.programme}").says("48,000 TFLOPS·시간")
    way.officer.sends(f"/vouchers/{number}", "/close")
    sme.is_told("바우처 정산이 끝났습니다").reads(f"/vouchers/{number}").says("38,400 TFLOPS·시간", "소멸")
    assert held() == (0, 0, 48_000)
    assert ledger.balances(("lapsed", way.programme), unit="TFLOPS_HOUR") == {("lapsed", way.programme): 38_400}
    assert not any(ledger.balances(*((kind, way.programme) for kind in ("paid", "in_transit", "lapsed"))).values())
    with transaction():
        assert verify().ok
    assert session.scalar(select(func.count()).select_from(Payout)) == 0


def test_training_data_by_a_consortium_with_quality_and_crowdwork(begin, app):
    way = begin("ai_training_data_2021", "DATA_CONSTRUCTION", 39_000_000_000)
    way.drafts_call()
    way.officer.sends(way.call, "/topics", topics__titles="도로 보행 영상\n농작물 병해 사진", topics__free="자유 주제")
    way.publishes()
    leader, body, crowd = way.firm("데이터공방"), way.firm("한국대학교"), way.firm("모두의작업")
    path = way.applies(leader, "1,000,000,001")
    way.is_refused(leader, path, "참여기관은(는) 1곳 이상이어야 합니다", "AITD-2021 v1 roles.PARTICIPANT.least")
    way.confirms(body, way.invites(leader, path, body, "PARTICIPANT", "333,333,333"))
    way.confirms(crowd, way.invites(leader, path, crowd, "CROWD", "300,000,000"))
    leader.reads(path).says("366,666,668원")  # the leader takes what the others leave
    way.is_refused(leader, path, "몫 366,666,668원은 최소 400,000,001원 이상이어야 합니다", "roles.LEADER.share_min")
    leader.sends(leader.reads(path).link("모두의작업"), "/remove")
    way.confirms(crowd, way.invites(leader, path, crowd, "CROWD", "100,000,001"))
    way.is_refused(leader, path, "주제를 골라야 제출할 수 있습니다", "AITD-2021 v1 topics")
    topic = next(each.id for each in grants.topics_of(int(way.call.rsplit("/")[-1])) if "농작물" in each.title)
    said = {
        "more__topic_id": str(topic),
        "more__quality_SYNTAX": "99.5",
        "more__quality_SEMANTICS": "94",
        "more__quality_COVERAGE": "90",
        "more__workers": "120",
        "more__hourly": "8,000",
        "more__training_hours": "8",
        "more__crowd_note": "경력보유여성을 먼저 모십니다.",
        "more__deliverable_START": "계획서",
        "more__due_START": "2025-04-01",
        "more__deliverable_MIDDLE": "절반",
        "more__due_MIDDLE": "2025-07-01",
        "more__deliverable_VERIFIED": "전부",
        "more__due_VERIFIED": "2025-11-01",
    }
    leader.sends(path, "/particulars", **said)
    way.is_refused(leader, path, "‘의미 정확성’은(는) 95% 이상", "AITD-2021 v1 quality.SEMANTICS.least")
    leader.sends(path, "/particulars", more__quality_SEMANTICS="96.25")
    way.is_refused(leader, path, "시간당 보수(원)은(는) 8,720 이상", "AITD-2021 v1 crowdwork.hourly_min")
    leader.sends(path, "/particulars", more__hourly="10,000", more__due_MIDDLE="2025-12-01")
    way.is_refused(leader, path, "차례로 늘어나고", "AITD-2021 v1 milestones")
    leader.sends(path, "/particulars", more__due_MIDDLE="2025-07-01")
    way.submits(leader, path).says("자격 적격", "96.25%", "농작물 병해 사진", "경력보유여성을 먼저 모십니다.")
    body.reads(way.call).says("농작물 병해 사진 지정 주제 1 : 1", "도로 보행 영상 지정 주제 0 : 1")
    way.closes()
    way.officer.sends(path, "/award")
    way.runs("grants.papers", "grants.decide")
    leader.is_told("선정되었습니다").reads(path).says("400,000,000원", "300,000,000원", "300,000,001원", "선정 통지서")
    way.officer.has_to("협약서를 만드세요: 1건")
    agreement = way.agree(path, leader, body, crowd)
    for person in (leader, body, crowd):
        person.reads(agreement).says("기관별 몫", "566,666,667원", "333,333,333원", "100,000,001원", "단계별 지급")
        person.is_told("협약이 체결")
    way.officer.need_not("협약서를 만드세요")
    row = grants.get_agreement(int(agreement.rsplit("/")[-1]))
    assert (row.state.value, row.voucher_id) == ("signed", None)
    assert sum(each["share"] for each in row.content["shares"]) == row.content["amounts"]["total"] == 1_000_000_001
    assert papers_about(leader.viewer, row.subject)[0].kind == "agreement_record"


def test_a_challenge_by_stages_to_its_prizes(begin, app):
    way = begin("ai_challenge_2020", "CHALLENGE", 3_200_000_000)
    way.drafts_call()
    way.officer.sends(way.call, "/topics", topics__titles="소음 속 음성 인식\n영상 속 이상 행동")
    way.publishes()
    topics = [each.id for each in grants.topics_of(int(way.call.rsplit("/")[-1]))]
    teams = []
    for number in range(22):
        team = way.firm(f"도전{number:02d}")
        path = way.applies(team)
        if number == 0:
            way.is_refused(team, path, "주제를 골라야", "AIC-2020 v1 topics")
        team.sends(
            path,
            "/particulars",
            more__topic_id=str(topics[number % 2]),
            more__team_name=f"팀{number:02d}",
            more__team_members="김하나\n이두리",
        )
        way.submits(team, path).says("자격 적격", "300,000,000원", f"팀{number:02d}")
        teams.append((team, path))
    way.officer.reads(way.call).says("11 : 1")
    way.closes()
    numbers = [path.rsplit("/")[-1] for _team, path in teams]
    assert not way.officer.reads(teams[0][1]).offers("/award")
    answer = way.officer.forces(f"{teams[0][1]}/award", {"award-total": "300,000,000", "award-in_kind": "0"})
    assert answer.status_code == 422 and "AIC-2020 v1 prizes" in answer.text
    stage = f"{way.call}/stage"
    way.officer.reads(stage).says("예선 결과", "팀00")
    missing = {f"stage__score_{each}": "50" for each in numbers[1:]}
    way.officer.is_refused(stage, "/stage", **missing).says(
        "모든 팀에 점수를 적으세요", "AIC-2020 v1 stages.PRELIMINARY"
    )
    way.officer.sends(stage, "/stage", **{f"stage__score_{each}": f"{99 - i}.25" for i, each in enumerate(numbers)})
    way.officer.reads(stage).says("본선 결과", "팀21")  # forty may go on, so all have
    # In the final the last one wins; two are equal, and the earlier receipt comes first.
    scores = {each: 60 + i for i, each in enumerate(numbers)} | {numbers[20]: 80, numbers[19]: 80}
    way.officer.sends(stage, "/stage", **{f"stage__score_{each}": str(score) for each, score in scores.items()})
    page = way.officer.reads(way.call).says("본선 팀21 1위 81.00 300,000,000원", "본선 팀19 2위 80.00 200,000,000원")
    page.says("본선 팀20 3위 80.00 200,000,000원")
    assert way.officer.asks(stage).status_code == 404
    teams[21][0].is_told("선정되었습니다").reads(teams[21][1]).says("300,000,000원", "1위")
    teams[0][0].is_told("선정 결과를 알려").reads(teams[0][1]).says("본선 22위(60.00점)로 통과하지 못했습니다")
    session.rollback()
    assert grants.awarded_minor(int(way.call.rsplit("/")[-1])) == 3_200_000_000
    way.runs("grants.decide")
    way.officer.reads(way.call).says("선정 완료")
    settler, second = (Person(app, factories.make_settler(name)) for name in ("지급일번", "지급이번"))
    winner, won = teams[21]
    winner.sends(f"{won}/payments", "", code="PRIZE", report="받을 준비가 되었습니다.")
    way.officer.sends(f"{won}/payments", "/confirm")
    settler.sends(f"{won}/payments", "/approve")
    pays(way, settler, second)
    winner.reads(f"{won}/payments").says("지급 완료", "300,000,000원")
    assert teams[0][0].reads(f"{teams[0][1]}/payments").says("지급할 단계가 없습니다")


def test_a_convergence_project_of_several_bodies_with_milestones(begin):
    way = begin("ai_convergence_2020", "CONVERGENCE", 10_000_000_000)
    way.drafts_call()
    way.officer.is_refused(way.call, "/topics", topics__titles="국방 의료", topics__free="무엇이든").says(
        "자유 주제가 없습니다", "AIX-2020 v1 topics.free"
    )
    way.officer.sends(way.call, "/topics", topics__titles="국방 의료\n해안 경비")
    way.publishes()
    leader, body, user = way.firm("융합기술"), way.firm("영상연구소"), way.firm("의무사령부")
    path = way.applies(leader, "2,000,000,000", in_kind="100,000,000")
    way.confirms(body, way.invites(leader, path, body, "PARTICIPANT", "900,000,000"))
    party = way.invites(leader, path, user, "DEMAND_BODY", "500,000,000")
    user.sends(party, "/answer", answer="decline", reason="예산이 없습니다.")
    leader.is_told("참여하지 않기로 했습니다").reads(path).says("참여 거절", "예산이 없습니다.")
    way.confirms(user, way.invites(leader, path, user, "DEMAND_BODY", "300,000,000"))
    topic = next(each.id for each in grants.topics_of(int(way.call.rsplit("/")[-1])))
    days = {"DESIGN": "2025-04-01", "PROTOTYPE": "2025-07-01", "TRIAL": "2025-10-01", "RESULT": "2026-01-21"}
    said = {f"more__due_{code}": day for code, day in days.items()}
    said |= {f"more__deliverable_{code}": f"{code} 보고서" for code in days}
    leader.sends(path, "/particulars", more__topic_id=str(topic), **said)
    way.is_refused(leader, path, "수행 종료일(2026-01-20)을 넘지", "AIX-2020 v1 milestones")
    leader.sends(path, "/particulars", more__due_RESULT="2026-01-20")
    way.submits(leader, path).says("자격 적격", "1,500,000,000원")
    way.closes()
    way.officer.sends(path, "/award")
    leader.is_told("선정되었습니다").reads(path).says("450,000,000원", "150,000,000원", "800,000,000원")
    stranger = way.firm("남의기관")
    agreement = way.agree(path, leader, body, user)
    user.reads(agreement).says("모든 당사자가 서명해", "800,000,000원", "900,000,000원", "300,000,000원")
    assert stranger.asks(agreement).status_code == 404
    assert leader.asks(f"/changes/agreements/{agreement.rsplit('/')[-1]}").status_code == 200
    is_paid_by_steps(way, leader, body, path, agreement)


def pays(way, settler, second):
    """The ordinary batch: made by one, sent by another, answered by the bank."""
    way.runs("payments.queue_grants")
    batch = settler.sends("/payments/batches", "/payments/batches/new")
    second.sends(batch, "/send")
    file = second.asks(f"{batch}/file").data
    answer = bank.answer(file if file.startswith(b"H") else file.decode("utf-8-sig"), clock.today()).encode()
    second.sends(batch, "/result", file=(io.BytesIO(answer), "result.csv"))
    way.runs("payments.advise")


def is_refused_to_a_namesake(way, steps):
    """Whoever bears the name of the officer who confirmed is taken to be that officer; the twin: without asking, it is done."""
    who = way.officer.viewer.person_id
    name = " ".join(accounts.people_names({who})[who])
    namesake = Person(way.app, factories.make_settler(name))
    namesake.is_refused(steps, "/approve").says("이름이 같습니다")
    session.rollback()
    (waiting,) = session.scalars(select(GrantPayment.id)).all()
    with pytest.MonkeyPatch.context() as patch, pytest.raises(TakenBack), transaction():
        patch.setattr(grant_payments, "same_name", lambda _one, _other: False)
        assert grant_payments.approve_grant(waiting, by=namesake.viewer).state == "approved"
        raise TakenBack


def is_paid_by_steps(way, leader, body, path, agreement):
    """A milestone: reported, handed back, reported again, confirmed by one officer, approved by another, in a batch, paid."""
    settler, second = (Person(way.app, factories.make_settler(name)) for name in ("지급일번", "지급이번"))
    steps = f"{path}/payments"
    leader.reads(path).link("단계별 지급")
    assert body.asks(steps).status_code == 404
    first = leader.sends(steps, "", code="DESIGN", report="설계서를 냈습니다.")
    way.officer.has_to("단계 결과를 확인하세요").is_told("단계 결과를 확인해 주세요")
    assert not settler.reads(first).offers("/approve")
    way.officer.sends(first, "/return", reason="시험 계획이 빠졌습니다.")
    leader.has_to("단계 결과를 보완해").is_told("보완").sends(
        steps, "", code="DESIGN", report="시험 계획을 더했습니다."
    )
    assert leader.forces(steps, {"code": "NOTHING", "report": "없는 단계"}).status_code == 422
    way.officer.sends(steps, "/confirm")
    assert not way.officer.reads(steps).offers("/approve")
    pool = ("pool", way.programme)
    before = ledger.balances(pool)[pool]
    bar = accounts_operations.bar
    with transaction():
        day, by = clock.today(), way.officer.viewer
        bar_id = bar(leader.viewer.organisation_id, reason="제재", from_on=day, until_on=None, by=by).id
    settler.is_refused(steps, "/approve").says("참여가 제한된 기관에는 지급할 수 없습니다")
    with transaction():
        accounts_operations.lift_bar(bar_id, reason="풀었습니다.", by=way.officer.viewer)
    is_refused_to_a_namesake(way, steps)
    settler.has_to("출연금 지급을 승인하세요").sends(steps, "/approve")
    session.rollback()
    (paid,) = session.scalars(select(GrantPayment)).all()
    assert ledger.balances(pool)[pool] == before - paid.amount_minor and paid.amount_minor == 450_000_000
    way.officer.reads(f"/programmes/{way.programme}").says("정산 승인 450,000,000원")
    assert settler.forces(f"/grant-payments/{paid.id}/approve").status_code == 422  # twice is once
    pays(way, settler, second)
    leader.is_told("지급").reads(steps).says("지급 완료", "450,000,000원")
    leader.reads("/payments/mine").says("출연금·상금", paid.number)
    way.officer.reads(f"/programmes/{way.programme}").says("지급 450,000,000원")
    with transaction():
        assert verify().ok
    assert ledger.balances(("payable", leader.viewer.organisation_id)) == {
        ("payable", leader.viewer.organisation_id): 0
    }
