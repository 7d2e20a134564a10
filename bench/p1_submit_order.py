"""P1: the whole `submit_order` (right, state, rules, reservation posted under its key, evidence, notice), durable, in two
processes of four threads, against the least hand-written SQL that sets money aside, with eight pgbench clients.

The books are looked at afterwards: as many orders were placed as were counted, and each has its money reserved.
"""

import sys
from pathlib import Path
from typing import Any

import psycopg

from bench import common
from marketplace.core.cluster import OWNER_ROLE
from tests.properties.world import world

SECONDS = 4
ROUNDS = 6
VOUCHERS = 2_000
DRAFTS = 40
"""Of each voucher; a lot is two hundred of them, of as many vouchers."""
PRICE = 333_333
MAKE = (Path(__file__).with_name("drafts.sql")).read_text()


def fill(cluster: common.Cluster) -> tuple[str, str]:
    """Two thousand vouchers with money and drafts to place, copied by SQL from one that the operations made.

    Returns the buyer's signatory and firm."""
    app = common.application(common.application_url(cluster))
    with world(app, cluster.url(OWNER_ROLE, common.DATABASE)) as made:
        buyer, stall = made.buyers[0], made.stalls[0]
        voucher = made.make_voucher(buyer, support=3_000_000_000, own=1_000_000_000, vat=400_000_000, days=100)
        order, _line = made.make_draft(stall, voucher, 1000, 30, buyer.signs)
    app.extensions["engine"].dispose()
    values = {"voucher": voucher, "order": order, "vouchers": VOUCHERS, "drafts": DRAFTS}
    with common.connection(cluster) as connection:
        for statement in MAKE.split(";\n"):
            if statement.strip():
                connection.execute(statement, values, prepare=False)
        connection.execute("vacuum analyze")
    return str(buyer.signs.person_id), str(buyer.signs.organisation_id)


def check(connection: psycopg.Connection[Any]) -> None:
    """Nothing was placed without its money, and no money was set aside without its order."""
    row = connection.execute(
        """
        select (select sum(support_minor + own_minor + vat_minor) from purchase_order where state = 'submitted'),
               (select sum(balance) from ledger_account where kind in ('support_reserved', 'own_reserved')),
               (select count(*) from purchase_order where state = 'submitted'),
               (select count(*) from event where action = 'purchase_order:submitted'),
               (select count(*) from notice where kind = 'order_submitted')
        """
    ).fetchone()
    assert row is not None
    ordered, reserved, orders, events, notices = row
    if ordered != reserved or not orders == events == notices:
        raise AssertionError(f"the books do not agree: {row}")


def main() -> bool:
    """Six pairs of four seconds."""
    with common.server() as cluster:
        person, organisation = fill(cluster)
        with common.connection(cluster) as connection:
            connection.execute("create database raw")
        with common.connection(cluster, database="raw") as connection:
            connection.execute((common.ROOT / "bench/peers/schema.sql").read_text())
        slow: list[float] = []
        with common.crew("bench.submit_worker", common.application_url(cluster), person, organisation) as ours:

            def submit() -> float:
                rate = ours.run(SECONDS)
                slow.append(ours.percentile(0.99))
                return rate

            raw = cluster.url(common.SUPERUSER, "raw")
            script = common.ROOT / "bench/peers/reserve_5rt.sql"
            values = common.pairs(ROUNDS, submit=submit, raw=lambda: common.pgbench(raw, script, SECONDS))
        with common.connection(cluster) as connection:
            check(connection)
    found = common.ratio(values, "submit", "raw")
    worst = sorted(slow[1:])[len(slow[1:]) // 2]
    rates = common.rounded(values)
    first = common.figure(
        "P1", "submit_order / raw SQL in five round trips", found, ">= 0.18", found >= 0.18, rates=rates
    )
    common.figure("P1", "the same, second goal", found, ">= 0.25", found >= 0.25)
    second = common.figure(
        "P1", "submit_order, p99 in ms", worst, "<= 60", worst <= 60, all=[round(one, 1) for one in slow]
    )
    return first and second


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
