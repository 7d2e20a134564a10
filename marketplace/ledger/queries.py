"""What stands where, now and at any moment past, and the transfers that brought it there.

Who may see an account is known by the rooms that own it; these queries are called by them with accounts already seen.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select, text, union

from marketplace.core.db import session
from marketplace.core.i18n import _
from marketplace.ledger.models import LedgerAccount, LedgerCheck, LedgerKind, LedgerTransfer
from marketplace.ledger.rules import KIND_WORDS, REASON_WORDS

Account = tuple[str, int]
"""A kind and its owner: ('support_available', 7)."""


@dataclass(frozen=True, slots=True)
class Transfer:
    """One move with the names of its ends. `amount` is in smallest steps of `unit`."""

    id: int
    key: str
    reason: str
    debit_kind: str
    debit_owner: int
    credit_kind: str
    credit_owner: int
    amount: int
    unit: str
    happened_at: datetime

    @property
    def label(self) -> str:
        """The reason in the reader's language."""
        return reason_label(self.reason)


def kind_label(kind: str) -> str:
    """A kind of account in the reader's language."""
    return str(_(KIND_WORDS.get(kind, kind)))


def reason_label(reason: str) -> str:
    """A transfer's reason in the reader's language."""
    return str(_(REASON_WORDS.get(reason, reason)))


# An account with a floor keeps its balance; any other is its summary and what came after it.
_BALANCE = """
coalesce(a.balance, coalesce(s.balance, 0)
  + coalesce((select sum(t.amount) from ledger_transfer t
              where t.credit_account_id = a.id and t.id > coalesce(s.through_id, 0)), 0)
  - coalesce((select sum(t.amount) from ledger_transfer t
              where t.debit_account_id = a.id and t.id > coalesce(s.through_id, 0)), 0))
"""
_WANTED = "unnest(cast(:kinds as text[]), cast(:owners as bigint[])) w (kind, owner_id)"
_BALANCES = text(
    f"""
    select a.kind, a.owner_id, cast({_BALANCE} as bigint)
    from {_WANTED}
    join ledger_account a on (a.kind, a.owner_id, a.unit) = (w.kind, w.owner_id, :unit)
    left join ledger_summary s on s.account_id = a.id
    """  # noqa: S608 (only words of this file)
)
_BALANCE_AS_OF = text(
    """
    select coalesce(sum(m.amount), 0)::bigint
    from ledger_account a
    cross join lateral (
      select amount, happened_at from ledger_transfer where credit_account_id = a.id
      union all
      select -amount, happened_at from ledger_transfer where debit_account_id = a.id
    ) m
    where (a.kind, a.owner_id, a.unit) = (:kind, :owner, :unit) and m.happened_at <= :at
    """
)
_TRANSFER = """
select t.id, t.key, t.reason, d.kind, d.owner_id, c.kind, c.owner_id, t.amount, d.unit, t.happened_at
from {source} t
join ledger_account d on d.id = t.debit_account_id
join ledger_account c on c.id = t.credit_account_id
order by t.id desc
"""
_OF_ACCOUNTS = text(
    f"""
    with accounts as materialized (
      select a.id from {_WANTED}
      join ledger_account a on (a.kind, a.owner_id, a.unit) = (w.kind, w.owner_id, :unit)
    ), ids as (
      select x.id from accounts a
      cross join lateral (
        (select id from ledger_transfer where credit_account_id = a.id order by id desc limit :limit)
        union all
        (select id from ledger_transfer where debit_account_id = a.id order by id desc limit :limit)
      ) x
      group by x.id order by x.id desc limit :limit
    )
    {_TRANSFER.format(source="(select * from ledger_transfer where id in (select id from ids))")}
    """  # noqa: S608
)
_OF_KEYS = text(_TRANSFER.format(source="(select * from ledger_transfer where key = any(cast(:keys as text[])))"))
_STATEMENT = text(
    _TRANSFER.format(
        source="""(
      select * from ledger_transfer
      where (cast(:before as bigint) is null or id < :before) and starts_with(key, :prefix)
      order by id desc limit :limit
    )"""
    )
)


def _pairs(accounts: Sequence[Account]) -> dict[str, Any]:
    return {"kinds": [kind for kind, _owner in accounts], "owners": [owner for _kind, owner in accounts]}


def balances(*accounts: Account, unit: str = "KRW") -> dict[Account, int]:
    """The balance of each account now, credits minus debits; 0 for one that nothing has reached yet. One statement."""
    rows = session.execute(_BALANCES, {**_pairs(accounts), "unit": unit})
    return {**dict.fromkeys(accounts, 0), **{(kind, owner): balance for kind, owner, balance in rows}}


def holders(kind: str) -> Select[int]:
    """The owners who have something in an account of this kind, for use within another statement. Only of kinds with a
    floor, whose balance is kept: of the others nothing is found."""
    return select(LedgerAccount.owner_id).where(LedgerAccount.kind == kind, LedgerAccount.balance > 0)


def balance_as_of(kind: str, owner_id: int, at: datetime, unit: str = "KRW") -> int:
    """The balance by the transfers that had happened by `at`, in business time."""
    values = {"kind": kind, "owner": owner_id, "unit": unit, "at": at}
    return int(session.execute(_BALANCE_AS_OF, values).scalar_one())


def transfers_of(*accounts: Account, limit: int = 200, unit: str = "KRW") -> list[Transfer]:
    """The latest transfers that touch any of `accounts`, newest first."""
    rows = session.execute(_OF_ACCOUNTS, {**_pairs(accounts), "unit": unit, "limit": limit})
    return [Transfer(*row) for row in rows]


def transfers_of_keys(keys: Sequence[str]) -> list[Transfer]:
    """The transfers under these keys, newest first; a key of nothing that was posted has none."""
    return [Transfer(*row) for row in session.execute(_OF_KEYS, {"keys": list(keys)})] if keys else []


def statement(*, before: int | None = None, key_prefix: str = "", limit: int = 100) -> list[Transfer]:
    """All transfers, newest first, a page at a time: hand the last id of a page in as `before` for the next one.
    `key_prefix` narrows to one subject ('purchase_order:42:') or one noun ('payout:')."""
    rows = session.execute(_STATEMENT, {"before": before, "prefix": key_prefix, "limit": limit})
    return [Transfer(*row) for row in rows]


def programme_totals(programme_id: int, voucher_ids: Select[Any], unit: str = "KRW") -> dict[str, int]:
    """What stands in a programme's own accounts and, added up, in the pots of its vouchers: kind -> amount.
    `voucher_ids` is a select of one column; which vouchers belong to a programme, the rooms above know."""
    kinds = session.execute(select(LedgerKind.kind, LedgerKind.owner)).all()
    own = balances(*((kind, programme_id) for kind, owner in kinds if owner == "programme"), unit=unit)
    pots = [kind for kind, owner in kinds if owner == "voucher"]
    rows = session.execute(
        select(LedgerAccount.kind, func.sum(LedgerAccount.balance))
        .where(LedgerAccount.kind.in_(pots), LedgerAccount.owner_id.in_(voucher_ids), LedgerAccount.unit == unit)
        .group_by(LedgerAccount.kind)
    )
    return {
        **{kind: amount for (kind, _owner), amount in own.items()},
        **dict.fromkeys(pots, 0),
        **{kind: int(amount or 0) for kind, amount in rows},
    }


def flows_of_vouchers(voucher_ids: Select[Any], unit: str = "KRW") -> dict[str, int]:
    """How much went in, out of and between the pots of some vouchers since they began: reason -> amount. What was
    approved to suppliers is 'approve_support' and 'approve_own'."""
    pots = (
        select(LedgerAccount.id)
        .join(LedgerKind, LedgerKind.kind == LedgerAccount.kind)
        .where(LedgerKind.owner == "voucher", LedgerAccount.owner_id.in_(voucher_ids), LedgerAccount.unit == unit)
        .cte("pots")
    )
    columns = (LedgerTransfer.id, LedgerTransfer.reason, LedgerTransfer.amount)
    touching = union(  # not `union_all`: a reservation touches two pots and is one transfer
        select(*columns).join(pots, pots.c.id == LedgerTransfer.debit_account_id),
        select(*columns).join(pots, pots.c.id == LedgerTransfer.credit_account_id),
    ).subquery()
    rows = session.execute(select(touching.c.reason, func.sum(touching.c.amount)).group_by(touching.c.reason))
    return {reason: int(amount) for reason, amount in rows}


def last_check() -> LedgerCheck | None:
    """The latest run of `verify`, or None before the first."""
    return session.scalars(select(LedgerCheck).order_by(LedgerCheck.id.desc()).limit(1)).first()


@dataclass(frozen=True, slots=True)
class Difference:
    """Something in the books that cannot be. `what` says which look found it; `account` is 'kind owner unit' where it
    lies at one; `kept` and `counted` are the two amounts that should be equal, where it is about amounts."""

    what: str
    account: str
    kept: int | None
    counted: int | None

    def __str__(self) -> str:
        amounts = "" if self.kept is None else f": kept {self.kept}, counted {self.counted}"
        return f"{self.what} {self.account}{amounts}"


# Everything is added up once, by pair of accounts and reason; all looks are then about these few sums. One statement,
# so one moment: postings that are entered meanwhile are in all of it or in none of it.
_VERIFICATION = text(
    """
    with flows as materialized (
      select debit_account_id as debit, credit_account_id as credit, reason, count(*) as transfers,
        sum(amount) as amount, min(amount) as least
      from ledger_transfer
      group by debit_account_id, credit_account_id, reason
    ), counted as materialized (
      select id, sum(amount) as balance
      from (select credit as id, amount from flows union all select debit, -amount from flows) side
      group by id
    )
    select 'transfers' as what, '' as account, sum(transfers) as kept, null as counted from flows
    union all
    select 'balance', concat_ws(' ', a.kind, a.owner_id, a.unit), a.balance, coalesce(c.balance, 0)
    from ledger_account a left join counted c using (id)
    where a.floor and a.balance is distinct from coalesce(c.balance, 0)
    union all
    select 'summary', concat_ws(' ', a.kind, a.owner_id, a.unit), s.balance, c.balance - later.amount
    from ledger_summary s
    left join ledger_account a on a.id = s.account_id
    left join counted c on c.id = s.account_id
    cross join lateral (
      select coalesce(sum(amount), 0) as amount
      from (
        select amount from ledger_transfer where credit_account_id = s.account_id and id > s.through_id
        union all
        select -amount from ledger_transfer where debit_account_id = s.account_id and id > s.through_id
      ) side
    ) later
    where s.balance is distinct from c.balance - later.amount
    union all
    select 'transfer', concat_ws(' ', f.reason, 'from', d.kind, d.owner_id, d.unit, 'to', c.kind, c.owner_id, c.unit),
      f.amount, null
    from flows f
    left join ledger_account d on d.id = f.debit
    left join ledger_account c on c.id = f.credit
    left join ledger_route r using (reason)
    where (d.kind = r.debit_kind and c.kind = r.credit_kind and d.unit = c.unit and d.id <> c.id and f.least > 0
      and (d.owner_id = c.owner_id or not r.owners_match)) is not true
    union all
    select 'account', concat_ws(' ', a.kind, a.owner_id, a.unit), a.balance, null
    from ledger_account a left join ledger_kind k using (kind)
    where (a.floor = k.floor and (a.balance >= 0 or not k.floor)) is not true
    union all
    select 'total', '', sum(coalesce(a.balance, c.balance)), 0
    from ledger_account a left join counted c using (id)
    having sum(coalesce(a.balance, c.balance)) <> 0
    union all
    select 'guard', name, null, null
    from unnest(cast(:guards as text[])) name
    where not exists (select from pg_constraint where conname = name and convalidated and conenforced)
      and not exists (select from pg_trigger where tgname = name and tgenabled in ('O', 'A'))
    """
)
GUARDS = (
    "pk_ledger_account",
    "uq_ledger_account_kind_owner_id_unit",
    "ck_ledger_account_floor",
    "ck_ledger_account_kept",
    "pk_ledger_transfer",
    "uq_ledger_transfer_key_leg",
    "ck_ledger_transfer_amount",
    "ck_ledger_transfer_two_accounts",
    "ledger_account_stays",
    "ledger_account_is_not_truncated",
    "ledger_transfer_is_append_only",
    "ledger_transfer_is_not_truncated",
)
"""Constraints and triggers that must stand and be on; one that is gone may have let in what sums do not show."""
# Adding up ten million transfers takes longer than a page may, and is quicker where the sums fit into memory.
_AT_LENGTH = text(
    "select current_setting('statement_timeout'), current_setting('work_mem'), "
    "set_config('statement_timeout', :timeout, true), set_config('work_mem', :memory, true)"
)


def differences() -> tuple[int, list[Difference]]:
    """How many transfers there are, and everything in the books that cannot be; an empty list is what it should be."""
    timeout, memory, *_set = session.execute(_AT_LENGTH, {"timeout": "0", "memory": "256MB"}).one()
    rows = session.execute(_VERIFICATION, {"guards": list(GUARDS)}).all()
    session.execute(_AT_LENGTH, {"timeout": timeout, "memory": memory})
    transfers = next(int(row.kept or 0) for row in rows if row.what == "transfers")
    found = [Difference(row.what, row.account, row.kept, row.counted) for row in rows if row.what != "transfers"]
    return transfers, found
