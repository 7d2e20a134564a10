"""Awkward ways of orders and deliveries."""

from datetime import datetime

from marketplace.core import clock
from marketplace.core.jobs import run_all
from tests.journeys.places import begins

FULL = (13_500_000, 0, 6_300_000, 0)
SET_ASIDE = (6_000_000, 7_500_000, 2_800_000, 3_500_000)


@begins("accepted")
def test_an_order_cancelled_before_delivery_gives_everything_back(walk):
    order = walk.path("order")
    assert walk.pots() == SET_ASIDE
    assert walk.member.forces(f"{order}/cancel", {"reason": "계획이 바뀌었습니다."}).status_code == 403
    assert walk.sme.forces(f"{order}/cancel", {"reason": "계획이 바뀌었습니다."}).status_code == 422  # it was accepted
    typed = {"kind": "cancel", "reason_code": "project", "reason": "계획이 바뀌었습니다."}
    change = walk.sme.forces(f"{order}/changes/new", typed).location
    run_all(walk.app, "papers.render")
    for person in (walk.supplier, walk.sme):
        assert walk.pots() == SET_ASIDE
        person.forces("/account/step-up/demo", {"next": change})
        person.sends(change, "/sign", agree="y")
    assert walk.pots() == FULL
    walk.supplier.is_told("취소").reads(order).says("계획이 바뀌었습니다.")
    walk.supplier.need_not("납품하세요")
    assert walk.supplier.reads(f"{order}/deliveries").offers("/deliveries/new") is False
    walk.happened("purchase_order:cancelled", f"purchase_order:{walk.number('order')}", "sme")
    answer = walk.supplier.forces(f"{order}/deliveries/new", {f"quantity_{walk.line()}": "8"})
    assert answer.status_code == 422
    assert walk.pots() == FULL


@begins("accepted")
def test_a_delivery_in_parts_is_accepted_in_parts_and_paid_in_parts(walk, tmp_path):
    walk.hands_over("5", {"a.csv": b"1,2\n"})
    assert walk.counters() == (10_000_000, 6_250_000, 0, 0, 0)
    form = walk.member.reads(walk.path("delivery")).form("/inspect")
    (quantity,) = [name for name in form.names if name.startswith("quantity_")]
    walk.member.is_refused(walk.path("delivery"), "/inspect", **{quantity: "3"})  # a refusal needs a reason
    walk.member.is_refused(walk.path("delivery"), "/inspect", **{quantity: "6"})
    assert walk.counters() == (10_000_000, 6_250_000, 0, 0, 0)
    walk.inspects("3", "두 달 치의 열이 모자랍니다.")
    assert walk.counters() == (10_000_000, 3_750_000, 3_750_000, 0, 0)
    walk.supplier.is_told("일부").reads(walk.path("delivery")).says("두 달 치의 열이 모자랍니다.")
    walk.invoices(1)  # for what is accepted so far
    walk.is_approved()
    assert walk.pots() == (6_000_000, 4_687_500, 2_800_000, 2_187_500)
    walk.hands_over("5", {"b.csv": b"3,4\n"})
    walk.inspects()
    walk.invoices(2)
    walk.is_approved()
    assert walk.counters() == (10_000_000,) * 4 + (0,)
    assert walk.pots() == (6_000_000, 0, 2_800_000, 0)
    walk.is_paid(tmp_path)
    assert walk.counters() == (10_000_000,) * 5
    money = walk.where_the_money_is()
    assert money["paid"] == 11_000_000
    walk.closes(tmp_path)
    assert (walk.where_the_money_is()["paid"], walk.where_the_money_is()["lapsed"]) == (13_800_000, 6_000_000)


@begins("active")
def test_an_expired_voucher_buys_nothing(walk, moved_to):
    walk.finds_and_drafts()
    moved_to(datetime(2020, 12, 1, 0, 0, tzinfo=clock.SEOUL))  # the day after its last one, before the job has come by
    walk.sme.is_refused(walk.path("order"), "/submit").says("기한")
    assert walk.pots() == FULL
    walk.runs("vouchers.expire")
    walk.sme.is_told("기한").reads(walk.path("voucher")).says("만료")
    answer = walk.sme.forces(f"{walk.path('order')}/submit")
    assert answer.status_code == 422
    assert walk.pots() == FULL


@begins("active")
def test_a_frozen_voucher_buys_nothing_until_it_is_free_again(walk):
    walk.finds_and_drafts()
    walk.officer.sends(walk.path("voucher"), "/freeze", reason="자부담 대납 의혹을 확인합니다.")
    walk.sme.is_told("정지").reads(walk.path("voucher")).says("자부담 대납 의혹을 확인합니다.")
    answer = walk.sme.forces(f"{walk.path('order')}/submit")
    assert answer.status_code == 422 and "정지" in answer.text
    assert walk.pots() == FULL
    walk.officer.sends(walk.path("voucher"), "/unfreeze")
    walk.sme.is_told("바우처 정지가 풀렸습니다")
    walk.submits()
    assert walk.pots() == SET_ASIDE


@begins("active")
def test_an_order_beyond_the_voucher_says_by_how_much_and_sets_nothing_aside(walk):
    walk.finds_and_drafts("20")
    page = walk.sme.reads(walk.path("order"))
    page.says("바우처로 살 수 있는 금액보다", "18,000,000원")
    answer = walk.sme.forces(f"{walk.path('order')}/submit")
    assert answer.status_code == 422
    assert walk.pots() == FULL
