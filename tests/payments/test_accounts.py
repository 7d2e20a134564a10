"""Where a firm is paid: two persons, the firm's own name, and a waiting time in which nobody is paid."""

from dataclasses import replace
from io import BytesIO

import pytest
from sqlalchemy import false, select

from marketplace.accounts.models import MemberRole, Membership, Organisation
from marketplace.accounts.operations import change_member_role
from marketplace.core import clock
from marketplace.core.db import session, transaction
from marketplace.core.errors import NotYours, Refused
from marketplace.core.jobs import run_job
from marketplace.core.korea import add_working_days
from marketplace.notices.models import Notice
from marketplace.payments import operations, policies, queries
from marketplace.payments.models import BankAccount, BankAccountState
from marketplace.payments.operations import accounts as at_work
from marketplace.payments.rules import account_holders, same_depositor
from tests import factories
from tests.conftest import set_clock
from tests.payments import makers
from tests.settlement import makers as settlement
from twins import bank_check

COPY = b"%PDF-1.7 a passbook"


def name_of(viewer):
    return session.scalars(select(Organisation.name).where(Organisation.id == viewer.organisation_id)).one()


def ask(by, account="110123456789", *, holder=None, copy=True):
    document = ("0" * 64, "copy.pdf") if copy else None
    with transaction():
        facts = {"code": "088", "account": account, "holder": holder or name_of(by), "document": document}
        return operations.ask_account(by.organisation_id, **facts, by=by).id


def say(account_id, holder):
    with transaction():
        operations.note_holder(account_id, holder, "")


def approve(account_id, by, days=3):
    with transaction():
        operations.approve_account(account_id, wait_days=days, by=by)


def now(account_id):
    session.rollback()
    return session.get_one(BankAccount, account_id, populate_existing=True)


def colleague(of, role=MemberRole.SIGNATORY):
    return factories.make_person(organisation_id=of.organisation_id, role=role)


def test_from_the_wish_to_the_first_payout_on_the_pages(app, as_):
    ready = settlement.make_ready(4)
    boss = ready.supplier
    page = f"/payments/firms/{boss.organisation_id}/accounts"
    before = queries.active_account(boss.organisation_id)
    old, firm = before.id, name_of(boss)
    typed = {"bank_code": "088", "bank_account": "110-123-456789", "bank_holder": firm}
    browser = as_(boss)
    wrong = [{"bank_code": "999"}, {"bank_account": "12"}, {"bank_account": "٣" * 12}, {"bank_holder": ""}]
    wrong += [{"bank_holder": "다른기업"}, {"bank_code": before.code, "bank_account": before.account}]
    wrong += [{"document": (BytesIO(b"MZ"), "copy.exe")}]
    for change in wrong:
        refused = browser.send(page, {**typed, **change}, content_type="multipart/form-data")
        assert (refused.status_code, session.query(BankAccount).filter_by(state="asked").count()) == (422, 0), change
    assert as_(colleague(boss, MemberRole.MEMBER)).send(page, typed).status_code == 403
    upload = {**typed, "document": (BytesIO(COPY), "../copy.pdf")}
    assert browser.send(page, upload, content_type="multipart/form-data").status_code == 303
    account = queries.live_account(boss.organisation_id)
    number = account.id
    assert (account.account, account.document_name, account.state) == (
        "110123456789",
        "copy.pdf",
        BankAccountState.ASKED,
    )
    assert browser.get(f"/payments/accounts/{number}/document").data == COPY
    assert as_(factories.make_supplier()).get(f"/payments/accounts/{number}/document").status_code == 404
    again = browser.send(page, {**typed, "bank_account": "110-123-450000"})
    assert again.status_code == 422
    assert "아직 끝나지 않은 계좌 신청" in again.text

    officer = factories.make_settler()
    assert [each.endpoint for each in queries.waiting_for(officer)] == ["payments.accounts_of_firm"]
    desk = as_(officer)
    assert firm in desk.get("/payments/accounts?state=asked").text
    assert "copy.pdf" in desk.get(page).text
    assert browser.send(f"/payments/accounts/{number}/approve").status_code == 422  # by who asked
    assert desk.send(f"/payments/accounts/{number}/approve").status_code == 303
    account = now(number)
    assert (account.state, account.usable_on) == (BankAccountState.WAITING, add_working_days(clock.today(), 3))
    assert queries.active_account(boss.organisation_id).id == old

    settlement.make_approved(ready, 1)
    makers.queue()
    maker = as_(factories.make_settler())
    assert "계좌가 바뀌어 적용일을 기다리는 기업" in maker.get("/payments/batches").text
    assert maker.send("/payments/batches/new", {"programme_id": ready.market.programme_id}).status_code == 422
    assert run_job(app, "payments.account_activate") == 0
    set_clock(app, days=8)
    assert run_job(app, "payments.account_activate") == 1
    assert run_job(app, "payments.account_activate") == 0
    assert (now(number).state, now(old).state) == (BankAccountState.ACTIVE, BankAccountState.REPLACED)
    firm_row = session.get_one(Organisation, boss.organisation_id, populate_existing=True)
    assert firm_row.bank_account == "110123456789"
    batch = makers.make_batch(ready.market.programme_id)
    (payout,) = makers.payouts_now(batch)
    assert (payout.bank_account_id, payout.bank_account) == (number, "110123456789")
    assert ",088,110123456789," in makers.batch_now(batch).file
    assert "전부터 쓰던 계좌" in browser.get(page).text


def _promoted(member, by):
    """The member as a signatory from now on."""
    with transaction():
        membership = session.scalars(select(Membership).where(Membership.person_id == member.person_id)).one()
        change_member_role(membership.id, MemberRole.SIGNATORY, by=by)
    return replace(member, roles=by.roles)


def test_the_bank_names_the_holder_and_a_colleague_agrees_without_an_officer(app, as_):
    boss = factories.make_supplier()
    other = colleague(boss)
    member = factories.make_person(organisation_id=boss.organisation_id, role=MemberRole.MEMBER)
    firm = name_of(boss)
    holders = {("088", "110123456789"): f"{firm} 주식회사", ("088", "110123456780"): "엉뚱한회사"}
    number = ask(boss, copy=False)
    with pytest.raises(Refused, match="예금주 조회가 끝난 계좌만"):
        approve(number, other)
    with pytest.raises(Refused, match="예금주 조회도 통장 사본도 없습니다"):
        approve(number, factories.make_settler())
    settings = app.config["MARKETPLACE"]
    with bank_check.running(holders) as address:
        app.config["MARKETPLACE"] = replace(settings, bank_check_url=address)
        assert run_job(app, "payments.account_check") == 1
        assert run_job(app, "payments.account_check") == 0
        assert (now(number).found_holder, now(number).agreed) == (f"{firm} 주식회사", True)
        assert [each.endpoint for each in queries.waiting_for(other)] == ["payments.accounts_of_firm"]
        stranger = factories.make_supplier()
        with pytest.raises(NotYours):
            approve(number, stranger)
        late = colleague(boss)
        session.rollback()
        with pytest.raises(Refused, match="신청한 뒤에 들어오거나"):
            approve(number, late)
        promoted = _promoted(member, by=boss)
        with pytest.raises(Refused, match="서명권자가 된 사람"):
            approve(number, promoted)
        approve(number, other)
        assert now(number).state == BankAccountState.WAITING
        with transaction():
            operations.withdraw_account(number, by=other)
        third, unknown = ask(boss, "110123456780"), None
        assert run_job(app, "payments.account_check") == 1
        with pytest.raises(Refused, match="엉뚱한회사"):
            approve(third, factories.make_settler())
        officer = factories.make_settler()
        with transaction():
            operations.refuse_account(third, "예금주가 다릅니다", by=officer)
        unknown = ask(boss, "110123456781")
        assert run_job(app, "payments.account_check") == 1
        assert (now(unknown).found_holder, now(unknown).problem) == (None, "없는 계좌입니다")
    app.config["MARKETPLACE"] = replace(settings, bank_check_url=address)  # the bank is away now
    with transaction():
        operations.withdraw_account(unknown, by=boss)
    last = ask(boss, "110123456782")
    assert run_job(app, "payments.account_check") == 0
    assert now(last).checked_at is None
    app.config["MARKETPLACE"] = settings


def test_those_who_were_put_out_of_the_firm_are_told_too(app):
    boss, gone = factories.make_supplier(), None
    gone = colleague(boss)
    with transaction():
        row = session.scalars(select(Membership).where(Membership.person_id == gone.person_id)).one()
        row.ended_at = clock.now()
    ask(boss)
    told = set(session.scalars(select(Notice.person_id).where(Notice.kind == "bank_account_asked")))
    assert told == {boss.person_id, gone.person_id}
    set_clock(app, days=31)
    assert queries.signatories_to_tell(boss.organisation_id) == [boss.person_id]


def test_a_first_account_is_used_at_once(app):
    boss = factories.make_supplier(bank_code=None, bank_account=None, bank_holder=None)
    number = ask(boss)
    approve(number, factories.make_settler())
    assert now(number).state == BankAccountState.ACTIVE
    assert queries.active_account(boss.organisation_id).usable_on == clock.today()


def test_every_state_and_every_deed(app):
    """asked, waiting, active, replaced, refused, withdrawn × the five deeds: what is allowed moves, the rest says why."""
    officer = factories.make_settler()

    def begin(state):
        boss = factories.make_supplier()
        number = ask(boss)
        if state in ("waiting", "active", "replaced"):
            approve(number, officer, 0 if state in ("active", "replaced") else 3)
        if state == "replaced":
            approve(ask(boss, "110123456780"), officer, 0)
        if state in ("refused", "withdrawn"):
            with transaction():
                deed = operations.refuse_account if state == "refused" else operations.withdraw_account
                deed(
                    number, *(["반려합니다"] if state == "refused" else []), by=officer if state == "refused" else boss
                )
        assert now(number).state == state
        return boss, number

    deeds = {
        "approve": (lambda boss, number: operations.approve_account(number, by=officer), {"asked": "waiting"}),
        "activate": (lambda boss, number: operations.activate_account(number), {}),
        "refuse": (
            lambda boss, number: operations.refuse_account(number, "사유입니다", by=officer),
            {"asked": "refused", "waiting": "refused"},
        ),
        "withdraw": (
            lambda boss, number: operations.withdraw_account(number, by=boss),
            {"asked": "withdrawn", "waiting": "withdrawn"},
        ),
        "note": (lambda boss, number: operations.note_holder(number, None, ""), dict.fromkeys(BankAccountState)),
    }
    for name, (deed, allowed) in deeds.items():
        for state in map(str, BankAccountState):
            boss, number = begin(state)
            active = queries.active_account(boss.organisation_id).id
            session.rollback()
            if state in allowed:
                with transaction():
                    deed(boss, number)
                assert now(number).state == (allowed[state] or state), (name, state)
                continue
            with pytest.raises(Refused) as why, transaction():
                deed(boss, number)
            assert len(str(why.value)) > 8, (name, state)
            assert now(number).state == state
            assert queries.active_account(boss.organisation_id).id == active


def test_twins_without_its_guard_each_bad_thing_happens(app, monkeypatch, owner):
    boss = factories.make_supplier()
    number = ask(boss)
    monkeypatch.setattr(policies, "is_another_person_than", lambda *_who: True)
    monkeypatch.setattr(policies, "may_verify_account", lambda _who: True)
    with pytest.raises(Refused, match="신청한 사람은 승인할 수 없습니다"):  # by the constraint
        approve(number, boss)
    session.rollback()
    owner.execute("alter table bank_account drop constraint ck_bank_account_two_persons")
    approve(number, boss)
    assert now(number).state == BankAccountState.WAITING
    monkeypatch.undo()
    ready = settlement.make_ready(4)
    supplier = ready.supplier
    approve(ask(supplier), factories.make_settler())
    settlement.make_approved(ready, 1)
    makers.queue()
    with pytest.raises(Refused, match="지금 지급할 건이 없습니다"):
        makers.make_batch(ready.market.programme_id)
    session.rollback()
    monkeypatch.setattr(queries.payouts, "_account_changes", false)
    makers.make_batch(ready.market.programme_id)
    monkeypatch.setattr(at_work, "_holds", lambda *_names: True)
    ask(factories.make_supplier(), holder="엉뚱한회사")


def test_whose_name_an_account_may_bear():
    firm = ("(주)한빛데이터", "Hanbit Data Co., Ltd.", "김한빛")
    for number, holder, agrees in (
        ("2208162517", "주식회사 한빛데이터", True),
        ("2208162517", "HANBIT DATA", True),
        ("2208162517", "김한빛", False),
        ("1208162517", "김한빛", False),
        ("1201062517", "김한빛", True),
        ("1209062517", "김한빛", True),
        (None, "김한빛", True),
        ("1201062517", "이한빛", False),
    ):
        assert same_depositor(holder, *account_holders(*firm, number)) is agrees, (number, holder)
