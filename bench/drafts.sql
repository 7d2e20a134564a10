insert into voucher (number, programme_id, ruleset_id, organisation_id, kind, unit, support_minor, own_cash_minor,
  vat_minor, valid_from, expires_on, state, activated_at)
select 'BENCH-' || n, programme_id, ruleset_id, organisation_id, kind, unit, support_minor, own_cash_minor, vat_minor,
  valid_from, expires_on, 'active', activated_at
from voucher, generate_series(1, %(vouchers)s) n where id = %(voucher)s;
select ledger_post('programme:1:bench', 'KRW', '{fund}', array[programme_id], array[programme_id],
  array[9000000000000000]) from voucher where id = %(voucher)s;
select ledger_post('voucher:' || id || ':activate', 'KRW', '{activate_support,activate_own}',
  array[programme_id, programme_id], array[id, id], array[support_minor, own_cash_minor + vat_minor])
from voucher where number like 'BENCH-%%' order by id;
insert into purchase_order (voucher_id, organisation_id, supplier_id, programme_id, listing_version_id, title, note,
  unit, supply_minor, vat_minor, deliver_by, created_by)
select v.id, o.organisation_id, o.supplier_id, o.programme_id, o.listing_version_id, o.title, o.note, o.unit,
  o.supply_minor, o.vat_minor, o.deliver_by, o.created_by
from generate_series(1, %(drafts)s) round, voucher v, purchase_order o
where v.number like 'BENCH-%%' and o.id = %(order)s order by round, v.id;
insert into order_line (order_id, position, description, unit_label, quantity, unit_price_minor, ordered_minor,
  vat_minor)
select d.id, 1, l.description, l.unit_label, l.quantity, l.unit_price_minor, l.ordered_minor, l.vat_minor
from purchase_order d, order_line l where l.order_id = %(order)s and d.id <> %(order)s;
create table draft_lot as
select (n - 1) / 200 as lot, array_agg(id order by random()) as drafts
from (select id, row_number() over (order by id) as n from purchase_order where id > %(order)s) d group by lot;
alter table draft_lot add primary key (lot);
grant select, delete, update on draft_lot to marketplace_app;
