"""From the call to the voucher over HTTP, each by the person whose part it is."""

import re
from datetime import timedelta

import pytest

from marketplace.accounts.models import MemberRole
from marketplace.core import clock, jobs
from marketplace.core.db import session
from marketplace.grants import queries
from marketplace.grants.models import Agreement, Application, Call
from marketplace.papers.models import Paper
from marketplace.vouchers import queries as vouchers
from tests import factories
from tests.grants import makers


def local(moment):
    return moment.astimezone(clock.SEOUL).strftime("%Y-%m-%dT%H:%M")


@pytest.fixture
def people(app):
    officer = factories.make_officer()
    programme = makers.make_programme(officer=officer)
    sme = factories.make_sme()
    member = factories.make_person(organisation_id=sme.organisation_id, role=MemberRole.MEMBER)
    return {
        "officer": officer,
        "programme": programme,
        "supplier": makers.make_designated_supplier(programme, officer=officer),
        "sme": sme,
        "member": member,
    }


def hidden(text, name):
    return re.search(rf'name="{name}" value="([0-9a-f]{{64}})"', text).group(1)


def test_a_call_becomes_an_application_an_award_an_agreement_and_a_voucher(app, as_, client, clock_at, people):
    officer, sme = as_(people["officer"]), as_(people["sme"])
    answer = officer.send(
        f"/programmes/{people['programme']}/calls/new",
        {
            "title": "하반기 수요기업 모집",
            "title_en": "Second call",
            "body": "데이터를 삽니다.\n\n가공도 됩니다.",
            "kinds": ["PURCHASE", "AI_PROCESSING"],
            "budget": "100,000,000",
            "opens_at": local(clock.now() - timedelta(hours=1)),
            "closes_at": local(clock.now() + timedelta(days=3)),
            "performs_until": (clock.today() + timedelta(days=150)).isoformat(),
        },
    )
    assert answer.status_code == 303, answer.text
    call_path = answer.location
    assert client.get(call_path).status_code == 404  # a draft is nobody's business yet
    assert "미리보기" in officer.get(call_path).text
    assert officer.send(f"{call_path}/publish").status_code == 303
    public = client.get(call_path)
    assert public.status_code == 200
    assert "마감까지 2일" in public.text
    assert "18,000,000원" in public.text
    assert "45,000,000원" not in public.text  # a kind that this call does not offer

    member = as_(people["member"])
    page = member.get(f"{call_path}/apply").text
    assert "신청서 작성" in page
    answer = member.send(
        f"{call_path}/apply",
        {
            "title": "불량 판독",
            "plan": "사진에 이름표를 붙인다.",
            "kind": "AI_PROCESSING",
            "total": "40,000,000",
            "supplier_id": str(people["supplier"].organisation_id),
            "do": "save",
        },
    )
    assert answer.status_code == 303, answer.text
    path = answer.location
    page = member.get(path).text
    assert "30,000,000원" in page
    assert "서명권자에게 제출을 요청하세요" in page
    assert member.send(f"{path}/submit", {}).status_code == 403

    page = sme.get(path).text
    answer = sme.send(
        f"{path}/submit",
        {"submit-seen_sha256": hidden(page, "submit-seen_sha256"), "submit-tax": "clear", "submit-declaration": "y"},
    )
    assert answer.location == f"{path}/receipt", answer.text
    receipt = sme.get(answer.location).text
    application_id = int(path.split("/")[-1])
    assert session.get_one(Application, application_id).receipt_number in receipt

    jobs.run_all(app, "grants.judge")
    page = sme.get(path).text
    assert "자격 적격" in page
    assert page.count("적합") >= 14
    officer_page = officer.get(path).text
    assert "접수를 마감한 뒤에 선정할 수 있습니다" in officer_page
    clock_at(days=4)
    jobs.run_all(app, "grants.close")
    answer = officer.send(f"{path}/award", {"award-total": "40,000,000", "award-in_kind": "0"})
    assert answer.status_code == 303, answer.text
    jobs.run_all(app, "grants.decide")
    assert makers.state_of(Call, queries.get_application(application_id).call_id) == "decided"
    assert "선정되었습니다" in sme.get(path).text
    answer = officer.send(
        f"{path}/agreement",
        {
            "agreement-starts_on": clock.today().isoformat(),
            "agreement-once": "a-token",
            "agreement-ends_on": (clock.today() + timedelta(days=120)).isoformat(),
        },
    )
    assert answer.status_code == 303, answer.text
    agreement_path = answer.location
    assert "서명할 PDF를 만드는 중입니다" in sme.get(agreement_path).text
    jobs.run_all(app, "papers.render")
    for who in (people["supplier"], people["officer"], people["sme"]):
        browser = as_(who)
        assert "본인 확인하기" in browser.get(agreement_path).text
        assert browser.send("/account/step-up/demo", {"next": agreement_path}).location == agreement_path
        page = browser.get(agreement_path).text
        assert "서명할 차례입니다" in page
        seen = {name: hidden(page, name) for name in ("sign-seen_sha256", "sign-seen_paper")}
        answer = browser.send(f"{agreement_path}/sign", {**seen, "sign-agree": "y"})
        assert answer.status_code == 303, answer.text
    agreement = session.get_one(Agreement, int(agreement_path.split("/")[-1]))
    voucher = vouchers.get_voucher(agreement.voucher_id)
    assert (voucher.support_minor, voucher.own_cash_minor, voucher.vat_minor) == (30_000_000, 10_000_000, 4_000_000)
    assert voucher.expires_on == agreement.ends_on
    jobs.run_all(app, "grants.papers")
    kinds = sorted(paper.kind for paper in session.query(Paper))
    assert kinds == ["agreement", "agreement_record", "award_letter"]
    assert voucher.number in sme.get(agreement_path).text
    for browser in (sme, officer, as_(factories.make_auditor())):
        for page in ("/calls", "/applications", "/agreements"):
            assert browser.get(page).status_code == 200
            csv = browser.get(f"{page}?format=csv")
            assert csv.status_code == (403 if browser is sme and page == "/calls" else 200)
