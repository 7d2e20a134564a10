"""Money to begin with, and guards that are switched off in a throw-away database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import sql

from marketplace.core.db import transaction
from marketplace.ledger.operations import Move, post
from marketplace.ledger.queries import balances

PROGRAMME, VOUCHER, SUPPLIER = 1, 7, 3


def give(*, voucher: int = VOUCHER, support: int = 0, own: int = 0, programme: int = PROGRAMME) -> None:
    """A voucher with money in its pots, by the ways that money takes."""
    moves = []
    if support:
        moves = [Move("fund", programme, programme, support), Move("activate_support", programme, voucher, support)]
    if own:
        moves.append(Move("activate_own", programme, voucher, own))
    with transaction():
        post(*moves, key=f"voucher:{voucher}:give")


def enter(*moves: Move, key: str) -> bool:
    """A posting in a transaction of its own."""
    with transaction():
        return post(*moves, key=key)


def balance(kind: str, owner: int = VOUCHER) -> int:
    """One balance, as it is now."""
    return balances((kind, owner))[(kind, owner)]


def change_function(owner: psycopg.Connection[Any], old: str, new: str) -> None:
    """Alter the posting function: a guard is off when its words are gone. Fails where the words are not there."""
    definition = owner.execute("select pg_get_functiondef('ledger_post'::regproc)").fetchone()[0]
    assert definition.count(old) == 1, f"{old!r} stands {definition.count(old)} times in ledger_post"
    owner.execute(definition.replace(old, new).encode())


def drop_constraint(owner: psycopg.Connection[Any], table: str, name: str) -> None:
    """Take a constraint away."""
    owner.execute(sql.SQL("alter table {} drop constraint {}").format(sql.Identifier(table), sql.Identifier(name)))


@contextmanager
def unguarded(superuser: psycopg.Connection[Any]) -> Iterator[psycopg.Connection[Any]]:
    """What only a superuser can do: triggers do not fire."""
    superuser.execute("set session_replication_role = replica")
    yield superuser
    superuser.execute("set session_replication_role = origin")
