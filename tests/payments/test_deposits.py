"""Deposits: matched to the expected own share, or held until two officers decide; each transfer counts once."""

from datetime import date
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from marketplace.core import clock
from marketplace.core.db import session, transaction
from marketplace.core.errors import NotYours, Refused
from marketplace.core.jobs import run_job
from marketplace.ledger import queries as ledger
from marketplace.ledger.operations import verify
from marketplace.notices.models import Notice
from marketplace.payments import operations, policies, queries
from marketplace.payments.models import BankStatement, Deposit, DepositState, HeldFor, OwnShareReceipt, ReceiptState
from marketplace.payments.rules import StatementLine, read_statement
from marketplace.payments.rules.matching import Expected, match
from marketplace.vouchers.models import VoucherState
from tests import factories
from tests.orders.makers import make_market
from tests.payments import makers

HEAD = "reference,date,amount,payer_bank,payer_account,payer_name,memo\r\n"
DUE = 6_300_000


def file_of(*rows):
    return (HEAD + "".join(",".join(map(str, row)) + "\r\n" for row in rows)).encode()


def row(reference, amount=DUE, code="004", account="123456789", name="한빛데이터", memo=""):
    return (reference, clock.today(), amount, code, account, name, memo)


def read(programme_id, data, by=None):
    by = by or factories.make_settler()
    session.rollback()
    with transaction():
        return operations.read_bank_statement(programme_id, data, name="a.csv", by=by).id


def the(reference):
    session.rollback()
    return session.scalars(select(Deposit).where(Deposit.reference == reference)).one()


def held(programme_id):
    session.rollback()
    kinds = ("bank_in", "suspense", "in_transit")
    found = ledger.balances(*((kind, programme_id) for kind in kinds))
    return tuple(found[kind, programme_id] for kind in kinds)


def test_a_statement_from_upload_to_an_active_voucher_and_a_return(app, as_):
    voucher = makers.make_waiting_voucher()
    programme = voucher.programme_id
    payer = queries.active_account(voucher.organisation_id)
    code, account = payer.code, payer.account
    first, second = factories.make_officer(), factories.make_settler()
    data = file_of(
        row("R-0001", code=code, account=account),
        row("R-0002", account="99999999999", name="누구"),
        row("R-0003", 5_000_000, code=code, account=account),
        row("R-0004", 7, code=code, account=account),
    )
    browser = as_(first)

    def upload(data, name="june.csv"):
        fields = {"programme_id": programme, "file": (BytesIO(data), name)}
        return browser.send("/payments/deposits/statement", fields, content_type="multipart/form-data")

    for wrong in (
        b"",
        b"\xff",
        HEAD.encode(),
        data.replace(b"6300000", b"63.5"),
        data + data.split(b"\r\n")[1] + b"\r\n",
    ):
        assert upload(wrong).status_code == 422
    assert session.query(Deposit).count() == 0
    assert upload(data).status_code == 303
    states = {each.reference: (each.state, each.held_for) for each in session.scalars(select(Deposit))}
    assert states == {
        "R-0001": (DepositState.TAKEN, None),
        "R-0002": (DepositState.HELD, HeldFor.UNKNOWN_PAYER),
        "R-0003": (DepositState.HELD, HeldFor.NOTHING_DUE),
        "R-0004": (DepositState.HELD, HeldFor.NOTHING_DUE),
    }
    assert held(programme) == (-DUE, 0, 0)  # of another voucher; nothing has moved
    assert session.scalars(select(Notice).where(Notice.kind == "deposits_held")).one().facts["count"] == 3
    again = upload(data)
    assert (again.status_code, "이미 읽은 거래내역" in again.text) == (422, True)
    assert upload(data + file_of(row("R-0005", 9))[len(HEAD) :]).status_code == 303  # overlaps: one line is new
    assert session.query(Deposit).count() == 5
    assert "다른 금액이나 날짜로" in upload(data.replace(b",7,", b",8,")).text
    page = as_(second).get("/payments/deposits").text
    assert "확인된 계좌가 아님" in page
    assert "payments/receipts" in page
    assert "R-0002" in as_(factories.make_auditor()).get("/payments/deposits?format=csv").text
    assert as_(factories.make_sme()).get("/payments/deposits").status_code == 403
    wanted = {task.endpoint for task in queries.waiting_for(second)}
    assert {"payments.deposits", "payments.receipts"} <= wanted

    receipt = the("R-0001").receipt_id
    assert browser.send(f"/payments/receipts/{receipt}/confirm").status_code == 422  # by who brought the file
    assert run_job(app, "payments.activate") == 0
    assert as_(second).send(f"/payments/receipts/{receipt}/confirm").status_code == 303
    assert run_job(app, "payments.activate") == 1
    assert makers.voucher_now(voucher.id).state == VoucherState.ACTIVE

    stranger = the("R-0002").id
    assert (
        browser.send(f"/payments/deposits/{stranger}/ask-return", {"reason": "보낸 이를 알 수 없음"}).status_code == 303
    )
    back = {"return_reference": "OUT-0001"}
    own = browser.send(f"/payments/deposits/{stranger}/return", back)
    assert (own.status_code, "반환을 요청한 사람은" in own.text) == (422, True)
    assert held(programme) == (-2 * DUE, 0, 0)
    assert as_(second).send(f"/payments/deposits/{stranger}/keep").status_code == 303
    assert (
        browser.send(f"/payments/deposits/{stranger}/ask-return", {"reason": "보낸 이를 알 수 없음"}).status_code == 303
    )
    assert as_(second).send(f"/payments/deposits/{stranger}/return", back).status_code == 303
    assert the("R-0002").state == DepositState.RETURNED
    assert held(programme) == (-2 * DUE, 0, 0)  # in and out again
    came = ledger.statement(key_prefix=f"deposit:{stranger}:return", limit=5)
    assert len(came) == 2
    with transaction():
        assert verify().ok


def test_typed_or_assigned_it_still_takes_two_and_what_is_taken_back_is_held_again(app, as_):
    market = make_market()
    one, other = makers.make_waiting_voucher(market), makers.make_waiting_voucher(market)
    payer = queries.active_account(one.organisation_id)
    number, programme, firm_account = one.number, one.programme_id, (payer.code, payer.account)
    assert one.organisation_id == other.organisation_id
    first, second = factories.make_settler(), factories.make_settler()
    typed = {
        "programme_id": programme, "reference": " t-77 01 ", "received_on": clock.today().isoformat(),
        "amount": "6,300,000", "payer_code": firm_account[0], "payer_account": firm_account[1], "payer_name": "한빛",
    }  # fmt: skip
    browser = as_(first)
    assert browser.send("/payments/deposits/new", {**typed, "amount": "0"}).status_code == 422
    assert browser.send("/payments/deposits/new", typed).status_code == 303
    deposit = the("T-7701")
    identity = deposit.id
    assert (deposit.state, deposit.held_for) == (DepositState.HELD, HeldFor.AMBIGUOUS)  # two vouchers wait for as much
    assert "이미 등록된 은행 거래번호" in browser.send("/payments/deposits/new", typed).text
    path = f"/payments/deposits/{identity}/assign"
    assert browser.send(path, {"voucher_number": "DV-없음", "reason": "전화로 확인함"}).status_code == 422
    assert browser.send(path, {"voucher_number": number.lower(), "reason": "전화로 확인함"}).status_code == 303
    receipt_id = the("T-7701").receipt_id
    assert (makers.receipt_now(receipt_id).entered_by, the("T-7701").reason) == (first.person_id, "전화로 확인함")
    session.rollback()
    with transaction():
        operations.reject_receipt(receipt_id, "다른 기업의 돈", by=second)
    assert (the("T-7701").state, the("T-7701").held_for) == (DepositState.HELD, HeldFor.TAKEN_BACK)
    session.rollback()
    with transaction():
        operations.assign_deposit(identity, number, "다시 확인함", by=first)
    makers.confirm(the("T-7701").receipt_id, second)
    receipt_id = the("T-7701").receipt_id
    session.rollback()
    with transaction():
        operations.ask_reversal(receipt_id, "은행이 취소함", by=first)
    with transaction():
        operations.reverse_receipt(receipt_id, by=second)
    assert the("T-7701").state == DepositState.HELD
    assert makers.receipt_now(receipt_id).state == ReceiptState.REVERSED
    # A receipt that somebody typed before the file came is the same transfer, unless the amount says otherwise.
    makers.enter(one.id, 300_000, first, bank_reference="SAME-1")
    makers.enter(one.id, 300_000, first, bank_reference="SAME-2")
    read(programme, file_of(row("SAME-1", 300_000), row("SAME-2", 300_001)))
    assert (the("SAME-1").state, the("SAME-2").held_for) == (DepositState.TAKEN, HeldFor.KNOWN_REFERENCE)


def test_every_state_and_every_deed(app):
    """held, taken, returning, returned × assign, ask, keep, return: what is allowed happens, the rest says why."""
    one, two = factories.make_settler(), factories.make_settler()
    sme, count = factories.make_sme(), iter(range(1000, 9999))
    number = makers.make_waiting_voucher().number

    def begin(state):
        programme = queries.find_voucher_by_number(number).programme_id
        line = StatementLine(f"TABLE-{next(count)}", clock.today(), 10, "", "", "누구", "")
        session.rollback()
        with transaction():
            identity = operations.type_deposit(programme, line, by=one).id
        if state == "taken":
            with transaction():
                operations.assign_deposit(identity, number, "이유입니다", by=one)
        if state in ("returning", "returned"):
            with transaction():
                operations.ask_return(identity, "이유입니다", by=one)
        if state == "returned":
            with transaction():
                operations.confirm_return(identity, line.reference, by=two)
        return identity

    deeds = {
        "assign": (lambda i, by: operations.assign_deposit(i, number, "이유입니다", by=by), {"held": "taken"}, 0),
        "ask": (lambda i, by: operations.ask_return(i, "이유입니다", by=by), {"held": "returning"}, 0),
        "keep": (lambda i, by: operations.keep_deposit(i, by=by), {"returning": "held"}, 0),
        "return": (lambda i, by: operations.confirm_return(i, f"B-{i:04d}", by=by), {"returning": "returned"}, 2),
    }
    for deed, allowed, moves in deeds.values():
        for state in map(str, DepositState):
            identity = begin(state)
            key = f"deposit:{identity}:"
            before = len(ledger.statement(key_prefix=key, limit=9))
            session.rollback()
            with pytest.raises(NotYours), transaction():
                deed(identity, sme)
            session.rollback()
            if state in allowed:
                with transaction():
                    deed(identity, two)
                assert session.get_one(Deposit, identity, populate_existing=True).state == allowed[state]
                assert len(ledger.statement(key_prefix=key, limit=9)) == before + moves
            else:
                with pytest.raises(Refused) as why, transaction():
                    deed(identity, two)
                assert len(str(why.value)) > 8
                session.rollback()
                assert session.get_one(Deposit, identity, populate_existing=True).state == state
                assert len(ledger.statement(key_prefix=key, limit=9)) == before
            session.rollback()


def test_twins_without_its_guard_each_bad_thing_happens(app, monkeypatch, owner):
    programme = make_market().programme_id
    one = factories.make_settler()
    data = file_of(row("W-0001", account="77777777"))
    read(programme, data, one)
    identity = the("W-0001").id
    monkeypatch.setattr(policies, "is_another_person_than", lambda *_who: True)
    session.rollback()
    with transaction():
        operations.ask_return(identity, "이유입니다", by=one)
    with pytest.raises(Refused, match="반환을 요청한 사람은"), transaction():
        operations.confirm_return(identity, "W-BACK", by=one)
    session.rollback()
    owner.execute("alter table deposit drop constraint ck_deposit_two_persons")
    with transaction():
        operations.confirm_return(identity, "W-BACK", by=one)
    monkeypatch.setattr(queries, "find_statement", lambda _digest: None)
    with pytest.raises(Refused, match="이미 읽은 거래내역 파일입니다"):
        read(programme, data, one)
    session.rollback()
    owner.execute("alter table bank_statement drop constraint uq_bank_statement_sha256")
    read(programme, data, one)
    assert session.query(BankStatement).count() == 2
    assert session.query(Deposit).count() == 1  # each line still counts once, by its reference
    assert session.query(OwnShareReceipt).count() == 0


def test_who_pays_and_how_much_decides():
    known = [Expected(1, "004", "111", 500), Expected(2, "004", "111", 700), Expected(3, "088", "222", 0)]
    known += [Expected(4, "088", "333", 900), Expected(5, "088", "333", 900), Expected(6, "020", "111", 500)]
    for code, account, amount, found in (
        ("004", "111", 500, 1), ("004", "111", 700, 2), ("004", "111", 1200, "other_amount"), ("", "111", 700, 2),
        ("", "111", 500, "ambiguous"), ("088", "222", 1, "nothing_due"), ("088", "333", 900, "ambiguous"),
        ("088", "111", 500, "unknown_payer"), ("004", "", 500, "unknown_payer"), ("", "", 500, "unknown_payer"),
    ):  # fmt: skip
        assert match(code, account, amount, known) == found, (code, account, amount)


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reading_of_a_statement(data):
    lines, errors = read_statement(data, date(2020, 9, 1))
    assert errors or lines
