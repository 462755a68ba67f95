-- Mail to guests: the confirmation at once, a reminder a week before, and the way to the door on the eve.

create type app.mail_status as enum ('queued', 'delivered', 'opened', 'bounced', 'complained');

create table app.mail_deliveries (
  account_id text not null,
  event_id bigint not null,
  mail_delivery_id bigint not null,
  guest_id bigint not null,
  template text not null,
  recipient text not null,
  status app.mail_status not null,
  queued_at timestamptz not null,
  delivered_at timestamptz,
  opened_at timestamptz,
  bounced_at timestamptz,
  bounce_kind text,
  bounce_reason text,
  complained_at timestamptz,
  primary key (account_id, event_id, mail_delivery_id)
);

insert into app.mail_deliveries
select
  account_id,
  event_id,
  event_id * 1000000 + row_number() over (partition by event_id order by queued_at, guest_id),
  guest_id,
  template,
  email,
  status,
  queued_at,
  case when status in ('delivered', 'opened', 'complained') then answered_at end,
  case when status in ('opened', 'complained') then answered_at + (hash >> 20 & 262143) * interval '1 second' end,
  case when status = 'bounced' then answered_at end,
  case when status = 'bounced' then case when hash & 1 = 0 then 'permanent' else 'transient' end end,
  case when status = 'bounced' then
    case when hash & 1 = 0
      then '550 5.1.1 <' || email || '>: mailbox "unknown", not accepting messages'
      else '452 4.2.2 Mailbox full; try again later'
    end
  end,
  case when status = 'complained' then answered_at + (hash >> 20 & 524287) * interval '1 second' + interval '5 days' end
from (
  select
    *,
    queued_at + (1 + (hash >> 40 & 127)) * interval '1.7 seconds' as answered_at,
    (
      case
        when hash >> 8 & 1023 < 26 then 'bounced'
        when hash >> 8 & 1023 < 30 then 'complained'
        when hash >> 8 & 1023 < 34 then 'queued'
        when hash >> 8 & 1023 < 590 then 'opened'
        else 'delivered'
      end
    )::app.mail_status as status
  from (
    select
      guests.account_id,
      event_id,
      guest_id,
      email,
      template,
      case n
        when 1 then registered_at + interval '2 seconds'
        else (starts::date - case n when 2 then 7 else 1 end + time '09:00') at time zone time_zone
          + (guest_id % 900) * interval '1 second'
      end as queued_at,
      sample.hash('mail', guest_id * 10 + n) as hash
    from app.guests
    join sample.events using (account_id, event_id)
    cross join unnest('{Registration confirmed,"See you next week",Tomorrow: the way to the door}'::text[])
      with ordinality as templates (template, n)
    where n = 1 or (held and guests.status = 'registered' and registered_at < (starts::date - 8) at time zone time_zone)
    offset 0
  ) as planned
) as sent;
