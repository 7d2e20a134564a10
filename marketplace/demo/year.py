"""The demo year from its first day to its present: who lives in it, what happens each night, and what it all came to."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from flask import Flask
from sqlalchemy import event, func, select

from marketplace.accounts.operations import passwords
from marketplace.core.db import is_demo, session, transaction
from marketplace.core.errors import Refused
from marketplace.core.i18n import _
from marketplace.demo.awards import deciding
from marketplace.demo.buyers import buyer
from marketplace.demo.changing import changing
from marketplace.demo.clockwork import Clockwork, Life
from marketplace.demo.evaluating import judging
from marketplace.demo.issuing import provider
from marketplace.demo.matching_day import matching_day
from marketplace.demo.money import closing, paying
from marketplace.demo.needs import asking
from marketplace.demo.nights import Nights
from marketplace.demo.now import computing, urgent
from marketplace.demo.people import PASSWORD, hire
from marketplace.demo.recovering import recovering
from marketplace.demo.searches import searching
from marketplace.demo.sellers import seller
from marketplace.demo.supervising import supervising
from marketplace.demo.world import END, ROUNDS, START, Round, World, at
from marketplace.grants import operations as grants
from marketplace.grants.operations import CallDraft
from marketplace.programmes import operations as programmes
from marketplace.programmes.commands import SHIPPED, read_ruleset
from marketplace.programmes.models import Programme
from marketplace.search import operations as words
from marketplace.search.queries.meanings import meanings_of_texts

REAL_FIRMS, REAL_SUPPLIERS, REAL_BUDGET = 2_040, 765, 57_500_000_000
"""The 2020 programme as it was reported."""
APPLICANTS = 1.35
"""Applicants for each firm supported; in 2020 it was 3.7, which would only make the demo slower to load."""


@contextmanager
def one_password() -> Iterator[None]:
    """All invented people share one password, whose hash is computed once: hashing 300 times would only cost time."""
    hashed, matches = passwords.hashed, passwords.matches
    known = {PASSWORD: hashed(PASSWORD)}
    passwords.hashed = lambda password: known[password]
    passwords.matches = lambda kept, typed: kept is not None and known.get(typed) == kept
    try:
        yield
    finally:
        passwords.hashed, passwords.matches = hashed, matches


@contextmanager
def own_index(app: Flask) -> Iterator[None]:
    """This process follows its own index meanwhile: the one that pages look in is made afterwards, by another process."""
    settings = app.config["MARKETPLACE"]
    app.config["MARKETPLACE"] = replace(settings, search_follow="inline")
    app.extensions.pop("search", None)
    with transaction():
        pass  # no transaction is left open while models are loaded: the database would end it
    words.warm()
    meanings_of_texts(["준비"])
    try:
        yield
    finally:
        app.config["MARKETPLACE"] = settings
        app.extensions.pop("search", None)


@contextmanager
def few_collections() -> Iterator[None]:
    """What is loaded now stays, so the search for unreachable cycles leaves it out, and it begins less often."""
    thresholds = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)
        gc.unfreeze()


@contextmanager
def no_waiting(app: Flask) -> Iterator[None]:
    """Commits do not wait for the disk one by one: the clock's last move does, for all of them. A year that is interrupted
    is begun anew in any case. And its one connection keeps every statement planned."""
    engine = app.extensions["engine"]

    def hurry(connection: Any, _record: Any) -> None:
        connection.autocommit = True
        connection.execute("set synchronous_commit = off")
        connection.autocommit = False
        connection.prepared_max, connection.prepare_threshold = 4_000, 2

    session.remove()
    engine.dispose()
    event.listen(engine, "connect", hurry)
    try:
        yield
    finally:
        event.remove(engine, "connect", hurry)
        session.remove()
        engine.dispose()


def live_a_year(app: Flask, *, smes: int, suppliers: int, seed: int, tick: Callable[[float], None]) -> World:
    """Fill an empty demo database. Raises Refused where the database is no demo or has been lived in."""
    home = app.extensions["home"]
    if not is_demo() or not home.owner_url:
        raise Refused(_("시연용으로 만든 데이터베이스에만 시연 자료를 넣을 수 있습니다."))
    if session.scalar(select(func.count()).select_from(Programme)):
        raise Refused(_("이 데이터베이스에는 이미 사업이 있습니다. 새 데이터베이스에서 시작하세요."))
    world = World(seed, smes, suppliers)
    nights = Nights()
    with one_password(), no_waiting(app), own_index(app), provider(app), few_collections(), nights.watching(app):
        time = Clockwork(home.owner_url, START, END, nights.pass_by)
        hire(world)
        _open(world)
        for index in range(suppliers):
            time.live(seller(world, index))
        for turn in ROUNDS:
            time.live(_round(world, time, turn))
        time.live(paying(world))
        time.live(closing(world))
        time.live(asking(world, time))
        time.live(changing(world))
        time.live(matching_day(world))
        time.live(urgent(world))
        time.live(computing(world))
        time.live(searching(world))
        time.live(recovering(world))
        time.live(supervising(world))
        time.run(tick)
    return world


def _open(world: World) -> None:
    """The rules of all programmes, and the programme of 2020 with its share of the budget."""
    officer = world.officers[0]
    for path in sorted(SHIPPED.glob("*.yaml")):
        document = read_ruleset(path)
        row = world.do("ruleset loaded", lambda document=document: programmes.load_ruleset(document, by=officer))
        identity, code = row.id, row.code
        world.do("ruleset published", lambda identity=identity: programmes.publish_ruleset(identity, by=officer))
        if code == "DV-2020":
            ruleset_id = identity
    budget = max(REAL_BUDGET * world.smes // REAL_FIRMS, 200_000_000) // 1_000_000 * 1_000_000
    world.programme_id = world.do(
        "programme opened",
        lambda: (
            programmes.open_programme(
                ruleset_id,
                code="DV-2020",
                budget_minor=budget,
                starts_on=START.date(),
                ends_on=at("2020-12-31").date(),
                by=officer,
            ).id
        ),
    )
    world.counted["won budgeted"] += budget


def _round(world: World, time: Clockwork, turn: Round) -> Life:
    """Publish a call, let firms apply, and decide."""
    turn.chosen.clear()
    yield turn.published
    shares = dict(zip((each.title for each in ROUNDS), (0.58, 0.37, 0.03), strict=True))
    budget = int(world.counted["won budgeted"] * shares[turn.title]) // 1_000_000 * 1_000_000
    officer = world.officers[0]
    draft = CallDraft(
        title=turn.title,
        title_en=turn.title_en,
        body="데이터를 사거나 가공하려는 중소기업·소상공인·예비창업자를 지원합니다. 공급기업과 미리 상의한 뒤 신청하세요.",
        kinds=("PURCHASE", "GENERAL_PROCESSING", "AI_PROCESSING"),
        budget_minor=budget,
        opens_at=turn.opens,
        closes_at=turn.closes,
        performs_until=turn.until,
    )
    turn.call_id = world.do("call drafted", lambda: grants.draft_call(world.programme_id, draft, by=officer).id)
    world.do("call published", lambda: grants.publish_call(turn.call_id, by=officer))
    turn.places = round(world.smes * turn.share)
    number = round(turn.places * APPLICANTS) or max(6, world.smes // 12)
    offset = world.counted["buyers"]
    world.counted["buyers"] += number
    for index in range(number):
        time.live(buyer(world, offset + index, turn, turn.chosen.append, hero=turn is ROUNDS[1] and index == 0))
    if turn.decided <= END:
        decides = judging if turn is ROUNDS[0] else deciding
        time.live(decides(world, time, turn))
