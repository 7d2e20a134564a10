"""P4: `flask ledger verify` over 10,000,000 transfers against one `sum ... group by account` over the same table.

The yardstick is the trial balance, what came to each account less what left it. A second figure, without a goal, is
against adding up one side only, in one pass: no balance of anything, but the least that can be done with as many rows.
`verify` needs both sides, and looks at routes, owners, units, running sums and strays besides.
BENCH_TRANSFERS makes it smaller.
"""

import os
import sys
import time

from bench import common
from bench.p3_one_supplier import fill
from marketplace.core.db import transaction
from marketplace.ledger import operations

TRANSFERS = int(os.environ.get("BENCH_TRANSFERS", "10000000"))
TRIAL_BALANCE = """
select account_id, sum(amount)
from (
  select credit_account_id as account_id, amount from ledger_transfer
  union all
  select debit_account_id, -amount from ledger_transfer
) side
group by account_id
"""
ONE_SIDE = "select debit_account_id, sum(amount) from ledger_transfer group by debit_account_id"
INDEXES = {
    "pk_ledger_transfer": "add constraint pk_ledger_transfer primary key (id)",
    "uq_ledger_transfer_key_leg": "add constraint uq_ledger_transfer_key_leg unique (key, leg)",
}


def grow(cluster: common.Cluster, transfers: int) -> None:
    """Lives of orders, in equal parts: reserved, released, approved, sent and settled, over 2,000 vouchers that buy
    from three suppliers each, 765 suppliers and 40 programmes. Written past the function, with the indexes made
    afterwards and the kept balances set to fit."""
    fill(cluster)
    with common.connection(cluster) as connection:
        execute = connection.execute
        for name in INDEXES:
            execute(f"alter table ledger_transfer drop constraint {name}")
        for side in ("debit", "credit"):
            execute(f"drop index ix_ledger_transfer_{side}_account_id_id")
        execute(
            """
            insert into ledger_account (kind, owner_id, unit, floor)
            select kind, owner, 'KRW', false from unnest('{payable}'::text[]) kind, generate_series(1, 765) owner
            union all
            select kind, owner, 'KRW', false from unnest('{in_transit,paid}'::text[]) kind, generate_series(1, 40) owner
            """
        )
        execute("create temporary table ends as select kind, owner_id, id from ledger_account")
        execute("create unique index on ends (kind, owner_id) include (id); analyze ends")
        execute(
            """
            insert into ledger_transfer (key, leg, reason, debit_account_id, credit_account_id, amount, happened_at)
            select 'purchase_order:' || (n / 5) || ':' || r.reason, 1, r.reason, d.id, c.id, 1000 + n / 5 %% 7919,
              clock_timestamp()
            from generate_series(0, %s - 1) n
            cross join lateral (select 1 + (n / 5) %% 2000 as voucher, 1 + (n / 5) %% 2000 %% 40 as programme,
              1 + ((n / 5) %% 2000 * 3 + (n / 10000) %% 3) %% 765 as supplier) o
            join (values (0, 'reserve_support'), (1, 'release_support'), (2, 'approve_support'), (3, 'send'),
              (4, 'settle')) step (number, reason) on step.number = n %% 5
            join ledger_route r using (reason)
            join ends d on d.kind = r.debit_kind and d.owner_id = case r.debit_kind
              when 'payable' then o.supplier when 'in_transit' then o.programme else o.voucher end
            join ends c on c.kind = r.credit_kind and c.owner_id = case r.credit_kind
              when 'payable' then o.supplier when 'in_transit' then o.programme when 'paid' then o.programme
              else o.voucher end
            """,
            (transfers,),
        )
        for change in INDEXES.values():
            execute(f"alter table ledger_transfer {change}")
        for side in ("debit", "credit"):
            execute(f"create index ix_ledger_transfer_{side}_account_id_id on ledger_transfer ({side}_account_id, id)")
        execute(
            """
            update ledger_account a set balance = m.balance
            from (
              select id, sum(amount) as balance
              from (select credit_account_id as id, amount from ledger_transfer
                    union all select debit_account_id, -amount from ledger_transfer) u
              group by id
            ) m
            where a.id = m.id and a.floor
            """
        )
        execute("select ledger_summarise()")
        execute("vacuum analyze")


def main() -> bool:
    """Five pairs, in one database that nobody else uses meanwhile."""
    with common.server() as cluster:
        grow(cluster, TRANSFERS)
        with common.connection(cluster, common.APP_ROLE) as connection:

            def seconds(statement: str) -> float:
                start = time.perf_counter()
                connection.execute(statement).fetchall()
                return time.perf_counter() - start

            def verify() -> float:
                start = time.perf_counter()
                with transaction():
                    check = operations.verify()
                if not check.ok or check.transfers < TRANSFERS:
                    raise RuntimeError(f"verify found something: {check.report}")
                return time.perf_counter() - start

            with common.application(common.application_url(cluster)).app_context():
                values = common.pairs(
                    5, verify=verify, balance=lambda: seconds(TRIAL_BALANCE), side=lambda: seconds(ONE_SIDE)
                )
        found = common.ratio(values, "verify", "balance")
        one_side = common.ratio(values, "verify", "side")
        common.figure("P4", "verify / adding up one side only (no goal)", one_side, "", True)
        return common.figure(
            "P4", f"verify / trial balance, {TRANSFERS:,} transfers", found, "<= 2", found <= 2,
            seconds=common.rounded(values),
        )  # fmt: skip


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
