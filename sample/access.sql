-- Row-level security: a session sees the account named in `app.account_id`, and nothing while that is not set. `force`
-- holds the tables' owner to it as well. The bare call (no sub-select) lets the planner estimate with the account's own
-- statistics; where the query names the account too, the call is evaluated once.

do $$
declare
  secured text;
begin
  for secured in select tablename from pg_tables where schemaname = 'app' loop
    execute format('alter table app.%I enable row level security', secured);
    execute format('alter table app.%I force row level security', secured);
    execute format(
      'create policy account on app.%I using (account_id = current_setting(''app.account_id'', true))', secured
    );
  end loop;
end
$$;

-- The role that exports connect as. It reads what reports are made of, and no members.
do $$
begin
  if not exists (select from pg_roles where rolname = 'waybill_reader') then
    create role waybill_reader;
  end if;
  execute format('revoke temporary on database %I from public', current_database());
end
$$;
alter role waybill_reader login nocreatedb nocreaterole noinherit connection limit 40;
alter role waybill_reader set default_transaction_read_only = on;
alter role waybill_reader set statement_timeout = '30min';

grant usage on schema app to waybill_reader;
grant select on all tables in schema app to waybill_reader;
revoke select on app.members from waybill_reader;
