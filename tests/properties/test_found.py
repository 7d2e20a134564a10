"""What the machine has found, each as the shortest life that shows it. A failing seed becomes a test here."""

import os
from collections.abc import Iterator
from typing import Any

import pytest

from marketplace.core.cluster import OWNER_ROLE, Cluster
from marketplace.core.errors import Refused
from marketplace.payments import operations as payments
from marketplace.settlement import operations as settlement
from tests.conftest import TEMPLATE, make_app
from tests.faults.test_races import checked_case
from tests.properties.world import World, world


@pytest.fixture(scope="module")
def market(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    name = f"found_{os.getpid()}"
    cluster.clone(TEMPLATE, name)
    app = make_app(cluster, name, tmp_path_factory.mktemp("found"))
    with world(app, cluster.url(OWNER_ROLE, name)) as made:
        yield made
    app.extensions["engine"].dispose()
    cluster.drop(name)


def _batched(made: World) -> tuple[int, int]:
    """(batch, the one payout in it)."""
    made.begin_programme()
    case, content = checked_case(made)
    made.act(lambda: settlement.approve_second(case, content, by=made.settlers[1]))
    made.act(payments.queue_payouts)
    batch: int = made.act(lambda: payments.make_batch(made.programme_id, by=made.settlers[0]).id)
    question = "select id from payout where batch_id = %s"
    return batch, _ask(made, question, batch)


def _ask(made: World, question: str, *values: Any) -> Any:
    return made.owner.execute(question, values).fetchone()[0]


def test_a_payout_in_a_batch_stays_in_it(market):
    """Taken out, it would be paid by the file that already names it and once more by the next batch."""
    batch, payout = _batched(market)
    with pytest.raises(Refused, match="반송한 지급만"):
        market.act(lambda: payments.requeue_payout(payout, checked=True, by=market.settlers[0]))
    assert _ask(market, "select batch_id from payout where id = %s", payout) == batch
    market.act(lambda: payments.send_batch(batch, by=market.settlers[1]))
    with pytest.raises(Refused, match="반송한 지급만"):
        market.act(lambda: payments.requeue_payout(payout, checked=True, by=market.settlers[0]))
