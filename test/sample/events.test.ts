import type { Client } from 'pg';
import { beforeAll, describe, expect, test } from 'vitest';
import { seedSampleDatabase } from '../../sample/seed.ts';
import { READER_PASSWORD, startSampleServer } from './sample-server.ts';

let admin: Client;

beforeAll(async () => {
  const server = await startSampleServer();
  await seedSampleDatabase({
    adminUrl: server.adminUrl,
    readerPassword: READER_PASSWORD,
    orders: { acme: 1000, globex: 1000 },
  });
  admin = await server.connectAdmin();
  return server.stop;
});

/** The first column of a query. */
async function column<Value>(query: string): Promise<Value[]> {
  return (await admin.query<[Value]>({ text: query, rowMode: 'array' })).rows.map(([value]) => value);
}

async function count(from: string): Promise<number> {
  return (await column<number>(`select count(*)::int from ${from}`))[0] ?? -1;
}

describe('events', () => {
  test('are in zones that the server knows, and last from their beginning to their end', async () => {
    expect(await count('app.events where time_zone not in (select name from pg_timezone_names)')).toBe(0);
    expect(await count('app.events where ends_at <= starts_at')).toBe(0);
    expect(await count('(select distinct time_zone from app.events) as zones')).toBeGreaterThan(10);
  });

  test('have a few hundred to 3,000 guests each, of many scripts', async () => {
    const guests = await column<number>('select count(*)::int from app.guests group by event_id');
    expect([Math.min(...guests), Math.max(...guests)]).toEqual([300, 3000]);
    for (const script of ['Latin', 'Cyrillic', 'Han', 'Hiragana', 'Hangul', 'Arabic', 'Hebrew', 'Devanagari', 'Thai']) {
      const names = await column<string>('select distinct name from app.guests');
      expect(names.some((name) => new RegExp(`\\p{Script=${script}}`, 'u').test(name))).toBe(true);
    }
  });

  test('are sold out never, and registration ends before they begin', async () => {
    expect(
      await count('app.guests join app.events using (account_id, event_id) where registered_at >= starts_at'),
    ).toBe(0);
    const sold = 'select count(*) from app.tickets where event_id = events.event_id';
    expect(await count(`app.events where (${sold}) > capacity`)).toBe(0);
  });

  test('fill up when sales open and again before the doors do', async () => {
    const tenths = await column<number>(`
      select count(*)::int from (
        select width_bucket(extract(epoch from registered_at), min(extract(epoch from registered_at)) over (),
          max(extract(epoch from registered_at)) over () + 1, 10) as tenth
        from app.guests where event_id = 1002
      ) as placed group by tenth order by tenth`);
    const middle = Math.max(...tenths.slice(2, 6));
    expect(tenths[0]).toBeGreaterThan(2 * middle);
    expect(tenths[9]).toBeGreaterThan(1.5 * middle);
  });
});

test('each ticket has a barcode of its own that begins with zeros; the waitlist has none', async () => {
  expect(await count(`app.tickets where barcode !~ '^00\\d{11}$'`)).toBe(0);
  expect(await count('(select from app.tickets group by barcode having count(*) > 1) as shared')).toBe(0);
  expect(
    await count(`app.tickets join app.guests using (account_id, guest_id) where guests.status = 'waitlisted'`),
  ).toBe(0);
});

describe('check-ins', () => {
  test('are of valid tickets, once a day but for those who come back', async () => {
    expect(await count(`app.check_ins join app.tickets using (account_id, ticket_id) where status <> 'valid'`)).toBe(0);
    const twice = `select from app.check_ins join app.events using (account_id, event_id) where not is_re_entry
      group by ticket_id, (checked_in_at at time zone time_zone)::date having count(*) > 1`;
    expect(await count(`(${twice}) as twice`)).toBe(0);
    expect(await count('app.check_ins where is_re_entry')).toBeGreaterThan(1000);
  });

  test('peak when the doors open, and after lunch', async () => {
    const hours = await column<number>(`
      select count(check_in_id)::int from generate_series(7, 16) as hour
      left join app.check_ins on event_id = 1001 and extract(hour from checked_in_at at time zone 'Europe/Berlin') = hour
      group by hour order by hour`);
    const [, eight = 0, nine = 0, ten = 0, eleven = 0, , one = 0, two = 0, three = 0] = hours;
    expect(eight + nine).toBeGreaterThan(hours.reduce((sum, each) => sum + each, 0) / 2);
    expect(one + two).toBeGreaterThan(2 * (eleven + three));
    expect(ten).toBeLessThan(nine);
  });

  test('there are none yet of an event to come', async () => {
    expect(await count('app.check_ins where event_id = 1012')).toBe(0);
    expect(await count('app.guests where event_id = 1012')).toBe(600);
  });
});

test('nobody is in a session, or meets a sponsor, before they are in the house', async () => {
  const arrivals = '(select guest_id, min(checked_in_at) as arrived from app.check_ins group by 1) as arrivals';
  for (const [table, instant] of [
    ['session_visits', 'entered_at'],
    ['leads', 'scanned_at'],
  ]) {
    expect(
      await count(`app.${table} left join ${arrivals} using (guest_id) where arrived is null or ${instant} < arrived`),
    ).toBe(0);
  }
});

test('mail has come as far as its status says', async () => {
  const wrong = `
    (status in ('delivered', 'opened', 'complained')) <> (delivered_at is not null)
    or (status in ('opened', 'complained')) <> (opened_at is not null)
    or (status = 'bounced') <> (bounced_at is not null and bounce_kind is not null and bounce_reason is not null)
    or (status = 'complained') <> (complained_at is not null)
    or least(delivered_at, opened_at, bounced_at, complained_at) < queued_at`;
  expect(await count(`app.mail_deliveries where ${wrong}`)).toBe(0);
  expect(await count('(select distinct status from app.mail_deliveries) as statuses')).toBe(5);
});

test('notes of leads, companies and money hold what spreadsheets would run', async () => {
  expect(await count(`app.leads where notes like '=%'`)).toBeGreaterThan(10);
  expect(await count(`app.guests where company like '=%' or company like '+%' or company like '@%'`)).toBeGreaterThan(
    100,
  );
  expect(await count(`app.transactions where counterparty like '=%' or description like '-%'`)).toBeGreaterThan(100);
});

test('transactions are in the currency of their account, over three years, with tags that exist', async () => {
  expect(await column('select distinct extract(year from booked_at)::int from app.transactions order by 1')).toEqual([
    2024, 2025, 2026,
  ]);
  const accounts = 'join app.financial_accounts as a using (account_id, financial_account_id)';
  expect(await count(`app.transactions as t ${accounts} where t.currency <> a.currency`)).toBe(0);
  expect(await count(`app.transactions as t ${accounts}`)).toBe(50_040);
  const unknown = `select from app.transactions as t cross join unnest(tag_ids) as tag_id
    left join app.tags using (account_id, tag_id) where name is null`;
  expect(await count(`(${unknown}) as unknown`)).toBe(0);
});
