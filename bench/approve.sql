\set voucher random(1, 2000)
\set supplier random(1, :suppliers)
\set amount random(1, 500)
\set case random(1, 9000000000000000000)
select ledger_post('settlement_case:' || :case::bigint || '-approve', 'KRW', '{approve_support,approve_own}', array[:voucher::bigint, :voucher::bigint], array[:supplier::bigint, :supplier::bigint], array[:amount::bigint, :amount::bigint]);
