"""What a decision rested on is locked, and computed again from what was locked alone."""

import copy
import json

import psycopg
import pytest
from sqlalchemy import select

from marketplace.core.db import session
from marketplace.evidence.models import Event
from marketplace.matching.models import Need, Occasion, Shortlist
from marketplace.matching.rules.evidence import recompute
from marketplace.matching.rules.quotes import sha256_of
from marketplace.search.queries import search
from tests import factories
from tests.catalogue.makers import make_listing
from tests.matching import makers
from tests.suppliers.makers import make_designated_supplier, make_programme_row


@pytest.fixture
def chosen(app, clock_at):
    """A need with ranked offers, two quotes and a choice; its shortlists, the one of the choice last."""
    programme_id, officer, sme = make_programme_row(), factories.make_officer(), factories.make_sme()
    sellers = [make_designated_supplier(programme_id, name=name) for name in ("푸른산분석", "들녘정보")]
    for number in range(5):
        title = f"매장 앞 유동 인구 {number}"
        make_listing(sellers[number % 2], officer, title=title, price=2_000_000 * number + 9_000_000)
    search("유동 인구", "listing")  # the index of a test follows outside of transactions only
    need_id = makers.make_need(sme)
    quotes = [makers.make_quote(need_id, seller, quantity=10 + number) for number, seller in enumerate(sellers)]
    makers.pass_deadline(need_id, clock_at)
    makers.accept(quotes[0], sme)
    session.rollback()
    return {"need": need_id, "quotes": quotes, "sme": sme, "sellers": sellers, "kept": kept()}


def kept():
    return session.scalars(select(Shortlist).order_by(Shortlist.id)).all()


def test_all_that_was_seen_is_locked_twice_at_posting_and_at_the_choice(chosen):
    posted, decided = chosen["kept"]
    assert (posted.occasion, decided.occasion) == (Occasion.POSTED, Occasion.CHOSEN)
    assert posted.content["quotes"] == []
    assert [each["quote"] for each in decided.content["quotes"]] == [chosen["quotes"][0], chosen["quotes"][1]]
    assert decided.content["choice"]["quote"] == chosen["quotes"][0]
    assert decided.content["choice"]["reason"] == makers.WHY
    listings = decided.content["candidates"]
    assert len(listings) == 5
    assert [each["rank"] for each in listings if each["rank"]] == list(range(1, len(listings) + 1))
    locked = session.scalars(select(Event).where(Event.action == "shortlist:locked").order_by(Event.id)).all()
    assert [each.facts["content_sha256"] for each in locked] == [posted.content_sha256, decided.content_sha256]


def test_an_auditor_computes_the_same_order_and_figures_to_the_digit(chosen, as_, monkeypatch):
    monkeypatch.setattr(
        "marketplace.search.queries.search", lambda *given, **named: pytest.fail("today's index was asked")
    )
    decided = chosen["kept"][-1]
    again = recompute(decided.content, decided.content_sha256)
    assert again.equal
    assert list(again.order) == [each["listing"] for each in decided.content["candidates"] if each["rank"]]
    assert len(again.figures) == 2 + 5 * 12 + 2 * 4
    for person in (factories.make_auditor(), factories.make_officer(), chosen["sme"]):
        path = f"/matching/shortlists/{decided.id}"
        assert as_(person).get(path).status_code == 200
        assert "모두 같습니다" in as_(person).get(f"{path}?recompute=1").text
    for stranger in (*chosen["sellers"], factories.make_sme()):
        assert as_(stranger).get(f"/matching/shortlists/{decided.id}").status_code == 404
        assert as_(stranger).get(f"/matching/shortlists/{decided.id}/file").status_code == 404


def test_the_command_and_the_downloaded_file_say_the_same(chosen, app, as_, tmp_path):
    decided = chosen["kept"][-1]
    run = app.test_cli_runner()
    result = run.invoke(args=["matching", "recompute", str(decided.id)])
    assert result.exit_code == 0, result.output
    assert "70 figures, 0 different" in result.output
    file = as_(factories.make_auditor()).get(f"/matching/shortlists/{decided.id}/file")
    path = tmp_path / "shortlist.json"
    path.write_bytes(file.data)
    assert run.invoke(args=["matching", "recompute-file", str(path)]).exit_code == 0
    changed = json.loads(file.data)
    changed["content"]["candidates"][0]["features"]["text"] = "0.1234"
    path.write_text(json.dumps(changed))
    result = run.invoke(args=["matching", "recompute-file", str(path)])
    assert result.exit_code == 1
    assert "different: listing:" in result.output


@pytest.mark.parametrize(
    ("where", "value", "names"),
    [
        (("candidates", 0, "features", "text"), "0.0001", {"content_sha256", "text", "score", "rank"}),
        (("candidates", 1, "score"), "0.999999", {"content_sha256", "score"}),
        (("candidates", 0, "rank"), 4, {"content_sha256", "rank"}),
        (("candidates", 0, "facts", "related"), True, {"content_sha256", "shut", "rank"}),
        (("quotes", 0, "lines", 0, "unit_price_minor"), 1, {"content_sha256", "line 1 supply", "line 1 vat"}),
        (("quotes", 0, "supply_minor"), 1, {"content_sha256", "supply"}),
        (("choice", "reason"), "다른 까닭", {"content_sha256"}),
        (("weights", "sha256"), "0", {"content_sha256", "weights_sha256"}),
    ],
)
def test_whatever_is_changed_is_found(chosen, where, value, names):
    decided = chosen["kept"][-1]
    content = copy.deepcopy(decided.content)
    place = content
    for step in where[:-1]:
        place = place[step]
    assert place[where[-1]] != value
    place[where[-1]] = value
    again = recompute(content, decided.content_sha256)
    assert {figure.name for figure in again.different} == names
    assert {figure.name for figure in recompute(content, sha256_of(content)).different} == names - {"content_sha256"}


def test_nobody_changes_or_removes_a_shortlist(chosen, owner):
    session.rollback()
    for words in ("update shortlist set content = '{}'", "delete from shortlist", "truncate shortlist"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            owner.execute(words)
    assert len(kept()) == 2


def test_without_its_trigger_the_owner_could_and_the_recomputing_would_tell(chosen, superuser, as_):
    superuser.execute("alter table shortlist disable trigger all")
    superuser.execute("update shortlist set content = jsonb_set(content, '{candidates,0,score}', '\"0.999999\"')")
    session.rollback()
    page = as_(factories.make_auditor()).get(f"/matching/shortlists/{kept()[-1].id}?recompute=1").text
    assert "다시 계산한 결과가 다릅니다" in page
    assert "0.999999" in page


def test_later_weights_and_listings_leave_it_as_it_was(chosen, clock_at):
    decided = chosen["kept"][-1]
    make_listing(chosen["sellers"][0], factories.make_officer(), title="매장 앞 유동 인구 새것", price=9_000_000)
    clock_at(days=400)
    assert recompute(decided.content, decided.content_sha256).equal
    assert session.get(Need, chosen["need"]).reason == makers.WHY
