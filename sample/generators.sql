-- What the sample shop's rows are made of. Each row is a function of its account and its number, by way of one hash whose
-- bits are dealt out to the columns: every seeding writes the same rows, and any range of them can be made on its own.
-- The functions are plain SQL, so that the planner can inline them into the statement that loads a table.

drop schema if exists sample cascade;
create schema sample;

create table sample.sizes (
  account_id text primary key,
  order_prefix text not null,
  customers bigint not null,
  orders bigint not null
);

-- The shop grows: of an account's orders 12.5 percent are of 2023, 25 of 2024, 41.7 of 2025 and 20.8 of 2026.
create view sample.years as
select
  account_id,
  order_prefix,
  customers,
  make_timestamptz(year, 1, 1, 0, 0, 0, 'UTC') as starts_at,
  (make_date(year + 1, 1, 1) - make_date(year, 1, 1)) * 86400000000 as microseconds,
  orders * share_from / 24 + 1 as first_order,
  orders * share_until / 24 as last_order
from sample.sizes, (values (2023, 0, 3), (2024, 3, 9), (2025, 9, 19), (2026, 19, 24)) as v (year, share_from, share_until);

create function sample.customer_name(customer_id bigint) returns text language sql immutable
return case customer_id % 50
  when 49 then 'Müller & Söhne "Nord" GmbH, Filiale ' || customer_id::text
  else
    ('{Zoë,Pat,Анна,Miguel,Aoife,小龍,Fatima,Jürgen,Chloé,Oluwaseun,Nguyễn,Søren,Priya,Łukasz,Yuki,نور,José,Emma,Noah,Mia}'::text[])[1 + customer_id % 20]
    || ' ' ||
    ('{Müller,O''Brien,Иванова,García,Smith,李,Haddad,Weiß,Lefèvre,Adeyemi,Văn,Ørsted,Sharma,Nowak,田中,حداد,Jones,da Silva,de Vries}'::text[])[1 + customer_id % 19]
  end;

create function sample.customer_email(customer_id bigint) returns text language sql immutable
return 'customer' || customer_id::text || '@mail.example';

create function sample.customers(account text) returns setof app.customers language sql stable as $$
  select
    account_id,
    customer_id,
    sample.customer_name(customer_id),
    sample.customer_email(customer_id),
    ('{DE,US,GB,FR,ES,PL,JP,IN,NG,SE}'::text[])[1 + customer_id % 10]::char(2),
    timestamptz '2020-01-01 00:00:00+00' + customer_id * interval '7919 seconds'
  from sample.sizes cross join generate_series(1, customers) as customer_id
  where account_id = account
$$;

-- Orders that were generated on a second connection, until they are appended to app.orders; and the shape of generated
-- orders, because a function that returns app.orders' own rows waits for the transaction that is loading that table.
create unlogged table sample.pending_orders (like app.orders);

-- The account's orders numbered `first_wanted` to `last_wanted`, ascending by number and by placed_at. `offset 0` keeps the
-- planner from merging a level into the one above, which would evaluate its expressions once for every use.
create function sample.orders(account text, first_wanted bigint, last_wanted bigint)
returns setof sample.pending_orders language sql stable as $$
  select
    account_id,
    order_id,
    order_prefix || '-' || lpad(order_id::text, 7, '0'),
    10000000000000000000 + hash,
    -- With bit 62 set each half has its 16 digits.
    (to_hex(hash | (1::bigint << 62)) || to_hex(hashint8extended(order_id, hash) | (1::bigint << 62)))::uuid,
    customer_id,
    sample.customer_name(customer_id),
    case when hash & 31 <> 0 then sample.customer_email(customer_id) end,
    status,
    case hash >> 54 & 3 when 0 then char(3) 'USD' when 1 then 'GBP' else 'EUR' end,
    subtotal,
    tax,
    subtotal + tax,
    1 + (hash >> 20 & 7)::int,
    hash >> 5 & 7 = 0,
    case hash >> 7 & 15
      when 0 then ''
      when 1 then 'Leave it with the neighbours, flat ' || (hash >> 40 & 63)::text
      when 2 then e'Ring twice.\nAsk for "Sam", second floor.'
      when 3 then 'Gift wrap: blue paper; no price tag'
      when 4 then 'Deliver after ' || (8 + (hash >> 40 & 7))::text || ':30, call first'
    end,
    case hash >> 11 & 7
      when 0 then jsonb '{"channel": "web", "cart": {"items": 2, "coupon": "SPRING"}}'
      when 1 then '{"channel": "app", "cart": {"items": 1, "coupon": null}}'
      when 2 then '{"channel": "phone", "agent": "Zoë"}'
      when 3 then '{"channel": "store", "till": 4, "staff": ["Ana", "Ben"]}'
      when 4 then '{"channel": "web", "utm": {"source": "newsletter", "medium": "e-mail"}}'
      when 5 then '{}'
    end,
    placed_at,
    shipped_on,
    case when status <> 'pending' then placed_at + (hash >> 24 & 1048575) * interval '1 second' end,
    case when hash & 256 = 0 then inet '10.0.0.0' + (hash >> 30 & 16777215) end,
    case when hash >> 9 & 7 <> 0 then (hash >> 21 & 65535) / 1000.0::float8 end,
    case hash >> 33 & 7
      when 0 then '{new}'::text[]
      when 1 then '{repeat}'
      when 2 then '{repeat,vip}'
      when 3 then '{wholesale,net-30}'
      when 4 then '{fragile}'
      else '{}'
    end
  from (
    select
      *,
      round(subtotal * 0.19, 6) as tax,
      case when status in ('shipped', 'delivered', 'refunded')
        then (placed_at at time zone 'UTC')::date + (hash >> 36 & 7)::int
      end as shipped_on
    from (
      select
        *,
        (case when status = 'refunded' then -1 else 1 end * (hash >> 12 & 268435455)) * 0.000001 as subtotal
      from (
        select
          account_id,
          order_prefix,
          order_id,
          hash,
          1 + (hash >> 17 & 1073741823) % customers as customer_id,
          (
            '{pending,paid,paid,shipped,shipped,cancelled,refunded,delivered}'::app.order_status[]
          )[1 + least(hash >> 50 & 15, 7)] as status,
          starts_at + interval '1 microsecond'
            * ((order_id - first_order) * microseconds_each + (hash >> 5) % microseconds_each) as placed_at
        from (
          select
            years.*,
            order_id,
            hashint8extended(order_id, hashtextextended(account_id, 0)) & 9223372036854775807 as hash,
            microseconds / (last_order - first_order + 1) as microseconds_each
          from (select * from sample.years where account_id = account order by starts_at) as years
          cross join lateral generate_series(greatest(first_order, first_wanted), least(last_order, last_wanted)) as order_id
          offset 0
        ) as hashed
        offset 0
      ) as placed
      offset 0
    ) as priced
    offset 0
  ) as taxed
$$;
