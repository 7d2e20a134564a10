"""The ledger: who holds how much, and why. Nobody else imports its models."""

import sqlalchemy as sa
from alembic import op

from migrations.grants import APP, append_only, grant, refuse_change

revision = "0008"
down_revision = "0007"

# kind, what owns it, whether it has a floor. A floor costs a row lock for each posting: vouchers' pots and the pool
# have one, where money must not be spent twice. Accounts that many vouchers share have none: nothing queues on them.
KINDS = """
appropriation     programme  false
bank_in           programme  false
pool              programme  true
support_available voucher    true
support_reserved  voucher    true
own_available     voucher    true
own_reserved      voucher    true
refund_due        voucher    true
payable           supplier   false
retained          supplier   false
in_transit        programme  false
paid              programme  false
lapsed            programme  false
recovery_due      case       false
"""

# reason, debit kind, credit kind, whether both accounts belong to the same owner.
ROUTES = """
fund             appropriation      pool               true
activate_support pool               support_available  false
activate_own     bank_in            own_available      false
reserve_support  support_available  support_reserved   true
reserve_own      own_available      own_reserved       true
release_support  support_reserved   support_available  true
release_own      own_reserved       own_available      true
approve_support  support_reserved   payable            false
approve_own      own_reserved       payable            false
send             payable            in_transit         false
settle           in_transit         paid               true
bounce           in_transit         payable            false
lapse            support_available  lapsed             false
refund           own_available      refund_due         true
send_refund      refund_due         in_transit         false
bounce_refund    in_transit         refund_due         false
"""

POST = """
create function ledger_post(
  p_key text, p_unit text, p_reasons text[], p_debit_owners bigint[], p_credit_owners bigint[], p_amounts bigint[]
) returns boolean language plpgsql security definer
set search_path = pg_catalog, public, pg_temp
-- The length of an array makes each plan look special; planning anew took longer than posting.
set plan_cache_mode = force_generic_plan as $$
declare
  moves constant integer := coalesce(cardinality(p_reasons), 0);
  debits bigint[] := '{}';
  credits bigint[] := '{}';
  floors bigint[] := '{}';
  deltas bigint[] := '{}';
  ids bigint[] := '{}';
  changes bigint[] := '{}';
  way record;
  held record;
  known record;
  change bigint;
  lacking json;
  moment timestamptz;
  entered integer;
begin
  -- The shape: four lists of one length, counted from 1. NULL makes the condition not true, and so is refused as well.
  if (length(p_key) between 1 and 200 and moves between 1 and 100 and p_unit is not null
      and array[array_dims(p_reasons), array_dims(p_debit_owners), array_dims(p_credit_owners), array_dims(p_amounts)]
        = array_fill('[1:' || moves || ']', array[4])
      and array_position(p_debit_owners, null) is null and array_position(p_credit_owners, null) is null
      and 0 < all(p_amounts)) is not true then
    raise exception 'not a posting' using errcode = 'ML004', detail = coalesce(p_key, '');
  end if;

  -- The ways, and the accounts at their ends.
  for leg in 1..moves loop
    for attempt in 1..2 loop
      select r.debit_kind, r.credit_kind, r.owners_match, d.id as debit, d.floor as debit_floor, c.id as credit,
        c.floor as credit_floor into way
      from ledger_route r
      left join ledger_account d on d.kind = r.debit_kind and d.owner_id = p_debit_owners[leg] and d.unit = p_unit
      left join ledger_account c on c.kind = r.credit_kind and c.owner_id = p_credit_owners[leg] and c.unit = p_unit
      where r.reason = p_reasons[leg];
      if not found then
        raise exception 'no such way: %', p_reasons[leg] using errcode = 'ML003', detail = p_key;
      end if;
      if (not way.owners_match or p_debit_owners[leg] = p_credit_owners[leg]) is not true then
        raise exception '% is between accounts of one owner', p_reasons[leg] using errcode = 'ML003', detail = p_key;
      end if;
      exit when way.debit is not null and way.credit is not null;
      -- All that this posting lacks, in one order, so that two who make the same accounts wait and do not lock up.
      insert into ledger_account (kind, owner_id, unit, floor, balance)
      select k.kind, m.owner_id, p_unit, k.floor, case when k.floor then 0 end
      from (
        select r.debit_kind as kind, u.debit_owner as owner_id
        from unnest(p_reasons, p_debit_owners) u (reason, debit_owner) join ledger_route r using (reason)
        union
        select r.credit_kind, u.credit_owner
        from unnest(p_reasons, p_credit_owners) u (reason, credit_owner) join ledger_route r using (reason)
      ) m
      join ledger_kind k using (kind)
      where not exists (
        select from ledger_account a where (a.kind, a.owner_id, a.unit) = (k.kind, m.owner_id, p_unit)
      )
      order by k.kind, m.owner_id
      on conflict do nothing;
    end loop;
    debits[leg] := way.debit;
    credits[leg] := way.credit;
    if way.debit_floor then
      floors := floors || way.debit;
      deltas := deltas || -p_amounts[leg];
    end if;
    if way.credit_floor then
      floors := floors || way.credit;
      deltas := deltas || p_amounts[leg];
    end if;
  end loop;

  -- Sorted and fresh: whoever comes second waits here, and then sees what the first has left.
  for held in
    select id, kind, owner_id, balance from ledger_account where id = any(floors) order by id for no key update
  loop
    change := 0;
    for i in 1..cardinality(floors) loop
      if floors[i] = held.id then
        change := change + deltas[i];
      end if;
    end loop;
    ids := ids || held.id;
    changes := changes || change;
    if held.balance + change < 0 and lacking is null then
      lacking := json_build_object('kind', held.kind, 'owner', held.owner_id, 'available', held.balance,
        'wanted', -change, 'unit', p_unit);
    end if;
  end loop;

  -- Whoever has an id below a visible one must have a transaction number by now: `ledger_summarise` relies on it.
  perform pg_current_xact_id();
  -- As app_now() does, without the call.
  select clock_timestamp() + difference into strict moment from clock_offset;
  insert into ledger_transfer (key, leg, reason, debit_account_id, credit_account_id, amount, happened_at)
  select p_key, m.leg, m.reason, m.debit, m.credit, m.amount, moment
  from unnest(p_reasons, debits, credits, p_amounts) with ordinality m (reason, debit, credit, amount, leg)
  on conflict (key, leg) do nothing;
  get diagnostics entered = row_count;
  if entered < moves then
    select count(*) as legs, count(*) filter (
      where (t.reason, t.debit_account_id, t.credit_account_id, t.amount)
        = (p_reasons[t.leg], debits[t.leg], credits[t.leg], p_amounts[t.leg])) as equal
    into known from ledger_transfer t where t.key = p_key;
    if entered = 0 and known.legs = moves and known.equal = moves then
      return false;
    end if;
    raise exception 'another posting has this key' using errcode = 'ML002', detail = p_key;
  end if;

  if lacking is not null then
    raise exception 'not enough money' using errcode = 'ML001', detail = lacking::text;
  end if;
  if cardinality(ids) > 0 then
    update ledger_account a set balance = a.balance + m.change
    from unnest(ids, changes) m (id, change) where a.id = m.id;
  end if;
  return true;
end $$
"""

# A running sum for each account without a floor. Transfers get their ids before they are committed, so one with a lower
# id may still appear below a visible one. The sum therefore ends at an id that was visible once, and waits until every
# transaction that was under way then has ended: nothing can appear below it any more. Nobody is kept from posting.
SUMMARISE = """
create function ledger_summarise() returns integer language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
  known bigint;
  last bigint;
  mine xid8;
  moved integer;
begin
  if not pg_try_advisory_xact_lock(7301444) then
    return 0;
  end if;
  select coalesce(max(through_id), 0) into known from ledger_summary;
  select coalesce(max(id), 0) into last from ledger_transfer;
  if last = known then
    return 0;
  end if;
  mine := pg_current_xact_id();
  for attempt in 1..100 loop
    exit when pg_snapshot_xmin(pg_current_snapshot()) = mine;
    if attempt = 100 then
      return 0;
    end if;
    perform pg_sleep(0.02);
  end loop;
  insert into ledger_summary as s (account_id, through_id, balance)
  select a.id, last, sum(m.amount)
  from (
    select credit_account_id as id, amount from ledger_transfer where id > known and id <= last
    union all
    select debit_account_id, -amount from ledger_transfer where id > known and id <= last
  ) m
  join ledger_account a using (id)
  where not a.floor
  group by a.id
  on conflict (account_id) do update set through_id = excluded.through_id, balance = s.balance + excluded.balance;
  get diagnostics moved = row_count;
  return moved;
end $$
"""

KEEP_ACCOUNT = """
create function refuse_other_account() returns trigger language plpgsql set search_path = pg_catalog, public as $$
begin
  if tg_op = 'UPDATE' and (new.id, new.kind, new.owner_id, new.unit, new.floor)
      = (old.id, old.kind, old.owner_id, old.unit, old.floor) then
    return new;
  end if;
  raise exception 'an account stays what it is' using errcode = '42501';
end $$
"""


def upgrade() -> None:
    op.create_table(
        "ledger_account",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("floor", sa.Boolean(), nullable=False),
        sa.Column("balance", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("unit in ('KRW','USD','EUR','TFLOPS_HOUR')", name=op.f("ck_ledger_account_unit")),
        sa.CheckConstraint("balance >= 0", name=op.f("ck_ledger_account_floor")),
        sa.CheckConstraint("floor = (balance is not null)", name=op.f("ck_ledger_account_kept")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_account")),
        sa.UniqueConstraint("kind", "owner_id", "unit", name=op.f("uq_ledger_account_kind_owner_id_unit")),
        postgresql_with={"fillfactor": "70"},
    )
    op.create_table(
        "ledger_check",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("transfers", sa.BigInteger(), nullable=False),
        sa.Column("differences", sa.BigInteger(), nullable=False),
        sa.Column("report", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_check")),
    )
    op.create_table(
        "ledger_kind",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("floor", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_ledger_kind")),
    )
    op.create_table(
        "ledger_route",
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("debit_kind", sa.Text(), nullable=False),
        sa.Column("credit_kind", sa.Text(), nullable=False),
        sa.Column("owners_match", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["credit_kind"], ["ledger_kind.kind"], name=op.f("fk_ledger_route_credit_kind")),
        sa.ForeignKeyConstraint(["debit_kind"], ["ledger_kind.kind"], name=op.f("fk_ledger_route_debit_kind")),
        sa.PrimaryKeyConstraint("reason", name=op.f("pk_ledger_route")),
    )
    op.create_table(
        "ledger_summary",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("through_id", sa.BigInteger(), nullable=False),
        sa.Column("balance", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["ledger_account.id"], name=op.f("fk_ledger_summary_account_id")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_ledger_summary")),
    )
    # Columns of fixed width first: a scan over everything then finds what it adds up without reading its way there.
    op.create_table(
        "ledger_transfer",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("debit_account_id", sa.BigInteger(), nullable=False),
        sa.Column("credit_account_id", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False),
        sa.Column(
            "recorded_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("leg", sa.SmallInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_ledger_transfer_amount")),
        sa.CheckConstraint("debit_account_id <> credit_account_id", name=op.f("ck_ledger_transfer_two_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_transfer")),
        sa.UniqueConstraint("key", "leg", name=op.f("uq_ledger_transfer_key_leg")),
    )
    op.create_index(
        op.f("ix_ledger_transfer_credit_account_id_id"), "ledger_transfer", ["credit_account_id", "id"], unique=False
    )
    op.create_index(
        op.f("ix_ledger_transfer_debit_account_id_id"), "ledger_transfer", ["debit_account_id", "id"], unique=False
    )
    # Without it the planner takes every pair of accounts for possible, and `verify` adds up on one core.
    op.execute(
        "create statistics ledger_transfer_ways (ndistinct) on debit_account_id, credit_account_id, reason "
        "from ledger_transfer"
    )
    grant("select", "ledger_account", "ledger_kind", "ledger_route", "ledger_summary", "ledger_transfer")
    append_only("ledger_check")
    refuse_change("ledger_transfer")
    for line in KINDS.strip().splitlines():
        kind, owner, floor = line.split()
        op.execute(f"insert into ledger_kind (kind, owner, floor) values ('{kind}', '{owner}', {floor})")
    for line in ROUTES.strip().splitlines():
        reason, debit, credit, match = line.split()
        op.execute(
            "insert into ledger_route (reason, debit_kind, credit_kind, owners_match) "
            f"values ('{reason}', '{debit}', '{credit}', {match})"
        )
    for function in (POST, SUMMARISE, KEEP_ACCOUNT):
        op.execute(function)
    for name in ("ledger_post", "ledger_summarise"):
        op.execute(f"revoke all on function {name} from public")
        op.execute(f"grant execute on function {name} to {APP}")
    # Only what names the account may not change: a posting that moves its balance does not pay for the trigger.
    op.execute(
        "create trigger ledger_account_stays before delete or update of id, kind, owner_id, unit, floor "
        "on ledger_account for each row execute function refuse_other_account()"
    )
    op.execute(
        "create trigger ledger_account_is_not_truncated before truncate on ledger_account "
        "for each statement execute function refuse_change()"
    )


def downgrade() -> None:
    raise NotImplementedError("a database of money only moves forward; restore a backup instead")
