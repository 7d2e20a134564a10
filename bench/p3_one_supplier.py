"""P3: approving invoices towards one supplier keeps the pace of approving them towards many.

Eight clients approve from 2,000 vouchers' reservations, with `ledger_post` called from pgbench so that no Python hides
a queue. One supplier's account has no floor and no row lock; a cached balance there would make all eight wait in line.
"""

import sys
from pathlib import Path

from bench import common

SCRIPT = Path(__file__).with_name("approve.sql")
VOUCHERS = 2_000
SUPPLIERS = 765


def fill(cluster: common.Cluster, vouchers: int = VOUCHERS) -> None:
    """Vouchers with reserved money, by the real function."""
    with common.connection(cluster) as connection:
        connection.execute(
            "select ledger_post('programme:1:fund', 'KRW', '{fund}', '{1}', '{1}', '{9000000000000000}')"
        )
        connection.execute(
            """
            select ledger_post('voucher:' || v || ':activate', 'KRW',
              '{activate_support,activate_own,reserve_support,reserve_own}',
              array[1, 1, v, v], array[v, v, v, v], array[1000000000000, 1000000000000, 500000000000, 500000000000])
            from generate_series(1, %s) v
            """,
            (vouchers,),
        )
        connection.execute("vacuum analyze ledger_account, ledger_transfer, ledger_route, ledger_kind")


def main() -> bool:
    """Six pairs of four seconds."""
    with common.server() as cluster:
        fill(cluster)
        url = common.application_url(cluster)
        values = common.pairs(
            6,
            one=lambda: common.pgbench(url, SCRIPT, 4, suppliers=1),
            many=lambda: common.pgbench(url, SCRIPT, 4, suppliers=SUPPLIERS),
        )
        found = common.ratio(values, "one", "many")
        return common.figure(
            "P3", "approvals towards one supplier / towards many, 8 clients", found, ">= 0.9", found >= 0.9,
            rates=common.rounded(values),
        )  # fmt: skip


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
