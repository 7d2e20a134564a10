"""Awkward ways of applications and agreements."""

from datetime import datetime, timedelta

from marketplace.core import clock
from tests import factories
from tests.journeys.places import begins

DEADLINE = datetime(2020, 8, 10, 18, 0, tzinfo=clock.SEOUL)


@begins("called")
def test_an_application_is_in_time_until_the_deadline_and_late_from_that_second_on(walk, moved_to):
    pages, forms = {}, {}
    walk.names.viewers["other"] = factories.make_sme(name="늦은기업")
    for name in ("sme", "other"):
        pages[name] = walk.person(name).sends(
            f"{walk.path('call')}/apply",
            title="데이터 구매",
            plan="상권 데이터를 산다.",
            kind="PURCHASE",
            total="18,000,000",
            supplier_id=str(walk.names.viewers["supplier"].organisation_id),
            do="save",
        )
        form = walk.person(name).reads(pages[name]).form("/submit")
        forms[name] = (form.action, form.filled({"submit-tax": "clear", "submit-declaration": "y"}))
    moved_to(DEADLINE - timedelta(seconds=30))
    assert walk.sme.posts(*forms["sme"]).status_code == 303
    moved_to(DEADLINE)
    answer = walk.person("other").posts(*forms["other"])
    assert answer.status_code == 422
    assert "마감" in answer.text and "2020-08-10 18:00" in answer.text.replace(". ", "-")
    page = walk.person("other").reads(pages["other"])
    assert not page.offers("/receipt")
    assert walk.person("other").asks(f"{pages['other']}/receipt").status_code == 404
    assert ("application:submitted", f"application:{pages['other'].rsplit('/')[-1]}") not in walk.evidence()
    assert walk.person("other").asks(f"{walk.path('call')}/apply").status_code == 303  # to the draft that stayed


@begins("awarded")
def test_nobody_signs_twice_and_nobody_signs_what_they_did_not_see(walk):
    agreement = walk.path("agreement")
    walk.shows_who("sme")
    form = walk.sme.reads(agreement).form("/sign")
    wrong = walk.sme.posts(form.action, {**form.filled({"sign-agree": "y"}), "sign-seen_sha256": "0" * 64})
    assert wrong.status_code == 422
    walk.sme.is_refused(agreement, "/sign")  # without the tick
    walk.signs("sme")
    assert not walk.sme.reads(agreement).offers("/sign")
    again = walk.sme.posts(form.action, form.filled({"sign-agree": "y"}))
    assert again.status_code == 422 and "이미" in again.text
    assert walk.evidence().count(("agreement:signed_by_party", f"agreement:{walk.number('agreement')}")) == 1
    walk.signs("officer")
    form = {**form.fields, "csrf_token": walk.officer.browser.token(), "sign-agree": "y"}
    assert walk.officer.posts(f"{agreement}/sign", form).status_code == 422
    assert walk.evidence().count(("agreement:signed_by_party", f"agreement:{walk.number('agreement')}")) == 2
    assert not [each for each in walk.evidence() if each[0] == "voucher:issued"]


@begins("awarded")
def test_a_stranger_signs_nothing(walk):
    walk.names.viewers["stranger"] = factories.make_supplier()
    stranger = walk.person("stranger")
    assert stranger.asks(walk.path("agreement")).status_code == 404
    assert stranger.forces(f"{walk.path('agreement')}/sign").status_code == 404
    assert walk.settler.forces(f"{walk.path('agreement')}/sign").status_code == 403
    assert walk.auditor.forces(f"{walk.path('agreement')}/sign").status_code == 403
