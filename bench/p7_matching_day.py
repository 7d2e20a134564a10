"""P7: a matching day of the size of 2020: 2,040 needs, 765 suppliers, scored, assigned and explained by the real jobs.

The market is invented from a seed: topics of unequal fame, listings and needs around them with meanings in a narrow cone,
as sentences of one language have them. Meanings are there already, as the search index tells them in the background.
The first two arguments, or BENCH_NEEDS and BENCH_SUPPLIERS, are the size.
"""

import os
import random
import sys
import time
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import numpy as np
from sqlalchemy import insert, select

from bench import common
from marketplace.accounts.models import BusinessState, Organisation, Person, SizeClass
from marketplace.catalogue.models import Licence, Listing, ListingState, ListingVersion, PersonalData
from marketplace.core import clock
from marketplace.core.db import session, transaction
from marketplace.core.jobs import run_job
from marketplace.core.korea import business_number_check_digit
from marketplace.core.viewer import Role, Viewer
from marketplace.matchday import operations, queries
from marketplace.matchday.models import DayMethod, Keep, MatchingDayPair, SlotsRule
from marketplace.matchday.rules import Problem, solve
from marketplace.matching.models import Need
from marketplace.programmes.models import Programme, ProgrammeState, Ruleset, RulesetState
from marketplace.search.models import SearchDocument, SearchVector
from marketplace.suppliers.models import Designation, DesignationState

ALONE = sys.argv[0].endswith("p7_matching_day.py")
SIZES = [int(each) for each in sys.argv[1:3]] if ALONE else []
NEEDS, SUPPLIERS = SIZES or [int(os.environ.get("BENCH_NEEDS", "2040")), int(os.environ.get("BENCH_SUPPLIERS", "765"))]
KINDS = ("dataset", "general_processing", "ai_processing")
TOPICS = 40


class Chance:
    """Everything that is drawn, from one seed."""

    def __init__(self) -> None:
        self.plain, self.numbers = random.Random(common.SEED), np.random.default_rng(common.SEED)
        self.common = self.numbers.normal(size=384)
        self.topics = self.numbers.normal(size=(TOPICS, 384))
        self.fame = 1 / np.arange(1, TOPICS + 1) ** 0.8

    def topic(self) -> int:
        return int(self.numbers.choice(TOPICS, p=self.fame / self.fame.sum()))

    def meaning(self, topic: int) -> Any:
        vector = 2.0 * self.common + 0.7 * self.topics[topic] + 0.6 * self.numbers.normal(size=384)
        return vector / np.linalg.norm(vector)


def fill(chance: Chance) -> int:
    """The market; returns the programme's id."""
    with transaction():
        rules = Ruleset(
            code="DV-2020", version=1, year=2020, title="2020", title_en="2020", content={}, sha256="0" * 64,
            state=RulesetState.PUBLISHED,
        )  # fmt: skip
        session.add(rules)
        session.flush()
        first, last = year_around()
        programme = Programme(
            code="DV", name="2020", name_en="2020", year=2020, budget_minor=10**11, ruleset_id=rules.id,
            starts_on=first, ends_on=last, state=ProgrammeState.OPEN,
        )  # fmt: skip
        session.add(programme)
        session.flush()
        firms = firms_of(NEEDS + SUPPLIERS)
        _suppliers(chance, programme.id, firms[NEEDS:])
        _needs(chance, firms[:NEEDS])
        return programme.id


def year_around() -> tuple[date, date]:
    """The year around today."""
    today = clock.today()
    return today - timedelta(days=100), today + timedelta(days=265)


def firms_of(many: int) -> list[int]:
    """Ids of new firms."""
    rows = []
    for number in range(many):
        nine = f"999{number:06d}"
        facts = {
            "size_class": SizeClass.SMALL,
            "business_state": BusinessState.OPEN,
            "region": "11",
            "representative": "김",
        }
        sides = {"buys": number < NEEDS, "sells": number >= NEEDS}
        digits = f"{nine}{business_number_check_digit(nine)}"
        rows.append({"name": f"기업 {number}", "business_number": digits, **facts, **sides})
    return list(session.scalars(insert(Organisation).returning(Organisation.id, sort_by_parameter_order=True), rows))


def _suppliers(chance: Chance, programme_id: int, firms: list[int]) -> None:
    session.execute(
        insert(Designation),
        [
            {
                "organisation_id": firm, "programme_id": programme_id, "kinds": ["sale", "general_processing"],
                "profile": "데이터", "no_subcontract": True, "state": DesignationState.DESIGNATED,
                "capacity_hundredths": 100 * chance.plain.randint(1, 6),
            }
            for firm in firms
        ],
    )  # fmt: skip
    owners = [(firm, chance.topic()) for firm in firms for _each in range(chance.plain.randint(1, 6))]
    rows = [
        {"organisation_id": firm, "state": ListingState.PUBLISHED, "published_version": 1} for firm, _topic in owners
    ]
    ids = list(session.scalars(insert(Listing).returning(Listing.id, sort_by_parameter_order=True), rows))
    versions = []
    for identity, (_firm, topic) in zip(ids, owners, strict=True):
        versions.append(
            {
                "listing_id": identity, "number": 1, "kind": chance.plain.choices(KINDS, (6, 3, 1))[0],
                "title": f"주제{topic} 데이터", "summary": f"주제{topic}", "unit_label": "세트",
                "unit_price_minor": chance.plain.choice([None, *range(2_000_000, 20_000_000, 500_000)]),
                "lead_days": chance.plain.randint(3, 60), "licence": chance.plain.choice(list(Licence)[:4]),
                "personal_data": PersonalData.NONE, "format": chance.plain.choice(["CSV", "JSON, XML", "PNG", ""]),
                "region": chance.plain.choice(["", "전국", "서울", "부산"]),
                "record_count": chance.plain.choice([None, 1_000, 100_000]),
                "attributes": {"keywords": [f"주제{topic}"]},
            }
        )  # fmt: skip
    session.execute(insert(ListingVersion), versions)
    _told(chance, "listing", ids, [topic for _firm, topic in owners])
    _told(chance, "supplier", firms, [chance.topic() for _firm in firms])


def _needs(chance: Chance, firms: list[int]) -> None:
    _first, last = year_around()
    topics = [chance.topic() for _firm in firms]
    rows = [
        {
            "organisation_id": firm, "title": f"주제{topic} 데이터가 필요합니다", "body": f"주제{topic}",
            "kind": chance.plain.choices([*KINDS, None], (5, 3, 1, 3))[0], "topics": [f"주제{topic}"],
            "purposes": chance.plain.choice([[], ["product"], ["ai_training"]]),
            "formats": chance.plain.choice([[], ["CSV"], ["CSV", "PNG"]]), "region": chance.plain.choice(["", "서울"]),
            "volume": chance.plain.choice([None, 5_000]), "needed_by": chance.plain.choice([None, last]),
            "budget_minor": chance.plain.randrange(3_000_000, 18_000_000, 500_000),
        }
        for firm, topic in zip(firms, topics, strict=True)
    ]  # fmt: skip
    ids = list(session.scalars(insert(Need).returning(Need.id, sort_by_parameter_order=True), rows))
    _told(chance, "need", ids, topics)


def _told(chance: Chance, kind: str, refs: list[int], topics: list[int]) -> None:
    """What the search index knows of them."""
    rows = [{"kind": kind, "ref": ref, "title": f"{kind} {ref}", "body": ""} for ref in refs]
    made = insert(SearchDocument).returning(SearchDocument.id, sort_by_parameter_order=True)
    ids = list(session.scalars(made, rows))
    vectors = [
        {"document_id": identity, "told": "bench", "vector": chance.meaning(topic)}
        for identity, topic in zip(ids, topics, strict=True)
    ]
    session.execute(insert(SearchVector), vectors)


def until_done(app: Any, name: str) -> None:
    """Let a job work until it has nothing left to do."""
    while run_job(app, name):
        session.rollback()


def runs(app: Any, programme_id: int, officer: Viewer) -> Iterator[tuple[DayMethod, float, float, dict[str, Any]]]:
    """(method, seconds of scoring, of assignment with reasons, figures of the round)."""
    for method in DayMethod:
        with transaction():
            facts = {"slots_rule": SlotsRule.CAPACITY, "slots_each": 6, "slot_hundredths": 100}
            day = operations.create_day(
                programme_id=programme_id, title=method.value, method=method, by=officer, **facts
            )
            day_id = day.id
        start, worked = time.perf_counter(), time.process_time()
        with transaction():
            operations.start_scoring(day_id, by=officer)
        until_done(app, "matchday.score")
        scored = time.perf_counter()
        with transaction():
            if method == DayMethod.STABLE:
                _first, last = year_around()
                operations.open_rankings(day_id, last, by=officer)
                operations.close_rankings(day_id, by=officer)
            round_id = operations.ask_for_round(day_id, Keep.NONE, by=officer).id
        until_done(app, "matchday.solve")
        ended, worked = time.perf_counter(), time.process_time() - worked
        session.rollback()
        found = queries.latest_round(day_id)
        assert found is not None and found.id == round_id
        explained = session.scalars(select(MatchingDayPair.why).where(MatchingDayPair.round_id == round_id)).all()
        assert len(explained) == NEEDS and all("ahead" in each for each in explained)
        yield (
            method,
            scored - start,
            ended - scored,
            {"milliseconds": found.milliseconds, "cpu": round(worked, 1), **found.figures},
        )


def main() -> bool:
    """Both methods, each on a day of its own."""
    size = f"{NEEDS:,} x {SUPPLIERS:,}"
    with common.server() as cluster:
        app = common.application(common.application_url(cluster))
        with app.app_context():
            programme_id = fill(Chance())
            solve(Problem([1], [2], np.ones((1, 1)), [1], ""), "optimal")  # a worker loads SciPy once in its life
            officer = officer_of(app)
            ok = []
            for method, scoring, rest, figures in runs(app, programme_id, officer):
                seconds = figures["milliseconds"] / 1000
                name = f"{method.value} assignment of {size} (s)"
                ok.append(common.figure("P7", name, seconds, "<= 1", seconds <= 1, **figures))
                name = f"{method.value} day of {size}: frozen, scored, assigned, explained (s)"
                parts = {
                    "own_cpu": figures["cpu"],
                    "scoring": round(scoring, 1),
                    "assignment_and_reasons": round(rest, 1),
                }
                ok.append(common.figure("P7", name, scoring + rest, "<= 60", scoring + rest <= 60, **parts))
    return all(ok)


def officer_of(app: Any) -> Viewer:
    """Somebody who may run it."""
    with transaction():
        person = Person(email="officer@example.com", name="담당", password_hash="!")
        session.add(person)
        session.flush()
        return Viewer(person_id=person.id, name="담당", roles=frozenset({Role.PROGRAMME_OFFICER}))


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
