"""Races for one voucher (goal R2): eight processes each submit an order of their own; only some of them fit.

Vouchers and drafts for thousands of races are copied by SQL from one that the operations made, because they are only the
start of a race; money reaches each voucher by the posting function, and is spent by `submit_order` alone.
"""

import random
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import psycopg

from tests.faults.crowd import BUSY, DONE, REFUSED, Crowd
from tests.properties import books
from tests.properties.world import Firm, World

CONTENDERS = 8
SUPPORT, OWN = 3_000_000, 1_000_000
VAT = (SUPPORT + OWN) // 10
PRICE = 333_333
"""One unit of the first listing: twelve units fit into a voucher."""

COPY = """
with made as (
  insert into voucher (number, programme_id, ruleset_id, organisation_id, kind, unit, support_minor, own_cash_minor,
    vat_minor, valid_from, expires_on, state, activated_at)
  select 'RACE-' || %(batch)s || '-' || n, programme_id, ruleset_id, organisation_id, kind, unit, support_minor,
    own_cash_minor, vat_minor, valid_from, expires_on, 'active', activated_at
  from voucher, generate_series(1, %(count)s) n where id = %(voucher)s returning id
), drafted as (
  insert into purchase_order (voucher_id, organisation_id, supplier_id, programme_id, listing_version_id, title, note,
    unit, supply_minor, vat_minor, deliver_by, created_by)
  select m.id, o.organisation_id, o.supplier_id, o.programme_id, o.listing_version_id, o.title, o.note, o.unit,
    %(price)s * q.units, %(price)s * q.units / 10, o.deliver_by, o.created_by
  from made m, purchase_order o, unnest(cast(%(units)s as integer[])) q (units) where o.id = %(order)s
  returning id, voucher_id, supply_minor, vat_minor
), lines as (
  insert into order_line (order_id, position, description, unit_label, quantity, unit_price_minor, ordered_minor,
    vat_minor)
  select id, 1, 'race', '세트', supply_minor / %(price)s, %(price)s, supply_minor, vat_minor from drafted returning id
)
select voucher_id, array_agg(id order by id) from drafted group by voucher_id order by voucher_id
"""
ACTIVATE = """
select ledger_post('voucher:' || v || ':activate', 'KRW', '{activate_support,activate_own}',
  array[%(programme)s, %(programme)s]::bigint[], array[v, v]::bigint[], array[%(support)s, %(deposit)s]::bigint[])
from unnest(cast(%(vouchers)s as bigint[])) v
"""


@dataclass
class Result:
    """What so many races came to."""

    races: int = 0
    overspent: int = 0
    none: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    @property
    def share(self) -> float:
        return self.overspent / self.races

    @property
    def broken(self) -> int:
        """Answers that are neither yes nor no: deadlocks, waits that ran out, faults of the program."""
        return sum(count for answer, count in self.answers.items() if answer not in (DONE, REFUSED))

    def __str__(self) -> str:
        answers = ", ".join(f"{count:,} {answer}" for answer, count in sorted(self.answers.items()))
        return f"{self.races:,} races, {self.overspent:,} overspent, {self.none:,} without a winner; {answers}"


def prepare(
    world: World, superuser: psycopg.Connection[Any], count: int, dice: random.Random, *, units: int = 0
) -> list[Any]:
    """(voucher, [eight drafts]) for `count` races. The drafts ask for 2 to 5 units of the twelve
    that fit, or for `units` each."""
    buyer = world.buyers[0]
    voucher = world.make_voucher(buyer, support=SUPPORT, own=OWN, vat=VAT, days=60)
    order, _line = world.make_draft(world.stalls[0], voucher, 2_000, 30, buyer.signs)
    asked = [units or dice.randint(2, 5) for _ in range(CONTENDERS)]
    values = {"batch": voucher, "count": count, "voucher": voucher, "order": order, "price": PRICE, "units": asked}
    made = superuser.execute(COPY, values).fetchall()
    superuser.execute(
        ACTIVATE,
        {
            "programme": world.programme_id,
            "support": SUPPORT,
            "deposit": OWN + VAT,
            "vouchers": [row[0] for row in made],
        },
    )
    superuser.execute("analyze")
    return made


def run(
    world: World, superuser: psycopg.Connection[Any], runners: Crowd, count: int, seed: int, *, guarded: bool = True
) -> Result:
    """`count` races of a seed, a few hundred at a time."""
    dice, result = random.Random(seed), Result()
    buyer: Firm = world.buyers[0]
    who = (buyer.signs.person_id, buyer.id)
    runners.race([(name, *who) for name in ["warm"] * CONTENDERS])
    while result.races < count:
        batch = prepare(world, superuser, min(250, count - result.races), dice)
        for _voucher, drafts in batch:
            dice.shuffle(drafts)
            answers = runners.race([("submit", order, *who) for order in drafts])
            result.races += 1
            result.none += DONE not in answers
            result.answers.update(answers)
        result.overspent += overspent(superuser, [voucher for voucher, _drafts in batch])
    result.faults = books.faults(superuser) if guarded else []
    return result


def overspent(superuser: psycopg.Connection[Any], vouchers: list[int]) -> int:
    """On how many of them more is ordered than they can buy, or more is reserved than they hold."""
    question = """
    select count(*) from voucher v
    where v.id = any(%s) and (
      (select coalesce(sum(supply_minor), 0) from purchase_order where voucher_id = v.id and state = 'submitted')
        > v.support_minor + v.own_cash_minor
      or (select coalesce(sum(support_minor), 0) from purchase_order where voucher_id = v.id and state = 'submitted')
        > v.support_minor
      or exists (select from ledger_account where owner_id = v.id and balance < 0
        and kind in ('support_available', 'own_available')))
    """
    return int(superuser.execute(question, (vouchers,)).fetchone()[0])


__all__ = ["BUSY", "CONTENDERS", "Result", "overspent", "prepare", "run"]
