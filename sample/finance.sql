-- Money: financial accounts, tags, and three years of transactions.

create table app.financial_accounts (
  account_id text not null,
  financial_account_id bigint not null,
  -- Leading zeros belong to it.
  number text not null,
  name text not null,
  currency char(3) not null,
  primary key (account_id, financial_account_id)
);

create table app.tags (
  account_id text not null,
  tag_id bigint not null,
  name text not null,
  primary key (account_id, tag_id)
);

create table app.transactions (
  account_id text not null,
  -- Beyond what a float holds exactly.
  transaction_id bigint not null,
  financial_account_id bigint not null,
  booked_at timestamptz not null,
  value_on date not null,
  -- Negative for money that goes out.
  amount numeric(20, 6) not null,
  currency char(3) not null,
  counterparty text not null,
  reference text,
  description text,
  tag_ids bigint[] not null,
  primary key (account_id, transaction_id)
);

insert into app.financial_accounts values
  ('acme', 1, '0001200345', 'Operating', 'EUR'),
  ('acme', 2, '0001200346', 'Payroll', 'EUR'),
  ('acme', 3, '0009000017', 'US sales', 'USD'),
  ('acme', 4, '0009000018', 'UK sales', 'GBP'),
  ('acme', 5, '0000000042', 'Petty cash; "tin"', 'EUR'),
  ('acme', 6, '0077000001', 'Reserve 準備金', 'JPY'),
  ('globex', 101, '0400001001', 'Main', 'USD'),
  ('globex', 102, '0400001002', 'Escrow', 'USD');

insert into app.tags values
  ('acme', 1, 'travel'), ('acme', 2, 'salaries'), ('acme', 3, 'rent'), ('acme', 4, 'events'), ('acme', 5, 'software'),
  ('acme', 6, 'refund'), ('acme', 7, 'tax: 19 %'), ('acme', 8, '=urgent'), ('acme', 9, 'Büro & Küche'), ('acme', 10, '交際費'),
  ('globex', 101, 'ops'), ('globex', 102, 'legal'), ('globex', 103, 'travel');

insert into app.transactions
select
  transactions.account_id,
  transaction_id,
  financial_account_id,
  booked_at,
  booked_at::date + (hash >> 58 & 3)::int,
  case when hash & 7 < 5 then -1 else 1 end
    -- One in sixteen is an exchange, with all of its digits.
    * case when hash >> 3 & 15 = 0 then (hash >> 7 & 68719476735) * 0.000001 else (hash >> 7 & 1048575) * 0.01 end,
  currency,
  ('{"Deutsche Bahn AG","Initech, Inc.",García Hermanos,株式会社さくら,"O''Neill & \"Sons\"",Amt für Steuern,Hooli,"=Supplies Ltd",ООО Ромашка,Kwik-E-Mart}'::text[])[1 + (hash >> 27) % 10],
  case hash >> 31 & 3 when 0 then null else lpad((hash >> 33 & 16777215)::text, 10, '0') end,
  case hash >> 34 & 15
    when 0 then 'Invoice ' || (hash >> 40 & 65535)::text || e'\nthank you'
    when 1 then '-refund, see ticket'
    when 2 then ''
    when 3 then null
    when 4 then 'Réservation nº ' || (hash >> 40 & 4095)::text || '; payé'
    else 'Invoice ' || (hash >> 40 & 65535)::text
  end,
  case hash >> 38 & 7
    when 0 then '{}'::bigint[]
    when 1 then array[first_tag, first_tag + 1]
    when 2 then array[first_tag, first_tag + 1, first_tag + 2]
    else array[first_tag + (hash >> 44 & 1)]
  end
from (
  select
    account_id,
    900000000000000000 + n as transaction_id,
    first_account + (case when account_id = 'acme' then least(hash >> 50 & 7, 5) else hash >> 50 & 1 end) as financial_account_id,
    first_tag + case when account_id = 'acme' then (hash >> 53) % 8 else 0 end as first_tag,
    timestamptz '2024-01-01 00:00:00+00' + ((n - 1) + sample.share(hash, 0)) * (interval '1096 days' / transactions) as booked_at,
    hash
  from (
    select *, sample.hash('transaction ' || account_id, n) as hash
    from (values ('acme', 1, 1, 50000), ('globex', 101, 101, 40)) as plan (account_id, first_account, first_tag, transactions)
    cross join lateral generate_series(1, transactions) as n
    offset 0
  ) as hashed
  offset 0
) as transactions
join app.financial_accounts using (account_id, financial_account_id);

create index transactions_booked_at on app.transactions (account_id, booked_at);
