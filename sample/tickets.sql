-- Tickets, the doors they open, and blocks of them that are kept for somebody.

create type app.ticket_status as enum ('valid', 'refunded');

create table app.tickets (
  account_id text not null,
  event_id bigint not null,
  ticket_id bigint not null,
  guest_id bigint not null,
  ticket_type_id bigint not null,
  -- 13 digits, of which the first are zeros.
  barcode text not null,
  price numeric(12, 2) not null,
  currency char(3) not null,
  status app.ticket_status not null,
  issued_at timestamptz not null,
  primary key (account_id, event_id, ticket_id)
);

create table app.check_ins (
  account_id text not null,
  event_id bigint not null,
  check_in_id bigint not null,
  ticket_id bigint not null,
  guest_id bigint not null,
  checked_in_at timestamptz not null,
  gate text not null,
  scanner text not null,
  is_re_entry boolean not null,
  primary key (account_id, event_id, check_in_id)
);

create table app.ticket_blocks (
  account_id text not null,
  event_id bigint not null,
  ticket_block_id bigint not null,
  ticket_type_id bigint not null,
  holder text not null,
  allocated int not null,
  sold int not null,
  -- Given back to public sale.
  released int not null,
  released_on date,
  primary key (account_id, event_id, ticket_block_id),
  check (sold + released <= allocated)
);

insert into app.tickets
select
  account_id,
  event_id,
  ticket_id,
  guest_id,
  ticket_type_id,
  '00' || lpad(event_id::text, 5, '0') || lpad((ticket_id * 7919 % 999983)::text, 6, '0'),
  -- Some have a voucher.
  round(price * case hash & 15 when 0 then 0.9 when 1 then 0.85 else 1 end, 2),
  currency,
  (case when status = 'cancelled' then 'refunded' else 'valid' end)::app.ticket_status,
  registered_at + (hash >> 4 & 255) * interval '1 second'
from (
  select
    guests.*,
    price,
    currency,
    event_id * 100000 + row_number() over (partition by account_id, event_id order by guest_id) as ticket_id,
    sample.hash('ticket', guest_id) as hash
  from app.guests join app.ticket_types using (account_id, event_id, ticket_type_id)
  where status <> 'waitlisted'
) as sold;

-- Every day of an event that is over, for everybody who came. Hours are shares of the day from its beginning.
create view sample.arrivals as
select
  *,
  case
    -- At the door, a little before and after it begins.
    when sample.share(hash, 0) < 0.72 then -0.08 + 0.18 * sample.around_half(hash, 16)
    -- After lunch.
    when sample.share(hash, 0) < 0.88 then 0.45 + 0.12 * sample.around_half(hash, 16)
    else 0.10 + 0.60 * sample.share(hash, 16)
  end as came
from (
  select
    account_id,
    event_id,
    ticket_id,
    guest_id,
    ticket_type_id,
    time_zone,
    day,
    starts + day * interval '1 day' as begins,
    ends - starts - days * interval '1 day' as lasts,
    sample.hash('arrival', ticket_id * 10 + day) as hash
  from (
    select events.*, case when ends::time > starts::time then ends::date - starts::date else 0 end as days
    from sample.events where held
  ) as events
  cross join lateral generate_series(0, days) as day
  join app.tickets using (account_id, event_id)
  where status = 'valid'
  offset 0
) as tickets
where sample.share(hash, 47) < 0.87 - 0.1 * day
offset 0;

insert into app.check_ins
select
  account_id,
  event_id,
  event_id * 1000000 + row_number() over (partition by event_id order by checked_in_at, ticket_id),
  ticket_id,
  guest_id,
  checked_in_at,
  case when ticket_type_id % 10 = 3 then 'VIP door' when hash >> 8 & 3 = 0 then 'East gate' else 'Main entrance' end,
  'scanner-' || lpad((1 + (hash >> 10) % 12)::text, 2, '0'),
  is_re_entry
from (
  select
    arrivals.*,
    is_re_entry,
    (begins + case when is_re_entry then 0.48 + 0.14 * sample.around_half(hash, 24) else came end * lasts)
      at time zone time_zone as checked_in_at
  from sample.arrivals cross join (values (false), (true)) as scans (is_re_entry)
  -- One in eight of the morning's people goes out for lunch.
  where not is_re_entry or (hash & 7 = 0 and came < 0.4)
) as scans;

insert into app.ticket_blocks
select
  account_id,
  event_id,
  event_id * 100 + n,
  event_id * 10 + 1 + n % 4,
  holder,
  allocated,
  sold,
  released,
  case when released > 0 then starts::date - 7 - n::int end
from (
  select *, floor((allocated - sold) * sample.share(hash, 40))::int as released
  from (
    select *, floor(allocated * sqrt(sample.share(hash, 16)))::int as sold
    from (
      -- The last holder has been promised nothing yet.
      select *, case when n = 7 then 0 else 10 + (capacity * 0.06 * sample.share(hash, 0))::int end as allocated
      from (
        select *, sample.hash('block', event_id * 10 + n) as hash
        from sample.events,
          unnest('{"Initech (main sponsor)","Staff & crew","City council","=Agency, Partners","Université / 大学","Press office","To be announced"}'::text[])
            with ordinality as holders (holder, n)
      ) as hashed
    ) as allocated
  ) as sold
) as blocks;
