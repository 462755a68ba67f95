-- What happens inside an event, and who was there.

create table app.sessions (
  account_id text not null,
  event_id bigint not null,
  session_id bigint not null,
  title text not null,
  room text not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  capacity int not null,
  primary key (account_id, event_id, session_id)
);

create table app.session_visits (
  account_id text not null,
  event_id bigint not null,
  session_id bigint not null,
  guest_id bigint not null,
  entered_at timestamptz not null,
  -- Absent for those whom no scanner saw leaving.
  left_at timestamptz,
  primary key (account_id, event_id, session_id, guest_id)
);

-- On each day four rounds of two sessions, side by side.
insert into app.sessions
select
  account_id,
  event_id,
  event_id * 100 + place + 1,
  ('{Opening keynote,Payments without tears,"Design systems, honestly",Fraud: a field guide,The last mile,"Pricing \"live\"",Search that finds,Panel: small shops,Returns and refunds,Accessibility clinic,"Data, exported",The cold chain,Checkout in 東京,Warehouse robots,Law for builders,Closing words}'::text[])[1 + place],
  ('{Main hall,Studio B}'::text[])[1 + place % 2],
  begins at time zone time_zone,
  (begins + round_length - interval '15 minutes') at time zone time_zone,
  capacity / (2 + place % 2 * 2)
from (
  select
    *,
    day * 8 + slot * 2 + room as place,
    starts + day * interval '1 day' + interval '30 minutes' + slot * round_length as begins
  from (
    select *, (ends - starts - days * interval '1 day' - interval '30 minutes') / 4 as round_length
    from (
      select *, case when ends::time > starts::time then ends::date - starts::date else 0 end as days from sample.events
    ) as events
  ) as events
  cross join lateral generate_series(0, days) as day
  cross join generate_series(0, 3) as slot
  cross join generate_series(0, 1) as room
) as planned;

-- Whoever had come by then may go to one of the two, some sessions being more liked than others.
insert into app.session_visits
select
  account_id,
  event_id,
  session_id,
  guest_id,
  starts_at + (600 * sample.around_half(hash, 16) - 300) * interval '1 second',
  case when hash >> 50 & 15 <> 0 then ends_at - (900 * sample.share(hash, 32) - 60) * interval '1 second' end
from (
  select
    sessions.*,
    guest_id,
    sample.hash('visit', guest_id * 100 + (session_id - 1) / 2 % 50) as hash,
    0.10 + 0.35 * sample.share(sample.hash('liking', session_id), 0) as liking
  from app.sessions
  join app.check_ins using (account_id, event_id)
  where not is_re_entry and checked_in_at between starts_at - interval '14 hours' and starts_at - interval '5 minutes'
  offset 0
) as chances
where case when session_id % 2 = 1 then sample.share(hash, 0) < liking else sample.share(hash, 0) > 1 - liking end;
