"""Bank histories (goal R5): processes move money between eight accounts and read all eight, and write down what they saw.

Every posting and every read is one line of JSON in a file of its process: begin, end, what, answer. The checker works on
the files alone: the eight balances always add up to the same sum, none is ever below zero, a key counts once however
often and by whomever it is sent, and the last balances are what the keys that counted come to.
"""

import json
import random
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import psycopg

from config import Config
from marketplace import create_app
from marketplace.core.db import session, transaction
from marketplace.core.errors import Busy, Refused
from marketplace.ledger.operations import Move, post
from marketplace.ledger.queries import balances
from tests.faults import forked

PROGRAMME, VOUCHERS = 900_001, (900_001, 900_002)
POTS = ("support_available", "support_reserved", "own_available", "own_reserved")
ACCOUNTS = [(pot, voucher) for voucher in VOUCHERS for pot in POTS]
EACH = 50
"""What each pot that is filled begins with: little, so that accounts run dry and postings meet."""
TOTAL = EACH * 4
PROCESSES = 4


def fill(superuser: psycopg.Connection[Any], history: int) -> None:
    """Fifty won in each available pot. A history has keys, but not accounts, of its own: what is there stays."""
    if superuser.execute("select from ledger_account where owner_id = any(%s)", (list(VOUCHERS),)).fetchall():
        return
    for voucher in VOUCHERS:
        superuser.execute(
            "select ledger_post(%s, 'KRW', '{fund,activate_support,activate_own}', %s::bigint[], %s::bigint[], %s::bigint[])",
            (f"bank:{history}:{voucher}", [PROGRAMME] * 3, [PROGRAMME, voucher, voucher], [EACH] * 3),
        )


def moves_of(number: int) -> list[tuple[str, int, int]]:
    """(reason, voucher, amount) of a key: the same for everybody who sends it."""
    dice = random.Random(number)
    reasons = ("reserve_support", "release_support", "reserve_own", "release_own")
    return [
        (dice.choice(reasons), voucher, dice.randint(1, 5)) for voucher in dice.sample(VOUCHERS, dice.choice((1, 2)))
    ]


def run(url: str, folder: Path, seed: int, seconds: float, *, careless: bool = False) -> list[Path]:
    """One history: the files of its processes."""
    files = [folder / f"history-{seed}-{number}.jsonl" for number in range(PROCESSES)]
    processes = [
        forked.begin(work, url, file, seed * 100 + number, seconds, careless) for number, file in enumerate(files)
    ]
    for process in processes:
        process.join(seconds + 120)
        assert process.exitcode == 0
    return files


def lines(files: Iterable[Path]) -> list[dict[str, Any]]:
    return [json.loads(line) for file in files for line in file.read_text().splitlines()]


def check(history: Sequence[dict[str, Any]], before: dict[str, int], after: dict[str, int]) -> list[str]:
    """What is wrong with a history; `before` and `after` are the balances around it, by 'pot:voucher'."""
    found, counted = [], set()
    for line in history:
        if line["what"] == "read":
            values = line["answer"]
            if sum(values) != TOTAL or min(values) < 0:
                found.append(f"bad read at {line['begin']}: {values} make {sum(values)}")
        elif line["answer"] == "entered":
            if line["key"] in counted:
                found.append(f"key {line['key']} counted twice")
            counted.add(line["key"])
        elif line["answer"] not in ("known", "refused"):
            found.append(f"key {line['key']}: {line['answer']}")
    balances = dict(before)
    for key in counted:
        for reason, voucher, amount in moves_of(key):
            verb, pot = reason.split("_")
            sign = -1 if verb == "reserve" else 1
            balances[f"{pot}_available:{voucher}"] += sign * amount
            balances[f"{pot}_reserved:{voucher}"] -= sign * amount
    if balances != after:
        found.append(f"the keys that counted come to {balances}, the accounts hold {after}")
    return found


def standing(superuser: psycopg.Connection[Any]) -> dict[str, int]:
    """The eight balances by 'pot:voucher'."""
    rows = superuser.execute(
        "select kind || ':' || owner_id, balance from ledger_account where owner_id = any(%s) and kind = any(%s)",
        (list(VOUCHERS), list(POTS)),
    )
    return {**{f"{pot}:{voucher}": 0 for pot, voucher in ACCOUNTS}, **dict(rows.fetchall())}


def work(url: str, file: Path, seed: int, seconds: float, careless: bool) -> None:
    """One process of a history, which it writes into `file`."""
    app = create_app(Config(var=file.parent, database_url=url, secret_key="for histories only, of length", testing=True,
                            public_url="http://127.0.0.1:8000", pool_size=2))  # fmt: skip
    dice = random.Random(seed)
    base = seed // 100 * 1_000_000

    def read() -> list[int]:
        if not careless:
            return list(balances(*ACCOUNTS).values())
        values = []
        for account in ACCOUNTS:  # the twin: eight statements see eight moments
            values += balances(account).values()
            session.rollback()
        return values

    def write(key: int) -> str:
        moves = [Move(reason, voucher, voucher, amount) for reason, voucher, amount in moves_of(key)]
        try:
            with transaction():
                return "entered" if post(*moves, key=f"voucher:{VOUCHERS[0]}:bank-{key}") else "known"
        except Busy:
            return "busy"
        except Refused:
            return "refused"

    count, end = 0, time.time() + seconds
    with file.open("a") as out:
        while (begin := time.time()) < end:
            with app.app_context():
                if dice.random() < 0.4:
                    line: dict[str, Any] = {"what": "read", "answer": read()}
                else:
                    count += dice.choice((0, 1, 1, 2))  # all send nearly the same keys, some of them again
                    key = base + count
                    line = {"what": "post", "key": key, "answer": write(key)}
            out.write(json.dumps({"begin": begin, "end": time.time(), "process": seed % 100, **line}) + "\n")
