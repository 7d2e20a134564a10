"""A worker of P1: `submit_order`, whole, each draft once, in a transaction of its own.

`python -m bench.submit_worker URL PERSON ORGANISATION`. Drafts are claimed by the lot from the table `draft_lot`.
"""

import sys
from collections.abc import Callable

from sqlalchemy import text

from bench.common import application
from bench.crew import serve
from marketplace.core.db import session, transaction
from marketplace.core.viewer import Role, Viewer
from marketplace.orders.operations import submit_order

app = application(sys.argv[1])
SIGNATORY = Viewer(
    person_id=int(sys.argv[2]),
    name="서명권자",
    organisation_id=int(sys.argv[3]),
    organisation_name="수요기업",
    roles=frozenset({Role.SME_MEMBER, Role.SME_SIGNATORY}),
)
CLAIM = text(
    "delete from draft_lot where lot = (select lot from draft_lot order by lot limit 1 for update skip locked) "
    "returning drafts"
)


def claimed() -> list[int]:
    """Two hundred drafts that nobody else has. Fails when all are placed: the measurement has to make more."""
    with app.extensions["engine"].begin() as connection:
        return list(connection.execute(CLAIM).scalar_one())


def begin(_number: int) -> tuple[Callable[[], object], Callable[[], object]]:
    """What a thread does: one order in one transaction."""
    context = app.app_context()
    context.push()
    drafts: list[int] = []

    def work() -> None:
        if not drafts:
            drafts.extend(claimed())
        with transaction():
            submit_order(drafts.pop(), by=SIGNATORY)

    def leave() -> None:
        session.remove()
        context.pop()

    return work, leave


if __name__ == "__main__":
    serve(begin)
