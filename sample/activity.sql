-- Who did what, from where.

create table app.activity_log (
  account_id text not null,
  activity_id bigint not null,
  occurred_at timestamptz not null,
  actor_id text not null,
  -- As it was at that time; people's names change and members leave.
  actor_name text not null,
  action text not null,
  target_type text not null,
  target_id text,
  ip_address inet,
  user_agent text,
  details jsonb not null,
  primary key (account_id, activity_id)
);

insert into app.activity_log
select
  account_id,
  n,
  timestamptz '2025-01-01 00:00:00+00' + ((n - 1) + sample.share(hash, 0)) * (interval '730 days' / entries),
  actors.user_id,
  actors.name,
  action,
  split_part(action, '.', 1),
  case when action <> 'session.started' then (hash >> 20 & 65535)::text end,
  case hash >> 36 & 7 when 0 then null when 1 then inet '2001:db8::' + (hash >> 40 & 65535) else inet '203.0.113.0' + (hash >> 40 & 255) end,
  ('{"Mozilla/5.0 (Windows NT 10.0; Win64; x64) Firefox/128.0","Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)",curl/8.9.1,=cmd|agent}'::text[])[1 + (hash >> 46 & 3)],
  case split_part(action, '.', 2)
    when 'updated' then jsonb_build_object('before', jsonb_build_object('price', 10.50), 'after', jsonb_build_object('price', (hash >> 40 & 4095) * 0.01))
    when 'invited' then jsonb '{"role": "viewer", "by": "e-mail"}'
    when 'exported' then jsonb_build_object('rows', hash >> 40 & 65535, 'format', 'csv')
    else '{}'
  end
from (
  select
    *,
    ('{session.started,session.started,event.updated,guest.updated,guest.deleted,ticket.refunded,report.exported,member.invited}'::text[])[1 + (hash >> 16 & 7)] as action,
    -- The first of them do the most.
    1 + floor(people * power(sample.share(hash, 47) , 2))::int as actor
  from (
    select *, sample.hash('activity ' || account_id, n) as hash
    from (values ('acme', 5000, 4), ('globex', 60, 1)) as plan (account_id, entries, people)
    cross join lateral generate_series(1, entries) as n
    offset 0
  ) as hashed
  offset 0
) as entries
join (
  select account_id, user_id, name, row_number() over (partition by account_id order by created_at) as actor from app.members
) as actors using (account_id, actor);

create index activity_log_occurred_at on app.activity_log (account_id, occurred_at);
