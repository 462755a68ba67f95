-- Events, their kinds of tickets and their guests. Dates lie where clocks, days and years change.

create table app.events (
  account_id text not null references app.accounts,
  event_id bigint not null,
  name text not null,
  venue text not null,
  city text not null,
  -- IANA name: where the event's days and hours are.
  time_zone text not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  capacity int not null,
  primary key (account_id, event_id)
);

create table app.ticket_types (
  account_id text not null,
  event_id bigint not null,
  ticket_type_id bigint not null,
  name text not null,
  price numeric(12, 2) not null,
  currency char(3) not null,
  quota int not null,
  primary key (account_id, event_id, ticket_type_id),
  foreign key (account_id, event_id) references app.events
);

create type app.guest_status as enum ('registered', 'waitlisted', 'cancelled');

create table app.guests (
  account_id text not null,
  event_id bigint not null,
  guest_id bigint not null,
  name text not null,
  email text not null,
  company text,
  dietary_notes text,
  status app.guest_status not null,
  ticket_type_id bigint not null,
  registered_at timestamptz not null,
  cancelled_at timestamptz,
  answers jsonb,
  primary key (account_id, event_id, guest_id)
);

-- The plan behind the events: local times, and how many people ask for a ticket in how many days.
create table sample.events (
  account_id text not null,
  event_id bigint primary key,
  name text not null,
  venue text not null,
  city text not null,
  time_zone text not null,
  starts timestamp not null,
  ends timestamp not null,
  capacity int not null,
  guests int not null,
  on_sale_days int not null,
  price numeric(12, 2) not null,
  currency char(3) not null,
  -- Whether it is over: nobody has been to the others yet.
  held boolean not null
);

insert into sample.events values
  -- Clocks go back on the day, or between its two days.
  ('acme', 1001, 'Berlin Builders Day', 'Arena an der Spree', 'Berlin', 'Europe/Berlin', '2025-10-26 09:00', '2025-10-26 18:00', 1250, 1200, 90, 49.00, 'EUR', true),
  ('acme', 1002, 'Fall Product Summit', 'Pier 36', 'New York', 'America/New_York', '2025-11-01 08:30', '2025-11-02 17:00', 3000, 3000, 140, 399.00, 'USD', true),
  -- Ends on another day than it begins.
  ('acme', 1003, 'Midwinter Gala', 'Teatro Micaelense', 'Ponta Delgada', 'Atlantic/Azores', '2026-01-17 19:00', '2026-01-18 02:00', 320, 300, 45, 120.00, 'EUR', true),
  ('acme', 1004, 'मुंबई Developer Meetup', 'NESCO Hall 4', 'Mumbai', 'Asia/Kolkata', '2026-02-14 10:00', '2026-02-14 18:00', 900, 800, 60, 1500.00, 'INR', true),
  ('acme', 1005, '東京 Design Days', '東京国際フォーラム', 'Tokyo', 'Asia/Tokyo', '2026-03-05 10:00', '2026-03-06 18:00', 1400, 1400, 100, 12000.00, 'JPY', true),
  ('acme', 1006, 'Harbour Retail Forum', 'Pier 2/3', 'Sydney', 'Australia/Sydney', '2026-04-05 09:00', '2026-04-05 17:00', 1000, 900, 80, 95.00, 'AUD', true),
  ('acme', 1007, 'Fintech Breakfast', 'The Jewel, "Sky" room', 'Lagos', 'Africa/Lagos', '2026-04-22 07:30', '2026-04-22 11:30', 400, 350, 30, 25000.00, 'NGN', true),
  ('acme', 1008, 'Cúpula LATAM do Comércio', 'Expo Center Norte', 'São Paulo', 'America/Sao_Paulo', '2026-05-20 09:00', '2026-05-20 18:00', 1200, 1100, 75, 180.00, 'BRL', true),
  ('acme', 1009, 'First Light', 'Ronton Jetty', 'Kiritimati', 'Pacific/Kiritimati', '2026-06-01 06:00', '2026-06-01 12:00', 300, 300, 60, 15.50, 'AUD', true),
  ('acme', 1010, 'Partner Summit, Q3', 'Tobacco Dock', 'London', 'Europe/London', '2026-09-16 09:00', '2026-09-16 18:00', 2000, 2000, 120, 0.00, 'GBP', true),
  ('acme', 1011, 'Salon Boire & Manger', 'Parc Floral', 'Paris', 'Europe/Paris', '2026-10-24 10:00', '2026-10-25 18:00', 2400, 2200, 110, 35.00, 'EUR', true),
  ('acme', 1012, 'Winter Shop Conference 2027', 'Station Berlin', 'Berlin', 'Europe/Berlin', '2027-01-21 09:00', '2027-01-22 17:00', 2500, 600, 160, 249.00, 'EUR', false),
  -- This day has no midnight: it begins at one o'clock.
  ('globex', 2001, 'Globex Open Day', 'Beirut Digital District', 'Beirut', 'Asia/Beirut', '2026-03-29 10:00', '2026-03-29 16:00', 320, 300, 40, 20.00, 'USD', true),
  ('globex', 2002, 'Harvest Fair', 'Mile One Centre', 'St. John’s', 'America/St_Johns', '2026-09-26 09:30', '2026-09-26 17:00', 500, 400, 50, 12.50, 'CAD', true);

insert into app.events
select account_id, event_id, name, venue, city, time_zone, starts at time zone time_zone, ends at time zone time_zone, capacity
from sample.events;

insert into app.ticket_types
select
  account_id, event_id, event_id * 10 + kind, title, round(price * price_share, 2), currency, (capacity * quota_share)::int
from sample.events,
  (values
    (1, 'General admission', 1.00, 0.55),
    (2, 'Early bird', 0.80, 0.25),
    (3, 'VIP', 2.50, 0.08),
    (4, 'Student', 0.50, 0.10),
    (5, 'Press; "pool" only', 0.00, 0.02)
  ) as kinds (kind, title, price_share, quota_share);

-- One row for each person who asks for a ticket. A quarter comes when sales open, nearly half towards the end; over the
-- day it peaks in the afternoon.
create view sample.registrations as
select
  account_id,
  event_id,
  time_zone,
  hash,
  since_opening,
  (
    (starts::date - on_sale_days + floor(since_opening * on_sale_days * case when held then 1 else 0.55 end)::int)
    + interval '1 microsecond' * floor((7 + 16 * sample.around_half(hash, 20)) * 3600000000)
  ) at time zone time_zone as registered_at
from (
  select
    *,
    case
      when share < 0.25 then 0.06 * power(share / 0.25, 2)
      when share < 0.55 then 0.06 + 0.64 * (share - 0.25) / 0.30
      else 0.70 + 0.30 * sqrt((share - 0.55) / 0.45)
    end as since_opening
  from (
    select *, sample.share(hash, 0) as share
    from (
      select events.*, sample.hash('guest', event_id * 100000 + n) as hash
      from sample.events cross join generate_series(1, guests) as n
      offset 0
    ) as hashed
    offset 0
  ) as placed
  offset 0
) as timed;

insert into app.guests
select
  account_id,
  event_id,
  guest_id,
  case when family_first then family_name || separator || given_name else given_name || separator || family_name end,
  'guest' || guest_id::text || case hash >> 57 & 31 when 0 then '@bücher.example' when 1 then '+vip@mail.example' else '@mail.example' end,
  ('{Initech,"Müller & Söhne GmbH","O''Neill, Sons & Co.",株式会社さくら,"\"Quoted\" Events Ltd.",=Sum Consulting,+Plus AG,@home Media,"Ünïcode; Labs",ООО Ромашка}'::text[])[1 + (hash >> 40 & 15)],
  case hash >> 44 & 31
    when 0 then 'Vegan'
    when 1 then 'Vegetarian'
    when 2 then 'Halal'
    when 3 then 'Kosher, please'
    when 4 then 'Nuts, sesame'
    when 5 then e'Coeliac:\nno gluten at all'
    when 6 then '- none -'
    when 7 then ''
  end,
  status,
  event_id * 10 + case
    when since_opening < 0.10 and hash >> 50 & 7 < 6 then 2
    when hash >> 50 & 31 = 0 then 5
    when hash >> 50 & 15 = 1 then 3
    when hash >> 50 & 7 = 2 then 4
    else 1
  end,
  registered_at,
  case when status = 'cancelled' then registered_at + (hash >> 16 & 1048575) * interval '1 second' end,
  case hash >> 36 & 3
    when 0 then jsonb '{"heardFrom": "newsletter", "workshop": true}'
    when 1 then '{"heardFrom": "a friend", "size": "M", "langs": ["en", "de"]}'
    when 2 then '{}'
  end
from (
  select
    registrations.*,
    event_id * 100000 + row_number() over (partition by event_id order by registered_at, hash) as guest_id,
    given[1 + (hash >> 32 & 7)] as given_name,
    family[1 + (hash >> 29 & 7)] as family_name,
    family_first,
    separator,
    (case when hash >> 52 & 31 < 2 then 'cancelled' when hash >> 52 & 31 = 2 then 'waitlisted' else 'registered' end)::app.guest_status as status
  from sample.registrations
  join sample.names on script = (hash >> 47) % 12
  offset 0
) as guests;
