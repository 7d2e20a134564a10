"""A worker of P2: reservations of single vouchers by `ledger.operations.post`, each in a transaction of its own."""

import itertools
import os
import random
import sys
from collections.abc import Callable

from bench.common import application
from bench.crew import serve
from marketplace.core.db import session, transaction
from marketplace.ledger.operations import Move, post

app = application(sys.argv[1])
VOUCHERS = int(sys.argv[2])


def begin(number: int) -> tuple[Callable[[], object], Callable[[], object]]:
    """What a thread does: one move in one transaction."""
    context = app.app_context()
    context.push()
    dice = random.Random()
    serial = itertools.count()

    def work() -> None:
        voucher = dice.randint(1, VOUCHERS)
        with transaction():
            post(
                Move("reserve_support", voucher, voucher, 100),
                key=f"order:{os.getpid()}-{number}-{next(serial)}:reserve",
            )

    def leave() -> None:
        session.remove()
        context.pop()

    return work, leave


if __name__ == "__main__":
    serve(begin)
