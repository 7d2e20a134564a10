"""Calls: drafted, published, closed at their moment and decided when nothing waits."""

from datetime import timedelta

import pytest

from marketplace.core import clock, jobs
from marketplace.core.db import session, transaction
from marketplace.core.errors import NotYours, Refused
from marketplace.core.viewer import SYSTEM
from marketplace.evidence.models import Event
from marketplace.grants import operations, queries
from marketplace.grants.models import Call, CallState
from marketplace.grants.rules import time_left
from tests import factories
from tests.grants import makers


@pytest.mark.parametrize(
    ("facts", "field", "words"),
    [
        ({"kinds": ()}, "kinds", "지원 유형을 하나 이상"),
        ({"kinds": ("NO_SUCH",)}, "kinds", "지원 유형을 하나 이상"),
        ({"budget_minor": 57_500_000_001}, "budget_minor", "57,500,000,000원 안에서"),
    ],
)
def test_a_call_says_nothing_against_its_programme(scene, facts, field, words):
    with pytest.raises(Refused, match=words) as refusal, transaction():
        operations.draft_call(scene.programme_id, makers.call_draft(**facts), by=scene.officer)
    assert refusal.value.field == field
    assert session.query(Call).count() == 1


def test_the_days_of_a_call_follow_each_other_and_stay_in_the_programme(scene):
    now, today = clock.now(), clock.today()
    wrong = [
        ({"opens_at": now, "closes_at": now}, "closes_at"),
        ({"performs_until": today}, "performs_until"),
        ({"performs_until": today + timedelta(days=331)}, "performs_until"),
    ]
    for facts, field in wrong:
        with pytest.raises(Refused) as refusal, transaction():
            operations.draft_call(scene.programme_id, makers.call_draft(**facts), by=scene.officer)
        assert refusal.value.field == field


def test_only_a_programme_officer_writes_and_publishes_calls(scene):
    for viewer in (scene.sme, scene.supplier, factories.make_auditor(), factories.make_settler()):
        with pytest.raises(NotYours), transaction():
            operations.draft_call(scene.programme_id, makers.call_draft(), by=viewer)
        with pytest.raises(NotYours), transaction():
            operations.close_call(scene.call_id, by=viewer)


def test_published_calls_together_stay_within_the_programme(scene):
    draft = makers.make_call(scene.programme_id, officer=scene.officer, publish=False, budget_minor=57_400_000_001)
    with pytest.raises(Refused, match="57,400,000,000원") as refusal, transaction():
        operations.publish_call(draft, by=scene.officer)
    assert refusal.value.field == "budget_minor"
    assert makers.state_of(Call, draft) == "draft"


def test_a_published_call_is_not_changed(scene):
    with pytest.raises(Refused, match="공고 변경"), transaction():
        operations.change_call(scene.call_id, makers.call_draft(title="다른 제목"), by=scene.officer)
    assert queries.get_call(scene.call_id).title == "하반기 수요기업 모집"


def test_a_call_whose_deadline_is_past_is_not_published(scene):
    now = clock.now()
    draft = makers.make_call(
        scene.programme_id,
        officer=scene.officer,
        publish=False,
        opens_at=now - timedelta(days=2),
        closes_at=now - timedelta(days=1),
    )
    with pytest.raises(Refused, match="마감이 이미 지났습니다"), transaction():
        operations.publish_call(draft, by=scene.officer)


def test_nobody_closes_a_call_before_its_moment_and_the_job_does_at_it(app, scene, clock_at):
    with pytest.raises(Refused, match="마감 시각") as refusal, transaction():
        operations.close_call(scene.call_id, by=scene.officer)
    assert "DV-2020 v1 call:" in refusal.value.rule
    assert jobs.run_job(app, "grants.close") == 0
    clock_at(days=8)
    assert jobs.run_job(app, "grants.close") == 1
    assert makers.state_of(Call, scene.call_id) == "closed"
    assert session.query(Event).filter_by(action="call:closed").one().actor_id is None


def test_a_call_is_decided_only_when_no_application_waits(app, scene):
    application_id = scene.apply()
    makers.pass_deadline(scene.call_id)
    assert jobs.run_job(app, "grants.decide") == 0
    with pytest.raises(Refused, match="1건"), transaction():
        operations.decide_call(scene.call_id, by=SYSTEM)
    with transaction():
        operations.reject_application(application_id, reason="예산이 모자랍니다.", by=scene.officer)
    assert jobs.run_job(app, "grants.decide") == 1
    assert makers.state_of(Call, scene.call_id) == "decided"


def test_the_list_shows_open_calls_first_and_the_next_deadline_on_top(scene, client):
    for title, days in (("먼 마감", 20), ("가까운 마감", 2)):
        makers.make_call(
            scene.programme_id, officer=scene.officer, title=title, closes_at=clock.now() + timedelta(days=days)
        )
    closed = makers.make_call(scene.programme_id, officer=scene.officer, title="끝난 공고")
    makers.pass_deadline(closed)
    text = client.get("/calls").text
    order = [text.index(title) for title in ("가까운 마감", "하반기 수요기업 모집", "먼 마감", "끝난 공고")]
    assert order == sorted(order)
    assert client.get("/calls?state=closed").text.count("/calls/") == client.get("/calls?state=closed").text.count(
        f"/calls/{closed}"
    )


@pytest.mark.parametrize(
    ("ahead", "left"),
    [
        ({"days": 3, "hours": 4, "minutes": 5}, (3, 4, 5, False)),
        ({"minutes": 59}, (0, 0, 59, False)),
        ({"seconds": 30}, (0, 0, 0, False)),
        ({"seconds": 0}, (0, 0, 0, True)),
        ({"days": -1}, (0, 0, 0, True)),
    ],
)
def test_the_countdown_says_how_long_is_left(ahead, left):
    now = makers.moment("2020-08-31 18:00")
    counted = time_left(now, now + timedelta(**ahead))
    assert (counted.days, counted.hours, counted.minutes, counted.over) == left


def test_a_refused_draft_keeps_what_was_typed(scene, as_):
    officer = as_(scene.officer)
    path = f"/programmes/{scene.programme_id}/calls/new"
    answer = officer.send(
        path,
        {
            "title": "다시 볼 제목",
            "body": "내용",
            "kinds": ["PURCHASE"],
            "budget": "99,999,999,999,999",
            "opens_at": "2099-01-01T09:00",
            "closes_at": "0001-01-01T00:00",
            "performs_until": "9999-12-31",
        },
    )
    assert answer.status_code == 422
    assert "다시 볼 제목" in answer.text
    assert "날짜와 시각을 고르세요" in answer.text
    assert session.query(Call).count() == 1


def test_two_officers_publish_two_calls_one_by_one_under_the_programmes_lock(scene, monkeypatch):
    """Twin: without the sum of the published calls, the second one is published beyond the budget."""
    draft = makers.make_call(scene.programme_id, officer=scene.officer, publish=False, budget_minor=57_450_000_000)
    monkeypatch.setattr(queries, "budget_of_published_calls", lambda programme_id: 0)
    with transaction():
        operations.publish_call(draft, by=scene.officer)
    total = sum(call.budget_minor for call in session.query(Call).filter(Call.state != CallState.DRAFT))
    assert total > 57_500_000_000
