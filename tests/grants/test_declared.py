"""What a firm declares and its certificates prove, under rules that ask for it."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from marketplace.core import clock
from marketplace.core.db import session, transaction
from marketplace.core.errors import Refused
from marketplace.evaluation import operations as evaluation
from marketplace.evaluation.models import Evaluation
from marketplace.grants import operations, queries
from marketplace.grants.models import Agreement, Application, CertificateKind, EligibilityFinding
from marketplace.grants.operations import Certificate, Kept, check_standing
from marketplace.payments import queries as payments
from marketplace.payments.models import Payout
from marketplace.programmes import operations as programmes
from marketplace.programmes.queries import get_ruleset
from tests import factories
from tests.grants import makers
from tests.programmes.rulesets import document

GOOD = {
    "submit-tax": "clear",
    "submit-capital": "sound",
    "submit-insolvency": "none",
    "submit-same_support": "none",
    "submit-industry": "62010",
    "submit-declaration": "y",
}


@pytest.fixture
def later(app):
    """A call under the second version of 2025: officer, call, supplier."""
    officer = factories.make_officer()
    programme_id = makers.make_programme(2025, officer=officer, rules=document("data_voucher_2025_v2"))
    call_id = makers.make_call(programme_id, officer=officer, budget_minor=100_000_000, kinds=("INTEGRATED",))
    return officer, call_id, makers.make_designated_supplier(programme_id, officer=officer)


def draft(later, sme):
    _officer, call_id, supplier = later
    return makers.make_application(call_id, sme=sme, supplier=supplier, kind="INTEGRATED", submit=False)


def verdicts(application_id):
    session.rollback()
    rows = select(EligibilityFinding.rule, EligibilityFinding.verdict).filter_by(application_id=application_id)
    return {rule: verdict.value for rule, verdict in session.execute(rows) if verdict.value != "pass"}


def judged(application_id):
    with transaction():
        operations.judge_application(application_id)
    return verdicts(application_id)


def prove(kind, firm, officer):
    """A certificate that an officer looked at."""
    today = clock.today()
    said = Certificate(kind=kind, number=f"N-{kind}", issued_on=today, valid_until=today + timedelta(days=90))
    with transaction():
        row = operations.bring_certificate(said, Kept(name="a.pdf", kind="pdf", bytes=9, sha256="0" * 64), by=firm)
    with transaction():
        operations.look_at_certificate(row.id, good=True, reason="", by=officer)


def test_the_signatory_declares_and_each_rule_says_its_word_with_its_clause(later, as_):
    officer, _call, _supplier = later
    sme = factories.make_sme()
    application_id, browser = draft(later, sme), as_(sme)
    path = f"/applications/{application_id}"

    def send(**changes):
        page = browser.get(path).text
        assert "완전자본잠식(최근 결산)" in page
        seen = re.search(r'name="submit-seen_sha256" value="([0-9a-f]{64})"', page)
        return browser.send(f"{path}/submit", GOOD | {"submit-seen_sha256": seen.group(1)} | changes)

    assert "숫자 5자리를 입력하세요" in send(**{"submit-industry": "컴퓨터"}).text
    assert send(**{"submit-capital": ""}).status_code == 422
    answer = send(**{"submit-insolvency": "plan", "submit-capital": "unknown"})
    assert answer.status_code == 303, answer.text
    session.rollback()
    said = session.get_one(Application, application_id)
    assert said.declared == {"insolvency": "plan", "same_support": "none", "industry": "62010"}
    assert queries.content_of(said)["declared"] == said.declared
    assert judged(application_id) == {"capital_impairment": "refer", "insolvency": "refer"}
    page = as_(officer).get(path).text
    for words in ("워크아웃 약정을 이행하고 있습니다", "DV-2025 v2 eligibility.insolvency_block", "62010"):
        assert words in page


def test_certificates_speak_where_the_firm_does_not_and_bad_news_fails(later):
    officer, _call, _supplier = later
    proven, bad = factories.make_sme(), factories.make_sme()
    prove(CertificateKind.FINANCIAL, proven, officer)
    prove(CertificateKind.CREDIT, proven, officer)
    first, second = draft(later, proven), draft(later, bad)
    known = {"industry": "62010", "same_support": "none"}
    makers.submit_application(first, by=proven, declared=known)
    assert judged(first) == {}
    wrong = {"capital": "impaired", "insolvency": "insolvent", "industry": "56211", "same_support": "other", "x": "y"}
    makers.submit_application(second, by=bad, declared=wrong)
    assert "x" not in session.get_one(Application, second).declared
    assert judged(second) == {
        "capital_impairment": "fail",
        "insolvency": "fail",
        "excluded_industry": "fail",
        "same_support": "fail",
    }


def test_the_rules_settle_hidden_names_and_minus_points_and_a_later_loss_of_capital_stops_the_signature(later, as_):
    officer, call_id, _supplier = later
    sme = factories.make_sme()
    application_id = draft(later, sme)
    makers.submit_application(
        application_id,
        by=sme,
        declared={"capital": "sound", "insolvency": "none", "industry": "62010", "same_support": "none"},
    )
    assert judged(application_id) == {}
    makers.pass_deadline(call_id)
    page = as_(officer).get(f"/evaluation/calls/{call_id}").text
    assert "평가위원에게 가림" in page and "2점" in page
    assert 'name="names_hidden"' not in page and 'name="minus_points"' not in page
    typed = {"documents_share": "100", "minus_points": "50"}
    assert as_(officer).send(f"/evaluation/calls/{call_id}", typed).status_code == 303
    session.rollback()
    made = session.scalars(select(Evaluation)).one()
    assert (made.names_hidden, made.minus_points) == (True, 2)
    with transaction():
        plan = evaluation.Plan(names_hidden=False, minus_points=50)
        assert evaluation.ruled(plan, queries.ruleset_of(queries.get_application(application_id))) == evaluation.Plan(
            names_hidden=True, minus_points=2
        )
    agreement_id = makers.make_agreement(application_id, officer=officer)
    with transaction():
        lost = {"capital": "impaired", "insolvency": "none", "industry": "62010", "same_support": "none"}
        session.execute(update(Application).where(Application.id == application_id).values(declared=lost))
    with pytest.raises(Refused, match="완전자본잠식") as refusal:
        makers.sign(agreement_id, sme)
    assert refusal.value.rule == "DV-2025 v2 eligibility.capital_impairment_block"
    assert makers.state_of(Agreement, agreement_id) == "signing"


def third(officer):
    """The rules of the third version, a supplier, and a signed agreement with its voucher."""
    programme_id = makers.make_programme(2025, officer=officer, rules=document("data_voucher_2025_v3"))
    call_id = makers.make_call(programme_id, officer=officer, budget_minor=100_000_000, kinds=("INTEGRATED",))
    supplier = makers.make_designated_supplier(programme_id, officer=officer)
    sme = factories.make_sme()
    application_id = makers.make_application(call_id, sme=sme, supplier=supplier, kind="INTEGRATED", submit=False)
    said = {"capital": "sound", "insolvency": "none", "same_support": "none", "industry": "62010"}
    makers.submit_application(application_id, by=sme, declared=said)
    with transaction():
        operations.judge_application(application_id)
    makers.pass_deadline(call_id)
    agreement_id = makers.make_agreement(application_id, officer=officer)
    makers.draw(agreement_id)
    for each in (sme, supplier, officer):
        makers.sign(agreement_id, each)
    session.rollback()
    return sme, supplier, application_id, session.get_one(Agreement, agreement_id)


def test_a_firms_word_is_asked_again_when_it_orders_and_when_it_is_paid(app, as_, clock_at):
    """The last word counts at the doors of order and payment: a bad one and an old one both close them, with rule, fact
    and clause; a new one, or certificates for what they can prove, open them."""
    officer = factories.make_officer()
    sme, supplier, application_id, agreement = third(officer)
    voucher_id, ruleset = agreement.voucher_id, get_ruleset(agreement.ruleset_id)
    browser, path = as_(sme), f"/applications/{application_id}/standing"
    assert path in browser.get(f"/agreements/{agreement.id}").text
    check_standing(voucher_id, ruleset)
    owed = Payout(id=1, settlement_case_id=1, voucher_id=voucher_id, payee_id=supplier.organisation_id)
    assert payments.not_standing([owed]) == {}
    assert browser.send(path, GOOD | {"submit-capital": "impaired"}).status_code == 303
    session.rollback()
    assert payments.not_standing([owed]) == {1: "undeclared"}, "nothing of it goes into a batch"
    with pytest.raises(Refused, match="완전자본잠식이어서") as refused:
        check_standing(voucher_id, ruleset)
    assert refused.value.rule == "DV-2025 v3 eligibility.capital_impairment_block"
    assert browser.send(path, GOOD).status_code == 303
    check_standing(voucher_id, ruleset)
    clock_at(days=91)
    with pytest.raises(Refused, match="90일이 지났습니다") as refused:
        check_standing(voucher_id, ruleset)
    assert refused.value.rule == "DV-2025 v3 eligibility.declared_days"
    browser = as_(sme)  # the session of then is over
    assert "자격을 다시 신고하세요" in browser.get("/").text
    assert "다시 신고해야 합니다" in browser.get(path).text
    assert browser.send(path, GOOD).status_code == 303
    check_standing(voucher_id, ruleset)
    assert as_(officer).send(path, GOOD).status_code == 403
    with transaction():
        before = get_ruleset(programmes.load_ruleset(document("data_voucher_2025_v2"), by=officer).id)
    clock_at(days=200)
    check_standing(voucher_id, before)  # under earlier rules a word holds as long as the case
