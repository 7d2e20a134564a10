"""What stands where, now and at any moment past, and the transfers that brought it there.

Who may see an account is known by the rooms that own it; these queries are called by them with accounts already seen.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, text

from marketplace.core.db import session
from marketplace.core.i18n import _
from marketplace.ledger.models import LedgerCheck
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
    return _(KIND_WORDS.get(kind, kind))


def reason_label(reason: str) -> str:
    """A transfer's reason in the reader's language."""
    return _(REASON_WORDS.get(reason, reason))


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
select t.id, t.key, t.reason, d.kind, d.owner_id, c.kind, c.owner_id, t.amount, t.unit, t.happened_at
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


def balance_as_of(kind: str, owner_id: int, at: datetime, unit: str = "KRW") -> int:
    """The balance by the transfers that had happened by `at`, in business time."""
    values = {"kind": kind, "owner": owner_id, "unit": unit, "at": at}
    return int(session.execute(_BALANCE_AS_OF, values).scalar_one())


def transfers_of(*accounts: Account, limit: int = 200, unit: str = "KRW") -> list[Transfer]:
    """The latest transfers that touch any of `accounts`, newest first."""
    rows = session.execute(_OF_ACCOUNTS, {**_pairs(accounts), "unit": unit, "limit": limit})
    return [Transfer(*row) for row in rows]


def statement(*, before: int | None = None, key_prefix: str = "", limit: int = 100) -> list[Transfer]:
    """All transfers, newest first, a page at a time: hand the last id of a page in as `before` for the next one.
    `key_prefix` narrows to one subject ('purchase_order:42:') or one noun ('payout:')."""
    rows = session.execute(_STATEMENT, {"before": before, "prefix": key_prefix, "limit": limit})
    return [Transfer(*row) for row in rows]


def last_check() -> LedgerCheck | None:
    """The latest run of `verify`, or None before the first."""
    return session.scalars(select(LedgerCheck).order_by(LedgerCheck.id.desc()).limit(1)).first()
