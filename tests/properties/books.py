"""The four checks of the books in SQL, and that every transfer has a record behind it. Shared by machine, races, kills."""

from collections.abc import Sequence
from typing import Any

import psycopg

Connection = psycopg.Connection[Any]

DIFFERENT = """
select a.kind, a.owner_id, a.balance, coalesce(m.amount, 0)
from ledger_account a
left join (
  select id, sum(amount) as amount from (
    select credit_account_id as id, amount from ledger_transfer
    union all select debit_account_id, -amount from ledger_transfer
  ) legs group by id
) m using (id)
where a.floor and a.balance <> coalesce(m.amount, 0)
"""
BELOW = "select kind, owner_id, balance from ledger_account where floor and balance < 0"
SUM = """
select coalesce(sum(amount), 0) from (
  select credit_account_id as id, amount from ledger_transfer
  union all select debit_account_id, -amount from ledger_transfer
) legs join ledger_account using (id)
"""
CHAIN = """
select id from order_line
where not (0 <= paid_minor and paid_minor <= invoiced_minor and invoiced_minor <= accepted_minor
  and accepted_minor <= delivered_minor and delivered_minor <= ordered_minor)
"""
RESERVED = """
select v.id, coalesce(s.balance, 0), coalesce(o.support, 0), coalesce(w.balance, 0), coalesce(o.own, 0)
from voucher v
left join ledger_account s on s.kind = 'support_reserved' and s.owner_id = v.id
left join ledger_account w on w.kind = 'own_reserved' and w.owner_id = v.id
left join lateral (
  select sum(support_minor - spent_support_minor) as support, sum(own_minor + vat_minor - spent_own_minor) as own
  from purchase_order where voucher_id = v.id and state in ('submitted', 'accepted')
) o on true
where (coalesce(s.balance, 0), coalesce(w.balance, 0)) <> (coalesce(o.support, 0), coalesce(o.own, 0))
"""
STRAY = """
select distinct t.key from ledger_transfer t
left join purchase_order o on t.key like 'purchase\\_order:%%' and o.id = split_part(t.key, ':', 2)::bigint
left join settlement_case c on t.key like 'settlement\\_case:%%' and c.id = split_part(t.key, ':', 2)::bigint
left join voucher v on t.key like 'voucher:%%' and v.id = split_part(t.key, ':', 2)::bigint
left join payout p on t.key like 'payout:%%' and p.id = split_part(t.key, ':', 2)::bigint
left join programme g on t.key like 'programme:%%' and g.id = split_part(t.key, ':', 2)::bigint
where t.id > %s and num_nonnulls(o.id, c.id, v.id, p.id, g.id) <> 1
"""


def faults(connection: Connection, since: int = 0) -> list[str]:
    """Everything that is wrong with the books, as sentences; empty when they are right."""
    found = [f"{row}: the kept balance is not the sum of postings" for row in connection.execute(DIFFERENT)]
    found += [f"{row}: below its floor" for row in connection.execute(BELOW)]
    total = connection.execute(SUM).fetchone()[0]
    found += [f"all balances together are {total}"] if total else []
    found += [f"order line {row[0]}: its counters are out of order" for row in connection.execute(CHAIN)]
    found += [f"{row}: reserved is not what open orders hold" for row in connection.execute(RESERVED)]
    found += [f"{row[0]}: no record behind this key" for row in connection.execute(STRAY, (since,))]
    return found


# --- the same for one life, each step -----------------------------------------------------------------------------

LIFE_ACCOUNTS = """
select a.kind, a.owner_id, a.floor, a.balance, m.amount::bigint
from (
  select id, sum(amount) as amount from (
    select credit_account_id as id, amount from ledger_transfer where id > %(since)s
    union all select debit_account_id, -amount from ledger_transfer where id > %(since)s
  ) legs group by id
) m join ledger_account a using (id)
"""
LIFE_ORDERS = """
select o.id, o.state, o.supply_minor, o.vat_minor, o.support_minor, o.own_minor, o.committed_supply_minor,
  o.committed_support_minor, o.spent_supply_minor, o.spent_support_minor, o.spent_own_minor,
  l.ordered_minor, l.delivered_minor, l.accepted_minor, l.invoiced_minor, l.paid_minor
from purchase_order o join order_line l on l.order_id = o.id where o.voucher_id = any(%(vouchers)s) order by o.id
"""
LIFE_CASES = """
select id, state, support_minor, own_minor, vat_minor, total_minor from settlement_case
where voucher_id = any(%(vouchers)s) order by id
"""

LIFE_PAYOUTS = """
select id, state, amount_minor, attempt from payout where voucher_id = any(%(vouchers)s) order by id
"""


def accounts_of_life(connection: Connection, since: int) -> list[Any]:
    """(kind, owner, floor, kept balance, what transfers after `since` brought) of each account they touch."""
    return connection.execute(LIFE_ACCOUNTS, {"since": since}).fetchall()


def orders_of_life(connection: Connection, vouchers: Sequence[int]) -> list[Any]:
    return connection.execute(LIFE_ORDERS, {"vouchers": list(vouchers)}).fetchall()


def cases_of_life(connection: Connection, vouchers: Sequence[int]) -> list[Any]:
    return connection.execute(LIFE_CASES, {"vouchers": list(vouchers)}).fetchall()


def payouts_of_life(connection: Connection, vouchers: Sequence[int]) -> list[Any]:
    return connection.execute(LIFE_PAYOUTS, {"vouchers": list(vouchers)}).fetchall()


def strays(connection: Connection, since: int) -> list[str]:
    """Keys after `since` that name no record."""
    return [row[0] for row in connection.execute(STRAY, (since,))]


def last_transfer(connection: Connection) -> int:
    """The largest id of a transfer."""
    return int(connection.execute("select coalesce(max(id), 0) from ledger_transfer").fetchone()[0])
