"""From the sign-up page to the first sign-in, and what is refused on the way."""

import pytest
from sqlalchemy import select, text

from marketplace.accounts import queries
from marketplace.accounts.documents import letter_of
from marketplace.accounts.models import MailToken, Membership, Organisation, Person
from marketplace.accounts.operations.links import write_mail
from marketplace.core import jobs
from marketplace.core.db import session, transaction
from marketplace.core.viewer import Role
from tests import factories
from tests.accounts import makers


def test_a_person_signs_up_with_a_firm_confirms_by_mail_and_is_signed_in(app, client):
    answer = client.send("/sign-up", makers.sign_up_fields())
    assert answer.status_code == 303
    assert "new@example.com" in client.get(answer.location).text
    assert session.scalars(select(Person)).all() == []
    assert session.scalars(select(Organisation)).all() == []
    letter = makers.latest_letter("new@example.com")
    assert letter.subject == "이메일 주소를 확인해 주세요"
    link = makers.link_in(letter)
    assert "새봄데이터" in client.get(link).text
    assert client.send(link, {"password": makers.PASSWORD}).status_code == 303
    person = session.scalars(select(Person)).one()
    firm = session.scalars(select(Organisation)).one()
    assert (person.email, person.phone, firm.name, firm.region) == (
        "new@example.com",
        "010-1234-5678",
        "새봄데이터",
        "26",
    )
    with client.session_transaction() as cookie:
        viewer = queries.find_viewer_of_session(cookie["sid"])
    assert viewer.roles == {Role.SME_MEMBER, Role.SME_SIGNATORY}
    assert viewer.organisation_id == firm.id


def test_the_link_works_once_and_what_was_typed_is_forgotten(app, client):
    client.send("/sign-up", makers.sign_up_fields())
    link = makers.link_in(makers.latest_letter("new@example.com"))
    client.send(link, {"password": makers.PASSWORD})
    assert client.get(link).status_code == 404
    assert client.send(link, {"password": makers.PASSWORD}).status_code == 404
    assert session.scalars(select(MailToken)).one().facts == {}


def test_the_link_alone_is_not_enough_so_nobody_is_talked_into_anothers_account(app, client):
    client.send("/sign-up", makers.sign_up_fields())
    link = makers.link_in(makers.latest_letter("new@example.com"))
    answer = client.send(link, {"password": "the owner knows nothing"})
    assert answer.status_code == 422
    assert "가입할 때 정한 비밀번호와 다릅니다" in answer.text
    assert session.scalars(select(Person)).all() == []


def test_the_link_runs_out_after_a_day_and_is_then_emptied(app, client, clock_at):
    client.send("/sign-up", makers.sign_up_fields())
    link = makers.link_in(makers.latest_letter("new@example.com"))
    clock_at(hours=25)
    assert client.get(link).status_code == 404
    assert jobs.run_job(app, "accounts.forget") == 1
    session.rollback()
    assert session.scalars(select(MailToken)).one().facts == {}


def test_no_token_is_kept_anywhere(app, client, superuser):
    client.send("/sign-up", makers.sign_up_fields())
    token = makers.link_in(makers.latest_letter("new@example.com")).rsplit("/", 1)[1]
    assert len(token) == 64
    tables = superuser.execute(
        "select table_name from information_schema.tables where table_schema = 'public'"
    ).fetchall()
    for (table,) in tables:
        rows = superuser.execute(f'select t::text from "{table}" t').fetchall()
        assert token not in str(rows), table


def test_a_known_address_gets_the_same_page_and_a_mail_that_tells_the_truth(app, client):
    makers.make_account("new@example.com")
    known = client.send("/sign-up", makers.sign_up_fields())
    unknown = app.test_client().send("/sign-up", makers.sign_up_fields(email="other@example.com"))
    assert (known.status_code, known.location) == (unknown.status_code, unknown.location)
    assert makers.latest_letter("new@example.com").subject == "이미 가입한 주소입니다"
    assert session.scalars(select(Organisation)).all() == []
    assert sorted(session.scalars(select(MailToken.purpose))) == ["confirm", "none"]


def test_a_known_address_is_not_told_by_what_happens_to_the_business_number(app, client):
    makers.make_account("new@example.com")
    number = factories.business_number()
    client.send("/sign-up", makers.sign_up_fields(business_number=number))
    again = makers.sign_up_fields(email="probe@example.com", business_number=number)
    assert app.test_client().send("/sign-up", again).status_code == 303
    unknown = makers.sign_up_fields(email="nobody@example.com", business_number=number)
    assert app.test_client().send("/sign-up", unknown).status_code == 303


def test_the_first_to_confirm_has_the_business_number(app, client):
    number = factories.business_number()
    for email in ("one@example.com", "two@example.com"):
        app.test_client().send("/sign-up", makers.sign_up_fields(email=email, business_number=number))
    first = makers.link_in(makers.latest_letter("one@example.com"))
    second = makers.link_in(makers.latest_letter("two@example.com"))
    assert app.test_client().send(first, {"password": makers.PASSWORD}).status_code == 303
    late = app.test_client().send(second, {"password": makers.PASSWORD})
    assert late.status_code == 422
    assert "이미 등록된 사업자등록번호" in late.text
    assert len(session.scalars(select(Person)).all()) == 1


def test_two_links_of_one_address_make_one_person(app, client):
    for _time in range(2):
        app.test_client().send("/sign-up", makers.sign_up_fields(business_number=factories.business_number()))
    links = [letter_of(mail) for mail in queries.latest_mails(2)]
    codes = [app.test_client().send(makers.link_in(one), {"password": makers.PASSWORD}).status_code for one in links]
    assert codes == [303, 422]
    assert len(session.scalars(select(Organisation)).all()) == 1


def test_a_pre_founder_signs_up_without_a_number(app, client):
    fields = makers.sign_up_fields(size_class="pre_founder", business_number="")
    client.send("/sign-up", fields)
    client.send(makers.link_in(makers.latest_letter("new@example.com")), {"password": makers.PASSWORD})
    assert session.scalars(select(Organisation)).one().business_number is None


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"business_number": "123-45-67890"}, "사업자등록번호가 올바르지 않습니다"),
        ({"business_number": ""}, "사업자등록번호를 입력하세요"),
        ({"size_class": "pre_founder"}, "예비창업자는 사업자등록번호가 없어야"),
        ({"size_class": "pre_founder", "business_number": "", "buys": "", "sells": "y"}, "사업자등록이 필요"),
        ({"buys": ""}, "하나 이상을 고르세요"),
        ({"password": "short"}, "10자 이상"),
        ({"password": "Password123"}, "쉽게 떠올리는"),
        ({"password": "new@example.com"}, "이메일 주소와 같은"),
        ({"email": "no address"}, "이메일 주소가 올바르지 않습니다"),
        ({"youth_from": "2020-01-01"}, "시작일과 종료일을 모두"),
        ({"youth_from": "2020-02-01", "youth_until": "2020-01-01"}, "시작하는 날보다 빠릅니다"),
        ({"consent": ""}, "이 항목을 입력하세요"),
        ({"phone": "call me"}, "전화번호를 확인하세요"),
        ({"firm_name": "a\0b"}, "제어 문자"),
        ({"region": "99"}, ""),
        ({"size_class": "giant"}, ""),
        ({"youth_from": "99999-99-99"}, ""),
    ],
)
def test_what_does_not_fit_is_refused_with_words_and_the_typed_values_stay(app, client, changes, words):
    answer = client.send("/sign-up", makers.sign_up_fields(**changes))
    assert answer.status_code == 422
    assert words in answer.text
    assert "박새봄" in answer.text
    assert makers.PASSWORD not in answer.text
    assert session.scalars(select(MailToken)).all() == []


def test_more_fields_than_the_form_has_change_nothing(app, client):
    fields = makers.sign_up_fields(business_state="open", id="7", disabled_at="2020-01-01", role="administrator")
    client.send("/sign-up", fields)
    client.send(
        makers.link_in(makers.latest_letter("new@example.com")), {"password": makers.PASSWORD, "role": "auditor"}
    )
    assert session.scalars(select(Organisation)).one().business_state.value == "unverified"
    assert session.execute(text("select count(*) from staff_role")).scalar() == 0


def test_a_colleague_joins_by_invitation_and_the_link_is_used_up(app, as_):
    boss = factories.make_sme()
    browser = as_(boss)
    there = f"/organisations/{boss.organisation_id}/members"
    assert browser.send(there, {"email": "colleague@example.com", "role": "member"}).status_code == 303
    assert "colleague@example.com" in browser.get(there).text
    link = makers.link_in(makers.latest_letter("colleague@example.com"))
    guest = app.test_client()
    assert "비밀번호" in guest.get(link).text
    fields = {"name": "이서준", "password": makers.PASSWORD, "consent": "y"}
    assert guest.send(f"{link}/join", fields).status_code == 303
    assert guest.get(f"/organisations/{boss.organisation_id}").status_code == 200
    assert app.test_client().get(link).status_code == 404
    assert app.test_client().send(f"{link}/join", fields).status_code == 404


def test_whoever_has_an_account_accepts_with_it_and_nobody_else_does(app, as_):
    boss, other, stranger = factories.make_sme(), factories.make_supplier(), factories.make_supplier()
    as_(boss).send(f"/organisations/{boss.organisation_id}/members", {"email": other.email, "role": "signatory"})
    link = makers.link_in(makers.latest_letter(other.email))
    assert "로그인하고 받아들이기" in app.test_client().get(link).text
    refused = as_(stranger).send(f"{link}/accept")
    assert refused.status_code == 403
    assert "다른 주소로 온 초대" in refused.text
    browser = as_(other)
    assert browser.send(f"{link}/accept").status_code == 303
    # The new firm is the one acted for, and the old one can be switched to.
    assert browser.get(f"/organisations/{boss.organisation_id}").status_code == 200
    assert browser.get(f"/organisations/{other.organisation_id}").status_code == 404
    assert browser.send(f"/account/organisation/{other.organisation_id}").status_code == 303
    assert browser.get(f"/organisations/{other.organisation_id}").status_code == 200
    assert browser.send(f"/account/organisation/{stranger.organisation_id}").status_code == 403
    assert len(session.scalars(select(Membership).where(Membership.person_id == other.person_id)).all()) == 2


def test_a_withdrawn_and_a_late_invitation_are_dead(app, as_, clock_at):
    boss = factories.make_sme()
    there = f"/organisations/{boss.organisation_id}/members"
    browser = as_(boss)
    browser.send(there, {"email": "one@example.com", "role": "member"})
    first = makers.link_in(makers.latest_letter("one@example.com"))
    invitation = queries.open_invitations(boss.organisation_id)[0]
    assert browser.send(f"/invitations/{invitation.id}/withdraw").status_code == 303
    assert app.test_client().get(first).status_code == 404
    browser.send(there, {"email": "two@example.com", "role": "member"})
    second = makers.link_in(makers.latest_letter("two@example.com"))
    clock_at(days=8)
    assert app.test_client().get(second).status_code == 404


def test_staff_cannot_join_a_firm(app, as_):
    boss, officer = factories.make_sme(), factories.make_officer()
    as_(boss).send(f"/organisations/{boss.organisation_id}/members", {"email": officer.email, "role": "member"})
    refused = as_(officer).send(f"{makers.link_in(makers.latest_letter(officer.email))}/accept")
    assert refused.status_code == 422
    assert "기관의 역할을 맡은 사람" in refused.text
    assert not queries.is_member_somewhere(officer.person_id)


def test_mail_leaves_by_the_job_with_the_link_and_once(app, client, monkeypatch):
    from marketplace.core import mail

    sent = []
    monkeypatch.setattr(
        mail, "send", lambda to, subject, body, message_id: sent.append((to, subject, body, message_id))
    )
    client.send("/sign-up", makers.sign_up_fields())
    assert jobs.run_job(app, "accounts.mail") == 1
    assert jobs.run_job(app, "accounts.mail") == 0
    assert sent[0][0] == "new@example.com"
    assert "/sign-up/confirm/" in sent[0][2]
    assert sent[0][3].startswith("<account-")


def test_a_mail_the_server_refuses_is_tried_again(app, client, monkeypatch):
    from marketplace.core import mail

    def refuse(*_args, **_kwargs):
        raise OSError("no server")

    monkeypatch.setattr(mail, "send", refuse)
    client.send("/sign-up", makers.sign_up_fields())
    assert jobs.run_job(app, "accounts.mail") == 0
    monkeypatch.setattr(mail, "send", lambda *_args, **_kwargs: True)
    assert jobs.run_job(app, "accounts.mail") == 1


@pytest.mark.parametrize("locale", ["ko", "en"])
def test_every_mail_of_the_room_has_words_in_both_languages(app, locale):
    from flask import current_app

    facts = {
        "firm": "한빛", "purpose": "reset", "nonce": "n", "role": "auditor", "enrolled": True,
        "inviter": "김", "actor": "김",
        "bank": "KB", "account": "1…2", "receiver": "이", "granted": True, "barred": True, "reason": "사유",
        "from_on": "2020-01-01", "until_on": None,
    }  # fmt: skip
    kinds = [name for name in current_app.jinja_env.list_templates() if name.startswith("emails/account_")]
    assert len(kinds) >= 12
    for name in kinds:
        kind = name.removeprefix("emails/").removesuffix(".txt")
        with transaction():
            write_mail(kind, "a@example.com", name="Kim", locale=locale, **facts)
        letter = makers.latest_letter("a@example.com")
        assert letter.subject
        assert "http://127.0.0.1:8000/" in letter.body
        if locale == "en":
            assert not any("가" <= letter_ <= "힣" and letter_ not in "한빛김이사유" for letter_ in letter.subject)
