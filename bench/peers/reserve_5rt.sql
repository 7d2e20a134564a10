-- Set money aside for an order by hand-written SQL, five round trips; pgbench with 8 clients is the yardstick.
\set account random(1, 2000)
\set amount random(1, 500)
\set listing random(1, 1000000)
begin;
update raw_account set available = available - :amount::bigint, reserved = reserved + :amount::bigint where id = :account::int and available >= :amount::bigint;
insert into raw_order (account_id, listing_id, amount) values (:account::int, :listing::int, :amount::bigint) returning id \gset
insert into raw_entry (order_id, account_id, amount) values (:id::bigint, :account::int, -(:amount::bigint)), (:id::bigint, 0, :amount::bigint);
commit;
