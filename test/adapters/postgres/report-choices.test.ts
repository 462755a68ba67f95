import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postgresReportChoices } from '../../../adapters/postgres/report-choices.ts';
import type { JsonValue } from '../../../core/domain/snapshot.ts';
import { sql } from '../../../core/domain/sql.ts';
import type { ChoicesPlan, ReportChoices } from '../../../core/ports/report-choices.ts';
import { activityLog } from '../../../reports/activity-log.ts';
import { guestList } from '../../../reports/guest-list.ts';
import { sponsorLeads } from '../../../reports/sponsor-leads.ts';
import { transactions } from '../../../reports/transactions.ts';
import { READER_ROLE, seedSampleDatabase } from '../../../sample/seed.ts';
import { startTestPostgres, type TestPostgres } from '../../support/postgres.ts';

let postgres: TestPostgres;
let reader: ReportChoices;
let superuser: ReportChoices;

beforeAll(async () => {
  postgres = await startTestPostgres();
  const { adminUrl, host, port } = postgres.server;
  await seedSampleDatabase({ adminUrl, readerPassword: 'reader', orders: { acme: 1000, globex: 1000 } });
  const reach = { host, port, database: 'postgres', tls: false };
  const { username: user, password } = new URL(adminUrl);
  reader = postgresReportChoices(async () => ({ ...reach, user: READER_ROLE, password: 'reader' }));
  superuser = postgresReportChoices(async () => ({ ...reach, user, password }));
});
afterAll(() => postgres[Symbol.asyncDispose]());

const report = guestList;

function plan(filter: string, changes: Partial<ChoicesPlan> = {}): ChoicesPlan {
  return { accountId: 'acme', report, filter, filters: {}, timeZone: 'UTC', ...changes };
}

const values = (choices: readonly { value: string }[]) => choices.map(({ value }) => value);

describe('choices', () => {
  test('are the account’s, by label in any case', async () => {
    const events = await reader.choices(plan('event'), { limit: 100 });
    expect(events).toHaveLength(12);
    expect(events).toContainEqual({ value: '1003', label: 'Midwinter Gala, Ponta Delgada, 2026-01-17' });
    const { rows } = await postgres.admin.query<{ value: string }>(
      `SELECT event_id::text AS value FROM app.events WHERE account_id = 'acme' ORDER BY lower(name)`,
    );
    expect(values(events)).toEqual(values(rows));
    expect(values(await reader.choices(plan('event', { accountId: 'globex' }), { limit: 100 }))).toEqual([
      '2001',
      '2002',
    ]);
  });

  test('are the account’s also where row-level security does not help', async () => {
    expect(await superuser.choices(plan('event', { accountId: 'globex' }), { limit: 100 })).toHaveLength(2);
    expect(await superuser.choices(plan('event', { accountId: "x' OR 'a'='a" }), { limit: 100 })).toEqual([]);
  });

  test.each([
    ['part of a label', 'gala', ['1003']],
    ['in any case and script', 'CÚPULA', ['1008']],
    ['東京', '東京', ['1005']],
    ['the value itself', '1010', ['1010']],
    ['but not a part of the value', '101', []],
    ['characters that are patterns elsewhere', '%', []],
    ['quotes', `'; --`, []],
  ])('can be searched: %s', async (_, search, expected) => {
    expect(values(await reader.choices(plan('event'), { search, limit: 100 }))).toEqual(expected);
  });

  test('are as many as wanted', async () => {
    const all = await reader.choices(plan('event'), { limit: 100 });
    expect(await reader.choices(plan('event'), { limit: 3 })).toEqual(all.slice(0, 3));
  });

  test.each<[string, Partial<ChoicesPlan>, readonly string[]]>([
    ['ticketTypes', { filters: { event: '1001' } }, ['10012', '10011', '10015', '10014', '10013']],
    ['sponsors', { report: sponsorLeads, filters: { event: '1001' } }, ['10013', '10012', '10011', '10015', '10014']],
    ['accountIds', { report: transactions, accountId: 'globex' }, ['102', '101']],
    ['tagIds', { report: transactions, accountId: 'globex' }, ['102', '101', '103']],
    ['actors', { report: activityLog }, ['usr_ada', 'usr_mel', 'usr_olga', 'usr_val']],
  ])('%s', async (filter, changes, expected) => {
    expect(values(await reader.choices(plan(filter, changes), { limit: 100 }))).toEqual(expected);
  });

  test('that depend on another filter are all of them while it is empty', async () => {
    expect(await reader.choices(plan('ticketTypes'), { limit: 1000 })).toHaveLength(12 * 5);
  });

  test('see the time zone', async () => {
    const zoned = { ...report, choices: { zone: zoneChoice } };
    const asked = plan('zone', { report: zoned, timeZone: 'Asia/Kathmandu' });
    expect(await reader.choices(asked, { limit: 1 })).toEqual([{ value: 'Asia/Kathmandu', label: 'Asia/Kathmandu' }]);
  });
});

function zoneChoice(_: unknown, { timeZone }: { timeZone: string }) {
  return sql`SELECT 'acme' AS "accountId", ${timeZone} AS value, current_setting('TimeZone') AS label -- last words`;
}

describe('unknown choices', () => {
  test('are another account’s, and what nobody has', async () => {
    const asked = ['1003', '2001', '999', "1' OR true", '1001'];
    const expected = ['2001', '999', "1' OR true"];
    expect(await reader.unknownChoices(plan('event'), asked)).toEqual(expected);
    expect(await superuser.unknownChoices(plan('event'), asked)).toEqual(expected);
    expect(await reader.unknownChoices(plan('event', { accountId: 'globex' }), ['2001', '1003'])).toEqual(['1003']);
  });

  test('are those of another event', async () => {
    const filters: Record<string, JsonValue> = { event: '1001' };
    expect(await reader.unknownChoices(plan('ticketTypes', { filters }), ['10011', '10021'])).toEqual(['10021']);
  });

  test('none of none', async () => {
    expect(await reader.unknownChoices(plan('event'), [])).toEqual([]);
  });

  test('are those that PostgreSQL cannot hold', async () => {
    expect(await reader.unknownChoices(plan('event'), ['\0', '1003', '\ud800'])).toEqual(['\0', '\ud800']);
    expect(await reader.unknownChoices(plan('event'), ['\0'])).toEqual(['\0']);
  });
});

describe('mistakes', () => {
  test('a filter without choices', async () => {
    const expected = { code: 'internal', cause: { message: 'guest-list names no choices for status in PostgreSQL' } };
    await expect(reader.choices(plan('status'), { limit: 1 })).rejects.toMatchObject(expected);
    await expect(reader.unknownChoices(plan('status'), ['x'])).rejects.toMatchObject(expected);
  });

  test('a query without an account column', async () => {
    const open = { ...report, choices: { event: () => sql`SELECT event_id AS value, name AS label FROM app.events` } };
    const asked = reader.choices(plan('event', { report: open }), { limit: 1 });
    await expect(asked).rejects.toMatchObject({ code: 'internal', retryable: false });
  });

  test('a value that PostgreSQL cannot hold', async () => {
    await expect(reader.choices(plan('event'), { search: '\0', limit: 1 })).rejects.toMatchObject({
      code: 'invalid_data',
    });
  });

  test('a database that is gone', async () => {
    const lost = postgresReportChoices(async () => ({
      ...{ host: '127.0.0.1', port: 1, database: 'x', user: 'x', password: 'x', tls: false },
    }));
    await expect(lost.choices(plan('event'), { limit: 1 })).rejects.toMatchObject({ code: 'source_unavailable' });
  });
});

describe('giving up', () => {
  test('a server that takes connections and says nothing is left at once', async () => {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const silent = postgresReportChoices(async () => ({
      ...{ host: '127.0.0.1', port, database: 'x', user: 'x', password: 'x', tls: false },
    }));
    const giveUp = new AbortController();
    const asked = silent.unknownChoices(plan('event'), ['1'], giveUp.signal);
    await once(server, 'connection');
    const second = once(server, 'connection');
    giveUp.abort();
    await expect(asked).rejects.toMatchObject({ name: 'AbortError' });
    // The attempt to end the session on the server goes on behind the answer.
    await second;
    expect(sockets.size).toBeGreaterThan(0);
    for (const socket of sockets) socket.destroy();
    server.close();
  });

  test('while the password is asked for, nothing is connected to', async () => {
    const giveUp = new AbortController();
    const slow = postgresReportChoices(async (signal) => {
      expect(signal).toBe(giveUp.signal);
      giveUp.abort();
      return { host: '127.0.0.1', port: 1, database: 'x', user: 'x', password: 'x', tls: false };
    });
    await expect(slow.choices(plan('event'), { limit: 1 }, giveUp.signal)).rejects.toMatchObject({
      name: 'AbortError',
    });
  });
});
