"""Killing parts of a running system while it works, and holding its acknowledgements against it afterwards (goal R4).

Acknowledged is what a client has been answered and has then written to its own file, flushed to disk. An answer that did
not come is unknown: the client looks for the evidence of its deed and sends it again where there is none, as a person
would look at the order's page before pressing the button again.
"""

import json
import os
import random
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import text

from config import Config
from marketplace import create_app
from marketplace.accounts import queries as accounts
from marketplace.accounts.models import Person
from marketplace.core.cluster import APP_ROLE, SUPERUSER, Cluster, watch
from marketplace.core.db import create_application_engine, session, transaction
from marketplace.core.errors import Busy, Refused
from marketplace.core.viewer import SYSTEM
from marketplace.orders import operations as orders
from tests.faults import forked
from tests.properties import books

DEEDS = {"submit": "submitted", "accept": "accepted", "cancel": "cancelled"}
"""The life of an order here, and what its evidence is called."""
PATIENCE = 90.0


def patiently(question: Callable[[], Any]) -> Any:
    """The answer, asked until somebody gives one."""
    limit = time.monotonic() + PATIENCE
    while True:
        try:
            return question()
        except Exception:
            if time.monotonic() > limit:
                raise
            time.sleep(0.05)


@dataclass
class Client:
    """Does the deeds of its orders one after the other. `do` answers True (done) or False (refused), or raises."""

    do: Callable[[str, int], bool]
    ask: Callable[[str, int], bool]
    file: Path
    number: int

    def life(self, order: int, deeds: Iterable[str] = DEEDS) -> None:
        for deed in deeds:
            self._until_done(deed, order)

    def _until_done(self, deed: str, order: int) -> None:
        begin = time.time()
        unknown = 0
        while True:
            try:
                done = self.do(deed, order) or self.ask(deed, order)
            except Exception:
                unknown += 1
                if patiently(partial(self.ask, deed, order)):
                    self._write(deed, order, begin, "found")
                    return
                continue
            if not done:
                self._write(deed, order, begin, "refused and not there")
                return
            self._write(deed, order, begin, "done" if not unknown else "done again")
            return

    def _write(self, deed: str, order: int, begin: float, answer: str) -> None:
        """Append, and on disk before the next deed: from here on it may not be lost."""
        line = {
            "begin": begin,
            "end": time.time(),
            "process": self.number,
            "deed": deed,
            "order": order,
            "answer": answer,
        }
        with self.file.open("a") as out:
            out.write(json.dumps(line) + "\n")
            out.flush()
            os.fsync(out.fileno())


def acknowledged(folder: Path) -> list[dict[str, Any]]:
    """All lines of all clients."""
    return [json.loads(line) for file in sorted(folder.glob("acks-*.jsonl")) for line in file.read_text().splitlines()]


def verdict(superuser: psycopg.Connection[Any], acks: list[dict[str, Any]]) -> list[str]:
    """What was lost, what was doubled, and what is wrong with the books; empty when all is well."""
    events: dict[tuple[str, str], int] = {}
    for subject, action, count in superuser.execute(
        "select subject, action, count(*) from event where action = any(%s) group by 1, 2",
        ([f"purchase_order:{word}" for word in DEEDS.values()],),
    ):
        events[subject, action.split(":")[1]] = count
    keys = {row[0] for row in superuser.execute("select distinct key from ledger_transfer")}
    found = [f"{subject} was {action} {count} times" for (subject, action), count in events.items() if count > 1]
    for ack in acks:
        subject = f"purchase_order:{ack['order']}"
        if ack["answer"] == "refused and not there":
            found.append(f"{subject}: {ack['deed']} was refused")
        elif not events.get((subject, DEEDS[ack["deed"]])):
            found.append(f"{subject}: {ack['deed']} was acknowledged and is lost")
        elif ack["deed"] != "accept" and f"{subject}:{'reserve' if ack['deed'] == 'submit' else 'release'}" not in keys:
            found.append(f"{subject}: {ack['deed']} was acknowledged and its posting is lost")
    twice = "select about, kind from paper where state = 'genuine' group by 1, 2 having count(*) > 1"
    found += [f"two papers: {row}" for row in superuser.execute(twice)]
    return found + books.faults(superuser)


def is_there(url: str, deed: str, order: int) -> bool:
    """Whether the evidence of a deed is there. Waits for whoever still holds the order: a client's death does not stop
    the statement that it had sent."""
    question = "select 1 from event where subject = %s and action = %s"
    with psycopg.connect(url, connect_timeout=5) as superuser:
        superuser.execute("select from purchase_order where id = %s for update", (order,))
        values = (f"purchase_order:{order}", f"purchase_order:{DEEDS[deed]}")
        return superuser.execute(question, values).fetchone() is not None


# --- clients that call operations, as processes ----------------------------------------------------------------------


@contextmanager
def clients(cluster: Cluster, database: str, folder: Path, people: list[int], count: int = 4) -> Iterator[Any]:
    """Clients at work until the end of the block; fails when one of them gave up."""
    stop = folder / "stop"
    stop.unlink(missing_ok=True)
    started = [
        forked.begin(work, cluster.folder, database, folder / f"acks-{number}.jsonl", number, count, people)
        for number in range(count)
    ]
    try:
        yield started
    finally:
        stop.touch()
        for process in started:
            process.join(PATIENCE)
            process.kill()
            process.join()
    assert [process.exitcode for process in started] == [0] * count


def work(folder: Path, database: str, file: Path, number: int, of: int, people: list[int]) -> None:
    """One client that calls operations: every `of`th draft from `number` on is placed, accepted and cancelled."""
    buyer_id, buying, seller_id, selling = people
    app = create_app(
        Config(var=file.parent, database_url=Cluster(folder).url(APP_ROLE, database), pool_size=2, testing=True,
               secret_key="a key for kills only, of length", public_url="http://127.0.0.1:8000")
    )  # fmt: skip

    def begin() -> tuple[Any, Any, list[int]]:
        with app.app_context():
            people = [session.get_one(Person, identity) for identity in (buyer_id, seller_id)]
            statement = text("select id from purchase_order where state = 'draft' and id % :of = :number order by id")
            return (
                accounts.viewer_of(people[0], organisation_id=buying),
                accounts.viewer_of(people[1], organisation_id=selling),
                list(session.scalars(statement, {"of": of, "number": number})),
            )

    buyer, seller, mine = patiently(begin)  # the first kill may come before the last client has begun

    def do(deed: str, order: int) -> bool:
        url = Cluster(folder).url(APP_ROLE, database)
        if url != app.extensions["home"].database_url:  # started again, the server may have another port
            app.extensions["home"] = replace(app.extensions["home"], database_url=url)
            app.extensions["engine"].dispose()
            app.extensions["engine"] = create_application_engine(url, 2)
        with app.app_context():
            try:
                with transaction():
                    if deed == "submit":
                        orders.submit_order(order, by=buyer)
                    elif deed == "accept":
                        orders.accept_order(order, by=seller)
                    else:
                        orders.cancel_order(order, "변경", by=SYSTEM)
            except Busy:
                raise
            except Refused:
                return False
            return True

    def ask(deed: str, order: int) -> bool:
        return is_there(Cluster(folder).url(SUPERUSER, database), deed, order)

    client = Client(do, ask, file, number)
    for order in mine:
        if (file.parent / "stop").exists():
            return
        client.life(order)


# --- the killing -----------------------------------------------------------------------------------------------------


def progress(folder: Path) -> int:
    """How many lines the clients have written so far."""
    return sum(file.read_bytes().count(b"\n") for file in folder.glob("acks-*.jsonl"))


def wait_for_work(folder: Path, more: int, seconds: float = PATIENCE) -> None:
    """Until so many more deeds are acknowledged: whoever kills, kills under load."""
    goal, limit = progress(folder) + more, time.monotonic() + seconds
    while progress(folder) < goal:
        if time.monotonic() > limit:
            raise AssertionError(f"nothing is acknowledged any more ({progress(folder)} lines)")
        time.sleep(0.02)


def back_end_of_the_program(cluster: Cluster, database: str, dice: random.Random) -> int:
    """A server process that works for a client."""
    with psycopg.connect(cluster.url(SUPERUSER, database), autocommit=True) as connection:
        rows = connection.execute(
            "select pid from pg_stat_activity where application_name = 'marketplace' and datname = %s", (database,)
        ).fetchall()
    return int(dice.choice(rows)[0])


def kill_server(cluster: Cluster) -> None:
    """End the postmaster and wait until it is gone; a signal takes a moment to be felt."""
    process = watch.living_postmaster(cluster.data)
    assert process is not None
    os.kill(process, signal.SIGKILL)
    assert watch.wait_until(lambda: watch.condition(process, cluster.data) != watch.SERVER, PATIENCE)


def children(process: int) -> dict[int, str]:
    """The children of a process and their command lines."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError, IndexError):
                if int((entry / "stat").read_text().rpartition(")")[2].split()[1]) == process:
                    found[int(entry.name)] = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
    return found
