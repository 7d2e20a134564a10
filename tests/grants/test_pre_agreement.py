"""An application refers to what its two firms have agreed on beforehand."""

import pytest

from marketplace.core.db import session, transaction
from marketplace.core.errors import Refused
from marketplace.grants import operations, queries
from marketplace.grants.models import Application
from marketplace.matching import operations as matching
from tests import factories
from tests.grants import makers
from tests.matching.makers import accept, make_opened_quote


@pytest.fixture
def agreed(app, clock_at):
    """A firm with a pre-agreement that both have signed; then a call."""
    officer, sme = factories.make_officer(), factories.make_sme()
    programme_id = makers.make_programme(officer=officer)
    supplier = makers.make_designated_supplier(programme_id, officer=officer)
    _need, quote_id = make_opened_quote(sme, supplier, clock_at)
    accept(quote_id, sme)
    with transaction():
        made = matching.draft_pre_agreement(quote_id, by=sme)
        identity, digest = made.id, made.content_sha256
        for signatory in (sme, supplier):
            matching.sign_pre_agreement(identity, seen_sha256=digest, by=signatory)
    call_id = makers.make_call(programme_id, officer=officer)
    return {"call": call_id, "sme": sme, "supplier": supplier, "id": identity, "programme": programme_id}


def test_it_is_chosen_on_the_form_signed_with_it_and_seen_on_its_page(agreed, as_):
    browser, path = as_(agreed["sme"]), f"/calls/{agreed['call']}/apply"
    assert "PA-" in browser.get(path).text
    typed = {
        "title": "상권 분석",
        "plan": "유동 인구로 상권을 분석한다.",
        "kind": "PURCHASE",
        "supplier_id": str(agreed["supplier"].organisation_id),
        "pre_agreement_id": str(agreed["id"]),
        "total": "10,000,000",
        "in_kind": "0",
    }
    page = browser.send(path, typed)
    assert page.status_code == 303, page.text
    row = session.get(Application, int(page.location.rsplit("/", 1)[-1]))
    assert row.pre_agreement_id == agreed["id"]
    assert queries.content_of(row)["pre_agreement_id"] == agreed["id"]
    text = browser.get(f"/applications/{row.id}").text
    assert f"/matching/pre-agreements/{agreed['id']}" in text


def test_anothers_an_ended_one_or_one_with_another_supplier_is_refused(agreed):
    other = makers.make_designated_supplier(agreed["programme"])
    with pytest.raises(Refused, match="공급기업이 다릅니다"), transaction():
        draft = makers.draft_of(other, pre_agreement_id=agreed["id"])
        operations.save_application(agreed["call"], draft, by=agreed["sme"])
    stranger = factories.make_sme()
    mine = makers.draft_of(agreed["supplier"], pre_agreement_id=agreed["id"])
    with pytest.raises(Refused, match="사전협의서만 붙일"), transaction():
        operations.save_application(agreed["call"], mine, by=stranger)
    with transaction():
        matching.end_pre_agreement(agreed["id"], reason="그만둡니다.", by=agreed["sme"])
    with pytest.raises(Refused, match="사전협의서만 붙일"), transaction():
        operations.save_application(agreed["call"], mine, by=agreed["sme"])


def test_without_one_the_content_is_what_it_was(agreed):
    application_id = makers.make_application(
        agreed["call"], sme=agreed["sme"], supplier=agreed["supplier"], submit=False
    )
    session.rollback()
    assert "pre_agreement_id" not in queries.content_of(session.get(Application, application_id))
