-- The least that a voucher ledger can be: 2,000 accounts with a balance, orders, entries that are only added to.
create table raw_account (
  id integer primary key,
  available bigint not null check (available >= 0),
  reserved bigint not null default 0
) with (fillfactor = 70);
create table raw_order (
  id bigint generated always as identity primary key,
  account_id integer not null references raw_account,
  listing_id integer not null,
  amount bigint not null,
  status text not null default 'reserved',
  created_at timestamptz not null default now()
);
create index on raw_order (account_id);
create table raw_entry (
  id bigint generated always as identity primary key,
  order_id bigint not null references raw_order,
  account_id integer not null references raw_account,
  amount bigint not null,
  created_at timestamptz not null default now()
);
create index on raw_entry (account_id, id);
create index on raw_entry (order_id);
insert into raw_account select number, 1000000000000 from generate_series(0, 2000) number;
analyze raw_account;
