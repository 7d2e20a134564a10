"""Signing: the same bytes for all, known again, the conditions looked at once more, any number of parties, then a seal."""

import io
import json
import threading

import pikepdf
import pytest
from sqlalchemy import select, update

from marketplace.accounts import operations as accounts
from marketplace.accounts.models import Bar, BusinessState, Organisation, Relation, StepUp
from marketplace.core import clock, db, jobs
from marketplace.core.db import session, transaction
from marketplace.core.errors import Busy, NotYours, Refused
from marketplace.core.storage import storage
from marketplace.grants import operations, queries
from marketplace.grants.models import Agreement, AgreementParty, AgreementSignature, Party
from marketplace.grants.operations import signing
from marketplace.papers import queries as papers
from marketplace.papers import sealing
from marketplace.papers.models import Paper, PaperSeal
from marketplace.vouchers.models import Voucher
from tests import factories
from tests.grants import makers


@pytest.fixture
def agreement_id(scene) -> int:
    return makers.make_agreement(scene.apply(), officer=scene.officer)


def fields(agreement_id, **changes):
    session.rollback()
    agreement = queries.get_agreement(agreement_id)
    seen = {"seen_sha256": agreement.content_sha256, "seen_paper": queries.paper_bytes_of(agreement) or "0" * 64}
    return {f"sign-{name}": value for name, value in {**seen, "agree": "y", **changes}.items()}


def signatures():
    session.rollback()
    return session.scalars(select(AgreementSignature).order_by(AgreementSignature.id)).all()


def test_nothing_is_signed_before_there_are_bytes(scene, as_, agreement_id):
    sme = as_(scene.sme)
    sme.send("/account/step-up/demo")
    answer = sme.send(f"/agreements/{agreement_id}/sign", fields(agreement_id))
    assert answer.status_code == 422
    assert "서명할 PDF를 만드는 중입니다" in answer.text
    assert "signing.bytes" in answer.text
    assert not signatures()
    makers.draw(agreement_id)
    assert sme.send(f"/agreements/{agreement_id}/sign", fields(agreement_id)).status_code == 303


def test_other_bytes_than_those_shown_are_not_signed(scene, as_, agreement_id, monkeypatch):
    makers.draw(agreement_id)
    sme = as_(scene.sme)
    sme.send("/account/step-up/demo")
    wrong = fields(agreement_id, seen_paper="f" * 64)
    answer = sme.send(f"/agreements/{agreement_id}/sign", wrong)
    assert (answer.status_code, "보신 PDF와 서명할 PDF가 다릅니다" in answer.text) == (422, True)
    assert not signatures()
    monkeypatch.setattr(signing, "_bytes_seen", lambda agreement, seen, by: seen)
    assert sme.send(f"/agreements/{agreement_id}/sign", wrong).status_code == 303  # the twin: bytes nobody has
    assert signatures()[0].paper_sha256 == "f" * 64


def test_whoever_has_not_shown_again_who_they_are_signs_nothing(app, scene, as_, agreement_id, owner, monkeypatch):
    makers.draw(agreement_id)
    sme = as_(scene.sme)
    page = sme.get(f"/agreements/{agreement_id}").text
    assert "본인 확인하기" in page and 'name="sign-agree"' not in page
    answer = sme.send(f"/agreements/{agreement_id}/sign", fields(agreement_id))
    assert (answer.status_code, "본인 확인이 필요합니다" in answer.text) == (422, True)
    sme.send("/account/step-up/demo")
    owner.execute("alter table step_up disable trigger user")
    owner.execute("update step_up set recorded_at = recorded_at - interval '11 minutes'")
    owner.execute("alter table step_up enable trigger user")
    assert sme.send(f"/agreements/{agreement_id}/sign", fields(agreement_id)).status_code == 422  # too long ago
    as_(scene.sme).send("/account/step-up/demo")
    assert sme.send(f"/agreements/{agreement_id}/sign", fields(agreement_id)).status_code == 422  # in another session
    assert not signatures()
    monkeypatch.setattr(signing, "require_step_up", lambda by: accounts.Proof("password", clock.now(), None))
    assert sme.send(f"/agreements/{agreement_id}/sign", fields(agreement_id)).status_code == 303  # the twin


def test_outside_a_demo_nobody_signs_without_a_browser(app, scene, agreement_id):
    makers.draw(agreement_id)
    app.extensions["is_demo"] = False
    assert db.is_demo() is False
    with pytest.raises(accounts.StepUpNeeded, match="본인 확인"):
        makers.sign(agreement_id, scene.sme)
    assert not signatures()
    app.extensions["is_demo"] = True
    makers.sign(agreement_id, scene.sme)  # the twin: an invented person, and the signature says so
    assert signatures()[0].factor == "demo"


def test_a_signature_names_bytes_person_moment_factor_and_address(scene, as_, agreement_id):
    drawn = makers.draw(agreement_id)
    sme = as_(scene.sme)
    sme.send("/account/step-up/demo")
    sme.send(f"/agreements/{agreement_id}/sign", fields(agreement_id))
    signature = signatures()[0]
    assert (signature.paper_sha256, signature.person_id, signature.factor) == (drawn, scene.sme.person_id, "demo")
    assert str(signature.address) == "127.0.0.1" and signature.signed_at is not None
    assert session.scalars(select(StepUp.person_id)).all() == [scene.sme.person_id]
    assert sme.send(f"/agreements/{agreement_id}/sign", fields(agreement_id)).status_code == 422
    assert len(signatures()) == 1


def test_the_program_cannot_change_a_signature(scene, agreement_id, app):
    makers.sign(agreement_id, scene.sme)
    with pytest.raises(Exception, match="permission denied"), transaction():
        session.execute(update(AgreementSignature).values(factor="totp"))


def bar(scene):
    session.add(Bar(organisation_id=scene.sme.organisation_id, reason="제재", from_on=clock.today()))


def relate(scene):
    facts = {"from_id": scene.supplier.organisation_id, "to_id": scene.sme.organisation_id, "kind": "equity"}
    session.add(Relation(**facts, source="등기", from_on=clock.today()))


def close_business(scene):
    firm = session.get_one(Organisation, scene.sme.organisation_id)
    firm.business_state = BusinessState.CLOSED


@pytest.mark.parametrize(
    ("befalls", "words", "rule"),
    [
        (bar, "참여가 제한된", "eligibility.bar_blocks"),
        (relate, "특수관계", "relations.related_blocks"),
        (close_business, "지원 조건을 갖추지 못해", "eligibility"),
    ],
)
def test_conditions_are_looked_at_again_at_the_moment_of_signing(
    scene, agreement_id, befalls, words, rule, monkeypatch
):
    makers.sign(agreement_id, scene.supplier)
    makers.sign(agreement_id, scene.officer)
    with transaction():
        befalls(scene)
    with pytest.raises(Refused, match=words) as refusal:
        makers.sign(agreement_id, scene.sme)
    assert rule in (refusal.value.rule or "")
    assert len(signatures()) == 2 and makers.state_of(Agreement, agreement_id) == "signing"
    assert session.query(Voucher).count() == 0
    monkeypatch.setattr(signing, "check_again", lambda *_all: None)
    makers.sign(agreement_id, scene.sme)  # the twin: money for whoever may not have it
    assert session.query(Voucher).count() == 1


def test_a_consortium_of_five_signs_and_the_last_one_makes_the_agreement(scene, as_):
    application_id = scene.apply()
    makers.make_award(application_id, officer=scene.officer)
    members = [factories.make_sme(), factories.make_supplier()]
    with transaction():
        agreement_id = operations.draft_agreement(
            application_id,
            starts_on=clock.today(),
            ends_on=queries.get_call(scene.call_id).performs_until,
            members=[each.organisation_id for each in members],
            by=scene.officer,
        ).id
    seats = queries.places_of(agreement_id)
    assert [each.role for each in seats] == [Party.SME, Party.SUPPLIER, Party.MEMBER, Party.MEMBER, Party.AGENCY]
    everybody = [scene.sme, members[1], scene.officer, members[0], scene.supplier]
    for number, signer in enumerate(everybody, 1):
        assert as_(signer).get(f"/agreements/{agreement_id}").status_code == 200
        assert any(task.values == {"agreement_id": agreement_id} for task in queries.waiting_for(signer))
        makers.sign(agreement_id, signer)
        expected = "signed" if number == 5 else "signing"
        assert makers.state_of(Agreement, agreement_id) == expected
    assert {each.party for each in signatures()} == set(Party)
    with pytest.raises(NotYours):
        makers.sign(agreement_id, factories.make_sme())
    paper = papers.get_paper(queries.get_agreement(agreement_id).paper_id)
    assert set(paper.readers) == {each.organisation_id for each in everybody if each.organisation_id}


def test_a_related_or_barred_member_stops_the_draft(scene):
    application_id = scene.apply()
    makers.make_award(application_id, officer=scene.officer)
    member = factories.make_sme()
    with transaction():
        session.add(Bar(organisation_id=member.organisation_id, reason="제재", from_on=clock.today()))
    facts = {"starts_on": clock.today(), "ends_on": clock.today(), "members": [member.organisation_id]}
    with pytest.raises(Refused, match="참여가 제한된"), transaction():
        operations.draft_agreement(application_id, **facts, by=scene.officer)
    assert session.query(AgreementParty).count() == 0


def test_an_agreement_drawn_up_anew_needs_every_signature_again(scene, as_, agreement_id):
    makers.sign(agreement_id, scene.sme)
    before = queries.get_agreement(agreement_id)
    first = (before.paper_id, before.content_sha256)
    with transaction():
        session.get_one(Organisation, scene.supplier.organisation_id).representative = "새대표"
    path = f"/agreements/{agreement_id}/reissue"
    assert as_(scene.sme).send(path, {"reissue-reason": "대표자 변경"}).status_code == 403
    assert as_(scene.officer).send(path, {"reissue-reason": " "}).status_code == 422
    assert as_(scene.officer).send(path, {"reissue-reason": "대표자 변경"}).status_code == 303
    agreement = queries.get_agreement(agreement_id)
    assert (agreement.version, agreement.content["parties"]["supplier"]["representative"]) == (2, "새대표")
    assert agreement.paper_id != first[0] and agreement.content_sha256 != first[1]
    assert str(session.get_one(Paper, first[0]).state) == "superseded"
    for who in (scene.supplier, scene.officer):
        makers.sign(agreement_id, who)
    assert makers.state_of(Agreement, agreement_id) == "signing"  # the buyer signed what is no longer true
    makers.sign(agreement_id, scene.sme)
    assert makers.state_of(Agreement, agreement_id) == "signed"
    assert len(signatures()) == 4
    assert as_(scene.officer).send(path, {"reissue-reason": "다시"}).status_code == 422


def test_the_sealed_copy_begins_with_the_signed_bytes_and_tells_every_change(app, scene, as_, client, agreement_id):
    jobs.run_all(app, "papers.render")
    for who in (scene.sme, scene.supplier, scene.officer):
        browser = as_(who)
        browser.send("/account/step-up/demo")
        assert browser.send(f"/agreements/{agreement_id}/sign", fields(agreement_id)).status_code == 303
    assert jobs.run_all(app, "papers.seal") == 1
    paper = papers.get_paper(queries.get_agreement(agreement_id).paper_id)
    seal = session.scalars(select(PaperSeal)).one()
    original, copy = storage().read(paper.sha256), storage().read(seal.sha256)
    assert copy.startswith(original) and len(copy) > len(original)
    assert sealing.checked(copy).good
    for place in (200, len(original) // 2, len(original) + 100, len(copy) - 40):
        broken = bytearray(copy)
        broken[place] ^= 1
        assert not sealing.checked(bytes(broken)).good
    assert not sealing.checked(copy + b"\n% one line more").good
    assert not sealing.checked(original).good
    with pikepdf.open(io.BytesIO(copy)) as pdf:
        record = json.loads(pdf.attachments["signatures.json"].get_file().read_bytes())
    assert {each["paper_sha256"] for each in record["signatures"]} == {paper.sha256}
    assert {each["party"] for each in record["signatures"]} == {"sme", "supplier", "agency"}
    page = client.get(f"/check/{paper.code}").text
    assert seal.certificate_sha256 in page and seal.sha256 in page
    sme = as_(scene.sme)
    assert sme.get(f"/papers/{paper.id}/archive").data == copy
    assert as_(factories.make_sme()).get(f"/papers/{paper.id}/archive").status_code == 404
    keys = sealing.folder()
    assert {path.name: oct(path.stat().st_mode & 0o777) for path in keys.glob("*.key")} == {
        "authority.key": "0o600",
        "seal.key": "0o600",
    }


def race(app, *deeds):
    """Do these at once, each in a context of its own; returns what became of each, by name."""
    gate, ends = threading.Barrier(len(deeds)), {}

    def run(name, deed):
        with app.app_context():
            try:
                gate.wait()
                with transaction():
                    deed()
                ends[name] = "done"
            except (Refused, Busy) as refusal:
                ends[name] = str(refusal)
            finally:
                session.remove()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(deeds)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return ends


@pytest.mark.parametrize("turn", range(3))
def test_the_last_signature_and_a_termination_at_once_leave_one_truth(app, scene, agreement_id, turn):
    makers.sign(agreement_id, scene.sme)
    makers.sign(agreement_id, scene.supplier)
    seen = queries.get_agreement(agreement_id).content_sha256
    session.rollback()
    other = factories.make_officer()
    race(
        app,
        lambda: operations.sign_agreement(agreement_id, seen_sha256=seen, by=scene.officer),
        lambda: operations.terminate_agreement(agreement_id, reason="그만", by=other),
    )
    state = makers.state_of(Agreement, agreement_id)
    vouchers = [str(each.state) for each in session.query(Voucher)]
    # Signed first and then ended takes the voucher back; ended first issues none. Never a live voucher of an ended one.
    assert (state, vouchers) in [("terminated", []), ("terminated", ["cancelled"]), ("signed", ["issued"])]


def test_two_signatories_of_one_firm_at_once_are_one_signature(app, scene, agreement_id):
    colleague = factories.make_person(organisation_id=scene.sme.organisation_id)
    seen = queries.get_agreement(agreement_id).content_sha256
    session.rollback()
    ends = race(
        app,
        *(
            lambda who=who: operations.sign_agreement(agreement_id, seen_sha256=seen, by=who)
            for who in (scene.sme, colleague)
        ),
    )
    assert sorted(end == "done" for end in ends.values()) == [False, True]
    assert len(signatures()) == 1


OPERATIONS = {
    "sign": lambda scene, identity: makers.sign(identity, scene.officer),
    "reissue": lambda scene, identity: operations.reissue_agreement(identity, reason="다시", by=scene.officer),
    "terminate": lambda scene, identity: operations.terminate_agreement(identity, reason="끝", by=scene.officer),
}
ALLOWED = {("signing", "sign"), ("signing", "reissue"), ("signing", "terminate"), ("signed", "terminate")}


@pytest.mark.parametrize("state", ["signing", "signed", "terminated"])
@pytest.mark.parametrize("verb", OPERATIONS)
def test_every_state_and_every_deed(scene, agreement_id, state, verb):
    if state == "signed":
        for who in (scene.sme, scene.supplier, scene.officer):
            makers.sign(agreement_id, who)
    if state == "terminated":
        with transaction():
            operations.terminate_agreement(agreement_id, reason="끝", by=scene.officer)

    def deed():
        if verb == "sign":
            return OPERATIONS[verb](scene, agreement_id)
        with transaction():
            return OPERATIONS[verb](scene, agreement_id)

    if (state, verb) in ALLOWED:
        deed()
    else:
        before = len(signatures())
        with pytest.raises(Refused):
            deed()
        assert (makers.state_of(Agreement, agreement_id), len(signatures())) == (state, before)
