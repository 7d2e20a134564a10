"""Posting and verifying. Both are one round trip: the SQL function `ledger_post`, and `queries.differences`."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError

from marketplace.core.db import session, write
from marketplace.core.errors import Refused
from marketplace.core.i18n import _, language
from marketplace.core.money import Money
from marketplace.ledger.models import LedgerCheck
from marketplace.ledger.queries import Difference, differences
from marketplace.ledger.rules import KIND_WORDS

OVERDRAFT, OTHER_MOVES, NO_SUCH_WAY, NOT_A_POSTING = "ML001", "ML002", "ML003", "ML004"
"""What `ledger_post` raises, as SQLSTATEs of its own class."""

REPORTED = 200
"""Lines of a report that are kept; the number of differences is kept whole."""

# In the driver's own spelling, which takes a sixth less of the posting's time in Python than text(). Lists travel as
# one literal: psycopg chooses a list's type by its values, and each choice would be another statement to prepare.
# Each line calls the one function that posts; "materialized" keeps them in their order.
_POST_EACH = (
    "with line as materialized (select * from unnest(%s::text[], %s::text[], %s::bigint[], %s::bigint[], %s::bigint[]) "
    "with ordinality as l (key, reason, debit, credit, amount, place) order by place) "
    "select count(*) filter (where done) from (select ledger_post(key, %s, array[reason], array[debit], array[credit], "
    "array[amount]) as done from line offset 0) posted"
)
_POST = "select ledger_post(%s, %s, %s::text[], %s::bigint[], %s::bigint[], %s::bigint[])"


@dataclass(frozen=True, slots=True)
class Move:
    """`amount` (smallest steps of `unit`, above 0) takes the route `reason` from one owner's account to another's.

    Which kinds of accounts stand at its ends, and what owns them (programme, voucher, supplier), the route knows.
    """

    reason: str
    debit_owner: int
    credit_owner: int
    amount: int
    unit: str = "KRW"


def post(*moves: Move, key: str) -> bool:
    """Enter `moves` together under `key`, '<subject>:<verb>' such as 'purchase_order:42:reserve'.

    True: entered. False: the same moves had been entered under this key before, and nothing happened now.
    Raises Refused when an account would fall below zero, or when other moves stand under this key; ValueError for what
    no program should ask: a route that does not exist, an amount that is not above 0, two units in one posting.
    The transaction at hand is over after any of them.
    """
    if not moves or any(type(move.amount) is not int or move.amount <= 0 for move in moves):
        raise ValueError("a posting has at least one move, each of a whole amount above 0")
    if any(move.unit != moves[0].unit for move in moves):
        raise ValueError("a posting has one unit")
    values = (
        key,
        moves[0].unit,
        _literal([move.reason for move in moves]),
        _literal([move.debit_owner for move in moves]),
        _literal([move.credit_owner for move in moves]),
        _literal([move.amount for move in moves]),
    )
    try:
        return bool(write(_POST, values).scalar_one())
    except DBAPIError as error:
        raise _refusal_of(error) from error


def post_each(postings: Mapping[str, Move]) -> int:
    """Enter many postings of one move each, every one under its own key, in one round trip; returns how many were new.

    For a payout file of ten thousand lines: each is `post(move, key=key)` and is refused as that would be, all or none. One
    unit for all. Accounts are locked posting by posting in the order given, so that order is the caller's to choose.
    """
    moves = list(postings.values())
    if any(type(move.amount) is not int or move.amount <= 0 for move in moves):
        raise ValueError("a posting has a whole amount above 0")
    if len({move.unit for move in moves}) > 1:
        raise ValueError("many postings have one unit")
    if not moves:
        return 0
    values = (
        list(postings),
        _literal([move.reason for move in moves]),
        _literal([move.debit_owner for move in moves]),
        _literal([move.credit_owner for move in moves]),
        _literal([move.amount for move in moves]),
        moves[0].unit,
    )
    try:
        return int(write(_POST_EACH, values).scalar_one())
    except DBAPIError as error:
        raise _refusal_of(error) from error


def _literal(values: Sequence[object]) -> str:
    """As PostgreSQL reads an array. A reason that is no plain word makes another list, which the function refuses."""
    return f"{{{','.join(map(str, values))}}}"


def _refusal_of(error: DBAPIError) -> Exception:
    state = getattr(error.orig, "sqlstate", None)
    diagnosis: Any = getattr(error.orig, "diag", None)
    if state == OVERDRAFT:
        return _overdraft(**json.loads(diagnosis.message_detail))
    if state == OTHER_MOVES:
        return Refused(
            _("같은 건이 이미 다른 금액이나 내용으로 처리되었습니다. 화면을 새로 고쳐 지금 상태를 확인하세요.")
        )
    if state in (NO_SUCH_WAY, NOT_A_POSTING):
        return ValueError(f"{diagnosis.message_primary} ({diagnosis.message_detail})")
    return error


def _overdraft(*, kind: str, owner: int, available: int, wanted: int, unit: str) -> Refused:
    def written(amount: int) -> str:
        return Money(amount, unit).text(language())

    return Refused(
        _(
            "사용할 수 있는 금액보다 %(over)s 많습니다. "
            "%(account)s 잔액은 %(available)s이고 필요한 금액은 %(wanted)s입니다. "
            "금액을 줄이거나 잔액이 늘어난 뒤에 다시 시도하세요.",
            over=written(wanted - available),
            account=_(KIND_WORDS.get(kind, kind)),
            available=written(available),
            wanted=written(wanted),
        )
    )


@dataclass(frozen=True, slots=True)
class Check:
    """What `verify` found: `ok` when the books are right, otherwise a line of `report` for each difference."""

    ok: bool
    differences: tuple[Difference, ...]
    transfers: int
    report: str


def verify() -> Check:
    """Add up all transfers anew and hold them against every kept balance, summary, route, unit and guard, and keep the
    outcome as a ledger_check: a difference stops payouts. Reads everything, so call it at the start of a transaction
    that holds no locks."""
    started = session.execute(text("select clock_timestamp()")).scalar_one()
    transfers, found = differences()
    report = "\n".join(map(str, found[:REPORTED]))
    if len(found) > REPORTED:
        report += f"\nand {len(found) - REPORTED} more"
    session.execute(
        insert(LedgerCheck).values(
            started_at=started,
            finished_at=text("clock_timestamp()"),
            transfers=transfers,
            differences=len(found),
            report=report,
        )
    )
    return Check(not found, tuple(found), transfers, report)


def summarise() -> int:
    """Bring the running sums of accounts without a floor up to date; returns how many moved. Waits a moment for the
    postings under way, up to two seconds, keeps nobody from posting, and leaves it for the next time otherwise."""
    return int(session.execute(text("select ledger_summarise()")).scalar_one())
