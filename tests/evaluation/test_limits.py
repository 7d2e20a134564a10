"""A decision asks the limits of suppliers as a single award does, names the one that stands in the way, and cuts milestones."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from marketplace.accounts.models import SizeClass
from marketplace.accounts.queries import get_organisation
from marketplace.core import clock
from marketplace.core.db import session, transaction
from marketplace.evaluation import queries
from marketplace.evaluation.models import Decision
from marketplace.evaluation.rules import Scored, SupplierTerms, Terms, choose
from marketplace.grants import operations as grants
from marketplace.grants import queries as applications
from marketplace.grants.models import Application, ApplicationMilestone, Award
from marketplace.grants.operations import Particulars
from tests import factories
from tests.evaluation import makers
from tests.grants import makers as calls
from tests.grants.makers import state_of
from tests.programmes.rulesets import document


def scored(identity: int, supplier: int | None, bought: int = 10, base: int = 0, **facts: Any) -> Scored:
    """An application of one supplier; the lower its number, the better."""
    words = {"receipt": f"1-{identity}", "kind": "K", "support_minor": 5, "claims": frozenset(), "documents": 0}
    words |= {"presentation": None, "base": base or 9000 - identity, "bonus": 0, "minus": 0, "by_criterion": ()}
    return Scored(application_id=identity, supplier=supplier, bought_minor=bought, **{**words, **facts})


def chosen(order: list[Scored], **limits: Any) -> list[str]:
    lines = choose(order, Terms(7000, (), 1000, suppliers=SupplierTerms(**limits))).lines
    return [line.rule if line.outcome != "admitted" else "in" for line in lines]


def test_each_limit_stops_its_supplier_and_nobody_else():
    order = [scored(1, 7), scored(2, 7), scored(3, 8), scored(4, 7), scored(5, None)]
    assert chosen(order) == ["in"] * 5
    assert chosen(order, most=2) == ["in", "in", "in", "supplier.max_matches", "in"]
    assert chosen(order, most=2, held={7: (1, 10)}) == ["in", *["supplier.max_matches", "in"] * 2]
    assert chosen(order, kind_most={"K": 1, "L": 9})[1::2] == ["supplier.kind_max"] * 2
    assert chosen(order, amount_most=20)[3] == "supplier.max_amount"
    assert chosen(order, share_most=5) == ["in", "supplier.max_share", "in", "supplier.max_share", "in"], (
        "the first counts"
    )
    smaller = [scored(1, 7, 15), scored(2, 7, 10), scored(3, 7, 5)]
    assert chosen(smaller, amount_most=20) == ["in", *["supplier.max_amount"] * 2], (
        "no smaller wish passes over a better"
    )
    terms = SupplierTerms(most=3, kind_most={"K": 1}, held={7: (1, 10)}, held_kinds={(7, "K"): 1})
    assert SupplierTerms.read(terms.written()) == terms


def make_round(applications: int, most: int) -> makers.Round:
    """A call under which a supplier has `most` projects and projects have two milestones; the last application names a
    supplier of its own."""
    rules = document(2020)
    rules["version"] = 300 + applications
    rules["supplier"]["max_matches"] = [most, "assumed", "default"]
    rules["milestones"] = [
        {
            "code": code,
            "name": {"ko": code, "en": code},
            "share": [share, "assumed", "default"],
            "month": [month, "assumed", "default"],
        }
        for code, share, month in (("FIRST", "1/3", 1), ("LAST", "2/3", 3))
    ]
    officer, second = factories.make_officer("김일차"), factories.make_officer("이이차")
    programme_id = calls.make_programme(officer=officer, rules=rules)
    suppliers = [calls.make_designated_supplier(programme_id, officer=officer) for _each in range(2)]
    call_id = calls.make_call(programme_id, officer=officer)
    made = makers.Round(officer, second, call_id, programme_id, suppliers[0])
    for number in range(applications):
        firm = factories.make_sme()
        made.firms.append(firm)
        supplier = suppliers[number == applications - 1]
        made.applications.append(apply(call_id, firm, supplier, f"과제 {number + 1}"))
    calls.pass_deadline(call_id)
    made.evaluators = [makers.make_evaluator(officer) for _each in range(6)]
    return made


def apply(call_id: int, firm: Any, supplier: Any, title: str = "다른 과제") -> int:
    """An application with its milestones, submitted and judged."""
    identity = calls.make_application(call_id, sme=firm, supplier=supplier, submit=False, title=title)
    days = {code: ("보고서", clock.today() + timedelta(days=30 * n)) for n, code in enumerate(("FIRST", "LAST"), 1)}
    with transaction():
        grants.write_particulars(identity, Particulars(milestones=days), by=firm)
    calls.submit_application(identity, by=firm)
    with transaction():
        grants.judge_application(identity)
    return identity


def test_a_decision_breaks_no_limit_names_it_cuts_milestones_and_is_found_again(app):
    made = make_round(4, most=2)
    makers.open_(made)
    makers.score_all(made, 95, 90, 85, 80)
    decision = makers.draft(made)
    lines = queries.lines_of(decision.id)
    assert [line.rule for line in lines] == ["rank", "rank", "supplier.max_matches", "rank"]
    assert all(equal for equal, _words in makers.replayed(decision))
    other = calls.make_call(made.programme_id, officer=made.officer)
    elsewhere = apply(other, factories.make_sme(), made.supplier)
    makers.confirm(made, decision)
    session.rollback()
    first, second, third, last = made.applications
    assert [state_of(Application, each) for each in made.applications] == ["awarded", "awarded", "eligible", "awarded"]
    for identity in (first, second, last):
        award = applications.find_award_of(identity)
        parts = session.scalars(
            select(ApplicationMilestone.amount_minor).filter_by(application_id=identity).order_by("position")
        ).all()
        assert sum(parts) == award.support_minor and parts[0] == award.support_minor // 3, "33 and 67 of a hundred"
    assert state_of(Application, elsewhere) == "eligible"
    with transaction():
        grants.give_up_award(first, reason="포기", by=made.firm_of(first))
    makers.work()
    session.rollback()
    assert state_of(Application, third) == "awarded", "the supplier has room again, so the reserve moves up"
    decision = session.get_one(Decision, decision.id)
    assert [words for equal, words in makers.replayed(decision) if not equal] == []


def test_a_limit_that_was_reached_elsewhere_meanwhile_refuses_that_line_alone_and_the_next_moves_up(app, monkeypatch):
    made = make_round(3, most=1)
    first, second, third = made.applications
    makers.open_(made, places=1)
    makers.score_all(made, 95, 90, 80)
    decision = makers.draft(made)
    decision_id, seen = decision.id, decision.result_sha256
    with transaction():
        makers.operations.confirm_decision(decision_id, seen_sha256=seen, by=made.second)
    other = calls.make_call(made.programme_id, officer=made.officer)
    calls.make_award(apply(other, factories.make_sme(), made.supplier), officer=made.officer)
    makers.work()
    session.rollback()
    assert [state_of(Application, each) for each in made.applications] == ["rejected", "rejected", "awarded"]
    reason = session.get_one(Application, first).decision_reason
    assert "한도 1건에 이르렀습니다" in reason and "DV-2020 v303 supplier.max_matches" in reason
    assert session.query(Award).count() == 2
    moves = queries.moves_of(decision_id)
    assert [(each.application_id, each.entered, each.rule) for each in moves] == [
        (first, False, "supplier"),
        (second, False, "supplier"),
        (third, True, "rank"),
    ]
    assert [words for equal, words in makers.replayed(session.get_one(Decision, decision_id)) if not equal] == []


def test_without_the_guard_at_the_award_the_limit_would_be_broken(app, monkeypatch):
    made = make_round(2, most=1)
    monkeypatch.setattr("marketplace.grants.operations.bulk.check_load", lambda *_: None)
    other = calls.make_call(made.programme_id, officer=made.officer)
    calls.make_award(apply(other, factories.make_sme(), made.supplier), officer=made.officer)
    with transaction():
        taken = grants.award_applications(made.call_id, [(made.applications[0], None)], decided_by=1, by=made.officer)
    assert taken == {made.applications[0]}, "two projects of a supplier that may have one"


def led_by_supplier(made: makers.Round, merchants: int) -> int:
    """An application of the small merchants' division: a supplier leads and has gathered so many merchants."""
    leader = factories.make_sme(sells=True)
    calls.designate(made.programme_id, leader, officer=made.officer)
    facts = {"sme": leader, "supplier": leader, "submit": False, "kind": "AI_SMALL_MERCHANT"}
    identity = calls.make_application(made.call_id, **facts, total_minor=120_000_000)
    for _each in range(merchants):
        merchant = factories.make_sme(size_class=SizeClass.MICRO)
        number = get_organisation(merchant.organisation_id).business_number
        with transaction():
            invited = grants.PartyDraft(business_number=number, role="MERCHANT", share_minor=0, work="매장")
            party_id = grants.invite_party(identity, invited, by=leader).id
        with transaction():
            grants.confirm_party(party_id, by=merchant)
    calls.submit_application(identity, by=leader)
    with transaction():
        grants.judge_application(identity)
    made.firms.append(leader)
    made.applications.append(identity)
    return identity


def test_a_division_led_by_suppliers_with_one_seat_is_decided_and_moves_up(app):
    """The better of two takes the only seat, with nothing to pay of its own; the other is the reserve, and gets the seat
    when the first gives it up. Each leader counts once as its own supplier."""
    officer, rules = factories.make_officer("김일차"), document("ai_voucher_2025")
    rules["version"] = 99
    next(each for each in rules["roles"] if each["code"] == "MERCHANT")["least"] = [2, "assumed", "default"]
    programme_id = calls.make_programme(2025, officer=officer, rules=rules)
    call_id = calls.make_call(programme_id, officer=officer, kinds=("AI_SMALL_MERCHANT",))
    made = makers.Round(officer, factories.make_officer("이이차"), call_id, programme_id, officer)
    worse, better = led_by_supplier(made, 2), led_by_supplier(made, 2)
    calls.pass_deadline(call_id)
    made.evaluators = [makers.make_evaluator(officer, fields=("AI_SMALL_MERCHANT",)) for _each in range(6)]
    makers.open_(made, places=1)
    makers.score_all(made, 80, 90)
    decision = makers.draft(made)
    found = {line.application_id: (line.rank, line.outcome.value) for line in queries.lines_of(decision.id)}
    assert found == {better: (1, "admitted"), worse: (2, "reserve")}
    assert all(equal for equal, _words in makers.replayed(decision))
    makers.confirm(made, decision)
    session.rollback()
    award = applications.find_award_of(better)
    assert (award.support_minor, award.own_cash_minor, award.in_kind_minor) == (120_000_000, 0, 0)
    assert (state_of(Application, better), state_of(Application, worse)) == ("awarded", "eligible")
    with transaction():
        grants.give_up_award(better, reason="포기", by=made.firm_of(better))
    makers.work()
    session.rollback()
    assert state_of(Application, worse) == "awarded"
