"""Every row of the table of changes: what is allowed, what is refused with which rule, and what becomes of the money."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from marketplace.accounts.models import Bar, Organisation
from marketplace.accounts.queries import is_barred
from marketplace.amendments import operations
from marketplace.amendments.operations import decide
from marketplace.amendments.queries import waiting_for
from marketplace.core import clock, jobs
from marketplace.core.db import session, transaction
from marketplace.core.errors import NotYours, Refused
from marketplace.core.korea import add_working_days
from marketplace.core.viewer import SYSTEM
from marketplace.grants import queries as grants
from marketplace.grants.models import Agreement
from marketplace.notices.models import Notice
from marketplace.orders.models import OrderLine, PurchaseOrder
from marketplace.orders.operations import cancel_order
from marketplace.programmes.models import Programme
from marketplace.vouchers.models import Voucher
from tests import factories
from tests.amendments import makers
from tests.delivery import makers as deliveries
from tests.grants import makers as cases

FULL = (13_500_000, 0, 6_300_000, 0, 0)


@pytest.fixture
def case(app):
    return makers.make_case()


def agreement_of(case):
    session.rollback()
    return grants.get_agreement(case.agreement_id)


def voucher_of(case):
    session.rollback()
    return session.get_one(Voucher, case.voucher_id, populate_existing=True)


def refused(case, kind, rule, words, **wanted):
    before, state = case.pots, voucher_of(case).state
    with pytest.raises(Refused, match=words) as refusal:
        makers.ask(case, kind, **wanted)
    assert rule in (refusal.value.rule or ""), refusal.value.rule
    assert (case.pots, voucher_of(case).state, makers.requests()) == (before, state, [])


def test_a_report_needs_nobody_and_is_written_down(case):
    request_id = makers.ask(case, "contact", reason_code="correction")
    assert makers.state_of(request_id) == "applied"
    assert session.get_one(Organisation, case.sme.organisation_id).representative == "새대표"
    assert case.pots == FULL
    with pytest.raises(Refused, match="바뀐 내용이 없습니다"):
        makers.ask(case, "contact", reason_code="correction")


def test_quantities_move_within_a_tenth_and_the_total_stays(case, app):
    order_id = makers.place_order(case, 10, 1_000_000)
    with transaction():
        first = session.scalars(select(OrderLine).where(OrderLine.order_id == order_id)).one()
        facts = {"unit_label": first.unit_label, "unit_price_minor": 400_000, "quantity": 10, "vat_minor": 400_000}
        session.execute(
            update(OrderLine).where(OrderLine.id == first.id).values(unit_price_minor=600_000, ordered_minor=6_000_000)
        )
        session.execute(update(OrderLine).where(OrderLine.id == first.id).values(vat_minor=600_000))
        second = OrderLine(order_id=order_id, position=2, description="보조", ordered_minor=4_000_000, **facts)
        session.add(second)
        session.flush()
        first_id, second_id = first.id, second.id
    pots = case.pots
    more, less = str(first_id), str(second_id)
    for quantities, words in (
        ({more: 12_000, less: 7_000}, "10% 안에서만"),
        ({more: 11_000, less: 9_000}, "총액이 그대로여야"),
        ({}, "품목이 없습니다"),
    ):
        with pytest.raises(Refused, match=words):
            makers.ask(case, "lines", quantities=quantities)
    assert not makers.requests()
    with pytest.raises(Refused, match="나눌 수 없는"):
        makers.ask(case, "lines", quantities={more: 9_334, less: 11_000})
    with transaction():
        session.execute(update(OrderLine).values(unit_label="GB"))
        session.execute(
            update(OrderLine).where(OrderLine.id == second_id).values(unit_price_minor=600_000, quantity=10)
        )
        session.execute(update(OrderLine).where(OrderLine.id == second_id).values(ordered_minor=6_000_000))
        session.execute(update(OrderLine).where(OrderLine.id == second_id).values(vat_minor=600_000))
        order = session.get_one(PurchaseOrder, order_id)
        held = (order.support_minor, order.own_minor, order.vat_minor, order.supply_minor)
        order.supply_minor, order.vat_minor = 12_000_000, 1_200_000
        order.support_minor, order.own_minor = 9_000_000, 3_000_000
    request_id = makers.ask(case, "lines", quantities={more: 11_000, less: 9_000})
    assert held[3] == 10_000_000
    makers.approve(case, request_id)
    lines = session.scalars(select(OrderLine).order_by(OrderLine.position)).all()
    assert [int(line.quantity) for line in lines] == [11, 9]
    assert sum(line.ordered_minor for line in lines) == 12_000_000
    assert case.pots == pots


def newcomer(case, **facts):
    return cases.make_designated_supplier(case.programme_id, officer=case.officer, **facts)


def test_a_supplier_is_changed_once_before_anything_is_delivered(case):
    order_id = makers.place_order(case, 4)
    assert case.pots == (10_500_000, 3_000_000, 4_900_000, 1_400_000, 0)
    other = newcomer(case)
    request_id = makers.ask(case, "supplier", supplier_id=other.organisation_id, offered=18_000_000)
    makers.approve(case, request_id)
    assert makers.state_of(request_id) == "signing"
    assert makers.signers(case, request_id) == [case.sme.organisation_id, other.organisation_id]
    assert case.pots == (10_500_000, 3_000_000, 4_900_000, 1_400_000, 0)  # nothing moves before all have signed
    with pytest.raises(NotYours):
        makers.sign(request_id, case.supplier)
    makers.sign(request_id, case.sme, other)
    assert makers.state_of(request_id) == "applied"
    assert case.pots == FULL
    assert str(session.get_one(PurchaseOrder, order_id).state) == "cancelled"
    assert agreement_of(case).supplier_id == other.organisation_id
    assert [each.organisation_id for each in grants.places_of(case.agreement_id) if each.organisation_id] == [
        case.sme.organisation_id,
        other.organisation_id,
    ]
    third = newcomer(case)
    with pytest.raises(Refused, match="1번까지만") as refusal:
        makers.ask(case, "supplier", supplier_id=third.organisation_id, offered=1)
    assert refusal.value.rule == "changes.supplier_changes"
    assert makers.balanced()


def test_after_a_delivery_the_supplier_stays(case):
    order_id = makers.place_order(case, 4)
    deliveries.make_delivery(case, order_id, 1)
    wanted = {"supplier_id": newcomer(case).organisation_id, "offered": 1}
    refused(case, "supplier", "changes.supplier", "이미 납품이 있어", **wanted)


def test_a_supplier_who_may_not_come_in_does_not(case):
    wanted = {"offered": 1}
    refused(
        case,
        "supplier",
        "designated_only",
        "지정된 공급기업이",
        supplier_id=factories.make_supplier().organisation_id,
        **wanted,
    )
    barred = newcomer(case)
    with transaction():
        session.add(Bar(organisation_id=barred.organisation_id, reason="제재", from_on=clock.today()))
    refused(case, "supplier", "bar_blocks", "제한된", supplier_id=barred.organisation_id, **wanted)
    dear = newcomer(case).organisation_id
    refused(case, "supplier", "supplier_price", "총액보다 높습니다", supplier_id=dear, offered=18_000_001)
    same = case.supplier.organisation_id
    refused(case, "supplier", "changes.supplier", "지금 공급기업과 같습니다", supplier_id=same, **wanted)


def test_a_bar_that_comes_between_approval_and_signature_stops_it(case):
    other = newcomer(case)
    request_id = makers.ask(case, "supplier", supplier_id=other.organisation_id, offered=1)
    makers.approve(case, request_id)
    makers.sign(request_id, case.sme)
    with transaction():
        session.add(Bar(organisation_id=other.organisation_id, reason="제재", from_on=clock.today()))
    with pytest.raises(Refused, match="제한된"):
        makers.sign(request_id, other)
    assert agreement_of(case).supplier_id == case.supplier.organisation_id


def test_a_period_is_extended_in_time_and_within_the_year(case, clock_at):
    with transaction():
        session.execute(update(Programme).values(ends_on=clock.today() + timedelta(days=180)))
    late = (clock.today() + timedelta(days=181)).isoformat()
    refused(case, "period", "programme.ends_on", "연장할 수 없습니다", ends_on=late)
    refused(case, "period", "changes.period", "뒤의 날짜", ends_on=clock.today().isoformat())
    request_id = makers.ask(case, "period")
    makers.approve(case, request_id)
    makers.sign(request_id, case.supplier, case.sme)
    assert agreement_of(case).ends_on == voucher_of(case).expires_on == clock.today() + timedelta(days=170)
    assert case.pots == FULL
    clock_at(days=145)
    with pytest.raises(Refused, match="30일 전까지") as refusal:
        makers.ask(case, "period", ends_on=(clock.today() + timedelta(days=30)).isoformat())
    assert refusal.value.rule == "changes.extension_notice_days"


def test_support_never_rises_and_the_own_part_may(case, owner):
    refused(case, "amount", "support_never_rises", "지원금은 늘릴 수 없습니다", support=13_500_001)
    refused(case, "amount", "changes.ratio", "비율이", support=13_500_000, own_cash=4_000_000)
    refused(case, "amount", "changes.deposit", "현물로 적으세요", support=13_500_000, own_cash=5_000_000)
    request_id = makers.ask(case, "amount", support=13_500_000, own_cash=4_500_000, in_kind=2_000_000)
    makers.approve(case, request_id)
    makers.sign(request_id, case.sme, case.supplier)
    assert case.pots == FULL
    with pytest.raises(Exception, match="never rises"):
        owner.execute("update voucher set support_minor = support_minor + 1")
    owner.execute("alter table voucher disable trigger voucher_support_never_rises")
    owner.execute("update voucher set support_minor = support_minor + 1")  # the twin: it would have


def test_before_the_own_share_is_in_it_may_rise(app):
    case = makers.make_case(active=False)
    request_id = makers.ask(case, "amount", support=13_500_000, own_cash=6_500_000, in_kind=0)
    makers.approve(case, request_id)
    makers.sign(request_id, case.sme, case.supplier)
    voucher = voucher_of(case)
    assert (voucher.support_minor, voucher.own_cash_minor, voucher.vat_minor) == (13_500_000, 6_500_000, 2_000_000)


def test_less_money_lapses_and_is_refunded_by_new_postings_only(case, owner):
    makers.place_order(case, 4)
    before = owner.execute("select id, amount from ledger_transfer order by id").fetchall()
    request_id = makers.ask(case, "amount")
    makers.approve(case, request_id)
    makers.sign(request_id, case.sme, case.supplier)
    assert case.pots == (9_000_000, 3_000_000, 4_200_000, 1_400_000, 700_000)
    assert voucher_of(case).support_minor == 12_000_000
    after = owner.execute("select id, amount from ledger_transfer order by id").fetchall()
    assert after[: len(before)] == before and len(after) == len(before) + 2
    assert makers.balanced()


def test_what_orders_hold_is_not_taken_away(case):
    makers.place_order(case, 16)
    refused(case, "amount", "changes.reserved", "발주에 묶여", support=9_000_000, own_cash=3_000_000)


def test_a_new_scope_takes_a_committee(case):
    request_id = makers.ask(case, "scope")
    makers.approve(case, request_id)
    assert makers.state_of(request_id) == "asked"
    with pytest.raises(Refused, match="이미 승인했습니다"):
        makers.approve(case, request_id)
    makers.approve(case, request_id, by=case.officer)
    assert makers.state_of(request_id) == "signing"
    makers.sign(request_id, case.sme, case.supplier)
    assert makers.state_of(request_id) == "applied" and case.pots == FULL


def test_a_firm_that_takes_over_fulfils_the_conditions_itself(case):
    other = factories.make_sme()
    makers_order = makers.place_order(case, 1)
    refused(case, "merger", "changes.merger", "발주를 완료하거나", organisation_id=other.organisation_id)
    with transaction():
        cancel_order(makers_order, "합병", by=SYSTEM)
    barred = factories.make_sme()
    with transaction():
        session.add(Bar(organisation_id=barred.organisation_id, reason="제재", from_on=clock.today()))
    refused(case, "merger", "eligibility", "갖추지 못했습니다", organisation_id=barred.organisation_id)
    request_id = makers.ask(case, "merger", reason_code="reorganisation", organisation_id=other.organisation_id)
    makers.approve(case, request_id)
    makers.sign(request_id, other, case.supplier)
    assert agreement_of(case).organisation_id == voucher_of(case).organisation_id == other.organisation_id
    assert case.pots == FULL


def test_giving_up_returns_everything_and_bars_for_a_year(case):
    makers.place_order(case, 4)
    request_id = makers.ask(case, "withdrawal")
    makers.approve(case, request_id)
    assert case.pots == (0, 0, 0, 0, 6_300_000)
    assert str(voucher_of(case).state) == "closed"
    assert str(agreement_of(case).state) == "terminated"
    assert is_barred(case.sme.organisation_id)
    barred = session.scalars(select(Bar)).one()
    assert (barred.until_on - barred.from_on).days == 365
    assert makers.balanced()


def test_with_a_good_cause_there_is_no_bar(case):
    request_id = makers.ask(case, "withdrawal", reason_code="disaster")
    makers.approve(case, request_id)
    assert not is_barred(case.sme.organisation_id)
    assert str(voucher_of(case).state) == "closed"


def test_giving_up_before_the_own_share_is_in_cancels_the_voucher(app):
    case = makers.make_case(active=False)
    request_id = makers.ask(case, "withdrawal", reason_code="closure")
    makers.approve(case, request_id)
    assert (str(voucher_of(case).state), str(agreement_of(case).state)) == ("cancelled", "terminated")


@pytest.mark.parametrize(("unusable", "state"), [(False, "expired"), (True, "frozen")])
def test_a_fault_stops_orders_and_keeps_what_was_delivered_for_settlement(case, unusable, state):
    kept, gone = makers.place_order(case, 4), makers.place_order(case, 2)
    deliveries.make_delivery(case, kept, 2)
    request_id = makers.ask(case, "termination", reason_code="breach", unusable=unusable)
    with pytest.raises(NotYours, match="스스로 결정할 수 없습니다"):
        makers.approve(case, request_id, by=case.officer)
    makers.approve(case, request_id)
    assert str(voucher_of(case).state) == state
    assert [str(session.get_one(PurchaseOrder, each).state) for each in (kept, gone)] == ["accepted", "cancelled"]
    assert case.pots == (10_500_000, 3_000_000, 4_900_000, 1_400_000, 0)
    assert makers.balanced()


def test_the_rest_is_closed_when_nothing_is_held_any_more(case, app):
    order_id = makers.place_order(case, 4)
    deliveries.make_delivery(case, order_id, 2)
    request_id = makers.ask(case, "termination", reason_code="breach")
    makers.approve(case, request_id)
    assert jobs.run_job(app, "amendments.close_rest") == 0
    with transaction():
        session.execute(update(OrderLine).values(delivered_minor=0))
    with transaction():
        cancel_order(order_id, "끝", by=SYSTEM)
    assert jobs.run_job(app, "amendments.close_rest") == 1
    assert case.pots == (0, 0, 0, 0, 6_300_000)


def test_an_answer_is_due_within_ten_working_days_and_every_party_is_told(case, app):
    request_id = makers.ask(case, "scope")
    request = makers.requests()[0]
    assert request.due_on == add_working_days(clock.today(), 10)
    task = next(each for each in waiting_for(case.second) if each.values == {"request_id": request_id})
    assert task.due_on == request.due_on
    with transaction():
        operations.refuse_change(request_id, "필요하지 않습니다", by=case.second)
    told = {row.organisation_id for row in session.scalars(select(Notice).where(Notice.kind == "change_refused"))}
    assert {case.sme.organisation_id, case.supplier.organisation_id} <= told


def test_a_refusal_is_objected_to_once_and_another_officer_looks(case):
    request_id = makers.ask(case, "scope")
    with pytest.raises(Refused, match="불허 사유"), transaction():
        operations.refuse_change(request_id, " ", by=case.second)
    with transaction():
        operations.refuse_change(request_id, "범위를 벗어납니다", by=case.second)
    with pytest.raises(NotYours), transaction():
        operations.object_to_refusal(request_id, "아닙니다", by=case.supplier)
    with transaction():
        operations.object_to_refusal(request_id, "범위 안입니다", by=case.sme)
    with pytest.raises(NotYours, match="다른 담당자"):
        makers.approve(case, request_id)
    third = factories.make_officer()
    with transaction():
        operations.refuse_change(request_id, "역시 벗어납니다", by=third)
    assert makers.state_of(request_id) == "upheld"
    with pytest.raises(Refused, match="바꿀 수 없습니다"), transaction():
        operations.object_to_refusal(request_id, "또", by=case.sme)


def test_nobody_allows_what_the_preview_did_not_show(case, monkeypatch):
    request_id = makers.ask(case, "withdrawal")
    seen = makers.preview(case, request_id)
    makers.place_order(case, 4)
    with pytest.raises(Refused, match="미리보기와 다릅니다"), transaction():
        operations.approve_change(request_id, seen_sha256=seen, by=case.second)
    assert str(voucher_of(case).state) == "active"
    assert case.pots == (10_500_000, 3_000_000, 4_900_000, 1_400_000, 0)

    class Blind(str):
        def __ne__(self, other):
            return False

        __hash__ = str.__hash__

    monkeypatch.setattr(decide, "plan_now", _blind(decide.plan_now, Blind))
    with transaction():
        operations.approve_change(request_id, seen_sha256=seen, by=case.second)  # the twin: allowed unseen
    assert str(voucher_of(case).state) == "closed"


def _blind(real, kind):
    class Shown:
        def __init__(self, plan):
            self.plan = plan

        def __getattr__(self, name):
            return getattr(self.plan, name)

        def sha256(self):
            return kind(self.plan.sha256())

    return lambda request, agreement: Shown(real(request, agreement))


def test_what_the_world_has_overtaken_is_not_signed_but_weighed_again(case):
    request_id = makers.ask(case, "amount")
    makers.approve(case, request_id)
    makers.sign(request_id, case.sme)
    makers.place_order(case, 2)
    with pytest.raises(Refused, match="다시 검토해야"):
        makers.sign(request_id, case.supplier)
    with transaction():
        operations.reopen_change(request_id, by=case.second)
    makers.approve(case, request_id)
    makers.sign(request_id, case.sme, case.supplier)
    assert makers.state_of(request_id) == "applied"


def test_one_change_at_a_time(case):
    makers.ask(case, "scope")
    with pytest.raises(Refused, match="처리 중인 변경 신청"):
        makers.ask(case, "period")
    assert len(makers.requests()) == 1


def test_only_those_who_bind_a_party_ask(case):
    stranger, auditor = factories.make_sme(), factories.make_auditor()
    for who in (stranger, auditor, case.officer, case.supplier):
        with pytest.raises(NotYours):
            makers.ask(case, "withdrawal", by=who)
    with pytest.raises(NotYours):
        makers.ask(case, "termination", by=case.sme)
    with pytest.raises(Refused, match="사유를 고르고"), transaction():
        operations.ask_change(
            case.agreement_id, makers.ChangeKind.SCOPE, reason_code="?", reason="x", wanted={}, by=case.sme
        )
    assert not makers.requests() and session.get_one(Agreement, case.agreement_id).state == "signed"
