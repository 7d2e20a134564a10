"""Money that comes back, from the notice to the last won, and who is barred meanwhile."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from marketplace.accounts.models import Bar
from marketplace.accounts.queries import get_organisation, is_barred
from marketplace.core import clock
from marketplace.core.db import session, transaction
from marketplace.core.errors import NotYours, Refused
from marketplace.core.jobs import run_all
from marketplace.papers.models import Paper
from marketplace.recovery import operations, policies, queries, rules
from marketplace.recovery.models import Ground, RecoveryReceiptState, RecoveryState
from marketplace.recovery.operations import deciding
from marketplace.vouchers.models import Voucher
from tests import factories
from tests.recovery.makers import PRINCIPAL, Docket

TABLE = {"false_claim": 5, "other_use": 3, "breach": 2, "requirement": 1}
DAY = date(2020, 9, 1)


def test_a_decision_posts_principal_surcharge_and_interest_and_the_case_closes_at_zero(app, clock_at):
    docket = Docket(clock_at).decided()
    interest = PRINCIPAL * 5 * 73 // 36500 // 10 * 10
    surcharge = PRINCIPAL * 3 // 10 * 10
    assert docket.books() == {
        "recovery_due": -(PRINCIPAL + surcharge + interest),
        "restitution": PRINCIPAL,
        "surcharge": surcharge,
        "recovery_interest": interest,
        "bank_in": docket.books()["bank_in"],
    }
    docket.paid(1_000_000)
    with pytest.raises(Refused, match="종결할 수 없습니다"):
        docket.do("close_case", docket.id)
    docket.paid()
    assert docket.owed() == 0
    docket.do("close_case", docket.id)
    assert docket.now().state == RecoveryState.CLOSED and docket.books_are_right()


def test_twin_without_the_look_at_what_is_owed_a_case_closes_with_money_owed(app, clock_at, monkeypatch):
    docket = Docket(clock_at).decided()
    monkeypatch.setattr(deciding.queries, "owed", lambda _case_id: 0)
    docket.do("close_case", docket.id)
    monkeypatch.undo()
    assert docket.now().state == RecoveryState.CLOSED and docket.owed() > 0


def test_nothing_is_decided_before_the_firm_was_heard_or_its_time_is_over(app, clock_at):
    docket = Docket(clock_at).noticed()
    with pytest.raises(Refused, match="의견 제출 기한") as refusal:
        docket.do("propose", docket.id, "서두릅니다", bar_until_on=None)
    assert "sanctions.opinion_days" in str(refusal.value)
    clock_at(days=11)
    docket.do("propose", docket.id, "기한이 지났습니다", bar_until_on=None)
    assert docket.now().state == RecoveryState.PROPOSED


def test_the_one_who_proposed_does_not_decide(app, clock_at, as_):
    docket = Docket(clock_at).proposed()
    answer = as_(docket.first).send(f"/recovery/cases/{docket.id}/decide")
    assert answer.status_code == 422 and "올린 사람은" in answer.text
    assert docket.owed() == 0 and not is_barred(docket.firm.organisation_id)
    settler = factories.make_settler()
    assert as_(settler).send(f"/recovery/cases/{docket.id}/decide").status_code == 403


def test_twin_without_the_policy_the_database_still_asks_for_two(app, clock_at, monkeypatch):
    docket = Docket(clock_at).proposed()
    monkeypatch.setattr(policies, "is_another", lambda *_words: True)
    with pytest.raises(Exception, match="two_persons"):
        docket.do("decide", docket.id)
    assert docket.owed() == 0


def test_a_firm_is_barred_by_the_decision_and_again_when_it_does_not_pay_until_it_has(app, clock_at):
    docket = Docket(clock_at)
    docket.opened()
    docket.proposed(bar_days=None)
    docket.do("decide", docket.id, by=docket.second)
    firm = docket.firm.organisation_id
    assert not is_barred(firm)
    clock_at(days=31)
    session.rollback()
    assert is_barred(firm)
    assert queries.overdue_minor(docket.now()) == docket.owed()
    docket.paid()
    docket.do("close_case", docket.id)
    assert not is_barred(firm)


def test_a_barred_firm_is_not_applied_for_quoted_or_paid(app, clock_at):
    docket = Docket(clock_at).decided(bar_days=100)
    assert is_barred(docket.firm.organisation_id)
    bars = session.scalars(select(Bar).where(Bar.organisation_id == docket.firm.organisation_id)).all()
    assert len(bars) == 2  # by the decision, and for what is not paid in time


def test_instalments_move_the_last_day_and_the_first_takes_what_is_left_over(app, clock_at):
    docket = Docket(clock_at).decided(bar_days=None)
    first = clock.today() + timedelta(days=10)
    docket.do("grant_instalments", docket.id, count=7, first_on=first)
    plan = queries.instalments_of_case(docket.id)
    assert sum(each.amount_minor for each in plan) == docket.owed()
    assert all(each.amount_minor % 10 == 0 for each in plan[1:])
    assert docket.now().due_on == plan[-1].due_on
    clock_at(days=35)
    session.rollback()
    assert not is_barred(docket.firm.organisation_id)
    assert queries.overdue_minor(docket.now()) == plan[0].amount_minor


def test_an_objection_is_answered_by_another_and_only_downwards(app, clock_at):
    docket = Docket(clock_at).objected()
    case = docket.now()
    words = {"principal_minor": 10_000_000, "surcharge_minor": 0, "interest_minor": case.interest_minor}
    with pytest.raises(Refused, match="결정한 사람은"):
        docket.do("answer_objection", docket.id, "줄입니다", **words, by=docket.second)
    with pytest.raises(Refused, match="늘릴 수 없습니다"):
        docket.do("answer_objection", docket.id, "늘립니다", **{**words, "surcharge_minor": 10**9}, by=docket.third)
    docket.do("answer_objection", docket.id, "줄입니다", **words, by=docket.third)
    assert docket.books()["surcharge"] == 0
    assert docket.owed() == 10_000_000 + docket.now().interest_minor
    with pytest.raises(Refused, match="한 번만"):
        docket.do("object_to", docket.id, "또 이의합니다", by=docket.firm)


def test_money_takes_two_in_and_two_out_and_no_more_than_is_owed(app, clock_at):
    docket = Docket(clock_at).decided()
    owed = docket.owed()
    with pytest.raises(Refused, match="많습니다"):
        docket.entered(owed + 1)
    receipt = docket.entered(owed)
    with pytest.raises(Refused, match="입력한 사람은"):
        docket.do("confirm_receipt", receipt)
    docket.do("confirm_receipt", receipt, by=docket.second)
    assert docket.owed() == 0
    with pytest.raises(Refused):
        docket.do("confirm_receipt", receipt, by=docket.third)
    docket.do("ask_reversal", receipt, "은행이 되돌렸습니다")
    with pytest.raises(Refused, match="요청한 사람은"):
        docket.do("reverse_receipt", receipt)
    assert docket.owed() == 0
    docket.do("reverse_receipt", receipt, by=docket.second)
    assert docket.owed() == owed
    assert docket.receipt(receipt).state == RecoveryReceiptState.REVERSED and docket.books_are_right()


def test_a_firm_reports_itself_and_pays_no_surcharge(app, clock_at, as_):
    docket = Docket(clock_at).reported()
    docket.decided(ground=Ground.FALSE_CLAIM)
    assert docket.now().surcharge_minor == 0 and docket.owed() > PRINCIPAL
    assert "스스로 신고하여" in as_(docket.firm).get(f"/recovery/cases/{docket.id}").text


def test_the_firm_learns_of_its_case_by_the_notice_and_others_never(app, clock_at, as_):
    docket = Docket(clock_at).opened()
    path = f"/recovery/cases/{docket.id}"
    assert as_(docket.firm).get(path).status_code == 404
    assert docket.now().number not in as_(docket.firm).get("/recovery").text
    docket.noticed()
    page = as_(docket.firm).get(path)
    assert page.status_code == 200 and "의견을 낼 수 있습니다" in page.text
    assert as_(factories.make_sme()).get(path).status_code == 404
    assert as_(factories.make_auditor()).get(path).status_code == 200
    assert as_(factories.make_auditor()).send(f"{path}/drop", {"body": "아닙니다 정말"}).status_code == 403


def test_notice_and_decision_are_papers_that_can_be_checked(app, clock_at):
    docket = Docket(clock_at).decided()
    run_all(app, "papers.render")
    found = session.scalars(select(Paper).where(Paper.about == f"recovery_case:{docket.id}").order_by(Paper.id)).all()
    assert [paper.kind for paper in found] == ["recovery_notice", "recovery_decision"]
    assert all(paper.rendered_at and paper.code for paper in found)
    assert found[1].facts["total_minor"] == docket.now().total_minor


def test_only_those_whom_the_voucher_paid_and_no_more_than_it_gave(app, clock_at):
    docket = Docket(clock_at)
    stranger = factories.make_sme()
    words = {"facts": "사실관계입니다 여기에", "principal_minor": 1000}
    with pytest.raises(Refused, match="기업이 아닙니다"):
        docket.do("open_case", docket.market.voucher_id, stranger.organisation_id, **words)
    with pytest.raises(Refused, match="원금은"):
        docket.opened(10**12)
    with pytest.raises(NotYours), transaction():
        operations.open_case(docket.market.voucher_id, 1, **words, by=stranger)


def test_the_whole_way_over_http(app, clock_at, as_):
    docket = Docket(clock_at)
    first, second = as_(docket.first), as_(docket.second)
    voucher = session.get_one(Voucher, docket.market.voucher_id)
    firm = get_organisation(docket.firm.organisation_id).business_number
    data = {"voucher_number": voucher.number, "business_number": firm, "principal": "3,000,000"}
    bad = first.send("/recovery/new", {**data, "facts": "짧음"})
    assert bad.status_code == 422 and "3,000,000" in bad.text
    made = first.send("/recovery/new", {**data, "facts": "납품받지 않은 데이터를 검수했습니다"})
    assert made.status_code == 303
    path = made.location
    notice = {"ground": "breach", "clause": "제12조", "since_on": clock.today().isoformat()}
    assert first.send(f"{path}/notice", notice).status_code == 303
    assert as_(docket.firm).send(f"{path}/opinion", {"body": "사정이 있습니다"}).status_code == 303
    assert first.send(f"{path}/propose", {"decision": "검수 기록이 사실과 다릅니다"}).status_code == 303
    assert second.send(f"{path}/decide").status_code == 303
    assert "9,000,000" in as_(docket.firm).get(path).text  # three million, and twice that
    money = {"amount": "9,000,000", "depositor": "한빛", "bank_reference": "HTTP-1", "received_on": clock.today()}
    assert first.send(f"{path}/receipts", money).status_code == 303
    docket.id = int(path.rsplit("/", 1)[1])
    receipt = queries.receipts_of_case(docket.id)[0].id
    assert second.send(f"/recovery/receipts/{receipt}/confirm").status_code == 303
    assert second.send(f"{path}/close").status_code == 303
    assert docket.now().state == RecoveryState.CLOSED


@given(
    principal=st.integers(1, 10**9),
    ground=st.sampled_from([each.value for each in Ground]),
    basis=st.sampled_from([None, "SUBSIDY", "FUND", "CONTRIBUTION"]),
    days=st.integers(0, 4000),
    self_reported=st.booleans(),
    slight=st.booleans(),
)
def test_amounts_are_whole_and_never_above_the_table(principal, ground, basis, days, self_reported, slight):
    found = rules.amounts_of(
        principal,
        ground,
        basis=basis,
        sanctions=TABLE,
        since=DAY,
        until=DAY + timedelta(days=days),
        self_reported=self_reported,
        slight=slight,
    )
    assert found.principal == principal
    assert found.surcharge % 10 == 0 and found.interest % 10 == 0
    assert 0 <= found.surcharge <= principal * found.factor
    assert 0 <= found.interest <= principal * 5 * days / 36500
    if basis == "SUBSIDY":
        assert found.surcharge == principal * found.factor // 10 * 10


@given(owed=st.integers(240, 10**11), count=st.integers(2, 24))
def test_instalments_add_up_and_none_is_nothing(owed, count):
    plan = rules.instalments_of(owed, count, DAY)
    assert sum(amount for _due, amount in plan) == owed
    assert min(amount for _due, amount in plan) > 0
    assert rules.overdue_of(plan, 0, plan[-1][0] + timedelta(days=1)) == owed
    assert rules.overdue_of(plan, owed, plan[-1][0] + timedelta(days=1)) == 0
