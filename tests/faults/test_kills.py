"""Killed with -9 under load: the server, one of its back ends, the web server, the job worker (goal R4).

Nothing that was acknowledged is lost, nothing happens twice, and the books are right after each round.
`KILL_SEED=7` repeats what was drawn; the moments of the kills are the machine's own.
"""

import os
import random
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from marketplace.core import installation
from marketplace.core.cluster import OWNER_ROLE, SUPERUSER, Cluster, prepare
from tests.conftest import ROOT, make_app
from tests.faults import kills, races, web_load
from tests.properties.world import World, world

pytestmark = pytest.mark.faults
SEED = int(os.environ.get("KILL_SEED", "") or time.time_ns() % 100_000)
DATABASE = installation.DATABASE


@contextmanager
def a_server(orders: int, settings: dict[str, str] | None = None) -> Iterator[tuple[Cluster, World, Path]]:
    """A server in a folder of its own, with a world and `orders` drafts; the folder is the program's var folder."""
    folder = Path(tempfile.mkdtemp(prefix="kills-"))
    folder.chmod(0o711)
    cluster = Cluster(folder / "postgres", settings)
    cluster.hold()
    try:
        prepare(cluster.url(SUPERUSER, "postgres"), DATABASE, demo=True)
        installation.migrate(cluster.url(OWNER_ROLE, DATABASE), ROOT)
        app = make_app(cluster, DATABASE, folder)
        with world(app, cluster.url(OWNER_ROLE, DATABASE)) as made, open_superuser(cluster) as superuser:
            races.prepare(made, superuser, -(-orders // races.CONTENDERS), random.Random(SEED), units=1)
        app.extensions["engine"].dispose()
        yield cluster, made, folder
    finally:
        cluster.release()
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


def open_superuser(cluster: Cluster) -> psycopg.Connection[Any]:
    return psycopg.connect(cluster.url(SUPERUSER, DATABASE), autocommit=True)


def people(made: World) -> list[int]:
    buyer, seller = made.buyers[0], made.stalls[0].supplier
    return [buyer.signs.person_id or 0, buyer.id, seller.signs.person_id or 0, seller.id]


def kill_servers(count: int) -> list[str]:
    """Kill the postmaster `count` times under load and start it again each time; the faults found, at once and at last."""
    with a_server(count * 200) as (cluster, made, folder), kills.clients(cluster, DATABASE, folder, people(made)):
        for _ in range(count):
            kills.wait_for_work(folder, 20)
            kills.kill_server(cluster)
            cluster.start()
        kills.wait_for_work(folder, 20)
        (folder / "stop").touch()
        return _judge(cluster, folder)


def kill_back_ends(count: int) -> list[str]:
    """Kill one working back end `count` times under load; the server then throws all others out and recovers by itself."""
    dice = random.Random(SEED)
    with a_server(count * 200) as (cluster, made, folder), kills.clients(cluster, DATABASE, folder, people(made)):
        for _ in range(count):
            kills.wait_for_work(folder, 20)
            os.kill(kills.back_end_of_the_program(cluster, DATABASE, dice), signal.SIGKILL)
        kills.wait_for_work(folder, 20)
        (folder / "stop").touch()
        return _judge(cluster, folder)


def _judge(cluster: Cluster, folder: Path) -> list[str]:
    """Once no client writes any more."""
    before = -1
    while (now := kills.progress(folder)) != before:
        before = now
        time.sleep(1)
    acks = kills.acknowledged(folder)
    print(
        f"KILL_SEED={SEED}: {len(acks):,} acknowledged, {sum(ack['answer'] == 'found' for ack in acks)} found afterwards"
    )
    with open_superuser(cluster) as superuser:
        return kills.verdict(superuser, acks)


def test_a_killed_server_loses_and_doubles_nothing_that_was_acknowledged():
    assert kill_servers(5) == []


def test_a_killed_back_end_loses_and_doubles_nothing_that_was_acknowledged():
    assert kill_back_ends(5) == []


def test_a_killed_web_server_or_worker_loses_and_doubles_nothing_that_was_acknowledged():
    assert kill_programs(5) == []


@pytest.mark.long
def test_twenty_killed_servers_lose_nothing():
    assert kill_servers(20) == []


@pytest.mark.long
def test_twenty_killed_back_ends_lose_nothing():
    assert kill_back_ends(20) == []


@pytest.mark.long
def test_fifty_killed_web_servers_and_workers_lose_nothing():
    assert kill_programs(50) == []


def kill_programs(count: int) -> list[str]:
    """Kill web processes, gunicorn's master and the job worker under `flask serve`, with load over HTTP."""
    dice = random.Random(SEED)
    with a_server(count * 100 + 200) as (cluster, made, folder), web_load.serving(folder) as site:
        with web_load.browsers(site, made, folder) as failures:
            last = 0.0
            for number in range(count):
                kills.wait_for_work(folder, 5)
                # A part that dies too often too quickly is given up; its own children may die as they like.
                parts = ["web process"] if time.monotonic() - last < 12 and number else ["master", "worker"]
                victim = site.find(dice.choice(parts))
                last = time.monotonic() if parts != ["web process"] else last
                os.kill(victim, signal.SIGKILL)
            kills.wait_for_work(folder, 20)
        assert failures == []
        return _judge(cluster, folder)


def test_twin_a_server_that_need_not_write_before_it_answers_loses_what_it_acknowledged():
    """Durability is a setting, and the program refuses to run without it; here nobody asks."""
    lazy = {"synchronous_commit": "off", "wal_writer_delay": "10000", "wal_writer_flush_after": "100000"}
    lost: list[str] = []
    with a_server(3_000, lazy) as (cluster, made, folder), kills.clients(cluster, DATABASE, folder, people(made)):
        for _ in range(6):
            kills.wait_for_work(folder, 40)
            kills.kill_server(cluster)
            cluster.start()
            with open_superuser(cluster) as superuser:
                lost = [fault for fault in kills.verdict(superuser, kills.acknowledged(folder)) if "is lost" in fault]
            if lost:
                break
    assert lost
